import asyncio
import time

import pytest
from talent_kit.consumer import Consumer, Tail
from talent_kit.dead_letters import TOPIC as DEAD_LETTERS
from talent_kit.errors import Problem, Reason
from talent_kit.events import received
from talent_kit.kafka import kafka_consumer, kafka_producer
from talent_kit.producer import partition_of
from talent_kit.reading import read_one, read_to_end

from .builders import CLOCK, JOBS, job_closed, job_posted
from .conftest import eventually, in_background


class Seen:
    """A handler that remembers, and fails as it is told."""

    def __init__(self, failing=None):
        self.batches: list[list] = []
        self.failing = failing or (lambda record: None)

    async def __call__(self, records):
        for record in records:
            error = self.failing(record)
            if error:
                raise error
        self.batches.append(list(records))

    @property
    def keys(self):
        return [record.key for batch in self.batches for record in batch]


def consumer_of(bus, producer, handlers, **options):
    options = {"group": "kit-test", "topics": [JOBS], "clock": CLOCK} | options
    return Consumer(bus, handlers=handlers, producer=producer, **options)


async def dead_letters(bus):
    return [record async for record in read_to_end(bus, DEAD_LETTERS)]


async def send_raw(bus, key: bytes, value: bytes, **headers: bytes | None):
    headers = {"ce_type": b"JobPosted", "aggregate_version": b"1.1"} | headers
    kafka = kafka_producer(bus)
    await kafka.start()
    await kafka.send_and_wait(
        bus.topic(JOBS), value, key, headers=list(headers.items()), partition=0
    )
    await kafka.stop()


async def test_records_come_in_order_in_batches_of_one_type(bus, producer):
    posted, closed = Seen(), Seen()
    await producer.send_all(
        [job_posted("a", 1), job_posted("a", 2), job_closed("a", 3), job_posted("a", 4)]
    )
    consumer = consumer_of(bus, producer, {"JobPosted": posted, "JobClosed": closed})
    async with in_background(consumer.run):
        await eventually(lambda: len(posted.keys) == 3)
    assert [[r.version.n for r in batch] for batch in posted.batches] == [[1, 2], [4]]
    assert posted.batches[0][0].event.header.aggregate_version.n == 1
    assert [r.version.n for r in closed.batches[0]] == [3]


async def test_what_comes_in_meanwhile_is_the_next_batch(bus, producer):
    go = asyncio.Event()
    sizes: list[int] = []

    async def slow(records):
        sizes.append(len(records))
        await go.wait()

    consumer = consumer_of(bus, producer, {"JobPosted": slow})
    async with in_background(consumer.run):
        for n in range(1, 6):  # each comes in a fetch of its own
            await producer.send_all([job_posted("a", n)])
            await eventually(lambda n=n: sizes and waiting(consumer) == n - 1)
        go.set()
        await eventually(lambda: sum(sizes) == 5)
    assert sizes == [1, 4]


async def test_a_partition_is_full_by_bytes(bus, producer, monkeypatch):
    monkeypatch.setattr("talent_kit.partition.WAITING_BYTES", 1)
    monkeypatch.setattr("talent_kit.partition.BATCH", 2)
    seen = Seen()
    await producer.send_all([job_posted("a", n) for n in range(1, 30)])
    consumer = consumer_of(bus, producer, {"JobPosted": seen})
    async with in_background(consumer.run):
        await eventually(lambda: len(seen.keys) == 29)
    versions = [record.version.n for batch in seen.batches for record in batch]
    assert versions == list(range(1, 30))
    assert max(map(len, seen.batches)) == 2


def waiting(consumer: Consumer) -> int:
    return sum(len(work._waiting) for work in consumer._works.values())


async def test_what_was_handled_is_not_handled_again_after_a_restart(bus, producer):
    for round_ in range(2):
        seen = Seen()
        await producer.send_all([job_posted(f"round-{round_}")])
        consumer = consumer_of(bus, producer, {"JobPosted": seen})
        async with in_background(consumer.run):
            await eventually(lambda seen=seen: seen.keys)
        assert seen.keys == [f"round-{round_}"]


