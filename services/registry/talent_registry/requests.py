"""Writes by their caller's own id: the same id with the same content gets the same answer."""

import hashlib
from typing import Any

from google.protobuf.message import Message
from talent_kit.callers import Caller
from talent_kit.errors import Problem, Reason

from talent_registry.model import OrgId
from talent_registry.store import Request

REQUEST_ID_LENGTH = 128
AGENCY_SCOPE = OrgId("agency")


def write_of(caller: Caller, request: Any) -> Request:
    """The write that a request asks for, by its caller's id."""
    check_request_id(request.request_id)
    # The same content under another method is another request.
    content = type(request).__name__.encode() + content_of(request)
    org_id = OrgId(caller.org_id) if caller.org_id else AGENCY_SCOPE
    return Request(org_id, request.request_id, hashlib.sha256(content).hexdigest())


def check_request_id(request_id: str) -> None:
    if not request_id:
        raise Problem(Reason.MISSING_FIELD, field="request_id")
    if len(request_id) > REQUEST_ID_LENGTH:
        limit = f"{REQUEST_ID_LENGTH} characters"
        raise Problem(Reason.TOO_LARGE, field="request_id", limit=limit)


def content_of(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)
