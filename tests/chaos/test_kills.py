"""Every part is killed while credentials stream in; nothing acknowledged is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import grpc
import httpx
import pytest
import pytest_asyncio
from pymongo import MongoClient
from talent_cli.actors import Holder, Services, connect
from talent_cli.network import CliSettings, Network
from talent_kit.reading import read_to_end
from talent_kit.restored import raise_epoch
from talent_kit.settings import CommonSettings
from talent_local.sandbox import Sandbox
from talent_matcher import messages
from talent_matcher.score import Scorer
from talent_matcher.weights import WEIGHTS
from talent_proto.events.v1.matches_pb2 import Match
from talent_proto.events.v1.skills_pb2 import VerificationOutcome
from talent_proto.matcher.v1.matcher_pb2 import ListMatchesRequest
from talent_proto.operations.v1.operations_pb2 import RepublishRequest
from talent_proto.operations.v1.operations_pb2_grpc import OperationsServiceStub
from talent_proto.registry.v1.registry_pb2 import ListCredentialsRequest
from talent_proto.verifier.v1.verifier_pb2 import GetVerdictRequest

from tests.chaos.groups import caught_up
from tests.chaos.load import Load, present, sources
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

    async def matches(self) -> dict[str, Match]:
        """Candidate → match of everyone who fits the town's job."""
        request = ListMatchesRequest(job_id=self.town.job_id, page_size=100)
        answer = await self.services.matcher.ListMatches(
            request, metadata=self.town.employer.metadata
        )
        return {one.candidate_id: one.match for one in answer.match}

    async def settled_matches(self) -> dict[str, Match]:
        async def all_there() -> dict[str, Match]:
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
    for name in (*SERVICES, "portal", "kafka", "database"):
        await asyncio.to_thread(sandbox.stop_part, name)
        await again(sandbox, name)
        await load.more(BETWEEN_KILLS)
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


async def test_a_verifier_that_lost_its_database_is_rebuilt_and_says_the_same(
    world: World,
) -> None:
    load = Load(world.town, world.holders, PER_SECOND)
    stop = asyncio.Event()
    running = asyncio.create_task(load.run(stop))
    await load.more(BETWEEN_KILLS)
    stop.set()
    await running
    await everything_arrived(world, load)
    matches = await world.settled_matches()

    await asyncio.to_thread(world.sandbox.stop_part, "verifier")
    with MongoClient[Any](world.sandbox.settings.mongo_address) as client:
        client["talent_verifier"]["standings"].delete_many({})
    await raise_epoch(world.settings, "verifier")
    await again(world.sandbox, "verifier")
    await republish(world, "registry")

    await everything_arrived(world, load)
    await nothing_is_stuck(world)
    assert await world.settled_matches() == matches


async def test_a_republish_during_live_writes_changes_nothing(world: World) -> None:
    load = Load(world.town, world.holders, PER_SECOND)
    stop = asyncio.Event()
    running = asyncio.create_task(load.run(stop))
    await load.more(BETWEEN_KILLS)
    for service in SERVICES:
        await republish(world, service)
        await load.more(BETWEEN_KILLS)
    stop.set()
    await running
    await everything_arrived(world, load)
    await nothing_is_stuck(world)
    assert len(await world.settled_matches()) == HOLDERS


async def republish(world: World, service: str) -> None:
    operator = world.services.network.metadata("operator", ["operator"])
    async with world.services.network.channel(service) as channel:
        answer = await OperationsServiceStub(channel).Republish(
            RepublishRequest(), metadata=operator
        )
    assert answer.republished > 0


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
            profile = (await present(world.settings, "talent.profiles.v1")).get(holder_id)
            if profile is None:
                return False
            counted = sources(profile.event.profile)
            return {one for one, _ in counted} == wanted and set(counted.values()) == {1}

        await eventually(accepted, seconds=60)
        await eventually(announced, seconds=60)
    await eventually(lambda: matches_follow_profiles(world, ids), seconds=60)


async def matches_follow_profiles(world: World, holder_ids: list[str]) -> bool:
    """What the matcher announced is what the present profiles and the job give, no more."""
    profiles = await present(world.settings, "talent.profiles.v1")
    jobs = await present(world.settings, "talent.jobs.v1")
    matches = await present(world.settings, "talent.matches.v1")
    posted = jobs[world.town.job_id]
    job = messages.job(posted.event.job, posted.version)
    for holder_id in holder_ids:
        told = profiles[holder_id]
        profile = messages.profile(told.event.profile, told.version, world.settings.zone)
        found = matches.get(f"{world.town.job_id}/{holder_id}")
        if found is None:
            return False
        match = found.event.match
        due = Scorer(job, WEIGHTS, messages.civil_date(match.as_of)).fit(profile)
        if due is None or messages.fit(match) != replace(due, taxonomy="", crosswalk=""):
            return False
    return sum(key.startswith(world.town.job_id) for key in matches) == len(holder_ids)


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
    """Everyone is ready and has read all, outboxes are empty, nothing went to dead letters."""
    await eventually(lambda: caught_up(world.sandbox.kafka), seconds=60)
    async with httpx.AsyncClient(trust_env=False) as client:
        for name in (*SERVICES, "portal"):
            assert (await client.get(f"{world.sandbox.url(name)}/readyz")).is_success
    with MongoClient[Any](world.sandbox.settings.mongo_address) as database:

        async def empty() -> bool:
            outboxes = (database[f"talent_{name}"]["outbox"] for name in SERVICES)
            return not any(outbox.count_documents({}) for outbox in outboxes)

        await eventually(empty, seconds=60)
    letters = [letter async for letter in read_to_end(world.settings, "talent.dead-letters.v1")]
    assert letters == []
