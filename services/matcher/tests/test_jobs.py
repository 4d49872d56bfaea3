import asyncio

import pytest
from talent_kit.callers import Role
from talent_proto.events.v1 import jobs_pb2, skills_pb2
from talent_proto.matcher.v1 import matcher_pb2 as pb

from .builders import job_message, requirement_message
from .conftest import eventually, refused, request_id

pytestmark = pytest.mark.asyncio(loop_scope="module")

USD = {"currency": "USD"}
HOUR = 1


def pay(least, most, **changed):
    ends = {"min": {"minor_units": least, **USD}, "max": {"minor_units": most, **USD}}
    return jobs_pb2.BaseSalary(**{**ends, "unit": HOUR, **changed})


UNKNOWN = requirement_message(skill=skills_pb2.SkillReference(uri="https://skills.example/no"))


@pytest.mark.parametrize(
    ("field", "reason", "job"),
    [
        ("job.title", "MISSING_FIELD", job_message(title=" ")),
        ("job.title", "TOO_LARGE", job_message(title="x" * 201)),
        ("job", "TOO_LARGE", job_message(description="x" * 300_000)),
        (
            "job.requirement[2].skill.uri",
            "UNKNOWN_SKILL",
            job_message(
                requirement_message(),
                requirement_message("https://skills.example/safety"),
                UNKNOWN,
            ),
        ),
        (
            "job.requirement[0].skill.uri",
            "MISSING_FIELD",
            job_message(requirement_message(skill=None)),
        ),
        (
            "job.requirement[1].skill.uri",
            "INVALID_FIELD",
            job_message(requirement_message(), requirement_message()),
        ),
        (
            "job.requirement[0].required_level",
            "INVALID_FIELD",
            job_message(requirement_message(required_level=6)),
        ),
        (
            "job.requirement[0].importance",
            "INVALID_FIELD",
            job_message(requirement_message(importance=77)),
        ),
        ("job.base_salary.min.minor_units", "INVALID_FIELD", job_message(base_salary=pay(-1, 10))),
        ("job.base_salary", "INVALID_FIELD", job_message(base_salary=pay(11, 10))),
        ("job.base_salary.unit", "MISSING_FIELD", job_message(base_salary=pay(1, 10, unit=0))),
        (
            "job.soc",
            "INVALID_FIELD",
            job_message(soc=[{"code": "51-4121", "share_percent": 60}]),
        ),
        ("job.weekly_hours", "INVALID_FIELD", job_message(weekly_hours={"min": 40, "max": 20})),
        (
            "job.time_zone",
            "MISSING_FIELD",
            job_message(shift_window=[{"day": 1, "start_minute": 0, "end_minute": 60}]),
        ),
        ("job.time_zone", "INVALID_FIELD", job_message(time_zone="Mars/Olympus")),
        (
            "job.valid_through",
            "INVALID_FIELD",
            job_message(valid_through={"year": 2026, "month": 11, "day": 22}),
        ),
        (
            "job.valid_through",
            "INVALID_FIELD",
            job_message(valid_through={"year": 2027, "month": 2, "day": 30}),
        ),
        (
            "job.place.county_fips",
            "INVALID_FIELD",
            job_message(place={"state": "US-CO", "county_fips": "8031"}),
        ),
        ("job.employer_org_id", "NOT_YOURS", job_message(employer_org_id="org-somebody")),
        ("job.job_id", "INVALID_FIELD", job_message(job_id="mine")),
    ],
)
async def test_a_job_with_a_mistake_is_refused_by_field(employer, field, reason, job):
    await employer.post()  # the organization and the skills are known
    before = len((await employer.stub.ListJobs(pb.ListJobsRequest())).job)
    async with refused() as refusal:
        await employer.stub.PostJob(pb.PostJobRequest(request_id=request_id(), job=job))
    assert (refusal.field, refusal.reason) == (field, reason)
    assert len((await employer.stub.ListJobs(pb.ListJobsRequest())).job) == before


