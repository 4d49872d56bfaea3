"""A state of people and jobs that never were, for benchmarks: seeded, so each run has the same.

Skills are drawn by Zipf's law, shifted so that the commonest is shown by about a third of people.
Everything that counts is there: near skills, distances, hours, shifts, pay, licenses, skills that
nobody may lack, employers whom somebody shuts out, and whom or what an employer favors.
Arrays as the index over people takes them; and the same people as `Profile`s, where they are few.
"""

from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Any

import numpy as np
from talent_local.home import Home
from talent_matcher.distances import Distances
from talent_matcher.gates import week
from talent_matcher.index.facets import FACETS, Facets
from talent_matcher.index.interned import Interned
from talent_matcher.index.segment import Rows
from talent_matcher.index.worth import Worth
from talent_matcher.model import (
    Assertion,
    Basis,
    Favors,
    HolderId,
    Hours,
    Importance,
    Job,
    JobId,
    License,
    LicenseRequirement,
    LicenseState,
    OrgId,
    Outcome,
    Pay,
    PayPeriod,
    Place,
    Profile,
    Proof,
    Relation,
    Requirement,
    Skill,
    SkillUri,
    Week,
)
from talent_matcher.score import Known

Array = Any
SKILLS, SHIFT = 20_000, 10
TWIGS = 10  # of a skill that has narrower ones
SHOWN, ASKED = 25, 12  # skills of a person on average, of a job
COUNTIES = 64
EMPLOYERS = 5_000
VALIDATORS, CRITERIA = 30, 10  # that some employer favors
EACH = 20  # employer favors something
LICENSES = 20  # kinds of them
DAYS, WEEKEND = range(5), (5, 6)
WEEKS = tuple(  # days from Monday, and the minutes of each
    week([(day, begin * 60, end * 60) for day in days])
    for days, begin, end in (
        *((DAYS, 8, 17), (DAYS, 6, 14), (DAYS, 14, 22), (DAYS, 22, 6)),
        *((WEEKEND, 8, 20), (range(7), 8, 20)),
    )
)
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


