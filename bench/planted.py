"""How well a ranking finds the people who can do the job, where that is known.

People and jobs are made from O*NET occupations. What a person can really do is planted; their
profile shows only a part of it, and some that is not so: skills that nobody wrote down, levels that
are one off, boasts, a record that was revoked. How good a person is for a job follows from what
they can do; the ranking sees profiles alone. Beside it, the ranking that a search for keywords
gives: by how many of the job's skills a profile names. `python -m bench.planted 2000 100`: people
and jobs.
"""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log2
from statistics import mean
from typing import Any

import numpy as np
from talent_local.home import Home
from talent_matcher.model import (
    Assertion,
    Basis,
    HolderId,
    Importance,
    Job,
    JobId,
    OrgId,
    Outcome,
    Profile,
    Proof,
    Requirement,
    Skill,
    SkillUri,
)
from talent_matcher.relations import Relations
from talent_matcher.score import Known, Scorer
from talent_matcher.weights import WEIGHTS
from talent_skills.label_finder import LabelFinder
from talent_skills.taxonomy import Taxonomy

from bench.population import SHARES, TODAY
from bench.report import Figure, plain, report

PEOPLE, JOBS = 5_000, 200
TOP = 10
LEAST_SKILLS = 12  # of an occupation that people and jobs are made from
# In the order of population.SHARES: how often a claim of this basis says another level.
BASES = (Basis.SELF_ASSERTED, Basis.EMPLOYER_ATTESTED, Basis.COMPLETED, Basis.ASSESSED)
OFF = (0.5, 0.25, 0.2, 0.1)
UNSEEN = 0.25  # of what people can do, nobody wrote it down
UNTRUE = (0.0, 0.25, 0.5, 0.75)  # shares of what people say of themselves
SEED = 11
REVOKED = 0.05
UNNAMED_LEVEL = 0.3
SUITED, GOOD, IDEAL = 0.4, 0.6, 0.8  # shares of what a job asks for that make grade 1, 2 and 3

Occupation = Sequence[SkillUri]  # the skills that its tasks name most, first


@dataclass(frozen=True)
class Person:
    """`can`: the planted truth, skill to level."""

    can: dict[SkillUri, int]
    profile: Profile


def main() -> None:
    people, jobs = (int(one) for one in (*sys.argv[1:], PEOPLE, JOBS)[:2])
    report("planted", quality(people, jobs))


def quality(people: int, jobs: int, untrue: Sequence[float] = UNTRUE) -> list[Figure]:
    """For each share of own words that are not so."""
    taxonomy = Taxonomy.open(Home.find().built_skills)
    occupations = occupations_of(taxonomy, LabelFinder.open(Home.find().built_skills))
    known = Known(relations=Relations(taxonomy))

    def by_match(one: Person, wanted: Job) -> float:
        found = Scorer(wanted, WEIGHTS, TODAY, known).fit(one.profile)
        return found.score if found else 0

    figures = [plain("people", people, ""), plain("jobs", jobs, "")]
    figures.append(plain("occupations", len(occupations), ""))
    for share in untrue:
        random = np.random.default_rng(SEED)
        crowd = [person(random, number, occupations, share) for number in range(people)]
        asked = [job(random, number, occupations) for number in range(jobs)]
        of = f"own words {share:.0%} untrue"
        for way, name in ((by_match, "the match"), (by_keywords, "keywords")):
            precision, gain = measured(crowd, asked, way)
            figures.append(plain(f"{of}: precision@{TOP}, {name}", precision, ""))
            figures.append(plain(f"{of}: nDCG@{TOP}, {name}", gain, ""))
    return figures


def measured(
    crowd: Sequence[Person], asked: Sequence[Job], way: Callable[[Person, Job], float]
) -> tuple[float, float]:
    """Precision: the share of the first ten who are good for the job. nDCG: their grades, each
    counting less the later it comes, by the best order that there is."""
    precisions: list[float] = []
    gains: list[float] = []
    for wanted in asked:
        grades = [grade(one, wanted) for one in crowd]
        order = sorted(range(len(crowd)), key=lambda n: (-way(crowd[n], wanted), n))
        first = [grades[n] for n in order[:TOP]]
        best = _gain(sorted(grades, reverse=True)[:TOP])
        if best:
            precisions.append(sum(one >= 2 for one in first) / TOP)
            gains.append(_gain(first) / best)
    return mean(precisions), mean(gains)


