"""A replica owns the shards of the profile partitions that its consumer group gives it.

A shard is taken over with a new epoch; whoever had it before can announce nothing that counts. What
it is restored from is read beside everything else, and then put into the engine.
"""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack

from talent_kit.clock import Clock
from talent_kit.failures import passes_by_itself
from talent_kit.settings import CommonSettings
from talent_kit.waiting import until

from talent_matcher.engine import Engine
from talent_matcher.place import Place
from talent_matcher.relations import Relations
from talent_matcher.restoring import Announced, Gathered, read_announced, read_profiles
from talent_matcher.snapshots import Snapshots
from talent_matcher.store import MatcherStore
from talent_matcher.turns import run_in_turns

RETRY_SECONDS = 1.0
logger = logging.getLogger(__name__)


class Owning:
    """`known` is set once all jobs, the date and the catalog have been read. Whoever has `writing`
    is the engine's one writer. `announce` what an open shard has to announce."""

    def __init__(
        self,
        settings: CommonSettings,
        *,
        engine: Engine,
        store: MatcherStore,
        clock: Clock,
        known: asyncio.Event,
        relations: Relations,
        snapshots: Snapshots | None,
        writing: asyncio.Lock,
        announce: Callable[[], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._store = store
        self._clock = clock
        self._known = known
        self._relations = relations
        self._snapshots = snapshots
        self._writing = writing
        self._announce = announce
        self.places: dict[int, Place] = {}  # of open shards
        # Of all that are this replica's: what opens each, and how that is ended.
        self.owned: dict[int, tuple[asyncio.Task[None], asyncio.Event]] = {}

    def not_ready(self) -> str | None:
        """None, or why this replica's shards do not show the present."""
        if not self.owned:
            return "it has no part of the profiles yet"
        if any(not task.done() for task, _ in self.owned.values()):
            return "its matches are being restored"
        if self._engine.as_of is None:
            return "the date is not known yet"
        return None

    def take(self, partitions: Sequence[int]) -> None:
        """Begin to open them."""
        given_up = asyncio.Event()
        task = asyncio.create_task(self._open(partitions, given_up))
        self.owned |= dict.fromkeys(partitions, (task, given_up))

    async def give_up(self, partitions: Sequence[int]) -> None:
        """Nothing opens them any more. Those that are open are to be closed."""
        opening = [self.owned.pop(one) for one in partitions if one in self.owned]
        for _, given_up in opening:
            given_up.set()
        await asyncio.gather(*{task for task, _ in opening})

    def close(self, partition: int) -> None:
        """While `writing`."""
        self._engine.close_shard(partition)
        self.places.pop(partition, None)

    async def _open(self, partitions: Sequence[int], given_up: asyncio.Event) -> None:
        """Restore shards: their profiles and what is announced of them; then announce differences.
        Tried again until it succeeds or one of them goes to somebody else."""
        while not self._known.is_set():
            if await until(given_up, 0.02):
                return
        left = list(partitions)
        epochs: dict[int, int] = {}  # taken once: a try that fails takes nothing from others
        while True:
            try:
                await self._restore(left, epochs, given_up)
            except Exception as error:
                if not passes_by_itself(error):
                    logger.exception("shards %s cannot be restored", left)
                logger.warning("shards %s wait to be restored: %s", left, type(error).__name__)
            if not left or await until(given_up, RETRY_SECONDS):
                return

    async def _restore(
        self, left: list[int], epochs: dict[int, int], given_up: asyncio.Event
    ) -> None:
        """Takes from `left` whatever is open."""
        # Taken before anything is read: whoever had a shard before announces nothing from then on
        # that is not read here.
        for partition in left:
            if partition not in epochs:
                epochs[partition] = await self._store.take_shard(partition, 0)
        there = await read_announced(self._settings, left, given_up)
        gathered = {partition: await self._taken_up(partition) for partition in left}
        waiting = gathered
        while waiting and not given_up.is_set():
            await read_profiles(self._settings, waiting, lambda: self._engine.as_of, given_up)
            waiting = {one: self._nobody() for one, its in waiting.items() if not its.is_sound}
            gathered |= waiting
        for partition in list(left):
            epoch, announced = epochs[partition], there[partition]
            if announced.epoch >= epoch:  # after a restored database
                epoch = epochs[partition] = await self._store.take_shard(partition, announced.epoch)
            if given_up.is_set():
                return
            async with self._writing:
                await self._begin(partition, epoch, announced, gathered.pop(partition))
                left.remove(partition)
            await self._announce()

    def _nobody(self) -> Gathered:
        return Gathered(self._engine.crowd())

    async def _taken_up(self, partition: int) -> Gathered:
        """With whom to begin: those of the snapshot, or nobody."""
        gathered = self._nobody()
        if self._snapshots is None:
            return gathered
        with ExitStack() as stack:
            snapshot = self._snapshots.open(partition, self._clock.now())
            opened = await asyncio.to_thread(stack.enter_context, snapshot)
            if opened is None:
                return gathered
            crowd = gathered.crowd
            # The numbers are the engine's own, so no thread gives them.
            renumbered = crowd.renumbering(opened.meanings)
            await asyncio.to_thread(crowd.fill, opened.load, renumbered)
            return Gathered(crowd, opened.snapshot, place=opened.snapshot.place.copy())

    async def _begin(
        self, partition: int, epoch: int, announced: Announced, gathered: Gathered
    ) -> None:
        snapshot = gathered.snapshot
        fits, told = announced.present(snapshot.settled.told if snapshot else {})
        shard = self._engine.open_shard(partition, epoch, fits, gathered.crowd, told)
        try:
            near = self._relations.changed_since(snapshot.links) if snapshot else None
            if snapshot is None or near is None:
                await run_in_turns(self._engine.settle(partition))
            else:
                changed = gathered.changed
                await run_in_turns(self._engine.resume(partition, snapshot.settled, changed, near))
        except BaseException:
            self.close(partition)
            raise
        self.places[partition] = gathered.place
        gc.freeze()  # millions of objects that stay: no collection needs to look at them again
        logger.info(
            "shard %d is open in epoch %d: %d profiles, %d read, %d announced, %d to announce",
            *(partition, epoch, len(shard.crowd)),
            len(shard.crowd) if snapshot is None else len(gathered.changed),
            *(len(fits), len(shard.pending)),
        )
