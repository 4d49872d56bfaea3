"""What a verification says: checks, one by one, and the outcome they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


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


def _none() -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    `code` is stable; `arguments` are codes and values, never sentences (`sentence(check)` makes
    those); `about` is a JSON pointer into the credential. Codes in use: see `sentences.py`.
    """

    code: str
    outcome: Outcome
    arguments: Mapping[str, str] = field(default_factory=_none)
    about: str = ""

    def __post_init__(self) -> None:
        # Values come from the document, which may be large; a verdict is not.
        longest = max(map(len, self.arguments.values())) if self.arguments else 0
        if longest > MAX_ARGUMENT or len(self.about) > MAX_ARGUMENT:
            cut = {name: value[:MAX_ARGUMENT] for name, value in self.arguments.items()}
            object.__setattr__(self, "arguments", cut)
            object.__setattr__(self, "about", self.about[:MAX_ARGUMENT])

    # Verdicts travel from worker processes by the thousand: a dataclass's own way to be pickled
    # takes three times as long.
    def __reduce__(self) -> tuple[type[Check], tuple[Any, ...]]:
        return Check, (self.code, self.outcome, self.arguments, self.about)


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where the credential's status stands: bit `index` of the list at `list_url`."""

    purpose: str
    list_url: str
    index: int

    def __reduce__(self) -> tuple[type[StatusEntry], tuple[Any, ...]]:
        return StatusEntry, (self.purpose, self.list_url, self.index)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of `verify`.

    `next_change` is the next instant after `at` at which validity begins or ends by itself, of the
    credential, a part of it, a proof or a key. `asked` are the URLs of all documents that it
    depends on, `missing` those among them that could not be had.
    """

    outcome: Overall
    checks: tuple[Check, ...]
    next_change: datetime | None = None
    issuer: str = ""
    status_entries: tuple[StatusEntry, ...] = ()
    parts: tuple[Part, ...] = ()
    asked: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Keep at most `MAX_CHECKS`, those that decide first; `outcome` was found with all."""
        if len(self.checks) > MAX_CHECKS:
            decisive = (Outcome.FAILED, Outcome.NOT_CHECKED)
            ranked = sorted(self.checks, key=lambda check: check.outcome not in decisive)
            object.__setattr__(self, "checks", tuple(ranked[:MAX_CHECKS]))

    def __reduce__(self) -> tuple[type[Verdict], tuple[Any, ...]]:
        told = self.outcome, self.checks, self.next_change, self.issuer
        return Verdict, (*told, self.status_entries, self.parts, self.asked, self.missing)


@dataclass(frozen=True, slots=True)
class Part:
    """The verdict on a credential inside another one, or inside a presentation.

    `about` is the JSON pointer to it; `kind` is "credential", or "endorsement" for what somebody
    else says about the credential or its issuer. Pointers within `verdict` start at the part.
    """

    about: str
    kind: str
    verdict: Verdict
