"""The outbox: events are stored with the change they tell of, and sent by the relay afterwards."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from bson.int64 import Int64

from talent_kit import telemetry
from talent_kit.errors import Problem, Reason
from talent_kit.events import Outgoing, headers_of
from talent_kit.ids import uuid7
from talent_kit.parcels import parcels
from talent_kit.store import Session, Store

T = TypeVar("T")
COLLECTION = "outbox"
BUCKETS = 16
HEADROOM = 64 * 1024  # of a message, for key, headers and Kafka's own framing
PARCEL_BYTES = 1024 * 1024  # of the events in one document, and the event that goes beyond


def bucket_of(topic: str, key: str) -> int:
    return zlib.crc32(f"{topic} {key}".encode()) % BUCKETS


class Outbox:
    """Events of one service that are committed and not yet sent. `source` is its name."""

    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._source = source
        self._collection: Any = store.db[COLLECTION]
        self.awake = asyncio.Event()

    async def prepare(self) -> None:
        """Make collection and indexes: part of a service's migration."""
        await self._store.ensure_collections(COLLECTION, "leases", "outbox_relays")
        await self._collection.create_index([("bucket", 1), ("version", 1)])

    async def append(self, session: Session, *items: Outgoing) -> None:
        """Store events in the caller's transaction. Call `wake()` after the commit.

        Raises TOO_LARGE for an event that Kafka would not take: it must not be committed.
        """
        if not items:
            return
        trace = telemetry.carrier()
        streams: dict[tuple[int, int], list[dict[str, Any]]] = {}
        for item in items:
            place = bucket_of(item.topic, item.key), item.version.packed
            streams.setdefault(place, []).append(self._event(item, trace))
        documents = [
            _document(bucket, version, part)
            for (bucket, version), events in streams.items()
            for part in parcels(events, weigh=_size, weight=PARCEL_BYTES)
        ]
        await self._collection.insert_many(documents, session=session)

    async def transact(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """`Store.transact`, and wake the relay once it is committed."""
        result = await self._store.transact(work)
        self.wake()
        return result

    def wake(self) -> None:
        """Tell the relay in this process that there may be something to send."""
        self.awake.set()

    async def depth(self) -> int:
        """How many documents wait; each holds what one transaction told at once."""
        return int(await self._collection.count_documents({}))

    async def age_seconds(self) -> float:
        """How long the oldest event has waited; 0 when none waits."""
        oldest = await self._collection.find_one({}, {"at": 1}, sort=[("_id", 1)])
        return (datetime.now(UTC) - oldest["at"]).total_seconds() if oldest else 0.0

    def _event(self, item: Outgoing, trace: dict[str, str]) -> dict[str, Any]:
        value = None if item.event is None else item.event.SerializeToString()
        limit = self._store.settings.max_message_bytes - HEADROOM
        if value is not None and len(value) > limit:
            raise Problem(Reason.TOO_LARGE, limit=f"{limit} bytes")
        return {
            "stream": f"{item.topic} {item.key}",
            "topic": item.topic,
            "key": item.key,
            "value": value,
            "headers": headers_of(item, self._source, trace if item.trace is None else item.trace),
        }


def _document(bucket: int, version: int, events: list[dict[str, Any]]) -> dict[str, Any]:
    """Events of one bucket and one version, so of each key one: they need no order."""
    return {
        "_id": uuid7(),
        "schema_version": 1,
        "bucket": bucket,
        "version": Int64(version),
        "at": datetime.now(UTC),
        "events": events,
    }


def _size(event: Mapping[str, Any]) -> int:
    return len(event["value"] or b"")
