"""What survives a restart, and how two replicas share the work."""

from datetime import timedelta

import grpc
import pytest
from talent_kit import pages
from talent_kit.callers import Role
from talent_kit.events import outgoing
from talent_kit.grpc_client import FixedToken, channel
from talent_kit.kafka import admin_client
from talent_kit.topics import ensure_topics
from talent_kit.versions import Version
from talent_proto.events.v1 import (
    catalog_pb2,
    common_pb2,
    jobs_pb2,
    matches_pb2,
    profiles_pb2,
    skills_pb2,
)
from talent_proto.operations.v1 import operations_pb2, operations_pb2_grpc

from .conftest import eventually, refused

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]
HOLDERS = [f"holder-{number}" for number in range(12)]


async def announced(world, job_id):
    return [one for one in await world.records("talent.matches.v1") if job_id in one.key]


async def test_a_restart_announces_only_differences_and_streams_go_on(world, org_id):
    first = await world.start()
    employer = world.employer(first, org_id)
    job_id = await employer.post()
    for holder in HOLDERS:
        await world.profile(holder)
    names = await employer.candidates(job_id, 12)
    stream = employer.watch(job_id)
    await eventually(lambda: stream.cursor)
    await first.end()
    await eventually(lambda: stream.ended)
    assert stream.ended == grpc.StatusCode.OK  # the service ended it, with a cursor
    await world.withdraw("holder-0")
    await world.profile("holder-new")

    second = await world.start()
    employer = world.employer(second, org_id)

    async def changed():
        found = {one.candidate_id for one in (await employer.matches(job_id)).match}
        return found if len(found) == 12 and found != set(names) else None

    after = await eventually(changed)
    records = await announced(world, job_id)
    assert len(records) == 12 + 2
    assert {one.key.split("/")[1] for one in records[12:]} <= {"holder-0", "holder-new"} | set(
        HOLDERS
    )
    again = employer.watch(job_id, stream.cursor)
    await eventually(lambda: len(again.updates) == 2)
    (gone,), (new,) = set(names) - after, after - set(names)
    assert sorted(again.said()) == sorted([("withdrawn", gone), ("found", new)])
    await again.end()
    await second.end()


async def test_a_cursor_of_a_topic_that_was_made_anew_is_out_of_range(world, org_id):
    first = await world.start()
    employer = world.employer(first, org_id)
    job_id = await employer.post()
    await world.profile("holder-1")
    await employer.candidates(job_id, 1)
    stream = employer.watch(job_id)
    await eventually(lambda: stream.cursor)
    await first.end()
    await eventually(lambda: stream.ended)
    admin = admin_client(world.settings)
    await admin.start()
    topic = world.settings.topic("talent.matches.v1")
    await admin.delete_topics([topic])

    async def gone():
        return topic not in await admin.list_topics()

    await eventually(gone)
    await ensure_topics(world.settings)
    await admin.close()

    second = await world.start()
    employer = world.employer(second, org_id)
    await employer.candidates(job_id, 1)
    stated = pages.decode(stream.cursor)
    passed = {name: 0 for name in stated if name.startswith("p")}  # the new topic is that far again
    again = employer.watch(job_id, pages.encode({**stated, **passed}))
    await eventually(lambda: again.cursor or again.ended)
    assert again.ended == grpc.StatusCode.OUT_OF_RANGE
    await second.end()


async def test_two_replicas_share_the_shards_and_one_takes_over(world, org_id):
    first = await world.start()
    second = await world.start()
    one, two = world.employer(first, org_id), world.employer(second, org_id)
    await first.ready()
    job_id = await one.post()
    for holder in HOLDERS:
        await world.profile(holder)

    async def seen_by(employer):
        try:
            return {found.candidate_id for found in (await employer.matches(job_id)).match}
        except grpc.aio.AioRpcError:
            return set()  # while shards change hands

    async def both():
        left, right = await seen_by(one), await seen_by(two)
        return left if left == right and len(left) == 12 else None

    names = await eventually(both)
    await first.end()
    await world.withdraw("holder-3")

    async def taken_over():
        return len(await seen_by(two)) == 11

    await eventually(taken_over, 60)
    assert await seen_by(two) < names
    assert len(await announced(world, job_id)) == 13
    await second.end()


