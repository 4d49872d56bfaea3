"""The tags of achievements in the registry's database, and which taxonomy they are from."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC
from typing import Any

from bson.int64 import Int64
from talent_kit.store import Session, Store
from talent_kit.versions import Version

from talent_registry.catalog import Achievement
from talent_registry.documents import SCHEMA_VERSION, achievement_of
from talent_registry.tags import SkillTag, SkillTags, TagState

COLLECTION, RELEASES = "skill_tags", "taxonomy_releases"
CURRENT = "current"


class TagStore:
    def __init__(self, store: Store) -> None:
        self._store = store
        db: Any = store.db
        self._tags = db[COLLECTION]
        self._releases = db[RELEASES]
        self._achievements = db["achievements"]

    async def prepare(self) -> None:
        """Collections and indexes: a step of the migration."""
        await self._store.ensure_collections(COLLECTION, RELEASES)
        await self._tags.create_index("org_id")
        await self._achievements.create_index("tagged_with")

    async def get(self, key: str, session: Session | None = None) -> SkillTags | None:
        found = await self._tags.find_one({"_id": key}, session=session)
        return _tags(found) if found else None

    async def put(self, session: Session, tags: SkillTags) -> SkillTags:
        """With its version raised."""
        version = tags.version.next(self._store.epoch)
        document = {
            "schema_version": SCHEMA_VERSION,
            "org_id": tags.org_id,
            "achievement_id": tags.achievement_id,
            "achievement_version": tags.achievement_version,
            "tags": [asdict(one) for one in tags.tags],
            "taxonomy": tags.taxonomy,
            "version": Int64(version.packed),
        }
        await self._tags.replace_one({"_id": tags.key}, document, upsert=True, session=session)
        mark = {"$set": {"tagged_with": tags.taxonomy}}
        await self._achievements.update_one({"_id": tags.key}, mark, session=session)
        return _tags({"_id": tags.key, **document})

    async def untagged(self, taxonomy: str, limit: int) -> list[Achievement]:
        """Achievements that this version of the taxonomy has not been over yet."""
        found = self._achievements.find({"tagged_with": {"$ne": taxonomy}}).limit(limit)
        return [achievement_of(row) async for row in found]

    async def released(self, session: Session, taxonomy: str) -> Version | None:
        """The version of the release's event; None where this taxonomy was announced last."""
        found = await self._releases.find_one({"_id": CURRENT}, session=session)
        if found is not None and found["taxonomy"] == taxonomy:
            return None
        before = Version.from_packed(found["version"]) if found else Version(0, 0)
        version = before.next(self._store.epoch)
        document = {
            "schema_version": SCHEMA_VERSION,
            "org_id": "",
            "taxonomy": taxonomy,
            "version": Int64(version.packed),
        }
        await self._releases.replace_one({"_id": CURRENT}, document, upsert=True, session=session)
        return version

    async def raise_release(self, session: Session) -> tuple[str, Version] | None:
        """The taxonomy that was announced last, with the version of its event raised."""
        found = await self._releases.find_one({"_id": CURRENT}, session=session)
        if found is None:
            return None
        version = Version.from_packed(found["version"]).next(self._store.epoch)
        change = {"$set": {"version": Int64(version.packed)}}
        await self._releases.update_one({"_id": CURRENT}, change, session=session)
        return found["taxonomy"], version

    async def raise_tags(self, session: Session, after: str, limit: int) -> Sequence[SkillTags]:
        """The next ones by key, each with its version raised."""
        rows = self._tags.find({"_id": {"$gt": after}}, session=session).sort("_id", 1)
        found = [_tags(row) for row in await rows.limit(limit).to_list(limit)]
        return [await self.put(session, one) for one in found]


def _tags(row: dict[str, Any]) -> SkillTags:
    return SkillTags(
        achievement_id=row["achievement_id"],
        achievement_version=row["achievement_version"],
        org_id=row["org_id"],
        tags=tuple(_tag(one) for one in row["tags"]),
        taxonomy=row["taxonomy"],
        version=Version.from_packed(row["version"]),
    )


def _tag(row: dict[str, Any]) -> SkillTag:
    at = row["decided_at"]
    return SkillTag(
        **{
            **row,
            "state": TagState(row["state"]),
            "decided_at": at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at,
        }
    )
