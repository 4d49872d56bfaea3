"""Verification jobs in the verifier's database. Beside `store`, the only module that knows it.

`jobs` has a document for each job, `job_batches` one for each batch: first the lines as they were
sent, then in their place the results. Both are personal data, and end by themselves: their TTL
indexes delete them at `expires_at`. `job_requests` has what each Idempotency-Key began.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import bson
from bson.binary import Binary
from pymongo.errors import DuplicateKeyError
from talent_kit.store import Session, Store
from talent_vc import Policy

from talent_verifier.checking import Told
from talent_verifier.jobs import Batch, Job, JobState, Line, Result, shortened
from talent_verifier.store import Row, verdict_of, verdict_row

SCHEMA_VERSION = 1
COLLECTIONS = ("jobs", "job_batches", "job_requests")
LONGEST_SUMMARY = 2000
RESULT_BYTES = 256 * 1024  # a batch of them stays below what a document may hold
KNOWN = {"$in": [JobState.WAITING, JobState.RUNNING, JobState.DONE]}
UNFINISHED = {"$in": [JobState.WAITING, JobState.RUNNING]}
T = TypeVar("T")


class Taken(Exception):
    """The same request was faster. Nothing is stored."""


class JobStore:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._jobs: Any = store.db["jobs"]
        self._batches: Any = store.db["job_batches"]
        self._requests: Any = store.db["job_requests"]

    async def prepare(self) -> None:
        """Collections and indexes: part of the migration."""
        await self._store.ensure_collections(*COLLECTIONS)
        await self._jobs.create_index([("owner", 1), ("_id", 1)])
        await self._jobs.create_index([("state", 1), ("worked_at", 1)])
        await self._batches.create_index([("job_id", 1), ("number", 1)], unique=True)
        for collection in (self._jobs, self._batches, self._requests):
            await collection.create_index([("expires_at", 1)], expireAfterSeconds=0)

    # Receiving

    async def begin(self, job: Job) -> int:
        """Store a job that is being received; how many its owner has by then."""
        await self._jobs.insert_one(_job_row(job))
        return int(await self._jobs.count_documents({"owner": job.owner}))

    async def add(self, batch: Batch, expires_at: datetime) -> None:
        await self._batches.insert_one(_batch_row(batch, expires_at))

    async def request(self, key: str, session: Session | None = None) -> tuple[str, str] | None:
        """Digest and job of a request that came before."""
        found = await self._requests.find_one({"_id": key}, session=session)
        return (found["digest"], found["job_id"]) if found else None

    async def received(self, session: Session, job: Job, key: str, digest: str) -> bool:
        """The job is complete. False where its request was faster under another job."""
        if key:
            if await self.request(key, session):
                return False
            row = {"_id": key, "digest": digest, "job_id": job.job_id}
            await self._requests.insert_one({**row, "expires_at": job.expires_at}, session=session)
        await self._jobs.replace_one({"_id": job.job_id}, _job_row(job), session=session)
        return True

    # Reading

    async def job(self, job_id: str, owner: str, now: datetime) -> Job | None:
        query: Row = {"_id": job_id, "owner": owner, "state": KNOWN, "expires_at": {"$gt": now}}
        found = await self._jobs.find_one(query)
        return _job(found) if found else None

    async def jobs(self, owner: str, now: datetime, before: str, limit: int) -> list[Job]:
        """The newest first."""
        query: Row = {"owner": owner, "state": KNOWN, "expires_at": {"$gt": now}}
        if before:
            query["_id"] = {"$lt": before}
        found = self._jobs.find(query).sort("_id", -1).limit(limit)
        return [_job(row) async for row in found]

    async def results(self, job_id: str, after: int) -> Sequence[Result]:
        """Those of the first batch that has lines after `after`; none where it is not done."""
        found = await self._batches.find_one(
            {"job_id": job_id, "last_line": {"$gt": after}}, sort=[("number", 1)]
        )
        rows: list[Row] = found.get("results", []) if found else []
        return [_result(row) for row in rows if row["line"] > after]

    # Working

    async def next(self, now: datetime) -> Job | None:
        """The unfinished job that has waited longest for its turn."""
        query: Row = {"state": UNFINISHED, "expires_at": {"$gt": now}}
        found = await self._jobs.find_one(query, sort=[("worked_at", 1), ("_id", 1)])
        return _job(found) if found else None

    async def next_batch(self, job_id: str) -> Batch | None:
        query: Row = {"job_id": job_id, "done": False}
        found = await self._batches.find_one(query, sort=[("number", 1)])
        return _batch(found) if found else None

    async def keep(
        self,
        session: Session,
        batch: Batch,
        results: Sequence[Result],
        advance: Callable[[Job], Job],
    ) -> Job | None:
        """Put the results of a batch in the place of its lines, and count them in its job.

        None where somebody was faster, or the job is gone.
        """
        written = await self._batches.update_one(
            {"_id": _batch_id(batch), "done": False},
            {
                "$set": {"done": True, "results": [_result_row(result) for result in results]},
                "$unset": {"lines": ""},
            },
            session=session,
        )
        found = await self._jobs.find_one({"_id": batch.job_id}, session=session)
        if not written.matched_count or found is None:
            return None
        job = advance(_job(found))
        await self._jobs.replace_one({"_id": job.job_id}, _job_row(job), session=session)
        return job

    async def lines_waiting(self) -> int:
        left = {"$subtract": ["$lines", "$done"]}
        steps: list[Row] = [
            {"$match": {"state": UNFINISHED}},
            {"$group": {"_id": None, "left": {"$sum": left}}},
        ]
        rows = await self._jobs.aggregate(steps).to_list(1)
        return int(rows[0]["left"]) if rows else 0

    # Deleting

    async def delete(self, session: Session | None, job_id: str) -> bool:
        """The job with all that is known of it. False where there is none."""
        deleted = await self._jobs.delete_one({"_id": job_id}, session=session)
        await self._batches.delete_many({"job_id": job_id}, session=session)
        await self._requests.delete_many({"job_id": job_id}, session=session)
        return bool(deleted.deleted_count)

    async def abandoned(self, before: datetime, now: datetime) -> list[str]:
        """Jobs whose upload never came to its end, and those whose time has passed."""
        left = {"state": JobState.RECEIVING, "created_at": {"$lt": before}}
        query = {"$or": [left, {"expires_at": {"$lte": now}}]}
        return [row["_id"] async for row in self._jobs.find(query, {"_id": 1})]

    async def transact(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Raises Taken."""
        try:
            return await self._store.transact(work)
        except DuplicateKeyError:
            raise Taken from None


