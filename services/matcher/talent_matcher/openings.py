"""The open jobs, for a person who looks for one: what each would give, and what is in the way.

Pure, and by the index and the functions that match: what is told here is what would be announced.
The person need not be among the people of any shard, and nothing of them is kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from heapq import heapify, heappop

from talent_matcher.earned import Earned
from talent_matcher.gates import license_key
from talent_matcher.index.jobs import Stand
from talent_matcher.index.market import Market
from talent_matcher.model import Fit, Job, JobId, Profile
from talent_matcher.score import Known, Scorer, considered
from talent_matcher.weights import Weights

Order = tuple[int, JobId]  # minus the points, and which: best first, equals by age
FIRST: Order = (-1001, JobId(""))


class Reach(IntEnum):
    """The numbers are those of the contract."""

    IN_REACH = 1
    BELOW = 2  # every gate is open; the score is too low
    CLOSED = 3  # a gate is closed


@dataclass(frozen=True, slots=True)
class Ranked:
    """`points`: the score, whatever the gates say."""

    points: int
    job: Job

    @property
    def order(self) -> Order:
        return (-self.points, self.job.job_id)


@dataclass(frozen=True, slots=True)
class Changed:
    """A job that is in reach, and how it was before. `opened`: it was not in reach."""

    now: Ranked
    points_before: int
    reach_before: Reach

    @property
    def opened(self) -> bool:
        return self.reach_before is not Reach.IN_REACH

    @property
    def order(self) -> tuple[bool, int, JobId]:
        """What comes into reach first."""
        return (not self.opened, *self.now.order)


@dataclass(frozen=True)
class Openings:
    """Of one moment: make it anew for each question."""

    jobs: Mapping[JobId, Job]
    market: Market
    weights: Weights
    as_of: date
    known: Known

    def ranked(
        self, profile: Profile, *, enough: bool = False, after: Order = FIRST
    ) -> Iterator[Ranked]:
        """Every job for which somebody has anything and that may be shown to them, best first.
        `enough`: only those whose threshold is reached."""
        found = self.market.points(profile, self.as_of, None if enough else 1)
        waiting = [
            (-points, job_id) for job_id, points in found.items() if (-points, job_id) > after
        ]
        heapify(waiting)  # of thousands a page is taken
        while waiting:
            points, job_id = heappop(waiting)
            job = self.jobs.get(job_id)
            if job is not None and considered(profile, job, self.as_of):
                yield Ranked(-points, job)

    def least(self, job: Job) -> int:
        """The score that brings a job into reach."""
        return self.weights.threshold_of(job)

    def reach(self, profile: Profile, one: Ranked) -> Reach:
        if not self._scorer(one.job).is_open(profile):
            return Reach.CLOSED
        return Reach.IN_REACH if one.points >= self.least(one.job) else Reach.BELOW

    def fit(self, profile: Profile, job: Job) -> Fit:
        return self._scorer(job).whatever_gates_say(profile)

    def changed(self, before: Profile, after: Profile) -> Iterator[Changed | None]:
        """What is in reach after, and was not before or scored less. None: nothing yet, and a
        moment at which the caller may do something else."""
        had = self.market.points(before, self.as_of, 1)
        for one in self.ranked(after, enough=True):
            points = had.get(one.job.job_id, 0)
            gated = one.job.licenses or any(wanted.gate for wanted in one.job.requirements)
            yield None
            if points == one.points and not gated:
                continue
            if self.reach(after, one) is not Reach.IN_REACH:
                continue
            was = self.reach(before, Ranked(points, one.job))
            if was is not Reach.IN_REACH or points < one.points:
                yield Changed(one, points, was)

    def had(self, profile: Profile, in_reach: Iterable[JobId]) -> "Had":
        points = self.market.points(profile, self.as_of, 1)
        stand = self.market.stand(profile, self.as_of)
        return Had(profile, points, stand, frozenset(in_reach))

    def newly_reached(self, had: "Had", more: Earned) -> list[Ranked]:
        """What these skills and licenses bring into reach of whoever `had` the rest, best first."""
        points = self.market.more(had.stand, more.assertions, self.as_of)
        for one in more.licenses:
            for job_id in self._asking_for_license[license_key(one.type, one.jurisdiction)]:
                points.setdefault(job_id, had.points.get(job_id, 0))
        after = more.added_to(had.profile)
        # Every program meets the same gates, but those that give a license.
        suiting: dict[JobId, bool] = {} if more.licenses else had.suiting
        found: list[Ranked] = []
        for job_id, score_now in points.items():
            job = self.jobs.get(job_id)  # it may have been closed since the question began
            if job is None or job_id in had.in_reach or score_now < self.least(job):
                continue
            if job_id not in suiting:
                suiting[job_id] = self._scorer(job).suits(after)
            if suiting[job_id] and self._scorer(job).lacks_nothing(after):
                found.append(Ranked(score_now, job))
        return sorted(found, key=lambda one: one.order)

    def _scorer(self, job: Job) -> Scorer:
        return Scorer(job, self.weights, self.as_of, self.known)

    @cached_property
    def _asking_for_license(self) -> defaultdict[tuple[str, str], list[JobId]]:
        found: defaultdict[tuple[str, str], list[JobId]] = defaultdict(list)
        for job_id, job in self.jobs.items():
            for wanted in job.licenses:
                found[license_key(wanted.type, wanted.jurisdiction)].append(job_id)
        return found


@dataclass(frozen=True, slots=True)
class Had:
    """Where somebody stands now."""

    profile: Profile
    points: Mapping[JobId, int]
    stand: tuple[Stand, ...]
    in_reach: frozenset[JobId]
    suiting: dict[JobId, bool] = field(default_factory=dict[JobId, bool])  # as found so far
