"""Why a request was refused: one table of reasons, with arguments, made a sentence at the edge."""

import gettext
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from grpc import StatusCode

LOCALES = Path(__file__).parent / "locale"


class Reason(StrEnum):
    MISSING_FIELD = "MISSING_FIELD"
    INVALID_FIELD = "INVALID_FIELD"
    TOO_LARGE = "TOO_LARGE"
    TOO_DEEP = "TOO_DEEP"
    TOO_MANY = "TOO_MANY"
    NOT_A_CREDENTIAL = "NOT_A_CREDENTIAL"
    UNKNOWN_CONTEXT = "UNKNOWN_CONTEXT"
    UNKNOWN_SKILL = "UNKNOWN_SKILL"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    NOT_SIGNED_IN = "NOT_SIGNED_IN"
    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105 the name of a reason
    ROLE_NEEDED = "ROLE_NEEDED"
    NOT_YOURS = "NOT_YOURS"
    NOT_VETTED = "NOT_VETTED"
    STALE_VERSION = "STALE_VERSION"
    WRONG_STATE = "WRONG_STATE"
    RATE_LIMITED = "RATE_LIMITED"
    UNAVAILABLE = "UNAVAILABLE"
    NOT_READY = "NOT_READY"
    RECORD_GONE = "RECORD_GONE"
    REPLAY_FAILED = "REPLAY_FAILED"
    CURSOR_TOO_OLD = "CURSOR_TOO_OLD"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True)
class Row:
    grpc: StatusCode
    http: int
    sentence: str


TABLE: dict[Reason, Row] = {
    Reason.MISSING_FIELD: Row(StatusCode.INVALID_ARGUMENT, 422, "Fill in {field}."),
    Reason.INVALID_FIELD: Row(StatusCode.INVALID_ARGUMENT, 422, "Check {field}: {mend}."),
    Reason.TOO_LARGE: Row(
        StatusCode.INVALID_ARGUMENT, 413, "This is too large. The limit is {limit}."
    ),
    Reason.TOO_DEEP: Row(
        StatusCode.INVALID_ARGUMENT, 422, "This is nested too deep. The limit is {limit} levels."
    ),
    Reason.TOO_MANY: Row(
        StatusCode.FAILED_PRECONDITION, 409, "You may have {limit} at a time: {mend}."
    ),
    Reason.NOT_A_CREDENTIAL: Row(
        StatusCode.INVALID_ARGUMENT, 422, "This is not a credential: {mend}."
    ),
    Reason.UNKNOWN_CONTEXT: Row(
        StatusCode.INVALID_ARGUMENT, 422, "The context {context} is not known here."
    ),
    Reason.UNKNOWN_SKILL: Row(
        StatusCode.INVALID_ARGUMENT, 422, "The skill {skill} is not known here."
    ),
    Reason.NOT_FOUND: Row(StatusCode.NOT_FOUND, 404, "There is no such {what}."),
    Reason.ALREADY_EXISTS: Row(
        StatusCode.ALREADY_EXISTS, 409, "There is already such a {what}, with other content."
    ),
    Reason.NOT_SIGNED_IN: Row(StatusCode.UNAUTHENTICATED, 401, "Sign in first."),
    Reason.TOKEN_EXPIRED: Row(
        StatusCode.UNAUTHENTICATED, 401, "Your sign-in has ended. Sign in again."
    ),
    Reason.ROLE_NEEDED: Row(
        StatusCode.PERMISSION_DENIED, 403, "This needs the role {role}, which you do not have."
    ),
    Reason.NOT_YOURS: Row(
        StatusCode.PERMISSION_DENIED, 403, "This {what} belongs to another organization or person."
    ),
    Reason.NOT_VETTED: Row(
        StatusCode.FAILED_PRECONDITION,
        409,
        "The agency has not approved the organization {org} yet.",
    ),
    Reason.STALE_VERSION: Row(
        StatusCode.ABORTED, 412, "Somebody changed this in the meantime. Load it again."
    ),
    Reason.WRONG_STATE: Row(
        StatusCode.FAILED_PRECONDITION, 409, "This cannot be done while it is {state}: {mend}."
    ),
    Reason.RATE_LIMITED: Row(
        StatusCode.RESOURCE_EXHAUSTED, 429, "Too many requests. Try again in {seconds} seconds."
    ),
    Reason.UNAVAILABLE: Row(
        StatusCode.UNAVAILABLE, 503, "This cannot be done now: {what} cannot be reached."
    ),
    Reason.NOT_READY: Row(StatusCode.UNAVAILABLE, 503, "The service is not ready yet: {why}."),
    Reason.RECORD_GONE: Row(
        StatusCode.FAILED_PRECONDITION,
        409,
        "The original record is no longer kept. Republish it from {owner}.",
    ),
    Reason.REPLAY_FAILED: Row(
        StatusCode.FAILED_PRECONDITION, 409, "The record failed again, because of {code}."
    ),
    Reason.CURSOR_TOO_OLD: Row(
        StatusCode.OUT_OF_RANGE, 410, "This cursor is too old. List again and take the new one."
    ),
    Reason.INTERNAL: Row(StatusCode.INTERNAL, 500, "Something went wrong on our side."),
}

# Reasons that pass by themselves: a caller tries again, a consumer waits.
PASSING = frozenset({Reason.UNAVAILABLE, Reason.NOT_READY, Reason.RATE_LIMITED})


class Problem(Exception):
    """A refusal that the caller can act on.

    `arguments` fill the reason's sentence; `field` names the part of the request that is meant.
    Never put personal data in either: both are logged.
    """

    def __init__(self, reason: Reason, *, field: str | None = None, **arguments: str) -> None:
        self.reason = reason
        self.field = field
        self.arguments = arguments
        super().__init__(self.sentence())

    @property
    def row(self) -> Row:
        return TABLE[self.reason]

    def sentence(self, language: str = "en-US") -> str:
        """The refusal in the reader's language, as far as it is translated."""
        words = _Words(self.arguments, field=self.field or "the request")
        return _translation(language).gettext(self.row.sentence).format_map(words)


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"({key})"


@lru_cache(maxsize=16)
def _translation(language: str) -> gettext.NullTranslations:
    names = [language.replace("-", "_"), language.split("-", maxsplit=1)[0]]
    return gettext.translation("talent_kit", LOCALES, names, fallback=True)
