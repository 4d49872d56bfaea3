"""The kit's consumer with an empty handler, against bare aiokafka on the same topic."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer
from talent_kit.clock import SystemClock
from talent_kit.consumer import Consumer
from talent_kit.events import Record, outgoing
from talent_kit.producer import Producer
from talent_kit.settings import CommonSettings
from talent_kit.topics import ensure_topics
from talent_local.kafka import kafka
from talent_local.parts import free_port, running
from talent_proto.events.v1.common_pb2 import Actor, AggregateVersion, EventHeader
from talent_proto.events.v1.jobs_pb2 import Job, JobPosted

from bench.network import INSTALLED
from bench.report import against, plain, report

TOPIC = "talent.jobs.v1"
COUNT = 100_000
ROUNDS = 3


def main() -> None:
    part = kafka(INSTALLED, port=free_port(), controller_port=free_port())
    with running(part):
        asyncio.run(measure(f"127.0.0.1:{part.ports['kafka']}"))


async def measure(bootstrap: str) -> None:
    settings = CommonSettings(kafka_bootstrap=bootstrap, kafka_namespace=f"bench{time.time_ns()}")
    await ensure_topics(settings)
    producer = Producer(settings, "bench")
    await producer.start()
    await fill(producer)
    bare = max([await bare_aiokafka(settings) for _ in range(ROUNDS)])
    ours = max([await the_kit(settings, producer, round) for round in range(ROUNDS)])
    await producer.stop()
    report(
        "consumer",
        [
            plain("bare aiokafka, getmany", bare, "records/s"),
            against("the kit's consumer, empty handler", ours, "records/s", bare, 0.4),
        ],
    )


async def fill(producer: Producer) -> None:
    """Jobs of some 500 bytes."""
    for start in range(0, COUNT, 1000):
        await producer.send_all(
            [outgoing(TOPIC, f"job-{n}", event(n)) for n in range(start, start + 1000)]
        )


def event(number: int) -> JobPosted:
    header = EventHeader(
        event_id=f"event-{number}",
        aggregate_version=AggregateVersion(epoch=1, n=1),
        actor=Actor(id="bench"),
    )
    return JobPosted(header=header, job=Job(job_id=f"job-{number}", description="x" * 400))


async def bare_aiokafka(settings: CommonSettings) -> float:
    consumer: Any = AIOKafkaConsumer(
        settings.topic(TOPIC),
        bootstrap_servers=settings.kafka_bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        group_id=f"bare-{time.time_ns()}",
        isolation_level="read_committed",
    )
    await consumer.start()
    seen = 0
    began = 0.0
    while seen < COUNT:
        for records in (await consumer.getmany(timeout_ms=100)).values():
            began = began or time.perf_counter()
            seen += len(records)
    rate = seen / (time.perf_counter() - began)
    await consumer.stop()
    return rate


async def the_kit(settings: CommonSettings, producer: Producer, round: int) -> float:
    seen = 0
    began = 0.0
    stop = asyncio.Event()

    async def handle(records: Sequence[Record]) -> None:
        nonlocal seen, began
        began = began or time.perf_counter()
        seen += len(records)
        if seen >= COUNT:
            stop.set()

    consumer = Consumer(
        settings,
        group=f"bench-{round}",
        handlers={"JobPosted": handle},
        topics=[TOPIC],
        producer=producer,
        clock=SystemClock(settings.zone),
    )
    running = asyncio.create_task(consumer.run(stop))
    await stop.wait()
    rate = seen / (time.perf_counter() - began)
    await running
    return rate


if __name__ == "__main__":
    main()
