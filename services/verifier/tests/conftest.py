import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from talent_kit.clock import ManualClock
from talent_kit.events import Outgoing, Record
from talent_kit.producer import Producer
from talent_kit.tail import Tail
from talent_local.home import Home
from talent_local.issuer import Issuer
from talent_local.parts import free_port
from talent_proto.events.v1.verifications_pb2 import Verdict
from talent_proto.verifier.v1.verifier_pb2_grpc import VerifierServiceStub
from talent_vc import ContextLoader
from talent_verifier.app import run, run_migrations
from talent_verifier.settings import VerifierSettings

from .builders import START, Provider
from .web import Web, serving

REPOSITORY = Path(__file__).parents[3]


async def eventually(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """The condition's value, as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if isinstance(value, Awaitable):
            value = await value
        if value:
            return value
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come true in time")


@dataclass
class Verifier:
    """A running verifier, and what it has said."""

    settings: VerifierSettings
    clock: ManualClock
    producer: Producer
    http: httpx.AsyncClient
    channel: grpc.aio.Channel
    said: list[Record] = field(default_factory=list)

    @property
    def rpc(self) -> Any:
        return VerifierServiceStub(self.channel)

    async def send(self, *items: Outgoing) -> None:
        await self.producer.send_all(items)

    def about(self, credential_id: str) -> list[Record]:
        return [record for record in self.said if record.key == credential_id]

    async def says(self, credential_id: str, count: int = 1) -> Record:
        """Its `count`-th event about a credential."""
        await eventually(lambda: len(self.about(credential_id)) >= count)
        return self.about(credential_id)[count - 1]

    async def judges(self, item: Outgoing, count: int = 1) -> Verdict:
        """Send an event; the verdict in the `count`-th event about that credential."""
        await self.send(item)
        return (await self.says(item.key, count)).event.verdict


@asynccontextmanager
async def running_verifier(
    settings: VerifierSettings, clock: ManualClock, **parts: Any
) -> AsyncIterator[Verifier]:
    await run_migrations(settings)
    stop = asyncio.Event()
    service = asyncio.create_task(run(settings, clock=clock, stop=stop, **parts))
    producer = Producer(settings, "registry")
    channel = grpc.aio.insecure_channel(
        f"127.0.0.1:{settings.grpc_port}",
        options=[("grpc.max_send_message_length", -1), ("grpc.enable_retries", 0)],
    )
    http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.http_port}", timeout=60)
    verifier = Verifier(settings, clock, producer, http, channel)

    async def listen(records: Sequence[Record]) -> None:
        verifier.said.extend(records)

    tail = Tail(settings, ["talent.verifications.v1", "talent.dead-letters.v1"], listen)
    listening = asyncio.create_task(tail.run(stop))

    async def ready() -> bool:
        if service.done():
            service.result()
        try:
            return (await http.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    try:
        await eventually(ready, seconds=60)
        await tail.caught_up.wait()
        yield verifier
    finally:
        await http.aclose()
        await channel.close()
        await producer.stop()
        stop.set()
        await asyncio.gather(service, listening)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture(scope="session")
def contexts(stack_home: Home) -> ContextLoader:
    return ContextLoader.from_folder(stack_home.contexts)


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with serving() as web:
        yield web


@pytest.fixture
async def trap() -> AsyncIterator[Web]:
    """A server that nobody allowed: it must never see a connection."""
    async with serving() as web:
        yield web


@pytest.fixture
def provider(web: Web, contexts: ContextLoader) -> Provider:
    return Provider(web, contexts)


@pytest.fixture
def settings(
    kafka_bootstrap: str,
    mongo_url: str,
    issuer: Issuer,
    namespace: str,
    web: Web,
    stack_home: Home,
) -> VerifierSettings:
    return VerifierSettings(
        kafka_bootstrap=kafka_bootstrap,
        kafka_namespace=namespace,
        kafka_partitions=2,
        mongo_url=mongo_url,
        mongo_database_prefix=namespace,
        oidc_issuer=issuer.url,
        data_dir=stack_home.data,
        grpc_port=free_port(),
        http_port=free_port(),
        fetch_allowed_hosts=web.host,
        registry_url=web.url(""),
        shutdown_seconds=1,
    )


@pytest.fixture
async def verifier(settings: VerifierSettings, clock: ManualClock) -> AsyncIterator[Verifier]:
    async with running_verifier(settings, clock) as verifier:
        yield verifier
