"""What the passing of days brings: the date that scores are computed for, jobs that end, and
what was logged and is kept no longer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from talent_kit.audit import AuditEntry
from talent_kit.clock import Clock
from talent_kit.events import header, outgoing
from talent_kit.failures import passes_by_itself
from talent_kit.leases import Lease
from talent_kit.store import Session
from talent_kit.waiting import until
from talent_proto.events.v1 import common_pb2, jobs_pb2

from talent_matcher.actor import ACTOR
from talent_matcher.decision_store import DecisionStore
from talent_matcher.engagements import Engagements
from talent_matcher.event_log import EventLog
from talent_matcher.jobs import Jobs, forgotten
from talent_matcher.messages import date_message
from talent_matcher.store import MatcherStore, StoredJob

TOPIC, KEY = "talent.time.v1", "as_of"
AT_ONCE = 100
DECISIONS_AT_ONCE = 1000
logger = logging.getLogger(__name__)


class Dates:
    """One replica at a time turns the page; every some seconds it looks at the clock."""

    def __init__(
        self,
        lease: Lease,
        *,
        store: MatcherStore,
        jobs: Jobs,
        engagements: Engagements,
        decisions: DecisionStore,
        log: EventLog,
        clock: Clock,
        every_seconds: float,
        closed_job_days: int,
    ) -> None:
        self._lease = lease
        self._store = store
        self._jobs = jobs
        self._engagements = engagements
        self._decisions = decisions
        self._log = log
        self._clock = clock
        self._every = every_seconds
        self._kept = timedelta(days=closed_job_days)

    async def run(self, stop: asyncio.Event) -> None:
        async def turn_pages(epoch: int, ended: asyncio.Event) -> None:
            while not ended.is_set():
                try:
                    await self.turn()
                except Exception as error:
                    if not passes_by_itself(error):
                        raise
                    logger.warning("the date waits: %s", type(error).__name__)
                await until(ended, self._every)

        await self._lease.hold(stop, turn_pages)

    async def turn(self) -> None:
        """Announce a new date, close the jobs that it ends, forget what was kept long enough."""
        await self._store.transact(lambda session: self.announce(session, again=False))
        for job_id in await self._store.expired_jobs(self._clock.today(), AT_ONCE):
            await self._change(job_id, self._expire)
        before = self._clock.now() - self._kept
        for job_id in await self._store.jobs_to_forget(before, AT_ONCE):
            await self._change(job_id, self._forget)
        await self._decisions.forget(self._clock.now(), DECISIONS_AT_ONCE)
        await self._log.forget(self._clock.now())

    async def announce(self, session: Session, *, again: bool) -> bool:
        """Announce today, if it is later than what was announced last, or once more."""
        today = self._clock.today()
        before, version = await self._store.calendar(session)
        if before is not None and before >= today:
            if not again:
                return False
            today = before
        version = version.next(self._store.epoch)
        await self._store.put_calendar(session, today, version)
        head = header(version=version, actor=ACTOR, clock=self._clock)
        event = common_pb2.AsOfAdvanced(header=head, as_of=date_message(today))
        await self._store.record(session, outgoing(TOPIC, KEY, event))
        return True

    async def _change(
        self, job_id: str, change: Callable[[Session, StoredJob], Awaitable[None]]
    ) -> None:
        async def work(session: Session) -> None:
            stored = await self._store.job(session, job_id)
            if stored is not None:
                await change(session, stored)

        await self._store.transact(work)

    async def _expire(self, session: Session, stored: StoredJob) -> None:
        if not stored.open:
            return
        closed = self._jobs.closed(stored, jobs_pb2.JOB_CLOSE_REASON_EXPIRED)
        await self._store.put_job(session, closed)
        await self._engagements.take_back(session, stored.job.job_id, ACTOR)
        entry = AuditEntry("JOB_EXPIRED", ACTOR, object_id=stored.job.job_id)
        await self._store.record(session, self._jobs.event(closed, ACTOR), entry)

    async def _forget(self, session: Session, stored: StoredJob) -> None:
        gone = replace(stored, version=stored.version.next(self._store.epoch))
        await self._store.forget_job(session, stored.job.job_id, gone.version)
        await self._store.record(session, forgotten(gone))
