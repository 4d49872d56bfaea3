import contextlib
import random
import time
from collections import defaultdict

import pytest
from bson.binary import Binary
from talent_kit.errors import Problem, Reason
from talent_kit.events import tombstone
from talent_kit.outbox import BUCKETS, HEADROOM, Outbox, bucket_of
from talent_kit.producer import Message, Producer
from talent_kit.reading import read_to_end
from talent_kit.relay import Relay
from talent_kit.settings import CommonSettings
from talent_kit.store import Store
from talent_kit.versions import Version

from .builders import JOBS, job_posted
from .conftest import eventually, in_background


def relay_of(store: Store, outbox: Outbox, producer: Producer) -> Relay:
    return Relay(store, outbox, producer)


async def sent(bus: CommonSettings) -> dict[str, list[int]]:
    """The versions in Kafka, by key, in the order they came."""
    found: dict[str, list[int]] = defaultdict(list)
    async for record in read_to_end(bus, JOBS):
        found[record.key].append(record.version.n)
    return found


async def put(store: Store, outbox: Outbox, *items) -> None:
    await outbox.transact(lambda session: outbox.append(session, *items))


async def test_an_event_leaves_when_its_transaction_commits(bus, store, outbox, producer):
    async with in_background(relay_of(store, outbox, producer).run):
        await put(
            store, outbox, job_posted("a"), tombstone(JOBS, "a", "JobWithdrawn", Version(1, 2))
        )
        await eventually(lambda: empty(outbox))
    assert await sent(bus) == {"a": [1, 2]}


async def test_an_event_of_a_failed_transaction_never_leaves(bus, store, outbox, producer):
    async def work(session):
        await outbox.append(session, job_posted("lost"))
        raise ValueError

    async with in_background(relay_of(store, outbox, producer).run):
        with contextlib.suppress(ValueError):
            await outbox.transact(work)
        await put(store, outbox, job_posted("kept"))
        await eventually(lambda: empty(outbox))
    assert await sent(bus) == {"kept": [1]}


async def test_records_of_one_key_leave_in_order_with_two_relays(bus, store, outbox, producer):
    other_producer, other_outbox = Producer(bus, "kit"), Outbox(store, "kit")
    relays = [relay_of(store, outbox, producer), relay_of(store, other_outbox, other_producer)]
    async with in_background(*(relay.run for relay in relays)):
        for n in range(1, 41):
            turn = [job_posted(f"job-{k}", n) for k in range(10)]
            await put(store, random.choice([outbox, other_outbox]), *turn)
        await eventually(lambda: empty(outbox))
    await other_producer.stop()
    assert await sent(bus) == {f"job-{k}": list(range(1, 41)) for k in range(10)}


