"""The verifier's database. The only module here that knows it.

`standings` holds all that is known of each credential in one document: its signed bytes, which
are personal data, the verdict, and the instant to look again.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import talent_vc
from bson.int64 import Int64
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError
from talent_kit.store import Session, Store
from talent_kit.versions import Version
from talent_vc import Check, Outcome, Overall, Part

from talent_verifier.messages import Shared, checks_of
from talent_verifier.model import (
    Issuer,
    IssuerTrust,
    Standing,
    ValidatorType,
    Verdict,
)

SCHEMA_VERSION = 2  # 1 knew no watched documents
DUPLICATE_KEY = 11000
AT_ONCE = 100  # ids in one query: a long list is slow to match in the local database
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
OUTCOMES = {outcome: outcome.value for outcome in Outcome}  # plain texts
Row = dict[str, Any]


class ChangedMeanwhile(Exception):
    """Another writer was faster. Nothing is stored; read again."""


@dataclass(frozen=True)
class Kept:
    """What is stored of a credential; `content` is None before it is published."""

    standing: Standing
    content: bytes | None


class VerifierStore:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._standings: Any = store.db["standings"]

    @property
    def epoch(self) -> int:
        return self._store.epoch

    async def prepare(self) -> None:
        """Collection and indexes: part of the migration."""
        await self._store.ensure_collections("standings")
        await self._standings.create_index([("org_id", 1)])
        await self._standings.create_index([("due_at", 1)])
        await self._standings.create_index([("issuer.did", 1), ("_id", 1)])

    async def prepare_watching(self) -> None:
        """Indexes to find the credentials that depend on a document: part of the migration."""
        await self._standings.create_index([("watched", 1)])
        await self._standings.create_index([("schema_version", 1)])

    async def standings(
        self, credential_ids: Iterable[str], session: Session | None = None
    ) -> dict[str, Standing]:
        query = {"_id": {"$in": list(credential_ids)}}
        found = self._standings.find(query, {"credential": 0}, session=session)
        return {row["_id"]: _standing(row) async for row in found}

    async def kept(self, credential_ids: Iterable[str]) -> dict[str, Kept]:
        """Standings with the signed bytes."""
        ids = list(credential_ids)
        kept: dict[str, Kept] = {}
        for start in range(0, len(ids), AT_ONCE):
            found = self._standings.find({"_id": {"$in": ids[start : start + AT_ONCE]}})
            async for row in found:
                content = bytes(row["credential"]) if "credential" in row else None
                kept[row["_id"]] = Kept(_standing(row), content)
        return kept

    async def write(
        self,
        session: Session,
        standings: Sequence[Standing],
        contents: Mapping[str, bytes],
        shared: Shared,
    ) -> None:
        """Store standings, and the bytes of those that were published now. `shared` has what is
        in their events, too.

        Each replaces the revision before its own; raises ChangedMeanwhile where that is gone.
        """
        rows: list[Row] = []
        updates: list[UpdateOne] = []
        for standing in standings:
            row = _row(standing, shared)
            content = contents.get(standing.credential_id)
            if content is not None:
                row["credential"] = content
            if standing.revision == 1:
                rows.append({"_id": standing.credential_id, **row})
            else:
                expected = {"_id": standing.credential_id, "revision": standing.revision - 1}
                updates.append(UpdateOne(expected, {"$set": row}))
        if rows:
            try:
                await self._standings.insert_many(rows, session=session)
            except BulkWriteError as error:
                if error.details["writeErrors"][0]["code"] == DUPLICATE_KEY:
                    raise ChangedMeanwhile from None
                raise
        if updates:
            written = await self._standings.bulk_write(updates, session=session)
            if written.matched_count < len(updates):
                raise ChangedMeanwhile

    async def due(self, now: datetime, limit: int) -> list[str]:
        """Ids of credentials to look at again by `now`, the longest due first."""
        found = self._standings.find({"due_at": {"$gt": LONG_AGO, "$lte": now}}, {"_id": 1})
        return [row["_id"] async for row in found.sort("due_at", 1).limit(limit)]

    async def next_due(self) -> datetime | None:
        found = await self._standings.find_one(
            {"due_at": {"$gt": LONG_AGO}}, {"due_at": 1}, sort=[("due_at", 1)]
        )
        return found["due_at"] if found else None

    async def dependents(
        self, keys: Sequence[str], judged_before: datetime | None = None
    ) -> dict[str, tuple[str, ...]]:
        """Credentials that depend on one of `keys` (`watching.keys`): all keys of each, by id.

        Few keys at a time, each of few credentials: a database may read all that it finds before
        it gives the first.
        """
        query: Row = {"watched": {"$in": list(keys)}}
        if judged_before:
            query["verified_at"] = {"$lt": judged_before}
        found = self._standings.find(query, {"watched": 1})
        return {row["_id"]: tuple(row["watched"]) async for row in found}

    async def of_an_older_version(self) -> AsyncIterator[str]:
        """Ids of credentials whose standing the version before has stored."""
        query = {"schema_version": {"$lt": SCHEMA_VERSION}, "published_version": {"$ne": None}}
        async for row in self._standings.find(query, {"_id": 1}):
            yield row["_id"]

    async def judged_ids(self, after: str, limit: int) -> list[str]:
        """Ids of credentials with a verdict, in order, those after `after`."""
        query = {"_id": {"$gt": after}, "version": {"$ne": None}}
        found = self._standings.find(query, {"_id": 1}).sort("_id", 1).limit(limit)
        return [row["_id"] async for row in found]

    async def ids_with_another_issuer(self, issuer: Issuer, after: str, limit: int) -> list[str]:
        """Ids of credentials by the DID of `issuer` whose verdict says something else of it."""
        row = _issuer_row(issuer)
        query: Row = {"issuer.did": row.pop("did"), "_id": {"$gt": after}}
        query["$or"] = [{f"issuer.{name}": {"$ne": value}} for name, value in row.items()]
        found = self._standings.find(query, {"_id": 1}).sort("_id", 1).limit(limit)
        return [row["_id"] async for row in found]

    async def ping(self) -> None:
        await self._store.ping()


def _row(standing: Standing, shared: Shared) -> Row:
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
        "due_at": due_at(standing),
        "watched": list(standing.watched),
    }
    if verdict:
        row |= _verdict_row(verdict)
        row["told"] = shared.checks(verdict)  # documents inside it would cost both sides more
        row["checks"] = []  # where the version before has them
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
        verdict=verdict_of(row) if "outcome" in row else None,
        look_again_at=row["look_again_at"],
        tries=row["tries"],
        watched=tuple(row.get("watched", ())),
    )


def due_at(standing: Standing) -> datetime | None:
    """The earliest instant to look again, never before it: dates are stored by the millisecond."""
    change = standing.verdict.next_change if standing.verdict else None
    instants = [at for at in (change, standing.look_again_at) if at]
    if not instants:
        return None
    first = min(instants)
    return first + timedelta(microseconds=-first.microsecond % 1000)


def verdict_row(verdict: Verdict) -> Row:
    return {**_verdict_row(verdict), "checks": list(map(_check_row, verdict.checks))}


def _verdict_row(verdict: Verdict) -> Row:
    return {
        "digest": verdict.digest,
        "outcome": verdict.outcome.value,
        "issuer": _issuer_row(verdict.issuer),
        "verified_at": verdict.verified_at,
        "next_change": verdict.next_change,
        "parts": [_part_row(part) for part in verdict.parts],
    }


def verdict_of(row: Row) -> Verdict:
    return Verdict(
        digest=row["digest"],
        outcome=Overall(row["outcome"]),
        checks=_checks(row),
        issuer=_issuer(row["issuer"]),
        verified_at=row["verified_at"],
        next_change=row["next_change"],
        # Verdicts that the version before stored have none.
        parts=tuple(_part(part) for part in row.get("parts", ())),
    )


def _part_row(part: Part) -> Row:
    return {
        "about": part.about,
        "kind": part.kind,
        "outcome": part.verdict.outcome.value,
        "issuer": part.verdict.issuer,
        "checks": [_check_row(check) for check in part.verdict.checks],
        "parts": [_part_row(inner) for inner in part.verdict.parts],
    }


def _part(row: Row) -> Part:
    verdict = talent_vc.Verdict(
        Overall(row["outcome"]),
        tuple(_check(check) for check in row["checks"]),
        issuer=row["issuer"],
        parts=tuple(_part(inner) for inner in row["parts"]),
    )
    return Part(row["about"], row["kind"], verdict)


def _checks(row: Row) -> tuple[Check, ...]:
    """Every verdict has one: in `checks` where the version before wrote last."""
    listed = row["checks"]
    return tuple(map(_check, listed)) if listed else checks_of(row["told"])


def _check_row(check: Check) -> Row:
    return {
        "code": check.code,
        "outcome": OUTCOMES[check.outcome],
        "arguments": check.arguments,
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


def _packed(version: Version | None) -> Int64 | None:
    return None if version is None else Int64(version.packed)


def _version(packed: int | None) -> Version | None:
    return None if packed is None else Version.from_packed(int(packed))
