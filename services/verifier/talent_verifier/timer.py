"""Time: looks again at credentials at the very instant their validity begins or ends.

One replica does this, under a lease. It sleeps until the next instant that is stored, and asks
for it again every second, because other replicas store instants too.
"""

import asyncio
import logging

from talent_kit.clock import Clock
from talent_kit.failures import passes_by_itself
from talent_kit.leases import Lease
from talent_kit.waiting import until

from talent_verifier.store import VerifierStore
from talent_verifier.verdicts import Verdicts

ASK_EVERY_SECONDS = 1.0
BATCH = 200
BACK_OFF_SECONDS = 1.0
logger = logging.getLogger(__name__)


class Timer:
    def __init__(
        self, *, store: VerifierStore, verdicts: Verdicts, lease: Lease, clock: Clock
    ) -> None:
        self._store = store
        self._verdicts = verdicts
        self._lease = lease
        self._clock = clock

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`, whenever this replica holds the lease."""
        await self._lease.hold(stop, self._watch)

    async def _watch(self, epoch: int, ended: asyncio.Event) -> None:
        while not ended.is_set():
            try:
                pause = await self._look()
            except Exception as error:
                if not passes_by_itself(error):
                    logger.exception("looking again at due credentials failed")
                pause = BACK_OFF_SECONDS
            await until(ended, pause)

    async def _look(self) -> float:
        """Look at what is due; seconds until there may be more."""
        due = await self._store.due(self._clock.now(), BATCH)
        if due:
            await self._verdicts.look_again(due)
            return 0
        instant = await self._store.next_due()
        if instant is None:
            return ASK_EVERY_SECONDS
        ahead = (instant - self._clock.now()).total_seconds()
        return min(ASK_EVERY_SECONDS, max(0.0, ahead))