async def test_types_without_a_handler_are_skipped(bus, producer):
    closed = Seen()
    await producer.send_all([job_posted("a", n) for n in range(1, 50)] + [job_closed("a", 50)])
    consumer = consumer_of(bus, producer, {"JobClosed": closed})
    async with in_background(consumer.run):
        await eventually(lambda: closed.keys == ["a"])
        await eventually(lambda: consumer.lag() == 0)


async def test_a_poisoned_record_goes_to_dead_letters_and_the_next_is_handled(bus, producer):
    seen = Seen(lambda r: ValueError("with a name in it") if r.key == "bad" else None)
    keys = [f"job-{n}" for n in range(20)] + ["bad"] + [f"job-{n}" for n in range(20, 40)]
    await producer.send_all([job_posted(key) for key in keys])
    consumer = consumer_of(bus, producer, {"JobPosted": seen})
    async with in_background(consumer.run):
        await eventually(lambda: len(seen.keys) == 40)
    assert sorted(seen.keys) == sorted(set(keys) - {"bad"})
    (letter,) = await dead_letters(bus)
    assert letter.key == "bad"
    assert (letter.event.reason, letter.event.group) == ("ValueError", "kit-test")
    assert letter.event.topic == JOBS
    assert b"name" not in letter.value


async def test_what_cannot_be_decoded_goes_to_dead_letters(bus, producer):
    async def decode(records):
        for record in records:
            assert record.event

    await send_raw(bus, b"broken", b"\xff\xff\xff")
    consumer = consumer_of(bus, producer, {"JobPosted": decode})
    async with in_background(consumer.run):
        await eventually(lambda: dead_letters(bus))
    (letter,) = await dead_letters(bus)
    assert letter.event.reason == "DecodeError"


STRANGE = b"\xff\xfe"


@pytest.mark.parametrize(
    ("key", "headers", "reason"),
    [
        (b"", {"ce_type": None}, "UnknownEvent"),
        (STRANGE, {"ce_type": b""}, "UnknownEvent"),
        (b"a", {"ce_id": STRANGE, "aggregate_version": STRANGE}, "ValueError"),
        (b"a" * 4_200_000, {"aggregate_version": None}, "ValueError"),
    ],
    ids=["a null type", "no type", "no text", "too long for a letter"],
)
async def test_a_record_that_is_odd_is_given_up_and_the_next_is_handled(
    bus, producer, key, headers, reason
):
    seen = Seen(lambda record: record.version and None)
    await send_raw(bus, key, b"", **headers)
    await send_raw(bus, b"next", b"", traceparent=STRANGE, ce_id=None)
    consumer = consumer_of(bus, producer, {"JobPosted": seen})
    async with in_background(consumer.run):
        await eventually(lambda: seen.keys == ["next"])
    (letter,) = await dead_letters(bus)
    assert (letter.event.reason, letter.event.offset) == (reason, 0)


async def test_views_are_read_past_records_with_odd_headers(bus, producer):
    seen = []

    async def keep(records):
        seen.extend(record.key for record in records)

    await send_raw(bus, b"odd", b"", ce_type=None)
    await send_raw(bus, b"next", b"", ce_type=STRANGE)
    tail = Tail(bus, [JOBS], keep)
    async with in_background(tail.run):
        await tail.caught_up.wait()
    assert seen == ["odd", "next"]
    assert [record.key async for record in read_to_end(bus, JOBS)] == seen


async def test_a_partition_is_read_from_where_it_should_start(bus, producer):
    for number in range(4):
        await send_raw(bus, b"%d" % number, b"")

    async def read(start):
        return [int(record.key) async for record in read_to_end(bus, JOBS, [0], {0: start})]

    assert await read(0) == [0, 1, 2, 3]
    assert await read(3) == [3]
    assert await read(4) == []
    assert await read(40) == []  # of a longer topic, once


