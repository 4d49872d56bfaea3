"""Looks after the documents of others: asks for each when its time has come, and has the verdicts
made anew that depend on what has changed.

One replica does this, under a lease. All that is to be done stands in the rows, so whoever takes
the lease next goes on with it; what was done and not noted is done again, and says nothing new.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

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
    for_all,
    is_over,
    key,
    unneeded,
)

TICK_SECONDS = 0.5
BACK_OFF_SECONDS = 1.0
MEASURE_SECONDS = 15.0
OLDER_SECONDS = 1.0  # between two parts of what the version before has stored
OLDER_IDLE_SECONDS = 60.0
PAGE = 200  # credentials judged anew before another document has its turn
KEYS = 500  # indexes asked for at once
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
            self._repeat(ended, self._take_over),
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
            if not await self._store.depends_on(key(row.id)):
                await self._forget(row)
                return
            after = await self._asking.ask(row)
            if after.failure in AWAY and after.ask_at:
                soon = self._clock.now() + HOST_AWAY
                await self._rows.postpone(row.host, min(after.ask_at, soon))
        except Exception as error:
            _after(error)

    async def _forget(self, row: Watched) -> None:
        """Not at once: a verdict that needs it may be under way."""
        now = self._clock.now()
        if is_over(row, now):
            await self._rows.delete(row)
        else:
            await self._rows.write(unneeded(row, now))

    async def _tell_what_ended(self) -> float:
        for row in await self._rows.ended(self._clock.now(), DOCUMENTS):
            await self._asking.tell(row)
        return TICK_SECONDS

    async def _judge_again(self) -> float:
        """A page of each document's dependents in turn, so that a large one holds up nobody."""
        rows = await self._rows.working(self._clock.now(), DOCUMENTS)
        for row in rows:
            if row.work:
                await self._page(row, row.work)
        return 0.0 if rows else TICK_SECONDS

    async def _page(self, row: Watched, work: Work) -> None:
        place = self._places.get(row.id)
        if place is None or place.work != work:
            if await self._more_than_bits(row, work):
                await self._rows.write(for_all(row))
                return
            place = _Place(work)
            self._places[row.id] = place
        wanted = place.keys(row.id)
        if not wanted:
            del self._places[row.id]
            await self._rows.write(replace(row, work=work.after_a_pass(self._clock.now())))
            return
        ids = await self._store.dependents(wanted, work.judged_before, place.after, PAGE)
        await self._verdicts.look_again(ids)
        judged_again.add(len(ids), {"because": "all" if work.indexes is None else "bits"})
        place.step(ids)

    async def _more_than_bits(self, row: Watched, work: Work) -> bool:
        """Whether the verdict changes also where the bit did not: the new edition of a list may
        have a wrong signature, or the one before may have been over."""
        if work.indexes is None:
            return False
        without = [key(row.id, index) for index in (*work.indexes, ANY)]
        long_before = work.since - SKEW
        ids = await self._store.bystanders(key(row.id), without, long_before, BYSTANDERS)
        before = await self._store.standings(ids)
        await self._verdicts.look_again(ids)
        judged_again.add(len(ids), {"because": "bystander"})
        after = await self._store.standings(ids)
        for credential_id, standing in before.items():
            verdict, then = after[credential_id].verdict, standing.verdict
            if verdict and then and not verdict.says_the_same_as(then):
                return True
        return False

    async def _take_over(self) -> float:
        """Have what the version before stored judged anew, which notes what it depends on."""
        ids = await self._store.of_an_older_version(PAGE)
        await self._verdicts.look_again(ids)
        return OLDER_SECONDS if ids else OLDER_IDLE_SECONDS

    async def _measure(self) -> float:
        oldest = await self._rows.oldest()
        late = (self._clock.now() - oldest).total_seconds() if oldest else 0.0
        watch_lag.set(max(0.0, late))
        documents_watched.set(await self._rows.count())
        return MEASURE_SECONDS


class _Place:
    """How far the dependents of one document have been gone through."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.after = ""
        self._first = 0

    def keys(self, document: str) -> list[str]:
        """Of the dependents that come next; none when all were gone through."""
        indexes = self.work.indexes
        if indexes is None:
            return [key(document)] if self._first == 0 else []
        # Those of which no index is known come with the first.
        every: list[int | str] = [ANY, *indexes]
        return [key(document, index) for index in every[self._first : self._first + KEYS]]

    def step(self, ids: list[str]) -> None:
        if len(ids) < PAGE:
            self.after = ""
            self._first += KEYS
        else:
            self.after = ids[-1]


def _after(error: Exception) -> float:
    """Seconds to wait after a failure."""
    if not passes_by_itself(error):
        logger.exception("looking after documents failed")
    return BACK_OFF_SECONDS
