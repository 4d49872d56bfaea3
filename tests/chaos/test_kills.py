"""Every part is killed while credentials stream in; nothing acknowledged is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
import pytest_asyncio
from pymongo import MongoClient
from talent_cli.actors import Holder, Services, connect
from talent_cli.network import CliSettings, Network
from talent_kit.settings import CommonSettings
from talent_local.sandbox import Sandbox
from talent_proto.events.v1.skills_pb2 import VerificationOutcome
from talent_proto.matcher.v1.matcher_pb2 import ListMatchesRequest
from talent_proto.operations.v1.operations_pb2 import RepublishRequest
from talent_proto.operations.v1.operations_pb2_grpc import OperationsServiceStub
from talent_proto.registry.v1.registry_pb2 import ListCredentialsRequest
from talent_proto.verifier.v1.verifier_pb2 import GetVerdictRequest

from tests.chaos.load import Load, profiles, sources
from tests.conftest import INSTALLED
from tests.waiting import eventually
from tests.world import Town, found_town

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow]
HOLDERS = 12
PER_SECOND = 8.0
BETWEEN_KILLS = 25  # acknowledged credentials
SERVICES = ("registry", "verifier", "wallet", "matcher")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A network of this file's own: nobody else's tests notice the killing."""
    made = Sandbox(tmp_path_factory.mktemp("chaos"), INSTALLED)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@dataclass(frozen=True)
class World:
    sandbox: Sandbox
    services: Services
    town: Town
    holders: list[Holder]

    @property
    def settings(self) -> CommonSettings:
        return CommonSettings(
            kafka_bootstrap=self.sandbox.kafka, mongo_url=self.sandbox.settings.mongo_address
        )

    async def matches(self) -> dict[str, int]:
        """Candidate → score of everyone who fits the town's job."""
        request = ListMatchesRequest(job_id=self.town.job_id, page_size=100)
        answer = await self.services.matcher.ListMatches(
            request, metadata=self.town.employer.metadata
        )
        return {match.candidate_id: match.match.score for match in answer.match}

    async def settled_matches(self) -> dict[str, int]:
        async def all_there() -> dict[str, int]:
            try:
                found = await self.matches()
            except grpc.aio.AioRpcError:
                return {}
            return found if len(found) == len(self.holders) else {}

        return await eventually(all_there, seconds=60)


@pytest_asyncio.fixture
async def world(sandbox: Sandbox) -> AsyncIterator[World]:
    """A town with twelve holders who let everything in and agree to be found."""
    async with connect(Network(CliSettings(), sandbox.settings)) as services:
        town = await found_town(services)
        holders = [town.holder() for _ in range(HOLDERS)]
        for holder in holders:
            await holder.open()
        yield World(sandbox, services, town, holders)


async def test_whatever_is_killed_nothing_acknowledged_is_lost_or_doubled(world: World) -> None:
    sandbox = world.sandbox
    load = Load(world.town, world.holders, PER_SECOND)
    stop = asyncio.Event()
    running = asyncio.create_task(load.run(stop))
    await load.more(BETWEEN_KILLS)

    for name in ("registry", "verifier", "wallet", "matcher", "portal", "kafka", "database"):
        sandbox.kill(name)
        await again(sandbox, name)
        await load.more(BETWEEN_KILLS)

    replicas = [sandbox.launch_replica(name) for name in (*SERVICES, "portal")]
    for name in replicas:
        await asyncio.to_thread(sandbox.wait, name)
    await load.more(BETWEEN_KILLS)
    # The clients talk to the first registry, so of the two it is the second that dies.
    for name in ("registry-2", "verifier", "wallet-2", "matcher", "portal"):
        sandbox.kill(name)
        await load.more(BETWEEN_KILLS)
    for name in ("verifier", "matcher", "portal"):
        await again(sandbox, name)
    for name in SERVICES:
        await asyncio.to_thread(sandbox.stop_part, name)
        await again(sandbox, name)
    stop.set()
    await running
    for name in replicas:
        await asyncio.to_thread(sandbox.stop_part, name)

    assert load.rejected == []
    await everything_arrived(world, load)
    await nothing_is_stuck(world)

    before = await world.settled_matches()
    sandbox.kill("matcher")
    await again(sandbox, "matcher")
    assert await world.settled_matches() == before


async def test_a_republish_during_live_writes_changes_nothing(world: World) -> None:
    load = Load(world.town, world.holders, PER_SECOND)
    stop = asyncio.Event()
    running = asyncio.create_task(load.run(stop))
    await load.more(BETWEEN_KILLS)
    operator = world.services.network.metadata("operator", ["operator"])
    for service in SERVICES:
        async with world.services.network.channel(service) as channel:
            answer = await OperationsServiceStub(channel).Republish(
                RepublishRequest(), metadata=operator
            )
        assert answer.republished > 0
        await load.more(BETWEEN_KILLS)
    stop.set()
    await running
    await everything_arrived(world, load)
    await nothing_is_stuck(world)
    assert len(await world.settled_matches()) == HOLDERS


async def again(sandbox: Sandbox, name: str) -> None:
    """Start a part again while the load goes on."""
    sandbox.launch(name)
    await asyncio.to_thread(sandbox.wait, name)


async def everything_arrived(world: World, load: Load) -> None:
    """Each acknowledged credential is everywhere, once."""
    acknowledged = set(load.acknowledged)
    assert await registered(world) == acknowledged

    service = world.services.network.metadata("auditor", ["service"])
    for credential_id in acknowledged:

        async def valid(credential_id: str = credential_id) -> bool:
            try:
                answer = await world.services.verifier.GetVerdict(
                    GetVerdictRequest(credential_id=credential_id), metadata=service
                )
            except grpc.aio.AioRpcError:
                return False
            return answer.verdict.outcome == VerificationOutcome.VERIFICATION_OUTCOME_VALID

        await eventually(valid, seconds=60)

    ids = [(await holder.ask("GET", "/v1/holders/me"))["holder_id"] for holder in world.holders]
    for holder, holder_id, wanted in zip(world.holders, ids, load.per_holder(), strict=True):

        async def accepted(holder: Holder = holder, wanted: set[str] = wanted) -> bool:
            records = await holder.records()
            found = [one["credential_id"] for one in records if one["state"] == "accepted"]
            return len(found) == len(wanted) and set(found) == wanted

        async def announced(holder_id: str = holder_id, wanted: set[str] = wanted) -> bool:
            profile = (await profiles(world.settings)).get(holder_id)
            if profile is None:
                return False
            counted = sources(profile)
            return {one for one, _ in counted} == wanted and set(counted.values()) == {1}

        await eventually(accepted, seconds=60)
        await eventually(announced, seconds=60)


async def registered(world: World) -> set[str]:
    """Every credential of the town's provider; each id once."""
    found: list[str] = []
    request = ListCredentialsRequest(page_size=500)
    while True:
        page = await world.services.registry.ListCredentials(
            request, metadata=world.town.provider.metadata
        )
        found += [credential.credential_id for credential in page.credential]
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    assert len(found) == len(set(found))
    return set(found)


async def nothing_is_stuck(world: World) -> None:
    """Every outbox is empty, and nothing went to the dead letters."""
    client: MongoClient[Any] = MongoClient(world.sandbox.settings.mongo_address)

    async def empty() -> bool:
        return not any(client[f"talent_{name}"]["outbox"].count_documents({}) for name in SERVICES)

    await eventually(empty, seconds=60)
    client.close()
    from talent_kit.reading import read_to_end

    letters = [letter async for letter in read_to_end(world.settings, "talent.dead-letters.v1")]
    assert letters == []
