"""The index over jobs: which jobs a person reaches, all of them or those that a change may touch.

Jobs change seldom and are few beside people, so the arrays are made anew for a batch of changes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from talent_matcher.evidence import NOBODY
from talent_matcher.index import kernels
from talent_matcher.index.facets import ALL_OPEN, FACETS, Facets, Opened
from talent_matcher.index.interned import Interned
from talent_matcher.index.question import Question
from talent_matcher.index.worth import Worth
from talent_matcher.model import Favors, JobId, Profile, SkillUri
from talent_matcher.score import holds
from talent_matcher.weights import FULL

Array = Any
SHUT = 1_000_000  # a score that nobody has


@dataclass(frozen=True, slots=True)
class Shown:
    """A person as the kernels read them: assertions that hold, by skill; `values` of each facet."""

    skills: Array
    codes: Array
    values: list[int]


def shown(
    profile: Profile,
    skills: Interned[SkillUri],
    worth: Worth,
    facets: Facets,
    as_of: date,
) -> Shown:
    """Skills that no job and nobody else has ever named get a number too: one may ask for them
    later."""
    pairs = sorted(
        (skills.number(one.skill), worth.code(one, as_of))
        for one in profile.assertions
        if holds(one, as_of)
    )
    return Shown(
        skills=np.array([skill for skill, _ in pairs], np.uint32),
        codes=np.array([code for _, code in pairs], np.uint16),
        values=facets.person(profile),
    )


@dataclass(frozen=True, slots=True)
class Stand:
    """Of one person: `best` of each requirement and `total` of each job, in millionths, where no
    employer favors anything."""

    index: "JobIndex"
    person: Shown
    best: Array
    total: Array

    def more(self, person: Shown) -> dict[JobId, int]:
        return self.index.more(self, person)


class JobIndex:
    """`questions` by job, in an order that is kept; `least`: the score that each job asks for."""

    def __init__(
        self,
        questions: Mapping[JobId, Question],
        least: Mapping[JobId, int],
        worth: Worth,
        facets: Facets,
    ) -> None:
        self._worth = worth
        self._facets = facets
        self.ids = list(questions)
        self._number = {job_id: number for number, job_id in enumerate(self.ids)}
        asked = list(questions.values())
        self._least = np.array([least[job_id] for job_id in self.ids], np.int32)
        values = [list(one.values) for one in asked]
        self._values = np.ascontiguousarray(
            np.array(values, np.uint32).reshape(len(asked), len(FACETS)).T
        )
        self._favors: Interned[Favors] = Interned()
        self._favors.number(NOBODY)
        self._favors_of = np.array([self._favors.number(one.favors) for one in asked], np.int32)
        self._is_favored = np.zeros((len(self._favors), 0), np.uint8)
        self._forward(asked)
        self._inverted()
        self._gates = np.array([int(one.gated.sum()) for one in asked], np.uint8)
        jobs, requirements = len(asked), len(self._gated)
        self._best = np.zeros(requirements, np.int32)
        self._met = np.zeros(requirements, np.int32)
        self._firsts = np.zeros(len(self._skills), np.int32)
        self._total = np.zeros(jobs, np.int32)
        self._passed = np.zeros(jobs, np.uint8)
        self._there = np.zeros(jobs, np.int32)
        self._out_jobs = np.zeros(jobs, np.int32)
        self._out_scores = np.zeros(jobs, np.int32)

    @property
    def nbytes(self) -> int:
        return sum(one.nbytes for one in vars(self).values() if isinstance(one, np.ndarray))

    def shut(self, job_id: JobId) -> None:
        """Nobody reaches this job any more."""
        number = self._number.get(job_id)
        if number is not None:
            self._least[number] = SHUT

    def reached(self, person: Shown, as_of: date) -> dict[JobId, int]:
        """Every job that this person reaches, with its score."""
        self._worth.settle()
        count = kernels.jobs_for(
            *(self._skills, self._entries, self._posting_requirement, self._posting_table),
            *(self._job_of, self._gated, self._gates),
            *(person.skills, *self._worth.read(person.codes), self._posting_favors),
            *(self._favored(), self._worth.points, self._worth.opens),
            *(self._best, self._total, self._passed, self._met, self._there),
        )
        facets = self._facets.for_person(person.values, as_of)
        found = kernels.reaching(
            *(self._there, count, self._total, self._least, self._values),
            *(facets.values, facets.starts, facets.kinds),
            *(self._out_jobs, self._out_scores),
        )
        return self._found(found)

    def asking_for(self, skills: Iterable[int]) -> Array:
        """The numbers of the jobs to which one of these skills may count."""
        wanted = np.fromiter((skill for skill in skills if skill >= 0), np.uint32)
        found = kernels.asking(
            *(self._skills, self._entries, self._posting_requirement, self._job_of),
            *(wanted, self._passed, self._out_jobs),
        )
        return self._out_jobs[:found].copy()

    def scores(self, numbers: Array, person: Shown, as_of: date) -> dict[JobId, int]:
        """Of these jobs by number, those that this person reaches, with their scores."""
        facets = self._facets.for_person(person.values, as_of)
        return self._scores(numbers, person, self._gated, facets)

    def _scores(
        self, numbers: Array, person: Shown, gated: Array, facets: Opened
    ) -> dict[JobId, int]:
        self._worth.settle()
        found = kernels.scores_of(
            *(numbers, self._skills, self._first_requirement, self._first_list),
            *(self._list_place, self._list_table, gated),
            *(person.skills, *self._worth.read(person.codes), self._favors_of, self._favored()),
            *(self._worth.points, self._worth.opens),
            *(self._least, self._values, facets.values, facets.starts, facets.kinds),
            *(self._firsts, self._out_jobs, self._out_scores),
        )
        return self._found(found)

    def _favored(self) -> Array:
        """Of each set of favors and each name, whether it is among them."""
        if self._is_favored.shape[1] < self._worth.names:
            found = np.zeros((len(self._favors), self._worth.names), np.uint8)
            for number, favors in enumerate(self._favors.values):
                found[number, self._worth.numbers_of(favors)] = 1
            self._is_favored = found
        return self._is_favored

    def _where_favored(self, person: Shown, among: Array) -> dict[JobId, int]:
        """The scores, whatever the gates say, for those of some jobs whose employers favor
        something and that ask for what may be favored: there it is worth no less than elsewhere."""
        names, _ = self._worth.read(person.codes)
        asking = self.asking_for(person.skills[names.any(axis=1)].tolist())
        numbers = np.intersect1d(asking[self._favors_of[asking] > 0], among)
        return self._scores(numbers, person, np.zeros_like(self._gated), ALL_OPEN)

    def points(self, person: Shown, least: int | None) -> dict[JobId, int]:
        """Of every job for which this person has so many points, the score whatever its gates say.
        None: as many as the job asks for."""
        self._worth.settle()
        count = kernels.jobs_for(
            *(self._skills, self._entries, self._posting_requirement, self._posting_table),
            *(self._job_of, self._gated, np.zeros_like(self._gates)),
            *(person.skills, *self._worth.read(person.codes), self._posting_favors),
            *(self._favored(), self._worth.points, self._worth.opens),
            *(self._best, self._total, self._passed, self._met, self._there),
        )
        there = self._there[:count]
        scores = self._total[there] // FULL**2
        self._total[there] = 0
        asked = self._asked(least)
        kept = (scores >= asked[there]) & (scores > 0)
        return self._told(there[kept], scores[kept])

    def stand(self, person: Shown) -> Stand:
        """Where this person stands with each job, to be asked what more would bring."""
        self._worth.settle()
        best = np.zeros(len(self._gated), np.int32)
        for requirements, worth in self._worths(person):
            best[requirements] = np.maximum(best[requirements], worth)
        total = np.bincount(self._job_of, best, minlength=len(self.ids)).astype(np.int64)
        return Stand(self, person, best, total)

    def more(self, stand: Stand, more: Shown) -> dict[JobId, int]:
        """The jobs to which any of this `more` counts, beside what somebody has, and whose
        threshold is reached then, whatever their gates say."""
        self._worth.settle()
        parts = [(some, worth) for some, worth in self._worths(more) if len(some)]
        if not parts:
            return {}
        requirements = np.concatenate([some for some, _ in parts])
        gains = np.concatenate([np.maximum(worth - stand.best[some], 0) for some, worth in parts])
        order = np.lexsort((gains, requirements))
        requirements, gains = requirements[order], gains[order]
        last = np.append(requirements[1:] != requirements[:-1], True)  # the greatest of each
        jobs, of_job = np.unique(self._job_of[requirements[last]], return_inverse=True)
        added = np.bincount(of_job, gains[last]).astype(np.int64)
        scores = (stand.total[jobs] + added) // FULL**2
        kept = (scores >= self._least[jobs]) & (scores > 0)
        found = self._told(jobs[kept], scores[kept])
        return found | self._where_favored(_together(stand.person, more), jobs)

    def _asked(self, least: int | None) -> Array:
        """Of each job the score that is asked for. None: its own threshold."""
        if least is None:
            return self._least
        return np.where(self._least < SHUT, least, SHUT).astype(np.int32)

    def _told(self, numbers: Array, scores: Array) -> dict[JobId, int]:
        ids = self.ids
        pairs = zip(numbers.tolist(), scores.tolist(), strict=True)
        return {ids[number]: score for number, score in pairs}

    def _worths(self, person: Shown) -> Iterator[tuple[Array, Array]]:
        """For each assertion: the requirements to which it counts, and for how much."""
        for skill, code in zip(person.skills.tolist(), person.codes.tolist(), strict=True):
            at = int(np.searchsorted(self._skills, skill))
            if at < len(self._skills) and self._skills[at] == skill:
                between = slice(int(self._entries[at]), int(self._entries[at + 1]))
                worth = self._worth.points[self._posting_table[between], code]
                counts = worth > 0
                yield self._posting_requirement[between][counts], worth[counts]

    def _found(self, count: int) -> dict[JobId, int]:
        ids = self.ids
        numbers, scores = self._out_jobs[:count].tolist(), self._out_scores[:count].tolist()
        return {ids[number]: score for number, score in zip(numbers, scores, strict=True)}

    def _forward(self, asked: list[Question]) -> None:
        """Of each job its requirements, of each requirement its lists."""
        sizes = [len(one.list_end) for one in asked]
        self._first_requirement = np.cumsum([0, *sizes]).astype(np.int64)
        self._job_of = np.repeat(np.arange(len(asked), dtype=np.int32), sizes)
        self._gated = _joined([one.gated for one in asked], np.uint8)
        every = _joined([one.list_skill for one in asked], np.uint32)
        self._skills, places = np.unique(every, return_inverse=True)
        self._list_place = places.astype(np.int32)
        self._list_table = _joined([one.list_table for one in asked], np.int32)
        lists = np.cumsum([0, *(len(one.list_skill) for one in asked)])[:-1]
        ends = [one.list_end + begin for one, begin in zip(asked, lists, strict=True)]
        self._first_list = np.concatenate([[0], _joined(ends, np.int64)]).astype(np.int64)

    def _inverted(self) -> None:
        """Of each skill, the requirements to which it may count."""
        requirement = np.repeat(
            np.arange(len(self._gated), dtype=np.int32), np.diff(self._first_list)
        )
        order = np.argsort(self._list_place, kind="stable")
        sizes = np.bincount(self._list_place, minlength=len(self._skills))
        self._entries = np.cumsum([0, *sizes])
        self._posting_requirement = requirement[order]
        self._posting_table = self._list_table[order]
        self._posting_favors = self._favors_of[self._job_of[self._posting_requirement]]


def _together(one: Shown, more: Shown) -> Shown:
    skills = np.concatenate([one.skills, more.skills])
    codes = np.concatenate([one.codes, more.codes])
    order = np.lexsort((codes, skills))
    return Shown(skills[order], codes[order], one.values)


def _joined(parts: list[Array], kind: Any) -> Array:
    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, kind)
