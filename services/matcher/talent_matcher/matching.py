"""The engine at work: feeds it from Kafka, one writer at a time, and announces what it decides."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from time import monotonic
from zoneinfo import ZoneInfo

from opentelemetry.metrics import get_meter
from pymongo.errors import PyMongoError
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.events import Record
from talent_kit.producer import Producer
from talent_kit.settings import CommonSettings
from talent_kit.versions import Version
from talent_kit.waiting import until
from talent_proto.events.v1 import matches_pb2
from talent_skills.taxonomy import Taxonomy

from talent_matcher import messages
from talent_matcher.announcing import Announcing
from talent_matcher.distances import Distances
from talent_matcher.engine import Engine
from talent_matcher.model import HolderId, Job, JobId
from talent_matcher.network import JOBS
from talent_matcher.openings import Openings
from talent_matcher.owning import RETRY_SECONDS, Owning
from talent_matcher.place import Place
from talent_matcher.relations import Relations
from talent_matcher.restoring import profile_of
from talent_matcher.score import Known
from talent_matcher.settled import Settled
from talent_matcher.showing import Rank, Shard
from talent_matcher.snapshots import Snapshots
from talent_matcher.standings import Pairing, Standing
from talent_matcher.statements import Statements
from talent_matcher.store import MatcherStore
from talent_matcher.turns import gently, run_in_turns
from talent_matcher.weight_table import adopted as adopted_weights
from talent_matcher.weights import WEIGHTS, Weights

PROFILES_AT_ONCE = 4  # a few milliseconds each
AT_A_TIME_SECONDS = 0.02  # of scoring anew, before others have their turn
logger = logging.getLogger(__name__)
meter = get_meter("talent_matcher")
pairs_scored = meter.create_counter("talent.matcher.pairs_scored")


@dataclass(frozen=True, slots=True)
class AtRest:
    """An open shard of which all is announced."""

    shard: Shard
    place: Place
    settled: Settled


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
        self._counted = 0
        self._owning = Owning(
            settings,
            engine=self._engine,
            store=store,
            clock=clock,
            known=known,
            relations=relations,
            snapshots=snapshots,
            writing=self._writing,
            announce=self._try_announce,
        )

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
            await self._owning.give_up(list(self._owning.owned))

    async def refresh(self, stop: asyncio.Event) -> None:
        """Scores anew what other weights, what an employer favors, or what is near what now,
        changed: in parts, so that profiles and jobs need not wait."""
        while not stop.is_set():
            if not await until(self._stale, RETRY_SECONDS):
                continue
            end = monotonic() + AT_A_TIME_SECONDS
            async with self._writing:
                while not self._engine.is_fresh and monotonic() < end:
                    await run_in_turns(self._engine.refresh())
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

    async def present(self, job_id: JobId, holder: HolderId) -> Standing | None:
        """As `Standings.standing`."""
        async with self._writing:
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
        there, is_open = self._engine.shards, self._owning.places
        return all(one in is_open and there[one].epoch == at for one, at in shards.items())

    def open_shards(self) -> list[int]:
        return list(self._owning.places)

    def open_jobs(self) -> list[Job]:
        """All of the network, internal ones included."""
        return list(self._engine.jobs.values())

    def openings(self) -> Openings | None:
        """As `Engine.openings`."""
        return self._engine.openings()

    def not_ready(self) -> str | None:
        """As `Owning.not_ready`."""
        return self._owning.not_ready()

    async def on_profiles(self, records: Sequence[Record]) -> None:
        """Profiles and withdrawals of one partition. Raises NOT_READY before it is restored."""
        partition = records[0].partition
        async with self._writing:
            if partition not in self._engine.shards:
                # A replay may reach a replica that does not have this partition.
                here = partition in self._owning.owned
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
                self._owning.places[partition].passed(record)
        await self._announce()

    @asynccontextmanager
    async def at_rest(self, partition: int) -> AsyncIterator[AtRest | None]:
        """An open shard, while nothing is decided; None where something is to be announced."""
        async with self._sending, self._writing:
            has_sent = await self._has_sent()
            shard, place = self._engine.shards.get(partition), self._owning.places.get(partition)
            settled = self._engine.settled(partition) if has_sent and shard else None
            yield AtRest(shard, place, settled) if shard and place and settled else None

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
                await run_in_turns(self._applied(record))
                if record.topic == JOBS and record.value is None:
                    self._engine.forget_job(JobId(record.key))
            if not self._engine.is_fresh:
                self._stale.set()
        await self._try_announce()

    async def take_up(self, taxonomy: Taxonomy) -> None:
        """What is near what is as this taxonomy says, from now on."""
        async with self._writing:
            other = self._relations.under(taxonomy)
            async for skill in gently(self._relations.asked):
                other.near(skill)
            self._engine.relate(self._relations.become(other))
            if not self._engine.is_fresh:
                self._stale.set()

    async def on_assigned(self, partitions: Sequence[tuple[str, int]]) -> None:
        self._owning.take([partition for _, partition in partitions])

    async def on_revoked(self, partitions: Sequence[tuple[str, int]]) -> None:
        await self._owning.give_up([partition for _, partition in partitions])
        async with self._sending, self._writing:
            for _, partition in partitions:
                self._owning.close(partition)

    def _learn(self, record: Record) -> None:
        """What scoring goes by; `refresh` does the rest."""
        match record.type:
            case "CriteriaEndorsed" | "ValidatorsTrusted":
                favors = self._statements.apply(record)
                if favors is not None:
                    self._engine.favor(*favors)
            case "WeightsAdopted" if record.version > self._weights_version:
                self._weights_version = record.version
                table = record.event.table
                self._engine.weigh(adopted_weights(table.version, table.weight))
            case "CompetencyPublished":
                if self._framework_versions.get(record.key, Version(0, 0)) < record.version:
                    self._framework_versions[record.key] = record.version
                    said = record.event
                    self._engine.relate(self._relations.put(said.competency.uri, said.broader))
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
            case "AsOfAdvanced":
                as_of = messages.civil_date(record.event.as_of)
                return self._engine.advance(as_of) if as_of else iter(())
            case _:
                return iter(())

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
                        self._owning.close(partition)
                # Ours, as far as Kafka has told: the other one may only have been late.
                ours = [one for one in lost if one in self._owning.owned]
                if ours:
                    self._owning.take(ours)
