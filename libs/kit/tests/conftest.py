import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from talent_kit.audit import Audit
from talent_kit.auth import Caller, Role
from talent_kit.clock import ManualClock
from talent_kit.outbox import Outbox
from talent_kit.producer import Producer
from talent_kit.settings import CommonSettings
from talent_kit.store import Store
from talent_kit.topics import ensure_topics

AGENT = Caller("agent-1", "agency", frozenset({Role.AGENCY}))


async def eventually(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """The condition's value, as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if isinstance(value, Awaitable):
            value = await value
        if value:
            return value
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come true in time")


@asynccontextmanager
async def in_background(*works: Any) -> AsyncIterator[list[asyncio.Event]]:
    """Runs each `work(stop)`; at the end, stops them and waits for them."""
    stops = [asyncio.Event() for _ in works]
    tasks = [asyncio.create_task(work(stop)) for work, stop in zip(works, stops, strict=True)]
    try:
        yield stops
    finally:
        for stop in stops:
            stop.set()
        await asyncio.gather(*tasks)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))


@pytest.fixture
def settings(mongo_url: str, namespace: str) -> CommonSettings:
    """For tests that need the database alone."""
    return CommonSettings(mongo_url=mongo_url, mongo_database_prefix=namespace)


@pytest.fixture
async def store(settings: CommonSettings) -> AsyncIterator[Store]:
    store = await Store.connect(settings, "kit")
    yield store
    await store.close()


@pytest.fixture
async def outbox(store: Store) -> Outbox:
    outbox = Outbox(store, "kit")
    await outbox.prepare()
    return outbox


@pytest.fixture
async def audit(store: Store, clock: ManualClock) -> Audit:
    audit = Audit(store, clock)
    await audit.prepare()
    return audit


@pytest.fixture
async def bus(kafka_bootstrap: str, mongo_url: str, namespace: str) -> CommonSettings:
    """Settings with the topics made."""
    settings = CommonSettings(
        kafka_bootstrap=kafka_bootstrap,
        kafka_namespace=namespace,
        kafka_partitions=2,
        mongo_url=mongo_url,
        mongo_database_prefix=namespace,
    )
    await ensure_topics(settings)
    return settings


@pytest.fixture
async def producer(bus: CommonSettings) -> AsyncIterator[Producer]:
    producer = Producer(bus, "kit")
    yield producer
    await producer.stop()
