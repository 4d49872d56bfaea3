"""The engine at work: feeds it from Kafka, one writer at a time, and announces what it decides.

A replica owns the shards of the profile partitions that its consumer group gives it. A shard is
taken over with a new epoch; whoever had it before can announce nothing that counts.
"""

import asyncio
import gc
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from datetime import date
from time import monotonic
from zoneinfo import ZoneInfo

from opentelemetry.metrics import get_meter
from pymongo.errors import PyMongoError
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.events import Record
from talent_kit.failures import passes_by_itself
from talent_kit.producer import Producer
from talent_kit.settings import CommonSettings
from talent_kit.versions import Version
from talent_kit.waiting import until
from talent_proto.events.v1 import matches_pb2

from talent_matcher import messages
from talent_matcher.announcing import Announcing
from talent_matcher.distances import Distances
from talent_matcher.engine import Engine
from talent_matcher.model import HolderId, Job, JobId
from talent_matcher.network import JOBS
from talent_matcher.openings import Openings
from talent_matcher.place import Place
from talent_matcher.relations import Relations
from talent_matcher.restoring import (
    MATCHES,
    Announced,
    Gathered,
    profile_of,
    read_announced,
    read_profiles,
)
from talent_matcher.score import Known
from talent_matcher.showing import Rank
from talent_matcher.snapshots import PROFILES, Snapshot, Snapshots
from talent_matcher.standings import Pairing, Standing
from talent_matcher.statements import Statements
from talent_matcher.store import MatcherStore
from talent_matcher.weight_table import adopted as adopted_weights
from talent_matcher.weights import WEIGHTS, Weights

__all__ = ["MATCHES", "PROFILES", "Matching"]

