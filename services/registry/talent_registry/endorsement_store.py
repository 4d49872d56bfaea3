"""Endorsements in the registry's database."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from bson.int64 import Int64
from talent_kit.store import Session, Store
from talent_kit.versions import Version

from talent_registry.documents import SCHEMA_VERSION, organization_of
from talent_registry.endorsements import Endorsement
from talent_registry.model import Organization, OrgId, VettingState

COLLECTION = "endorsements"


class EndorsementStore:
    def __init__(self, store: Store) -> None:
        self._store = store
        db: Any = store.db
        self._endorsements = db[COLLECTION]
        self._organizations = db["organizations"]

    @property
    def epoch(self) -> int:
        return self._store.epoch

    async def prepare(self) -> None:
        """Collection and indexes: a step of the migration."""
        await self._store.ensure_collections(COLLECTION)
        await self._endorsements.create_index([("achievement_id", 1), ("_id", 1)])
        await self._endorsements.create_index([("org_id", 1), ("_id", 1)])

    async def get(self, session: Session, key: str) -> Endorsement | None:
        found = await self._endorsements.find_one({"_id": key}, session=session)
        return _endorsement(found) if found else None

    async def count(self, session: Session, org_id: str) -> int:
        """How many of an organization stand."""
        wanted = {"org_id": org_id, "standing": True}
        return await self._endorsements.count_documents(wanted, session=session)

    async def put(self, session: Session, one: Endorsement) -> None:
        document = {
            "schema_version": SCHEMA_VERSION,
            "org_id": one.org_id,
            "achievement_id": one.achievement_id,
            "achievement_version": one.achievement_version,
            "standing": one.standing,
            "at": one.at,
            "version": Int64(one.version.packed),
        }
        await self._endorsements.replace_one(
            {"_id": one.key}, document, upsert=True, session=session
        )

    async def standing(
        self, achievement_id: str, version: str, org_id: str, after: str, limit: int
    ) -> list[Endorsement]:
        """Those that stand, by key; what is empty is not asked for."""
        asked = {
            "achievement_id": achievement_id,
            "achievement_version": version,
            "org_id": org_id,
        }
        wanted = {name: value for name, value in asked.items() if value}
        wanted |= {"standing": True, "_id": {"$gt": after}}
        found = self._endorsements.find(wanted).sort("_id", 1).limit(limit)
        return [_endorsement(row) async for row in found]

    async def endorsers(self, org_ids: Sequence[str]) -> dict[str, Organization]:
        """Of these organizations those that are not suspended."""
        wanted = {"_id": {"$in": list(org_ids)}}
        found = [organization_of(row) async for row in self._organizations.find(wanted)]
        return {one.org_id: one for one in found if one.vetting is VettingState.VETTED}

    async def raise_endorsements(
        self, session: Session, after: str, limit: int
    ) -> list[Endorsement]:
        """The next ones by key, each with its version raised."""
        rows = self._endorsements.find({"_id": {"$gt": after}}, session=session).sort("_id", 1)
        raised: list[Endorsement] = []
        for row in await rows.limit(limit).to_list(limit):
            version = Version.from_packed(row["version"]).next(self.epoch)
            one = _endorsement({**row, "version": version.packed})
            await self.put(session, one)
            raised.append(one)
        return raised


def _endorsement(row: dict[str, Any]) -> Endorsement:
    at = row["at"]
    return Endorsement(
        achievement_id=row["achievement_id"],
        achievement_version=row["achievement_version"],
        org_id=OrgId(row["org_id"]),
        standing=row["standing"],
        at=at.replace(tzinfo=UTC) if at.tzinfo is None else at,
        version=Version.from_packed(row["version"]),
    )
