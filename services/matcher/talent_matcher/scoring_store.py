"""What scoring goes by, in the matcher's database: tables of weights, and whom employers trust."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bson.binary import Binary
from bson.int64 import Int64
from talent_kit.migrate import Step
from talent_kit.store import Session, Store
from talent_kit.versions import Version
from talent_proto.events.v1 import scoring_pb2

WEIGHTS, TRUSTED = "weights", "trusted_validators"
IN_FORCE = "in force"  # no name of a version has a space


@dataclass(frozen=True)
class StoredWeights:
    table: scoring_pb2.WeightsTable
    adopted_at: datetime


@dataclass(frozen=True)
class Trusted:
    """Whom one employer trusts more."""

    org_id: str
    validators: tuple[str, ...]
    version: Version

    @property
    def etag(self) -> str:
        return str(self.version) if self.version.n else ""


class ScoringStore:
    def __init__(self, store: Store) -> None:
        self._store = store
        db: Any = store.db
        self._weights = db[WEIGHTS]
        self._trusted = db[TRUSTED]

    @property
    def epoch(self) -> int:
        return self._store.epoch

    def steps(self) -> list[Step]:
        return [Step("matcher-3-scoring", self.prepare)]

    async def prepare(self) -> None:
        await self._store.ensure_collections(WEIGHTS, TRUSTED)
        await self._weights.create_index([("order", -1)])

    # Weights

    async def in_force(self, session: Session | None = None) -> tuple[str, Version]:
        """The name of the version that was adopted last, "" before there is one, and the version
        of its event."""
        found = await self._weights.find_one({"_id": IN_FORCE}, session=session)
        if found is None:
            return "", Version(0, 0)
        return found["name"], Version.from_packed(found["version"])

    async def weights(self, name: str, session: Session | None = None) -> StoredWeights | None:
        wanted = {"_id": name, "order": {"$exists": True}}
        found = await self._weights.find_one(wanted, session=session)
        return _weights(found) if found else None

    async def put_in_force(self, session: Session, name: str, version: Version) -> None:
        document = {"schema_version": 1, "name": name, "version": Int64(version.packed)}
        await self._weights.replace_one({"_id": IN_FORCE}, document, upsert=True, session=session)

    async def add_weights(self, session: Session, stored: StoredWeights, version: Version) -> None:
        await self._weights.insert_one(
            {
                "_id": stored.table.version,
                "schema_version": 1,
                "org_id": "",
                "order": Int64(version.packed),
                "table": Binary(stored.table.SerializeToString(deterministic=True)),
                "adopted_at": stored.adopted_at,
            },
            session=session,
        )
        await self.put_in_force(session, stored.table.version, version)

    async def before(self, until: datetime) -> StoredWeights | None:
        """The table that was in force just before an instant; None where it was the first."""
        found = self._weights.find({"adopted_at": {"$lt": until}}).sort("order", -1)
        return next((_weights(row) for row in await found.to_list(1)), None)

    async def earlier(self, before: int, limit: int) -> list[tuple[int, StoredWeights]]:
        """The tables that were ever in force, the last one first, each with its place."""
        found = self._weights.find({"order": {"$lt": Int64(before)}}).sort("order", -1)
        return [(int(row["order"]), _weights(row)) async for row in found.limit(limit)]

    # Whom employers trust

    async def trusted(self, org_id: str, session: Session | None = None) -> Trusted:
        found = await self._trusted.find_one({"_id": org_id}, session=session)
        return _trusted(found) if found else Trusted(org_id, (), Version(0, 0))

    async def put_trusted(self, session: Session, one: Trusted) -> None:
        document = {
            "schema_version": 1,
            "org_id": one.org_id,
            "validators": list(one.validators),
            "version": Int64(one.version.packed),
        }
        await self._trusted.replace_one({"_id": one.org_id}, document, upsert=True, session=session)

    async def trusting(self, after: str, limit: int) -> Sequence[str]:
        found = self._trusted.find({"_id": {"$gt": after}}, {"_id": 1}).sort("_id", 1).limit(limit)
        return [row["_id"] async for row in found]


def _weights(row: dict[str, Any]) -> StoredWeights:
    table = scoring_pb2.WeightsTable.FromString(row["table"])
    return StoredWeights(table, row["adopted_at"].replace(tzinfo=UTC))


def _trusted(row: dict[str, Any]) -> Trusted:
    validators = tuple(row["validators"])
    return Trusted(row["_id"], validators, Version.from_packed(row["version"]))
