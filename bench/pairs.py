"""The pairs of a whole state, before and after some people changed: only what changed is announced.

What the matcher does for each job when it starts: the best people are found, and compared with
those who were announced before.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

import numpy as np
from talent_matcher.index.people import PeopleIndex, Scratch
from talent_matcher.index.question import Question
from talent_matcher.index.segment import Rows
from talent_matcher.weights import WEIGHTS

from bench.population import TODAY
from bench.report import Figure, at_most, plain

CHANGED = 3_000  # people
GOOD = 200  # a score that many of these people reach for some job; few reach the usual threshold
CHECKED = 50  # of so many jobs one is compared in a second way
Array = Any
T = TypeVar("T")
R = TypeVar("R")


def of_state(index: PeopleIndex, asked: list[Question], people: Rows) -> list[Figure]:
    """All jobs, on two threads: computed and compared. Changes the index."""
    person_of = np.arange(people.people, dtype=np.int32)
    before = _on_two_threads(lambda one, scratch: _pairs(index, one, person_of, scratch), asked)

    random = np.random.default_rng(8)
    who = random.choice(people.people, min(CHANGED, people.people), replace=False)
    who = who[np.diff(people.starts)[who] > 0]
    for row in who.tolist():
        index.kill(row)
    index.add(_changed(people, who, random))
    person_of = np.append(person_of, who.astype(np.int32))

    def again(one: tuple[Question, Pairs], scratch: Scratch) -> tuple[Pairs, int]:
        now = _pairs(index, one[0], person_of, scratch)
        return now, _announced(one[1], now)

    jobs = list(zip(asked, before, strict=True))
    begun = time.perf_counter()
    after = _on_two_threads(again, jobs)
    took = time.perf_counter() - begun
    changed = np.isin(np.arange(people.people), who)
    for number, (was, (now, announced)) in enumerate(zip(before, after, strict=True)):
        if not (changed[was.people].any() or changed[now.people].any()):
            assert announced == 0
            assert np.array_equal(was.people, now.people)
            assert np.array_equal(was.scores, now.scores)
        if number % CHECKED == 0:
            assert announced == len(dict(was.listed() ^ now.listed()))
    pairs = sum(len(now.people) for now, _ in after)
    announced = sum(count for _, count in after)
    assert 0 < announced < pairs
    return [
        at_most("all jobs of the state, computed and compared", took / 60, "min", 5),
        plain(f"pairs of a score of {GOOD} or more", pairs, ""),
        plain("people changed", len(who), ""),
        plain("pairs changed, to be announced", announced, ""),
    ]


class Pairs(NamedTuple):
    """Of one job: people in order, and the score of each."""

    people: Array
    scores: Array

    def listed(self) -> set[tuple[int, int]]:
        return set(zip(self.people.tolist(), self.scores.tolist(), strict=True))


def _pairs(index: PeopleIndex, one: Question, person_of: Array, scratch: Scratch) -> Pairs:
    found = index.best(one, WEIGHTS.cap, GOOD, TODAY, scratch)
    who = person_of[found.rows]
    order = np.argsort(who)
    return Pairs(who[order], found.scores[order].astype(np.int16))


def _announced(was: Pairs, now: Pairs) -> int:
    """How many pairs are found, withdrawn, or changed in score."""
    kept, then, here = np.intersect1d(
        was.people, now.people, assume_unique=True, return_indices=True
    )
    same = int((was.scores[then] == now.scores[here]).sum())
    return len(was.people) + len(now.people) - len(kept) - same


def _changed(people: Rows, who: Array, random: Any) -> Rows:
    """These people; the first assertion of each is now what another's was."""
    counts = np.diff(people.starts)[who]
    starts = np.append(0, np.cumsum(counts))
    taken = np.arange(starts[-1]) + np.repeat(people.starts[who] - starts[:-1], counts)
    codes = people.codes[taken]
    codes[starts[:-1]] = random.permutation(codes[starts[:-1]])
    values = np.ascontiguousarray(people.values[:, who])
    return Rows(starts, people.skills[taken], codes, people.ties[who], values)


def _on_two_threads(work: Callable[[T, Scratch], R], jobs: list[T]) -> list[R]:
    """Of each job, in order."""

    def part(some: list[T]) -> list[R]:
        scratch = Scratch.made()
        return [work(one, scratch) for one in some]

    half = len(jobs) // 2
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(part, [jobs[:half], jobs[half:]])
    return first + second
