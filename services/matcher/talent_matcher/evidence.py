"""What an assertion is worth, in thousandths, factor by factor.

strength = what the basis gives + what supports it (never more than FULL)
evidence = strength × document × issuer × validator × age × way of reading
worth    = relation × evidence × level

Factors that multiply are exact until the last step, which rounds down: more of anything never
gives less.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from talent_matcher.model import (
    Assertion,
    Basis,
    EvidenceClass,
    Favors,
    Outcome,
    Proof,
    Relation,
    years_after,
)
from talent_matcher.weights import FULL, Weights

NOBODY = Favors()
# A person's own word claims nothing beyond itself, signed or not.
OWN_WORD = frozenset({Outcome.NO_DOCUMENT, Outcome.VALID, Outcome.UNDETERMINED})


@dataclass(frozen=True, slots=True)
class Factor:
    """One row of the table as it was used. `adds`: to the strength, instead of multiplying."""

    code: str
    value: str
    thousandths: int
    adds: bool = False


def classify(
    one: Assertion, as_of: date, weights: Weights, named: Favors = NOBODY
) -> EvidenceClass:
    """`named`: whom and what one employer favors, or any; others are not told apart."""
    return class_of(
        one.proof,
        _age(one, as_of, weights),
        one.validator_org if one.validator_org in named.validators else "",
        one.criteria_of if one.criteria_of in named.criteria else "",
    )


def class_of(
    proof: Proof, age: int, validator_org: str = "", criteria_of: str = ""
) -> EvidenceClass:
    # A proof has the first nine behind its id, in the same order.
    return EvidenceClass(*proof[1:10], age, validator_org, criteria_of)


@lru_cache(maxsize=1 << 16)
def evidence(found: EvidenceClass, weights: Weights, favors: Favors = NOBODY) -> int:
    """What stands behind an assertion, to the employer who has these `favors`."""
    strength, product, count = 0, 1, 0
    for factor in factors(found, weights, favors):
        if factor.adds:
            strength += factor.thousandths
        else:
            product, count = product * factor.thousandths, count + 1
    return min(FULL, strength) * product // FULL**count


def factors(found: EvidenceClass, weights: Weights, favors: Favors = NOBODY) -> Iterator[Factor]:
    """Every factor of `evidence`, in the order in which people read them."""
    basis = found.basis
    yield Factor("basis", basis.name, weights.basis.get(basis, 0), adds=True)
    if found.artifact:
        yield Factor("artifact", "PRESENT", weights.artifact, adds=True)
    if found.criteria:
        points = weights.criteria.get(found.criteria, 0)
        yield Factor("criteria", found.criteria.name, points, adds=True)
    if found.testing:
        yield Factor(
            "testing", found.testing.name, weights.testing.get(found.testing, 0), adds=True
        )
    if found.context:
        yield Factor("context", "STATED", weights.context, adds=True)
    favored = bool(found.validator_org) and found.validator_org in favors.validators
    if favored:
        yield Factor("employer_trusts", "VALIDATOR", weights.trusted_validator, adds=True)
    if found.criteria_of and found.criteria_of in favors.criteria:
        yield Factor("employer_endorses", "CRITERIA", weights.endorsed_criteria, adds=True)
    own_word = basis is Basis.SELF_ASSERTED and found.outcome in OWN_WORD
    document = FULL if own_word else weights.outcome.get(found.outcome, 0)
    yield Factor("document", found.outcome.name, document)
    if not own_word and found.outcome is not Outcome.NO_DOCUMENT:
        trusted = found.issuer_trusted or favored
        factor = FULL if trusted else weights.untrusted_issuer
        yield Factor("issuer", "TRUSTED" if trusted else "NOT_TRUSTED", factor)
    yield Factor("validator", found.validator.name, weights.validator.get(found.validator, FULL))
    if basis in weights.aging:
        yield _aged(found.age, weights)
    yield Factor("reading", found.derivation.name, weights.derivation.get(found.derivation, 0))


def level(shown: int, required: int, weights: Weights) -> int:
    """What a level is worth against the one asked for."""
    if not required or shown >= required:
        return FULL
    if not shown:
        return weights.level_not_stated
    return weights.levels_below[min(required - shown, len(weights.levels_below)) - 1]


def worth(relation: Relation, of_evidence: int, of_level: int, weights: Weights) -> int:
    """In millionths."""
    return weights.relation.get(relation, 0) * of_evidence * of_level // FULL


def _age(one: Assertion, as_of: date, weights: Weights) -> int:
    """1 for the youngest step; 0 where nothing is dated, or nothing ages."""
    if one.shown_on is None or one.proof.basis not in weights.aging:
        return 0
    return _age_step(one.shown_on, as_of, weights)


@lru_cache(maxsize=1 << 14)  # millions of assertions have few dates
def _age_step(shown_on: date, as_of: date, weights: Weights) -> int:
    for step, years in enumerate(weights.age_years, 1):
        end = years_after(shown_on, years)
        if end is None or as_of < end:
            return step
    return len(weights.ages) + 1


def _aged(age: int, weights: Weights) -> Factor:
    if not age:
        return Factor("age", "NOT_DATED", weights.undated)
    if age > len(weights.ages):
        return Factor("age", f"{weights.ages[-1][0]}_YEARS_OR_MORE", weights.older)
    years, factor = weights.ages[age - 1]
    return Factor("age", f"UNDER_{years}_YEARS", factor)
