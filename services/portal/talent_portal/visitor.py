"""What a route asks of its visitor: a role, and a form that came from our own page."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request
from starlette.datastructures import FormData
from talent_kit.auth import Role
from talent_kit.errors import Problem, Reason

from talent_portal.sessions import Session


class SignInNeeded(Exception):
    """Where to sign in, and where to come back to."""

    def __init__(self, request: Request) -> None:
        # An act is not repeated after sign-in; the visitor comes back to the page it was on.
        came_from = request.url.path if request.method == "GET" else "/"
        super().__init__(f"/sign-in?{urlencode({'next': came_from})}")


class FormTooOld(Exception):
    """The form does not carry this session's token."""


def signed_in_as(role: Role) -> Callable[[Request], Session]:
    """For `Annotated[Session, Depends(signed_in_as(Role.EMPLOYER))]`."""

    def session(request: Request) -> Session:
        found: Session = request.state.session
        if not found.signed_in:
            raise SignInNeeded(request)
        if not found.has(role):
            raise Problem(Reason.ROLE_NEEDED, role=role)
        return found

    return session


def form_of(fields: int) -> Callable[[Request], Awaitable[FormData]]:
    """For `Annotated[FormData, Depends(form_of(40))]`: at most so many fields."""

    async def form(request: Request) -> FormData:
        found = await request.form(max_files=1, max_fields=fields, max_part_size=2 * 1024 * 1024)
        given, session = found.get("csrf", ""), request.state.session
        same = isinstance(given, str) and hmac.compare_digest(given.encode(), session.csrf.encode())
        if not same:
            raise FormTooOld
        return found

    return form


Form = Annotated[FormData, Depends(form_of(40))]
LongForm = Annotated[FormData, Depends(form_of(400))]  # a field for each column, word or person
DraftForm = Annotated[FormData, Depends(form_of(1000))]  # several for each of a hundred skills
Employer = Annotated[Session, Depends(signed_in_as(Role.EMPLOYER))]
Holder = Annotated[Session, Depends(signed_in_as(Role.HOLDER))]


def is_htmx(request: Request) -> bool:
    """Whether a piece of the page is wanted instead of a page."""
    return request.headers.get("hx-request") == "true"


def text(form: FormData, name: str) -> str:
    """A text field of the form; empty when it is not there."""
    value: Any = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