async def test_a_stopped_dependency_pauses_only_its_partition(bus, producer):
    away = {"now": True}
    keys = [f"job-{n}" for n in range(40)]

    def failing(record):
        if away["now"] and record.partition == 0:
            return Problem(Reason.UNAVAILABLE, what="the other service")
        return None

    seen = Seen(failing)
    await producer.send_all([job_posted(key) for key in keys])
    there = {key for key in keys if partition_of(key, 2) == 1}
    consumer = consumer_of(bus, producer, {"JobPosted": seen})
    async with in_background(consumer.run):
        await eventually(lambda: set(seen.keys) == there)
        assert consumer.lag_ms() > 0
        away["now"] = False
        await eventually(lambda: set(seen.keys) == set(keys))
    assert await dead_letters(bus) == []


async def test_too_many_dead_letters_stop_the_partition_and_readiness_says_so(bus, producer):
    bus = bus.model_copy(update={"dead_letters_per_minute": 3})
    seen = Seen(lambda record: ValueError() if record.key != "good" else None)
    await producer.send_all([job_posted("bad", n) for n in range(1, 11)])
    consumer = consumer_of(bus, producer, {"JobPosted": seen})
    async with in_background(consumer.run):
        await eventually(lambda: "too many dead letters" in (consumer.ready() or ""))
    assert len(await dead_letters(bus)) == 3
    # Nothing is lost: with the cause gone, the rest is handled.
    mended = Seen()
    async with in_background(consumer_of(bus, producer, {"JobPosted": mended}).run):
        await eventually(lambda: len(mended.keys) == 7)


async def test_a_partition_whose_work_has_ended_makes_the_service_unready(bus, producer):
    seen = Seen(lambda record: asyncio.CancelledError() if record.key == "odd" else None)
    await producer.send_all([job_posted("odd"), job_posted("good")])
    consumer = consumer_of(bus, producer, {"JobPosted": seen})
    async with in_background(consumer.run):
        await eventually(lambda: "it was cancelled" in (consumer.ready() or ""))


async def test_two_replicas_share_the_partitions_and_lose_nothing(bus, producer):
    first, second = Seen(), Seen()
    events = []

    async def on_assigned(parts):
        events.append(("assigned", parts))

    async def on_revoked(parts):
        events.append(("revoked", parts))

    a = consumer_of(
        bus, producer, {"JobPosted": first}, on_assigned=on_assigned, on_revoked=on_revoked
    )
    b = consumer_of(bus, producer, {"JobPosted": second})
    sent = []

    async def stream(stop):
        while not stop.is_set():
            keys = [f"job-{len(sent) + n}" for n in range(10)]
            await producer.send_all([job_posted(key) for key in keys])
            sent.extend(keys)
            await asyncio.sleep(0.02)

    async with in_background(a.run, stream) as stops:
        await eventually(lambda: first.keys)
        async with in_background(b.run):
            await eventually(lambda: second.keys)
        await eventually(lambda: events[-1] == ("assigned", [(JOBS, 0), (JOBS, 1)]))
        stops[1].set()
        await eventually(lambda: set(first.keys) | set(second.keys) == set(sent))
    assert events[1] == ("revoked", [(JOBS, 0), (JOBS, 1)])


async def test_a_slow_handler_holds_back_fetching_but_not_polling(bus, producer):
    bus = bus.model_copy(update={"kafka_partitions": 2})
    gate = asyncio.Event()

    async def slow(records):
        await gate.wait()

    await producer.send_all([job_posted("a", n) for n in range(1, 2001)])
    consumer = consumer_of(bus, producer, {"JobPosted": slow})
    async with in_background(consumer.run):
        await eventually(lambda: (consumer.lag() or 0) == 2000)
        gate.set()
        await eventually(lambda: consumer.lag() == 0)


async def test_lag_is_unknown_until_partitions_are_assigned_and_none_is_also_an_answer(
    bus, producer
):
    replicas = [consumer_of(bus, producer, {"JobPosted": Seen()}) for _ in range(3)]
    for replica in replicas:
        assert replica.ready()
        assert replica.lag() is None
        assert replica.lag_ms() is None
    during = []

    async def on_revoked(parts):
        during.append((first.ready(), first.lag(), first.lag_ms()))

    first = replicas[0]
    first._on_revoked = on_revoked
    async with in_background(first.run):
        await eventually(lambda: first.ready() is None and first.lag_ms() == 0)
        async with in_background(replicas[1].run, replicas[2].run):
            # Two partitions for three replicas.
            await eventually(lambda: all(one.ready() is None for one in replicas))
            await eventually(lambda: all(one.lag_ms() == 0 for one in replicas))
    assert during[0] == ("kit-test waits for its partitions", None, None)
    assert first.ready()


