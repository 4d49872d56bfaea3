"""Kafka records as `Record`s, and topics read without a consumer group."""

from collections.abc import AsyncIterator, Iterable
from typing import Any

from talent_kit.events import Record
from talent_kit.kafka import FETCH_WAIT_MS, KafkaError, TopicPartition, kafka_consumer
from talent_kit.settings import CommonSettings


def type_of(message: Any) -> str:
    """The event type, read from the headers alone; "" when there is none."""
    for name, value in message.headers:
        if name == "ce_type":
            return value.decode("ascii", "replace")
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
    settings: CommonSettings, topic: str, partitions: Iterable[int] | None = None
) -> AsyncIterator[Record]:
    """Every record there is now, partition by partition in order, from offset 0."""
    consumer = kafka_consumer(settings)
    await consumer.start()
    try:
        assigned = await assign(consumer, settings.topic(topic), partitions)
        ends = await consumer.end_offsets(assigned)
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


async def assign(consumer: Any, topic: str, partitions: Iterable[int] | None = None) -> list[Any]:
    """Give a groupless consumer all (or some) partitions of a topic, from the beginning."""
    there = await partitions_of(consumer, topic)
    wanted = there if partitions is None else sorted(partitions)
    assigned = [TopicPartition(topic, partition) for partition in wanted]
    consumer.assign(assigned)
    await consumer.seek_to_beginning(*assigned)
    return assigned


async def partitions_of(consumer: Any, topic: str) -> list[int]:
    await consumer.topics()  # brings the metadata up to date
    there = consumer.partitions_for_topic(topic)
    if not there:
        raise KafkaError(f"the topic {topic} is missing")
    return sorted(there)
