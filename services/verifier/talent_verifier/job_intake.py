"""What organizations do with verification jobs: send one, follow it, read it, delete it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from talent_kit.audit import Audit, AuditEntry
from talent_kit.callers import Caller, Role
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.ids import uuid7
from talent_kit.store import Session
from talent_vc import Policy

from talent_verifier.job_lines import ZIP, ndjson, too_many_bytes, too_many_lines, unzipped
from talent_verifier.jobs import Batch, Job, JobLimits, JobState, Line, Result
from talent_verifier.store_jobs import JobStore, Taken

ROLES = (Role.PROVIDER, Role.EMPLOYER, Role.AGENCY)
AGENCY = "agency"  # owns what its staff sends whose token names no organization
BATCH_BYTES = 4 * 1024 * 1024
ZIPS_AT_ONCE = 4  # each is held in memory until it is unpacked
KEY_LENGTH = 200
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """How to judge. `key`: whoever sends the same again under it gets the same job."""

    key: str = ""
    at: datetime | None = None
    policy: Policy = Policy.USUAL
    key_field: str = "Idempotency-Key"


class Jobs:
    def __init__(self, *, store: JobStore, audit: Audit, clock: Clock, limits: JobLimits) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._limits = limits
        self._zips = asyncio.Semaphore(ZIPS_AT_ONCE)

    async def create_from_upload(
        self, caller: Caller, asked: Asked, chunks: AsyncIterator[bytes]
    ) -> Job:
        """`create` of what is NDJSON, or a ZIP of files."""
        start = b""
        async for chunk in chunks:
            start += chunk
            if len(start) >= len(ZIP):
                break
        rest = _joined(start, chunks)
        if not start.startswith(ZIP):
            return await self.create(caller, asked, ndjson(rest, self._limits.line_bytes))
        async with self._zips:
            return await self.create(caller, asked, self._of_zip(rest))

    async def create(self, caller: Caller, asked: Asked, lines: AsyncIterator[Line]) -> Job:
        """A job that is worked on from now on. Nothing of it is stored where this raises.

        Raises TOO_LARGE, TOO_MANY, MISSING_FIELD where there is no line, and ALREADY_EXISTS
        where the key came before with other content.
        """
        owner = _owner(caller)
        if len(asked.key) > KEY_LENGTH:
            limit = f"{KEY_LENGTH} characters"
            raise Problem(Reason.TOO_LARGE, field=asked.key_field, limit=limit)
        key = f"{owner} {asked.key}" if asked.key else ""
        now = self._clock.now()
        job = Job(uuid7(), owner, now, now + self._limits.keep, at=asked.at, policy=asked.policy)
        repeats = bool(key) and await self._store.request(key) is not None
        try:
            if not repeats:
                await self._begin(job)
            count, digest = await self._in_time(self._receive(job, asked, lines, not repeats))
            job = replace(job, state=JobState.WAITING, lines=count)
            if not repeats and await self._received(caller, job, key, digest):
                return job
        except BaseException:
            await self._store.delete(None, job.job_id)
            raise
        await self._store.delete(None, job.job_id)
        return await self._earlier(owner, key, digest, asked.key_field)

    async def get(self, caller: Caller, job_id: str) -> Job:
        """Raises NOT_FOUND, also for a job of another organization."""
        job = await self._store.job(job_id, _owner(caller), self._clock.now())
        if job is None:
            raise Problem(Reason.NOT_FOUND, field="job_id", what="verification job")
        return job

    async def list(self, caller: Caller, before: str, limit: int) -> list[Job]:
        """The newest first, those before the job `before`."""
        return await self._store.jobs(_owner(caller), self._clock.now(), before, limit)

    async def results(
        self, caller: Caller, job_id: str, after: int
    ) -> AsyncIterator[Sequence[Result]]:
        """Of the lines after `after`, in order, as far as they are done. Raises NOT_FOUND."""
        job = await self.get(caller, job_id)
        details = {"after_line": str(after)}
        await self._audit.append(None, _audited("READ", caller, job, details))
        return self._results(job_id, after)

    async def delete(self, caller: Caller, job_id: str) -> None:
        """With its lines and results, for good. Raises NOT_FOUND."""
        job = await self.get(caller, job_id)

        async def work(session: Session) -> None:
            if await self._store.delete(session, job_id):
                await self._audit.append(session, _audited("DELETED", caller, job))

        await self._store.transact(work)

    def seconds_left(self, job: Job) -> int | None:
        return job.seconds_left(self._clock.now())

    async def _results(self, job_id: str, after: int) -> AsyncIterator[Sequence[Result]]:
        while found := await self._store.results(job_id, after):
            yield found
            after = found[-1].line

    async def _begin(self, job: Job) -> None:
        # Counted with itself, so that two at once cannot both be the last.
        if await self._store.begin(job) > self._limits.jobs:
            limit = f"{self._limits.jobs} verification jobs"
            raise Problem(Reason.TOO_MANY, limit=limit, mend="delete one that you have read")

    async def _in_time(self, receiving: Coroutine[Any, Any, T]) -> T:
        seconds = self._limits.upload.total_seconds()
        try:
            async with asyncio.timeout(seconds):
                return await receiving
        except TimeoutError:
            mend = f"send it within {seconds:.0f} seconds"
            raise Problem(Reason.INVALID_FIELD, field="body", mend=mend) from None

    async def _receive(
        self, job: Job, asked: Asked, lines: AsyncIterator[Line], store: bool
    ) -> tuple[int, str]:
        """Store the lines in batches; how many there are, and the digest of all that was asked."""
        digest = hashlib.sha256(repr((asked.at, asked.policy.value)).encode())
        pending: list[Line] = []
        count = size = total = number = 0
        async for line in lines:
            count, size = count + 1, size + len(line.content)
            total += len(line.content)
            if count > self._limits.lines:
                raise too_many_lines(self._limits)
            if total > self._limits.bytes:
                raise too_many_bytes(self._limits)
            head = repr((line.number, line.file, line.mend, len(line.content)))
            digest.update(head.encode() + line.content)
            pending.append(line)
            if len(pending) == self._limits.batch_lines or size >= BATCH_BYTES:
                await self._add(job, number, pending, store)
                pending, size, number = [], 0, number + 1
        if pending:
            await self._add(job, number, pending, store)
        if not count:
            raise Problem(Reason.MISSING_FIELD, field="body")
        return count, digest.hexdigest()

    async def _add(self, job: Job, number: int, lines: Sequence[Line], store: bool) -> None:
        if store:
            await self._store.add(Batch(job.job_id, number, tuple(lines)), job.expires_at)

    async def _received(self, caller: Caller, job: Job, key: str, digest: str) -> bool:
        """From now on it is worked on. False where the same request was faster."""

        async def work(session: Session) -> bool:
            if not await self._store.received(session, job, key, digest):
                return False
            details = {"lines": str(job.lines)}
            await self._audit.append(session, _audited("CREATED", caller, job, details))
            return True

        try:
            return await self._store.transact(work)
        except Taken:
            return False

    async def _earlier(self, owner: str, key: str, digest: str, field: str) -> Job:
        """The job of a request that came before."""
        earlier = await self._store.request(key)
        if earlier is None:
            raise Problem(Reason.UNAVAILABLE, what="the verification job")  # deleted just now
        known, job_id = earlier
        if known != digest:
            raise Problem(Reason.ALREADY_EXISTS, field=field, what=field)
        job = await self._store.job(job_id, owner, self._clock.now())
        if job is None:
            raise Problem(Reason.NOT_FOUND, field="job_id", what="verification job")
        return job

    async def _of_zip(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[Line]:
        packed = bytearray()
        async for chunk in chunks:
            packed += chunk
            if len(packed) > self._limits.zip_bytes:
                limit = f"{self._limits.zip_bytes} bytes for a ZIP file"
                raise Problem(Reason.TOO_LARGE, field="body", limit=limit)
        lines = unzipped(bytes(packed), self._limits)
        # To unpack a file takes processor time, and zlib lets others have theirs meanwhile.
        while line := await asyncio.to_thread(next, lines, None):
            yield line


async def _joined(start: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield start
    async for chunk in chunks:
        yield chunk


def _owner(caller: Caller) -> str:
    caller.require(*ROLES)
    if caller.org_id:
        return caller.org_id
    if Role.AGENCY in caller.roles:
        return AGENCY
    raise Problem(Reason.MISSING_FIELD, field="org_id of the token")


def _audited(
    what: str, caller: Caller, job: Job, details: dict[str, str] | None = None
) -> AuditEntry:
    return AuditEntry(
        f"VERIFICATION_JOB_{what}", caller, object_id=job.job_id, details=details or {}
    )
