"""Migrations: named steps, each done once, by one process at a time.

A step expands (new collections, indexes, fields), backfills or contracts. The versions before and
after it run side by side, so a step that takes something away comes one release later.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from talent_kit.leases import Lease
from talent_kit.store import META, Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """One change of the database. It may be run again after a crash, so it must not mind."""

    name: str
    run: Callable[[], Awaitable[None]]


class NotMigrated(Exception):
    """The database lacks steps that this version needs."""


async def migrate(store: Store, steps: Sequence[Step]) -> list[str]:
    """Do the steps that are not done yet, in order; their names."""
    done: list[str] = []

    async def work(epoch: int, ended: asyncio.Event) -> None:
        applied = await _applied(store)
        for step in steps:
            if step.name in applied or ended.is_set():
                continue
            logger.info("migration %s begins", step.name)
            await step.run()
            await store.db[META].update_one(
                {"_id": "schema"}, {"$addToSet": {"applied": step.name}}, upsert=True
            )
            done.append(step.name)

    await Lease(store, "migrate").hold(asyncio.Event(), work)
    return done


async def check_migrated(store: Store, steps: Sequence[Step]) -> None:
    """Raises NotMigrated; a service calls it before it starts."""
    applied = await _applied(store)
    missing = [step.name for step in steps if step.name not in applied]
    if missing:
        raise NotMigrated(f"run migrate first: {', '.join(missing)}")


async def _applied(store: Store) -> set[str]:
    found: Any = await store.db[META].find_one({"_id": "schema"})
    return set(found["applied"]) if found else set()
