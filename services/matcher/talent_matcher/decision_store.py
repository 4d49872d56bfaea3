"""The log of decisions in the matcher's database: what was announced and withdrawn, and when.

Filled from the topic of matches, apart from what announces, so that it slows nothing. The topic
itself keeps only the last word on a pair; the log keeps each until its time is over. A document has
what came in a moment: one for each decision was half of all that the database did.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from bson.binary import Binary
from talent_kit.events import Record
from talent_kit.migrate import Step
from talent_kit.parcels import parcels
from talent_kit.store import Store
from talent_kit.together import Together
from talent_proto.events.v1 import matches_pb2

COLLECTION = "decisions"
MOST = 100  # of one pair that are read: more changes than that on one pair are no answer
OF_A_DOCUMENT, BYTES = 64, 1 << 20
AT_ONCE = 1024
GATHER_SECONDS = 0.3  # nobody waits for the log


@dataclass(frozen=True)
class Decision:
    """`match` is None for a withdrawal."""

    at: datetime
    match: matches_pb2.Match | None


class DecisionStore:
    """`kept`: how long a decision is remembered."""

    def __init__(self, store: Store, kept: timedelta) -> None:
        self._store = store
        self._kept = kept
        db: Any = store.db
        self._decisions = db[COLLECTION]
        self._together: Together[Record, None] = Together(self._write, most=AT_ONCE)

    def steps(self) -> list[Step]:
        return [
            Step("matcher-2-decisions", self.prepare),
            Step("matcher-4-decisions-expire", self._expire_here),
            Step("matcher-5-decisions-together", self._find_together),
        ]

    async def prepare(self) -> None:
        await self._store.ensure_collections(COLLECTION)
        await self._decisions.create_index([("job_id", 1), ("holder_id", 1), ("at", -1)])
        await self._decisions.create_index([("expires_at", 1)])

    async def _expire_here(self) -> None:
        """An earlier version let the database delete what is over. Not every database looks for
        that in the index: one that reads all that is kept, once a minute, stands still meanwhile.
        """
        if "expires_at_1" in await self._decisions.index_information():
            await self._decisions.drop_index("expires_at_1")
        await self._decisions.create_index([("expires_at", 1)])

    async def _find_together(self) -> None:
        """An earlier version wrote a document for each decision; those are read until they are
        over."""
        await self._decisions.create_index([("pairs", 1), ("at", -1)])
        if "org_id_1" in await self._decisions.index_information():
            await self._decisions.drop_index("org_id_1")

    async def forget(self, now: datetime, most: int) -> None:
        """Delete up to so many documents whose time is over."""
        found = self._decisions.find({"expires_at": {"$lte": now}}, {"_id": 1}).limit(most)
        over = [one["_id"] async for one in found]
        if over:
            await self._decisions.delete_many({"_id": {"$in": over}})

    async def keep(self, records: Sequence[Record]) -> None:
        """Repeats change nothing: each decision is told once."""
        await self._together.do_all(records)

    async def of_pair(self, job_id: str, holder_id: str, until: datetime) -> list[Decision]:
        """Before an instant, the last one first."""
        pair = f"{job_id}/{holder_id}"
        alone = {"job_id": job_id, "holder_id": holder_id, "at": {"$lt": until}}
        together = {"pairs": pair, "at": {"$lt": until}}
        told: dict[str, Decision] = {}
        async for one in self._newest(alone):
            told[one["_id"]] = _decision(one)
        async for document in self._newest(together):
            its = (one for one in document["decisions"] if one["pair"] == pair)
            told |= {one["event_id"]: _decision(one) for one in its}
        newest = sorted(told.values(), key=lambda one: one.at, reverse=True)
        return [one for one in newest if one.at < until][:MOST]

    def _newest(self, wanted: Mapping[str, Any]) -> Any:
        return self._decisions.find(wanted).sort("at", -1).limit(MOST)

    async def _write(self, records: Sequence[Record]) -> list[None]:
        await self._decisions.insert_many(self._documents(records))
        await asyncio.sleep(GATHER_SECONDS)
        return [None] * len(records)

    def _documents(self, records: Sequence[Record]) -> Iterator[dict[str, Any]]:
        written = sorted(map(_written, records), key=lambda one: one["at"])
        # Nothing is kept for more than a day because of what shares its document.
        for _, of_a_day in groupby(written, key=lambda one: one["at"].date()):
            for decisions in parcels(of_a_day, weigh=_size, weight=BYTES, most=OF_A_DOCUMENT):
                yield {
                    "schema_version": 2,
                    "pairs": sorted({one["pair"] for one in decisions}),
                    "at": decisions[0]["at"],
                    "decisions": decisions,
                    "expires_at": decisions[-1]["at"] + self._kept,
                }


def _written(record: Record) -> dict[str, Any]:
    match = record.event.match if record.value is not None else None
    return {
        "event_id": record.event_id,
        "pair": record.key,
        "at": datetime.fromtimestamp(record.timestamp_ms / 1000, UTC),
        "match": Binary(match.SerializeToString(deterministic=True)) if match else None,
    }


def _size(one: Mapping[str, Any]) -> int:
    return len(one["match"] or b"")


def _decision(one: Mapping[str, Any]) -> Decision:
    match = matches_pb2.Match.FromString(one["match"]) if one["match"] else None
    return Decision(one["at"].replace(tzinfo=UTC), match)
