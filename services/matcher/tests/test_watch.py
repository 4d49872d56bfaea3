import grpc
import pytest
from talent_kit import pages
from talent_proto.events.v1 import engagements_pb2
from talent_proto.matcher.v1 import matcher_pb2 as pb

from .builders import BLUEPRINTS, assertion_message, requirement_message
from .conftest import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def others(employer, job_id, first):
    """The one candidate there is, once it is no longer `first`."""

    async def there():
        found = [one.candidate_id for one in (await employer.matches(job_id)).match]
        return found if len(found) == 1 and first not in found else None

    return (await eventually(there))[0]


async def test_present_matches_come_first_then_changes_as_they_happen(world, employer):
    job_id = await employer.post(requirement_message(), requirement_message(BLUEPRINTS))
    await world.profile("holder-1")
    (first,) = await employer.candidates(job_id, 1)
    stream = employer.watch(job_id)
    await eventually(lambda: stream.cursor)
    assert stream.said() == [("found", first)]
    await world.profile("holder-1", assertion_message(), assertion_message(BLUEPRINTS))
    await eventually(lambda: len(stream.updates) == 2)
    await world.withdraw("holder-1")
    await eventually(lambda: len(stream.updates) == 3)
    assert stream.said()[1:] == [("changed", first), ("withdrawn", first)]
    await stream.end()


async def test_all_jobs_of_an_employer_in_one_stream(world, employer):
    jobs = {await employer.post(), await employer.post()}
    stream = employer.watch()
    await eventually(lambda: stream.cursor)
    await world.profile("holder-1")
    await eventually(lambda: len(stream.updates) == 2)
    assert {one.found.match.job_id for one in stream.updates} == jobs
    await stream.end()


async def test_a_silent_stream_gives_signs_of_life(employer):
    stream = employer.watch(await employer.post())
    await eventually(lambda: stream.responses >= 3)
    assert stream.updates == []
    await stream.end()


async def test_a_stream_goes_on_behind_its_cursor(world, employer):
    job_id = await employer.post()
    await world.profile("holder-1")
    (first,) = await employer.candidates(job_id, 1)
    stream = employer.watch(job_id)
    await eventually(lambda: stream.cursor)
    await stream.end()
    await world.profile("holder-2")
    await world.withdraw("holder-1")
    second = await others(employer, job_id, first)
    again = employer.watch(job_id, stream.cursor)
    await eventually(lambda: len(again.updates) == 2)
    assert sorted(again.said()) == sorted([("found", second), ("withdrawn", first)])
    await again.end()


async def test_a_foreign_or_old_cursor_is_out_of_range(employer):
    job_id = await employer.post()
    now = 1795462000
    for cursor in (
        "nonsense",
        pages.encode({"epoch": "another", "made_at": now, "p0": 1}),
        pages.encode({"made_at": now}),
    ):
        stream = employer.watch(job_id, cursor)
        await eventually(lambda stream=stream: stream.ended)
        assert stream.ended == grpc.StatusCode.OUT_OF_RANGE
    stream = employer.watch(job_id)
    await eventually(lambda: stream.cursor)
    await stream.end()
    stated = pages.decode(stream.cursor)
    old = pages.encode({**stated, "made_at": int(stated["made_at"]) - 8 * 86400})
    ahead = pages.encode({**stated, "p0": 10**9})
    for cursor in (old, ahead):
        stream = employer.watch(job_id, cursor)
        await eventually(lambda stream=stream: stream.ended)
        assert stream.ended == grpc.StatusCode.OUT_OF_RANGE


async def test_who_does_not_consent_is_withdrawn_from_a_stream(world, employer, wallet):
    job_id = await employer.post(requirement_message(), requirement_message(BLUEPRINTS))
    await world.profile("holder-1")
    (first,) = await employer.candidates(job_id, 1)
    stream = employer.watch(job_id)
    await eventually(lambda: stream.cursor)
    wallet.withdrawn.add("holder-1")
    await world.profile("holder-1", assertion_message(), assertion_message(BLUEPRINTS))
    await eventually(lambda: len(stream.updates) == 2)
    assert stream.said() == [("found", first), ("withdrawn", first)]
    await stream.end()


async def test_a_stream_ends_when_the_wallet_is_away(world, employer, wallet):
    job_id = await employer.post()
    stream = employer.watch(job_id)
    await eventually(lambda: stream.cursor)
    await wallet.down()
    await world.profile("holder-1")
    await eventually(lambda: stream.ended)
    await wallet.up()
    assert stream.ended == grpc.StatusCode.UNAVAILABLE
    assert stream.updates == []


async def test_a_stream_ends_with_its_token(world, matcher, org_id):
    brief = world.employer(matcher, org_id, seconds=2)
    job_id = await brief.post()
    stream = brief.watch(job_id)
    await eventually(lambda: stream.cursor)
    await eventually(lambda: stream.ended)
    assert stream.ended == grpc.StatusCode.UNAUTHENTICATED
    await brief.close()


async def test_no_empty_message_before_all_that_is_present(world, employer, wallet):
    job_id = await employer.post()
    await world.profile("holder-1")
    await employer.candidates(job_id, 1)
    wallet.withdrawn.add("holder-1")
    stream = employer.watch(job_id)
    await eventually(lambda: stream.responses)
    assert stream.cursor
    await stream.end()


async def test_the_best_of_a_job_drop_out_of_a_stream_when_others_are_better(world, employer):
    job_id = await employer.post(match_cap=1)
    await world.profile("holder-1", assertion_message(normalized_level=2))
    (first,) = await employer.candidates(job_id, 1)
    stream = employer.watch(job_id)
    await eventually(lambda: stream.cursor)
    for number in range(2, 6):  # also in other shards than the first
        await world.profile(f"holder-{number}")
    await eventually(lambda: ("withdrawn", first) in stream.said())
    assert len((await employer.matches(job_id)).match) == 1
    await stream.end()


async def test_an_answer_is_told_at_once(world, employer):
    job_id = await employer.post()
    await world.profile("holder-1")
    (first,) = await employer.candidates(job_id, 1)
    await employer.stub.RequestContact(pb.RequestContactRequest(job_id=job_id, candidate_id=first))

    async def requested():
        found = await world.records("talent.engagements.v1")
        return [one for one in found if one.key.startswith(job_id)]

    state = (await eventually(requested))[0].event.engagement
    stream = employer.watch(job_id)
    await eventually(lambda: stream.cursor)
    await world.answer(state)
    await eventually(lambda: ("changed", first) in stream.said())
    changed = stream.updates[-1].changed
    assert changed.contact_state == engagements_pb2.CONTACT_STATE_ACCEPTED
    await stream.end()
