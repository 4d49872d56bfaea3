"""Kafka records as `Record`s, and topics read without a consumer group."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from typing import Any

from talent_kit.events import Record
from talent_kit.kafka import FETCH_WAIT_MS, TopicPartition, kafka_consumer
from talent_kit.settings import CommonSettings
from talent_kit.topics import find_topic


def type_of(message: Any) -> str:
    """The event type, read from the headers alone; "" when there is none."""
    for name, value in message.headers:
        if name == "ce_type":
            return (value or b"").decode("utf-8", "replace")
    return ""


def record_of(message: Any, topic: str, type: str) -> Record:
    """`topic` is the name without a namespace."""
    return Record(
        topic,
        message.partition,
        message.offset,
        message.key.decode("utf-8", "replace") if message.key else "",
        type,
        message.value,
        message.timestamp,
        message.headers,
    )


async def read_to_end(
    settings: CommonSettings,
    topic: str,
    partitions: Iterable[int] | None = None,
    starts: Mapping[int, int] | None = None,
) -> AsyncGenerator[Record]:
    """Every record there is now, partition by partition in order: from the partition's offset in
    `starts`, else from the beginning. A start beyond the end gives none."""
    consumer = kafka_consumer(settings)
    await consumer.start()
    try:
        wanted = None if partitions is None else set(partitions)
        assigned = [
            part for part in parts_of(settings, topic) if wanted is None or part.partition in wanted
        ]
        consumer.assign(assigned)
        await consumer.seek_to_beginning(*assigned)
        ends = await consumer.end_offsets(assigned)
        for part in assigned:
            if starts and part.partition in starts:
                # Beyond the end it would begin again, unless that is seen before.
                consumer.seek(part, min(starts[part.partition], ends[part]))
        left = {part for part in assigned if await consumer.position(part) < ends[part]}
        while left:
            for part, messages in (await consumer.getmany(timeout_ms=FETCH_WAIT_MS)).items():
                for message in messages:
                    if message.offset < ends[part]:
                        yield record_of(message, topic, type_of(message))
            # The position also passes gaps that compaction or aborted transactions left.
            left = {part for part in left if await consumer.position(part) < ends[part]}
    finally:
        await consumer.stop()


async def read_one(
    settings: CommonSettings, topic: str, partition: int, offset: int
) -> Record | None:
    """The record at one place, or None when it is no longer there."""
    consumer = kafka_consumer(settings)
    await consumer.start()
    try:
        part = TopicPartition(settings.topic(topic), partition)
        consumer.assign([part])
        ends = await consumer.end_offsets([part])
        begins = await consumer.beginning_offsets([part])
        if not begins[part] <= offset < ends[part]:
            return None
        consumer.seek(part, offset)
        while await consumer.position(part) < ends[part]:
            fetched = await consumer.getmany(part, timeout_ms=FETCH_WAIT_MS, max_records=1)
            for message in fetched.get(part, []):
                if message.offset != offset:
                    return None
                return record_of(message, topic, type_of(message))
        return None
    finally:
        await consumer.stop()


async def end_offsets(settings: CommonSettings, topic: str) -> dict[int, int]:
    """Of each partition the offset that the next record will have."""
    consumer = kafka_consumer(settings)
    await consumer.start()
    try:
        ends = await consumer.end_offsets(parts_of(settings, topic))
        return {part.partition: end for part, end in ends.items()}
    finally:
        await consumer.stop()


def parts_of(settings: CommonSettings, topic: str) -> list[Any]:
    """All partitions of a topic: their number is declared, and checked at start."""
    count = find_topic(topic).partition_count(settings)
    return [TopicPartition(settings.topic(topic), number) for number in range(count)]
