"""The one table of weights. A change of any number is a new version, which every match names.

Factors are in thousandths. The table is neutral between kinds of issuer.
"""

from dataclasses import dataclass
from types import MappingProxyType as Frozen

from talent_matcher.model import Basis, Importance, Outcome, PayPeriod

FULL = 1000


@dataclass(frozen=True)
class Weights:
    version: str
    importance: Frozen[Importance, int]
    trainable_divisor: int
    basis: Frozen[Basis, int]
    outcome: Frozen[Outcome, int]
    no_document: int  # a claim beyond a person's own word, without its document
    untrusted_issuer: int
    levels_below: tuple[int, ...]  # one level below what is asked, two, …
    level_not_stated: int
    threshold: int  # score from which a match is announced
    hysteresis: int  # an announced match stays until it is this much below
    cap: int  # announced matches of one job in one shard
    shift_cover: int  # share of the shifts that a holder can work
    beyond_county_miles: int  # a stated commute from which the county alone does not decide
    periods_a_year: Frozen[PayPeriod, int]  # how often a pay period comes in a full-time year


WEIGHTS = Weights(
    version="2026-11",
    importance=Frozen({Importance.REQUIRED: 4, Importance.PREFERRED: 2}),
    trainable_divisor=2,
    basis=Frozen(
        {
            Basis.SELF_ASSERTED: 400,
            Basis.EMPLOYER_ATTESTED: 750,
            Basis.COMPLETED: 750,
            Basis.ASSESSED: 1000,
            Basis.LICENSED: 1000,
        }
    ),
    # Outcomes that are not named give nothing.
    outcome=Frozen({Outcome.VALID: 1000, Outcome.UNDETERMINED: 600}),
    no_document=500,
    untrusted_issuer=700,
    levels_below=(600, 300, 100, 100),
    level_not_stated=600,
    threshold=400,
    hysteresis=25,
    cap=500,
    shift_cover=800,
    beyond_county_miles=25,
    periods_a_year=Frozen(
        {PayPeriod.HOUR: 2080, PayPeriod.WEEK: 52, PayPeriod.MONTH: 12, PayPeriod.YEAR: 1}
    ),
)
