"""What a verification says: checks, one by one, and the outcome they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """How one check came out. A check that could not be made is never a passed one."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not-checked"
    NOT_APPLICABLE = "not-applicable"


class Overall(StrEnum):
    """The outcome of a whole verification, in the order of precedence."""

    UNPARSEABLE = "unparseable"
    INVALID = "invalid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    UNDETERMINED = "undetermined"
    VALID = "valid"


MAX_ARGUMENT = 500
MAX_CHECKS = 500


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    `code` is stable; `arguments` are codes and values, never sentences (`sentence(check)` makes
    those); `about` is a JSON pointer into the credential. Codes in use: see `checks.py`.
    """

    code: str
    outcome: Outcome
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    about: str = ""

    def __post_init__(self) -> None:
        # Values come from the document, which may be large; a verdict is not.
        cut = {name: value[:MAX_ARGUMENT] for name, value in self.arguments.items()}
        object.__setattr__(self, "arguments", cut)
        object.__setattr__(self, "about", self.about[:MAX_ARGUMENT])


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where the credential's status stands: bit `index` of the list at `list_url`."""

    purpose: str
    list_url: str
    index: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of `verify`.

    `next_change` is the next instant after `at` at which validity begins or ends by itself, of the
    credential, a proof or a key.
    """

    outcome: Overall
    checks: tuple[Check, ...]
    next_change: datetime | None = None
    issuer: str = ""
    status_entries: tuple[StatusEntry, ...] = ()

    def __post_init__(self) -> None:
        """Keep at most `MAX_CHECKS`, those that decide first; `outcome` was found with all."""
        if len(self.checks) > MAX_CHECKS:
            decisive = (Outcome.FAILED, Outcome.NOT_CHECKED)
            ranked = sorted(self.checks, key=lambda check: check.outcome not in decisive)
            object.__setattr__(self, "checks", tuple(ranked[:MAX_CHECKS]))


# Reported, but they decide nothing: who to trust and what a publisher's own schema asks for is
# the relying party's choice, a list kept by another party than the issuer is allowed, and one
# that is too short harms the holders' privacy, not what its bits say.
ADVISORY = frozenset(
    {"issuer.trust", "schema.credential", "status.list.issuer", "status.list.length"}
)

_OWN_OUTCOME = {
    "structure.readable": Overall.UNPARSEABLE,
    "status.revocation": Overall.REVOKED,
    "status.suspension": Overall.SUSPENDED,
    "validity.until": Overall.EXPIRED,
    "validity.from": Overall.NOT_YET_VALID,
}


def overall(checks: Iterable[Check]) -> Overall:
    """The first outcome of `Overall` that holds; VALID only if nothing was left open."""
    found: set[Overall] = set()
    for check in checks:
        if check.code in ADVISORY:
            continue
        if check.outcome is Outcome.FAILED:
            found.add(_OWN_OUTCOME.get(check.code, Overall.INVALID))
        elif check.outcome is Outcome.NOT_CHECKED:
            found.add(Overall.UNDETERMINED)
    for candidate in Overall:
        if candidate in found:
            return candidate
    return Overall.VALID
