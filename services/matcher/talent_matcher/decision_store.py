"""What was announced and withdrawn of a pair, and when: as the log of events tells.

Earlier versions kept a log of decisions alone; until those are over they are read there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from talent_kit.migrate import Step
from talent_kit.store import Store
from talent_proto.events.v1 import matches_pb2

from talent_matcher.event_log import EventLog, key_of
from talent_matcher.restoring import MATCHES

COLLECTION = "decisions"
MOST = 100  # of one pair that are read: more changes than that on one pair are no answer


@dataclass(frozen=True)
class Decision:
    """`match` is None for a withdrawal."""

    at: datetime
    match: matches_pb2.Match | None


class DecisionStore:
    def __init__(self, store: Store, log: EventLog) -> None:
        self._store = store
        self._log = log
        db: Any = store.db
        self._decisions = db[COLLECTION]

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

    async def of_pair(self, job_id: str, holder_id: str, until: datetime) -> list[Decision]:
        """Before an instant, the last one first."""
        logged = await self._log.all(key_of(MATCHES, f"{job_id}/{holder_id}"), until)
        earlier = await self._earlier(job_id, holder_id, until)
        told = {
            one.event_id: Decision(one.at, one.event.match if one.value is not None else None)
            for one in logged
        }
        return sorted((earlier | told).values(), key=lambda one: one.at, reverse=True)[:MOST]

    async def _earlier(self, job_id: str, holder_id: str, until: datetime) -> dict[str, Decision]:
        pair = f"{job_id}/{holder_id}"
        alone = {"job_id": job_id, "holder_id": holder_id, "at": {"$lt": until}}
        together = {"pairs": pair, "at": {"$lt": until}}
        told: dict[str, Decision] = {}
        async for one in self._newest(alone):
            told[one["_id"]] = _decision(one)
        async for document in self._newest(together):
            its = (one for one in document["decisions"] if one["pair"] == pair)
            told |= {one["event_id"]: _decision(one) for one in its}
        return {event_id: one for event_id, one in told.items() if one.at < until}

    def _newest(self, wanted: Mapping[str, Any]) -> Any:
        return self._decisions.find(wanted).sort("at", -1).limit(MOST)


def _decision(one: Mapping[str, Any]) -> Decision:
    match = matches_pb2.Match.FromString(one["match"]) if one["match"] else None
    return Decision(one["at"].replace(tzinfo=UTC), match)
