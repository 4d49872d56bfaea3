"""How a shard changes hands: over Kafka, with a store that a test can watch."""

import asyncio

import pytest
from talent_kit.clock import ManualClock
from talent_kit.events import header, outgoing, received
from talent_kit.producer import partition_of
from talent_kit.versions import Version
from talent_matcher import announcing, owning, restoring
from talent_matcher.distances import UNKNOWN
from talent_matcher.matching import Matching
from talent_matcher.relations import Relations
from talent_matcher.restoring import MATCHES
from talent_matcher.snapshots import PROFILES
from talent_proto.events.v1 import common_pb2, jobs_pb2, matches_pb2

from .builders import job_message
from .conftest import NOON, TEST, eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
VERSION = Version(1, 1)


class Epochs:
    """A store of shard epochs. `taken` runs when a shard is taken."""

    def __init__(self):
        self.epochs = {}
        self.taken = None

    async def take_shard(self, partition, above):
        if self.taken:
            await self.taken()
        self.epochs[partition] = max(self.epochs.get(partition, 0), above) + 1
        return self.epochs[partition]

    async def shard_epochs(self, partitions):
        return {one: self.epochs[one] for one in partitions if one in self.epochs}


class Sent:
    """A producer that keeps what it is given. `then` runs after each time."""

    def __init__(self):
        self.items = []
        self.then = None

    async def send_all(self, items):
        self.items += items
        if self.then:
            self.then()


class Owner:
    """One replica's matching, without the rest of it."""

    def __init__(self, world):
        self.world, self.store, self.sent = world, Epochs(), Sent()
        known = asyncio.Event()
        known.set()
        self.matching = Matching(
            world.settings,
            store=self.store,
            producer=self.sent,
            clock=ManualClock(NOON),
            known=known,
            relations=Relations(),
            distances=UNKNOWN,
        )

    async def opens(self, *partitions):
        head = self.head()
        as_of = common_pb2.AsOfAdvanced(header=head, as_of={"year": 2026, "month": 11, "day": 23})
        await self.matching.on_network([received(outgoing("talent.time.v1", "as_of", as_of))])
        await self.matching.on_assigned([(PROFILES, one) for one in partitions])
        await eventually(lambda: self.matching.not_ready() is None)

    def head(self):
        return header(version=VERSION, actor=TEST, clock=ManualClock(NOON))

    async def job(self, job_id):
        event = jobs_pb2.JobPosted(header=self.head(), job=job_message(job_id=job_id))
        await self.matching.on_network([received(outgoing("talent.jobs.v1", job_id, event))])

    async def profiles(self, partition, *holders):
        items = [self.world.profile_event(holder, VERSION) for holder in holders]
        await self.matching.on_profiles([received(one, partition=partition) for one in items])


async def test_what_the_owner_before_announces_at_the_last_moment_is_withdrawn(world):
    owner = Owner(world)
    partition = partition_of("holder-1", world.settings.kafka_partitions)

    async def last_moment():
        match = matches_pb2.Match(job_id="job-gone", holder_id="holder-1", employer_org_id="org")
        found = matches_pb2.MatchFound(header=owner.head(), match=match)
        await world.producer.send_all([outgoing(MATCHES, "job-gone/holder-1", found)])

    owner.store.taken = last_moment
    await owner.opens(partition)
    assert [(one.key, one.type) for one in owner.sent.items] == [
        ("job-gone/holder-1", "MatchWithdrawn")
    ]
    assert owner.sent.items[0].version > VERSION
    await owner.matching.on_revoked([(PROFILES, partition)])


async def test_who_loses_a_shard_announces_no_further_part_of_it(world, monkeypatch):
    monkeypatch.setattr(announcing, "AT_ONCE", 1)
    owner = Owner(world)
    await owner.opens(0)
    owner.sent.items.clear()
    await owner.profiles(0, "holder-1", "holder-2", "holder-3")

    def lost():
        owner.store.epochs[0] += 1

    owner.sent.then = lost
    await owner.job("job-1")
    assert len(owner.sent.items) == 1
    await owner.matching.on_revoked([(PROFILES, 0)])


async def test_all_shards_that_come_together_are_restored_in_one_pass(world, monkeypatch):
    read, topics = restoring.read_to_end, []

    def counted(settings, topic, *which):
        topics.append(topic)
        return read(settings, topic, *which)

    monkeypatch.setattr(restoring, "read_to_end", counted)
    owner = Owner(world)
    await owner.opens(*range(world.settings.kafka_partitions))
    assert topics.count(MATCHES) == 1
    await owner.matching.on_revoked([(PROFILES, 0)])


async def test_a_shard_that_a_late_replica_took_is_opened_again(world):
    partition = partition_of("holder-again", world.settings.kafka_partitions)
    await world.producer.send_all([world.profile_event("holder-again", VERSION)])
    owner = Owner(world)
    await owner.opens(partition)
    owner.store.epochs[partition] += 1  # by one that Kafka could not tell that it lost the shard
    await owner.job("job-again")
    assert not owner.sent.items
    await eventually(lambda: [one.key for one in owner.sent.items] == ["job-again/holder-again"])
    assert owner.sent.items[0].version.epoch == owner.store.epochs[partition]
    await owner.matching.on_revoked([(PROFILES, partition)])


async def test_a_restore_that_is_tried_again_takes_its_shard_once(world, monkeypatch):
    reads = []

    def failing(settings, partitions, given_up):
        reads.append(partitions)
        if len(reads) < 3:
            raise ConnectionError
        return restoring.read_announced(settings, partitions, given_up)

    monkeypatch.setattr(owning, "read_announced", failing)
    monkeypatch.setattr(owning, "RETRY_SECONDS", 0.01)
    owner = Owner(world)
    await owner.opens(1)
    assert len(reads) == 3
    assert owner.store.epochs[1] == 1
    await owner.matching.on_revoked([(PROFILES, 1)])
