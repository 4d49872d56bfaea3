"""A state of people and jobs that never were, for benchmarks: seeded, so each run has the same.

Skills are drawn by Zipf's law, shifted so that the commonest is shown by about a third of people.
Arrays as the index over people takes them; and the same people as `Profile`s, where they are few.
"""

from datetime import date
from typing import Any

import numpy as np
from talent_matcher.index.facets import FACETS, Facets
from talent_matcher.index.interned import Interned
from talent_matcher.index.segment import Rows
from talent_matcher.index.worth import Worth
from talent_matcher.model import (
    Assertion,
    Basis,
    HolderId,
    Hours,
    Importance,
    Job,
    JobId,
    OrgId,
    Outcome,
    Pay,
    PayPeriod,
    Place,
    Profile,
    Proof,
    Requirement,
    Skill,
    SkillUri,
)

Array = Any
SKILLS, SHIFT = 20_000, 10
SHOWN, ASKED = 25, 12  # skills of a person on average, of a job
COUNTIES = 64
TODAY = date(2026, 11, 25)
BASES = (Basis.SELF_ASSERTED, Basis.EMPLOYER_ATTESTED, Basis.COMPLETED, Basis.ASSESSED)
SHARES = (0.5, 0.1, 0.25, 0.15)  # of each basis


def draw_skills(random: Any, count: int) -> Array:
    """Skill n with a chance that falls as 1 / (n + SHIFT)."""
    spread = np.log((SKILLS + SHIFT) / SHIFT)
    return (SHIFT * np.exp(random.random(count) * spread) - SHIFT).astype(np.uint32)


def skill_uri(number: int) -> SkillUri:
    return SkillUri(f"urn:skill:{number}")


def known_skills() -> Interned[SkillUri]:
    skills: Interned[SkillUri] = Interned()
    for number in range(SKILLS):
        skills.number(skill_uri(number))
    return skills


def place(random: Any) -> Place:
    return Place("US-CO", f"08{int(random.integers(COUNTIES)) * 2 + 1:03}")


def people(count: int, worth: Worth, facets: Facets, seed: int = 1) -> Rows:
    random = np.random.default_rng(seed)
    sizes = random.poisson(SHOWN, count)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    total = int(starts[-1])
    codes = _codes(worth)
    chances = np.repeat(np.array(SHARES) / 12, 12)
    return Rows(
        starts=starts.astype(np.int64),
        skills=draw_skills(random, total),
        codes=codes[random.choice(len(codes), total, p=chances)].astype(np.uint16),
        ties=random.integers(0, 2**63, count).astype(np.uint64),
        values=_values(random, count, facets),
    )


def _codes(worth: Worth) -> Array:
    """Of each basis: trusted or not, at each level and at none."""
    found: list[int] = []
    for basis in BASES:
        own_word = basis is Basis.SELF_ASSERTED
        outcome = Outcome.NO_DOCUMENT if own_word else Outcome.VALID
        for trusted in (False, True):
            for level in range(6):
                proof = Proof("", basis, outcome, level, trusted and not own_word)
                one = Assertion(skill_uri(0), proof, shown_on=date(2025, 6, 1))
                found.append(worth.code(one, TODAY))
    return np.array(found)


def _values(random: Any, count: int, facets: Facets) -> Array:
    """Places, hours and pay floors of whom each is a common kind."""
    kinds = [
        facets.person(
            Profile(
                HolderId(""),
                (0, 0),
                place=place(random),
                commute_miles=int(random.choice([0, 10, 30, 60])),
                hours=Hours(*[(0, 0), (20, 30), (35, 45)][int(random.integers(3))]),
                pay_floor=_floor(random),
            )
        )
        for _ in range(5_000)
    ]
    made = np.array(kinds, np.uint32)[random.integers(len(kinds), size=count)]
    return np.ascontiguousarray(made.T).reshape(len(FACETS), count)


def _floor(random: Any) -> Pay | None:
    if random.random() < 0.5:
        return None
    return Pay(int(random.integers(15, 45)) * 100, "USD", PayPeriod.HOUR)


def jobs(count: int, seed: int = 2) -> list[Job]:
    random = np.random.default_rng(seed)
    return [_job(random, number) for number in range(count)]


def _job(random: Any, number: int) -> Job:
    wanted: dict[int, Requirement] = {}
    while len(wanted) < ASKED:
        one = int(draw_skills(random, 1)[0])
        importance = Importance.REQUIRED if len(wanted) < ASKED // 2 else Importance.PREFERRED
        wanted[one] = Requirement(
            Skill(skill_uri(one)), importance, level=int(random.integers(0, 5))
        )
    return Job(
        JobId(f"job-{number}"),
        OrgId(f"org-{number % 5000}"),
        (1, 1),
        tuple(wanted.values()),
        remote=bool(random.random() < 0.1),
        place=place(random),
        hours=Hours(30, 40) if random.random() < 0.5 else Hours(),
        top_pay=Pay(int(random.integers(20, 60)) * 100, "USD", PayPeriod.HOUR),
    )
