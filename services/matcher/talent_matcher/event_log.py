"""What events said at any instant of the last years, for whoever asks why.

A topic keeps only the last word on a thing. The log keeps each word until its time is over, and one
that still stands by then for as long as it stands. Apart from what matches, so that it slows
nothing. A document has what came in a moment: one for each event would be half of all that the
database does.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import Any

import bson
from bson.binary import Binary
from talent_kit.events import Record, event_class
from talent_kit.migrate import Step
from talent_kit.parcels import parcels
from talent_kit.store import Store
from talent_kit.together import Together
from talent_kit.versions import Version

COLLECTION, BEGAN = "event_log", "began"
MOST = 100  # documents that are read for one question: more changes than that are no answer
MOST_AMONG = 2000
OF_A_DOCUMENT, BYTES = 64, 1 << 20
AT_ONCE = 1024
FORGOTTEN_AT_ONCE = 20  # documents
STANDING = timedelta(days=90)  # for so long what still stands is kept again
GATHER_SECONDS = 0.3  # nobody waits for the log


@dataclass(frozen=True)
class Logged:
    """`key`: as `key_of` makes it. `value` is None for a withdrawal."""

    event_id: str
    key: str
    also: str
    type: str
    at: datetime
    packed: int
    value: bytes | None

    @property
    def version(self) -> Version:
        return Version.from_packed(self.packed)

    @property
    def event(self) -> Any:
        return event_class(self.type).FromString(self.value) if self.value is not None else None

    @property
    def order(self) -> tuple[datetime, int]:
        return (self.at, self.packed)


class EventLog:
    """`kept`: how long each word is remembered. `also`: another key by which some are found."""

    def __init__(
        self, store: Store, kept: timedelta, also: Callable[[Record], str] = lambda _: ""
    ) -> None:
        self._store = store
        self._kept = kept
        self._also = also
        db: Any = store.db
        self._log = db[COLLECTION]
        self._together: Together[Logged, None] = Together(self._write, most=AT_ONCE)

    def steps(self) -> list[Step]:
        return [Step("matcher-8-event-log", self.prepare)]

    async def prepare(self) -> None:
        await self._store.ensure_collections(COLLECTION)
        await self._log.create_index([("keys", 1), ("at", -1)])
        await self._log.create_index([("expires_at", 1)])
        # By the clock that stamps events, which is the machines' own.
        began = {"$setOnInsert": {"schema_version": 1, "at": datetime.now(UTC)}}
        await self._log.update_one({"_id": BEGAN}, began, upsert=True)

    async def keep(self, records: Sequence[Record]) -> None:
        """Repeats change nothing: each event is told once."""
        await self._together.do_all([self._logged(one) for one in records])

    async def began(self) -> datetime:
        """From then on nothing was left out."""
        found = await self._log.find_one({"_id": BEGAN})
        return found["at"].replace(tzinfo=UTC)

    def reaches(self, until: datetime) -> bool:
        """Whether what was the last word before an instant is still kept."""
        return until > datetime.now(UTC) - self._kept

    async def last(self, key: str, until: datetime) -> Logged | None:
        """The last word before an instant."""
        last: Logged | None = None
        async for document in self._found(key, until, MOST):
            if last is not None and document["at"].date() < last.at.date():
                break  # what a document says, it says within one day
            for one in _unpacked(document):
                is_later = last is None or last.order < one.order
                if one.key == key and one.at < until and is_later:
                    last = one
        return last

    async def all(self, key: str, until: datetime, most: int = MOST) -> list[Logged]:
        """Before an instant, the last one first."""
        told: dict[str, Logged] = {}
        async for document in self._found(key, until, most):
            its = (one for one in _unpacked(document) if key in (one.key, one.also))
            told |= {one.event_id: one for one in its if one.at < until}
        return sorted(told.values(), key=lambda one: one.order, reverse=True)

    async def standing_among(self, prefix: str, until: datetime) -> list[Logged] | None:
        """Of all keys that begin so, the last word before an instant, where that is no withdrawal.
        None: they are too many to look at."""
        begins = {"$gte": prefix, "$lt": prefix[:-1] + chr(ord(prefix[-1]) + 1)}
        wanted = {"keys": {"$elemMatch": begins}, "at": {"$lt": until}}
        documents = await self._log.find(wanted, {"events": 1}).limit(MOST_AMONG).to_list(None)
        if len(documents) == MOST_AMONG:
            return None
        last: dict[str, Logged] = {}
        for document in documents:
            for one in _unpacked(document):
                before = last.get(one.key)
                if one.key.startswith(prefix) and one.at < until:
                    last[one.key] = one if before is None or before.order < one.order else before
        return [one for one in last.values() if one.value is not None]

    async def forget(self, now: datetime) -> None:
        """Delete some documents whose time is over; of what still stands there is a new one."""
        over = {"expires_at": {"$lte": now}}
        found = await self._log.find(over).limit(FORGOTTEN_AT_ONCE).to_list(None)
        for document in found:
            standing = await self._standing(document, now - self._kept)
            if standing:
                await self._log.insert_one(_document(standing, now + STANDING))
        if found:
            await self._log.delete_many({"_id": {"$in": [one["_id"] for one in found]}})

    async def _standing(self, document: Mapping[str, Any], since: datetime) -> list[Logged]:
        """What of a document was still the last word when the time began that is remembered."""
        last = {one.key: one for one in _unpacked(document)}
        day, until = _day(document["at"]), _day(since)
        among = {"keys": {"$in": list(last)}, "at": {"$gte": day, "$lt": until}}
        others = self._log.find({**among, "_id": {"$ne": document["_id"]}}, {"keys": 1, "at": 1})
        async for other in others:
            if _day(other["at"]) > day:
                for key in other["keys"]:
                    last.pop(key, None)
                continue
            # Of the same day: one that begins earlier may end later.
            whole = await self._log.find_one({"_id": other["_id"]}, {"events": 1})
            for one in _unpacked(whole) if whole else ():
                if one.key in last and last[one.key].order < one.order:
                    del last[one.key]
        return [one for one in last.values() if one.value is not None]

    def _found(self, key: str, until: datetime, most: int) -> AsyncIterator[dict[str, Any]]:
        wanted = {"keys": key, "at": {"$lt": until}}
        return self._log.find(wanted, {"events": 1, "at": 1}).sort("at", -1).limit(most)

    async def _write(self, logged: Sequence[Logged]) -> list[None]:
        documents = await asyncio.to_thread(self._documents, logged)
        await self._log.insert_many(documents)
        await asyncio.sleep(GATHER_SECONDS)
        return [None] * len(logged)

    def _documents(self, logged: Sequence[Logged]) -> list[dict[str, Any]]:
        in_order = sorted(logged, key=lambda one: one.order)
        return [
            _document(part, part[-1].at + self._kept)
            # Nothing is kept for more than a day because of what shares its document.
            for _, of_a_day in groupby(in_order, key=lambda one: one.at.date())
            for part in parcels(of_a_day, weigh=_size, weight=BYTES, most=OF_A_DOCUMENT)
        ]

    def _logged(self, record: Record) -> Logged:
        return Logged(
            event_id=record.event_id,
            key=key_of(record.topic, record.key),
            also=self._also(record),
            type=record.type,
            at=datetime.fromtimestamp(record.timestamp_ms / 1000, UTC),
            packed=record.version.packed,
            value=record.value,
        )


def key_of(topic: str, key: str) -> str:
    return f"{topic} {key}"


def _day(instant: datetime) -> datetime:
    """Its beginning in UTC; what a document says, it says within one."""
    return datetime.combine(instant.date(), time(), UTC)


def _size(one: Logged) -> int:
    return len(one.value or b"")


def _document(logged: Sequence[Logged], expires_at: datetime) -> dict[str, Any]:
    """The database need not read what nobody looks for in it."""
    events = bson.encode({"events": [vars(one) for one in logged]})
    return {
        "schema_version": 1,
        "keys": sorted({key for one in logged for key in (one.key, one.also) if key}),
        "at": logged[0].at,
        "events": Binary(zlib.compress(events, 1)),
        "expires_at": expires_at,
    }


def _unpacked(document: Mapping[str, Any]) -> Iterable[Logged]:
    for one in bson.decode(zlib.decompress(document["events"]))["events"]:
        yield Logged(**{**one, "at": one["at"].replace(tzinfo=UTC)})
