"""The engine at work: feeds it from Kafka, one writer at a time, and announces what it decides.

A replica owns the shards of the profile partitions that its consumer group gives it. A shard is
taken over with a new epoch; whoever had it before can announce nothing that counts.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from opentelemetry.metrics import get_meter
from pymongo.errors import PyMongoError
from talent_kit.clock import Clock
from talent_kit.consumer import read_to_end
from talent_kit.errors import Problem, Reason
from talent_kit.events import Outgoing, Record, header, outgoing, tombstone
from talent_kit.failures import passes_by_itself
from talent_kit.producer import Producer, partition_of
from talent_kit.settings import CommonSettings
from talent_kit.topics import find_topic
from talent_kit.versions import Version
from talent_kit.waiting import until
from talent_proto.events.v1 import common_pb2, matches_pb2

from talent_matcher import messages
from talent_matcher.engine import Change, Engine, Pair, Shard
from talent_matcher.model import Fit, HolderId, JobId, Profile
from talent_matcher.store import MatcherStore
from talent_matcher.weights import WEIGHTS

PROFILES, MATCHES = "talent.profiles.v1", "talent.matches.v1"
ACTOR = common_pb2.Actor(id="matcher", roles=["service"])
RETRY_SECONDS = 1.0
AT_ONCE = 1000  # announcements sent together
UNREADABLE = Fit(score=0)  # an announcement that is corrected or withdrawn, whatever it said
logger = logging.getLogger(__name__)
meter = get_meter("talent_matcher")
pairs_scored = meter.create_counter("talent.matcher.pairs_scored")
announced = meter.create_counter("talent.matcher.announced")


class Matching:
    """`known` is set once all jobs, the date and the catalog have been read."""

    def __init__(
        self,
        settings: CommonSettings,
        *,
        store: MatcherStore,
        producer: Producer,
        clock: Clock,
        known: asyncio.Event,
    ) -> None:
        self._settings = settings
        self._store = store
        self._producer = producer
        self._clock = clock
        self._known = known
        self._zone: ZoneInfo = settings.zone
        self._partitions = find_topic(PROFILES).partition_count(settings)
        self._engine = Engine(WEIGHTS)
        self._writing = asyncio.Lock()
        self._dirty = asyncio.Event()
        self._opening: dict[int, tuple[asyncio.Task[None], asyncio.Event]] = {}
        self._counted = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Sends again what could not be sent when it was decided."""
        try:
            while not stop.is_set():
                if not await until(self._dirty, RETRY_SECONDS):
                    continue
                self._dirty.clear()
                async with self._writing:
                    await self._try_announce()
                if self._dirty.is_set():
                    await until(stop, RETRY_SECONDS)
        finally:
            await self._give_up(list(self._opening))

    def not_ready(self) -> str | None:
        """None, or why this replica's shards do not show the present."""
        if not self._opening:
            return "it has no part of the profiles yet"
        if any(not task.done() for task, _ in self._opening.values()):
            return "its matches are being restored"
        if self._engine.as_of is None:
            return "the date is not known yet"
        return None

    async def on_profiles(self, records: Sequence[Record]) -> None:
        """Profiles and withdrawals of one partition. Raises NOT_READY before it is restored."""
        partition = records[0].partition
        async with self._writing:
            if partition not in self._engine.shards:
                # A replay may reach a replica that does not have this partition.
                here = partition in self._opening
                why = "a shard is being restored" if here else "another replica has this partition"
                raise Problem(Reason.NOT_READY, why=why)
            for count, record in enumerate(records):
                at = (record.version.epoch, record.version.n)
                holder = HolderId(record.key)
                self._engine.put_profile(partition, holder, at, self._profile(record))
                if count % 16 == 15:
                    await asyncio.sleep(0)
            await self._announce()

    async def on_network(self, records: Sequence[Record]) -> None:
        """Jobs and dates. Never fails for want of Kafka: what is not sent now is sent later."""
        async with self._writing:
            for record in records:
                await _run(self._applied(record))
            await self._try_announce()

    async def on_assigned(self, partitions: Sequence[tuple[str, int]]) -> None:
        for _, partition in partitions:
            given_up = asyncio.Event()
            task = asyncio.create_task(self._open(partition, given_up))
            self._opening[partition] = (task, given_up)

    async def on_revoked(self, partitions: Sequence[tuple[str, int]]) -> None:
        await self._give_up([partition for _, partition in partitions])
        async with self._writing:
            for _, partition in partitions:
                self._engine.close_shard(partition)

    def _profile(self, record: Record) -> Profile | None:
        if record.value is None:
            return None
        at = (record.version.epoch, record.version.n)
        return messages.profile(record.event.profile, at, self._zone)

    def _applied(self, record: Record) -> Iterator[None]:
        at = (record.version.epoch, record.version.n)
        match record.type:
            case "JobPosted":
                job = messages.job(record.event.job, at)
                return self._engine.put_job(job.job_id, at, job)
            case "JobClosed":
                return self._engine.put_job(JobId(record.key), at, None)
            case "AsOfAdvanced":
                as_of = messages.civil_date(record.event.as_of)
                return self._engine.advance(as_of) if as_of else iter(())
            case _:
                return iter(())

    async def _open(self, partition: int, given_up: asyncio.Event) -> None:
        """Restore a shard: its profiles and what is announced of them; then announce differences.
        Tried again until it succeeds or the partition goes to somebody else."""
        while not self._known.is_set():
            if await until(given_up, 0.02):
                return
        while not given_up.is_set():
            try:
                async with self._writing:
                    await self._restore(partition, given_up)
                return
            except Exception as error:
                self._engine.close_shard(partition)
                if not passes_by_itself(error):
                    logger.exception("shard %d cannot be restored", partition)
                logger.warning("shard %d waits to be restored: %r", partition, error)
            await until(given_up, RETRY_SECONDS)

    async def _restore(self, partition: int, given_up: asyncio.Event) -> None:
        there: dict[Pair, tuple[Version, Fit | None]] = {}
        async with _closing(read_to_end(self._settings, MATCHES)) as records:
            async for record in records:
                if given_up.is_set():
                    return
                job_id, _, holder_id = record.key.partition("/")
                if partition_of(holder_id, self._partitions) != partition:
                    continue
                pair = (JobId(job_id), HolderId(holder_id))
                with _left_out(record):
                    version, known = record.version, there.get(pair)
                    if known is None or known[0] < version:
                        there[pair] = (version, None if record.value is None else UNREADABLE)
                        if record.value is not None:
                            there[pair] = (version, messages.fit(record.event.match))
        highest = max((version.epoch for version, _ in there.values()), default=0)
        # Also after a restored database the new epoch is above all that was ever announced.
        epoch = await self._store.take_shard(partition, highest)
        found = {pair: fit for pair, (_, fit) in there.items() if fit is not None}
        shard = self._engine.open_shard(partition, epoch, found)
        async with _closing(read_to_end(self._settings, PROFILES, [partition])) as records:
            async for record in records:
                if given_up.is_set():
                    self._engine.close_shard(partition)
                    return
                with _left_out(record):
                    at = (record.version.epoch, record.version.n)
                    holder = HolderId(record.key)
                    self._engine.restore(partition, holder, at, self._profile(record))
        await _run(self._engine.settle(partition))
        logger.info(
            "shard %d is open in epoch %d: %d profiles, %d announced, %d to announce",
            *(partition, epoch, len(shard.profiles), len(found), len(shard.pending)),
        )
        await self._try_announce()

    async def _give_up(self, partitions: Sequence[int]) -> None:
        opening = [self._opening.pop(one) for one in partitions if one in self._opening]
        for _, given_up in opening:
            given_up.set()
        await asyncio.gather(*(task for task, _ in opening))

    async def _try_announce(self) -> None:
        try:
            await self._announce()
        except (Problem, PyMongoError) as error:
            logger.warning("matches wait to be announced: %r", error)
            self._dirty.set()

    async def _announce(self) -> None:
        """Send all that is pending. Raises UNAVAILABLE; what is not sent stays pending."""
        pairs_scored.add(self._engine.pairs_scored - self._counted)
        self._counted = self._engine.pairs_scored
        waiting = [number for number, shard in self._engine.shards.items() if shard.pending]
        if not waiting:
            return
        epochs = await self._store.shard_epochs(waiting)
        for partition in sorted(waiting):
            shard = self._engine.shards[partition]
            if epochs.get(partition) != shard.epoch:
                logger.warning("shard %d went to another replica", partition)
                self._engine.close_shard(partition)
                continue
            changes = [shard.pending[pair] for pair in sorted(shard.pending)]
            for begin in range(0, len(changes), AT_ONCE):
                part = changes[begin : begin + AT_ONCE]
                self._engine.leaving(partition, part)
                await self._producer.send_all([self._message(shard, change) for change in part])
                self._engine.announced(partition, part)
                announced.add(len(part))

    def _message(self, shard: Shard, change: Change) -> Outgoing:
        shard.n += 1
        version = Version(shard.epoch, shard.n)
        key = f"{change.job_id}/{change.holder_id}"
        job = self._engine.jobs.get(change.job_id)
        if change.now is None or job is None or self._engine.as_of is None:
            return tombstone(MATCHES, key, "MatchWithdrawn", version)
        match = messages.match(
            change,
            change.now,
            employer=job.employer,
            epoch=shard.epoch,
            as_of=self._engine.as_of,
            weights=WEIGHTS,
        )
        head = header(version=version, actor=ACTOR, clock=self._clock)
        if change.before is None:
            return outgoing(MATCHES, key, matches_pb2.MatchFound(header=head, match=match))
        changed = matches_pb2.MatchChanged(
            header=head, match=match, previous_score=change.before.score
        )
        return outgoing(MATCHES, key, changed)


async def _run(steps: Iterator[None]) -> None:
    """Run a long piece of scoring, letting others have their turn in between."""
    for _ in steps:
        await asyncio.sleep(0)


@contextmanager
def _left_out(record: Record) -> Iterator[None]:
    """A record that cannot be read, such as one of the dead letters, must not stop a shard."""
    try:
        yield
    except Exception as error:
        place = f"{record.topic}/{record.partition}/{record.offset}"
        logger.error("%s is left out of a restored shard: %s", place, type(error).__name__)


def _closing(records: AsyncIterator[Record]) -> "aclosing[Any]":
    """The reader is closed at once, also where reading is given up."""
    generator: Any = records
    return aclosing(generator)
