"""What the matcher thinks about: holders, jobs, and how well the one fits the other.

Pure values. Dates are civil dates in the state's time zone; money is in minor units. Where there
are many of a kind they are named tuples: those are made, compared and hashed several times as fast.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple, NewType

JobId = NewType("JobId", str)
HolderId = NewType("HolderId", str)
OrgId = NewType("OrgId", str)
SkillUri = NewType("SkillUri", str)

# Stretches of a week, in minutes after Monday 0:00, in order and apart from each other.
Week = tuple[tuple[int, int], ...]


class Code(IntEnum):
    """A number of the contract."""

    __hash__ = int.__hash__  # millions are looked up; by its name takes several times as long


class Basis(Code):
    """What stands behind a claim. The numbers are those of the contract, here and below."""

    UNSPECIFIED = 0
    SELF_ASSERTED = 1
    EMPLOYER_ATTESTED = 2
    COMPLETED = 3
    ASSESSED = 4
    LICENSED = 5


class Outcome(Code):
    """Whether the document behind a claim is authentic and current."""

    UNSPECIFIED = 0
    NO_DOCUMENT = 1
    VALID = 2
    UNDETERMINED = 3
    INVALID = 4
    REVOKED = 5
    SUSPENDED = 6
    EXPIRED = 7
    NOT_YET_VALID = 8
    UNPARSEABLE = 9


class Importance(Code):
    UNSPECIFIED = 0
    REQUIRED = 1
    PREFERRED = 2


class LicenseState(Code):
    UNSPECIFIED = 0
    CLAIMED = 1
    PRIMARY_SOURCE_PENDING = 2
    VERIFIED = 3


class PayPeriod(Code):
    UNSPECIFIED = 0
    HOUR = 1
    WEEK = 2
    MONTH = 3
    YEAR = 4


class GateOutcome(Code):
    UNSPECIFIED = 0
    OPEN = 1
    CLOSED = 2
    OPEN_PENDING = 3
    NOT_STATED = 4


class Relation(Code):
    """What a holder's own skill is to the one that a job asks for; the closest first."""

    UNSPECIFIED = 0
    EXACT = 1
    NARROWER = 2  # more specific than asked
    BROADER = 3
    RELATED = 4


class Criteria(Code):
    """Whether it is written down what had to be shown."""

    NOT_STATED = 0
    STATED = 1
    RUBRIC = 2


class AssessmentKind(Code):
    NOT_STATED = 0
    NAMED = 1  # a result, a method or a date of an assessment
    PROCTORED = 2


class Derivation(Code):
    """How a claim was read out of its source."""

    STATED = 0  # outright, or by a machine and then accepted by a person
    TAGGED = 1  # by a machine that is sure of it
    SUGGESTED = 2  # by a machine, for a person to accept


class NotScored(Code):
    """Why a pair is not scored at all."""

    IT_IS = 0
    ASKS_FOR_NOTHING = 1  # the job
    INTERNAL = 2
    EMPLOYER_EXCLUDED = 3  # by the holder
    FOR_ANOTHER = 4  # the profile is meant for one employer
    OVER = 5


class ValidatorType(Code):
    UNSPECIFIED = 0
    COLLEGE = 1
    TRAINING_PROVIDER = 2
    INDUSTRY_ASSOCIATION = 3
    EMPLOYER = 4
    GOVERNMENT = 5


class EvidenceClass(NamedTuple):
    """All that the worth of an assertion depends on besides its level and its skill.

    Whole populations share some hundreds of these: the last two are empty but for validators
    whom some employer trusts more, and criteria that some employer endorses.
    """

    basis: Basis
    outcome: Outcome
    issuer_trusted: bool
    validator: ValidatorType
    artifact: bool
    criteria: Criteria
    testing: AssessmentKind
    context: bool
    derivation: Derivation
    age: int  # a step of the weights, from 1; 0 is not dated
    validator_org: str = ""
    criteria_of: str = ""  # the achievement whose criteria they are


class Favors(NamedTuple):
    """What counts more for one employer alone."""

    validators: frozenset[str] = frozenset()  # organizations
    criteria: frozenset[str] = frozenset()  # achievements


class Skill(NamedTuple):
    """A skill's own address is its identity; the rest is for people and frameworks."""

    uri: SkillUri
    label: str = ""
    framework_uri: str = ""
    framework_version: str = ""
    ctid: str = ""


class Proof(NamedTuple):
    """What stands behind a skill that a holder shows, as an employer may see it."""

    assertion_id: str
    # As in EvidenceClass, in its order.
    basis: Basis
    outcome: Outcome
    issuer_trusted: bool = False
    validator: ValidatorType = ValidatorType.UNSPECIFIED
    artifact: bool = False
    criteria: Criteria = Criteria.NOT_STATED
    testing: AssessmentKind = AssessmentKind.NOT_STATED
    context: bool = False
    derivation: Derivation = Derivation.STATED
    # The same for everybody with the same course, as the above.
    level: int = 0  # 1 to 5; 0 = not stated
    issuer_did: str = ""
    issuer_name: str = ""
    achievement_name: str = ""
    # One person's own, as the first.
    evidence_id: str = ""  # of the credential: the same for all that it says
    awarded: date | None = None


