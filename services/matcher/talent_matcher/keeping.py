"""Snapshots now and then, and at an orderly end, so that the next start has little to read."""

import asyncio

from talent_kit.clock import Clock
from talent_kit.waiting import until

from talent_matcher.matching import Matching
from talent_matcher.snapshots import Snapshots


class Keeping:
    def __init__(
        self, matching: Matching, snapshots: Snapshots, clock: Clock, every_seconds: float
    ) -> None:
        self._matching = matching
        self._snapshots = snapshots
        self._clock = clock
        self._every = every_seconds

    async def run(self, stop: asyncio.Event) -> None:
        await asyncio.to_thread(self._snapshots.clear, self._clock.now())
        while not await until(stop, self._every):
            await self._matching.keep()
            await asyncio.to_thread(self._snapshots.clear, self._clock.now())
        await self._matching.keep()