async def test_after_a_restart_an_idle_partition_that_was_read_has_no_lag(bus, producer):
    await producer.send_all([job_posted(f"job-{n}") for n in range(20)])
    for _ in range(2):
        consumer = consumer_of(bus, producer, {"JobPosted": Seen()})
        told = []

        async def watch(stop, consumer=consumer, told=told):
            while not stop.is_set():
                told.append(consumer.lag())
                await asyncio.sleep(0)

        async with in_background(consumer.run, watch):
            await eventually(lambda told=told: 0 in told)
    assert set(told) == {None, 0}


async def test_a_tail_tries_again_what_a_stopped_dependency_refused(bus, producer):
    seen, away = [], [Problem(Reason.UNAVAILABLE, what="the database")] * 2

    async def keep(records):
        if away:
            raise away.pop()
        seen.extend(record.key for record in records)

    await producer.send_all([job_posted("a"), job_posted("b")])
    tail = Tail(bus, [JOBS], keep)
    async with in_background(tail.run):
        await tail.caught_up.wait()
        assert sorted(seen) == ["a", "b"]


async def test_a_tail_sees_everything_and_goes_on(bus, producer):
    view = {}

    async def keep(records):
        for record in records:
            if record.key == "bad":
                raise ValueError
            view[record.key] = record.version.n

    await producer.send_all([job_posted(key) for key in ("a", "bad", "b")])
    tail = Tail(bus, [JOBS], keep)
    assert tail.ready()
    async with in_background(tail.run):
        await tail.caught_up.wait()
        assert view == {"a": 1, "b": 1}
        await producer.send_all([job_posted("c")])
        await eventually(lambda: "c" in view)
        await eventually(lambda: tail.lag_ms() == 0)


async def test_one_record_is_read_where_it_lies(bus, producer):
    await producer.send_all([job_posted("a", 1), job_posted("a", 2)])
    part = partition_of("a", 2)
    record = await read_one(bus, JOBS, part, 1)
    assert record is not None
    assert record.version.n == 2
    assert await read_one(bus, JOBS, part, 2) is None


def test_a_record_is_made_without_a_broker():
    record = received(job_posted("a", 7))
    assert (record.type, record.version.n, record.event.DESCRIPTOR.name) == (
        "JobPosted",
        7,
        "JobPosted",
    )


@pytest.mark.slow
async def test_the_kits_consumer_keeps_pace_with_bare_aiokafka(bus, producer):
    count = 40_000
    events = [job_posted(f"job-{n}") for n in range(count)]
    for start in range(0, count, 5000):
        await producer.send_all(events[start : start + 5000])

    async def bare() -> float:
        consumer = kafka_consumer(bus, group_id=None)
        consumer.subscribe([bus.topic(JOBS)])
        await consumer.start()
        got, started = 0, time.perf_counter()
        while got < count:
            got += sum(map(len, (await consumer.getmany(timeout_ms=200)).values()))
        taken = time.perf_counter() - started
        await consumer.stop()
        return count / taken

    async def kit(round_: int) -> float:
        got, first = 0, 0.0
        done = asyncio.Event()

        async def handler(records):
            nonlocal got
            got += len(records)
            if got >= count:
                done.set()

        async def on_assigned(parts):
            nonlocal first
            first = time.perf_counter()

        consumer = consumer_of(
            bus,
            producer,
            {"JobPosted": handler},
            group=f"speed-{round_}",
            on_assigned=on_assigned,
        )
        async with in_background(consumer.run):
            await done.wait()
            return count / (time.perf_counter() - first)

    floors = [await bare() for _ in range(2)]
    rates = [await kit(n) for n in range(2)]
    print(f"bare {max(floors):.0f}/s, kit {max(rates):.0f}/s: {max(rates) / max(floors):.0%}")
    assert max(rates) >= 0.4 * max(floors)
