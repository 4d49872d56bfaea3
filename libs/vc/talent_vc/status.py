"""Asking every status list that a credential names (Bitstring Status List 1.0, section 3.2).

A list that cannot be had, read or trusted never counts as "not revoked": NOT_CHECKED, with why.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from cachetools import LRUCache, cached

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document, read_credential
from talent_vc.errors import CredentialError, LoadError, StatusError
from talent_vc.issuers import check_binding, issuer_id
from talent_vc.loading import DictLoader, Loader
from talent_vc.methods import controller_url
from talent_vc.proofs import check_proofs
from talent_vc.status_list import MIN_ENTRIES, StatusList
from talent_vc.validity import check_validity
from talent_vc.verdict import Check, Outcome, StatusEntry

_PURPOSES = ("revocation", "suspension")
# Section 2.1: these take nothing away from the credential. Any other may, for all we know.
_HARMLESS = ("message", "refresh")
_MAX_LIST_BYTES = 4_000_000
_KEPT_BYTES = 32_000_000
_proven: LRUCache[tuple[Any, ...], tuple[ContextLoader, str]] = LRUCache(maxsize=1024)


def entries_of(document: Document) -> list[Any]:
    value: Any = document.get("credentialStatus", [])
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def read_entry(entry: Any) -> StatusEntry | None:
    """A Bitstring Status List entry, or None for one that is malformed or of another type."""
    if not isinstance(entry, dict):
        return None
    fields = cast("Document", entry)
    url, index = fields.get("statusListCredential"), fields.get("statusListIndex")
    # Section 2.1 asks for a string; numbers are in the wild and leave no doubt.
    digits = str(index) if isinstance(index, int | str) and not isinstance(index, bool) else ""
    kinds = fields.get("type")
    kinds = cast("list[Any]", kinds) if isinstance(kinds, list) else [kinds]
    purpose = fields.get("statusPurpose")
    if "BitstringStatusListEntry" not in kinds or not isinstance(url, str):
        return None
    if not isinstance(purpose, str):
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
        return None
    return StatusEntry(purpose, url, int(digits))


def check_status(
    document: Document,
    *,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    insecure_hosts: Collection[str] = (),
) -> list[Check]:
    checks: list[Check] = []
    many = isinstance(document.get("credentialStatus"), list)
    for position, raw in enumerate(entries_of(document)):
        about = f"/credentialStatus/{position}" if many else "/credentialStatus"
        entry = read_entry(raw)
        if entry is None:
            kind = str(cast("Document", raw).get("type")) if isinstance(raw, dict) else ""
            checks.append(Check("status.unsupported", Outcome.NOT_CHECKED, {"type": kind}, about))
            continue
        size = cast("Document", raw).get("statusSize", 1)
        if entry.purpose in _HARMLESS:
            arguments = {"purpose": entry.purpose}
            checks.append(Check("status.other", Outcome.NOT_APPLICABLE, arguments, about))
            continue
        if entry.purpose not in _PURPOSES:
            arguments = {"purpose": entry.purpose}
            checks.append(Check("status.unsupported", Outcome.NOT_CHECKED, arguments, about))
            continue
        code = f"status.{entry.purpose}"
        arguments = {"list": entry.list_url, "index": str(entry.index)}
        try:
            if size not in (1, "1"):
                raise _Unclear("size")
            answer = _ask(entry, at, contexts, loader, insecure_hosts)
        except _Unclear as why:
            arguments |= {"reason": why.reason}
            checks.append(Check(code, Outcome.NOT_CHECKED, arguments, about))
            continue
        outcome = Outcome.FAILED if answer.bit else Outcome.PASSED
        checks.append(Check(code, outcome, arguments, about))
        same = Outcome.PASSED if answer.issuer == issuer_id(document) else Outcome.NOT_CHECKED
        checks.append(Check("status.list.issuer", same, {"issuer": answer.issuer}, about))
        long = Outcome.PASSED if answer.length >= MIN_ENTRIES else Outcome.FAILED
        checks.append(Check("status.list.length", long, {"length": str(answer.length)}, about))
    return checks


class _Unclear(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Answer:
    bit: bool
    issuer: str
    length: int


def _ask(
    entry: StatusEntry,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    insecure_hosts: Collection[str],
) -> _Answer:
    try:
        data = loader.load(entry.list_url)
        document = _parse(data)
        bits = _bits_of(document, entry.purpose)
        bit = bits.get(entry.index)
    except LoadError as error:
        raise _Unclear(error.reason) from error
    except StatusError as error:
        raise _Unclear("list-range" if "index" in error.mend else "list-malformed") from error
    except CredentialError as error:
        raise _Unclear("list-malformed") from error
    for check in check_validity(document, at):
        if check.outcome is Outcome.FAILED:
            raise _Unclear("list-" + check.code.replace("validity.", ""))
    problem = _proof_problem(data, document, at, contexts, loader, insecure_hosts)
    if problem:
        raise _Unclear(problem)
    return _Answer(bit, issuer_id(document), len(bits))


def _footprint(value: Any) -> int:
    """The bytes that a value of JSON takes in memory."""
    size = sys.getsizeof(value)
    parts: list[Any] = []
    if isinstance(value, dict):
        parts = [part for pair in cast("Document", value).items() for part in pair]
    elif isinstance(value, list):
        parts = cast("list[Any]", value)
    return size + sum(map(_footprint, parts))


def _bytes_of(bits: StatusList) -> int:
    return len(bits) // 8


def _digest(content: bytes | str) -> bytes:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).digest()


# The caches are bounded by bytes, because strangers choose how large a list is.
@cached(LRUCache(_KEPT_BYTES, getsizeof=_footprint), key=_digest)
def _parse(data: bytes) -> Document:
    return read_credential(data, max_bytes=_MAX_LIST_BYTES)


def _bits_of(document: Document, purpose: str) -> StatusList:
    subject: Any = document.get("credentialSubject")
    kinds = document["type"]
    if "BitstringStatusListCredential" not in kinds or not isinstance(subject, dict):
        raise StatusError("Serve a BitstringStatusListCredential.")
    fields = cast("Document", subject)
    stated: Any = fields.get("statusPurpose")
    purposes = cast("list[Any]", stated) if isinstance(stated, list) else [stated]
    encoded = fields.get("encodedList")
    if fields.get("type") != "BitstringStatusList" or not isinstance(encoded, str):
        raise StatusError("Serve a list of type BitstringStatusList with an encodedList.")
    if purpose not in purposes:
        raise StatusError("Serve a list that has the purpose of the entry.")
    return _decode(encoded)


@cached(LRUCache(_KEPT_BYTES, getsizeof=_bytes_of), key=_digest)
def _decode(encoded: str) -> StatusList:
    return StatusList.decode(encoded)


def _proof_problem(
    data: bytes,
    document: Document,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    insecure_hosts: Collection[str],
) -> str:
    """Why the list's proof does not hold, or "". Kept for the same list and key documents: a
    list is asked many times."""
    documents: dict[str, bytes] = {}
    errors: dict[str, str] = {}
    for url in key_documents(document, insecure_hosts):
        try:
            documents[url] = loader.load(url)
        except LoadError as error:
            errors[url] = error.reason
    digests = [_digest(part) for part in (data, *documents.values())]
    ending = any(b'"expires"' in key or b'"revoked"' in key for key in documents.values())
    expiring = ending or "expires" in str(document.get("proof"))
    asked = _digest(repr((digests, errors)))  # short, whatever URLs a stranger names
    key = (id(contexts), asked, at if expiring else None)
    kept = _proven.get(key)
    if kept is not None and kept[0] is contexts:
        return kept[1]
    found = check_proofs(
        document,
        at=at,
        contexts=contexts,
        loader=DictLoader(documents, errors),
        insecure_hosts=insecure_hosts,
    )
    checks = [*found.checks, check_binding(document, found.controllers)]
    problem = ""
    for check in checks:
        if check.outcome in (Outcome.FAILED, Outcome.NOT_CHECKED):
            problem = f"list-{check.code}"
            break
    _proven[key] = (contexts, problem)
    return problem


def key_documents(document: Document, insecure_hosts: Collection[str]) -> list[str]:
    """The URLs of the documents that hold the keys of a document's proofs."""
    value: Any = document.get("proof", [])
    proofs = cast("list[Any]", value) if isinstance(value, list) else [value]
    urls: list[str] = []
    for proof in proofs:
        method: Any = (
            cast("Document", proof).get("verificationMethod") if isinstance(proof, dict) else None
        )
        if not isinstance(method, str):
            continue
        try:
            url = controller_url(method, insecure_hosts)
        except CredentialError:
            continue
        if url is not None and url not in urls:
            urls.append(url)
    return urls
