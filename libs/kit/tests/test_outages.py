"""Kafka and the database are killed under load and come back: nothing is lost, order is kept."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from grpc_health.v1.health import aio as grpc_health
from talent_kit.consumer import Consumer
from talent_kit.health import Health
from talent_kit.leases import SECONDS, Lease
from talent_kit.outbox import Outbox
from talent_kit.producer import Message, Producer
from talent_kit.reading import read_to_end
from talent_kit.relay import Relay
from talent_kit.settings import CommonSettings
from talent_kit.store import Store, is_away
from talent_kit.topics import ensure_topics
from talent_local.database import database
from talent_local.home import Home
from talent_local.kafka import kafka
from talent_local.parts import Part, free_port, running, start, stop, wait_ready

from .builders import CLOCK, JOBS, job_posted
from .conftest import eventually, in_background

KEYS = 20


@pytest.fixture
def home(stack_home: Home, tmp_path: Path) -> Home:
    """A folder of this test's own, sharing only what was fetched at set-up."""
    (tmp_path / "cache").symlink_to(stack_home.cache)
    return Home(tmp_path)


@pytest.fixture
def own():
    """Parts that a test may kill; all end with it."""
    processes = {}

    def started(part: Part) -> None:
        processes[part.name] = start(part, dies_with_us=True)
        wait_ready(part, processes[part.name])

    async def begin(part: Part) -> None:
        await asyncio.to_thread(started, part)

    async def kill(part: Part) -> None:
        processes[part.name].kill()
        await asyncio.to_thread(processes[part.name].wait)

    yield begin, kill
    for process in processes.values():
        stop(process, 10)


@pytest.mark.slow
async def test_a_database_that_hangs_makes_unready_and_ends_work_under_a_lease(home):
    part = database(home, port=free_port())
    lost, holding = [], asyncio.Event()

    async def work(epoch, ended):
        holding.set()
        await ended.wait()
        lost.append(time.monotonic())

    async def hold(stop):
        await Lease(store, "x").hold(stop, work)

    async def watch(stop):
        await state.run(stop, grpc_health.HealthServicer(), [""])

    with running(part) as process:
        url = f"mongodb://127.0.0.1:{part.ports['database']}"
        store = await Store.connect(CommonSettings(mongo_url=url, mongo_timeout_ms=500), "kit")
        state = Health({}, store)
        async with in_background(hold, watch):
            await holding.wait()
            await eventually(lambda: not state.why_not())
            frozen = time.monotonic()
            os.killpg(process.pid, signal.SIGSTOP)
            try:
                await eventually(state.why_not)
                await eventually(lambda: lost)
            finally:
                os.killpg(process.pid, signal.SIGCONT)
            assert lost[0] - frozen < SECONDS
            await eventually(lambda: not state.why_not())
        await store.close()


class Load:
    """Writers that commit versions of some keys, and a consumer that sees what arrives."""

    def __init__(self, settings: CommonSettings, store: Store):
        self.outbox = Outbox(store, "kit")
        self.producer = Producer(settings, "kit")
        self.acknowledged: dict[str, int] = {}
        self.highest: dict[str, int] = {}
        self.first_seen: dict[str, list[int]] = {}
        self.relay = Relay(store, self.outbox, self.producer)
        self.consumer = Consumer(
            settings,
            group="kit-test",
            handlers={"JobPosted": self.see},
            topics=[JOBS],
            producer=self.producer,
            clock=CLOCK,
        )

    async def see(self, records):
        for record in records:
            n = record.version.n
            if n > self.highest.get(record.key, 0):
                self.highest[record.key] = n
                self.first_seen.setdefault(record.key, []).append(n)

    async def write(self, stop: asyncio.Event):
        n = 0
        while not stop.is_set():
            n += 1
            items = [job_posted(f"job-{k}", n) for k in range(KEYS)]
            try:
                await self.outbox.transact(
                    lambda session, items=items: self.outbox.append(session, *items)
                )
            except Exception as error:
                if not is_away(error):
                    raise
                continue  # not acknowledged: the commit may have happened or not
            self.acknowledged.update({f"job-{k}": n for k in range(KEYS)})
            await asyncio.sleep(0.01)

    async def arrived(self) -> bool:
        return self.acknowledged.items() <= self.highest.items() and not await self.outbox.depth()


