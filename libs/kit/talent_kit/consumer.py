"""The consumer: at-least-once, partitions side by side, keys in order, offsets after effects."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from talent_kit import telemetry
from talent_kit.clock import Clock
from talent_kit.dead_letters import DeadLetters
from talent_kit.events import Record, UnknownEvent
from talent_kit.kafka import (
    FETCH_WAIT_MS,
    ConsumerRebalanceListener,
    KafkaError,
    kafka_consumer,
)
from talent_kit.partition import Handler, PartitionWork
from talent_kit.producer import Producer
from talent_kit.reading import read_to_end
from talent_kit.settings import CommonSettings
from talent_kit.tail import Tail
from talent_kit.waiting import until

__all__ = ["Consumer", "Handler", "PartitionHook", "Tail", "read_to_end"]

PartitionHook = Callable[[Sequence[tuple[str, int]]], Awaitable[None]]
POLL_MS = 100
COMMIT_SECONDS = 0.2
POSITION_SECONDS = 1.0
LAG_IS_OLD_MS = 3_000
logger = logging.getLogger(__name__)


class Consumer:
    """Hands the records of `topics` to `handlers`, by type, in batches of one type.

    A handler may see a record again, so its effect goes through the version gate. Raising
    UNAVAILABLE or a connection error pauses the partition and tries again; any other error sends
    the one record that caused it to the dead letters, as does a record that has no type at all; one
    of a type that is not in `handlers` is passed over. `on_assigned` and `on_revoked` tell which
    (topic, partition) pairs come and go; on revoked ones nothing is under way any more.
    """

    def __init__(
        self,
        settings: CommonSettings,
        *,
        group: str,
        handlers: Mapping[str, Handler],
        topics: Sequence[str],
        producer: Producer,
        clock: Clock,
        on_assigned: PartitionHook | None = None,
        on_revoked: PartitionHook | None = None,
    ) -> None:
        self.group = group
        self.topics = list(topics)
        self._settings = settings
        self._handlers = {"": _untyped, **handlers}
        self._dead_letters = DeadLetters(producer, group, clock)
        self._on_assigned = on_assigned
        self._on_revoked = on_revoked
        self._works: dict[Any, PartitionWork] = {}
        self._committed: dict[Any, int] = {}
        self._committing = asyncio.Lock()
        self._kafka: Any = None
        self._settled = False  # its partitions are known: false at first and in a rebalance

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop`; then finish the batches under way, commit them and leave."""
        if not await self._start(stop):
            return
        committer = asyncio.create_task(self._commit_often(stop))
        try:
            while not stop.is_set():
                await self._poll(stop)
        finally:
            await self._end_work(list(self._works))
            committer.cancel()
            await asyncio.gather(committer, return_exceptions=True)
            await self._kafka.stop()
            self._kafka = None
            self._settled = False

    def ready(self) -> str | None:
        """None, or why this consumer does not do its work."""
        if self._kafka is None:
            return f"{self.group} is not connected to the event bus"
        if not self._settled:
            return f"{self.group} waits for its partitions"
        stopped = [work.stopped_because for work in self._works.values()]
        return next((reason for reason in stopped if reason), None)

    def lag(self) -> int | None:
        """How many records wait in this replica's partitions; None while that is unknown."""
        if self._kafka is None or not self._settled:
            return None
        total = 0
        for part, work in self._works.items():
            end = self._fresh_end(part)
            if end is None:
                return None
            if work.done is None:
                return None
            total += max(0, end - work.done)
        return total

    def lag_ms(self) -> int | None:
        """How far behind this replica may be: the age of the oldest unhandled record, or how long
        the broker has been silent; 0 when neither, None while unknown."""
        if self._kafka is None or not self._settled:
            return None
        now = int(time.time() * 1000)
        oldest = now
        for part, work in self._works.items():
            if work.oldest_waiting_ms is not None:
                oldest = min(oldest, work.oldest_waiting_ms)
                continue
            if self._fresh_end(part) is None:
                return None
            told = self._kafka.last_poll_timestamp(part)
            # The broker answers a long poll several times a second: so much silence is no lag.
            if now - told > 2 * FETCH_WAIT_MS:
                oldest = min(oldest, told)
        return now - oldest

    async def replay(self, record: Record) -> None:
        """Run this group's handler on one record, now. Raises what the handler raises."""
        handler = self._handlers.get(record.type)
        if handler is not None:
            await handler([record])

    def _fresh_end(self, part: Any) -> int | None:
        """The partition's end, if the broker told it lately."""
        if self._kafka is None or part not in self._kafka.assignment():
            return None
        told = self._kafka.last_poll_timestamp(part)
        work = self._works.get(part)
        paused = work is not None and work.full
        if told is None or (not paused and time.time() * 1000 - told > LAG_IS_OLD_MS):
            return None
        return self._kafka.highwater(part)

    async def _start(self, stop: asyncio.Event) -> bool:
        while not stop.is_set():
            kafka = kafka_consumer(
                self._settings,
                group_id=self._settings.topic(self.group),
                max_poll_interval_ms=300_000,
            )
            topics = [self._settings.topic(topic) for topic in self.topics]
            kafka.subscribe(topics, listener=_Listener(self))
            try:
                self._kafka = kafka
                await kafka.start()
                return True
            except (KafkaError, OSError) as error:
                self._kafka = None
                logger.warning(
                    "%s cannot reach the event bus: %s", self.group, type(error).__name__
                )
                await kafka.stop()
                await until(stop, 1)
        return False

    async def _poll(self, stop: asyncio.Event) -> None:
        try:
            fetched = await self._kafka.getmany(timeout_ms=POLL_MS)
        except (KafkaError, OSError) as error:
            logger.warning("%s cannot fetch: %s", self.group, type(error).__name__)
            await until(stop, 0.5)
            return
        for part, messages in fetched.items():
            work = self._works.get(part)
            if work is not None:
                work.add(messages)
        assigned = self._kafka.assignment()
        for part, work in self._works.items():
            if work.full and part in assigned:
                self._kafka.pause(part)

    def _resume(self, part: Any) -> None:
        if self._kafka is not None and part in self._kafka.assignment():
            self._kafka.resume(part)

    async def _commit_often(self, stop: asyncio.Event) -> None:
        while True:
            await until(stop, COMMIT_SECONDS)
            await self._find_starts()
            await self._commit(list(self._works))
            lag = self.lag()
            if lag is not None:
                telemetry.consumer_lag.set(lag, {"group": self.group})
            if stop.is_set():
                return

    async def _find_starts(self) -> None:
        """Of partitions that have brought no record yet: what was committed earlier is done."""
        for part, work in list(self._works.items()):
            if work.done is not None:
                continue
            try:
                async with asyncio.timeout(POSITION_SECONDS):
                    position = await self._kafka.position(part)
            except (KafkaError, OSError):
                return
            if work.done is None:
                work.done = position

    async def _commit(self, parts: Sequence[Any]) -> None:
        """Commit what is done. A refusal means a repeat to come, no more."""
        async with self._committing:
            offsets: dict[Any, int] = {}
            for part in parts:
                work = self._works.get(part)
                if work is None or work.done is None or work.done == self._committed.get(part):
                    continue
                offsets[part] = work.done
            if not offsets:
                return
            try:
                async with asyncio.timeout(10):
                    await self._kafka.commit(offsets)
                self._committed.update(offsets)
            except (KafkaError, OSError, TimeoutError) as error:
                logger.info(
                    "%s could not commit, so records come again: %s",
                    self.group,
                    type(error).__name__,
                )

    async def _end_work(self, parts: Sequence[Any]) -> None:
        works = [self._works[part] for part in parts if part in self._works]
        await asyncio.gather(*(work.finish() for work in works))
        await self._commit(parts)
        for part in parts:
            self._works.pop(part, None)
            self._committed.pop(part, None)

    def _begin_work(self, part: Any) -> None:
        self._works[part] = PartitionWork(
            topic=self._settings.logical_topic(part.topic),
            partition=part.partition,
            group=self.group,
            handlers=self._handlers,
            dead_letters=self._dead_letters,
            dead_letters_per_minute=self._settings.dead_letters_per_minute,
            when_free=lambda: self._resume(part),
        )

    def _named(self, parts: Sequence[Any]) -> list[tuple[str, int]]:
        logical = self._settings.logical_topic
        return sorted((logical(part.topic), part.partition) for part in parts)

    async def revoked(self, parts: Sequence[Any]) -> None:
        self._settled = False
        if not parts:
            return
        await self._end_work(parts)
        if self._on_revoked:
            await self._on_revoked(self._named(parts))

    async def assigned(self, parts: Sequence[Any]) -> None:
        for part in parts:
            self._begin_work(part)
        if parts and self._on_assigned:
            await self._on_assigned(self._named(parts))
        self._settled = True  # also with no partition: more replicas than partitions


async def _untyped(records: Sequence[Record]) -> None:
    raise UnknownEvent("the record has no ce_type")


class _Listener(cast(Any, ConsumerRebalanceListener)):  # its methods may be coroutines
    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Any) -> None:
        await self._consumer.revoked(list(revoked))

    async def on_partitions_assigned(self, assigned: Any) -> None:
        await self._consumer.assigned(list(assigned))
