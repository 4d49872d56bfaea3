"""The audit log: append-only, hash-chained, pseudonymous.

Entries are stored in the transaction of what they record, all of one transaction in one document.
One leased sealer per service gives them their sequence and hash afterwards, so writers never wait
for each other.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from talent_kit.clock import Clock
from talent_kit.events import Acting
from talent_kit.ids import uuid7
from talent_kit.leases import Lease
from talent_kit.store import META, Session, Store
from talent_kit.waiting import until

COLLECTION = "audit"
HEAD = "audit_head"
BATCH = 200  # documents sealed at once
SEAL_EVERY = 1.0
START = "0" * 64
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class AuditEntry:
    """What happened, in codes. `subject_pseudonym`: the person concerned, never by name."""

    action: str
    actor: Acting
    subject_pseudonym: str = ""
    object_id: str = ""
    details: Mapping[str, str] = field(default_factory=dict[str, str])


class ChainBroken(Exception):
    """The log was changed after it was sealed."""


class Audit:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._collection: Any = store.db[COLLECTION]
        self._meta: Any = store.db[META]

    async def prepare(self) -> None:
        """Make collection and indexes: part of a service's migration."""
        await self._store.ensure_collections(COLLECTION, META)
        await self._collection.create_index([("sequence", 1), ("_id", 1)])
        await self._collection.create_index("entries.subject")
        await self._collection.create_index("entries.object_id")

    async def append(self, session: Session | None, *entries: AuditEntry) -> None:
        """Record entries in the caller's transaction. Without one, for reads, at once."""
        if not entries:
            return
        # The database keeps milliseconds; the hash must not see more than it.
        now = self._clock.now()
        document = {
            "_id": uuid7(),
            "schema_version": 1,
            "recorded_at": now.replace(microsecond=now.microsecond // 1000 * 1000),
            "entries": [_stated(entry) for entry in entries],
            "sequence": None,  # of its first entry, once it is sealed
        }
        await self._collection.insert_one(document, session=session)

    async def run(self, stop: asyncio.Event) -> None:
        """The sealer: chains new entries until `stop`, while this replica has the lease."""

        async def seal_often(epoch: int, ended: asyncio.Event) -> None:
            while not ended.is_set():
                try:
                    if await self.seal() == BATCH:
                        continue
                except PyMongoError as error:
                    logger.warning("the audit log waits to be sealed: %s", type(error).__name__)
                await until(ended, SEAL_EVERY)

        await Lease(self._store, "audit-sealer").hold(stop, seal_often)

    async def seal(self) -> int:
        """Chain what waits, at most a batch of documents; how many those were."""
        if await self._collection.find_one({"sequence": None}, {"_id": 1}) is None:
            return 0
        return await self._store.transact(self._seal)

    async def _seal(self, session: Session) -> int:
        head: Any = await self._meta.find_one({"_id": HEAD}, session=session)
        sequence = int(head["sequence"]) if head else 0
        previous = str(head["hash"]) if head else START
        found = self._collection.find({"sequence": None}, session=session)
        updates: list[UpdateOne] = []
        for row in await found.sort([("_id", 1)]).limit(BATCH).to_list(BATCH):
            sealed = {"sequence": sequence + 1, "previous_hash": previous}
            for entry in _chained({**row, **sealed}):
                sequence, previous = entry["sequence"], entry["hash"]
            updates.append(UpdateOne({"_id": row["_id"]}, {"$set": {**sealed, "hash": previous}}))
        if updates:
            await self._collection.bulk_write(updates, ordered=False, session=session)
            # Two sealers at once would meet here, and one of them runs again.
            await self._meta.update_one(
                {"_id": HEAD},
                {"$set": {"sequence": sequence, "hash": previous}},
                upsert=True,
                session=session,
            )
        return len(updates)

    async def verify_chain(self) -> int:
        """Check every sealed entry; how many there are. Raises ChainBroken."""
        head: Any = await self._meta.find_one({"_id": HEAD})
        reached = head is None
        sequence, previous = 0, START
        async for row in self._sealed({}, 0):
            first = sequence + 1
            sound = row["sequence"] == first and row["previous_hash"] == previous
            for entry in _chained(row):
                sequence, previous = entry["sequence"], entry["hash"]
            if not sound or row["hash"] != previous:
                raise ChainBroken(f"what was sealed from entry {first} on is not there as it was")
            # More may be sealed while this goes on.
            reached = reached or (sequence, previous) == (int(head["sequence"]), str(head["hash"]))
        if not reached:
            raise ChainBroken(f"entries after {sequence} are missing")
        return sequence

    async def read(
        self, *, subject: str = "", object_id: str = "", after: int = 0, limit: int = 100
    ) -> list[dict[str, Any]]:
        """Sealed entries in order, after a sequence number: for the agency."""
        wanted = {
            name: value for name, value in (("subject", subject), ("object_id", object_id)) if value
        }
        found: list[dict[str, Any]] = []
        async for row in self._sealed(wanted, after):
            for entry in _chained(row):
                if entry["sequence"] > after and wanted.items() <= entry.items():
                    found.append(entry)
                    if len(found) == limit:
                        return found
        return found

    async def _sealed(self, wanted: dict[str, str], after: int) -> AsyncIterator[dict[str, Any]]:
        """Documents in order, from that of the entry after a sequence number on."""
        holding: Any = await self._collection.find_one(
            {"sequence": {"$lte": after}}, {"sequence": 1}, sort=[("sequence", -1)]
        )
        query: dict[str, Any] = {"sequence": {"$gte": holding["sequence"] if holding else 1}}
        query |= {f"entries.{name}": value for name, value in wanted.items()}
        async for row in self._collection.find(query).sort([("sequence", 1)]):
            yield row


def _stated(entry: AuditEntry) -> dict[str, Any]:
    actor = entry.actor
    return {
        "org_id": actor.org_id,
        "action": entry.action,
        "actor_id": actor.subject,
        "actor_roles": sorted(str(role) for role in actor.roles),
        "on_behalf_of": actor.on_behalf_of,
        "subject": entry.subject_pseudonym,
        "object_id": entry.object_id,
        "details": dict(entry.details),
    }


def _chained(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The entries of a document that has its first sequence number, each with its hash."""
    previous = str(row["previous_hash"])
    for sequence, stated in enumerate(row["entries"], int(row["sequence"])):
        entry = {**stated, "recorded_at": row["recorded_at"], "sequence": sequence}
        digest = _hash(entry, previous)
        yield {**entry, "previous_hash": previous, "hash": digest}
        previous = digest


def _hash(entry: Mapping[str, Any], previous: str) -> str:
    stated = {**entry, "recorded_at": entry["recorded_at"].astimezone(UTC).isoformat()}
    text = json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous} {text}".encode()).hexdigest()
