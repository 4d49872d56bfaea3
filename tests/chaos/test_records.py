"""Late, poisoned and missing: what a network must shrug off."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
from aiokafka import AIOKafkaProducer
from talent_cli.actors import Holder, Services
from talent_kit.events import Record
from talent_kit.reading import read_to_end
from talent_kit.settings import CommonSettings
from talent_local.sandbox import Sandbox
from talent_proto.events.v1.engagements_pb2 import ContactState
from talent_proto.matcher.v1.matcher_pb2 import (
    ListMatchesRequest,
    ListTalentPoolRequest,
    RequestContactRequest,
)
from talent_proto.operations.v1.operations_pb2 import ListDeadLettersRequest
from talent_proto.operations.v1.operations_pb2_grpc import OperationsServiceStub

from tests.chaos.groups import caught_up
from tests.waiting import eventually
from tests.world import Town, found_town, item, unique

# A topic, an event of it that some service handles, and that service.
POISON = [
    ("talent.catalog.v1", "OrganizationVetted", "verifier"),
    ("talent.credentials.v1", "CredentialPublished", "verifier"),
    ("talent.credentials.v1", "CredentialPublished", "wallet"),
    ("talent.verifications.v1", "CredentialVerified", "wallet"),
    ("talent.engagements.v1", "ContactRequested", "wallet"),
    ("talent.engagements.v1", "ContactAccepted", "matcher"),
    ("talent.profiles.v1", "TalentProfileUpdated", "matcher"),
    ("talent.catalog.v1", "AchievementPublished", "matcher"),
    ("talent.jobs.v1", "JobPosted", "matcher"),
    ("talent.time.v1", "AsOfAdvanced", "matcher"),
    ("talent.matches.v1", "MatchFound", "matcher"),
]


def settings_of(stack: Sandbox) -> CommonSettings:
    return CommonSettings(kafka_bootstrap=stack.kafka, mongo_url=stack.settings.mongo_address)


async def found(town: Town) -> list[Any]:
    answer = await town.services.matcher.ListMatches(
        ListMatchesRequest(job_id=town.job_id), metadata=town.employer.metadata
    )
    return list(answer.match)


async def matched(town: Town) -> Holder:
    """A new holder of the town gets a credential and a match."""
    before = len(await found(town))
    ana = town.holder()
    await ana.open()
    await town.provider.publish_one(item(town.achievement_id, ana.email))

    async def more() -> bool:
        return len(await found(town)) > before

    await eventually(more)
    return ana


async def the_whole_way(services: Services) -> None:
    """New organizations, a job, a credential, a match, a request for contact and its answer."""
    town = await found_town(services)
    ana = await matched(town)
    (match,) = await found(town)
    asked = await services.matcher.RequestContact(
        RequestContactRequest(
            request_id=unique("ask"), job_id=town.job_id, candidate_id=match.candidate_id
        ),
        metadata=town.employer.metadata,
    )
    await eventually(ana.invitations)
    await ana.accept(asked.entry.engagement_id)

    async def accepted() -> bool:
        answer = await services.matcher.ListTalentPool(
            ListTalentPoolRequest(job_id=town.job_id), metadata=town.employer.metadata
        )
        return [one.contact_state for one in answer.entry] == [ContactState.CONTACT_STATE_ACCEPTED]

    await eventually(accepted)


@pytest.mark.parametrize(("topic", "kind", "service"), POISON)
async def test_a_poisoned_record_goes_to_dead_letters_and_the_next_is_handled(
    services: Services, stack: Sandbox, topic: str, kind: str, service: str
) -> None:
    poisoned = await poison(stack, topic, kind)
    operator = services.network.metadata("operator", ["operator"])

    async def all_told() -> bool:
        async with services.network.channel(service) as channel:
            page = await OperationsServiceStub(channel).ListDeadLetters(
                ListDeadLettersRequest(page_size=1000), metadata=operator
            )
        letters = [one.dead_letter for one in page.dead_letter if one.dead_letter.topic == topic]
        return poisoned <= {(one.partition, one.offset) for one in letters}

    await eventually(all_told)
    # Whatever comes now comes after a poison, in each partition.
    await the_whole_way(services)


async def test_a_matcher_that_starts_again_passes_by_a_poison_that_stays(
    services: Services, stack: Sandbox
) -> None:
    """The topic of profiles is compacted: every start reads the broken record again."""
    town = await found_town(services)
    await matched(town)
    await poison(stack, "talent.profiles.v1", "TalentProfileUpdated")
    # `restart` waits until the matcher says that it is ready.
    stack.kill("matcher")
    stack.restart("matcher")
    await eventually(lambda: served(town))
    await matched(town)


async def test_the_replay_of_a_poison_answers_clearly_and_the_letter_stays(
    services: Services, stack: Sandbox
) -> None:
    await poison(stack, "talent.credentials.v1", "CredentialPublished")

    async def listed() -> list[str]:
        async with services.network.channel("wallet") as channel:
            page = await OperationsServiceStub(channel).ListDeadLetters(
                ListDeadLettersRequest(page_size=1000),
                metadata=services.network.metadata("operator", ["operator"]),
            )
        return [
            one.dead_letter_id
            for one in page.dead_letter
            if one.dead_letter.type == "CredentialPublished"
        ]

    letter = (await eventually(listed))[-1]
    done = await asyncio.to_thread(talent, stack, "dlq", "replay", letter)
    assert done.returncode == 1
    assert "Refused" in done.stderr
    assert "Traceback" not in done.stderr
    print(done.stderr)
    assert letter in await listed()
    state = await asyncio.to_thread(talent, stack, "dlq", "show", letter)
    assert "still there" in state.stdout


async def test_a_late_resend_of_an_old_profile_after_a_withdrawal_changes_nothing(
    services: Services, stack: Sandbox
) -> None:
    town = await found_town(services)
    ana = town.holder()
    await ana.open()
    await town.provider.publish_one(item(town.achievement_id, ana.email))

    async def one() -> bool:
        return len(await found(town)) == 1

    await eventually(one)
    holder_id = (await ana.ask("GET", "/v1/holders/me"))["holder_id"]
    old = [
        record
        async for record in read_to_end(settings_of(stack), "talent.profiles.v1")
        if record.key == holder_id and record.value is not None
    ]
    consents = (await ana.ask("GET", "/v1/consents"))["consents"]
    (discovery,) = [one for one in consents if one["purpose"] == "discovery"]
    await ana.withdraw(discovery["consent_id"])

    async def tombstone() -> bool:
        records = read_to_end(settings_of(stack), "talent.profiles.v1")
        return any([r.value is None async for r in records if r.key == holder_id])

    await eventually(tombstone)

    async def pairs() -> list[Record]:
        records = read_to_end(settings_of(stack), "talent.matches.v1")
        return [one async for one in records if one.key == f"{town.job_id}/{holder_id}"]

    async def gone() -> list[Record]:
        told = await pairs()
        return told if told[-1].value is None else []

    before = await eventually(gone)
    for record in old:
        await produce(stack, record.topic, record.key, record.value, list(record.headers))
    await eventually(lambda: caught_up(stack.kafka))
    assert [one.offset for one in await pairs()] == [one.offset for one in before]
    assert await found(town) == []


async def test_with_the_wallet_down_no_person_is_shown(services: Services, stack: Sandbox) -> None:
    town = await found_town(services)
    await matched(town)
    stack.kill("wallet")
    try:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await found(town)
        assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    finally:
        stack.restart("wallet")

    await eventually(lambda: served(town))


async def served(town: Town) -> bool:
    """Whether the matcher gives the town's matches."""
    try:
        return bool(await found(town))
    except grpc.aio.AioRpcError:
        return False


def talent(stack: Sandbox, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, as an operator types it."""
    return subprocess.run(
        (sys.executable, "-m", "talent_cli", *words),
        env=stack.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def poison(stack: Sandbox, topic: str, kind: str) -> set[tuple[int, int]]:
    """Records that say they are a `kind` and are not, one in each partition: where they are."""
    async with producing(stack) as producer:
        places: set[tuple[int, int]] = set()
        for partition in await producer.partitions_for(topic):
            key = unique("poison")
            stated = {"ce_type": kind, "aggregate_version": "1.1", "ce_id": key}
            sent = await producer.send_and_wait(
                topic,
                b"\xff\xff not protobuf",
                key.encode(),
                partition=partition,
                headers=[(name, value.encode()) for name, value in stated.items()],
            )
            places.add((sent.partition, sent.offset))
        return places


async def produce(
    stack: Sandbox, topic: str, key: str, value: bytes | None, headers: list[Any]
) -> None:
    async with producing(stack) as producer:
        await producer.send_and_wait(topic, value, key.encode(), headers=headers)


@asynccontextmanager
async def producing(stack: Sandbox) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka, acks="all")
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()
