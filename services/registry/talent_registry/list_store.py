"""The status lists in the database, and the positions that are still free."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson.binary import Binary
from bson.int64 import Int64
from pymongo import ReturnDocument
from talent_kit.store import Session, Store
from talent_kit.versions import Version

from talent_registry.documents import SCHEMA_VERSION
from talent_registry.model import ListId, OrgId, Purpose
from talent_registry.permutation import ENTRIES
from talent_registry.store import RegistryStore, Taken


@dataclass(frozen=True)
class ListPair:
    """The two status lists of an organization that are being filled."""

    number: int
    key: bytes  # of the permutation
    revocation_list_id: ListId
    suspension_list_id: ListId


@dataclass(frozen=True)
class Block:
    """Positions of a pair that this process alone hands out."""

    pair: ListPair
    start: int
    end: int


@dataclass(frozen=True)
class StatusListState:
    list_id: ListId
    org_id: OrgId
    purpose: Purpose
    created_at: datetime
    version: Version
    bits: bytes


class StatusListStore:
    def __init__(self, store: Store, registry: RegistryStore) -> None:
        self._store = store
        self._registry = registry
        db: Any = store.db
        self._pairs = db["status_pairs"]
        self._lists = db["status_lists"]

    async def prepare(self) -> None:
        """Collections and indexes: a migration."""
        await self._store.ensure_collections("status_pairs", "status_lists")
        await self._pairs.create_index([("org_id", 1), ("number", -1)])

    async def reserve(self, org_id: OrgId, size: int) -> Block | None:
        """The next positions of the organization's present pair; None when it is full or missing.

        Outside of any transaction: a block that is never used costs positions and nothing else.
        """
        row = await self._pairs.find_one_and_update(
            {"org_id": org_id, "next_position": {"$lt": ENTRIES}},
            {"$inc": {"next_position": size}},
            sort=[("number", -1)],
            return_document=ReturnDocument.BEFORE,
        )
        if row is None:
            return None
        pair = ListPair(
            number=row["number"],
            key=bytes(row["key"]),
            revocation_list_id=ListId(row["revocation_list_id"]),
            suspension_list_id=ListId(row["suspension_list_id"]),
        )
        start = int(row["next_position"])
        return Block(pair, start, min(start + size, ENTRIES))

    async def last_pair_number(self, org_id: OrgId) -> int:
        found = await self._pairs.find_one({"org_id": org_id}, sort=[("number", -1)])
        return int(found["number"]) if found else 0

    async def add_pair(self, org_id: OrgId, pair: ListPair, empty: bytes, now: datetime) -> None:
        """A new pair of lists, unless another process made the same one."""

        async def work(session: Session) -> None:
            await self._pairs.insert_one(
                {
                    "_id": f"{org_id}/{pair.number}",
                    "schema_version": SCHEMA_VERSION,
                    "org_id": org_id,
                    "number": pair.number,
                    "key": Binary(pair.key),
                    "revocation_list_id": pair.revocation_list_id,
                    "suspension_list_id": pair.suspension_list_id,
                    "next_position": 0,
                },
                session=session,
            )
            lists = {
                pair.revocation_list_id: Purpose.REVOCATION,
                pair.suspension_list_id: Purpose.SUSPENSION,
            }
            await self._lists.insert_many(
                [
                    {
                        "_id": list_id,
                        "schema_version": SCHEMA_VERSION,
                        "org_id": org_id,
                        "purpose": purpose.value,
                        "created_at": now,
                        "version": Int64(Version(self._store.epoch, 1).packed),
                        "bits": Binary(empty),
                    }
                    for list_id, purpose in lists.items()
                ],
                session=session,
            )

        try:
            await self._registry.transact(work)
        except Taken:
            return

    async def status_list(
        self, list_id: str, session: Session | None = None
    ) -> StatusListState | None:
        row = await self._lists.find_one({"_id": list_id}, session=session)
        if row is None:
            return None
        return StatusListState(
            list_id=ListId(row["_id"]),
            org_id=OrgId(row["org_id"]),
            purpose=Purpose(row["purpose"]),
            created_at=row["created_at"],
            version=Version.from_packed(row["version"]),
            bits=bytes(row["bits"]),
        )

    async def status_list_version(self, list_id: str) -> Version | None:
        row = await self._lists.find_one({"_id": list_id}, {"version": 1})
        return Version.from_packed(row["version"]) if row else None

    async def put_bits(self, session: Session, state: StatusListState) -> None:
        changed = {"bits": Binary(state.bits), "version": Int64(state.version.packed)}
        await self._lists.update_one({"_id": state.list_id}, {"$set": changed}, session=session)
