"""Jobs for a holder as JSON."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from pydantic import BaseModel
from talent_proto.events.v1 import common_pb2, jobs_pb2, matches_pb2, profiles_pb2, skills_pb2
from talent_proto.matcher.v1 import explanations_pb2
from talent_proto.matcher.v1 import holder_jobs_pb2 as pb

from talent_wallet.wire import code


class Reach(StrEnum):
    IN_REACH = "in_reach"  # every condition is met and the score is high enough
    BELOW = "below"  # every condition is met; the score is too low
    CLOSED = "closed"  # a condition is not met

    @property
    def number(self) -> pb.Reach.ValueType:
        return pb.Reach.Value(f"REACH_{self.name}")


class PayOut(BaseModel):
    min_minor_units: int
    max_minor_units: int
    currency: str
    period: str


class PlaceOut(BaseModel):
    state: str
    county_fips: str
    zip3: str


class PostingOut(BaseModel):
    job_id: str
    title: str
    description: str
    employer_org_id: str
    employer_name: str
    place: PlaceOut
    location_type: str
    employment_types: list[str]
    weekly_hours_min: int
    weekly_hours_max: int
    pay: PayOut | None
    date_posted: date | None
    valid_through: date | None


class ProgramOut(BaseModel):
    achievement_id: str
    achievement_version: str
    name: str
    org_id: str
    org_name: str


class MissingOut(BaseModel):
    skill_uri: str
    skill_label: str
    importance: str
    required_level: int
    level: int  # 0: not shown at all
    taught_in: list[ProgramOut]


class ContributionOut(BaseModel):
    skill_uri: str
    skill_label: str
    own_skill_uri: str  # another than the one asked for where only a near one is there
    own_skill_label: str
    points: int
    max_points: int
    level: int
    required_level: int
    basis: str
    verification_outcome: str
    achievement_name: str
    issuer_name: str


class GateOut(BaseModel):
    code: str
    outcome: str
    arguments: dict[str, str]


class HolderJobOut(BaseModel):
    """`contributions` sum to the score. `sentences`: all of it in words, what is in the way first.
    A score of a closed job is what it would be."""

    posting: PostingOut
    reach: Reach
    score: int
    threshold: int
    contributions: list[ContributionOut]
    missing: list[MissingOut]
    gates: list[GateOut]
    sentences: list[str]


class ChangedJobOut(BaseModel):
    now: HolderJobOut
    score_before: int
    reach_before: Reach


class HelpfulProgramOut(ProgramOut):
    come_into_reach: int
    job_titles: list[str]
    skills: list[str]


def holder_job(one: pb.HolderJob) -> HolderJobOut:
    return HolderJobOut(
        posting=_posting(one.job, one.employer_name),
        reach=reach(one.reach),
        score=one.score,
        threshold=one.threshold,
        contributions=[_contribution(each) for each in one.contribution],
        missing=[_missing(each, one.program) for each in one.missing],
        gates=[
            GateOut(
                code=each.code,
                outcome=code(matches_pb2.GateOutcome, each.outcome, "GATE_OUTCOME_"),
                arguments=dict(each.arguments),
            )
            for each in one.gate
        ],
        sentences=list(one.sentence),
    )


def changed_job(one: pb.ChangedJob) -> ChangedJobOut:
    return ChangedJobOut(
        now=holder_job(one.now),
        score_before=one.score_before,
        reach_before=reach(one.reach_before),
    )


def program(one: explanations_pb2.TeachingProgram) -> ProgramOut:
    return ProgramOut(
        achievement_id=one.achievement_id,
        achievement_version=one.achievement_version,
        name=one.name,
        org_id=one.org_id,
        org_name=one.org_name,
    )


def helpful_program(one: pb.HelpfulProgram) -> HelpfulProgramOut:
    return HelpfulProgramOut(
        achievement_id=one.achievement_id,
        achievement_version=one.achievement_version,
        name=one.name,
        org_id=one.org_id,
        org_name=one.org_name,
        come_into_reach=one.come_into_reach,
        job_titles=list(one.job_title),
        skills=[skill.label or skill.uri for skill in one.skill],
    )


def reach(number: pb.Reach.ValueType) -> Reach:
    return Reach(code(pb.Reach, number, "REACH_"))


def _posting(job: jobs_pb2.Job, employer: str) -> PostingOut:
    return PostingOut(
        job_id=job.job_id,
        title=job.title,
        description=job.description,
        employer_org_id=job.employer_org_id,
        employer_name=employer,
        place=PlaceOut(
            state=job.place.state, county_fips=job.place.county_fips, zip3=job.place.zip3
        ),
        location_type=code(jobs_pb2.JobLocationType, job.job_location_type, "JOB_LOCATION_TYPE_"),
        employment_types=[
            code(profiles_pb2.EmploymentType, one, "EMPLOYMENT_TYPE_")
            for one in job.employment_type
        ],
        weekly_hours_min=job.weekly_hours.min,
        weekly_hours_max=job.weekly_hours.max,
        pay=_pay(job.base_salary),
        date_posted=_day(job.date_posted),
        valid_through=_day(job.valid_through),
    )


def _pay(salary: jobs_pb2.BaseSalary) -> PayOut | None:
    if not salary.max.minor_units and not salary.min.minor_units:
        return None
    return PayOut(
        min_minor_units=salary.min.minor_units,
        max_minor_units=salary.max.minor_units,
        currency=salary.max.currency or salary.min.currency,
        period=code(common_pb2.PayPeriod, salary.unit, "PAY_PERIOD_"),
    )


def _missing(
    one: matches_pb2.Missing, programs: Iterable[explanations_pb2.TeachingProgram]
) -> MissingOut:
    return MissingOut(
        skill_uri=one.skill.uri,
        skill_label=one.skill.label,
        importance=code(jobs_pb2.Importance, one.importance, "IMPORTANCE_"),
        required_level=one.required_level,
        level=one.level,
        taught_in=[program(each) for each in programs if each.skill.uri == one.skill.uri],
    )


def _contribution(one: matches_pb2.Contribution) -> ContributionOut:
    own = one.shown_skill if one.HasField("shown_skill") else one.skill
    return ContributionOut(
        skill_uri=one.skill.uri,
        skill_label=one.skill.label,
        own_skill_uri=own.uri,
        own_skill_label=own.label,
        points=one.points,
        max_points=one.max_points,
        level=one.level,
        required_level=one.required_level,
        basis=code(skills_pb2.AssertionBasis, one.basis, "ASSERTION_BASIS_"),
        verification_outcome=code(
            skills_pb2.VerificationOutcome, one.verification_outcome, "VERIFICATION_OUTCOME_"
        ),
        achievement_name=one.achievement_name,
        issuer_name=one.issuer_name,
    )


def _day(day: common_pb2.CivilDate) -> date | None:
    return date(day.year, day.month, day.day) if day.year else None