async def test_versions_stored_out_of_order_leave_in_order(bus, store, outbox, producer):
    # Ids from several replicas are not in commit order; a batch may end between two versions.
    items = [job_posted(f"job-{n % 700}", n // 700 + 1) for n in range(1400)]
    await put(store, outbox, *reversed(items))
    async with in_background(relay_of(store, outbox, producer).run):
        await eventually(lambda: empty(outbox), 60)
    assert await sent(bus) == {f"job-{k}": [1, 2] for k in range(700)}


async def test_large_events_are_read_a_few_at_a_time(bus, store, outbox, producer, monkeypatch):
    together = []
    send = producer.send

    async def counting(messages, seconds):
        together.append(len(messages))
        return await send(messages, seconds)

    monkeypatch.setattr(producer, "send", counting)
    monkeypatch.setattr("talent_kit.relay.BATCH_BYTES", 1)
    monkeypatch.setattr("talent_kit.outbox.PARCEL_BYTES", 1)
    await put(store, outbox, *[job_posted(f"job-{n}") for n in range(5)])
    async with in_background(relay_of(store, outbox, producer).run):
        await eventually(lambda: empty(outbox))
    assert together == [1] * 5


async def test_an_event_that_kafka_would_not_take_is_refused_with_its_transaction(
    settings, store, outbox
):
    limit = settings.max_message_bytes - HEADROOM
    fits, too_large = job_posted("a"), job_posted("b")
    # A field of n bytes costs its tag and length as well.
    fits.event.header.cause_id = "x" * (limit - fits.event.ByteSize() - 20)
    too_large.event.header.cause_id = "x" * limit
    with pytest.raises(Problem) as refusal:
        await put(store, outbox, fits, too_large)
    assert refusal.value.reason is Reason.TOO_LARGE
    assert await outbox.depth() == 0
    await put(store, outbox, fits)
    assert await outbox.depth() == 1


async def only_bad(store: Store) -> bool:
    waiting = [row["events"] async for row in store.db.outbox.find()]
    return [[event["key"] for event in events] for events in waiting] == [["bad"]] * 3


async def test_a_refused_stream_stands_alone_and_is_logged_once(
    bus, store, outbox, producer, caplog
):
    # In one bucket, so in the same documents.
    bucket = bucket_of(JOBS, "bad")
    good = next(f"good-{n}" for n in range(1000) if bucket_of(JOBS, f"good-{n}") == bucket)
    for n in (1, 2):
        await put(store, outbox, job_posted("bad", n), job_posted(good, n))
    await store.db.outbox.update_one(
        {"version": job_posted("bad", 1).version.packed},
        {"$set": {"events.0.value": Binary(bytes(bus.max_message_bytes))}},
    )
    async with in_background(relay_of(store, outbox, producer).run):
        await eventually(lambda: remaining(outbox, 2))
        await put(store, outbox, job_posted("bad", 3), job_posted(good, 3))

        async def all_told():
            return (await sent(bus)).get(good) == [1, 2, 3]

        await eventually(all_told)
        await eventually(lambda: only_bad(store))
    assert await sent(bus) == {good: [1, 2, 3]}
    told = [one for one in caplog.records if one.name == "talent_kit.relay"]
    assert [one.levelname for one in told].count("ERROR") == 1


async def test_a_refused_record_fails_alone_and_keeps_the_producer(bus, producer):
    def message(key: str, size: int) -> Message:
        return Message(JOBS, key, bytes(size), [("aggregate_version", b"1.1")])

    await producer.start()
    before = producer._kafka
    sizes = [1, bus.max_message_bytes, 1]
    failures = await producer.send([message(f"job-{n}", size) for n, size in enumerate(sizes)])
    assert list(failures) == [1]
    assert producer._kafka is before
    assert set(await sent(bus)) == {"job-0", "job-2"}


async def test_replicas_share_the_buckets_and_a_dead_one_is_replaced(store, outbox, producer):
    first, second = relay_of(store, outbox, producer), relay_of(store, outbox, producer)
    async with in_background(first.run) as stops:
        await eventually(lambda: len(first.owned()) == BUCKETS)
        async with in_background(second.run):
            await eventually(lambda: len(first.owned()) == len(second.owned()) == BUCKETS // 2)
            assert not set(first.owned()) & set(second.owned())
            stops[0].set()
            await eventually(lambda: len(second.owned()) == BUCKETS)


async def test_a_commit_reaches_kafka_within_milliseconds(bus, store, outbox, producer):
    relay = relay_of(store, outbox, producer)
    times = []
    async with in_background(relay.run):
        await eventually(lambda: len(relay.owned()) == BUCKETS)
        await put(store, outbox, job_posted("warm"))
        await eventually(lambda: empty(outbox))
        for n in range(10):
            started = time.perf_counter()
            await put(store, outbox, job_posted(f"job-{n}"))
            await eventually(lambda: empty(outbox))
            times.append(time.perf_counter() - started)
    print(f"commit, send and delete: median {sorted(times)[5] * 1000:.1f} ms")
    assert sorted(times)[5] < 0.2


async def remaining(outbox: Outbox, count: int) -> bool:
    return await outbox.depth() == count


async def empty(outbox: Outbox) -> bool:
    return await outbox.depth() == 0
