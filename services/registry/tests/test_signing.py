import asyncio
import multiprocessing
from datetime import UTC, datetime

import pytest
from talent_registry.signing import SigningPool
from talent_vc import CredentialError, DidRecipient, Issuer, SigningKey, build_open_badge
from talent_vc.worker import SignRequest

KEY = SigningKey.from_bytes(bytes(range(32)))
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def request(**changed) -> SignRequest:
    document = build_open_badge(
        id="urn:uuid:00000000-0000-4000-8000-000000000001",
        issuer=Issuer(KEY.did_key, "College"),
        recipient=DidRecipient(KEY.did_key),
        achievement={
            "id": "https://college.example/welding",
            "name": "Welding",
            "description": "Welding, level 1",
            "criteria": {"narrative": "Three tests."},
        },
        name="Welding",
        valid_from=NOW,
    )
    return SignRequest(document | changed, KEY.to_bytes(), KEY.did_key_method, NOW)


@pytest.fixture
async def pool(stack_home):
    made = SigningPool(processes=1, idle_seconds=60, contexts=stack_home.contexts)
    yield made
    await made.close()


async def test_one_that_cannot_be_signed_leaves_the_others(pool):
    bad = request(**{"@context": ["https://x.example/v1"]})
    first, second, third = await pool.sign([request(), bad, request()])
    assert isinstance(second, CredentialError)
    assert first == third
    assert b"proofValue" in first


async def test_signing_goes_on_after_a_worker_was_killed(pool):
    signed = await pool.sign([request()])
    for worker in multiprocessing.active_children():
        worker.kill()
        worker.join()
    assert await asyncio.gather(pool.sign([request()]), pool.sign([request()])) == [signed, signed]


async def test_idle_workers_end(eventually, stack_home):
    pool = SigningPool(processes=1, idle_seconds=0.1, contexts=stack_home.contexts)
    await pool.sign([request()])
    assert multiprocessing.active_children()

    async def ended():
        return not multiprocessing.active_children()

    await eventually(ended)
    assert await pool.sign([request()])
    await pool.close()
