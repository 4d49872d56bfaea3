import asyncio

import pytest
from talent_kit.clock import ManualClock
from talent_kit.restored import raise_epoch
from talent_kit.store import Store
from talent_kit.versions import Gate, Version


async def test_a_failed_transaction_stores_nothing(store: Store):
    await store.ensure_collections("things")

    async def work(session):
        await store.db.things.insert_one({"_id": 1}, session=session)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.transact(work)
    assert await store.db.things.count_documents({}) == 0


async def test_writers_of_one_document_take_turns(store: Store):
    await store.ensure_collections("things")
    await store.db.things.insert_one({"_id": 1, "n": 0})

    async def raise_it(session):
        found = await store.db.things.find_one({"_id": 1}, session=session)
        await store.db.things.update_one(
            {"_id": 1}, {"$set": {"n": found["n"] + 1}}, session=session
        )

    await asyncio.gather(*(store.transact(raise_it) for _ in range(20)))
    assert (await store.db.things.find_one({"_id": 1}))["n"] == 20


async def test_a_restore_raises_the_epoch(store: Store):
    assert store.epoch == 1
    assert await store.raise_epoch() == 2
    assert Version(1, 500).next(store.epoch) == Version(2, 1)


async def test_the_gate_admits_only_what_is_newer_than_all_before(store: Store):
    gate = Gate(store, "gate")
    await gate.prepare()

    async def admit(*items):
        return await store.transact(lambda session: gate.admit(session, items))

    assert await admit(("a", Version(1, 2)), ("a", Version(1, 1)), ("b", Version(1, 1))) == {0, 2}
    assert await admit(("a", Version(1, 2)), ("a", Version(1, 3)), ("a", Version(1, 4))) == {1, 2}
    assert await admit(("a", Version(2, 1)), ("b", Version(1, 1))) == {0}


async def test_of_two_racing_consumers_one_is_admitted(store: Store):
    gate = Gate(store, "gate")
    await gate.prepare()
    items = [(f"key-{n}", Version(1, 7)) for n in range(5)]
    results = await asyncio.gather(
        *(store.transact(lambda session: gate.admit(session, items)) for _ in range(4))
    )
    assert sorted(len(admitted) for admitted in results) == [0, 0, 0, 5]


def test_the_manual_clock_keeps_dates_in_the_states_zone(clock: ManualClock):
    assert clock.today().isoformat() == "2026-11-23"
    clock.set(clock.now().replace(hour=3))
    assert clock.today().isoformat() == "2026-11-22"


async def test_after_a_restore_everything_written_is_newer(settings, store: Store):
    before = Version(store.epoch, 10**6)
    assert await raise_epoch(settings, "kit") == store.epoch + 1
    again = await Store.connect(settings, "kit")
    assert Version(1, 1).next(again.epoch) > before
    await again.close()
