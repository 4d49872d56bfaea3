"""The wallet's database: the only module that knows it."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from bson.binary import Binary
from pymongo import DESCENDING, UpdateOne
from pymongo.errors import DuplicateKeyError
from talent_kit.store import Session, Store

from talent_wallet import documents
from talent_wallet.model import (
    Achievement,
    AchievementTags,
    Consent,
    Holder,
    Invitation,
    Organization,
    Purpose,
    Record,
    RecordState,
)
from talent_wallet.sealing import Sealed
from talent_wallet.work import FoundSkills

T = TypeVar("T")
COLLECTIONS = (
    "records",
    "addresses",
    "holders",
    "consents",
    "discoveries",
    "invitations",
    "organizations",
    "achievements",
    "requests",
)
REQUEST_SECONDS = 24 * 3600  # how long a repeated Idempotency-Key gets the same answer
IDS_AT_ONCE = 100
WITHOUT_BYTES = {"credential": 0}


def _among(values: Iterable[str]) -> Any:
    """A condition on a field; a single value is looked up the fastest way."""
    wanted = sorted(set(values))
    return wanted[0] if len(wanted) == 1 else {"$in": wanted}


class SubjectTaken(Exception):
    """This subject of the issuer has a wallet already."""


class WalletStore:
    def __init__(self, store: Store) -> None:
        self._store = store
        self.epoch = store.epoch
        db: Any = store.db
        self._records = db["records"]
        self._addresses = db["addresses"]
        self._holders = db["holders"]
        self._consents = db["consents"]
        # Of each holder the consent to be found that stands: small, and asked all the time.
        self._discoveries = db["discoveries"]
        self._invitations = db["invitations"]
        self._organizations = db["organizations"]
        self._achievements = db["achievements"]
        self._requests = db["requests"]
        self._skill_tags = db["skill_tags"]
        self._found_skills = db["found_skills"]
        # Apart from the holders, so that whoever reads those does not read these by the way.
        self._equity_answers = db["equity_answers"]

    async def prepare(self) -> None:
        """Make collections and indexes: a step of the migration."""
        await self._store.ensure_collections(*COLLECTIONS)
        await self._records.create_index([("holder_id", 1), ("_id", -1)])
        await self._records.create_index([("addresses", 1)])
        await self._records.create_index([("achievement", 1)])
        await self._holders.create_index([("subject", 1)], unique=True)
        await self._consents.create_index([("holder_id", 1), ("purpose", 1)])
        await self._consents.create_index([("lapsed", 1), ("expires_at", 1)])
        await self._invitations.create_index([("holder_id", 1), ("_id", -1)])
        await self._requests.create_index([("at", 1)], expireAfterSeconds=REQUEST_SECONDS)

    async def prepare_equity_answers(self) -> None:
        await self._store.ensure_collections("equity_answers")

    async def prepare_skill_tags(self) -> None:
        await self._store.ensure_collections("skill_tags")
        await self._skill_tags.create_index([("passes", 1), ("due_at", 1)])
        await self._records.create_index([("achievement", 1), ("holder_id", 1)])

    async def prepare_work_history(self) -> None:
        await self._store.ensure_collections("found_skills")
        await self._found_skills.create_index([("due", 1)])
        await self._holders.create_index([("own_work.work.words", 1)])
        await self._records.create_index([("claims.work.words", 1)])

    # Records

    async def records(self, session: Session | None, ids: Iterable[str]) -> dict[str, Record]:
        query = {"_id": _among(ids)}
        return {one.credential_id: one for one in await self._find_records(session, query)}

    async def records_addressed(self, session: Session, addresses: Sequence[str]) -> list[Record]:
        """Those that are in nobody's wallet yet."""
        query = {"addresses": _among(addresses), "holder_id": ""}
        return await self._find_records(session, query)

    async def records_awarding(self, session: Session, achievements: Sequence[str]) -> list[Record]:
        """Those of these achievements, id@version."""
        return await self._find_records(session, {"achievement": _among(achievements)})

    async def records_of(self, session: Session | None, holders: Iterable[str]) -> list[Record]:
        """All but the declined ones."""
        states = [RecordState.OFFERED.value, RecordState.ACCEPTED.value]
        query = {"holder_id": _among(holders), "state": {"$in": states}}
        return await self._find_records(session, query)

    async def page_of_records(
        self, holder_id: str, *, state: RecordState | None, before: str, limit: int
    ) -> list[Record]:
        """Newest first."""
        query: dict[str, Any] = {"holder_id": holder_id}
        if state:
            query["state"] = state.value
        if before:
            query["_id"] = {"$lt": before}
        found = self._records.find(query, WITHOUT_BYTES).sort("_id", DESCENDING).limit(limit)
        return [documents.record(one) async for one in found]

    async def credential(self, credential_id: str) -> bytes | None:
        """The bytes as the issuer signed them."""
        found = await self._records.find_one({"_id": credential_id}, {"credential": 1})
        return bytes(found["credential"]) if found and "credential" in found else None

    async def save_records(
        self, session: Session, records: Iterable[Record], credentials: Mapping[str, bytes]
    ) -> None:
        updates: list[UpdateOne] = []
        for record in records:
            document = documents.record_document(record)
            if record.credential_id in credentials:
                document["credential"] = Binary(credentials[record.credential_id])
            key = {"_id": record.credential_id}
            updates.append(UpdateOne(key, {"$set": document}, upsert=True))
        await self._records.bulk_write(updates, ordered=False, session=session)

    async def _find_records(self, session: Session | None, query: Any) -> list[Record]:
        found = self._records.find(query, WITHOUT_BYTES, session=session)
        return [documents.record(one) async for one in found]

    # Addresses: which holder a DID or the HMAC of an e-mail address leads to

    async def owners(self, session: Session, addresses: Iterable[str]) -> dict[str, str]:
        query = {"_id": _among(addresses), "holder_id": {"$ne": ""}}
        found = self._addresses.find(query, session=session)
        return {one["_id"]: one["holder_id"] async for one in found}

    async def touch_addresses(self, session: Session, addresses: Iterable[str]) -> None:
        """Make a transaction that claims one of them at this moment conflict with this one."""
        updates = [
            UpdateOne(
                {"_id": address},
                {"$inc": {"touched": 1}, "$setOnInsert": {"holder_id": ""}},
                upsert=True,
            )
            for address in sorted(addresses)
        ]
        await self._addresses.bulk_write(updates, ordered=False, session=session)

    async def claim_addresses(
        self, session: Session, addresses: Iterable[str], holder_id: str
    ) -> None:
        updates = [
            UpdateOne(
                {"_id": address},
                {"$set": {"holder_id": holder_id}, "$inc": {"touched": 1}},
                upsert=True,
            )
            for address in sorted(addresses)
        ]
        await self._addresses.bulk_write(updates, ordered=False, session=session)

    # Holders

    async def lock_holders(self, session: Session, ids: Iterable[str]) -> dict[str, Holder]:
        """Read holders after a write to them: of two transactions for one holder one runs again."""
        # Not in one call that returns what it changed: some databases read all holders for that.
        query = {"_id": _among(ids)}
        await self._holders.update_many(query, {"$inc": {"touched": 1}}, session=session)
        found = self._holders.find(query, session=session)
        return {one["_id"]: documents.holder(one) async for one in found}

    async def holder_id_of(self, subject: str, session: Session | None = None) -> str | None:
        found = await self._holders.find_one({"subject": subject}, {"_id": 1}, session=session)
        return str(found["_id"]) if found else None

    async def holder(self, holder_id: str) -> Holder | None:
        found = await self._holders.find_one({"_id": holder_id})
        return documents.holder(found) if found else None

    async def add_holder(
        self, session: Session, holder: Holder, subject: str, sealed: Sealed
    ) -> None:
        document = {
            "_id": holder.holder_id,
            "subject": subject,
            "org_id": "",
            "person": documents.sealed_document(sealed),
            **documents.holder_document(holder),
        }
        try:
            await self._holders.insert_one(document, session=session)
        except DuplicateKeyError:
            raise SubjectTaken from None

    async def save_holders(self, session: Session, holders: Iterable[Holder]) -> None:
        updates = [
            UpdateOne({"_id": one.holder_id}, {"$set": documents.holder_document(one)})
            for one in holders
        ]
        await self._holders.bulk_write(updates, ordered=False, session=session)

    async def person(self, holder_id: str, session: Session | None = None) -> Sealed | None:
        found = await self._holders.find_one({"_id": holder_id}, {"person": 1}, session=session)
        return documents.sealed(found["person"]) if found else None

    async def save_person(self, session: Session, holder_id: str, sealed: Sealed) -> None:
        update = {"$set": {"person": documents.sealed_document(sealed)}}
        await self._holders.update_one({"_id": holder_id}, update, session=session)

    async def holder_ids(self, query: Mapping[str, Any] | None = None) -> AsyncIterator[str]:
        async for one in self._holders.find(dict(query or {}), {"_id": 1}).sort("_id", 1):
            yield str(one["_id"])

    def sealed_otherwise(self, kek_id: str) -> AsyncIterator[str]:
        """Holders whose secrets are not wrapped by this key-encryption key."""
        return self.holder_ids({"person.kek_id": {"$ne": kek_id}})

    # What holders tell so that fairness can be checked

    async def equity_answers(self, holder_id: str) -> Sealed | None:
        found = await self._equity_answers.find_one({"_id": holder_id})
        return documents.sealed(found) if found else None

    async def save_equity_answers(self, session: Session, holder_id: str, sealed: Sealed) -> None:
        document = {
            "schema_version": documents.SCHEMA_VERSION,
            "org_id": "",
            **documents.sealed_document(sealed),
        }
        await self._equity_answers.replace_one(
            {"_id": holder_id}, document, upsert=True, session=session
        )

    async def drop_equity_answers(self, session: Session, holder_id: str) -> None:
        await self._equity_answers.delete_one({"_id": holder_id}, session=session)

    async def equity_answers_of(self, holder_ids: Sequence[str]) -> dict[str, Sealed]:
        found = self._equity_answers.find({"_id": _among(holder_ids)})
        return {one["_id"]: documents.sealed(one) async for one in found}

    async def equity_answers_sealed_otherwise(self, kek_id: str) -> AsyncIterator[str]:
        """Holders whose answers are not wrapped by this key-encryption key."""
        async for one in self._equity_answers.find({"kek_id": {"$ne": kek_id}}, {"_id": 1}):
            yield str(one["_id"])

    # Consents

    async def discoverable(self, holders: Sequence[str], org_id: str, now: datetime) -> set[str]:
        """Which holders an organization may find now, by primary key."""
        found: set[str] = set()
        # One large $in costs more than its parts where the database tests each value in turn.
        for start in range(0, len(holders), IDS_AT_ONCE):
            query = {
                "_id": _among(holders[start : start + IDS_AT_ONCE]),
                "expires_at": {"$gt": now},
                "excluded_org_ids": {"$ne": org_id},
                "recipient_party": {"$in": ["", org_id]},
            }
            rows = await self._discoveries.find(query, {"_id": 1}).to_list(None)
            found |= {row["_id"] for row in rows}
        return found

    async def standing(
        self, session: Session | None, holders: Iterable[str], purpose: Purpose, now: datetime
    ) -> dict[str, Consent]:
        query = {
            "holder_id": _among(holders),
            "purpose": purpose.value,
            "withdrawn_at": None,
            "expires_at": {"$gt": now},
        }
        found = self._consents.find(query, session=session)
        return {one["holder_id"]: documents.consent(one) async for one in found}

    async def consents_of(self, holder_id: str) -> list[Consent]:
        """Newest first."""
        found = self._consents.find({"holder_id": holder_id}).sort("_id", DESCENDING)
        return [documents.consent(one) async for one in found]

    async def consent(self, session: Session, consent_id: str) -> Consent | None:
        found = await self._consents.find_one({"_id": consent_id}, session=session)
        return documents.consent(found) if found else None

    async def save_consent(self, session: Session, consent: Consent) -> None:
        document = documents.consent_document(consent)
        document["lapsed"] = consent.withdrawn_at is not None
        key = {"_id": consent.consent_id}
        await self._consents.update_one(key, {"$set": document}, upsert=True, session=session)
        if consent.purpose is not Purpose.DISCOVERY:
            return
        holder = {"_id": consent.holder_id}
        if consent.withdrawn_at is not None:
            # Not that of a newer consent.
            own = {**holder, "consent_id": consent.consent_id}
            await self._discoveries.delete_one(own, session=session)
            return
        asked = {
            "schema_version": documents.SCHEMA_VERSION,
            "consent_id": consent.consent_id,
            "expires_at": consent.expires_at,
            "excluded_org_ids": list(consent.excluded_org_ids),
            "recipient_party": consent.recipient_party,
        }
        await self._discoveries.update_one(holder, {"$set": asked}, upsert=True, session=session)

    async def run_out(self, now: datetime, limit: int) -> list[Consent]:
        """Consents that ran out and whose end has not taken effect yet, oldest first."""
        query = {"lapsed": False, "expires_at": {"$lte": now}}
        found = self._consents.find(query).sort("expires_at", 1).limit(limit)
        return [documents.consent(one) async for one in found]

    async def mark_lapsed(self, session: Session, consent_ids: Sequence[str]) -> None:
        query = {"_id": _among(consent_ids)}
        await self._consents.update_many(query, {"$set": {"lapsed": True}}, session=session)

    # Invitations, and what the catalog says

    async def invitations(
        self, session: Session | None, ids: Iterable[str]
    ) -> dict[str, Invitation]:
        found = self._invitations.find({"_id": _among(ids)}, session=session)
        return {one["_id"]: documents.invitation(one) async for one in found}

    async def invitations_of(self, holder_id: str) -> list[Invitation]:
        """Newest first."""
        found = self._invitations.find({"holder_id": holder_id}).sort("_id", DESCENDING)
        return [documents.invitation(one) async for one in found]

    async def answered(self) -> AsyncIterator[str]:
        async for one in self._invitations.find({"answer_version": {"$gt": 0}}, {"_id": 1}):
            yield str(one["_id"])

    async def save_invitations(self, session: Session, invitations: Iterable[Invitation]) -> None:
        updates = [
            UpdateOne(
                {"_id": one.engagement_id},
                {"$set": documents.invitation_document(one)},
                upsert=True,
            )
            for one in invitations
        ]
        await self._invitations.bulk_write(updates, ordered=False, session=session)

    async def organizations(
        self, session: Session | None, ids: Iterable[str]
    ) -> dict[str, Organization]:
        found = self._organizations.find({"_id": _among(ids)}, session=session)
        return {one["_id"]: documents.organization(one) async for one in found}

    async def save_organizations(
        self, session: Session, organizations: Iterable[Organization]
    ) -> None:
        updates = [
            UpdateOne(
                {"_id": one.org_id}, {"$set": documents.organization_document(one)}, upsert=True
            )
            for one in organizations
        ]
        await self._organizations.bulk_write(updates, ordered=False, session=session)

    async def achievements(
        self, session: Session | None, keys: Iterable[str]
    ) -> dict[str, Achievement]:
        query = {"_id": _among(keys), "version": {"$exists": True}}  # not only touched
        found = self._achievements.find(query, session=session)
        return {one["_id"]: documents.achievement(one) async for one in found}

    async def touch_achievements(self, session: Session, keys: Iterable[str]) -> None:
        """Make a transaction that saves one of them at this moment conflict with this one."""
        updates = [
            UpdateOne({"_id": key}, {"$inc": {"touched": 1}}, upsert=True) for key in sorted(keys)
        ]
        await self._achievements.bulk_write(updates, ordered=False, session=session)

    async def save_achievements(
        self, session: Session, achievements: Iterable[Achievement]
    ) -> None:
        updates = [
            UpdateOne({"_id": one.key}, {"$set": documents.achievement_document(one)}, upsert=True)
            for one in achievements
        ]
        await self._achievements.bulk_write(updates, ordered=False, session=session)

    # Skills in the words of achievements

    async def skill_tags(
        self, session: Session | None, keys: Iterable[str]
    ) -> dict[str, AchievementTags]:
        found = self._skill_tags.find({"_id": _among(keys)}, session=session)
        return {one["_id"]: documents.achievement_tags(one) async for one in found}

    async def save_skill_tags(
        self, session: Session, tags: Iterable[AchievementTags], due_at: datetime, passes: int
    ) -> None:
        """Of each the holders are still to be looked through, so many times."""
        updates = [
            UpdateOne(
                {"_id": one.key},
                {"$set": {**documents.tags_document(one), "due_at": due_at, "passes": passes}},
                upsert=True,
            )
            for one in tags
        ]
        await self._skill_tags.bulk_write(updates, ordered=False, session=session)

    async def due_skill_tags(self, now: datetime) -> tuple[AchievementTags, int] | None:
        """One whose holders are to be looked through now, and how many times still."""
        query = {"passes": {"$gt": 0}, "due_at": {"$lte": now}}
        found = await self._skill_tags.find_one(query)
        return (documents.achievement_tags(found), int(found["passes"])) if found else None

    async def passed_skill_tags(self, tags: AchievementTags, passes: int, due_at: datetime) -> None:
        """One pass is done, unless newer tags have come meanwhile."""
        query = {"_id": tags.key, "version": tags.version, "passes": passes}
        update = {"$set": {"passes": passes - 1, "due_at": due_at}}
        await self._skill_tags.update_one(query, update)

    async def holders_awarded(self, achievement: str, after: str, limit: int) -> list[str]:
        """Who has accepted a record of this achievement (id@version), by holder id."""
        query = {
            "achievement": achievement,
            "holder_id": {"$gt": after},
            "state": RecordState.ACCEPTED.value,
        }
        found = self._records.find(query, {"holder_id": 1}).sort("holder_id", 1).limit(limit)
        return sorted({one["holder_id"] async for one in found})

    # Skills in the words of work histories, by digest of the words

    async def found_skills(
        self, session: Session | None, words: Iterable[str]
    ) -> dict[str, FoundSkills]:
        query = {"_id": _among(words), "taxonomy": {"$ne": ""}}
        found = self._found_skills.find(query, session=session)
        return {one["_id"]: documents.found_skills(one) async for one in found}

    async def need_found_skills(self, session: Session, words: Iterable[str]) -> None:
        """Have new words read. Whoever saves what is in them at this moment conflicts with this
        transaction, so that one of the two sees the other."""
        empty = {"schema_version": documents.SCHEMA_VERSION, "org_id": "", "skills": []}
        updates = [
            UpdateOne(
                {"_id": one},
                {"$setOnInsert": {**empty, "taxonomy": "", "due": True}, "$inc": {"touched": 1}},
                upsert=True,
            )
            for one in sorted(set(words))
        ]
        await self._found_skills.bulk_write(updates, ordered=False, session=session)

    async def due_words(self) -> tuple[str, int] | None:
        """The digest of words that are to be read, and how often it was touched."""
        found = await self._found_skills.find_one({"due": True}, {"touched": 1})
        return (str(found["_id"]), int(found["touched"])) if found else None

    async def words_of(self, digest: str) -> str | None:
        """The words themselves; None where no line has them any more."""
        query = {"own_work.work.words": digest}
        holder = await self._holders.find_one(query)
        if holder:
            lines = documents.holder(holder).own_work
            return next(one.work.text for one in lines if one.work.words == digest)
        record = await self._records.find_one({"claims.work.words": digest}, WITHOUT_BYTES)
        claims = documents.record(record).claims if record else None
        lines = claims.work if claims else ()
        return next((one.text for one in lines if one.words == digest), None)

    async def save_found_skills(self, session: Session, found: FoundSkills) -> None:
        update = {"$set": documents.found_document(found)}
        await self._found_skills.update_one({"_id": found.words}, update, session=session)

    async def words_done(self, digest: str, touched: int) -> None:
        """All who have these words were told of; unless somebody asked for them meanwhile."""
        query = {"_id": digest, "touched": touched}
        await self._found_skills.update_one(query, {"$set": {"due": False}})

    async def forget_words(self, session: Session, digest: str) -> None:
        await self._found_skills.delete_one({"_id": digest}, session=session)

    async def read_words_again(self, session: Session, taxonomy: str) -> None:
        """All that were read by another version of the taxonomy."""
        query = {"taxonomy": {"$ne": taxonomy}}
        update = {"$set": {"due": True}, "$inc": {"touched": 1}}
        await self._found_skills.update_many(query, update, session=session)

    async def holders_of_words(
        self, session: Session | None, digest: str
    ) -> tuple[set[str], set[str]]:
        """Who has a line with these words: of their own, in a record."""
        query = {"own_work.work.words": digest}
        own = self._holders.find(query, {"_id": 1}, session=session)
        query = {"claims.work.words": digest}
        records = self._records.find(query, {"holder_id": 1}, session=session)
        return {str(one["_id"]) async for one in own}, {one["holder_id"] async for one in records}

    # Answers to requests that may be repeated

    async def request(self, session: Session, key: str) -> tuple[str, Any] | None:
        """Fingerprint and answer of an earlier request."""
        found = await self._requests.find_one({"_id": key}, session=session)
        return (found["fingerprint"], found["answer"]) if found else None

    async def save_request(
        self, session: Session, key: str, fingerprint: str, answer: Any, at: datetime
    ) -> None:
        document = {"_id": key, "fingerprint": fingerprint, "answer": answer, "at": at}
        await self._requests.insert_one(document, session=session)
