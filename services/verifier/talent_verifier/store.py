"""The verifier's database. The only module here that knows it.

`credentials` holds the signed bytes, which are personal data; `verdicts` holds what is known of
each credential; `organizations` is a read model of the registry's catalog.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bson.binary import Binary
from bson.int64 import Int64
from pymongo import ReplaceOne
from talent_kit.store import Session, Store
from talent_kit.versions import Version
from talent_vc import Check, Outcome, Overall

from talent_verifier.model import (
    Issuer,
    IssuerTrust,
    Organization,
    Standing,
    ValidatorType,
    Verdict,
    Vetting,
)

SCHEMA_VERSION = 1
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


class VerifierStore:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._credentials: Any = store.db["credentials"]
        self._verdicts: Any = store.db["verdicts"]
        self._organizations: Any = store.db["organizations"]

    @property
    def epoch(self) -> int:
        return self._store.epoch

    async def prepare(self) -> None:
        """Collections and indexes: part of the migration."""
        await self._store.ensure_collections("credentials", "verdicts", "organizations")
        await self._credentials.create_index([("org_id", 1)])
        await self._verdicts.create_index([("org_id", 1)])
        await self._verdicts.create_index([("due_at", 1)])
        await self._verdicts.create_index([("issuer.did", 1), ("_id", 1)])
        await self._organizations.create_index([("did", 1)])

    async def standings(
        self, credential_ids: Iterable[str], session: Session | None = None
    ) -> dict[str, Standing]:
        query = {"_id": {"$in": list(credential_ids)}}
        return {
            row["_id"]: _standing(row) async for row in self._verdicts.find(query, session=session)
        }

    async def contents(self, credential_ids: Iterable[str]) -> dict[str, bytes]:
        """The signed bytes of credentials."""
        query = {"_id": {"$in": list(credential_ids)}}
        return {row["_id"]: bytes(row["credential"]) async for row in self._credentials.find(query)}

    async def write(
        self, session: Session, standings: Sequence[Standing], contents: Mapping[str, bytes]
    ) -> None:
        """Store standings, and the bytes of those that were published now."""
        if standings:
            await self._verdicts.bulk_write(
                [ReplaceOne({"_id": s.credential_id}, _row(s), upsert=True) for s in standings],
                session=session,
            )
        published = [
            ReplaceOne(
                {"_id": standing.credential_id},
                {
                    "schema_version": SCHEMA_VERSION,
                    "org_id": standing.org_id,
                    "credential": Binary(contents[standing.credential_id]),
                },
                upsert=True,
            )
            for standing in standings
            if standing.credential_id in contents
        ]
        if published:
            await self._credentials.bulk_write(published, session=session)

    async def due(self, now: datetime, limit: int) -> list[str]:
        """Ids of credentials to look at again by `now`, the longest due first."""
        found = self._verdicts.find({"due_at": {"$gt": LONG_AGO, "$lte": now}}, {"_id": 1})
        return [row["_id"] async for row in found.sort("due_at", 1).limit(limit)]

    async def next_due(self) -> datetime | None:
        found = await self._verdicts.find_one(
            {"due_at": {"$gt": LONG_AGO}}, {"due_at": 1}, sort=[("due_at", 1)]
        )
        return found["due_at"] if found else None

    async def judged_ids(self, after: str, limit: int) -> list[str]:
        """Ids of credentials with a verdict, in order, those after `after`."""
        query = {"_id": {"$gt": after}, "version": {"$ne": None}}
        found = self._verdicts.find(query, {"_id": 1}).sort("_id", 1).limit(limit)
        return [row["_id"] async for row in found]

    async def ids_with_another_issuer(self, issuer: Issuer, after: str, limit: int) -> list[str]:
        """Ids of credentials by the DID of `issuer` whose verdict says something else of it."""
        row = _issuer_row(issuer)
        query: Row = {"issuer.did": row.pop("did"), "_id": {"$gt": after}}
        query["$or"] = [{f"issuer.{name}": {"$ne": value}} for name, value in row.items()]
        found = self._verdicts.find(query, {"_id": 1}).sort("_id", 1).limit(limit)
        return [row["_id"] async for row in found]

    async def organizations(self, dids: Iterable[str]) -> dict[str, Organization]:
        """Organizations by DID."""
        query = {"did": {"$in": list(set(dids))}}
        return {row["did"]: _organization(row) async for row in self._organizations.find(query)}

    async def put_organization(
        self, session: Session, organization: Organization, version: Version
    ) -> None:
        """Store what the registry says, unless something newer is known."""
        there = await self._organizations.find_one({"_id": organization.org_id}, session=session)
        if there and int(there["version"]) >= version.packed:
            return
        row = {
            "schema_version": SCHEMA_VERSION,
            "org_id": organization.org_id,
            "version": Int64(version.packed),
            "did": organization.did,
            "name": organization.name,
            "type": organization.type.value,
            "vetting": organization.vetting.value,
        }
        await self._organizations.replace_one(
            {"_id": organization.org_id}, row, upsert=True, session=session
        )

    async def ping(self) -> None:
        await self._store.ping()


def _row(standing: Standing) -> Row:
    verdict = standing.verdict
    row: Row = {
        "schema_version": SCHEMA_VERSION,
        "org_id": standing.org_id,
        "revision": standing.revision,
        "published_version": _packed(standing.published),
        "status_version": _packed(standing.status),
        # URLs hold dots, so they are no field names.
        "lists": [{"url": url, "version": n} for url, n in standing.list_versions.items()],
        "version": _packed(standing.version),
        "look_again_at": standing.look_again_at,
        "tries": standing.tries,
        "due_at": _due_at(standing),
    }
    if verdict:
        row |= {
            "digest": verdict.digest,
            "outcome": verdict.outcome.value,
            "checks": [_check_row(check) for check in verdict.checks],
            "issuer": _issuer_row(verdict.issuer),
            "verified_at": verdict.verified_at,
            "next_change": verdict.next_change,
        }
    return row


def _standing(row: Row) -> Standing:
    return Standing(
        credential_id=row["_id"],
        org_id=row["org_id"],
        revision=row["revision"],
        published=_version(row["published_version"]),
        status=_version(row["status_version"]),
        list_versions={entry["url"]: int(entry["version"]) for entry in row["lists"]},
        version=_version(row["version"]),
        verdict=_verdict(row) if "outcome" in row else None,
        look_again_at=row["look_again_at"],
        tries=row["tries"],
    )


def _due_at(standing: Standing) -> datetime | None:
    """The earliest instant to look again, never before it: dates are stored by the millisecond."""
    change = standing.verdict.next_change if standing.verdict else None
    instants = [at for at in (change, standing.look_again_at) if at]
    if not instants:
        return None
    first = min(instants)
    return first + timedelta(microseconds=-first.microsecond % 1000)


def _verdict(row: Row) -> Verdict:
    return Verdict(
        digest=row["digest"],
        outcome=Overall(row["outcome"]),
        checks=tuple(_check(check) for check in row["checks"]),
        issuer=_issuer(row["issuer"]),
        verified_at=row["verified_at"],
        next_change=row["next_change"],
    )


def _check_row(check: Check) -> Row:
    return {
        "code": check.code,
        "outcome": check.outcome.value,
        "arguments": dict(check.arguments),
        "about": check.about,
    }


def _check(row: Row) -> Check:
    return Check(row["code"], Outcome(row["outcome"]), row["arguments"], row["about"])


def _issuer_row(issuer: Issuer) -> Row:
    return {
        "did": issuer.did,
        "org_id": issuer.org_id,
        "name": issuer.name,
        "type": issuer.type.value,
        "trust": issuer.trust.value,
    }


def _issuer(row: Row) -> Issuer:
    trust = IssuerTrust(row["trust"])
    return Issuer(row["did"], row["org_id"], row["name"], ValidatorType(row["type"]), trust)


def _organization(row: Row) -> Organization:
    return Organization(
        org_id=row["org_id"],
        did=row["did"],
        name=row["name"],
        type=ValidatorType(row["type"]),
        vetting=Vetting(row["vetting"]),
    )


def _packed(version: Version | None) -> Int64 | None:
    return None if version is None else Int64(version.packed)


def _version(packed: int | None) -> Version | None:
    return None if packed is None else Version.from_packed(int(packed))
