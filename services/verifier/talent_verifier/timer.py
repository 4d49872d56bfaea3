"""Time: looks again at credentials at the very instant their validity begins or ends.

One replica does this, under a lease. It knows the next instant in memory; every few seconds it
asks the database too, because other replicas store instants as well.
"""

import asyncio
import logging
import time

from talent_kit.clock import Clock
from talent_kit.failures import passes_by_itself
from talent_kit.leases import Lease
from talent_kit.waiting import until

from talent_verifier.alarm import Alarm
from talent_verifier.store import VerifierStore
from talent_verifier.verdicts import Verdicts

TICK_SECONDS = 0.1  # a glance at the alarm: the clock may jump, so no sleep until the instant
ASK_EVERY_SECONDS = 3.0
BATCH = 200
BACK_OFF_SECONDS = 1.0
logger = logging.getLogger(__name__)


class Timer:
    def __init__(
        self, *, store: VerifierStore, verdicts: Verdicts, alarm: Alarm, lease: Lease, clock: Clock
    ) -> None:
        self._store = store
        self._verdicts = verdicts
        self._alarm = alarm
        self._lease = lease
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`, whenever this replica holds the lease."""
        await self._lease.hold(stop, self._watch)

    async def _watch(self, epoch: int, ended: asyncio.Event) -> None:
        ask_at = 0.0
        while not ended.is_set():
            if not self._alarm.rings(self._clock.now()) and time.monotonic() < ask_at:
                await until(ended, TICK_SECONDS)
                continue
            try:
                await self._look()
                ask_at = time.monotonic() + ASK_EVERY_SECONDS
            except Exception as error:
                if not passes_by_itself(error):
                    logger.exception("looking again at due credentials failed")
                ask_at = 0.0
                await until(ended, BACK_OFF_SECONDS)

    async def _look(self) -> None:
        """Look at what is due, and set the alarm for the next."""
        self._alarm.clear()  # before the question: what is stored meanwhile is told on its own
        now = self._clock.now()
        instant = await self._store.next_due()
        self._alarm.tell(instant)
        if instant and instant <= now:
            await self._verdicts.look_again(await self._store.due(now, BATCH))
