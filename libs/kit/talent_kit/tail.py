"""A tail: all partitions of some topics read without a group, to keep a view in memory."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from talent_kit.events import Record
from talent_kit.failures import passes_by_itself, reason_of
from talent_kit.kafka import FETCH_WAIT_MS, KafkaError, kafka_consumer
from talent_kit.reading import parts_of, record_of, type_of
from talent_kit.settings import CommonSettings
from talent_kit.waiting import until

OnRecords = Callable[[Sequence[Record]], Awaitable[None]]
LAG_IS_OLD_MS = 3_000
BACK_OFF_SECONDS = 5.0
logger = logging.getLogger(__name__)


class Tail:
    """Gives every record of `topics` to `on_records`, in order within a partition.

    `caught_up` is set once everything that was there at the start has been given. Where
    `on_records` meets a dependency that is away, it is called again; a record that it cannot take
    is logged and left out: the owner's next event replaces it.
    """

    def __init__(
        self,
        settings: CommonSettings,
        topics: Sequence[str],
        on_records: OnRecords,
        from_beginning: bool = True,
    ) -> None:
        self._settings = settings
        self._topics = list(topics)
        self._on_records = on_records
        self._from_beginning = from_beginning
        self._kafka: Any = None
        self._parts: list[Any] = []
        self._next: dict[Any, int] = {}  # where to go on after a new connection
        self._ends: dict[Any, int] = {}  # when this connection began
        self._current = False  # whether this connection has passed them
        self._stop = asyncio.Event()
        self.caught_up = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        self._stop = stop
        while not stop.is_set():
            try:
                await self._follow(stop)
            except (KafkaError, OSError) as error:
                logger.warning("%s cannot be followed: %s", self._topics, type(error).__name__)
                await until(stop, 1)
            finally:
                kafka, self._kafka = self._kafka, None
                if kafka is not None:
                    await kafka.stop()

    def lag_ms(self) -> int | None:
        """How far behind this view may be; None before it has caught up, again after
        a new connection, or without the broker."""
        if self._kafka is None or not self._current:
            return None
        told = [self._kafka.last_poll_timestamp(part) for part in self._parts]
        if any(moment is None for moment in told):
            return None
        silent = int(time.time() * 1000) - min(told, default=0)
        # The broker answers a long poll several times a second: silence up to that is no lag.
        return 0 if silent <= 2 * FETCH_WAIT_MS else silent

    def ready(self) -> str | None:
        lag = self.lag_ms()
        if lag is None or lag > LAG_IS_OLD_MS:
            return f"the view of {', '.join(self._topics)} is not up to date"
        return None

    async def _follow(self, stop: asyncio.Event) -> None:
        self._current = False
        self._kafka = kafka = kafka_consumer(self._settings)
        await kafka.start()
        self._parts = [part for topic in self._topics for part in parts_of(self._settings, topic)]
        kafka.assign(self._parts)
        await self._seek(kafka)
        self._ends = await kafka.end_offsets(self._parts)
        while not stop.is_set():
            for part, messages in (await kafka.getmany(timeout_ms=100)).items():
                await self._give(self._settings.logical_topic(part.topic), messages)
                self._next[part] = messages[-1].offset + 1
            if not self._current:
                await self._check_caught_up(kafka)

    async def _seek(self, kafka: Any) -> None:
        fresh = [part for part in self._parts if part not in self._next]
        for part, offset in self._next.items():
            kafka.seek(part, offset)
        if not fresh:
            return
        if self._from_beginning:
            await kafka.seek_to_beginning(*fresh)
        else:
            await kafka.seek_to_end(*fresh)

    async def _check_caught_up(self, kafka: Any) -> None:
        for part in self._parts:
            if await kafka.position(part) < self._ends[part]:
                return
        self._current = True
        self.caught_up.set()

    async def _give(self, topic: str, messages: list[Any]) -> None:
        await self._apply([record_of(message, topic, type_of(message)) for message in messages])

    async def _apply(self, records: list[Record]) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                await self._on_records(records)
                return
            except Exception as error:
                if not passes_by_itself(error):
                    await self._leave_out(records, error)
                    return
                failures += 1
                logger.warning("a view of %s waits: %s", self._topics, type(error).__name__)
            await until(self._stop, min(BACK_OFF_SECONDS, 0.1 * 2**failures))

    async def _leave_out(self, records: list[Record], error: Exception) -> None:
        """Of a batch that fails, its halves, until the bad record stands alone."""
        if len(records) > 1:
            middle = len(records) // 2
            await self._apply(records[:middle])
            await self._apply(records[middle:])
            return
        record = records[0]
        place = f"{record.topic}/{record.partition}/{record.offset}"
        logger.error("%s is left out of a view: %s", place, reason_of(error))
