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
        lambda log: log.update_one({"sequence": 3}, {"$set": {"actor_id": "somebody else"}}),
        lambda log: log.delete_one({"sequence": 3}),
        lambda log: log.delete_one({"sequence": 5}),
    ],
)
async def test_a_changed_or_missing_entry_is_found(audit: Audit, store: Store, tamper):
    await audit.append(None, *(entry(n) for n in range(5)))
    await audit.seal()
    assert await audit.verify_chain() == 5
    await tamper(store.db.audit)
    with pytest.raises(ChainBroken):
        await audit.verify_chain()
