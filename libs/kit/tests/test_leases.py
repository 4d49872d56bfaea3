import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from talent_kit.leases import Lease
from talent_kit.migrate import NotMigrated, Step, check_migrated, migrate
from talent_kit.store import Store

from .conftest import eventually


async def test_a_lease_has_one_holder_and_its_epoch_rises(store: Store):
    first, second = Lease(store, "x"), Lease(store, "x")
    assert await first.acquire() == 1
    assert await second.acquire() is None
    await first.release()
    assert await second.acquire() == 2
    assert second.held
    assert not first.held
    assert not await first.renew()


async def test_a_lease_that_ran_out_goes_to_the_next(store: Store):
    first, second = Lease(store, "x"), Lease(store, "x")
    await first.acquire()
    past = datetime.now(UTC) - timedelta(seconds=1)
    await store.db.leases.update_one({"_id": "x"}, {"$set": {"expires_at": past}})
    assert await second.acquire() == 2
    assert not await first.renew()
    assert not first.held


async def test_work_under_a_lost_lease_is_told_and_waits_for_it_again(store: Store):
    stop, epochs = asyncio.Event(), []

    async def work(epoch, ended):
        epochs.append(epoch)
        await ended.wait()

    task = asyncio.create_task(Lease(store, "x").hold(stop, work))
    await eventually(lambda: epochs == [1])
    await store.db.leases.update_one({"_id": "x"}, {"$set": {"owner": "thief"}})
    past = datetime.now(UTC) - timedelta(seconds=1)
    await store.db.leases.update_one({"_id": "x"}, {"$set": {"expires_at": past}})
    await eventually(lambda: epochs == [1, 2])
    stop.set()
    await task
    assert (await store.db.leases.find_one({"_id": "x"}))["owner"] == ""


async def test_work_that_fails_under_a_lease_gives_it_back(store: Store):
    async def work(epoch, ended):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await Lease(store, "x").hold(asyncio.Event(), work)
    assert await Lease(store, "x").acquire() == 2


async def test_each_migration_runs_once_and_a_service_waits_for_it(store: Store):
    ran: list[str] = []

    def step(name: str) -> Step:
        async def run() -> None:
            ran.append(name)

        return Step(name, run)

    steps = [step("collections"), step("backfill")]
    with pytest.raises(NotMigrated, match="collections, backfill"):
        await check_migrated(store, steps)
    done = await asyncio.gather(migrate(store, steps), migrate(store, steps))
    assert sorted(ran) == ["backfill", "collections"]
    assert sorted(map(len, done)) == [0, 2]
    await check_migrated(store, steps)
