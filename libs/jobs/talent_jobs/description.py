"""A job description as a value: what the work is, what it takes, and where each line comes from.

`drafting` makes one, a person changes it, `pages` and their like write it down. Plain values:
money is in minor units of its currency, dates are civil dates in the state's time zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SourceKind(StrEnum):
    """Who says so. EMPLOYER: the person who writes the job, in their own words."""

    ONET_OCCUPATION = "onet-occupation"
    ONET_TASK = "onet-task"
    ONET_SKILL = "onet-skill"
    ESCO_SKILL = "esco-skill"
    FRAMEWORK_SKILL = "framework-skill"
    WAGE_SURVEY = "wage-survey"
    POSTING = "posting"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class Source:
    """`id`: a task id, an address, or "" for the employer's own words. `version`: of the framework
    or survey that it is from. `occupation`: the O*NET-SOC code that led to it."""

    kind: SourceKind
    id: str = ""
    version: str = ""
    occupation: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that the person will do, as a sentence without its subject."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Stated:
    """A line in the employer's own words, of what is needed beside the skills, or is offered."""

    text: str
    source: Source


class Evidence(StrEnum):
    """What may stand behind a skill. The names are those of the network's assertion bases."""

    SELF_ASSERTED = "self-asserted"
    EMPLOYER_ATTESTED = "employer-attested"
    COMPLETED = "completed"
    ASSESSED = "assessed"
    LICENSED = "licensed"


@dataclass(frozen=True, slots=True)
class NeededSkill:
    """`level`: 1 to 5 on the network's scale, 0 asks for none. `looks_like`: that level of this
    skill in plain words. `evidence`: what counts, empty for any. `observe`: of a durable skill (how
    a person works with others and with change), how one sees it; never how one scores it. `gate`:
    nobody may lack it; of a skill that is required, and not durable."""

    uri: str
    label: str
    source: Source
    required: bool
    level: int = 0
    looks_like: str = ""
    evidence: tuple[Evidence, ...] = ()
    durable: bool = False
    observe: str = ""
    trainable: bool = False
    gate: bool = False


@dataclass(frozen=True, slots=True)
class NeededLicense:
    """`jurisdiction`: ISO 3166-2, such as "US-CO". `accept_pending`: a claimed license whose check
    at the source is pending is enough to be considered."""

    type: str
    jurisdiction: str
    accept_pending: bool = False


class PayPeriod(StrEnum):
    HOUR = "hour"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class PayRange:
    """Minor units of `currency` (ISO 4217) for each `period`, before taxes."""

    least: int
    most: int
    period: PayPeriod
    currency: str = "USD"
    source: Source = Source(SourceKind.EMPLOYER)
    area: str = ""  # whose wages they are, such as "Colorado"
    year: int | None = None


@dataclass(frozen=True, slots=True)
class OccupationPart:
    """`share`: percent of the role; the shares of a job sum to 100."""

    code: str
    title: str
    share: int = 100


class JobType(StrEnum):
    FULL_TIME = "full-time"
    PART_TIME = "part-time"
    TEMPORARY = "temporary"
    APPRENTICESHIP = "apprenticeship"


class WorkPlace(StrEnum):
    ON_SITE = "on-site"
    HYBRID = "hybrid"
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class Shift:
    """`day`: 1 Monday to 7 Sunday. Minutes after midnight in the job's time zone; an end at or
    before the start is the next day's."""

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Conditions:
    """Where and when. `hours`: least and most a week; 0 is not stated."""

    job_type: JobType = JobType.FULL_TIME
    hours: tuple[int, int] = (0, 0)
    shifts: tuple[Shift, ...] = ()
    time_zone: str = ""
    work_place: WorkPlace = WorkPlace.ON_SITE
    state: str = ""  # ISO 3166-2
    county_fips: str = ""
    zip3: str = ""
    transport: str = ""  # how one gets there, in the employer's words
    driving: bool | None = None  # whether the work itself needs a driver; None: nobody has said


@dataclass(frozen=True, slots=True)
class JobDescription:
    """All that a posting says. `taxonomy`: the version that skills and duties are from.
    `also_needed`: what is asked for in the employer's own words."""

    title: str
    employer: str
    summary: str
    occupations: tuple[OccupationPart, ...] = ()
    duties: tuple[Duty, ...] = ()
    skills: tuple[NeededSkill, ...] = ()
    licenses: tuple[NeededLicense, ...] = ()
    pay: PayRange | None = None
    conditions: Conditions = Conditions()
    openings: int = 1
    posted: date | None = None
    open_until: date | None = None
    taxonomy: str = ""
    attributions: tuple[str, ...] = ()
    summary_source: Source = Source(SourceKind.EMPLOYER)
    also_needed: tuple[Stated, ...] = ()
    benefits: tuple[Stated, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """Something in a posting that shuts people out or will not hold. `words`: as they stand in the
    text, `start` to `end`; `why` and `instead` are sentences for the person who writes it."""

    code: str
    words: str
    start: int
    end: int
    why: str
    instead: str
