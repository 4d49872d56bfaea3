"""How well a holder fits a job: whole numbers in, whole numbers out.

The same profile, job, weights and date give the same fit on every machine, so there are no
fractions here, and time is the date that is passed in.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from talent_matcher.gates import gates, skill_gate
from talent_matcher.model import (
    Assertion,
    Basis,
    Contribution,
    Fit,
    Gate,
    GateOutcome,
    Importance,
    Job,
    Missing,
    Outcome,
    Profile,
    Proof,
    Requirement,
)
from talent_matcher.weights import FULL, Weights

CODE = "1"  # raised whenever the same input gives another fit

# Assertions that count for a requirement, best first, each with its worth in millionths.
Counting = list[tuple[int, Assertion]]


def fit(profile: Profile, job: Job, weights: Weights, as_of: date) -> Fit | None:
    """The fit of a pair, or None when there is nothing to announce: a gate is closed, the holder
    has excluded the employer, or the job asks for nothing."""
    if not considered(profile, job, as_of):
        return None
    found = [_counting(profile, wanted, weights, as_of) for wanted in job.requirements]
    skill_gates = tuple(
        skill_gate(wanted, [one.proof.level for _, one in counting])
        for wanted, counting in zip(job.requirements, found, strict=True)
        if wanted.gate
    )
    all_gates: tuple[Gate, ...] = (*skill_gates, *gates(profile, job, weights, as_of))
    if any(gate.outcome is GateOutcome.CLOSED for gate in all_gates):
        return None
    return _scored(job.requirements, found, all_gates, weights)


def considered(profile: Profile, job: Job, as_of: date) -> bool:
    """Whether the pair is scored at all."""
    if not job.requirements or job.internal or job.employer in profile.excluded_orgs:
        return False
    if profile.recipient_org not in {"", job.employer}:
        return False
    return job.valid_through is None or job.valid_through >= as_of


def maxima(requirements: Sequence[Requirement], weights: Weights) -> list[int]:
    """The most that each requirement can add to the score; they sum to FULL."""
    return shares(FULL, [_weight(wanted, weights) for wanted in requirements])


def _scored(
    requirements: Sequence[Requirement],
    found: Sequence[Counting],
    all_gates: tuple[Gate, ...],
    weights: Weights,
) -> Fit:
    most = maxima(requirements, weights)
    worth = [
        maximum * (counting[0][0] if counting else 0)
        for maximum, counting in zip(most, found, strict=True)
    ]
    score = sum(worth) // FULL**2
    points = shares_of(score, worth)
    contributions: list[Contribution] = []
    missing: list[Missing] = []
    for wanted, counting, given, maximum in zip(requirements, found, points, most, strict=True):
        if not counting:
            missing.append(Missing(wanted.skill, wanted.importance, wanted.level))
            continue
        proof = counting[0][1].proof
        contributions.append(
            Contribution(wanted.skill, wanted.importance, wanted.level, given, maximum, proof)
        )
        if 0 < proof.level < wanted.level:
            missing.append(Missing(wanted.skill, wanted.importance, wanted.level, proof.level))
    used = [counting[0][1] for counting in found if counting]
    return Fit(
        score=score,
        contributions=tuple(contributions),
        gates=all_gates,
        missing=tuple(missing),
        taxonomy=_joined(one.taxonomy for one in used),
        crosswalk=_joined(one.crosswalk for one in used),
    )


def _joined(versions: Iterable[str]) -> str:
    return ",".join(sorted({version for version in versions if version}))


def _weight(wanted: Requirement, weights: Weights) -> int:
    # An importance that is not stated counts as required.
    known = weights.importance.get(wanted.importance, weights.importance[Importance.REQUIRED])
    return known // weights.trainable_divisor if wanted.trainable else known


def _counting(profile: Profile, wanted: Requirement, weights: Weights, as_of: date) -> Counting:
    counting: Counting = []
    for one in profile.assertions:
        if one.skill != wanted.skill.uri or (
            wanted.accepted and one.proof.basis not in wanted.accepted
        ):
            continue
        if not holds(one, as_of):
            continue
        worth = evidence(one.proof, weights) * level(one.proof.level, wanted.level, weights)
        if worth:
            counting.append((worth, one))
    # Equal worth: the smaller id first, so that the order in a profile does not matter.
    counting.sort(key=lambda pair: (-pair[0], pair[1].proof.assertion_id))
    return counting


def holds(one: Assertion, as_of: date) -> bool:
    """Whether an assertion is within its dates, both included."""
    if one.valid_until is not None and one.valid_until < as_of:
        return False
    return one.valid_from is None or one.valid_from <= as_of


def evidence(proof: Proof, weights: Weights) -> int:
    """What stands behind an assertion, in thousandths: basis, then document, then issuer."""
    basis = weights.basis.get(proof.basis, 0)
    if proof.outcome is Outcome.NO_DOCUMENT:
        # A self-asserted skill claims nothing beyond a person's own word.
        own_word = proof.basis is Basis.SELF_ASSERTED
        return basis if own_word else basis * weights.no_document // FULL
    trust = FULL if proof.issuer_trusted else weights.untrusted_issuer
    return basis * weights.outcome.get(proof.outcome, 0) * trust // FULL**2


def level(shown: int, required: int, weights: Weights) -> int:
    """What a level is worth against the one asked for, in thousandths."""
    if not required or shown >= required:
        return FULL
    if not shown:
        return weights.level_not_stated
    return weights.levels_below[min(required - shown, len(weights.levels_below)) - 1]


def shares(total: int, parts: Sequence[int]) -> list[int]:
    """`total` split in proportion to `parts`, in whole numbers that sum to it: the largest
    remainder gets the next unit, the earlier one where remainders are equal."""
    whole = sum(parts)
    return shares_of(total, [part * total * FULL**2 // whole for part in parts]) if whole else []


def shares_of(total: int, worth: Sequence[int]) -> list[int]:
    """Millionths rounded so that they sum to `total`."""
    floors = [value // FULL**2 for value in worth]
    by_remainder = sorted(range(len(worth)), key=lambda i: (-(worth[i] % FULL**2), i))
    for index in by_remainder[: total - sum(floors)]:
        floors[index] += 1
    return floors
