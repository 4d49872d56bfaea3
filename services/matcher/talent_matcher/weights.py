"""The one table of weights. A change of any number is a new version, which every match names.

Factors are in thousandths. The table is neutral between kinds of issuer and of validator.
docs/matching.md explains it, and its example is computed with it.
"""

from dataclasses import dataclass
from types import MappingProxyType as Frozen

from talent_matcher.model import (
    AssessmentKind,
    Basis,
    Criteria,
    Derivation,
    Importance,
    Job,
    Outcome,
    PayPeriod,
    Relation,
    ValidatorType,
)

FULL = 1000


@dataclass(frozen=True, eq=False)
class Weights:
    version: str
    importance: Frozen[Importance, int]
    trainable_divisor: int
    relation: Frozen[Relation, int]
    # What stands behind a claim: its basis, and what else supports it, up to FULL together.
    basis: Frozen[Basis, int]
    artifact: int
    criteria: Frozen[Criteria, int]
    testing: Frozen[AssessmentKind, int]
    context: int
    trusted_validator: int  # by the employer whose job it is
    endorsed_criteria: int  # by the same
    # What that is multiplied by.
    outcome: Frozen[Outcome, int]
    untrusted_issuer: int
    validator: Frozen[ValidatorType, int]
    derivation: Frozen[Derivation, int]
    ages: tuple[tuple[int, int], ...]  # (younger than so many years, factor), rising
    older: int
    undated: int
    aging: frozenset[Basis]  # the others say that something holds today
    levels_below: tuple[int, ...]  # one level below what is asked, two, …
    level_not_stated: int
    threshold: int  # score from which a match is announced
    hysteresis: int  # an announced match stays until it is this much below
    cap: int  # announced matches of one job in one shard
    shift_cover: int  # share of the shifts that a holder can work
    usual_commute_miles: int  # of who states none
    coarse_miles: int  # how much nearer people may be than the middles of their areas
    periods_a_year: Frozen[PayPeriod, int]  # how often a pay period comes in a full-time year

    @property
    def age_years(self) -> tuple[int, ...]:
        """The ages at which evidence comes to count less."""
        return tuple(years for years, _ in self.ages)

    def threshold_of(self, job: Job) -> int:
        """The score from which a match of this job is announced."""
        return job.threshold or self.threshold

    def kept_from(self, job: Job) -> int:
        """The score from which an announced match of it stays."""
        return max(1, self.threshold_of(job) - self.hysteresis)

    def cap_of(self, job: Job) -> int:
        """How many matches of it are announced in one shard."""
        return job.cap or self.cap


WEIGHTS = Weights(
    version="2026-12",
    importance=Frozen({Importance.REQUIRED: 4, Importance.PREFERRED: 2}),
    trainable_divisor=2,
    relation=Frozen(
        {
            Relation.EXACT: 1000,
            Relation.NARROWER: 900,
            Relation.BROADER: 500,
            Relation.RELATED: 300,
        }
    ),
    basis=Frozen(
        {
            Basis.SELF_ASSERTED: 400,
            Basis.COMPLETED: 650,
            Basis.EMPLOYER_ATTESTED: 700,
            Basis.ASSESSED: 850,
            Basis.LICENSED: 1000,
        }
    ),
    artifact=40,
    criteria=Frozen({Criteria.STATED: 20, Criteria.RUBRIC: 40}),
    testing=Frozen({AssessmentKind.NAMED: 20, AssessmentKind.PROCTORED: 40}),
    context=30,
    trusted_validator=50,
    endorsed_criteria=50,
    # Outcomes that are not named give nothing.
    outcome=Frozen({Outcome.VALID: 1000, Outcome.UNDETERMINED: 600, Outcome.NO_DOCUMENT: 400}),
    untrusted_issuer=700,
    validator=Frozen(dict.fromkeys(ValidatorType, FULL)),
    derivation=Frozen({Derivation.STATED: 1000, Derivation.TAGGED: 800, Derivation.SUGGESTED: 0}),
    ages=((3, 1000), (6, 950), (10, 900)),
    older=800,
    undated=900,
    aging=frozenset({Basis.COMPLETED, Basis.EMPLOYER_ATTESTED, Basis.ASSESSED}),
    levels_below=(600, 300, 100, 100),
    level_not_stated=600,
    threshold=400,
    hysteresis=25,
    cap=500,
    shift_cover=800,
    usual_commute_miles=25,
    coarse_miles=10,
    periods_a_year=Frozen(
        {PayPeriod.HOUR: 2080, PayPeriod.WEEK: 52, PayPeriod.MONTH: 12, PayPeriod.YEAR: 1}
    ),
)
