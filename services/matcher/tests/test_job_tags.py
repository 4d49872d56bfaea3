"""What an employer makes of the skills that a pasted posting names is in the job's own event."""

import json
from itertools import pairwise
from typing import Any

import pytest
from google.protobuf.json_format import MessageToJson
from hypothesis import given
from hypothesis import strategies as st
from talent_kit.callers import Role
from talent_kit.errors import Problem
from talent_kit.grpc_client import FixedToken, channel
from talent_kit.ids import uuid7
from talent_matcher import job_tags
from talent_matcher.job_tags import ACCEPTED, ASSERTED, REJECTED, SUGGESTED, UNDECIDED
from talent_proto.events.v1 import jobs_pb2, skills_pb2, tagging_pb2
from talent_proto.matcher.v1 import drafts_pb2, matcher_pb2
from talent_proto.operations.v1 import operations_pb2, operations_pb2_grpc

from .builders import BLUEPRINTS, LABELS, SAFETY, WELDING, requirement_message
from .conftest import NOON, World, eventually, refused, request_id

TEXT = (
    "Welder\nDuties:\n- MIG welding of zebra gates\n- Operate forklift\n"
    "Requirements:\n- First aid\n- Communication\n"
)
URIS = (WELDING, BLUEPRINTS, SAFETY)


def tag(uri: str = WELDING, decision: int = UNDECIDED, **changed: Any) -> jobs_pb2.JobSkillTag:
    stated: dict[str, Any] = {
        "field": "posting",
        "start": 3,
        "end": 9,
        "score": 0.8,
        "method": "label",
        "state": ASSERTED,
    }
    skill = skills_pb2.SkillReference(uri=uri, label="words of a stranger")
    found = tagging_pb2.SkillTag(skill=skill, **{**stated, **changed})
    return jobs_pb2.JobSkillTag(found=found, decision=tagging_pb2.SkillTagState.ValueType(decision))


def tags(*some: jobs_pb2.JobSkillTag, taxonomy: str = "1") -> jobs_pb2.JobTags:
    return jobs_pb2.JobTags(tag=some, taxonomy_version=taxonomy)


class Known:
    def get(self, uri: str, /) -> skills_pb2.SkillReference | None:
        label = LABELS.get(uri)
        return skills_pb2.SkillReference(uri=uri, label=label) if label else None


def asking(*uris: str) -> jobs_pb2.Job:
    return jobs_pb2.Job(requirement=[requirement_message(uri) for uri in uris])


def stated(sent: jobs_pb2.JobTags, *asked: str) -> jobs_pb2.JobTags:
    return job_tags.stated(sent, asking(*asked), skills=Known(), by="eve", at=NOON)


def decisions(kept: jobs_pb2.JobTags) -> dict[str, int]:
    return {one.found.skill.uri: one.decision for one in kept.tag}


