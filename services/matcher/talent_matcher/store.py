"""The matcher's database: jobs, talent pools, shard epochs, and answers to repeated requests."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from bson.binary import Binary
from bson.int64 import Int64
from pymongo import ReturnDocument
from talent_kit.audit import Audit, AuditEntry
from talent_kit.errors import Problem, Reason
from talent_kit.events import Outgoing
from talent_kit.ids import uuid7
from talent_kit.migrate import Step
from talent_kit.outbox import Outbox
from talent_kit.store import Session, Store
from talent_kit.versions import Gate, Version
from talent_proto.events.v1 import engagements_pb2, jobs_pb2

T = TypeVar("T")
JOBS, ENGAGEMENTS, SHARDS, REQUESTS, FACTS = "jobs", "engagements", "shards", "requests", "facts"
ANSWERS_GATE = "contact_answers_gate"
_AS_MATCHED = {"description_json": 0}  # only who asks for documents reads a description


@dataclass(frozen=True)
class StoredJob:
    job: jobs_pb2.Job
    version: Version
    open: bool
    posted_at: datetime
    close_reason: int = 0
    closed_at: datetime | None = None
    vetted: bool = False  # the employer, when this was recorded
    tags: jobs_pb2.JobTags | None = None  # of a job that was made out of a text


@dataclass(frozen=True)
class StoredEngagement:
    engagement: engagements_pb2.Engagement
    candidate_id: str
    version: Version
    updated_at: datetime


@dataclass(frozen=True)
class Remembered:
    """The answer that a request_id got, and a digest of what was asked."""

    digest: str
    answer: bytes


@dataclass(frozen=True)
class Life:
    """One life of the topic of matches; a later one has a higher number."""

    name: str
    number: int


@dataclass(frozen=True)
class Owner:
    """Who has a shard: in which epoch, and where they are reached; empty where they did not say."""

    epoch: int
    target: str


class MatcherStore:
    """Every method takes the session of the transaction it belongs to, or None to read.
    `reached_at`: where other replicas reach this one."""

    def __init__(self, store: Store, outbox: Outbox, audit: Audit, *, reached_at: str = "") -> None:
        self._store = store
        self._reached_at = reached_at
        self._outbox = outbox
        self._audit = audit
        self._answers = Gate(store, ANSWERS_GATE)
        self._jobs: Any = store.db[JOBS]
        self._engagements: Any = store.db[ENGAGEMENTS]
        self._shards: Any = store.db[SHARDS]
        self._requests: Any = store.db[REQUESTS]
        self._facts: Any = store.db[FACTS]

    @property
    def epoch(self) -> int:
        return self._store.epoch

    def steps(self) -> list[Step]:
        return [Step("matcher-1-collections", self._prepare)]

    async def transact(self, work: Callable[[Session], Awaitable[T]]) -> T:
        return await self._outbox.transact(work)

    async def record(self, session: Session, event: Outgoing | None, *entries: AuditEntry) -> None:
        """What every change ends with: its audit record and its event."""
        await self._audit.append(session, *entries)
        if event is not None:
            await self._outbox.append(session, event)

    async def record_reads(self, *entries: AuditEntry) -> None:
        """People were shown: the record comes before they are."""
        await self._audit.append(None, *entries)

    # Jobs

    async def job(self, session: Session | None, job_id: str) -> StoredJob | None:
        found = await self._jobs.find_one({"_id": job_id}, _AS_MATCHED, session=session)
        return _stored_job(found) if found else None

    async def put_description(self, session: Session, job_id: str, described: str) -> None:
        """As JSON, beside its job; "" takes it away."""
        change = {"$set": {"description_json": described}}
        await self._jobs.update_one({"_id": job_id}, change, session=session)

    async def description(self, job_id: str) -> str:
        """ "" where the job has none."""
        found = await self._jobs.find_one({"_id": job_id}, {"description_json": 1})
        return (found or {}).get("description_json", "")

    async def open_jobs(self, job_ids: Sequence[str]) -> dict[str, jobs_pb2.Job]:
        """Those of these jobs that are open."""
        found = self._jobs.find({"_id": {"$in": list(job_ids)}, "open": True}, {"job": 1})
        return {one["_id"]: jobs_pb2.Job.FromString(one["job"]) async for one in found}

    async def put_job(self, session: Session, stored: StoredJob) -> None:
        job = stored.job
        last = job.valid_through
        document = {
            "schema_version": 1,
            "org_id": job.employer_org_id,
            "version": Int64(stored.version.packed),
            "job": Binary(job.SerializeToString(deterministic=True)),
            "open": stored.open,
            "posted_at": stored.posted_at,
            "valid_through": f"{last.year:04}-{last.month:02}-{last.day:02}" if last.year else None,
            "close_reason": stored.close_reason,
            "closed_at": stored.closed_at,
            "vetted": stored.vetted,
            "tags": Binary(stored.tags.SerializeToString()) if stored.tags else None,
            "forgotten": False,
        }
        await self._jobs.update_one(
            {"_id": job.job_id}, {"$set": document}, upsert=True, session=session
        )

    async def hold_open(self, session: Session, job_id: str) -> bool:
        """Whether a job is open, and until the end of this transaction nobody closes it: whoever
        does meets this write, and one of the two runs again."""
        held = await self._jobs.update_one(
            {"_id": job_id, "open": True}, {"$inc": {"held": 1}}, session=session
        )
        return bool(held.matched_count)

    async def jobs_of(
        self, org_id: str, *, before: str, limit: int, closed: bool
    ) -> list[StoredJob]:
        """An employer's jobs, newest first: ids are in the order of their making."""
        wanted: dict[str, Any] = {"org_id": org_id}
        if before:
            wanted["_id"] = {"$lt": before}
        if not closed:
            wanted["open"] = True
        found = self._jobs.find(wanted, _AS_MATCHED).sort("_id", -1).limit(limit)
        return [_stored_job(one) async for one in found]

    async def open_jobs_of(self, session: Session, org_id: str) -> int:
        wanted = {"org_id": org_id, "open": True}
        return int(await self._jobs.count_documents(wanted, session=session))

    async def expired_jobs(self, today: date, limit: int) -> list[str]:
        wanted = {"open": True, "valid_through": {"$ne": None, "$lt": today.isoformat()}}
        return [one["_id"] async for one in self._jobs.find(wanted, {"_id": 1}).limit(limit)]

    async def jobs_to_forget(self, closed_before: datetime, limit: int) -> list[str]:
        """Closed long enough that only a tombstone should be left of them in Kafka."""
        wanted = {"open": False, "forgotten": False, "closed_at": {"$lt": closed_before}}
        return [one["_id"] async for one in self._jobs.find(wanted, {"_id": 1}).limit(limit)]

    async def forget_job(self, session: Session, job_id: str, version: Version) -> None:
        change = {"forgotten": True, "version": Int64(version.packed)}
        await self._jobs.update_one({"_id": job_id}, {"$set": change}, session=session)

    async def job_ids(self, after: str, limit: int) -> list[str]:
        wanted = {"_id": {"$gt": after}, "forgotten": False}
        found = self._jobs.find(wanted, {"_id": 1}).sort("_id", 1).limit(limit)
        return [one["_id"] async for one in found]

    # Talent pools

    async def engagement(
        self, session: Session | None, job_id: str, holder_id: str
    ) -> StoredEngagement | None:
        wanted = {"_id": f"{job_id}/{holder_id}"}
        found = await self._engagements.find_one(wanted, session=session)
        return _stored_engagement(found) if found else None

    async def engagement_of_candidate(
        self, job_id: str, candidate_id: str
    ) -> StoredEngagement | None:
        wanted = {"job_id": job_id, "candidate_id": candidate_id}
        found = await self._engagements.find_one(wanted)
        return _stored_engagement(found) if found else None

    async def engagements(
        self, job_id: str, *, after: str = "", limit: int = 0, session: Session | None = None
    ) -> list[StoredEngagement]:
        """Of one job, by candidate id."""
        wanted = {"job_id": job_id, "candidate_id": {"$gt": after}}
        found = self._engagements.find(wanted, session=session)
        found = found.sort("candidate_id", 1).limit(limit)
        return [_stored_engagement(one) async for one in found]

    async def engagements_of_pairs(
        self, pairs: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], StoredEngagement]:
        """By (job, holder), of those that have one."""
        ids = [f"{job_id}/{holder_id}" for job_id, holder_id in pairs]
        found = [
            _stored_engagement(one) async for one in self._engagements.find({"_id": {"$in": ids}})
        ]
        return {(one.engagement.job_id, one.engagement.holder_id): one for one in found}

    async def all_engagements(
        self, org_id: str, at_once: int
    ) -> AsyncIterator[list[StoredEngagement]]:
        """Of one employer or, where `org_id` is empty, of all, some at a time."""
        found = self._engagements.find({"org_id": org_id} if org_id else {})
        while some := await found.to_list(at_once):
            yield [_stored_engagement(one) for one in some]

    async def put_engagement(self, session: Session, stored: StoredEngagement) -> None:
        engagement = stored.engagement
        document = {
            "schema_version": 1,
            "org_id": engagement.employer_org_id,
            "job_id": engagement.job_id,
            "candidate_id": stored.candidate_id,
            "version": Int64(stored.version.packed),
            "engagement": Binary(engagement.SerializeToString(deterministic=True)),
            "updated_at": stored.updated_at,
        }
        key = f"{engagement.job_id}/{engagement.holder_id}"
        await self._engagements.update_one(
            {"_id": key}, {"$set": document}, upsert=True, session=session
        )

    async def engagement_keys(self, after: str, limit: int) -> list[str]:
        found = self._engagements.find({"_id": {"$gt": after}}, {"_id": 1})
        return [one["_id"] async for one in found.sort("_id", 1).limit(limit)]

    async def admit_answer(self, session: Session, key: str, version: Version) -> bool:
        return bool(await self._answers.admit(session, [(key, version)]))

    # Requests that may come twice

    async def answered(self, session: Session, key: str) -> Remembered | None:
        found = await self._requests.find_one({"_id": key}, session=session)
        return Remembered(found["digest"], bytes(found["answer"])) if found else None

    async def remember(
        self, session: Session, key: str, org_id: str, answer: Remembered, until: datetime
    ) -> None:
        await self._requests.insert_one(
            {
                "_id": key,
                "schema_version": 1,
                "org_id": org_id,
                "digest": answer.digest,
                "answer": Binary(answer.answer),
                "expires_at": until,
            },
            session=session,
        )

    # Shards and the calendar

    async def take_shard(self, partition: int, above: int) -> int:
        """A new epoch of a shard, higher than all before and than `above`. Whoever held the shard
        holds it no more."""
        await self._shards.update_one({"_id": partition}, {"$max": {"epoch": above}}, upsert=True)
        taken = {"$inc": {"epoch": 1}, "$set": {"target": self._reached_at}}
        found = await self._shards.find_one_and_update(
            {"_id": partition}, taken, return_document=ReturnDocument.AFTER
        )
        return int(found["epoch"])

    async def shard_epochs(self, partitions: Sequence[int]) -> dict[int, int]:
        """Of those that somebody has taken."""
        found = self._shards.find({"_id": {"$in": list(partitions)}})
        return {int(one["_id"]): int(one["epoch"]) async for one in found}

    async def shard_owners(self) -> dict[int, Owner]:
        """Of all shards that somebody has taken."""
        found = self._shards.find({})
        return {
            int(one["_id"]): Owner(int(one["epoch"]), one.get("target", "")) async for one in found
        }

    async def life(self, ends: Mapping[int, int]) -> Life:
        """The life of the topic of matches that ends there; a new one when an earlier life got
        further."""
        found = await self._facts.find_one({"_id": "stream"})
        if found is None:
            raise Problem(Reason.NOT_READY, why="run migrate first")
        reached = found.get("reached", {})
        if any(end < reached.get(str(partition), 0) for partition, end in ends.items()):
            fresh = {"epoch": uuid7(), "reached": {}}
            wanted = {"_id": "stream", "epoch": found["epoch"]}  # of replicas, one begins it
            await self._facts.update_one(wanted, {"$set": fresh, "$inc": {"renewed": 1}})
            found = await self._facts.find_one({"_id": "stream"})
        return Life(str(found["epoch"]), 1 + int(found.get("renewed", 0)))

    async def remember_reached(self, life: Life, position: Mapping[int, int]) -> None:
        if not position:
            return
        reached = {f"reached.{partition}": Int64(offset) for partition, offset in position.items()}
        await self._facts.update_one({"_id": "stream", "epoch": life.name}, {"$max": reached})

    async def calendar(self, session: Session) -> tuple[date | None, Version]:
        """The date that was announced last."""
        found = await self._facts.find_one({"_id": "calendar"}, session=session)
        if found is None:
            return None, Version(0, 0)
        return date.fromisoformat(found["as_of"]), Version.from_packed(int(found["version"]))

    async def put_calendar(self, session: Session, as_of: date, version: Version) -> None:
        change = {"as_of": as_of.isoformat(), "version": Int64(version.packed)}
        await self._facts.update_one(
            {"_id": "calendar"}, {"$set": change}, upsert=True, session=session
        )

    async def _prepare(self) -> None:
        names = (JOBS, ENGAGEMENTS, SHARDS, REQUESTS, FACTS)
        await self._store.ensure_collections(*names)
        await self._answers.prepare()
        await self._outbox.prepare()
        await self._audit.prepare()
        await self._jobs.create_index([("org_id", 1), ("_id", -1)])
        await self._jobs.create_index([("open", 1), ("valid_through", 1)])
        await self._jobs.create_index([("open", 1), ("forgotten", 1), ("closed_at", 1)])
        await self._engagements.create_index([("job_id", 1), ("candidate_id", 1)], unique=True)
        await self._engagements.create_index([("org_id", 1)])
        await self._requests.create_index([("expires_at", 1)], expireAfterSeconds=0)
        await self._facts.update_one(
            {"_id": "stream"}, {"$setOnInsert": {"epoch": uuid7()}}, upsert=True
        )


def _stored_job(found: dict[str, Any]) -> StoredJob:
    return StoredJob(
        job=jobs_pb2.Job.FromString(found["job"]),
        version=Version.from_packed(int(found["version"])),
        open=found["open"],
        posted_at=found["posted_at"].astimezone(UTC),
        close_reason=found["close_reason"],
        closed_at=found["closed_at"],
        vetted=found["vetted"],
        tags=jobs_pb2.JobTags.FromString(tags) if (tags := found.get("tags")) else None,
    )


def _stored_engagement(found: dict[str, Any]) -> StoredEngagement:
    return StoredEngagement(
        engagement=engagements_pb2.Engagement.FromString(found["engagement"]),
        candidate_id=found["candidate_id"],
        version=Version.from_packed(int(found["version"])),
        updated_at=found["updated_at"].astimezone(UTC),
    )
