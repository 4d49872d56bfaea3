import asyncio

import pytest
from talent_kit.audit import Audit, AuditEntry, ChainBroken
from talent_kit.store import Store

from .conftest import AGENT, eventually


def entry(n: int) -> AuditEntry:
    return AuditEntry("PERSON_SHOWN", AGENT, f"person-{n % 3}", f"job-{n}", {"purpose": "MATCH"})


async def test_entries_are_chained_after_the_commit_by_one_of_two_sealers(audit, store, clock):
    other, stop = Audit(store, clock), asyncio.Event()
    sealers = [asyncio.create_task(one.run(stop)) for one in (audit, other)]
    await asyncio.gather(
        *(store.transact(lambda session, n=n: audit.append(session, entry(n))) for n in range(30))
    )

    async def all_sealed():
        return len(await audit.read()) == 30

    await eventually(all_sealed)
    stop.set()
    await asyncio.gather(*sealers)
    assert await audit.verify_chain() == 30
    assert len(await audit.read(subject="person-1")) == 10
    assert [row["sequence"] for row in await audit.read(after=28)] == [29, 30]


async def test_entries_of_one_transaction_are_read_one_by_one(audit, store):
    await audit.append(None, entry(0))
    await audit.append(None, *(entry(n) for n in range(1, 6)))
    await audit.append(None, entry(6))
    await audit.seal()

    async def pages(**wanted):
        found = []
        while page := await audit.read(after=found[-1] if found else 0, limit=2, **wanted):
            found += [row["sequence"] for row in page]
        return found

    assert await pages() == [1, 2, 3, 4, 5, 6, 7]
    assert await pages(subject="person-1") == [2, 5]
    assert await pages(subject="person-1", object_id="job-4") == [5]
    chain = await audit.read()
    assert [row["previous_hash"] for row in chain[1:]] == [row["hash"] for row in chain[:-1]]


async def test_two_sealers_at_once_make_one_chain(audit, store, clock):
    await audit.append(None, *(entry(n) for n in range(20)))
    await asyncio.gather(audit.seal(), Audit(store, clock).seal())
    assert await audit.verify_chain() == 20


async def test_an_entry_of_a_failed_transaction_is_not_there(audit, store):
    async def work(session):
        await audit.append(session, entry(1))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.transact(work)
    assert await audit.seal() == 0


@pytest.mark.parametrize(
    "tamper",
    [
        lambda log: log.update_one({"sequence": 3}, {"$set": {"entries.0.actor_id": "else"}}),
        lambda log: log.update_one({"sequence": 3}, {"$pop": {"entries": -1}}),
        lambda log: log.update_one({"sequence": 5}, {"$pop": {"entries": 1}}),
        lambda log: log.delete_one({"sequence": 3}),
        lambda log: log.delete_one({"sequence": 5}),
    ],
)
async def test_a_changed_or_missing_entry_is_found(audit: Audit, store: Store, tamper):
    for first in (0, 2, 4):
        await audit.append(None, entry(first), entry(first + 1))
    await audit.seal()
    assert await audit.verify_chain() == 6
    await tamper(store.db.audit)
    with pytest.raises(ChainBroken):
        await audit.verify_chain()
