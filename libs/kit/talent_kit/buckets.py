"""Which outbox buckets this replica sends: leased, and shared fairly between the replicas."""

import logging
import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from talent_kit.ids import uuid7
from talent_kit.leases import SECONDS, Lease
from talent_kit.outbox import BUCKETS
from talent_kit.store import Store

logger = logging.getLogger(__name__)


class BucketLeases:
    """Call `refresh` every few seconds; `owned` says what may be sent right now."""

    def __init__(self, store: Store) -> None:
        self._me = uuid7()
        self._relays: Any = store.db["outbox_relays"]
        self._leases = [
            Lease(store, f"outbox/{bucket}", owner=self._me) for bucket in range(BUCKETS)
        ]
        self.replicas = 1

    def owned(self) -> list[int]:
        return [bucket for bucket, lease in enumerate(self._leases) if lease.held]

    def seconds_left(self, buckets: Iterable[int]) -> float:
        """How long all of these stay this replica's."""
        return min(self._leases[bucket].seconds_left for bucket in buckets)

    async def refresh(self) -> None:
        """Renew what is held, but not what is beyond the fair share, and take what is free.

        What is not renewed runs out. Given back at once, another replica could send it while a
        send of this one is still under way.
        """
        self.replicas = await self._report_and_count()
        share = math.ceil(BUCKETS / self.replicas)
        held = [lease for lease in self._leases if lease.held]
        kept = await Lease.renew_together(held[:share])
        # From a place of its own, so that replicas starting together do not queue for the same.
        start = hash(self._me) % BUCKETS
        for lease in self._leases[start:] + self._leases[:start]:
            if kept >= share:
                return
            if not lease.held and await lease.acquire() is not None:
                kept += 1

    async def release(self) -> None:
        """Leave: the other replicas can take over at once."""
        for lease in self._leases:
            if lease.held:
                await lease.release()
        await self._relays.delete_one({"_id": self._me})

    async def _report_and_count(self) -> int:
        now = datetime.now(UTC)
        await self._relays.update_one(
            {"_id": self._me},
            {"$set": {"expires_at": now + timedelta(seconds=SECONDS)}},
            upsert=True,
        )
        await self._relays.delete_many({"expires_at": {"$lt": now}})
        return max(1, int(await self._relays.count_documents({})))
