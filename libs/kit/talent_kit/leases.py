"""Leases in the database: one holder at a time, with an epoch that rises with each new holder.

Clocks of replicas may differ by a second or two; a lease lasts ten and its holder gives it up
well before. What a lease guards is also safe against a holder that does not know it lost it (the
version gate, transactions): the lease keeps work from being done twice, not from being done wrong.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pymongo
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from talent_kit.ids import uuid7
from talent_kit.store import Store
from talent_kit.waiting import until

COLLECTION = "leases"
SECONDS = 10.0
RENEW_EVERY = 2.5
logger = logging.getLogger(__name__)


class Lease:
    """The right to do `name`, of one service. Times out when it is not renewed."""

    def __init__(self, store: Store, name: str, *, owner: str | None = None) -> None:
        self._collection: Any = store.db[COLLECTION]
        self._name = name
        self._owner = owner or uuid7()
        self._good_until = float("-inf")

    @property
    def held(self) -> bool:
        """Whether this holder may go on; turns false a moment before the lease runs out."""
        return self.seconds_left > 0

    @property
    def seconds_left(self) -> float:
        """How long this holder may go on without renewing it."""
        return max(0.0, self._good_until - time.monotonic())

    async def acquire(self) -> int | None:
        """Take the lease: its epoch, or None when somebody else has it."""
        started = time.monotonic()
        now = datetime.now(UTC)
        expires = now + timedelta(seconds=SECONDS)
        free = {"$or": [{"expires_at": {"$lt": now}}, {"owner": self._owner}]}
        try:
            with pymongo.timeout(SECONDS - RENEW_EVERY):
                found: Any = await self._collection.find_one_and_update(
                    {"_id": self._name, **free},
                    {"$set": {"owner": self._owner, "expires_at": expires}, "$inc": {"epoch": 1}},
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
        except DuplicateKeyError:
            return None
        self._good_until = started + SECONDS - RENEW_EVERY
        return int(found["epoch"])

    async def renew(self) -> bool:
        """Make it last longer; False when it went to somebody else."""
        started = time.monotonic()
        expires = datetime.now(UTC) + timedelta(seconds=SECONDS)
        result = await self._collection.update_one(
            {"_id": self._name, "owner": self._owner}, {"$set": {"expires_at": expires}}
        )
        if not result.matched_count:
            self._good_until = float("-inf")
            return False
        self._good_until = started + SECONDS - RENEW_EVERY
        return True

    @staticmethod
    async def renew_together(leases: Sequence["Lease"]) -> int:
        """Renew leases of one owner and one service; how many of them are still held."""
        if not leases:
            return 0
        first, started = leases[0], time.monotonic()
        expires = datetime.now(UTC) + timedelta(seconds=SECONDS)
        result = await first._collection.update_many(
            {"_id": {"$in": [lease._name for lease in leases]}, "owner": first._owner},
            {"$set": {"expires_at": expires}},
        )
        if result.matched_count < len(leases):
            # Some went to somebody else: ask which.
            return sum([await lease.renew() for lease in leases])
        for lease in leases:
            lease._good_until = started + SECONDS - RENEW_EVERY
        return len(leases)

    async def release(self) -> None:
        """Give it back, so that the next holder need not wait for the time-out."""
        self._good_until = float("-inf")
        await self._collection.update_one(
            {"_id": self._name, "owner": self._owner},
            {"$set": {"owner": "", "expires_at": datetime.fromtimestamp(0, UTC)}},
        )

    async def hold(
        self, stop: asyncio.Event, work: Callable[[int, asyncio.Event], Awaitable[None]]
    ) -> None:
        """Wait for the lease and run `work(epoch, ended)` under it, until `stop` or `work` returns.

        `ended` is set on `stop` and when the lease is lost; `work` then comes to its end by itself.
        After a loss it waits for the lease again, with a new epoch.
        """
        while not stop.is_set():
            epoch = await self._try_acquire()
            if epoch is None:
                await until(stop, RENEW_EVERY)
            elif await self._run(epoch, stop, work):
                return

    async def _try_acquire(self) -> int | None:
        try:
            return await self.acquire()
        except PyMongoError as error:
            logger.warning("the lease %s cannot be asked for: %s", self._name, type(error).__name__)
            return None

    async def _run(
        self,
        epoch: int,
        stop: asyncio.Event,
        work: Callable[[int, asyncio.Event], Awaitable[None]],
    ) -> bool:
        """True when the work came to its end by itself or on `stop`."""
        ended = asyncio.Event()
        keeper = asyncio.create_task(self._keep(stop, ended))
        try:
            await work(epoch, ended)
        finally:
            lost = ended.is_set() and not stop.is_set()
            ended.set()
            await keeper
            if not lost:
                await self._give_back()
        return not lost

    async def _keep(self, stop: asyncio.Event, ended: asyncio.Event) -> None:
        waiting = asyncio.create_task(stop.wait())
        ending = asyncio.create_task(ended.wait())
        try:
            while True:
                pause = min(RENEW_EVERY, self.seconds_left)
                await asyncio.wait(
                    {waiting, ending}, timeout=pause, return_when=asyncio.FIRST_COMPLETED
                )
                if stop.is_set() or ended.is_set():
                    return
                try:
                    # A database that hangs must not hold the work past its lease.
                    with pymongo.timeout(max(0.001, self.seconds_left)):
                        if not await self.renew():
                            return
                except PyMongoError as error:
                    logger.warning(
                        "the lease %s cannot be renewed: %s", self._name, type(error).__name__
                    )
                    if not self.held:
                        return
        finally:
            ended.set()
            waiting.cancel()
            ending.cancel()

    async def _give_back(self) -> None:
        try:
            await self.release()
        except PyMongoError as error:
            logger.warning("the lease %s runs out by itself: %s", self._name, type(error).__name__)
