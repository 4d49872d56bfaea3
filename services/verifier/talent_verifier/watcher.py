"""Looks after the documents of others: asks for each when its time has come, and has the verdicts
made anew that depend on what has changed.

One replica does this, under a lease. All that is to be done stands in the rows, so whoever takes
the lease next goes on with it; what was done and not noted is done again, and says nothing new.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from talent_kit.clock import Clock
from talent_kit.failures import passes_by_itself
from talent_kit.leases import Lease
from talent_kit.telemetry import meter
from talent_kit.waiting import until

from talent_verifier.asking import Asking
from talent_verifier.store import VerifierStore
from talent_verifier.verdicts import Verdicts
from talent_verifier.watch_store import WatchStore
from talent_verifier.watching import (
    ANY,
    SKEW,
    Watched,
    Work,
    bucket_keys,
    for_all,
    index_keys,
)

TICK_SECONDS = 0.5
BACK_OFF_SECONDS = 1.0
MEASURE_SECONDS = 15.0
OLDER_SECONDS = 1.0  # between two parts of what the version before has stored
OLDER_IDLE_SECONDS = 60.0
TOGETHER = 200  # credentials of the version before that are judged anew at once
BUCKETS_TOGETHER = 4  # of a document's dependents, before another document has its turn
INDEXES_TOGETHER = 50
BYSTANDERS = 3
DOCUMENTS = 50  # with verdicts to make anew, in turn
# A host that cannot be reached is left alone for so long, however many documents it serves. Not
# longer: others may share its name, and one of them must not hold up the rest.
HOST_AWAY = timedelta(seconds=60)
AWAY = ("unreachable", "timeout")
logger = logging.getLogger(__name__)

documents_watched = meter.create_gauge("talent.verifier.watch.documents")
watch_lag = meter.create_gauge("talent.verifier.watch.lag", "s")
judged_again = meter.create_counter("talent.verifier.watch.judged")


@dataclass(frozen=True)
class Pace:
    """How many documents are asked for at once, of one host, and in a second."""

    parallel: int
    per_host: int
    per_second: float


class Watcher:
    def __init__(
        self,
        *,
        rows: WatchStore,
        asking: Asking,
        store: VerifierStore,
        verdicts: Verdicts,
        lease: Lease,
        clock: Clock,
        pace: Pace,
    ) -> None:
        self._rows = rows
        self._asking = asking
        self._store = store
        self._verdicts = verdicts
        self._lease = lease
        self._clock = clock
        self._pace = pace
        self._places: dict[str, _Place] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`, whenever this replica holds the lease."""
        await self._lease.hold(stop, self._watch)

    async def _watch(self, epoch: int, ended: asyncio.Event) -> None:
        self._places.clear()
        await asyncio.gather(
            self._ask_what_is_due(ended),
            self._repeat(ended, self._tell_what_ended),
            self._repeat(ended, self._judge_again),
            self._repeat(ended, partial(self._take_over, ended)),
            self._repeat(ended, self._measure),
        )

    async def _repeat(self, ended: asyncio.Event, look: Callable[[], Awaitable[float]]) -> None:
        """`look` again and again; it says after how many seconds."""
        while not ended.is_set():
            try:
                wait = await look()
            except Exception as error:
                wait = _after(error)
            await until(ended, wait)

    async def _ask_what_is_due(self, ended: asyncio.Event) -> None:
        """As many at a time as may be; each that ends makes room for the next."""
        running: dict[str, tuple[str, asyncio.Task[None]]] = {}
        ending = asyncio.create_task(ended.wait())
        try:
            while not ended.is_set():
                wait = TICK_SECONDS
                try:
                    if await self._begin(running, ended):
                        wait = 0.0
                except Exception as error:
                    wait = _after(error)
                tasks = {task for _, task in running.values()}
                await asyncio.wait(
                    {ending, *tasks}, timeout=wait, return_when=asyncio.FIRST_COMPLETED
                )
                for document, (_, task) in list(running.items()):
                    if task.done():
                        del running[document]
        finally:
            ending.cancel()
            await asyncio.gather(*(task for _, task in running.values()))

    async def _begin(
        self, running: dict[str, tuple[str, asyncio.Task[None]]], ended: asyncio.Event
    ) -> bool:
        """Begin with what is due; whether there was any."""
        free = self._pace.parallel - len(running)
        if free <= 0:
            return False
        hosts = Counter(host for host, _ in running.values())
        full = [host for host, count in hosts.items() if count >= self._pace.per_host]
        began = False
        for row in await self._rows.to_ask(self._clock.now(), list(running), full, free):
            if hosts[row.host] >= self._pace.per_host:
                continue
            hosts[row.host] += 1
            running[row.id] = row.host, asyncio.create_task(self._ask(row))
            began = True
            if await until(ended, 1 / self._pace.per_second):
                break
        return began

    async def _ask(self, row: Watched) -> None:
        try:
            if not row.is_needed(self._clock.now()):
                if not await self._has_dependents(row):
                    await self._rows.delete(row)
                    return
                row = await self._asking.need(row)
            after = await self._asking.ask(row)
            if after.failure in AWAY and after.ask_at:
                soon = self._clock.now() + HOST_AWAY
                await self._rows.postpone(row.host, min(after.ask_at, soon))
        except Exception as error:
            _after(error)

    async def _has_dependents(self, row: Watched) -> bool:
        for some in _parts(bucket_keys(row.id), BUCKETS_TOGETHER):
            if await self._store.dependents(some):
                return True
        return False

    async def _tell_what_ended(self) -> float:
        for row in await self._rows.ended(self._clock.now(), DOCUMENTS):
            await self._asking.tell(row)
        return TICK_SECONDS

    async def _judge_again(self) -> float:
        """A page of each document's dependents in turn, so that a large one holds up nobody."""
        rows = await self._rows.working(self._clock.now(), DOCUMENTS)
        wait = 0.0 if rows else TICK_SECONDS
        for row in rows:
            try:
                if row.work:
                    await self._page(row, row.work)
            except Exception as error:
                # From the beginning: what was judged anew meanwhile is left out by itself.
                self._places.pop(row.id, None)
                wait = _after(error)
        return wait

    async def _page(self, row: Watched, work: Work) -> None:
        place = self._places.get(row.id)
        if place is None or place.work != work:
            if await self._more_than_bits(row, work):
                await self._rows.write(for_all(row))
                return
            place = _Place(work, _pages(row.id, work), began=self._clock.now())
            self._places[row.id] = place
        for some in place.pages:
            ids = await self._store.dependents(some, work.judged_before)
            if ids:
                await self._verdicts.look_again(list(ids))
                judged_again.add(len(ids), {"because": "all" if work.indexes is None else "bits"})
                return
        del self._places[row.id]
        await self._rows.write(replace(row, work=work.after_a_pass(place.began)))

    async def _more_than_bits(self, row: Watched, work: Work) -> bool:
        """Whether the verdict changes also where the bit did not: the new edition of a list may
        have a wrong signature, or the one before may have been over."""
        if work.indexes is None or work.look_at > work.since:  # found out in the first pass
            return False
        ids = await self._bystanders(row, work, work.indexes)
        if not ids:
            return True  # nobody to see it by
        before = await self._store.standings(ids)
        await self._verdicts.look_again(ids)
        judged_again.add(len(ids), {"because": "bystander"})
        after = await self._store.standings(ids)
        for credential_id, standing in before.items():
            verdict, then = after[credential_id].verdict, standing.verdict
            if verdict and then and not verdict.says_the_same_as(then):
                return True
        return False

    async def _bystanders(self, row: Watched, work: Work, indexes: tuple[int, ...]) -> list[str]:
        """Some that depend on none of `indexes` and were judged long before the change."""
        without = set(index_keys(row.id, [ANY, *indexes]))
        ids: list[str] = []
        for some in _parts(bucket_keys(row.id), BUCKETS_TOGETHER):
            found = await self._store.dependents(some, work.since - SKEW)
            ids += [one for one, keys in found.items() if without.isdisjoint(keys)]
            if len(ids) >= BYSTANDERS:
                break
        return ids[:BYSTANDERS]

    async def _take_over(self, ended: asyncio.Event) -> float:
        """Have what the version before stored judged anew, which notes what it depends on."""
        ids: list[str] = []
        async for one in self._store.of_an_older_version():
            ids.append(one)
            if len(ids) == TOGETHER:
                await self._verdicts.look_again(ids)
                ids.clear()
                if await until(ended, OLDER_SECONDS):
                    return 0.0
        await self._verdicts.look_again(ids)
        return OLDER_IDLE_SECONDS

    async def _measure(self) -> float:
        watch_lag.set((await self._rows.late(self._clock.now())).total_seconds())
        documents_watched.set(await self._rows.count())
        return MEASURE_SECONDS


@dataclass(frozen=True)
class _Place:
    """How far the dependents of one document have been gone through."""

    work: Work
    pages: Iterator[list[str]]
    began: datetime


def _pages(document: str, work: Work) -> Iterator[list[str]]:
    """Keys of all dependents that the work is about."""
    if work.indexes is None:
        return _parts(bucket_keys(document), BUCKETS_TOGETHER)
    return _parts(index_keys(document, [ANY, *work.indexes]), INDEXES_TOGETHER)


def _parts(every: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(every), size):
        yield every[start : start + size]


def _after(error: Exception) -> float:
    """Seconds to wait after a failure."""
    if not passes_by_itself(error):
        logger.exception("looking after documents failed")
    return BACK_OFF_SECONDS
