"""The work on one partition: records in order, a batch at a time, each handled or given up."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from talent_kit import telemetry
from talent_kit.dead_letters import Budget, DeadLetters
from talent_kit.events import Record
from talent_kit.failures import passes_by_itself
from talent_kit.reading import record_of, type_of
from talent_kit.waiting import until

Handler = Callable[[Sequence[Record]], Awaitable[None]]
BATCH = 500
WAITING_BYTES = 2 * 1024 * 1024  # fetched and waiting; more pause the partition
OVERHEAD = 512  # of a message, for its key and headers
BACK_OFF_SECONDS = 10.0
FINISH_SECONDS = 10.0
logger = logging.getLogger(__name__)


class PartitionWork:
    """Takes fetched messages with `add`; `done` is the offset that may be committed.

    `when_free` is called when it can take more after it was `full`. It ends by `finish`: the batch
    under way is finished (or cancelled after some seconds), the rest forgotten.
    """

    def __init__(
        self,
        *,
        topic: str,
        partition: int,
        group: str,
        handlers: Mapping[str, Handler],
        dead_letters: DeadLetters,
        dead_letters_per_minute: int,
        when_free: Callable[[], None],
    ) -> None:
        self.topic = topic
        self.partition = partition
        self.done: int | None = None
        self.stopped_because: str | None = None
        self.oldest_waiting_ms: int | None = None
        self._group = group
        self._handlers = handlers
        self._dead_letters = dead_letters
        self._budget = Budget(dead_letters_per_minute)
        self._when_free = when_free
        self._waiting: deque[Any] = deque()
        self._waiting_bytes = 0
        self._more = asyncio.Event()
        self._stop = asyncio.Event()
        self._backing_off = False
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._ended)

    @property
    def full(self) -> bool:
        """Whether the partition should be paused."""
        halted = self._backing_off or self.stopped_because is not None
        return halted or self._waiting_bytes >= WAITING_BYTES

    def add(self, messages: list[Any]) -> None:
        self._waiting += messages
        self._waiting_bytes += sum(map(_size, messages))
        if self.done is None:
            self.done = messages[0].offset  # nothing here came before it
        if self.oldest_waiting_ms is None:
            self.oldest_waiting_ms = messages[0].timestamp
        self._more.set()

    async def finish(self) -> None:
        """Return when nothing is under way any more."""
        self._stop.set()
        self._more.set()
        _, late = await asyncio.wait([self._task], timeout=FINISH_SECONDS)
        if late:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A handler can end the task by what is no Exception, such as a stray cancellation."""
        if self._stop.is_set() or self.stopped_because is not None:
            return
        error = None if task.cancelled() else task.exception()
        why = type(error).__name__ if error else "it was cancelled"
        self.stopped_because = f"the work on {self.topic}/{self.partition} has ended: {why}"
        logger.critical("%s stops: %s", self._group, self.stopped_because)

    async def _run(self) -> None:
        while not self._stop.is_set():
            if not self._waiting:
                self.oldest_waiting_ms = None
                self._more.clear()
                await self._more.wait()
                continue
            try:
                await self._handle(self._taken())
            except _Stopped:
                return
            await asyncio.sleep(0)

    def _taken(self) -> list[Any]:
        """What has come in since the last batch: the longer that took, the larger is the next."""
        was_full = self.full
        taken = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        self._waiting_bytes -= sum(map(_size, taken))
        if was_full and not self.full:
            self._when_free()
        return taken

    async def _handle(self, messages: list[Any]) -> None:
        """Hand runs of one type to its handler; skip what has none, undecoded."""
        run: list[Record] = []
        handlers = self._handlers
        for message in messages:
            type = type_of(message)
            if run and (type != run[0].type or len(run) >= BATCH):
                await self._finish_run(run)
                run = []
            if type in handlers:
                run.append(record_of(message, self.topic, type))
            elif not run:
                self.done = message.offset + 1
        if run:
            await self._finish_run(run)
        self.done = messages[-1].offset + 1

    async def _finish_run(self, run: list[Record]) -> None:
        self.oldest_waiting_ms = run[0].timestamp_ms
        await self._apply(self._handlers[run[0].type], run)
        self.done = run[-1].offset + 1
        telemetry.records_handled.add(len(run), {"group": self._group, "type": run[0].type})

    async def _apply(self, handler: Handler, records: list[Record]) -> None:
        """Handle; of a batch that fails, its halves, until the bad record stands alone."""
        failures = 0
        while True:
            if self._stop.is_set():
                raise _Stopped
            try:
                with telemetry.batch_span(self._group, records):
                    await handler(records)
                return
            except Exception as error:
                if passes_by_itself(error):
                    failures += 1
                    await self._back_off(failures, error)
                elif len(records) == 1:
                    await self._give_up(records[0], error)
                    return
                else:
                    break
        middle = len(records) // 2
        await self._apply(handler, records[:middle])
        self.done = records[middle - 1].offset + 1
        await self._apply(handler, records[middle:])

    async def _give_up(self, record: Record, error: Exception) -> None:
        place = f"{record.topic}/{record.partition}/{record.offset}"
        if not self._budget.take():
            self.stopped_because = f"too many dead letters in {record.topic}/{record.partition}"
            logger.critical("%s stops at %s: %s", self._group, place, self.stopped_because)
            raise _Stopped
        # The traceback names code; its message could quote the record, so only its type is logged.
        logger.error("%s gives up %s: %s", self._group, place, _where(error))
        failures = 0
        while True:
            try:
                await self._dead_letters.put(record, error)
                return
            except Exception as failure:
                failures += 1
                await self._back_off(failures, failure)
                if self._stop.is_set():
                    raise _Stopped from None

    async def _back_off(self, failures: int, error: Exception) -> None:
        """Wait, longer each time, with the partition paused; polling goes on meanwhile."""
        logger.warning(
            "%s waits at %s/%d: %s", self._group, self.topic, self.partition, type(error).__name__
        )
        self._backing_off = True
        try:
            await until(self._stop, min(BACK_OFF_SECONDS, 0.1 * 2**failures))
        finally:
            self._backing_off = False
            if not self.full:
                self._when_free()


class _Stopped(Exception):
    """The work ends here; what is not done stays uncommitted."""


def _size(message: Any) -> int:
    return len(message.value or b"") + OVERHEAD


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_name} ({code.co_filename}:{trace.tb_lineno})"
