"""Gates that need no skill, as small numbers: what each depends on, of a person and of a job.

Few values are shared by many (a county, forty hours, no pay floor), so a gate is decided once for
each pair of values, by `gates` and `score.considered` themselves, and looked up from then on.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from talent_matcher import score
from talent_matcher.distances import UNKNOWN, Distances, fives
from talent_matcher.gates import gates
from talent_matcher.index.interned import Interned
from talent_matcher.model import (
    GateOutcome,
    HolderId,
    Importance,
    Job,
    JobId,
    OrgId,
    Profile,
    Requirement,
    Skill,
    SkillUri,
)
from talent_matcher.weights import Weights

Array = Any

_NOBODY = Profile(HolderId(""), (0, 0))
_ANYTHING = (Requirement(Skill(SkillUri("")), Importance.REQUIRED),)
_NOTHING = Job(JobId(""), OrgId(""), (0, 0), _ANYTHING)


@dataclass(frozen=True)
class Facet:
    """One kind of gate: the parts of a person and of a job that it depends on, and nothing else."""

    person: Callable[[Profile], Profile]
    job: Callable[[Job], Job]
    dated: bool = False  # whether a coming day can change it


FACETS = (
    Facet(
        # Commutes count in fives, so that few values are shared by many.
        lambda one: _NOBODY._replace(place=one.place, commute_miles=fives(one.commute_miles)),
        lambda job: replace(_NOTHING, place=job.place, remote=job.remote),
    ),
    Facet(
        lambda one: _NOBODY._replace(pay_floor=one.pay_floor),
        lambda job: replace(_NOTHING, top_pay=job.top_pay),
    ),
    Facet(
        lambda one: _NOBODY._replace(hours=one.hours),
        lambda job: replace(_NOTHING, hours=job.hours),
    ),
    Facet(
        lambda one: _NOBODY._replace(shifts=one.shifts),
        lambda job: replace(_NOTHING, shifts=job.shifts, hours=job.hours),
    ),
    Facet(
        lambda one: _NOBODY._replace(licenses=one.licenses),
        lambda job: replace(_NOTHING, licenses=job.licenses),
        dated=True,
    ),
    Facet(
        lambda one: _NOBODY._replace(
            excluded_orgs=one.excluded_orgs, recipient_org=one.recipient_org
        ),
        lambda job: replace(
            _NOTHING,
            employer=job.employer,
            internal=job.internal,
            valid_through=job.valid_through,
            requirements=_ANYTHING if job.requirements else (),
        ),
        dated=True,
    ),
)


class Opened(NamedTuple):
    """Which values of the others are open to somebody or something: `values` facet after facet,
    and where each facet begins. `kinds`: facets of which not all are, the fewest first."""

    values: Array
    starts: Array
    kinds: Array


ALL_OPEN = Opened(np.zeros(0, np.uint8), np.zeros(0, np.int64), np.zeros(0, np.int64))


class Facets:
    """The values that people and jobs have of each facet, and which of them go together."""

    def __init__(self, weights: Weights, distances: Distances = UNKNOWN) -> None:
        self._weights = weights
        self._distances = distances
        self._people: list[Interned[Hashable]] = [Interned() for _ in FACETS]
        self._jobs: list[Interned[Hashable]] = [Interned() for _ in FACETS]
        self._of_job: dict[tuple[int, int], Array] = {}
        self._of_person: dict[tuple[int, int], Array] = {}
        self._as_of: date | None = None

    def person(self, profile: Profile) -> list[int]:
        """The number of each of their values."""
        return [
            values.number(facet.person(profile))
            for facet, values in zip(FACETS, self._people, strict=True)
        ]

    @property
    def people_values(self) -> list[list[Hashable]]:
        """Of each facet, by their numbers."""
        return [values.values for values in self._people]

    def people_numbers(self, values: Sequence[Sequence[Hashable]]) -> list[list[int]]:
        """Of these values of each facet."""
        return [
            [own.number(one) for one in its] for own, its in zip(self._people, values, strict=True)
        ]

    def job(self, job: Job) -> list[int]:
        return [
            values.number(facet.job(job)) for facet, values in zip(FACETS, self._jobs, strict=True)
        ]

    def for_job(self, numbers: Sequence[int], as_of: date) -> Opened:
        """For a job with these values: which values of people are open to it."""
        return self._open(numbers, as_of, self._of_job, self._people, self._job_row)

    def for_person(self, numbers: Sequence[int], as_of: date) -> Opened:
        """The same for a person and the values of jobs."""
        return self._open(numbers, as_of, self._of_person, self._jobs, self._person_row)

    def _open(
        self,
        numbers: Sequence[int],
        as_of: date,
        known: dict[tuple[int, int], Array],
        others: Sequence[Interned[Hashable]],
        row: Callable[[int, int, int], list[bool]],
    ) -> Opened:
        if as_of != self._as_of:  # licenses and jobs end
            self._as_of = as_of
            for rows in (self._of_job, self._of_person):
                for key in [one for one in rows if FACETS[one[0]].dated]:
                    del rows[key]
        parts: list[Array] = []
        for facet, number in enumerate(numbers):
            found = known.get((facet, number))
            if found is None:
                found = np.zeros(0, np.uint8)
            if len(found) < len(others[facet]):
                more = np.array(row(facet, number, len(found)), np.uint8)
                found = known[facet, number] = np.concatenate([found, more])
            parts.append(found)
        starts = np.cumsum([0, *(len(part) for part in parts[:-1])])
        shares = np.array([part.mean() if len(part) else 1.0 for part in parts])
        kinds = np.argsort(shares, kind="stable")
        return Opened(np.concatenate(parts), starts, kinds[shares[kinds] < 1])

    def _job_row(self, facet: int, number: int, begin: int) -> list[bool]:
        job: Any = self._jobs[facet].values[number]
        people: list[Any] = self._people[facet].values[begin:]
        return [self._is_open(one, job) for one in people]

    def _person_row(self, facet: int, number: int, begin: int) -> list[bool]:
        person: Any = self._people[facet].values[number]
        jobs: list[Any] = self._jobs[facet].values[begin:]
        return [self._is_open(person, one) for one in jobs]

    def _is_open(self, person: Profile, job: Job) -> bool:
        as_of = self._as_of
        if as_of is None or not score.considered(person, job, as_of):
            return False
        found = gates(person, job, self._weights, as_of, self._distances)
        return all(gate.outcome is not GateOutcome.CLOSED for gate in found)
