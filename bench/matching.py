"""Matching a whole state in memory: the index against the plain way in numpy, in the same run.

Floor: what one would write first with numpy: look up every assertion of everybody, add up by
person, drop those whose gates are closed, take the best. `python -m bench.matching 100000`
sets the number of people; without it that is a state of 2.3 million.
"""

import gc
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

import numpy as np
from talent_matcher.index.crowd import Crowd
from talent_matcher.index.facets import Facets
from talent_matcher.index.jobs import JobIndex, Shown
from talent_matcher.index.market import Market
from talent_matcher.index.people import PeopleIndex, Scratch
from talent_matcher.index.question import Question, question
from talent_matcher.index.segment import Rows
from talent_matcher.index.worth import Worth
from talent_matcher.model import Fit, Job
from talent_matcher.score import Known, Scorer
from talent_matcher.weights import WEIGHTS

from bench import population
from bench.pairs import GOOD, of_state
from bench.population import TODAY
from bench.report import Figure, at_least, at_most, plain, report

STATE, JOBS = 2_300_000, 100_000
TOP, LEAST = 100, 1
EXPLAINED = 30  # jobs
MIB = 2**20
Array = Any


class PeopleFloor:
    """The plain way to the best for a job."""

    def __init__(self, people: Rows, worth: Worth, facets: Facets) -> None:
        self.people, self.worth, self.facets = people, worth, facets
        self.person_of = np.repeat(np.arange(people.people, dtype=np.int32), np.diff(people.starts))

    def best(self, asked: Question) -> Array:
        all_points, all_opens, asked_tables = self.worth.asked(asked.list_table, asked.favors)
        order = np.argsort(asked.list_skill, kind="stable")
        requirement = np.searchsorted(asked.list_end, order, side="right")
        counts = np.bincount(asked.list_skill, minlength=population.SKILLS)
        firsts = np.cumsum(counts) - counts
        counting = np.flatnonzero((counts > 0)[self.people.skills])
        # A skill may count for several requirements.
        times = counts[self.people.skills[counting]]
        among = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        counting = np.repeat(counting, times)
        at = firsts[self.people.skills[counting]] + among
        tables, codes = asked_tables[order][at], self.people.codes[counting]
        points, opens = all_points[tables, codes], all_opens[tables, codes]
        # What somebody shows for a requirement counts once: the best of it.
        pairs = self.person_of[counting].astype(np.int64) * len(asked.list_end) + requirement[at]
        order = np.lexsort((points, pairs))
        kept = order[np.append(np.flatnonzero(np.diff(pairs[order])), len(order) - 1)]
        total = np.bincount(
            self.person_of[counting[kept]], points[kept], minlength=self.people.people
        )
        for number in np.flatnonzero(asked.gated):
            shown = (requirement[at] == number) & (opens > 0)
            total *= np.isin(np.arange(self.people.people), self.person_of[counting[shown]])
        opened, starts, _ = self.facets.for_job(asked.values, TODAY)
        for begin, values in zip(starts, self.people.values, strict=True):
            total *= opened[begin + values]
        scores = (total // 1_000_000).astype(np.int64)
        return np.sort(np.partition(scores, -TOP)[-TOP:])[::-1]


class JobsFloor:
    """The plain way to the jobs that a person reaches."""

    def __init__(self, asked: list[Question], worth: Worth, facets: Facets) -> None:
        self.worth, self.facets = worth, facets
        self.skills = np.concatenate([one.list_skill for one in asked])
        self.tables = np.concatenate([one.list_table for one in asked])
        sizes = [np.diff(one.list_end, prepend=0) for one in asked]
        self.requirements = _begins(np.concatenate(sizes))
        self.jobs = _begins(np.array([len(one) for one in sizes]))
        self.values = np.array([one.values for one in asked])
        self.gated = np.concatenate([one.gated for one in asked]) > 0
        # What each employer reads in place of a code, by what it favors.
        favors = list(dict.fromkeys(one.favors for one in asked))
        codes = np.arange(worth.points.shape[1])
        self.read = np.array([worth.to(one, codes) for one in favors])
        numbers = {one: number for number, one in enumerate(favors)}
        self.favors = np.repeat(
            [numbers[one.favors] for one in asked], [len(one.list_skill) for one in asked]
        )

    def reached(self, person: Shown) -> int:
        """How many."""
        # Of a skill that is shown more than once the last, and below each of the others.
        others = np.append(person.skills[1:] == person.skills[:-1], False)
        code = np.full(population.SKILLS, -1, np.int32)
        code[person.skills[~others]] = person.codes[~others]
        opened, starts, _ = self.facets.for_person(person.values, TODAY)
        codes = code[self.skills]
        shown = np.flatnonzero(codes >= 0)
        points, opens = np.zeros(len(codes), np.int32), np.zeros(len(codes), np.uint8)
        points[shown], opens[shown] = self._looked_up(shown, codes[shown])
        skills = self.skills[shown]
        for skill, other in zip(person.skills[others], person.codes[others], strict=True):
            at = shown[skills == skill]
            more, opening = self._looked_up(at, other)
            points[at], opens[at] = np.maximum(points[at], more), opens[at] | opening
        best = np.maximum.reduceat(points, self.requirements)
        scores = np.add.reduceat(best, self.jobs) // 1_000_000
        has = np.maximum.reduceat(opens, self.requirements) | ~self.gated
        is_open = opened[starts + self.values].all(axis=1)
        is_open &= np.logical_and.reduceat(has, self.jobs)
        return int(((scores >= GOOD) & is_open).sum())

    def _looked_up(self, at: Array, codes: Array) -> tuple[Array, Array]:
        """Points, and whether a gate opens, of some entries."""
        tables, codes = self.tables[at], self.read[self.favors[at], codes]
        return self.worth.points[tables, codes], self.worth.opens[tables, codes]


def _begins(sizes: Array) -> Array:
    return np.cumsum(sizes) - sizes


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else STATE
    known, skills = population.known(), population.known_skills()
    worth, facets = Worth(WEIGHTS, known.named), Facets(WEIGHTS, known.distances)
    people = population.people(count, worth, facets)
    jobs = population.jobs(JOBS)
    asked = [question(one, WEIGHTS, known, skills, worth, facets) for one in jobs]
    worth.settle()
    figures = [plain("people", count, ""), plain("assertions", len(people.skills), "")]

    index = PeopleIndex(skills, worth, facets)
    seconds, _ = timed(lambda: index.add(people))
    figures.append(plain("index built in", seconds, "s"))
    gc.freeze()  # as the matcher does
    figures.append(at_most("index over people", index.nbytes / MIB, "MiB", 400))
    figures += _best(index, PeopleFloor(people, worth, facets), asked)
    figures += _explained(people, jobs, asked, index, worth, facets, known)
    figures += _percolation(
        JobIndex(
            {one.job_id: q for one, q in zip(jobs, asked, strict=True)},
            {one.job_id: GOOD for one in jobs},
            worth,
            facets,
        ),
        JobsFloor(asked, worth, facets),
        population.people(2_000, worth, facets, seed=3),
    )
    figures += of_state(index, asked, people)
    report("matching", figures)


def _best(index: PeopleIndex, floor: PeopleFloor, asked: list[Question]) -> list[Figure]:
    scratch = Scratch.made()
    for one in asked[:20]:  # gates of their places are decided once
        index.best(one, TOP, LEAST, TODAY, scratch)
    times: list[float] = []
    floors: list[float] = []
    for number, one in enumerate(asked[20:220]):
        seconds, found = timed(lambda one=one: index.best(one, TOP, LEAST, TODAY, scratch))
        times.append(seconds)
        if number % 40 == 0:
            seconds, plainly = timed(lambda one=one: floor.best(one))
            floors.append(seconds)
            assert (found.scores == plainly[: len(found.scores)]).all()
    took, plain_took = median(times), median(floors)
    with ThreadPoolExecutor(2) as threads:
        own = [Scratch.made(), Scratch.made()]
        halves = [asked[300:800], asked[800:1300]]
        begun = time.perf_counter()
        list(threads.map(_all, [index, index], halves, own))
        both = len(halves[0]) * 2 / (time.perf_counter() - begun)
    return [
        plain("the best 100 for a job", took * 1000, "ms"),
        plain("the same by numpy", plain_took * 1000, "ms"),
        at_least("numpy to index", plain_took / took, "times", 100),
        plain("jobs on two threads", both, "jobs/s"),
    ]


def _explained(
    people: Rows,
    jobs: list[Job],
    asked: list[Question],
    index: PeopleIndex,
    worth: Worth,
    facets: Facets,
    known: Known,
) -> list[Figure]:
    """Every contribution, gate and gap of the best 100, out of their packed profiles."""
    market, scratch = Market(WEIGHTS, known), Scratch.made()
    times: list[float] = []
    parts: list[int] = []
    for job, one in zip(jobs[:EXPLAINED], asked, strict=False):
        found = index.best(one, TOP, LEAST, TODAY, scratch)
        crowd = Crowd(market.people(), WEIGHTS.age_years)
        for row in found.rows.tolist():
            person = population.profile(people, row, worth, facets)
            crowd.put(person.holder_id, person.version, person, None)
        seconds, fits = timed(lambda crowd=crowd, job=job: _fits(crowd, job, known))
        times.append(seconds)
        parts += [len(fit.contributions) for fit in fits]
        assert [fit.score for fit in fits] == found.scores.tolist()
    return [
        at_most("explanations of these 100", median(times) * 1000, "ms", 5),
        plain("contributions to each", sum(parts) / len(parts), ""),
    ]


def _fits(crowd: Crowd, job: Job, known: Known) -> list[Fit]:
    fits: list[Fit] = []
    scorer = Scorer(job, WEIGHTS, TODAY, known)
    for holder in crowd:
        person = crowd.profile(holder, scorer.skills)
        fit = person and scorer.fit(person)
        assert fit is not None
        fits.append(fit)
    return fits


def _all(index: PeopleIndex, asked: list[Question], scratch: Scratch) -> None:
    for one in asked:
        index.best(one, TOP, LEAST, TODAY, scratch)


def _percolation(jobs: JobIndex, floor: JobsFloor, people: Rows) -> list[Figure]:
    everybody = [_shown(people, number) for number in range(people.people)]
    for one in everybody[:1000]:
        jobs.reached(one, TODAY)
    times: list[float] = []
    floors: list[float] = []
    reached = 0
    for number, one in enumerate(everybody[1000:]):
        seconds, found = timed(lambda one=one: jobs.reached(one, TODAY))
        times.append(seconds)
        if number % 100 == 0:
            seconds, plainly = timed(lambda one=one: floor.reached(one))
            floors.append(seconds)
            assert len(found) == plainly
            reached += plainly
    assert reached
    took, plain_took = median(times), median(floors)
    changes = [timed(lambda one=one: _change(jobs, one))[0] for one in everybody[1000:]]
    return [
        plain("a person against 100,000 jobs", took * 1000, "ms"),
        plain("the same by numpy", plain_took * 1000, "ms"),
        at_least("numpy to index", plain_took / took, "times", 20),
        plain("a person whose one skill changed", median(changes) * 1e6, "us"),
        at_least("numpy to that", plain_took / median(changes), "times", 200),
        plain("index over jobs", jobs.nbytes / MIB, "MiB"),
    ]


def _change(jobs: JobIndex, person: Shown) -> None:
    skill = int(person.skills[len(person.skills) // 2])
    jobs.scores(jobs.asking_for([skill]), person, TODAY)


def _shown(people: Rows, number: int) -> Shown:
    between = slice(int(people.starts[number]), int(people.starts[number + 1]))
    order = np.argsort(people.skills[between], kind="stable")
    return Shown(
        skills=people.skills[between][order],
        codes=people.codes[between][order],
        values=people.values[:, number].tolist(),
    )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


if __name__ == "__main__":
    main()
