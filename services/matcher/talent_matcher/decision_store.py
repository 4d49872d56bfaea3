"""The log of decisions in the matcher's database: what was announced and withdrawn, and when.

Filled from the topic of matches, apart from what announces, so that it slows nothing. The topic
itself keeps only the last word on a pair; the log keeps each until its time is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bson.binary import Binary
from pymongo.errors import BulkWriteError
from talent_kit.events import Record
from talent_kit.migrate import Step
from talent_kit.store import DUPLICATE_KEY, Store
from talent_proto.events.v1 import matches_pb2

COLLECTION = "decisions"
MOST = 100  # of one pair that are read: more changes than that on one pair are no answer


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

    def steps(self) -> list[Step]:
        return [
            Step("matcher-2-decisions", self.prepare),
            Step("matcher-4-decisions-expire", self._expire_here),
        ]

    async def prepare(self) -> None:
        await self._store.ensure_collections(COLLECTION)
        await self._decisions.create_index([("job_id", 1), ("holder_id", 1), ("at", -1)])
        await self._decisions.create_index([("org_id", 1)])
        await self._decisions.create_index([("expires_at", 1)])

    async def _expire_here(self) -> None:
        """An earlier version let the database delete what is over. Not every database looks for
        that in the index: one that reads all that is kept, once a minute, stands still meanwhile.
        """
        if "expires_at_1" in await self._decisions.index_information():
            await self._decisions.drop_index("expires_at_1")
        await self._decisions.create_index([("expires_at", 1)])

    async def forget(self, now: datetime, most: int) -> None:
        """Delete up to so many whose time is over."""
        found = self._decisions.find({"expires_at": {"$lte": now}}, {"_id": 1}).limit(most)
        over = [one["_id"] async for one in found]
        if over:
            await self._decisions.delete_many({"_id": {"$in": over}})

    async def keep(self, records: Sequence[Record]) -> None:
        """Repeats change nothing: a record has an id of its own."""
        try:
            # Cheaper than to ask of each whether it is there.
            await self._decisions.insert_many(map(self._document, records), ordered=False)
        except BulkWriteError as error:
            if any(one["code"] != DUPLICATE_KEY for one in error.details["writeErrors"]):
                raise

    async def of_pair(self, job_id: str, holder_id: str, until: datetime) -> list[Decision]:
        """Before an instant, the last one first."""
        wanted = {"job_id": job_id, "holder_id": holder_id, "at": {"$lt": until}}
        found = self._decisions.find(wanted).sort("at", -1).limit(MOST)
        return [
            Decision(
                one["at"].replace(tzinfo=UTC),
                matches_pb2.Match.FromString(one["match"]) if one["match"] else None,
            )
            async for one in found
        ]

    def _document(self, record: Record) -> dict[str, Any]:
        job_id, _, holder_id = record.key.partition("/")
        match = record.event.match if record.value is not None else None
        at = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
        return {
            "_id": record.event_id,
            "schema_version": 1,
            "org_id": match.employer_org_id if match else "",
            "job_id": job_id,
            "holder_id": holder_id,
            "at": at,
            "match": Binary(match.SerializeToString(deterministic=True)) if match else None,
            "expires_at": at + self._kept,
        }
