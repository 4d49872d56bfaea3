"""How well a holder fits a job: whole numbers in, whole numbers out.

The same profile, job, weights and date give the same fit on every machine, so there are no
fractions here, and time is the date that is passed in.

A requirement has a share of the points by its importance. Of all that a holder shows for it, the
assertion of the greatest worth counts, once: score = sum(share × worth).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Protocol

from talent_matcher.distances import UNKNOWN, Distances
from talent_matcher.evidence import NOBODY, classify, evidence, level, worth
from talent_matcher.gates import gates, skill_gate
from talent_matcher.model import (
    Assertion,
    Contribution,
    EvidenceClass,
    Favors,
    Fit,
    Gate,
    GateOutcome,
    Importance,
    Job,
    Missing,
    OrgId,
    Profile,
    Relation,
    Requirement,
    Skill,
    SkillUri,
)
from talent_matcher.weights import FULL, Weights

CODE = "2"  # raised whenever the same input gives another fit

# Whoever has a more specific skill has the one that is asked for.
OPENS = frozenset({Relation.EXACT, Relation.NARROWER})


class Near(Protocol):
    """Which skills count beside the one that is asked for: one step away, never further."""

    @property
    def version(self) -> str: ...
    def near(self, skill: SkillUri) -> Mapping[SkillUri, Relation]: ...


class Apart:
    """No skill is near another."""

    version = ""

    def near(self, skill: SkillUri) -> Mapping[SkillUri, Relation]:
        return MappingProxyType({})


@dataclass(frozen=True)
class Known:
    """What is known beside a profile and a job."""

    relations: Near = field(default_factory=Apart)
    distances: Distances = UNKNOWN
    favors: Mapping[OrgId, Favors] = field(default_factory=lambda: MappingProxyType({}))
    named: Favors = NOBODY  # of all employers together


ALONE = Known()


@dataclass(frozen=True, slots=True)
class Counting:
    """An assertion that counts for a requirement. `worth` is in millionths."""

    worth: int
    relation: Relation
    assertion: Assertion
    found: EvidenceClass

    @property
    def order(self) -> tuple[int, Relation, str, SkillUri]:
        """Best first; equals in an order that does not depend on the profile's."""
        one = self.assertion
        return (-self.worth, self.relation, one.proof.assertion_id, one.skill)


def fit(
    profile: Profile, job: Job, weights: Weights, as_of: date, known: Known = ALONE
) -> Fit | None:
    """The fit of a pair, or None when there is nothing to announce: a gate is closed, the holder
    has excluded the employer, or the job asks for nothing."""
    if not considered(profile, job, as_of):
        return None
    found = [counting(profile, wanted, job, weights, as_of, known) for wanted in job.requirements]
    its_gates = _gates(profile, job, found, weights, as_of, known)
    if _closed(its_gates):
        return None
    return _scored(job, found, its_gates, weights, known)


def whatever_gates_say(
    profile: Profile, job: Job, weights: Weights, as_of: date, known: Known = ALONE
) -> Fit:
    """The fit of a pair, also where a gate is closed: what the score would be without it."""
    found = [counting(profile, wanted, job, weights, as_of, known) for wanted in job.requirements]
    its_gates = _gates(profile, job, found, weights, as_of, known)
    return _scored(job, found, its_gates, weights, known)


def is_open(
    profile: Profile, job: Job, weights: Weights, as_of: date, known: Known = ALONE
) -> bool:
    """Whether every gate is open. Weighs only skills that nobody may lack."""
    others = _closed(gates(profile, job, weights, as_of, known.distances))
    return not others and lacks_nothing(profile, job, weights, as_of, known)


def lacks_nothing(
    profile: Profile, job: Job, weights: Weights, as_of: date, known: Known = ALONE
) -> bool:
    """Whether no skill is missing that nobody may lack."""
    return not _closed(
        _skill_gate(wanted, counting(profile, wanted, job, weights, as_of, known))
        for wanted in job.requirements
        if wanted.gate
    )


def suits(profile: Profile, job: Job, weights: Weights, as_of: date, known: Known = ALONE) -> bool:
    """Whether the pair is scored, and every gate is open that needs no skill."""
    its_gates = gates(profile, job, weights, as_of, known.distances)
    return considered(profile, job, as_of) and not _closed(its_gates)


def all_gates(
    profile: Profile, job: Job, weights: Weights, as_of: date, known: Known = ALONE
) -> tuple[Gate, ...]:
    """Every gate of a pair, closed ones included: why somebody is not announced."""
    found = [counting(profile, wanted, job, weights, as_of, known) for wanted in job.requirements]
    return _gates(profile, job, found, weights, as_of, known)


def considered(profile: Profile, job: Job, as_of: date) -> bool:
    """Whether the pair is scored at all."""
    if not job.requirements or job.internal or job.employer in profile.excluded_orgs:
        return False
    if profile.recipient_org not in {"", job.employer}:
        return False
    return job.valid_through is None or job.valid_through >= as_of


def counting_skills(wanted: Requirement, relations: Near) -> dict[SkillUri, Relation]:
    """The skills that count for a requirement, its own first."""
    return {wanted.skill.uri: Relation.EXACT, **relations.near(wanted.skill.uri)}


