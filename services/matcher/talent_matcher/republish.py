"""Announces jobs, talent-pool entries, the date, and what scoring goes by, each as its next
version.

Each goes through the outbox in a transaction that raises its version, so that it cannot overtake
a live change. Matches need none of this: they are computed from what is announced.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from talent_kit.store import Session

from talent_matcher.actor import ACTOR
from talent_matcher.dates import Dates
from talent_matcher.engagements import Engagements
from talent_matcher.jobs import Jobs
from talent_matcher.scoring import Scoring
from talent_matcher.scoring_store import ScoringStore
from talent_matcher.store import MatcherStore

AT_ONCE = 50  # aggregates in one transaction


class Republisher:
    def __init__(
        self,
        *,
        store: MatcherStore,
        jobs: Jobs,
        engagements: Engagements,
        dates: Dates,
        scoring_store: ScoringStore,
        scoring: Scoring,
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._engagements = engagements
        self._dates = dates
        self._scoring_store = scoring_store
        self._scoring = scoring

    async def run(self) -> int:
        """How many were announced again."""
        count = await self._all(self._store.job_ids, self._job)
        count += await self._all(self._store.engagement_keys, self._engagement)
        count += await self._all(self._scoring_store.trusting, self._scoring.trusted_again)
        count += await self._store.transact(self._scoring.weights_again)
        return count + await self._store.transact(
            lambda session: self._dates.announce(session, again=True)
        )

    async def _all(
        self,
        keys: Callable[[str, int], Awaitable[Sequence[str]]],
        announce: Callable[[Session, str], Awaitable[None]],
    ) -> int:
        count, after = 0, ""
        while page := await keys(after, AT_ONCE):

            async def work(session: Session, page: Sequence[str] = page) -> None:
                for key in page:
                    await announce(session, key)

            await self._store.transact(work)
            count, after = count + len(page), page[-1]
        return count

    async def _job(self, session: Session, job_id: str) -> None:
        there = await self._store.job(session, job_id)
        if there is not None:
            stored = replace(there, version=there.version.next(self._store.epoch))
            await self._store.put_job(session, stored)
            await self._store.record(session, self._jobs.event(stored, ACTOR))

    async def _engagement(self, session: Session, key: str) -> None:
        job_id, _, holder_id = key.partition("/")
        there = await self._store.engagement(session, job_id, holder_id)
        if there is not None:
            stored = replace(there, version=there.version.next(self._store.epoch))
            await self._store.put_engagement(session, stored)
            await self._store.record(session, self._engagements.as_it_is(stored, ACTOR))
