"""From a title to a posting that people fit, as an employer's portal asks for it."""

import json
from dataclasses import replace
from datetime import date

import grpc
import pytest
from talent_jobs.json_form import from_json
from talent_kit.callers import Role
from talent_kit.errors import Reason
from talent_kit.grpc_errors import problem_of
from talent_matcher.described import job_message
from talent_proto.events.v1 import common_pb2, jobs_pb2
from talent_proto.matcher.v1 import drafts_pb2 as pb
from talent_proto.matcher.v1 import matcher_pb2

from .builders import assertion_message
from .conftest import eventually, refused, request_id

pytestmark = pytest.mark.asyncio(loop_scope="module")
WELDER = pb.DraftJobRequest(title="MIG welder", state="US-CO", zip3="802")


async def posted(employer, described: str):
    """Once the organization is known."""
    request = pb.PostDescribedJobRequest(request_id=request_id(), description_json=described)
    try:
        return (await employer.drafts.PostDescribedJob(request)).job
    except grpc.aio.AioRpcError as error:
        problem = problem_of(error)
        if problem and problem.reason is Reason.WRONG_STATE:
            return None
        raise


async def test_a_title_becomes_a_posting_that_people_fit(world, employer):
    draft = await employer.drafts.DraftJob(WELDER)
    assert json.loads(draft.description_json)["duties"]
    assert draft.job.base_salary.unit == common_pb2.PAY_PERIOD_HOUR
    assert draft.job.place.zip3 == "802"
    job = await eventually(lambda: posted(employer, draft.description_json))
    assert [one.skill.uri for one in job.job.requirement] == [
        one.skill.uri for one in draft.job.requirement
    ]
    shown = [assertion_message(one.skill.uri) for one in job.job.requirement[:4]]
    await world.profile("holder-1", *shown)
    assert await employer.candidates(job.job.job_id, 1)


async def test_a_pasted_posting_is_flagged(employer):
    text = "Salesman\nSell boats to visitors of all ages.\nHe will report to the owner."
    draft = await employer.drafts.DraftJob(pb.DraftJobRequest(posting=text, state="US-CO"))
    assert {one.code for one in draft.flag} == {"GENDERED_TITLE", "GENDERED_PRONOUN"}
    assert all(text[one.start : one.end] == one.words for one in draft.flag)


async def test_a_job_like_somebodys_asks_for_what_they_can(employer):
    uri = "http://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da"
    like = pb.LikeSomebody(title="Welder", skill=[pb.LikeSkill(uri=uri, level=4)])
    draft = await employer.drafts.DraftJob(pb.DraftJobRequest(like=like, state="US-CO"))
    (asked,) = draft.job.requirement
    assert (asked.skill.uri, asked.required_level) == (uri, 4)
    like.skill[0].level = 9
    async with refused() as refusal:
        await employer.drafts.DraftJob(pb.DraftJobRequest(like=like))
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "skills")


async def test_what_a_pasted_posting_offers_and_asks_besides_is_in_the_posted_job(employer):
    text = (
        "Welder\nDuties:\n- Weld frames.\nRequirements:\n- Own boots\nBenefits:\n- Free lunch\n"
        "Hours:\nMonday to Friday, 8 am to 4 pm\nThe bus stop is at the door.\n"
    )
    request = pb.DraftJobRequest(posting=text, state="US-CO", zip3="802")
    draft = await employer.drafts.DraftJob(request)
    assert "Own boots" in draft.job.description
    assert "Free lunch" in draft.job.description
    assert "Getting there: The bus stop is at the door." in draft.job.description
    assert draft.job.time_zone == "America/Denver"
    assert len(draft.job.shift_window) == 5
    assert await eventually(lambda: posted(employer, draft.description_json))


async def test_a_draft_is_written_as_a_document(employer):
    draft = await employer.drafts.DraftJob(WELDER)
    for form, begins in (("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!")):
        request = pb.WriteJobRequest(description_json=draft.description_json, form=form)
        written = (await employer.drafts.WriteJob(request)).document
        assert written.lower().startswith(begins.lower())


async def test_what_a_job_was_posted_as_is_kept_for_its_employer_until_it_changes(employer):
    draft = await employer.drafts.DraftJob(WELDER)
    job = await eventually(lambda: posted(employer, draft.description_json))
    asked = matcher_pb2.GetJobRequest(job_id=job.job.job_id)
    kept = from_json((await employer.stub.GetJob(asked)).description_json)
    assert kept.posted == date(*_day(job.job.date_posted))
    assert replace(kept, posted=None) == from_json(draft.description_json)
    job.job.title = "Night welder"
    change = matcher_pb2.UpdateJobRequest(request_id=request_id(), job=job.job, if_match=job.etag)
    await employer.stub.UpdateJob(change)
    assert not (await employer.stub.GetJob(asked)).description_json


def _day(day):
    return day.year, day.month, day.day


async def test_a_job_without_a_description_has_no_documents(employer):
    job_id = await employer.post()
    found = await employer.stub.GetJob(matcher_pb2.GetJobRequest(job_id=job_id))
    assert found.job.job.title
    assert not found.description_json


@pytest.mark.parametrize(
    ("method", "request_", "field"),
    [
        ("DraftJob", pb.DraftJobRequest(), "title"),
        ("DraftJob", pb.DraftJobRequest(occupation_code="99"), "occupation"),
        ("DraftJob", pb.DraftJobRequest(posting="word " * 20_000), "text"),
        ("WriteJob", pb.WriteJobRequest(description_json="{}", form="odt"), "form"),
        ("WriteJob", pb.WriteJobRequest(description_json="{}", form="pdf"), "schema_version"),
        ("PostDescribedJob", pb.PostDescribedJobRequest(description_json="["), "line 1, column 2"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_bad_input_is_refused_with_its_field(employer, method, request_, field):
    async with refused() as refusal:
        await getattr(employer.drafts, method)(request_)
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", field)


async def test_only_employers_draft(world, matcher):
    holder = world.employer(matcher, "org-x", roles=[Role.HOLDER])
    async with refused() as refusal:
        await holder.drafts.DraftJob(WELDER)
    await holder.close()
    assert refusal.reason == "ROLE_NEEDED"


async def test_nobody_may_lack_a_skill_that_is_a_gate_while_it_is_needed(employer):
    described = json.loads((await employer.drafts.DraftJob(WELDER)).description_json)
    for number, one in enumerate(described["skills"]):
        one |= {"gate": True, "required": number == 0}
    job = await eventually(lambda: posted(employer, json.dumps(described)))
    assert [one.gate for one in job.job.requirement] == [
        number == 0 for number in range(len(job.job.requirement))
    ]


async def test_durable_skills_never_enter_a_score(employer):
    draft = await employer.drafts.DraftJob(WELDER)
    described = from_json(draft.description_json.encode())
    durable = {one.uri for one in described.skills if one.durable}
    assert durable
    asked = {one.skill.uri for one in job_message(described).requirement}
    assert not durable & asked
    assert asked == {one.uri for one in described.skills} - durable
    assert all(one.source for one in draft.job.requirement)
    assert draft.job.visibility == jobs_pb2.JOB_VISIBILITY_PUBLIC
