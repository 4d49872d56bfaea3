import pytest
from talent_kit.events import Record
from talent_proto.events.v1 import engagements_pb2 as ev
from talent_proto.events.v1 import jobs_pb2
from talent_proto.matcher.v1 import matcher_pb2 as pb

from .conftest import eventually, refused, request_id

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Pair:
    """One candidate of one job, and what the employer does about them."""

    def __init__(self, employer, job_id, candidate_id):
        self.stub, self.job_id, self.candidate_id = employer.stub, job_id, candidate_id

    async def do(self, name, **changed):
        kind = getattr(pb, f"{name}Request")
        request = kind(
            request_id=request_id(),
            job_id=self.job_id,
            candidate_id=self.candidate_id,
            **changed,
        )
        return (await getattr(self.stub, name)(request)).entry

    async def pool(self):
        return (await self.stub.ListTalentPool(pb.ListTalentPoolRequest(job_id=self.job_id))).entry


async def a_pair(world, employer):
    job_id = await employer.post()
    await world.profile("holder-1")
    (candidate,) = await employer.candidates(job_id, 1)
    return Pair(employer, job_id, candidate)


async def told(world, job_id) -> list[Record]:
    found = await world.records("talent.engagements.v1")
    return [one for one in found if one.key == f"{job_id}/holder-1"]


async def accepted(world, pair):
    await pair.do("RequestContact")

    async def requested():
        return [one for one in await told(world, pair.job_id) if one.type == "ContactRequested"]

    state = (await eventually(requested))[0].event.engagement
    await world.answer(state)

    async def there():
        return (await pair.pool())[0].contact_state == ev.CONTACT_STATE_ACCEPTED

    await eventually(there)


async def test_from_shortlist_to_hire(world, employer):
    pair = await a_pair(world, employer)
    entry = await pair.do("Shortlist")
    assert entry.pool_state == ev.POOL_STATE_SHORTLISTED
    await accepted(world, pair)
    async with refused() as refusal:
        await pair.do("RequestContact")
    assert refusal.reason == "WRONG_STATE"
    hired = await pair.do("RecordOutcome", disposition=ev.DISPOSITION_HIRED)
    assert hired.engagement_id == entry.engagement_id

    async def all_told():
        found = await told(world, pair.job_id)
        return found if len(found) == 4 else None

    records = await eventually(all_told)
    assert [one.type for one in records] == [
        "TalentPoolEntryAdded",
        "ContactRequested",
        "ContactRequested",  # with the answer
        "HireReported",
    ]
    last = records[-1].event.engagement
    assert last.contact_state == ev.CONTACT_STATE_ACCEPTED
    assert (last.holder_id, last.job_title) == ("holder-1", "Welder")
    (match,) = (await employer.matches(pair.job_id)).match
    assert (match.engagement_id, match.disposition) == (entry.engagement_id, ev.DISPOSITION_HIRED)


async def test_passing_needs_a_known_reason(world, employer):
    pair = await a_pair(world, employer)
    async with refused() as refusal:
        await pair.do("Pass", reason_code="looks")
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "reason_code")
    entry = await pair.do("Pass", reason_code="schedule")
    assert (entry.pool_state, entry.reason_code) == (ev.POOL_STATE_PASSED, "schedule")


async def test_a_decline_is_taken_over(world, employer):
    pair = await a_pair(world, employer)
    await pair.do("RequestContact")

    async def requested():
        return await told(world, pair.job_id)

    await world.answer((await eventually(requested))[0].event.engagement, accepted=False)

    async def declined():
        return (await pair.pool())[0].contact_state == ev.CONTACT_STATE_DECLINED

    await eventually(declined)
    async with refused() as refusal:
        await pair.do("RecordOutcome", disposition=ev.DISPOSITION_HIRED)
    assert refusal.reason == "WRONG_STATE"


async def test_contact_only_for_present_and_consented_matches(world, employer, wallet):
    pair = await a_pair(world, employer)
    await pair.do("Shortlist")
    wallet.withdrawn.add("holder-1")
    async with refused() as refusal:
        await pair.do("RequestContact")
    assert refusal.reason == "NOT_FOUND"
    assert await pair.pool() == []
    async with refused() as refusal:
        await Pair(employer, pair.job_id, "nobody").do("Shortlist")
    assert (refusal.reason, refusal.field) == ("NOT_FOUND", "candidate_id")


async def test_who_accepted_stays_in_the_pool_after_ending_discovery(world, employer, wallet):
    pair = await a_pair(world, employer)
    await accepted(world, pair)
    wallet.withdrawn.add("holder-1")
    await world.withdraw("holder-1")
    await employer.candidates(pair.job_id, 0)
    assert len(await pair.pool()) == 1
    await pair.do("RecordOutcome", disposition=ev.DISPOSITION_INTERVIEWED)


async def test_without_the_wallet_nobody_of_the_pool_is_shown(world, employer, wallet):
    pair = await a_pair(world, employer)
    await accepted(world, pair)
    await wallet.down()
    async with refused() as refusal:
        await pair.pool()
    await wallet.up()
    assert refusal.reason == "UNAVAILABLE"


async def last_of(world, job_id, kind):
    async def there():
        found = await told(world, job_id)
        return found[-1] if found and found[-1].type == kind else None

    return (await eventually(there)).event.engagement


async def test_closing_a_job_takes_open_requests_back(world, employer):
    pair = await a_pair(world, employer)
    await pair.do("RequestContact")
    request = pb.CloseJobRequest(job_id=pair.job_id, reason=jobs_pb2.JOB_CLOSE_REASON_FILLED)
    await employer.stub.CloseJob(request)
    state = await last_of(world, pair.job_id, "TalentPoolEntryRemoved")
    assert state.pool_state == ev.POOL_STATE_REMOVED
    assert state.contact_state == ev.CONTACT_STATE_REQUESTED


async def test_contact_for_a_job_that_closes_meanwhile_is_refused(world, employer, wallet):
    pair = await a_pair(world, employer)

    async def close():
        reason = jobs_pb2.JOB_CLOSE_REASON_FILLED
        await employer.stub.CloseJob(pb.CloseJobRequest(job_id=pair.job_id, reason=reason))

    wallet.meanwhile = close
    async with refused() as refusal:
        await pair.do("RequestContact")
    assert refusal.reason == "WRONG_STATE"
    assert await pair.pool() == []


async def test_passing_over_an_invited_candidate_takes_the_request_back(world, employer):
    pair = await a_pair(world, employer)
    await pair.do("RequestContact")
    await world.withdraw("holder-1")
    await employer.candidates(pair.job_id, 0)
    await pair.do("Pass", reason_code="no_answer")
    state = await last_of(world, pair.job_id, "TalentPoolEntryRemoved")
    assert state.pool_state == ev.POOL_STATE_PASSED
