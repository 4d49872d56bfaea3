"""One credential that somebody holds in hand: judged, told in sentences, and forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from talent_kit.callers import Role, current
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.limits import RateLimit
from talent_kit.workers import NotDone
from talent_vc import (
    Document,
    ElsewhereError,
    Envelope,
    ParseError,
    Part,
    Policy,
    TooDeepError,
    TooLargeError,
    UnsupportedFormatError,
    summary,
)
from talent_vc.baked import MAX_PICTURE_BYTES
from talent_vc.document import MAX_BYTES, MAX_DEPTH
from talent_vc.envelope import is_picture
from talent_vc.parts import part_at
from talent_vc.qr import MAX_PIXELS

from talent_verifier.judging import Judge, Question
from talent_verifier.model import Verdict


@dataclass(frozen=True)
class Told:
    """A verdict, what it comes to in plain words, and the same of each part where there are any
    and the document is still at hand."""

    verdict: Verdict
    summary: str
    parts: tuple["ToldPart", ...] = ()


@dataclass(frozen=True)
class ToldPart:
    summary: str
    parts: tuple["ToldPart", ...] = ()


class Checking:
    """Open to anyone, at a limited rate for each address. Stores and logs nothing of it.

    A service that asks for its own visitors limits them itself: to us all have its address.
    """

    def __init__(self, *, judge: Judge, clock: Clock, limit: RateLimit) -> None:
        self._judge = judge
        self._clock = clock
        self._limit = limit

    async def check(
        self,
        content: bytes,
        at: datetime | None,
        address: str,
        policy: Policy = Policy.USUAL,
        challenge: str | None = None,
        domain: str | None = None,
    ) -> Told:
        """Raises RATE_LIMITED, INVALID_FIELD for an `at` outside the calendar, and TOO_LARGE,
        TOO_DEEP or NOT_A_CREDENTIAL for other input."""
        asking = current.get()
        if asking is None or Role.SERVICE not in asking.roles:
            self._limit.take(address)
        held = await self._opened(content)
        try:
            then = (at or self._clock.now()).astimezone(UTC)
        except OverflowError:
            raise no_instant() from None
        today = self._clock.now() if policy is Policy.ARCHIVE else None
        question = Question(
            held.payload, then, policy=policy, today=today, challenge=challenge, domain=domain
        )
        [answer] = await self._judge.judge([question])
        verdict = answer.verdict
        when: dict[str, Any] = {"at": then, "today": at is None}
        words = summary(verdict.outcome, verdict.checks, held.document, **when)
        return Told(verdict, words, _told(verdict.parts, held.document, when))

    async def _opened(self, content: bytes) -> Envelope:
        """Without a document where the verdict will say why there is none."""
        try:
            return await self._judge.open(content)
        except ElsewhereError as error:
            return Envelope({}, payload=error.url.encode())
        except (UnsupportedFormatError, NotDone):
            return Envelope({}, payload=content)
        except TooLargeError:
            limit = f"{MAX_BYTES} bytes"
            if is_picture(content):
                limit = f"{MAX_PICTURE_BYTES} bytes and {MAX_PIXELS} pixels"
            raise Problem(Reason.TOO_LARGE, field="credential", limit=limit) from None
        except TooDeepError:
            raise Problem(Reason.TOO_DEEP, field="credential", limit=str(MAX_DEPTH)) from None
        except ParseError as error:
            field = f"credential{error.field}"
            mend = error.mend.rstrip(".")
            raise Problem(Reason.NOT_A_CREDENTIAL, field=field, mend=mend) from None


def _told(parts: Sequence[Part], document: Document, when: dict[str, Any]) -> tuple[ToldPart, ...]:
    found: list[ToldPart] = []
    for part in parts:
        inner, verdict = part_at(document, part.about), part.verdict
        words = summary(verdict.outcome, verdict.checks, inner, **when)
        found.append(ToldPart(words, _told(verdict.parts, inner, when)))
    return tuple(found)


def no_instant() -> Problem:
    return Problem(Reason.INVALID_FIELD, field="at", mend="give a date and time of the calendar")