def counting(
    profile: Profile,
    wanted: Requirement,
    job: Job,
    weights: Weights,
    as_of: date,
    known: Known = ALONE,
) -> list[Counting]:
    """What counts for a requirement, best first."""
    near = known.relations.near(wanted.skill.uri)
    favors = known.favors.get(job.employer, NOBODY)
    found: list[Counting] = []
    for one in profile.assertions:
        exact = one.skill == wanted.skill.uri
        relation = Relation.EXACT if exact else near.get(one.skill)
        if relation is None or (wanted.accepted and one.proof.basis not in wanted.accepted):
            continue
        if not holds(one, as_of):
            continue
        its_class = classify(one, as_of, weights, known.named)
        of_level = level(one.proof.level, wanted.level, weights)
        value = worth(relation, evidence(its_class, weights, favors), of_level, weights)
        if value:
            found.append(Counting(value, relation, one, its_class))
    found.sort(key=lambda one: one.order)
    return found


def holds(one: Assertion, as_of: date) -> bool:
    """Whether an assertion is within its dates, both included."""
    if one.valid_until is not None and one.valid_until < as_of:
        return False
    return one.valid_from is None or one.valid_from <= as_of


def shares(total: int, parts: Sequence[int]) -> list[int]:
    """`total` split in proportion to `parts`, in whole numbers that sum to it: the largest
    remainder gets the next unit, the earlier one where remainders are equal."""
    whole = sum(parts)
    return shares_of(total, [part * total * FULL**2 // whole for part in parts]) if whole else []


def shares_of(total: int, worths: Sequence[int]) -> list[int]:
    """Millionths rounded so that they sum to `total`."""
    floors = [value // FULL**2 for value in worths]
    by_remainder = sorted(range(len(worths)), key=lambda i: (-(worths[i] % FULL**2), i))
    for index in by_remainder[: total - sum(floors)]:
        floors[index] += 1
    return floors


def maxima(requirements: Sequence[Requirement], weights: Weights) -> list[int]:
    """The most that each requirement can add to the score; they sum to FULL."""
    return shares(FULL, [weight(wanted, weights) for wanted in requirements])


def weight(wanted: Requirement, weights: Weights) -> int:
    """Of a requirement among those of its job."""
    # An importance that is not stated counts as required.
    stated = weights.importance.get(wanted.importance, weights.importance[Importance.REQUIRED])
    return stated // weights.trainable_divisor if wanted.trainable else stated


def _gates(
    profile: Profile,
    job: Job,
    found: Sequence[Sequence[Counting]],
    weights: Weights,
    as_of: date,
    known: Known,
) -> tuple[Gate, ...]:
    skill_gates = (
        _skill_gate(wanted, counts)
        for wanted, counts in zip(job.requirements, found, strict=True)
        if wanted.gate
    )
    return (*skill_gates, *gates(profile, job, weights, as_of, known.distances))


def _skill_gate(wanted: Requirement, counts: Sequence[Counting]) -> Gate:
    return skill_gate(wanted, [c.assertion.proof.level for c in counts if c.relation in OPENS])


def _closed(some: Iterable[Gate]) -> bool:
    return any(gate.outcome is GateOutcome.CLOSED for gate in some)


def _scored(
    job: Job,
    found: Sequence[Sequence[Counting]],
    its_gates: tuple[Gate, ...],
    weights: Weights,
    known: Known,
) -> Fit:
    favors = known.favors.get(job.employer, NOBODY)
    requirements = job.requirements
    most = maxima(requirements, weights)
    worths = [
        maximum * (counts[0].worth if counts else 0)
        for maximum, counts in zip(most, found, strict=True)
    ]
    score = sum(worths) // FULL**2
    points = shares_of(score, worths)
    contributions: list[Contribution] = []
    missing: list[Missing] = []
    for wanted, counts, given, maximum in zip(requirements, found, points, most, strict=True):
        if not counts:
            missing.append(Missing(wanted.skill, wanted.importance, wanted.level))
            continue
        best = counts[0]
        contributions.append(_contribution(wanted, best, given, maximum, favors))
        shown = best.assertion.proof.level
        if 0 < shown < wanted.level:
            missing.append(Missing(wanted.skill, wanted.importance, wanted.level, shown))
    used = [counts[0].assertion for counts in found if counts]
    return Fit(
        score=score,
        contributions=tuple(contributions),
        gates=its_gates,
        missing=tuple(missing),
        taxonomy=_joined([known.relations.version, *(one.taxonomy for one in used)]),
        crosswalk=_joined(one.crosswalk for one in used),
    )


def _contribution(
    wanted: Requirement, best: Counting, points: int, maximum: int, favors: Favors
) -> Contribution:
    one = best.assertion
    return Contribution(
        skill=wanted.skill,
        importance=wanted.importance,
        required_level=wanted.level,
        points=points,
        max_points=maximum,
        proof=one.proof,
        relation=best.relation,
        shown=None if one.skill == wanted.skill.uri else Skill(one.skill, one.label),
        age=best.found.age,
        trusted_validator=best.found.validator_org in favors.validators,
        endorsed_criteria=best.found.criteria_of in favors.criteria,
    )


def _joined(versions: Iterable[str]) -> str:
    return ",".join(sorted({version for version in versions if version}))
