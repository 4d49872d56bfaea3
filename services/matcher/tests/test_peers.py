"""Two replicas share the people, and either tells about all of them."""

import asyncio

import grpc
import pytest
import pytest_asyncio
from talent_kit.audit import Audit
from talent_kit.callers import Role
from talent_kit.errors import Problem, Reason
from talent_kit.grpc_client import FixedToken, channel
from talent_kit.grpc_errors import problem_of
from talent_kit.outbox import Outbox
from talent_kit.producer import partition_of
from talent_kit.store import Store
from talent_local.parts import free_port
from talent_matcher.decisions import CLOSED, NOT_NOW, NOT_THERE
from talent_matcher.peers import Peers
from talent_matcher.store import MatcherStore, Owner
from talent_proto.events.v1 import skills_pb2
from talent_proto.matcher.v1 import explanations_pb2, shards_pb2, shards_pb2_grpc

from .builders import (
    BLUEPRINTS,
    SAFETY,
    WELDING,
    assertion_message,
    job_message,
    requirement_message,
)
from .conftest import eventually, refused
from .test_decisions import question
from .test_previews import described

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]
NOTHING: dict[str, object] = {}
BUSY = {"NOT_READY", "UNAVAILABLE", "WRONG_STATE"}
HOLDERS = [f"holder-{number}" for number in range(12)]


class Pair:
    """Two replicas with shards each; `one` and `two` are the same employer at either."""

    def __init__(self, world, owners, replicas, org_id):
        self.world, self.owners, self.replicas = world, owners, replicas
        self.one, self.two = (world.employer(replica, org_id) for replica in replicas)
        self.auditors = [world.agency(replica) for replica in replicas]
        self.clients = [self.one, self.two, *self.auditors]

    def of(self, number):
        """The people of one replica."""
        target = self.replicas[number].settings.reached_at
        count = self.world.settings.kafka_partitions
        return [one for one in HOLDERS if self.owners[partition_of(one, count)].target == target]

    async def end(self):
        for client in self.clients:
            await client.close()
        for replica in self.replicas:
            await replica.end()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def owners(world):
    """Who has each shard, as the database says it."""
    store = await Store.connect(world.settings, "matcher")
    own = MatcherStore(store, Outbox(store, "matcher"), Audit(store, world.clock))
    yield own.shard_owners
    await store.close()


@pytest_asyncio.fixture(loop_scope="module")
async def pair_of(world, owners, org_id):
    """Starts two replicas, each with settings of its own."""
    made = []

    async def start(*, first=NOTHING, second=NOTHING):
        replicas = [await world.start(**first), await world.start(**second)]
        targets = {one.settings.reached_at for one in replicas}

        async def shared():
            found = await owners()
            return found if {one.target for one in found.values()} == targets else None

        pair = Pair(world, await eventually(shared, 60), replicas, org_id)
        made.append(pair)
        for replica in replicas:
            await replica.ready()
        assert pair.of(0)
        assert pair.of(1)
        return pair

    yield start
    for pair in made:
        await pair.end()


async def unless_busy(call, reasons=BUSY):
    """The answer; None while matches change or shards are handed over."""
    try:
        return await call
    except grpc.aio.AioRpcError as error:
        problem = problem_of(error)
        if problem and problem.reason.value in reasons:
            return None
        raise


def by(name):
    return [skills_pb2.Evidence(id=name, type="Photo")]


async def people(world):
    """Of different worth, and each by two credentials."""
    for number, holder in enumerate(HOLDERS):
        await world.profile(
            holder,
            assertion_message(WELDING, evidence=by("weld"), normalized_level=number % 5 + 1),
            assertion_message(BLUEPRINTS, evidence=by("read")),
        )


async def welders(employer):
    """A job that all of them fit."""
    job_id = await employer.post(
        requirement_message(WELDING, required_level=5), requirement_message(BLUEPRINTS)
    )
    await employer.candidates(job_id, len(HOLDERS))
    return job_id


async def explained(employer, job_id, candidate_id):
    request = explanations_pb2.ExplainMatchRequest(job_id=job_id, candidate_id=candidate_id)
    return await employer.explanations.ExplainMatch(request)


async def explained_by_both(pair, job_id, candidate_id):
    async def same():
        left = await unless_busy(explained(pair.one, job_id, candidate_id))
        right = await unless_busy(explained(pair.two, job_id, candidate_id))
        return left if left is not None and left == right else None

    return await eventually(same)


async def stands(auditor, job_id, holder):
    """Once the person and the job are known there."""

    async def there():
        answer = await auditor.decisions.ExplainDecision(question(job_id, holder))
        return answer if answer.HasField("present") else None

    return await eventually(there)


async def previewed(employer, at_least=0, seconds=20):
    """Once so many people are there, and all of the network was asked."""

    async def there():
        answer = await unless_busy(
            employer.drafts.PreviewJob(described(WELDING, BLUEPRINTS)),
        )
        return answer if answer and answer.at_least >= at_least and not answer.partial else None

    return await eventually(there, seconds)


async def test_either_replica_explains_everybody(world, pair_of):
    pair = await pair_of()
    await people(world)
    job_id = await welders(pair.one)
    candidates = await pair.two.candidates(job_id, len(HOLDERS))
    told = [await explained_by_both(pair, job_id, one) for one in candidates]
    # Ranks are among the people of both.
    assert [one.rank for one in told] == list(range(1, len(HOLDERS) + 1))
    assert {one.shown for one in told} == {len(HOLDERS)}
    assert all(sum(part.points for part in one.requirement) == one.match.score for one in told)
    without = [part for one in told for part in one.without]
    assert len(without) == 2 * len(HOLDERS)
    assert max(part.rank for part in without) > len(HOLDERS) / 2


