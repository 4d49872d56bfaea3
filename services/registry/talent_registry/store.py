"""The registry's database: with `list_store`, the only module that knows its collections.

Writes take the session of a transaction; reads that decide a write take it too.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bson.binary import Binary
from bson.int64 import Int64
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError
from talent_kit.errors import Problem, Reason
from talent_kit.outbox import Outbox
from talent_kit.store import DUPLICATE_KEY, Session, Store
from talent_kit.versions import Version

from talent_registry.catalog import Achievement
from talent_registry.documents import (
    SCHEMA_VERSION,
    achievement_document,
    achievement_of,
    credential_document,
    credential_of,
    key_document,
    key_of,
    organization_document,
    organization_of,
)
from talent_registry.keys import SealedKey
from talent_registry.model import Credential, CredentialId, Organization, OrgId

COLLECTIONS = (
    "organizations",
    "signing_keys",
    "achievements",
    "credentials",
    "requests",
)
CONFLICTS = 5
T = TypeVar("T")
WITHOUT_CONTENT = {"content": 0}


class Taken(Exception):
    """Somebody else has just stored something under the same key."""


@dataclass(frozen=True)
class Stored:
    """What a repeat of a credential is held against."""

    credential_id: CredentialId
    email_hmac: str


@dataclass(frozen=True)
class Request:
    """A write by its caller's own id. `digest` is of everything that was asked."""

    org_id: OrgId
    request_id: str
    digest: str

    @property
    def key(self) -> str:
        return f"{self.org_id}/{self.request_id}"


@dataclass(frozen=True)
class Answered:
    """A request that has been done: what came of it."""

    digest: str
    object_id: str

    def repeated(self, request: Request) -> str:
        """The object of a repeated request. Raises ALREADY_EXISTS when it asks something else."""
        if self.digest != request.digest:
            raise Problem(Reason.ALREADY_EXISTS, field="request_id", what="request_id")
        return self.object_id