class Tree:
    """Of each skill one that is broader, and of every tenth ten that are narrower, however common:
    1.9 near a skill, as in ESCO, where there are 1.8 (`Relations` of its taxonomy)."""

    version = "tree-1"

    def __init__(self, seed: int = 4) -> None:
        self._at: list[int] = np.random.default_rng(seed).permutation(SKILLS).tolist()
        self._near = {skill_uri(skill): self._of(place) for place, skill in enumerate(self._at)}

    def near(self, skill: SkillUri) -> Mapping[SkillUri, Relation]:
        return self._near[skill]

    def _of(self, place: int) -> dict[SkillUri, Relation]:
        below = range(max(1, place * TWIGS), min(SKILLS, (place + 1) * TWIGS))
        found = {skill_uri(self._at[one]): Relation.NARROWER for one in below}
        return found | {skill_uri(self._at[place // TWIGS]): Relation.BROADER} if place else found


def known() -> Known:
    """What is near what, how far places are apart, and what employers favor."""
    random = np.random.default_rng(5)
    names = np.array([f"guild-{number}" for number in range(VALIDATORS)])
    criteria = np.array([f"course-{number}@1" for number in range(CRITERIA)])
    favors = {
        OrgId(f"org-{number}"): Favors(
            frozenset(random.choice(names, 2).tolist()),
            frozenset(random.choice(criteria, 1).tolist()),
        )
        for number in range(0, EMPLOYERS, EACH)
    }
    return Known(
        relations=Tree(),
        distances=Distances.open(Home.find().data / "places" / "centers.csv"),
        favors=favors,
        named=Favors(frozenset(names.tolist()), frozenset(criteria.tolist())),
    )


def place(random: Any) -> Place:
    return Place("US-CO", f"08{int(random.integers(COUNTIES)) * 2 + 1:03}")


def people(count: int, worth: Worth, facets: Facets, seed: int = 1) -> Rows:
    random = np.random.default_rng(seed)
    sizes = random.poisson(SHOWN, count)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    total = int(starts[-1])
    codes, chances = _codes(worth)
    return Rows(
        starts=starts.astype(np.int64),
        skills=draw_skills(random, total),
        codes=codes[random.choice(len(codes), total, p=chances)].astype(np.uint16),
        ties=random.integers(0, 2**63, count).astype(np.uint64),
        values=_values(random, count, facets),
    )


def _codes(worth: Worth) -> tuple[Array, Array]:
    """Of each kind of assertion, and how often it is."""
    kinds = _kinds()
    chances = np.array([chance for _, chance in kinds])
    return np.array([worth.code(one, TODAY) for one, _ in kinds]), chances / chances.sum()


def _kinds() -> list[tuple[Assertion, float]]:
    """Of each basis: trusted or not, at each level and at none; a third of those with a document
    by somebody, or by criteria, that an employer may favor."""
    found: list[tuple[Assertion, float]] = []
    by = [("", ""), *((f"guild-{number}", "") for number in range(VALIDATORS))]
    by += [("", f"course-{number}@1") for number in range(CRITERIA)]
    for basis, share in zip(BASES, SHARES, strict=True):
        own_word = basis is Basis.SELF_ASSERTED
        outcome = Outcome.NO_DOCUMENT if own_word else Outcome.VALID
        named = by[:1] if own_word else by
        for trusted, level, (validator, criteria) in product((False, True), range(6), named):
            proof = Proof("", basis, outcome, trusted and not own_word, level=level)
            one = Assertion(
                skill_uri(0),
                proof,
                shown_on=date(2025, 6, 1),
                validator_org=validator,
                criteria_of=criteria,
            )
            is_named = bool(validator or criteria)
            part = 1 / 3 / (len(by) - 1) if is_named else (1.0 if own_word else 2 / 3)
            found.append((one, share / 12 * part))
    return found


def profile(people: Rows, number: int, worth: Worth, facets: Facets) -> Profile:
    """One of them, with ids as long as real ones."""
    kinds = {worth.code(one, TODAY): one for one, _ in _kinds()}
    between = slice(int(people.starts[number]), int(people.starts[number + 1]))
    shown = zip(people.skills[between].tolist(), people.codes[between].tolist(), strict=True)
    values: list[Any] = [
        its[place]
        for its, place in zip(facets.people_values, people.values[:, number].tolist(), strict=True)
    ]
    where, floor, hours, shifts, licenses, orgs = values
    return where._replace(
        holder_id=HolderId(f"{number:08x}-0000-4000-8000-000000000000"),
        version=(1, 1),
        assertions=tuple(
            _of_skill(kinds[code], skill, f"{number:08x}-0000-4000-8000-{place:012x}")
            for place, (skill, code) in enumerate(shown)
        ),
        pay_floor=floor.pay_floor,
        hours=hours.hours,
        shifts=shifts.shifts,
        licenses=licenses.licenses,
        excluded_orgs=orgs.excluded_orgs,
    )


def _of_skill(kind: Assertion, skill: int, name: str) -> Assertion:
    proof = kind.proof._replace(
        assertion_id=name,
        issuer_name=f"Academy of place number {skill % 400}",
        achievement_name=f"Program {skill}",
        evidence_id=f"of-{name}",
        awarded=kind.shown_on,
    )
    return kind._replace(
        skill=skill_uri(skill), proof=proof, taxonomy="esco-1.2", label=f"Skill number {skill}"
    )


def _values(random: Any, count: int, facets: Facets) -> Array:
    """What gates depend on, of people of whom each is a common kind."""
    kinds = [
        facets.person(
            Profile(
                HolderId(""),
                (0, 0),
                place=place(random),
                commute_miles=int(random.choice([0, 10, 30, 60])),
                hours=Hours(*[(0, 0), (20, 30), (35, 45)][int(random.integers(3))]),
                pay_floor=_floor(random),
                shifts=_week(random, 0.4),
                licenses=_licenses(random),
                excluded_orgs=_shut_out(random),
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


def _week(random: Any, chance: float) -> Week:
    return WEEKS[int(random.integers(len(WEEKS)))] if random.random() < chance else ()


def _licenses(random: Any) -> tuple[License, ...]:
    if random.random() < 0.9:
        return ()
    state = LicenseState.CLAIMED if random.random() < 0.2 else LicenseState.VERIFIED
    return (License(f"License {int(random.integers(LICENSES))}", "US-CO", state),)


def _shut_out(random: Any) -> frozenset[str]:
    return frozenset({f"org-{int(random.integers(200)) * 25}"} if random.random() < 0.03 else ())


def jobs(count: int, seed: int = 2) -> list[Job]:
    random = np.random.default_rng(seed)
    return [_job(random, number) for number in range(count)]


def _job(random: Any, number: int) -> Job:
    wanted: dict[int, Requirement] = {}
    while len(wanted) < ASKED:
        one = int(draw_skills(random, 1)[0])
        importance = Importance.REQUIRED if len(wanted) < ASKED // 2 else Importance.PREFERRED
        wanted[one] = Requirement(
            Skill(skill_uri(one)),
            importance,
            level=int(random.integers(0, 5)),
            gate=not wanted and bool(random.random() < 0.1),
        )
    return Job(
        JobId(f"job-{number}"),
        OrgId(f"org-{number % EMPLOYERS}"),
        (1, 1),
        tuple(wanted.values()),
        licenses=_asked_licenses(random),
        remote=bool(random.random() < 0.1),
        place=place(random),
        hours=Hours(30, 40) if random.random() < 0.5 else Hours(),
        shifts=_week(random, 0.3),
        top_pay=Pay(int(random.integers(20, 60)) * 100, "USD", PayPeriod.HOUR),
    )


def _asked_licenses(random: Any) -> tuple[LicenseRequirement, ...]:
    if random.random() < 0.9:
        return ()
    kind, pending = f"License {int(random.integers(LICENSES))}", bool(random.random() < 0.5)
    return (LicenseRequirement(kind, "US-CO", pending),)
