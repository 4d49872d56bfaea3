"""A verification job: many credentials that an organization has checked at once. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

import talent_vc
from talent_vc import Check, Outcome, Part, Policy

from talent_verifier.checking import Told
from talent_verifier.model import Verdict

STALLED = timedelta(seconds=60)  # without progress for so long, nobody can say when it ends
NEWEST_COUNTS = 0.2  # of the last batch, in the pace
CHECKS_KEPT = 50  # of a verdict too large to keep whole
PARTS_KEPT = 100
LONGEST_ID = 500


class JobState(StrEnum):
    """RECEIVING: not all of it has arrived, so nobody knows of it yet."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True)
class JobLimits:
    """`jobs` of one organization at the same time; `lines` and `bytes` of one job, unpacked."""

    jobs: int
    lines: int
    bytes: int
    line_bytes: int
    zip_bytes: int
    batch_lines: int
    upload: timedelta
    keep: timedelta


@dataclass(frozen=True)
class Job:
    """`at`: judged as of then; None is the instant of each look. `outcomes` counts what is done.

    `seconds_per_line` is the pace of late, the turns of other jobs included.
    """

    job_id: str
    owner: str
    created_at: datetime
    expires_at: datetime
    at: datetime | None = None
    policy: Policy = Policy.USUAL
    state: JobState = JobState.RECEIVING
    lines: int = 0
    done: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict[str, int])
    started_at: datetime | None = None
    worked_at: datetime | None = None
    finished_at: datetime | None = None
    seconds_per_line: float | None = None

    def seconds_left(self, now: datetime) -> int | None:
        """None where nobody can say: it has not begun, or does not get on."""
        if self.state is JobState.DONE:
            return 0
        if not self.seconds_per_line or self.worked_at is None or now - self.worked_at > STALLED:
            return None
        return math.ceil(round((self.lines - self.done) * self.seconds_per_line, 3))

    def after(self, outcomes: Sequence[str], *, began: datetime, now: datetime) -> "Job":
        """The job when one more batch is done, which `began` then."""
        counted = dict(self.outcomes)
        for outcome in outcomes:
            counted[outcome] = counted.get(outcome, 0) + 1
        since = self.worked_at
        if since is None or began - since > STALLED:
            since = began
        pace = (now - since).total_seconds() / len(outcomes)
        if self.seconds_per_line is not None:
            pace = NEWEST_COUNTS * pace + (1 - NEWEST_COUNTS) * self.seconds_per_line
        done = self.done + len(outcomes)
        finished = done >= self.lines
        return replace(
            self,
            state=JobState.DONE if finished else JobState.RUNNING,
            done=done,
            outcomes=counted,
            started_at=self.started_at or began,
            worked_at=now,
            finished_at=now if finished else None,
            seconds_per_line=pace,
        )


@dataclass(frozen=True)
class Line:
    """One credential as it was sent, and the `file` of a ZIP that it is. `mend`: what it is that
    kept it from being read; then there is no content."""

    number: int
    content: bytes
    file: str = ""
    mend: str = ""


@dataclass(frozen=True)
class Batch:
    """What is worked on, and stored, as one. Numbered from 0."""

    job_id: str
    number: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Result:
    """What came out for a line. `name` is what the credential calls itself. `whole` is false
    where checks were left out because there were too many of them."""

    line: int
    file: str
    name: str
    told: Told
    whole: bool = True


def shortened(verdict: Verdict) -> Verdict:
    """A verdict of bounded size: the checks that decide, and of its parts the outcomes."""
    issuer = replace(verdict.issuer, did=verdict.issuer.did[:LONGEST_ID])
    parts = tuple(map(_short_part, verdict.parts[:PARTS_KEPT]))
    return replace(verdict, checks=_decisive(verdict.checks), issuer=issuer, parts=parts)


def _short_part(part: Part) -> Part:
    issuer = part.verdict.issuer[:LONGEST_ID]
    return replace(part, verdict=talent_vc.Verdict(part.verdict.outcome, (), issuer=issuer))


def _decisive(checks: Sequence[Check]) -> tuple[Check, ...]:
    wanted = (Outcome.FAILED, Outcome.NOT_CHECKED)
    return tuple(check for check in checks if check.outcome in wanted)[:CHECKS_KEPT]
