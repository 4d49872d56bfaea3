import contextlib
import random
import time
from collections import defaultdict

from talent_kit.events import tombstone
from talent_kit.outbox import BUCKETS, Outbox
from talent_kit.producer import Producer
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


async def empty(outbox: Outbox) -> bool:
    return await outbox.depth() == 0
