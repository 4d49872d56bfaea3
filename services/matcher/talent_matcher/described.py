"""A job description as the job that is matched: what it takes, where, when and for how much.

Durable skills are for the talk with a person; they never enter a score.
"""

from talent_jobs.description import (
    Conditions,
    Evidence,
    JobDescription,
    JobType,
    NeededSkill,
    PayPeriod,
    PayRange,
    WorkPlace,
)
from talent_jobs.words import driving_in_words
from talent_proto.events.v1 import common_pb2, jobs_pb2, profiles_pb2, skills_pb2

from talent_matcher.messages import date_message

TEXT = 20_000  # characters of a job's description
_EVIDENCE = {
    Evidence.SELF_ASSERTED: skills_pb2.ASSERTION_BASIS_SELF_ASSERTED,
    Evidence.EMPLOYER_ATTESTED: skills_pb2.ASSERTION_BASIS_EMPLOYER_ATTESTED,
    Evidence.COMPLETED: skills_pb2.ASSERTION_BASIS_COMPLETED,
    Evidence.ASSESSED: skills_pb2.ASSERTION_BASIS_ASSESSED,
    Evidence.LICENSED: skills_pb2.ASSERTION_BASIS_LICENSED,
}
_TYPES = {
    JobType.FULL_TIME: profiles_pb2.EMPLOYMENT_TYPE_FULL_TIME,
    JobType.PART_TIME: profiles_pb2.EMPLOYMENT_TYPE_PART_TIME,
    JobType.TEMPORARY: profiles_pb2.EMPLOYMENT_TYPE_TEMPORARY,
    JobType.APPRENTICESHIP: profiles_pb2.EMPLOYMENT_TYPE_APPRENTICE,
}
_PLACES = {
    WorkPlace.ON_SITE: jobs_pb2.JOB_LOCATION_TYPE_ON_SITE,
    WorkPlace.HYBRID: jobs_pb2.JOB_LOCATION_TYPE_HYBRID,
    WorkPlace.REMOTE: jobs_pb2.JOB_LOCATION_TYPE_REMOTE,
}
_PERIODS = {
    PayPeriod.HOUR: common_pb2.PAY_PERIOD_HOUR,
    PayPeriod.WEEK: common_pb2.PAY_PERIOD_WEEK,
    PayPeriod.MONTH: common_pb2.PAY_PERIOD_MONTH,
    PayPeriod.YEAR: common_pb2.PAY_PERIOD_YEAR,
}


def job_message(described: JobDescription) -> jobs_pb2.Job:
    """Without the ids that posting gives it."""
    job = jobs_pb2.Job(
        title=described.title,
        description=_text(described),
        soc=[
            jobs_pb2.OccupationShare(code=one.code, share_percent=one.share)
            for one in described.occupations
        ],
        requirement=[_requirement(one) for one in described.skills if not one.durable],
        license_requirement=[
            jobs_pb2.LicenseRequirement(
                type=one.type, jurisdiction=one.jurisdiction, accept_pending=one.accept_pending
            )
            for one in described.licenses
        ],
        total_job_openings=described.openings,
        visibility=jobs_pb2.JOB_VISIBILITY_PUBLIC,
    )
    _set_conditions(job, described.conditions)
    if described.pay:
        job.base_salary.CopyFrom(_pay(described.pay))
    if described.posted:
        job.date_posted.CopyFrom(date_message(described.posted))
    if described.open_until:
        job.valid_through.CopyFrom(date_message(described.open_until))
    return job


def _text(described: JobDescription) -> str:
    lines = [described.summary, *(f"- {duty.text}" for duty in described.duties)]
    for heading, stated in (
        ("Also needed", described.also_needed),
        ("What we offer", described.benefits),
    ):
        lines += [f"{heading}:", *(f"- {one.text}" for one in stated)] if stated else []
    conditions = described.conditions
    for name, said in (
        ("Getting there", conditions.transport),
        ("Driving", driving_in_words(conditions.driving)),
    ):
        lines += [f"{name}: {said}"] if said else []
    return "\n".join(line for line in lines if line)[:TEXT]


def _requirement(one: NeededSkill) -> jobs_pb2.Requirement:
    importance = jobs_pb2.IMPORTANCE_REQUIRED if one.required else jobs_pb2.IMPORTANCE_PREFERRED
    return jobs_pb2.Requirement(
        skill=skills_pb2.SkillReference(uri=one.uri, label=one.label),
        importance=importance,
        required_level=one.level,
        evidence_accepted=[_EVIDENCE[evidence] for evidence in one.evidence],
        gate=one.gate and one.required,
        trainable_on_job=one.trainable,
        source=f"{one.source.kind} {one.source.occupation}".strip(),
    )


def _set_conditions(job: jobs_pb2.Job, said: Conditions) -> None:
    job.employment_type.append(_TYPES[said.job_type])
    job.job_location_type = _PLACES[said.work_place]
    job.weekly_hours.min, job.weekly_hours.max = said.hours
    job.time_zone = said.time_zone
    # Without their time zone, hours of the day fit or exclude the wrong people.
    for shift in said.shifts if said.time_zone else ():
        job.shift_window.add(day=shift.day, start_minute=shift.start, end_minute=shift.end)
    place = common_pb2.CoarsePlace(state=said.state, county_fips=said.county_fips, zip3=said.zip3)
    job.place.CopyFrom(place)


def _pay(pay: PayRange) -> jobs_pb2.BaseSalary:
    return jobs_pb2.BaseSalary(
        min=common_pb2.Money(minor_units=pay.least, currency=pay.currency),
        max=common_pb2.Money(minor_units=pay.most, currency=pay.currency),
        unit=_PERIODS[pay.period],
    )