RETRY_SECONDS = 1.0
PROFILES_AT_ONCE = 4  # a few milliseconds each
AT_A_TIME_SECONDS = 0.02  # of scoring anew, before others have their turn
logger = logging.getLogger(__name__)
meter = get_meter("talent_matcher")
pairs_scored = meter.create_counter("talent.matcher.pairs_scored")


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
        relations: Relations,
        distances: Distances,
        snapshots: Snapshots | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._known = known
        self._zone: ZoneInfo = settings.zone
        self._relations = relations
        self._framework_versions: dict[str, Version] = {}
        self._statements = Statements()
        self._weights_version = Version(0, 0)
        self._engine = Engine(WEIGHTS, Known(relations=relations, distances=distances))
        self._announcing = Announcing(self._engine, store, producer, clock)
        # Who needs both takes `_sending` first.
        self._sending = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._dirty = asyncio.Event()
        self._stale = asyncio.Event()  # something is to be scored anew
        self._opening: dict[int, tuple[asyncio.Task[None], asyncio.Event]] = {}
        self._counted = 0
        self._snapshots = snapshots
        self._places: dict[int, Place] = {}  # of open shards
        self._kept: dict[int, tuple[int, int, int, date]] = {}  # how each stood when it was kept

    async def run(self, stop: asyncio.Event) -> None:
        """Sends again what could not be sent when it was decided."""
        try:
            while not stop.is_set():
                if not await until(self._dirty, RETRY_SECONDS):
                    continue
                self._dirty.clear()
                await self._try_announce()
                if self._dirty.is_set():
                    await until(stop, RETRY_SECONDS)
        finally:
            await self._give_up(list(self._opening))

    async def refresh(self, stop: asyncio.Event) -> None:
        """Scores anew what other weights, or what an employer favors, changed: in parts, so that
        profiles and jobs need not wait."""
        while not stop.is_set():
            if not await until(self._stale, RETRY_SECONDS):
                continue
            end = monotonic() + AT_A_TIME_SECONDS
            async with self._writing:
                while not self._engine.is_fresh and monotonic() < end:
                    await _run(self._engine.refresh())
                if self._engine.is_fresh:
                    self._stale.clear()
            await self._try_announce()
            await asyncio.sleep(0)  # where nothing had to be waited for, nobody had a turn

    @property
    def weights(self) -> Weights:
        """By which is scored now."""
        return self._engine.weights

    def pairing(self, job_id: JobId, holder: HolderId) -> Pairing | None:
        """As `Standings.pairing`."""
        there = self._engine.standings()
        return there.pairing(job_id, holder) if there else None

    def present(self, job_id: JobId, holder: HolderId) -> Standing | None:
        """As `Standings.standing`."""
        there = self._engine.standings()
        return there.standing(job_id, holder) if there else None

    async def ranked(self, job: Job, among: Collection[int]) -> list[Rank]:
        """As `Standings.ranked`."""
        async with self._writing:
            there = self._engine.standings()
            return there.ranked(job, among) if there else []

    def sketched(self, job: Job, holders: Iterable[HolderId]) -> list[matches_pb2.Match]:
        """How the pairs would be announced, as `Standings.sketched`."""
        there = self._engine.standings()
        if there is None:
            return []
        return [
            messages.match(change, change.now, employer=job.employer, epoch=0, as_of=there.as_of)
            for change in there.sketched(job, holders)
            if change.now is not None
        ]

    def holds(self, shards: Mapping[int, int]) -> bool:
        """Whether all of these shards are open here, each in this epoch."""
        there = self._engine.shards
        return all(one in self._places and there[one].epoch == at for one, at in shards.items())

    def open_jobs(self) -> list[Job]:
        """All of the network, internal ones included."""
        return list(self._engine.jobs.values())

    def openings(self) -> Openings | None:
        """As `Engine.openings`."""
        return self._engine.openings()

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
                if self._engine.shards[partition].crowd.newer(holder, at):
                    self._engine.put_profile(partition, holder, at, profile_of(record, self._zone))
                if count % PROFILES_AT_ONCE == PROFILES_AT_ONCE - 1:
                    await asyncio.sleep(0)
            for record in records:
                self._places[partition].passed(record)
        await self._announce()

    async def keep(self) -> None:
        """Write a snapshot of every open shard, for the next start."""
        for partition in list(self._places):
            await self._keep(partition)

    async def _keep(self, partition: int) -> None:
        async with self._sending, self._writing:
            if not await self._has_sent():
                return
            shard, place = self._engine.shards.get(partition), self._places.get(partition)
            settled = self._engine.settled(partition) if shard else None
            if not self._snapshots or not shard or not settled or not place or not place.marks:
                return
            stands = (shard.epoch, shard.n, place.next, settled.as_of)
            if self._kept.get(partition) == stands:
                return
            crowd = shard.crowd.saved(settled.as_of)
            snapshot = Snapshot(place.copy(), settled, self._relations.links)
        now = self._clock.now()
        try:
            await asyncio.to_thread(self._snapshots.write, partition, snapshot, crowd, now)
            self._kept[partition] = stands
        except OSError as error:
            logger.warning("no snapshot of shard %d: %s", partition, error.strerror)

    async def _has_sent(self) -> bool:
        """Whether nothing is pending, at a moment when nothing can come to be."""
        try:
            lost = await self._announcing.send(nullcontext())
        except (Problem, PyMongoError):
            return False
        if lost:
            self._dirty.set()
        return not lost

    async def on_network(self, records: Sequence[Record]) -> None:
        """Jobs, frameworks, dates, and what scoring goes by. Never fails for want of Kafka: what is
        not sent now is sent later."""
        async with self._writing:
            for record in records:
                self._learn(record)
                await _run(self._applied(record))
                if record.topic == JOBS and record.value is None:
                    self._engine.forget_job(JobId(record.key))
            if not self._engine.is_fresh:
                self._stale.set()
        await self._try_announce()

    async def on_assigned(self, partitions: Sequence[tuple[str, int]]) -> None:
        self._start_opening([partition for _, partition in partitions])

    async def on_revoked(self, partitions: Sequence[tuple[str, int]]) -> None:
        await self._give_up([partition for _, partition in partitions])
        async with self._sending, self._writing:
            for _, partition in partitions:
                self._close(partition)

    def _close(self, partition: int) -> None:
        self._engine.close_shard(partition)
        self._places.pop(partition, None)

    def _start_opening(self, partitions: Sequence[int]) -> None:
        given_up = asyncio.Event()
        task = asyncio.create_task(self._open(partitions, given_up))
        self._opening |= dict.fromkeys(partitions, (task, given_up))

    def _learn(self, record: Record) -> None:
        """What scoring goes by; `refresh` does the rest."""
        match record.type:
            case "CriteriaEndorsed" | "ValidatorsTrusted":
                said = self._statements.apply(record)
                if said is not None:
                    self._engine.favor(*said)
            case "WeightsAdopted" if record.version > self._weights_version:
                self._weights_version = record.version
                table = record.event.table
                self._engine.weigh(adopted_weights(table.version, table.weight))
            case _:
                pass

    def _applied(self, record: Record) -> Iterator[None]:
        at = (record.version.epoch, record.version.n)
        match record.type:
            case "JobPosted":
                job = messages.job(record.event.job, at)
                return self._engine.put_job(job.job_id, at, job)
            case "JobClosed":
                return self._engine.put_job(JobId(record.key), at, None)
            case "CompetencyPublished":
                if self._framework_versions.get(record.key, Version(0, 0)) >= record.version:
                    return iter(())
                self._framework_versions[record.key] = record.version
                competency = record.event
                changed = self._relations.put(competency.competency.uri, competency.broader)
                return self._engine.related(changed)
            case "AsOfAdvanced":
                as_of = messages.civil_date(record.event.as_of)
                return self._engine.advance(as_of) if as_of else iter(())
            case _:
                return iter(())

    async def _open(self, partitions: Sequence[int], given_up: asyncio.Event) -> None:
        """Restore shards: their profiles and what is announced of them; then announce differences.
        Tried again until it succeeds or one of them goes to somebody else."""
        while not self._known.is_set():
            if await until(given_up, 0.02):
                return
        left = list(partitions)
        epochs: dict[int, int] = {}  # taken once: a try that fails takes nothing from others
        while True:
            try:
                await self._restore(left, epochs, given_up)
            except Exception as error:
                if not passes_by_itself(error):
                    logger.exception("shards %s cannot be restored", left)
                logger.warning("shards %s wait to be restored: %s", left, type(error).__name__)
            if not left or await until(given_up, RETRY_SECONDS):
                return

    async def _restore(
        self, left: list[int], epochs: dict[int, int], given_up: asyncio.Event
    ) -> None:
        """Takes from `left` whatever is open."""
        # Taken before anything is read: whoever had a shard before announces nothing from then on
        # that is not read here.
        for partition in left:
            if partition not in epochs:
                epochs[partition] = await self._store.take_shard(partition, 0)
        there = await read_announced(self._settings, left, given_up)
        gathered = {partition: await self._taken_up(partition) for partition in left}
        waiting = gathered
        while waiting and not given_up.is_set():
            await read_profiles(self._settings, waiting, lambda: self._engine.as_of, given_up)
            waiting = {one: self._nobody() for one, its in waiting.items() if not its.is_sound}
            gathered |= waiting
        for partition in list(left):
            epoch, announced = epochs[partition], there[partition]
            if announced.epoch >= epoch:  # after a restored database
                epoch = epochs[partition] = await self._store.take_shard(partition, announced.epoch)
            if given_up.is_set():
                return
            async with self._writing:
                await self._begin(partition, epoch, announced, gathered.pop(partition))
                left.remove(partition)
            await self._try_announce()

    def _nobody(self) -> Gathered:
        return Gathered(self._engine.crowd())

    async def _taken_up(self, partition: int) -> Gathered:
        """With whom to begin: those of the snapshot, or nobody."""
        gathered = self._nobody()
        if self._snapshots is None:
            return gathered
        with ExitStack() as stack:
            snapshot = self._snapshots.open(partition, self._clock.now())
            opened = await asyncio.to_thread(stack.enter_context, snapshot)
            if opened is None:
                return gathered
            crowd = gathered.crowd
            # The numbers are the engine's own, so no thread gives them.
            renumbered = crowd.renumbering(opened.meanings)
            await asyncio.to_thread(crowd.fill, opened.load, renumbered)
            return Gathered(crowd, opened.snapshot, place=opened.snapshot.place.copy())

    async def _begin(
        self, partition: int, epoch: int, announced: Announced, gathered: Gathered
    ) -> None:
        snapshot = gathered.snapshot
        fits, told = announced.present(snapshot.settled.told if snapshot else {})
        shard = self._engine.open_shard(partition, epoch, fits, gathered.crowd, told)
        try:
            if snapshot is None:
                await _run(self._engine.settle(partition))
            else:
                near = self._relations.changed_since(snapshot.links)
                changed = gathered.changed
                await _run(self._engine.resume(partition, snapshot.settled, changed, near))
        except BaseException:
            self._close(partition)
            raise
        self._places[partition] = gathered.place
        gc.freeze()  # millions of objects that stay: no collection needs to look at them again
        logger.info(
            "shard %d is open in epoch %d: %d profiles, %d read, %d announced, %d to announce",
            *(partition, epoch, len(shard.crowd)),
            len(shard.crowd) if snapshot is None else len(gathered.changed),
            *(len(fits), len(shard.pending)),
        )

    async def _give_up(self, partitions: Sequence[int]) -> None:
        opening = [self._opening.pop(one) for one in partitions if one in self._opening]
        for _, given_up in opening:
            given_up.set()
        await asyncio.gather(*{task for task, _ in opening})

    async def _try_announce(self) -> None:
        try:
            await self._announce()
        except (Problem, PyMongoError) as error:
            logger.warning("matches wait to be announced: %s", type(error).__name__)
            self._dirty.set()

    async def _announce(self) -> None:
        """Send all that is pending. Raises UNAVAILABLE; what is not sent stays pending. Not while
        `_writing`: others go on scoring."""
        pairs_scored.add(self._engine.pairs_scored - self._counted)
        self._counted = self._engine.pairs_scored
        async with self._sending:
            while lost := await self._announcing.send(self._writing):
                async with self._writing:
                    for partition in lost:
                        self._close(partition)
                # Ours, as far as Kafka has told: the other one may only have been late.
                ours = [one for one in lost if one in self._opening]
                if ours:
                    self._start_opening(ours)


async def _run(steps: Iterator[None]) -> None:
    """Run a long piece of scoring, letting others have their turn in between."""
    for _ in steps:
        await asyncio.sleep(0)