def grade(one: Person, wanted: Job) -> int:
    """0 to 3, by what they can do."""
    asked = [(WEIGHTS.importance[each.importance], each) for each in wanted.requirements]
    able = sum(
        weight * min(1.0, one.can.get(each.skill.uri, 0) / max(1, each.level))
        for weight, each in asked
    )
    share = able / sum(weight for weight, _ in asked)
    return sum(share >= least for least in (SUITED, GOOD, IDEAL))


def by_keywords(one: Person, wanted: Job) -> float:
    shown = {each.skill for each in one.profile.assertions}
    return sum(each.skill.uri in shown for each in wanted.requirements)


def _gain(grades: Sequence[int]) -> float:
    return sum((2**one - 1) / log2(place + 2) for place, one in enumerate(grades))


def occupations_of(taxonomy: Taxonomy, finder: LabelFinder) -> list[Occupation]:
    """Those whose tasks name enough skills."""
    found: list[Occupation] = []
    for one in taxonomy.occupations():
        text = "\n".join((one.description, *(task.text for task in one.tasks)))
        named = Counter(finder.uris[hit.skill] for hit in finder.find(text))
        if len(named) >= LEAST_SKILLS:
            found.append([SkillUri(uri) for uri, _ in named.most_common()])
    return found


def person(random: Any, number: int, occupations: Sequence[Occupation], untrue: float) -> Person:
    own, other = (occupations[n] for n in random.integers(len(occupations), size=2))
    can = {skill: _level(random) for skill in own if random.random() < 0.7}
    can |= {skill: _level(random) for skill in other[:3]}
    claims = [
        (skill, _told(random, level, basis), basis)
        for skill, level in can.items()
        if random.random() > UNSEEN
        for basis in [int(random.choice(len(BASES), p=SHARES))]
    ]
    boasts = sum(basis == 0 for *_, basis in claims) * untrue / (1 - untrue)
    cannot = [skill for skill in own if skill not in can]
    cannot += occupations[int(random.integers(len(occupations)))]
    claims += [(skill, _level(random), 0) for skill in dict.fromkeys(cannot[: round(boasts)])]
    shown = [_assertion(random, *claim, at) for at, claim in enumerate(claims)]
    return Person(can, Profile(HolderId(f"person-{number}"), (1, 1), tuple(shown)))


def job(random: Any, number: int, occupations: Sequence[Occupation]) -> Job:
    own = occupations[int(random.integers(len(occupations)))]
    chosen = random.choice(min(len(own), 16), size=8, replace=False)
    wanted = [
        Requirement(
            Skill(own[skill]),
            Importance.REQUIRED if place < 5 else Importance.PREFERRED,
            level=int(random.integers(2, 5)) if place < 5 else 0,
        )
        for place, skill in enumerate(sorted(chosen.tolist()))
    ]
    return Job(JobId(f"job-{number}"), OrgId("employer"), (1, 1), tuple(wanted))


def _level(random: Any) -> int:
    return int(np.clip(round(random.normal(3, 1)), 1, 5))


def _told(random: Any, level: int, basis: int) -> int:
    """The level that a claim says, which people say higher than it is more often than lower."""
    if random.random() < UNNAMED_LEVEL:
        return 0
    if random.random() < OFF[basis]:
        level += 1 if random.random() < 0.75 else -1
    return min(5, max(1, level))


def _assertion(random: Any, skill: SkillUri, level: int, basis: int, number: int) -> Assertion:
    by_record = BASES[basis] is not Basis.SELF_ASSERTED
    valid = Outcome.REVOKED if random.random() < REVOKED else Outcome.VALID
    outcome = valid if by_record else Outcome.NO_DOCUMENT
    proof = Proof(f"{number}", BASES[basis], outcome, by_record, level=level)
    seen = TODAY - timedelta(int(random.integers(3000)))
    return Assertion(skill, proof, shown_on=seen)


if __name__ == "__main__":
    main()