async def test_days_pass_and_a_republish_changes_nothing(world, org_id):
    replica = await world.start()
    employer = world.employer(replica, org_id)
    last = {"year": 2026, "month": 11, "day": 23}
    ending, staying = await employer.post(valid_through=last), await employer.post()
    await world.profile("holder-1")
    await employer.candidates(ending, 1)
    await employer.candidates(staying, 1)
    world.clock.advance(timedelta(days=1))
    await employer.candidates(ending, 0)

    async def closed():
        found = await world.records("talent.jobs.v1")
        return [one for one in found if one.key == ending and one.type == "JobClosed"]

    (record,) = await eventually(closed)
    assert record.event.reason == 3  # EXPIRED
    before = await announced(world, staying)

    token = world.issuer.token(subject="agent", org_id="agency", roles=[Role.AGENCY])
    async with channel(replica.target, FixedToken(token)) as agency:
        stub = operations_pb2_grpc.OperationsServiceStub(agency)
        answer = await stub.Republish(operations_pb2.RepublishRequest())
    assert answer.republished >= 3
    await world.profile("holder-2")
    await employer.candidates(staying, 2)
    after = await announced(world, staying)
    assert len(after) == len(before) + 1

    world.clock.advance(timedelta(days=8))

    async def forgotten():
        found = await world.records("talent.jobs.v1")
        return [one for one in found if one.key == ending and one.value is None]

    await eventually(forgotten)
    await replica.end()


async def test_a_record_that_cannot_be_read_stops_no_shard_at_a_restart(world, org_id):
    first = await world.start()
    employer = world.employer(first, org_id)
    job_id = await employer.post()
    await world.profile("holder-1")
    await employer.candidates(job_id, 1)
    await first.end()
    version = Version(9, 9)
    broken = world.profile_event("holder-broken", version)
    broken.event.profile.license.append(
        profiles_pb2.License(type="X", valid_until={"year": 2026, "month": 2, "day": 30})
    )
    match = matches_pb2.Match(job_id=job_id, holder_id="holder-broken", employer_org_id=org_id)
    match.contribution.add(basis=skills_pb2.AssertionBasis.ValueType(77))
    newer = matches_pb2.MatchFound(header=world.header(version), match=match)
    key = f"{job_id}/holder-broken"
    await world.producer.send_all([broken, outgoing("talent.matches.v1", key, newer)])

    second = await world.start()
    employer = world.employer(second, org_id)
    await employer.candidates(job_id, 1)
    last = [one for one in await announced(world, job_id) if one.key == key][-1]
    assert last.type == "MatchWithdrawn"
    await second.end()


async def test_poison_in_catalog_jobs_and_time_is_a_dead_letter_once(world, org_id):
    first = await world.start()
    second = await world.start()
    await first.ready()
    employer = world.employer(first, org_id)
    bad_day = {"year": 2026, "month": 2, "day": 30}
    head = world.header(Version(1, 1))
    bad_job = jobs_pb2.Job(job_id="job-broken", valid_through=bad_day)
    poison = [
        outgoing("talent.jobs.v1", "job-broken", jobs_pb2.JobPosted(header=head, job=bad_job)),
        outgoing(
            "talent.time.v1",
            "as_of",
            common_pb2.AsOfAdvanced(header=world.header(Version(9, 9)), as_of=bad_day),
        ),
    ]
    await world.producer.send_all(poison)
    garbage = outgoing(
        "talent.catalog.v1", "org-broken", catalog_pb2.OrganizationVetted(header=head)
    )
    message = world.producer._message(garbage, {})
    assert not await world.producer.send([message._replace(value=b"\xff")])
    found = outgoing("talent.matches.v1", "job/holder", matches_pb2.MatchFound(header=head))
    message = world.producer._message(found, {})
    assert not await world.producer.send([message._replace(value=b"\xff")])
    job_id = await employer.post()
    await world.profile("holder-1")
    await eventually(lambda: announced(world, job_id))

    async def all_there():
        found = await world.records("talent.dead-letters.v1")
        network = [one for one in found if one.event.group == "matcher-network"]
        topics = {one.event.topic for one in found}
        return network if len(network) >= 3 and "talent.matches.v1" in topics else None

    letters = await eventually(all_there)
    assert sorted(one.event.topic for one in letters) == [
        "talent.catalog.v1",
        "talent.jobs.v1",
        "talent.time.v1",
    ]
    await second.end()
    token = world.issuer.token(subject="agent", org_id="agency", roles=[Role.AGENCY])
    async with channel(first.target, FixedToken(token)) as agency:
        stub = operations_pb2_grpc.OperationsServiceStub(agency)
        letter = letters[0].event
        place = f"{letter.topic}/{letter.partition}/{letter.offset}/{letter.group}"
        async with refused() as refusal:
            await stub.ReplayDeadLetter(
                operations_pb2.ReplayDeadLetterRequest(dead_letter_id=place)
            )
    assert refusal.reason == "REPLAY_FAILED"
    await first.end()
