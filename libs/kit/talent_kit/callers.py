"""Who calls, in the present request. The edges put the caller into a context variable."""

import math
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends

from talent_kit.errors import Problem, Reason


class Role(StrEnum):
    PROVIDER = "provider"
    EMPLOYER = "employer"
    HOLDER = "holder"
    AGENCY = "agency"
    SERVICE = "service"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Caller:
    """Who is signed in, and until when (seconds since 1970; never ends for who has no token).
    `email` is set only when the issuer has verified it."""

    subject: str
    org_id: str
    roles: frozenset[Role]
    email: str = ""
    name: str = ""
    on_behalf_of: str = ""
    expires_at: float = math.inf

    def require(self, *roles: Role) -> "Caller":
        """This caller, or ROLE_NEEDED when none of `roles` is theirs."""
        if not self.roles.intersection(roles):
            raise Problem(Reason.ROLE_NEEDED, role=" or ".join(roles))
        return self


current: ContextVar[Caller | None] = ContextVar("caller", default=None)


def caller() -> Caller:
    """The signed-in caller of the present request. Raises NOT_SIGNED_IN."""
    found = current.get()
    if found is None:
        raise Problem(Reason.NOT_SIGNED_IN)
    return found


def require(*roles: Role) -> Caller:
    """The caller, who has one of `roles`. Raises NOT_SIGNED_IN or ROLE_NEEDED."""
    return caller().require(*roles)


async def _signed_in() -> Caller:
    return caller()


SignedIn = Annotated[Caller, Depends(_signed_in)]


def require_role(*roles: Role) -> Callable[[], Any]:
    """For `Annotated[Caller, Depends(require_role(Role.EMPLOYER))]`."""

    async def checked() -> Caller:
        return require(*roles)

    return checked