class RegistryStore:
    def __init__(self, store: Store, outbox: Outbox) -> None:
        self._store = store
        self._outbox = outbox
        db: Any = store.db
        self._organizations = db["organizations"]
        self._keys = db["signing_keys"]
        self._achievements = db["achievements"]
        self._credentials = db["credentials"]
        self._requests = db["requests"]

    @property
    def epoch(self) -> int:
        return self._store.epoch

    async def prepare(self) -> None:
        """Collections and indexes: the first migration."""
        await self._store.ensure_collections(*COLLECTIONS)
        await self._organizations.create_index("did", unique=True)
        await self._keys.create_index("kek_id")
        await self._achievements.create_index([("org_id", 1), ("order", 1)])
        await self._achievements.create_index([("achievement_id", 1), ("order", -1)])
        await self._achievements.create_index("order")
        await self._credentials.create_index([("org_id", 1), ("_id", 1)])
        await self._credentials.create_index([("org_id", 1), ("digest", 1)], unique=True)

    async def transact(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """One transaction; afterwards the relay is told. Raises Taken."""
        try:
            return await self._outbox.transact(work)
        except DuplicateKeyError:
            raise Taken from None
        except BulkWriteError as error:
            if _is_duplicate(error):
                raise Taken from None
            raise

    # Requests

    async def once(self, request: Request, work: Callable[[Session], Awaitable[str]]) -> str:
        """Do a write once: `work` gives the id of its object, also to every repetition."""

        async def attempt(session: Session) -> str:
            found = await self._requests.find_one({"_id": request.key}, session=session)
            if found is not None:
                return Answered(found["digest"], found["object_id"]).repeated(request)
            object_id = await work(session)
            await self.remember(session, {request: object_id})
            return object_id

        for _ in range(CONFLICTS):
            try:
                return await self.transact(attempt)
            except Taken:
                continue  # the same request, or the same object, was faster: look again
        raise Problem(Reason.UNAVAILABLE, what="the database")

    async def answered(self, keys: Iterable[str]) -> dict[str, Answered]:
        found = self._requests.find({"_id": {"$in": list(keys)}})
        return {row["_id"]: Answered(row["digest"], row["object_id"]) async for row in found}

    async def remember(self, session: Session, objects: Mapping[Request, str]) -> None:
        documents = [
            {
                "_id": request.key,
                "schema_version": SCHEMA_VERSION,
                "org_id": request.org_id,
                "digest": request.digest,
                "object_id": object_id,
            }
            for request, object_id in objects.items()
        ]
        await self._requests.insert_many(documents, session=session)

    # Organizations and keys

    async def organization(
        self, org_id: str, session: Session | None = None
    ) -> Organization | None:
        found = await self._organizations.find_one({"_id": org_id}, session=session)
        return organization_of(found) if found else None

    async def did_taken(self, session: Session, did: str) -> bool:
        return await self._organizations.find_one({"did": did}, session=session) is not None

    async def put_organization(self, session: Session, organization: Organization) -> None:
        document = organization_document(organization)
        await self._organizations.replace_one(
            {"_id": organization.org_id}, document, upsert=True, session=session
        )

    async def organizations(self, after: str, limit: int) -> list[Organization]:
        found = self._organizations.find({"_id": {"$gt": after}}).sort("_id", 1).limit(limit)
        return [organization_of(row) async for row in found]

    async def add_key(self, session: Session, org_id: OrgId, key: SealedKey) -> None:
        await self._keys.insert_one(key_document(org_id, key), session=session)

    async def key(self, key_id: str) -> SealedKey | None:
        found = await self._keys.find_one({"_id": key_id})
        return key_of(found) if found else None

    async def keys_not_under(self, kek_id: str, limit: int) -> list[SealedKey]:
        found = self._keys.find({"kek_id": {"$ne": kek_id}}).limit(limit)
        return [key_of(row) async for row in found]

    async def put_rewrapped(self, key: SealedKey) -> None:
        changed = {"kek_id": key.kek_id, "wrapped": Binary(key.wrapped)}
        await self._keys.update_one({"_id": key.key_id}, {"$set": changed})

    # Achievements

    async def achievement(
        self, achievement_id: str, version: str = "", session: Session | None = None
    ) -> Achievement | None:
        """One version, or the newest."""
        wanted = {"achievement_id": achievement_id}
        if version:
            wanted["achievement_version"] = version
        found = await self._achievements.find_one(wanted, sort=[("order", -1)], session=session)
        return achievement_of(found) if found else None

    async def add_achievement(self, session: Session, achievement: Achievement) -> None:
        await self._achievements.insert_one(achievement_document(achievement), session=session)

    async def achievements(self, org_id: str, after: str, limit: int) -> list[Achievement]:
        wanted: dict[str, Any] = {"order": {"$gt": after}}
        if org_id:
            wanted["org_id"] = org_id
        found = self._achievements.find(wanted).sort("order", 1).limit(limit)
        return [achievement_of(row) async for row in found]

    # Credentials

    async def add_credentials(self, session: Session, credentials: Sequence[Credential]) -> None:
        documents = [credential_document(credential) for credential in credentials]
        await self._credentials.insert_many(documents, session=session)

    async def credential(
        self, credential_id: str, session: Session | None = None
    ) -> Credential | None:
        found = await self._credentials.find_one({"_id": credential_id}, session=session)
        return credential_of(found) if found else None

    async def by_digest(
        self, contents: Iterable[tuple[OrgId, str]]
    ) -> dict[tuple[OrgId, str], Stored]:
        """The credentials that organizations have with these digests."""
        by_org: dict[OrgId, list[str]] = {}
        for org_id, digest in contents:
            by_org.setdefault(org_id, []).append(digest)
        known: dict[tuple[OrgId, str], Stored] = {}
        shown = {"digest": 1, "facts.recipient.email_hmac": 1}
        for org_id, digests in by_org.items():
            wanted = {"org_id": org_id, "digest": {"$in": digests}}
            async for row in self._credentials.find(wanted, shown):
                email_hmac = row["facts"]["recipient"]["email_hmac"]
                known[org_id, row["digest"]] = Stored(CredentialId(row["_id"]), email_hmac)
        return known

    async def digests(self, credential_ids: Iterable[str]) -> dict[str, str]:
        """The digest of each credential that there is."""
        found = self._credentials.find({"_id": {"$in": list(credential_ids)}}, {"digest": 1})
        return {row["_id"]: row["digest"] async for row in found}

    async def credentials(self, org_id: OrgId, after: str, limit: int) -> list[Credential]:
        """Without their content."""
        wanted = {"org_id": org_id, "_id": {"$gt": after}}
        found = self._credentials.find(wanted, WITHOUT_CONTENT).sort("_id", 1).limit(limit)
        return [credential_of(row) async for row in found]

    async def put_status(self, session: Session, credential: Credential) -> None:
        changed = {
            "status": credential.status.value,
            "version": Int64(credential.version.packed),
        }
        await self._credentials.update_one(
            {"_id": credential.credential_id}, {"$set": changed}, session=session
        )

    # Announcing again

    async def raise_organizations(
        self, session: Session, after: str, limit: int
    ) -> list[Organization]:
        rows = await self._raise(session, self._organizations, "_id", after, limit)
        return [organization_of(row) for row in rows]

    async def raise_achievements(
        self, session: Session, after: str, limit: int
    ) -> list[Achievement]:
        rows = await self._raise(session, self._achievements, "order", after, limit)
        return [achievement_of(row) for row in rows]

    async def raise_credentials(self, session: Session, after: str, limit: int) -> list[Credential]:
        rows = await self._raise(session, self._credentials, "_id", after, limit)
        return [credential_of(row) for row in rows]

    async def _raise(
        self, session: Session, collection: Any, order: str, after: str, limit: int
    ) -> list[dict[str, Any]]:
        """The next documents, each with its version raised in the same transaction."""
        found = collection.find({order: {"$gt": after}}, session=session).sort(order, 1)
        rows: list[dict[str, Any]] = await found.limit(limit).to_list(limit)
        updates: list[UpdateOne] = []
        for row in rows:
            version = Version.from_packed(row["version"]).next(self.epoch)
            row["version"] = Int64(version.packed)
            updates.append(UpdateOne({"_id": row["_id"]}, {"$set": {"version": row["version"]}}))
        if updates:
            await collection.bulk_write(updates, ordered=False, session=session)
        return rows


def _is_duplicate(error: BulkWriteError) -> bool:
    failures: Any = (error.details or {}).get("writeErrors", [])
    return any(failure["code"] == DUPLICATE_KEY for failure in failures)
