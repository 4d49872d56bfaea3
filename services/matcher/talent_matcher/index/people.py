"""The index over people: the best for a job among millions.

An immutable base, small segments of those who changed since, and a mark on everybody who is dead in
an older one. Small segments are built into a larger one now and then, so that few are asked.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from talent_matcher.index import kernels
from talent_matcher.index.facets import FACETS, Facets
from talent_matcher.index.interned import Interned
from talent_matcher.index.question import Question
from talent_matcher.index.saved import Meanings, Renumbering
from talent_matcher.index.segment import Rows, Segment, build, living
from talent_matcher.index.worth import Worth
from talent_matcher.model import Favors, Profile, SkillUri
from talent_matcher.score import holds

Array = Any


@dataclass(slots=True)
class Scratch:
    """Working space of one thread, all zero between two questions but for `before`."""

    total: Array
    best: Array
    before: Array
    passed: Array

    @classmethod
    def made(cls) -> "Scratch":
        return cls(
            total=np.zeros(kernels.BLOCK, np.int32),
            best=np.zeros(kernels.BLOCK, np.int32),
            before=np.zeros(kernels.BLOCK, np.int32),
            passed=np.zeros(kernels.BLOCK, np.uint8),
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The best, best first. A row is a person's place over all segments."""

    scores: Array
    rows: Array


class PeopleIndex:
    def __init__(self, skills: Interned[SkillUri], worth: Worth, facets: Facets) -> None:
        self._skills = skills
        self._worth = worth
        self._facets = facets
        self.segments: list[Segment] = []
        self._firsts: list[int] = []  # the row of each segment's first person
        self._dead: list[int] = []  # of each segment, how many
        self._next = 0

    @property
    def named(self) -> Favors:
        """Whom and what any employer favors."""
        return self._worth.named

    @property
    def nbytes(self) -> int:
        return sum(one.nbytes for one in self.segments)

    def rows(self, people: Sequence[tuple[int, Profile]], as_of: date) -> Rows:
        """People, each with their tie, as a segment is built from them."""
        starts, skills, codes, values = [0], list[int](), list[int](), list[list[int]]()
        for _, profile in people:
            for one in profile.assertions:
                if holds(one, as_of):
                    skills.append(self._skills.number(one.skill))
                    codes.append(self._worth.code(one, as_of))
            starts.append(len(skills))
            values.append(self._facets.person(profile))
        return Rows(
            starts=np.array(starts, np.int64),
            skills=np.array(skills, np.uint32),
            codes=np.array(codes, np.uint16),
            ties=np.array([tie for tie, _ in people], np.uint64),
            values=np.ascontiguousarray(
                np.array(values, np.uint32).reshape(len(people), len(FACETS)).T
            ),
        )

    def meanings(self) -> Meanings:
        """What the numbers in rows stand for, at this moment."""
        values = [list(one) for one in self._facets.people_values]
        return Meanings(list(self._skills.values), self._worth.kinds, values, self.named)

    def renumbering(self, its: Meanings) -> Renumbering:
        """For rows of another process."""
        return Renumbering(
            skills=np.array([self._skills.number(one) for one in its.skills], np.uint32),
            codes=np.array(self._worth.codes(its.evidence), np.uint16),
            values=[np.array(one, np.uint32) for one in self._facets.people_numbers(its.values)],
            named=its.named,
        )

    def add(self, rows: Rows) -> int:
        """A segment of people. The row of the first; the others follow."""
        first = self._next
        segment = build(rows)
        self.segments.append(segment)
        self._firsts.append(first)
        self._dead.append(0)
        self._next += segment.people
        return first

    def take_out(self, number: int) -> Rows:
        """Forget a segment: its living come again in another."""
        found = living(self.segments[number])
        for kept in (self.segments, self._firsts, self._dead):
            del kept[number]
        return found

    def first(self, number: int) -> int:
        """The row of a segment's first person."""
        return self._firsts[number]

    def mostly_dead(self) -> list[int]:
        """The segments of which more than half are dead, the last first."""
        sizes = [one.people for one in self.segments]
        found = [n for n, dead in enumerate(self._dead) if 2 * dead > sizes[n]]
        return found[::-1]

    def places(self, rows: Sequence[int]) -> list[tuple[int, int]]:
        """For each row its segment, and the row in that."""
        found = np.searchsorted(self._firsts, rows, side="right") - 1
        return [
            (int(segment), row - self._firsts[segment])
            for segment, row in zip(found, rows, strict=True)
        ]

    def kill(self, row: int) -> None:
        """This person is not there any more, or elsewhere."""
        at = bisect_right(self._firsts, row) - 1
        self.segments[at].alive[row - self._firsts[at]] = False
        self._dead[at] += 1

    def best(self, asked: Question, count: int, least: int, as_of: date, scratch: Scratch) -> Found:
        """Up to `count` people who reach `least`, best first; equals by their tie."""
        facets = self._facets.for_job(asked.values, as_of)
        points, opens, tables = self._worth.asked(asked.list_table, asked.favors)
        scores = np.zeros(count, np.int32)
        ties, rows = np.zeros(count, np.uint64), np.zeros(count, np.int64)
        size = 0
        for first, one in zip(self._firsts, self.segments, strict=True):
            size = kernels.best_people(
                *(one.block_skills, one.skills, one.entries, one.rows, one.codes),
                *(one.more, one.more_rows, one.more_codes),
                *(one.alive, one.ties, one.values),
                *(asked.list_skill, tables, asked.list_end, asked.gated),
                *(points, opens, facets.values, facets.starts, facets.kinds),
                *(least, scores, ties, rows, size),
                *(scratch.total, scratch.best, scratch.before),
                *(scratch.passed, first),
            )
        order = np.lexsort((ties[:size], -scores[:size]))
        return Found(scores[:size][order], rows[:size][order])
