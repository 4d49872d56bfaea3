"""Works on verification jobs, batch by batch, on whichever replica holds the lease.

A batch and its results are stored in one transaction: whoever dies in between repeats one batch,
and no line is lost or told twice. Jobs take turns, so a large one keeps no small one waiting.
"""

import asyncio
import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import talent_vc
from talent_kit.clock import Clock
from talent_kit.failures import passes_by_itself
from talent_kit.leases import Lease
from talent_kit.telemetry import meter
from talent_kit.waiting import until
from talent_vc import Check, Outcome, Overall, Policy

from talent_verifier.checking import Told
from talent_verifier.job_worker import Description, Judged, describe, describe_many
from talent_verifier.jobs import Batch, Job, Line, Result
from talent_verifier.judging import Judge, Question
from talent_verifier.model import Issuer, Verdict
from talent_verifier.store_jobs import JobStore
from talent_verifier.verifying import NOT_DONE, in_halves

LOOK_EVERY_SECONDS = 1.0  # for new jobs
SWEEP_EVERY_SECONDS = 60.0
BACK_OFF_SECONDS = 1.0
logger = logging.getLogger(__name__)
lines_done = meter.create_counter("talent.verifier.jobs.lines")
lines_waiting = meter.create_gauge("talent.verifier.jobs.waiting")
batch_seconds = meter.create_histogram("talent.verifier.jobs.batch.seconds", "s")


class JobRunner:
    """`upload` is how long one may take to arrive; what is older and incomplete is abandoned."""

    def __init__(
        self, *, store: JobStore, judge: Judge, lease: Lease, clock: Clock, upload: timedelta
    ) -> None:
        self._store = store
        self._judge = judge
        self._lease = lease
        self._clock = clock
        self._upload = upload

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`, whenever this replica holds the lease."""
        await self._lease.hold(stop, self._work)

    async def _work(self, epoch: int, ended: asyncio.Event) -> None:
        sweep_at = 0.0
        while not ended.is_set():
            try:
                if time.monotonic() >= sweep_at:
                    await self._sweep()
                    sweep_at = time.monotonic() + SWEEP_EVERY_SECONDS
                if not await self._step():
                    await until(ended, LOOK_EVERY_SECONDS)
            except Exception as error:
                if not passes_by_itself(error):
                    logger.exception("working on a verification job failed")
                await until(ended, BACK_OFF_SECONDS)

    async def _step(self) -> bool:
        """One batch of the job whose turn it is. False where there is nothing to do."""
        began, started = self._clock.now(), time.perf_counter()
        job = await self._store.next(began)
        if job is None:
            return False
        batch = await self._store.next_batch(job.job_id)
        if batch is None:  # its time has passed, and its lines went first
            await self._store.delete(None, job.job_id)
            return True
        results = await self._results(job, batch)
        outcomes = [result.told.verdict.outcome.value for result in results]
        kept = await self._store.transact(
            lambda session: self._store.keep(
                session,
                batch,
                results,
                lambda now: now.after(outcomes, began=began, now=self._clock.now()),
            )
        )
        if kept is None:
            return True
        for outcome in outcomes:
            lines_done.add(1, {"outcome": outcome})
        seconds = time.perf_counter() - started
        batch_seconds.record(seconds)
        logger.info(
            "job %s: %d lines in %.0f ms, %d of %d done",
            *(kept.job_id, len(results), seconds * 1000, kept.done, kept.lines),
        )
        return True

    async def _results(self, job: Job, batch: Batch) -> list[Result]:
        now = self._clock.now()
        today = now if job.policy is Policy.ARCHIVE else None
        at = job.at or now
        questions = [
            Question(line.content, at, policy=job.policy, today=today) for line in batch.lines
        ]
        readable = [n for n, line in enumerate(batch.lines) if not line.mend]
        judged = await self._verdicts([questions[n] for n in readable])
        verdicts = dict(zip(readable, judged, strict=True))
        for n, line in enumerate(batch.lines):
            if line.mend:
                verdicts[n] = _without_look(questions[n], _unreadable(line))
        told = await self._described(
            [
                Judged(
                    content=line.content,
                    outcome=verdicts[n].outcome,
                    checks=verdicts[n].checks,
                    at=at,
                    today=job.at is None,
                )
                for n, line in enumerate(batch.lines)
            ]
        )
        return [
            Result(line.number, line.file, words.name, Told(verdicts[n], words.summary))
            for n, (line, words) in enumerate(zip(batch.lines, told, strict=True))
        ]

    async def _described(self, judged: Sequence[Judged]) -> list[Description]:
        return await in_halves(partial(self._judge.run, describe_many), judged, _plainly)

    async def _verdicts(self, questions: Sequence[Question]) -> list[Verdict]:
        """One that cannot be judged at all must not keep the others from it, nor be judged again
        for ever."""
        if not questions:
            return []
        try:
            return [answer.verdict for answer in await self._judge.judge(questions)]
        except Exception as error:
            if passes_by_itself(error):
                raise
            if len(questions) == 1:
                logger.exception("a line of a verification job cannot be judged")
                return [_without_look(questions[0], NOT_DONE)]
        middle = len(questions) // 2
        return [
            *await self._verdicts(questions[:middle]),
            *await self._verdicts(questions[middle:]),
        ]

    async def _sweep(self) -> None:
        """Delete what should be gone already, and tell how much waits."""
        now = self._clock.now()
        for job_id in await self._store.abandoned(now - 2 * self._upload, now):
            await self._store.delete(None, job_id)
        lines_waiting.set(await self._store.lines_waiting())


def _plainly(judged: Judged) -> Description:
    """In words that need no look into it."""
    return describe(replace(judged, content=b""))


def _unreadable(line: Line) -> talent_vc.Verdict:
    check = Check("structure.readable", Outcome.FAILED, {"mend": line.mend})
    return talent_vc.Verdict(Overall.UNPARSEABLE, (check,))


def _without_look(question: Question, verdict: talent_vc.Verdict) -> Verdict:
    return Verdict(
        digest=hashlib.sha256(question.content).hexdigest(),
        outcome=verdict.outcome,
        checks=verdict.checks,
        issuer=Issuer(""),
        verified_at=question.at,
    )
