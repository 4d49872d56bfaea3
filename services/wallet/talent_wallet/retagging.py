"""After an achievement was tagged anew: the profiles of all who hold it are computed again.

That may be many, so it is no part of taking the event in. Each is looked through twice: a record
that is stored at the very moment of the first pass may have been read with the old tags.
"""

import asyncio
import logging
from datetime import timedelta

from talent_kit.failures import passes_by_itself
from talent_kit.leases import Lease
from talent_kit.store import Store
from talent_kit.waiting import until

from talent_wallet.changes import WALLET, Change, Changes
from talent_wallet.model import AchievementTags

BATCH = 50  # holders in one transaction
PASSES = 2
logger = logging.getLogger(__name__)


class Retagging:
    """One replica at a time. `apart`: longer than any transaction takes."""

    def __init__(
        self, store: Store, changes: Changes, *, check_seconds: float, apart: timedelta
    ) -> None:
        self._store = store
        self._changes = changes
        self._check_seconds = check_seconds
        self._apart = apart

    async def run(self, stop: asyncio.Event) -> None:
        async def look_often(epoch: int, ended: asyncio.Event) -> None:
            while not ended.is_set():
                try:
                    if await self._pass_one(ended):
                        continue
                except Exception as error:
                    if not passes_by_itself(error):
                        raise
                    logger.warning("tagged skills wait: %s", type(error).__name__)
                await until(ended, self._check_seconds)

        await Lease(self._store, "retagging").hold(stop, look_often)

    async def _pass_one(self, ended: asyncio.Event) -> bool:
        """Look through the holders of one achievement. False when none is due."""
        due = await self._changes.store.due_skill_tags(self._changes.clock.now())
        if due is None:
            return False
        tags, passes = due
        if await self._refresh_holders(tags, ended):
            next_at = self._changes.clock.now() + self._apart
            await self._changes.store.passed_skill_tags(tags, passes, next_at)
        return True

    async def _refresh_holders(self, tags: AchievementTags, ended: asyncio.Event) -> bool:
        """Whether it came to the end."""
        after = ""
        while not ended.is_set():
            holders = await self._changes.store.holders_awarded(tags.key, after, BATCH)
            if not holders:
                return True

            async def work(change: Change, holders: list[str] = holders) -> None:
                change.refresh |= set(holders)

            await self._changes.run(WALLET, work)
            after = holders[-1]
        return False
