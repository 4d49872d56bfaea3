"""Streamed publish: signed, stored with its event, acknowledged; against its two floors.

The floors have the machine to themselves, so what is held against them has it, too: the registry
with Kafka and the database. Beside it stands the rate while the rest of the network takes
everything in at the same time, on the same cores.
"""

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from typing import Any

from bson.binary import Binary
from motor.motor_asyncio import AsyncIOMotorClient
from talent_kit.ids import uuid7
from talent_local.sandbox import Sandbox
from talent_proto.registry.v1.registry_pb2 import IssueCredentialRequest
from talent_registry.signing import CHUNK, sign_to_bytes
from talent_vc import SigningKey
from talent_vc.worker import SignRequest, init_worker

from bench import reference
from bench.network import INSTALLED, World, sandbox, world
from bench.report import Figure, against, at_least, plain, report

MESSAGE = 500  # credentials in one message of the stream
WARM = 500
COUNT = {"2kB": 4000, "16kB": 1000}
OTHERS = ("verifier", "wallet", "matcher", "portal")
PROCESSES = 2  # as many as the registry's default here
IN_A_TRANSACTION = 250


def main() -> None:
    figures: list[Figure] = []
    with sandbox() as network:
        together = {size: asyncio.run(rate(network, size, "together")) for size in COUNT}
        for name in OTHERS:
            network.stop_part(name)
        for size in COUNT:
            figures += asyncio.run(measure(network, size, together[size]))
    report("publish", figures)


async def rate(network: Sandbox, size: str, run: str) -> float:
    """Credentials acknowledged a second, once everything is warm."""
    async with world(network, run) as made:
        await keep_reference(made, size)
        await publish(made, size, "warm", WARM)
        began = time.perf_counter()
        await publish(made, size, "measured", COUNT[size])
        return COUNT[size] / (time.perf_counter() - began)


async def measure(network: Sandbox, size: str, together: float) -> list[Figure]:
    """The rate for one size, and both floors in the same run."""
    alone = await rate(network, size, "alone")
    signing = sign_alone(size, COUNT[size])
    storing = await store_alone(network, size, COUNT[size])
    name = f"{size}: streamed publish, signed, stored, acknowledged"
    beside = f"{size}: the same beside the rest of the network"
    return [
        plain(f"{size}: signing alone, {PROCESSES} processes", signing, "credentials/s"),
        plain(f"{size}: database alone, transactions of 250", storing, "credentials/s"),
        against(name, alone, "credentials/s", min(signing, storing), 0.5),
        at_least(beside, together, "credentials/s", 150)
        if size == "2kB"
        else plain(beside, together, "credentials/s"),
    ]


async def keep_reference(made: World, size: str) -> None:
    """Write the reference credential of this size where it is not there yet."""
    path = reference.FOLDER / f"{size}.json"
    if path.exists():
        return
    item = reference.item(size, made.achievement_ids[size], "learner@bench.example", "reference")
    answer = await made.services.registry.IssueCredential(
        IssueCredentialRequest(request_id=f"reference-{size}", draft=item.draft),
        metadata=made.provider.metadata,
    )
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(answer.credential)


async def publish(made: World, size: str, run: str, count: int) -> None:
    items = [
        reference.item(
            size,
            made.achievement_ids[size],
            f"learner{number}@bench.example",
            f"{run}-{size}-{number}",
        )
        for number in range(count)
    ]
    accepted = 0
    async for results in made.provider.publish(items, MESSAGE):
        accepted += sum(result.HasField("accepted") for result in results)
    if accepted != count:
        raise SystemExit(f"only {accepted} of {count} were accepted")


def sign_alone(size: str, count: int) -> float:
    """Credentials a second that the same processes sign with nothing else to do."""
    key = SigningKey.generate()
    requests = [
        SignRequest(document, key.to_bytes(), key.did_key_method, datetime.now(UTC))
        for document in reference.unsigned(size, count)
    ]
    with ProcessPoolExecutor(
        PROCESSES,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=init_worker,
        initargs=(str(INSTALLED.data / "contexts"),),
    ) as pool:
        chunks = [requests[start : start + CHUNK] for start in range(0, count, CHUNK)]
        list(pool.map(sign_to_bytes, chunks[:4]))
        began = time.perf_counter()
        list(pool.map(sign_to_bytes, chunks))
        return count / (time.perf_counter() - began)


async def store_alone(network: Sandbox, size: str, count: int) -> float:
    """Documents a second, each with an outbox record, in transactions of 250."""
    body = Binary((reference.FOLDER / f"{size}.json").read_bytes())
    client: Any = AsyncIOMotorClient(network.settings.mongo_address, w="majority")
    db = client[f"bench_{uuid7()}"]
    for name in ("credentials", "outbox"):
        await db.create_collection(name)

    async def write(session: Any) -> None:
        rows = [{"_id": uuid7(), "body": body} for _ in range(IN_A_TRANSACTION)]
        await db.credentials.insert_many(rows, session=session)
        events = [{"_id": uuid7(), "value": body} for _ in range(IN_A_TRANSACTION)]
        await db.outbox.insert_many(events, session=session)

    async with await client.start_session() as session:
        await session.with_transaction(write)
        began = time.perf_counter()
        for _ in range(count // IN_A_TRANSACTION):
            await session.with_transaction(write)
    seconds = time.perf_counter() - began
    await client.drop_database(db.name)
    return count // IN_A_TRANSACTION * IN_A_TRANSACTION / seconds


if __name__ == "__main__":
    main()