async def test_either_replica_tells_how_everybody_stands(world, pair_of):
    pair = await pair_of()
    job_id = await pair.one.post(requirement_message(BLUEPRINTS, gate=True))
    for holder in HOLDERS:
        await world.profile(holder, assertion_message(WELDING))
    for holder in HOLDERS:
        left, right = [await stands(auditor, job_id, holder) for auditor in pair.auditors]
        assert left == right
        assert CLOSED["skill"].format(skill="Blueprint reading") in left.sentence
    for auditor in pair.auditors:
        answer = await auditor.decisions.ExplainDecision(question(job_id, "nobody"))
        assert answer.sentence[-1] == NOT_THERE


async def test_either_replica_previews_the_people_of_both(world, pair_of, wallet):
    pair = await pair_of()
    await people(world)
    await welders(pair.one)  # so all of them are known
    left, right = await previewed(pair.one, 10), await previewed(pair.two, 10)
    assert left == right
    assert len(left.candidate) == 10
    scores = [one.match.score for one in left.candidate]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) > 1
    # Consent is asked by the replica that was asked, about all of them.
    wallet.withdrawn.update(HOLDERS[:8])
    assert (await previewed(pair.one)).few
    assert (await previewed(pair.two)).few


async def test_of_people_whose_replica_cannot_be_reached_nothing_wrong_is_told(world, pair_of):
    """The second can ask the first, but not the other way round."""
    nowhere = {"own_target": f"127.0.0.1:{free_port()}", "peer_seconds": 10}
    pair = await pair_of(first={"peer_seconds": 0.5}, second=nowhere)
    await people(world)
    job_id = await welders(pair.one)
    there = len(pair.of(0))
    reached = 0
    for candidate in await pair.two.candidates(job_id, len(HOLDERS)):
        whole = await eventually(
            lambda one=candidate: unless_busy(explained(pair.two, job_id, one))
        )
        told = await unless_busy(explained(pair.one, job_id, candidate), {"UNAVAILABLE"})
        assert told in (None, whole)
        reached += told is not None
    assert reached == there

    never = await pair.one.post(requirement_message(SAFETY, gate=True))
    asked, other = pair.auditors
    for holder in HOLDERS:
        whole = await stands(other, never, holder)
        if holder in pair.of(0):
            assert await stands(asked, never, holder) == whole
        else:
            told = await asked.decisions.ExplainDecision(question(never, holder))
            assert not told.HasField("present")
            assert told.sentence[-1] == NOT_NOW

    assert not (await previewed(pair.two, 10)).partial
    preview = await pair.one.drafts.PreviewJob(described(WELDING, BLUEPRINTS))
    assert preview.partial
    assert preview.at_least == (there // 5 * 5 if there >= 5 else 0)


async def test_only_services_ask_and_of_an_earlier_epoch_nothing_is_told(
    world, owners, matcher, employer
):
    epochs = await eventually(lambda: held_by(owners, matcher))
    place = partition_of("holder-1", world.settings.kafka_partitions)
    shard = shards_pb2.AskedShard(partition=place, epoch=epochs[place].epoch)
    request = shards_pb2.GetStandingRequest(shard=[shard], job_id="job", holder_id="holder-1")
    async with refused() as refusal:
        await shards_pb2_grpc.ShardServiceStub(employer.channel).GetStanding(request)
    assert refusal.reason == "ROLE_NEEDED"
    async with channel(matcher.target, service_token(world)) as service:
        stub = shards_pb2_grpc.ShardServiceStub(service)
        await eventually(lambda: unless_busy(stub.GetStanding(request)))
        shard.epoch -= 1
        for ask, kind in (
            (stub.GetStanding, shards_pb2.GetStandingRequest),
            (stub.ExplainPair, shards_pb2.ExplainPairRequest),
            (stub.ListBest, shards_pb2.ListBestRequest),
            (stub.SketchMatches, shards_pb2.SketchMatchesRequest),
        ):
            async with refused() as refusal:
                await ask(kind(shard=[shard]))
            assert refusal.reason == "NOT_READY"
            assert "another replica" in refusal.sentence


async def test_who_has_no_shard_any_more_is_forgotten(world, owners, matcher):
    present = dict(await eventually(lambda: held_by(owners, matcher)))
    peers = Peers(
        shards=NoShards(),
        store=Told(present),
        token=service_token(world),
        partitions=len(present),
        cap=500,
        seconds=5,
    )
    try:
        assert await peers.standing("job-none", "holder-1") is None
        assert list(peers._peers) == [matcher.target]
        silent = await asyncio.start_server(lambda *_: None, "127.0.0.1")
        elsewhere = "{}:{}".format(*silent.sockets[0].getsockname())
        present |= {place: Owner(one.epoch, elsewhere) for place, one in present.items()}
        peers._seconds = 0.1
        with pytest.raises(Problem) as refusal:
            await peers.standing("job-none", "holder-1")
        assert refusal.value.reason is Reason.UNAVAILABLE
        assert list(peers._peers) == [elsewhere]
        # Who did not say where they are reached is not asked.
        present |= {place: Owner(one.epoch, "") for place, one in present.items()}
        assert await peers.best(job_message()) == ([], False)
        assert not peers._peers
        silent.close()
    finally:
        await peers.close()


class NoShards:
    """A replica that has none."""

    def holds(self, asked):
        return False


class Told:
    """A database that says who has the shards."""

    def __init__(self, owners):
        self.owners = owners

    async def shard_owners(self):
        return self.owners


async def held_by(owners, replica):
    """All shards, once they are this replica's."""
    found = await owners()
    return found if {one.target for one in found.values()} == {replica.target} else None


def service_token(world):
    token = world.issuer.token(subject="talent-matcher", roles=[Role.SERVICE])
    return FixedToken(token)