def _job_row(job: Job) -> Row:
    return {
        "_id": job.job_id,
        "schema_version": SCHEMA_VERSION,
        "owner": job.owner,
        "created_at": job.created_at,
        "expires_at": job.expires_at,
        "at": job.at,
        "policy": job.policy.value,
        "state": job.state.value,
        "lines": job.lines,
        "done": job.done,
        "outcomes": dict(job.outcomes),
        "started_at": job.started_at,
        "worked_at": job.worked_at,
        "finished_at": job.finished_at,
        "seconds_per_line": job.seconds_per_line,
    }


def _job(row: Row) -> Job:
    return Job(
        job_id=row["_id"],
        owner=row["owner"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        at=row["at"],
        policy=Policy(row["policy"]),
        state=JobState(row["state"]),
        lines=row["lines"],
        done=row["done"],
        outcomes=row["outcomes"],
        started_at=row["started_at"],
        worked_at=row["worked_at"],
        finished_at=row["finished_at"],
        seconds_per_line=row["seconds_per_line"],
    )


def _batch_id(batch: Batch) -> str:
    return f"{batch.job_id}/{batch.number:08d}"


def _batch_row(batch: Batch, expires_at: datetime) -> Row:
    return {
        "_id": _batch_id(batch),
        "job_id": batch.job_id,
        "number": batch.number,
        "last_line": batch.lines[-1].number,
        "done": False,
        "expires_at": expires_at,
        "lines": [
            {
                "number": line.number,
                "file": line.file,
                "content": Binary(line.content),
                "mend": line.mend,
            }
            for line in batch.lines
        ],
    }


def _batch(row: Row) -> Batch:
    lines = (
        Line(one["number"], bytes(one["content"]), one["file"], one["mend"]) for one in row["lines"]
    )
    return Batch(row["job_id"], row["number"], tuple(lines))


def _result_row(result: Result) -> Row:
    verdict = verdict_row(result.told.verdict)
    whole = len(bson.encode(verdict)) <= RESULT_BYTES
    return {
        "line": result.line,
        "file": result.file,
        "name": result.name,
        "summary": result.told.summary[:LONGEST_SUMMARY],
        "verdict": verdict if whole else verdict_row(shortened(result.told.verdict)),
        "whole": whole,
    }


def _result(row: Row) -> Result:
    told = Told(verdict_of(row["verdict"]), row["summary"])
    return Result(row["line"], row["file"], row["name"], told, row["whole"])