class Assertion(NamedTuple):
    """One thing a holder can do, with its proof and how long that holds."""

    skill: SkillUri
    proof: Proof
    valid_from: date | None = None
    valid_until: date | None = None
    shown_on: date | None = None  # when the skill was last seen
    validator_org: str = ""
    criteria_of: str = ""
    taxonomy: str = ""
    crosswalk: str = ""
    label: str = ""  # of the skill

    def turns(self, years: tuple[int, ...]) -> tuple[date, ...]:
        """The dates on which it begins, has ended, or becomes so many years old."""
        return _turns(self.valid_from, self.valid_until, self.shown_on, years)


class License(NamedTuple):
    type: str
    jurisdiction: str
    state: LicenseState
    valid_until: date | None = None

    def turns(self) -> tuple[date, ...]:
        """The date on which it has ended."""
        return _turns(None, self.valid_until, None, ())


class Place(NamedTuple):
    state: str = ""
    county: str = ""
    zip3: str = ""


class Pay(NamedTuple):
    amount: int
    currency: str
    period: PayPeriod


class Hours(NamedTuple):
    """Hours a week; a maximum of 0 is not stated."""

    min: int = 0
    max: int = 0


NOWHERE, ANY_HOURS = Place(), Hours()


class Profile(NamedTuple):
    """What a holder has agreed to show, as far as matching needs it."""

    holder_id: HolderId
    version: tuple[int, int]
    assertions: tuple[Assertion, ...] = ()
    licenses: tuple[License, ...] = ()
    place: Place = NOWHERE
    hours: Hours = ANY_HOURS
    shifts: Week = ()
    pay_floor: Pay | None = None
    commute_miles: int = 0
    excluded_orgs: frozenset[str] = frozenset()
    recipient_org: str = ""  # the only one that may be shown it; empty is everybody

    def next_turn(self, after: date | None, years: tuple[int, ...]) -> date | None:
        """The first date after another one on which something in it begins, has ended, or becomes
        so many years old."""
        turns = {day for one in self.assertions for day in one.turns(years)}
        turns |= {day for one in self.licenses for day in one.turns()}
        return min((day for day in turns if after is None or day > after), default=None)

    def turned(
        self, after: date, until: date, years: tuple[int, ...]
    ) -> frozenset[SkillUri] | None:
        """The skills for which something turns after a date and until another; None where that is
        not all."""
        if any(after < day <= until for one in self.licenses for day in one.turns()):
            return None
        return frozenset(
            one.skill
            for one in self.assertions
            if any(after < day <= until for day in one.turns(years))
        )


@lru_cache(maxsize=1 << 16)  # millions of assertions have few dates
def _turns(
    begins: date | None, ends: date | None, shown_on: date | None, years: tuple[int, ...]
) -> tuple[date, ...]:
    found = [begins] if begins else []
    if ends and ends < date.max:  # which would overflow, and never ends
        found.append(date.fromordinal(ends.toordinal() + 1))
    if shown_on:
        aged = (years_after(shown_on, count) for count in years)
        found += [day for day in aged if day]
    return tuple(found)


def years_after(day: date, years: int) -> date | None:
    """The anniversary; March 1 where the year has no February 29. None beyond the calendar."""
    if day.year + years > date.max.year:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@dataclass(frozen=True, slots=True)
class Requirement:
    skill: Skill
    importance: Importance
    level: int = 0  # 0 = no particular level
    gate: bool = False
    accepted: frozenset[Basis] = frozenset()  # empty = any
    trainable: bool = False


@dataclass(frozen=True, slots=True)
class LicenseRequirement:
    type: str
    jurisdiction: str
    accept_pending: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """An open job. Only what matching needs: words for people are elsewhere."""

    job_id: JobId
    employer: OrgId
    version: tuple[int, int]
    requirements: tuple[Requirement, ...]
    licenses: tuple[LicenseRequirement, ...] = ()
    remote: bool = False
    place: Place = NOWHERE
    hours: Hours = ANY_HOURS
    shifts: Week = ()
    top_pay: Pay | None = None
    valid_through: date | None = None
    threshold: int = 0  # 0 = the network's default, here and below
    cap: int = 0
    internal: bool = False


class Contribution(NamedTuple):
    """Points that one requirement adds, with the proof that gave them."""

    skill: Skill
    importance: Importance
    required_level: int
    points: int
    max_points: int
    proof: Proof
    relation: Relation = Relation.EXACT
    shown: Skill | None = None  # the holder's own skill, where it is another
    age: int = 0  # a step of the weights, as in EvidenceClass
    trusted_validator: bool = False  # this employer trusts who validated it
    endorsed_criteria: bool = False  # this employer endorses what it was measured by


class Gate(NamedTuple):
    code: str
    outcome: GateOutcome
    arguments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    skill: Skill
    importance: Importance
    required_level: int
    level: int = 0  # 0 = no such skill shown


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a holder fits a job. Contributions sum exactly to the score."""

    score: int
    contributions: tuple[Contribution, ...] = ()
    gates: tuple[Gate, ...] = ()
    missing: tuple[Missing, ...] = ()
    # Said of a fit, not part of it: a new edition alone announces nothing.
    taxonomy: str = field(default="", compare=False)
    crosswalk: str = field(default="", compare=False)