async def test_who_may_post(world, matcher, employer):
    request = pb.PostJobRequest(request_id=request_id(), job=job_message())
    stranger = world.employer(matcher, "org-nobody-knows")
    async with refused() as refusal:
        await stranger.stub.PostJob(request)
    assert refusal.reason == "WRONG_STATE"
    assert "not registered as an employer" in refusal.sentence
    provider = world.employer(matcher, "org-x", roles=[Role.PROVIDER])
    async with refused() as refusal:
        await provider.stub.PostJob(request)
    assert refusal.reason == "ROLE_NEEDED"
    async with refused() as refusal:
        await employer.stub.ListJobs(
            pb.ListJobsRequest(), metadata=(("authorization", "Bearer x"),)
        )
    assert refusal.reason == "NOT_SIGNED_IN"


async def test_the_same_request_twice_is_one_job(employer):
    await employer.post()
    request = pb.PostJobRequest(request_id=request_id(), job=job_message())
    first, second = await asyncio.gather(
        employer.stub.PostJob(request), employer.stub.PostJob(request)
    )
    assert first == second
    async with refused() as refusal:
        other = pb.PostJobRequest(request_id=request.request_id, job=job_message(title="Other"))
        await employer.stub.PostJob(other)
    assert (refusal.reason, refusal.field) == ("ALREADY_EXISTS", "request_id")


async def test_a_change_needs_the_version_it_was_made_on(world, employer):
    job_id = await employer.post()
    job = (await employer.stub.GetJob(pb.GetJobRequest(job_id=job_id))).job
    changed = job.job
    changed.title = "Senior welder"

    def update():
        return pb.UpdateJobRequest(request_id=request_id(), job=changed, if_match=job.etag)

    after = (await employer.stub.UpdateJob(update())).job
    assert (after.job.title, after.open) == ("Senior welder", True)
    async with refused() as refusal:
        await employer.stub.UpdateJob(update())
    assert refusal.reason == "STALE_VERSION"

    async def told():
        return [one for one in await world.records("talent.jobs.v1") if one.key == job_id][1:]

    (record,) = await eventually(told)
    assert record.event.job.title == "Senior welder"
    assert record.event.employer_vetted


async def test_closing_a_job_withdraws_its_matches(world, employer):
    job_id = await employer.post()
    await world.profile("holder-1")
    await employer.candidates(job_id, 1)
    request = pb.CloseJobRequest(
        request_id=request_id(), job_id=job_id, reason=jobs_pb2.JOB_CLOSE_REASON_FILLED
    )
    assert not (await employer.stub.CloseJob(request)).job.open
    await employer.candidates(job_id, 0)
    async with refused() as refusal:
        again = pb.CloseJobRequest(request_id=request_id(), job_id=job_id, reason=request.reason)
        await employer.stub.CloseJob(again)
    assert refusal.reason == "WRONG_STATE"
    listed = await employer.stub.ListJobs(pb.ListJobsRequest())
    assert job_id not in [one.job.job_id for one in listed.job]
    listed = await employer.stub.ListJobs(pb.ListJobsRequest(include_closed=True))
    assert job_id in [one.job.job_id for one in listed.job]


async def test_jobs_and_skills_come_by_page(employer):
    posted = [await employer.post() for _ in range(3)]
    first = await employer.stub.ListJobs(pb.ListJobsRequest(page_size=2))
    rest = await employer.stub.ListJobs(pb.ListJobsRequest(page_token=first.next_page_token))
    assert [one.job.job_id for one in (*first.job, *rest.job)] == posted[::-1]
    skills = await employer.stub.ListSkills(pb.ListSkillsRequest(query="welding"))
    assert [one.label for one in skills.skill] == ["Welding (MIG)"]
    one = await employer.stub.ListSkills(pb.ListSkillsRequest(page_size=1))
    two = await employer.stub.ListSkills(pb.ListSkillsRequest(page_token=one.next_page_token))
    assert len(two.skill) == 2
