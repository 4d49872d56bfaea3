"""Watched documents in the database: one row for each URL, with its content.

A document that others serve may be about one person, so content and URL are personal data; the
log names documents by `_id` alone. A row goes when no verdict depends on it any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bson.binary import Binary
from pymongo.errors import DuplicateKeyError
from talent_kit.store import Session, Store

from talent_verifier.watching import Watched, Work

SCHEMA_VERSION = 1
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
WITHOUT_CONTENT = {"content": 0}
Row = dict[str, Any]


class WatchStore:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._watched: Any = store.db["watched"]

    async def prepare(self) -> None:
        """Collection and indexes: part of the migration."""
        await self._store.ensure_collections("watched")
        await self._watched.create_index([("ask_at", 1)])
        await self._watched.create_index([("ends_at", 1)])
        await self._watched.create_index([("work.look_at", 1)])
        await self._watched.create_index([("host", 1), ("ask_at", 1)])

    async def rows(self, ids: Iterable[str]) -> dict[str, Watched]:
        found = self._watched.find({"_id": {"$in": list(ids)}}, WITHOUT_CONTENT)
        return {row["_id"]: _watched(row) async for row in found}

    async def effects(self, ids: Iterable[str], session: Session) -> dict[str, int]:
        """`Watched.effect` of each, as the transaction sees them."""
        wanted = {"available": 1, "revision": 1}
        found = self._watched.find({"_id": {"$in": list(ids)}}, wanted, session=session)
        return {row["_id"]: row["revision"] if row["available"] else 0 async for row in found}

    async def with_content(self, document: str) -> tuple[Watched, bytes] | None:
        row = await self._watched.find_one({"_id": document})
        return (_watched(row), bytes(row.get("content", b""))) if row else None

    async def write(self, row: Watched, content: bytes | None = None) -> Watched | None:
        """Store a row, and its content where that is new; what is stored then.

        None when another writer was faster with it.
        """
        written = _row(row)
        written["writes"] = row.writes + 1
        if content is not None:
            written["content"] = Binary(content)
        if row.writes == 0:
            try:
                await self._watched.insert_one({"_id": row.id, **written})
            except DuplicateKeyError:
                return None
        else:
            expected = {"_id": row.id, "writes": row.writes}
            done = await self._watched.update_one(expected, {"$set": written})
            if not done.matched_count:
                return None
        return _watched({"_id": row.id, **written})

    async def delete(self, row: Watched) -> None:
        """Unless somebody wrote it meanwhile."""
        await self._watched.delete_one({"_id": row.id, "writes": row.writes})

    async def to_ask(
        self, now: datetime, without: Sequence[str], hosts: Sequence[str], limit: int
    ) -> list[Watched]:
        """Rows to ask for by `now`, the longest due first, but for those and those hosts."""
        query: Row = {"ask_at": {"$lte": now}}
        if without:
            query["_id"] = {"$nin": list(without)}
        if hosts:
            query["host"] = {"$nin": list(hosts)}
        found = self._watched.find(query, WITHOUT_CONTENT).sort("ask_at", 1).limit(limit)
        return [_watched(row) async for row in found]

    async def ended(self, now: datetime, limit: int) -> list[Watched]:
        """Rows that changed by themselves and whose host is not about to be asked."""
        query = {"ends_at": {"$gt": LONG_AGO, "$lte": now}, "ask_at": {"$gt": now}}
        found = self._watched.find(query, WITHOUT_CONTENT).sort("ends_at", 1).limit(limit)
        return [_watched(row) async for row in found]

    async def working(self, now: datetime, limit: int) -> list[Watched]:
        """Rows with verdicts to make anew."""
        query = {"work.look_at": {"$gt": LONG_AGO, "$lte": now}}
        found = self._watched.find(query, WITHOUT_CONTENT).sort("work.look_at", 1).limit(limit)
        return [_watched(row) async for row in found]

    async def postpone(self, host: str, until: datetime) -> None:
        """Ask a host that is away for nothing before `until`."""
        query = {"host": host, "ask_at": {"$lt": until}}
        await self._watched.update_many(query, {"$set": {"ask_at": until}})

    async def count(self) -> int:
        return int(await self._watched.estimated_document_count())

    async def late(self, now: datetime) -> timedelta:
        """How long the row has been due that waits the longest."""
        due = {"ask_at": {"$lte": now}}
        found = await self._watched.find_one(due, {"ask_at": 1}, sort=[("ask_at", 1)])
        return now - found["ask_at"] if found else timedelta(0)


def _row(row: Watched) -> Row:
    return {
        "schema_version": SCHEMA_VERSION,
        "url": row.url,
        "host": row.host,
        "revision": row.revision,
        "available": row.available,
        "digest": row.digest,
        "etag": row.etag,
        "modified": row.modified,
        "ttl_seconds": row.ttl.total_seconds() if row.ttl is not None else None,
        "turns": list(row.turns),
        "asked_at": row.asked_at,
        "fresh_until": row.fresh_until,
        "usable_until": row.usable_until,
        "ask_at": row.ask_at,
        "ends_at": row.ends_at,
        "failures": row.failures,
        "failure": row.failure,
        "work": _work_row(row.work) if row.work else None,
        "needed_until": row.needed_until,
    }


def _watched(row: Mapping[str, Any]) -> Watched:
    ttl = row["ttl_seconds"]
    return Watched(
        url=row["url"],
        writes=row["writes"],
        revision=row["revision"],
        available=row["available"],
        digest=row["digest"],
        etag=row["etag"],
        modified=row["modified"],
        ttl=None if ttl is None else timedelta(seconds=ttl),
        turns=tuple(row["turns"]),
        asked_at=row["asked_at"],
        fresh_until=row["fresh_until"],
        usable_until=row["usable_until"],
        ask_at=row["ask_at"],
        failures=row["failures"],
        failure=row["failure"],
        work=_work(row["work"]) if row["work"] else None,
        needed_until=row["needed_until"],
    )


def _work_row(work: Work) -> Row:
    indexes = None if work.indexes is None else list(work.indexes)
    return {"since": work.since, "indexes": indexes, "look_at": work.look_at}


def _work(row: Mapping[str, Any]) -> Work:
    indexes = None if row["indexes"] is None else tuple(row["indexes"])
    return Work(since=row["since"], indexes=indexes, look_at=row["look_at"])