def test_what_is_sent_is_kept_with_who_decided_and_without_strangers_words():
    sent = tags(tag(WELDING, ACCEPTED), tag(BLUEPRINTS, REJECTED), tag(SAFETY, state=SUGGESTED))
    sent.tag[2].found.decided_by = "mallory"
    kept = stated(sent, WELDING)
    assert decisions(kept) == {WELDING: ACCEPTED, BLUEPRINTS: REJECTED, SAFETY: UNDECIDED}
    assert [one.found.decided_by for one in kept.tag] == ["eve", "eve", ""]
    assert [one.found.state for one in kept.tag] == [ASSERTED, ASSERTED, SUGGESTED]
    assert [one.found.skill.label for one in kept.tag] == [LABELS[uri] for uri in URIS]
    assert kept.tag[0].found.decided_at.ToDatetime() == NOON.replace(tzinfo=None)
    assert not kept.tag[2].found.HasField("decided_at")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (tags(tag(), taxonomy=""), "tags.taxonomy_version"),
        (tags(tag(), taxonomy="1" * 201), "tags.taxonomy_version"),
        (tags(*[tag()] * 201), "tags.tag"),
        (tags(tag(), tag()), "tags.tag[1].found.skill.uri"),
        (tags(tag("")), "tags.tag[0].found.skill.uri"),
        (tags(tag("urn:unknown")), "tags.tag[0].found.skill.uri"),
        (tags(tag(field="name")), "tags.tag[0].found.field"),
        (tags(tag(start=9)), "tags.tag[0].found.end"),
        (tags(tag(end=50_001)), "tags.tag[0].found.end"),
        (tags(tag(score=1.1)), "tags.tag[0].found.score"),
        (tags(tag(score=float("nan"))), "tags.tag[0].found.score"),
        (tags(tag(method="guess")), "tags.tag[0].found.method"),
        (tags(tag(state=ACCEPTED)), "tags.tag[0].found.state"),
        (tags(tag(decision=SUGGESTED)), "tags.tag[0].decision"),
        (tags(tag(decision=77)), "tags.tag[0].decision"),
        (tags(tag(BLUEPRINTS, ACCEPTED)), "tags.tag[0].decision"),
        (tags(tag(WELDING, REJECTED)), "tags.tag[0].decision"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(sent: jobs_pb2.JobTags, field: str):
    with pytest.raises(Problem) as refusal:
        stated(sent, WELDING)
    assert refusal.value.field == field


@given(
    st.lists(st.sets(st.sampled_from(URIS)), min_size=2, max_size=6),
    st.sets(st.sampled_from(URIS)),
)
def test_after_any_changes_what_is_decided_agrees_with_the_job(steps: Any, named: set[str]):
    kept = tags(*(tag(uri) for uri in sorted(named)))
    touched: set[str] = set()
    for before, after in pairwise(steps):
        kept = job_tags.after_change(
            kept, asking(*sorted(before)), asking(*sorted(after)), by="eve", at=NOON
        )
        touched |= before ^ after
    for uri, decision in decisions(kept).items():
        now = ACCEPTED if uri in steps[-1] else REJECTED
        assert decision == (now if uri in touched else UNDECIDED)


async def event(world: World, job_id: str, kind: str, version: int) -> Any:
    """What is told of this version of a job."""

    async def told() -> Any:
        for one in await world.records("talent.jobs.v1"):
            if (one.key, one.type, one.version.n) == (job_id, kind, version):
                return one.event
        return None

    return await eventually(told)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_posted_job_tells_what_became_of_its_text_until_it_is_forgotten(
    world, employer, matcher
):
    request = drafts_pb2.DraftJobRequest(posting=TEXT, state="US-CO")
    draft = await employer.drafts.DraftJob(request)
    found = {one.found.skill.label: one.found for one in draft.tags.tag}
    assert all(one.decision == UNDECIDED for one in draft.tags.tag)
    aid = found["first aid"]
    assert (TEXT[aid.start : aid.end], aid.method, aid.state) == ("First aid", "label", ASSERTED)
    assert any(one.state == SUGGESTED for one in found.values())

    # The employer takes one skill out, and posts the rest.
    described = json.loads(draft.description_json)
    out = found["operate forklift"].skill.uri
    described["skills"] = [one for one in described["skills"] if one["uri"] != out]
    asked = {one["uri"] for one in described["skills"] if not one.get("durable")}
    for one in draft.tags.tag:
        if one.found.skill.uri in {*asked, out}:
            one.decision = REJECTED if one.found.skill.uri == out else ACCEPTED
    await employer.post()  # the organization is known
    sent = drafts_pb2.PostDescribedJobRequest(
        request_id=request_id(), description_json=json.dumps(described), tags=draft.tags
    )
    job = (await employer.drafts.PostDescribedJob(sent)).job
    job_id = job.job.job_id
    told = await event(world, job_id, "JobPosted", 1)
    assert told.tags.taxonomy_version == draft.tags.taxonomy_version
    assert len(told.tags.tag) == len(draft.tags.tag)
    now = decisions(told.tags)
    assert (now[aid.skill.uri], now[out]) == (ACCEPTED, REJECTED)
    assert {uri for uri, one in now.items() if one == ACCEPTED} == asked & set(now)
    assert UNDECIDED in now.values()
    decided = next(one.found for one in told.tags.tag if one.found.skill.uri == out)
    assert decided.decided_by == told.header.actor.id
    assert "zebra" not in MessageToJson(told.tags)

    # A change of the job is a decision too.
    without = [one for one in job.job.requirement if one.skill.uri != aid.skill.uri]
    del job.job.requirement[:]
    job.job.requirement.extend(without)
    job.job.requirement.add(
        skill=skills_pb2.SkillReference(uri=out), importance=jobs_pb2.IMPORTANCE_PREFERRED
    )
    update = matcher_pb2.UpdateJobRequest(request_id=request_id(), job=job.job, if_match=job.etag)
    await employer.stub.UpdateJob(update)
    changed = decisions((await event(world, job_id, "JobPosted", 2)).tags)
    assert (changed[aid.skill.uri], changed[out]) == (REJECTED, ACCEPTED)

    # It comes out of the database again, and with the end of the job.
    token = world.issuer.token(subject="agent", org_id="agency", roles=[Role.AGENCY])
    async with channel(matcher.target, FixedToken(token)) as agency:
        stub = operations_pb2_grpc.OperationsServiceStub(agency)
        await stub.Republish(operations_pb2.RepublishRequest())
    again = await event(world, job_id, "JobPosted", 3)
    assert decisions(again.tags) == changed
    await employer.stub.CloseJob(
        matcher_pb2.CloseJobRequest(
            request_id=request_id(), job_id=job_id, reason=jobs_pb2.JOB_CLOSE_REASON_FILLED
        )
    )
    assert decisions((await event(world, job_id, "JobClosed", 4)).tags) == changed


@pytest.mark.asyncio(loop_scope="module")
async def test_tags_that_cannot_be_post_nothing(employer):
    made = await employer.drafts.DraftJob(drafts_pb2.DraftJobRequest(title="Welder"))
    assert not made.HasField("tags")
    await employer.post()
    before = len((await employer.stub.ListJobs(matcher_pb2.ListJobsRequest())).job)
    async with refused() as refusal:
        await employer.drafts.PostDescribedJob(
            drafts_pb2.PostDescribedJobRequest(
                request_id=uuid7(), description_json=made.description_json, tags=tags(tag(end=0))
            )
        )
    assert refusal.field.startswith("tags.tag[0].found")
    assert len((await employer.stub.ListJobs(matcher_pb2.ListJobsRequest())).job) == before