async def started(settings: CommonSettings) -> tuple[Store, Load]:
    await ensure_topics(settings)
    store = await Store.connect(settings, "kit")
    load = Load(settings, store)
    await load.outbox.prepare()
    return store, load


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_killed_broker_comes_back_and_every_event_arrives_in_order(
    own, home, mongo_url, namespace
):
    begin, kill = own
    part = kafka(home, port=free_port(), controller_port=free_port())
    await begin(part)
    store, load = await started(
        CommonSettings(
            kafka_bootstrap=f"127.0.0.1:{part.ports['kafka']}",
            kafka_request_timeout_ms=5_000,
            mongo_url=mongo_url,
            mongo_database_prefix=namespace,
        )
    )
    async with in_background(load.relay.run, load.consumer.run, load.write) as stops:
        await eventually(lambda: len(load.highest) == KEYS)
        await kill(part)
        before = dict(load.acknowledged)
        await eventually(lambda: load.acknowledged["job-0"] > before["job-0"] + 20)
        await begin(part)
        stops[2].set()
        await eventually(load.arrived, 120)
    await load.producer.stop()
    await store.close()
    for seen in load.first_seen.values():
        assert seen == list(range(1, seen[-1] + 1))


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_what_is_given_up_while_the_broker_is_away_ends_soon_and_is_never_sent(own, home):
    begin, kill = own
    part = kafka(home, port=free_port(), controller_port=free_port())
    await begin(part)
    bus = CommonSettings(
        kafka_bootstrap=f"127.0.0.1:{part.ports['kafka']}",
        kafka_request_timeout_ms=5_000,
        shutdown_seconds=1,
    )
    await ensure_topics(bus)
    producers = late, stopped = Producer(bus, "kit"), Producer(bus, "kit")
    for producer in producers:
        assert not await producer.send([Message(JOBS, "before", b"", [])])
    await kill(part)

    after = [Message(JOBS, "after", b"", [])]
    unbounded = [asyncio.create_task(producer.send(after)) for producer in producers]
    began = time.monotonic()
    assert isinstance((await late.send(after, 1.0))[0], TimeoutError)
    await stopped.stop()
    for one in unbounded:
        assert list(await one) == [0]
    assert time.monotonic() - began < 5

    await begin(part)
    assert not await late.send([Message(JOBS, "again", b"", [])])
    await late.stop()
    keys = [record.key async for record in read_to_end(bus, JOBS)]
    assert sorted(keys) == ["again", "before", "before"]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_killed_database_comes_back_and_nothing_acknowledged_is_lost(
    own, home, kafka_bootstrap, namespace
):
    begin, kill = own
    part = database(home, port=free_port())
    await begin(part)
    store, load = await started(
        CommonSettings(
            kafka_bootstrap=kafka_bootstrap,
            kafka_namespace=namespace,
            mongo_url=f"mongodb://127.0.0.1:{part.ports['database']}",
            mongo_timeout_ms=1_000,
            mongo_transaction_seconds=3,
        )
    )
    async with in_background(load.relay.run, load.consumer.run, load.write) as stops:
        await eventually(lambda: len(load.highest) == KEYS)
        await kill(part)
        await asyncio.sleep(1)
        await begin(part)
        before = dict(load.acknowledged)
        await eventually(lambda: load.acknowledged["job-0"] > before["job-0"] + 20, 60)
        stops[2].set()
        await eventually(load.arrived, 120)
    await load.producer.stop()
    await store.close()
