"""Sends records to Kafka: idempotent, acknowledged by all replicas in sync."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

from talent_kit import telemetry
from talent_kit.errors import Problem, Reason
from talent_kit.events import Headers, Outgoing, kafka_headers
from talent_kit.kafka import (
    REFUSED,
    KafkaError,
    MessageSizeTooLargeError,
    close_producer,
    kafka_producer,
    murmur2,
)
from talent_kit.settings import CommonSettings
from talent_kit.topics import find_topic

ATTEMPTS = 3
CLOSE_SECONDS = 5.0  # for a producer that failed
logger = logging.getLogger(__name__)


class Message(NamedTuple):
    """One record as it goes out."""

    topic: str
    key: str
    value: bytes | None
    headers: Headers


def partition_of(key: str, count: int) -> int:
    """The partition of a key, as Kafka's own clients choose it."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % count


class Producer:
    """`source` names the service in `ce_source`. Start it, stop it; it rebuilds itself between."""

    def __init__(self, settings: CommonSettings, source: str) -> None:
        self._settings = settings
        self._source = source
        self._kafka: Any = None
        self._building = asyncio.Lock()

    async def start(self) -> None:
        await self._connected()

    async def stop(self) -> None:
        """Wait for what is under way, but not for a broker that is away, then close."""
        kafka, self._kafka = self._kafka, None
        if kafka is not None:
            await close_producer(kafka, self._settings.shutdown_seconds)

    async def send_all(self, items: Sequence[Outgoing]) -> None:
        """Send in order and return when all are acknowledged.

        A failed attempt is made again with a new producer, so a record may be there twice: the
        version gate drops it. Raises UNAVAILABLE after the last attempt, TOO_LARGE at once.
        """
        trace = telemetry.carrier()
        rest = [self._message(item, trace) for item in items]
        for attempt in range(1, ATTEMPTS + 1):
            failures = await self.send(rest)
            # All from the first failure on, to keep the order of a key.
            rest = rest[min(failures) :] if failures else []
            if not rest:
                return
            error = failures[min(failures)]
            if isinstance(error, MessageSizeTooLargeError):
                limit = f"{self._settings.max_message_bytes} bytes"
                raise Problem(Reason.TOO_LARGE, limit=limit) from None
            logger.warning("attempt %d to send failed: %s", attempt, type(error).__name__)
            await asyncio.sleep(0.1 * attempt)
        raise Problem(Reason.UNAVAILABLE, what="the event bus")

    async def send(
        self, messages: Sequence[Message], seconds: float | None = None
    ) -> dict[int, Exception]:
        """Send once; what failed, by index. A record that is refused before it leaves fails alone;
        after any other failure the next call has a new producer. Where not all is acknowledged
        within `seconds`, all has failed, and nothing of it is sent later.

        An idempotent producer that lost its sequence never recovers by itself
        (https://github.com/aio-libs/aiokafka/issues/1017), hence no second chance for it.
        """
        kafka: Any = None
        try:
            async with asyncio.timeout(seconds):
                kafka = await self._connected()
                return await self._send_by(kafka, messages)
        except (KafkaError, OSError) as error:
            if kafka is not None:
                await self._discard(kafka, 0)
            return dict.fromkeys(range(len(messages)), error)

    async def _send_by(self, kafka: Any, messages: Sequence[Message]) -> dict[int, Exception]:
        futures: dict[int, Any] = {}
        failures: dict[int, Exception] = {}
        broken = False
        for index, message in enumerate(messages):
            try:
                futures[index] = await self._send_one(kafka, message)
            except REFUSED as error:
                failures[index] = error
            except (KafkaError, OSError) as error:
                failures |= dict.fromkeys(range(index, len(messages)), error)
                broken = True
                break
        answers = await asyncio.gather(*futures.values(), return_exceptions=True)
        for index, answer in zip(futures, answers, strict=True):
            if isinstance(answer, Exception):
                failures[index] = answer
                broken = True
            elif isinstance(answer, BaseException):
                raise answer
        if broken:
            await self._discard(kafka, CLOSE_SECONDS)
        return failures

    async def _send_one(self, kafka: Any, message: Message) -> Any:
        topic = self._settings.topic(message.topic)
        partition = None
        if find_topic(message.topic).partitioned_by_first:
            count = len(await kafka.partitions_for(topic))
            partition = partition_of(message.key.split("/")[0], count)
        key = message.key.encode()
        return await kafka.send(
            topic, message.value, key, partition=partition, headers=list(message.headers)
        )

    def _message(self, item: Outgoing, trace: dict[str, str]) -> Message:
        if find_topic(item.topic).per_organization:
            # A trace is one name for what has one cause, here a person: two organizations that
            # compare notes, or whoever chose the name, would know whom a record is about.
            trace = {}
        value = None if item.event is None else item.event.SerializeToString()
        return Message(item.topic, item.key, value, kafka_headers(item, self._source, trace))

    async def _connected(self) -> Any:
        async with self._building:
            if self._kafka is None:
                kafka = kafka_producer(self._settings)
                try:
                    await kafka.start()
                except BaseException:
                    await kafka.stop()
                    raise
                self._kafka = kafka
            return self._kafka

    async def _discard(self, kafka: Any, seconds: float) -> None:
        if self._kafka is kafka:
            self._kafka = None
        try:
            await close_producer(kafka, seconds)
        except (KafkaError, OSError) as error:
            logger.warning("a broken producer did not close: %s", type(error).__name__)
