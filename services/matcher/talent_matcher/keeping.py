"""Snapshots now and then, and at an orderly end, so that the next start has little to read."""

import asyncio
import logging
from datetime import date

from talent_kit.clock import Clock
from talent_kit.waiting import until

from talent_matcher.matching import Matching
from talent_matcher.relations import Relations
from talent_matcher.snapshots import Snapshot, Snapshots

logger = logging.getLogger(__name__)


class Keeping:
    def __init__(
        self,
        matching: Matching,
        snapshots: Snapshots,
        relations: Relations,
        clock: Clock,
        every_seconds: float,
    ) -> None:
        self._matching = matching
        self._snapshots = snapshots
        self._relations = relations
        self._clock = clock
        self._every = every_seconds
        self._kept: dict[int, tuple[int, int, int, date]] = {}  # how each stood when it was kept

    async def run(self, stop: asyncio.Event) -> None:
        await asyncio.to_thread(self._snapshots.clear, self._clock.now())
        while not await until(stop, self._every):
            await self._keep_all()
            await asyncio.to_thread(self._snapshots.clear, self._clock.now())
        await self._keep_all()

    async def _keep_all(self) -> None:
        for partition in self._matching.open_shards():
            await self._keep(partition)

    async def _keep(self, partition: int) -> None:
        async with self._matching.at_rest(partition) as found:
            if found is None or not found.place.marks:
                return
            shard, place, settled = found.shard, found.place, found.settled
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
