"""A whole wallet in this process, on the real broker, database and issuer of the test run."""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from talent_kit.clock import ManualClock, SystemClock
from talent_kit.events import Outgoing
from talent_kit.grpc_client import FixedToken, channel
from talent_kit.producer import Producer
from talent_kit.reading import read_to_end
from talent_kit.topics import ensure_topics
from talent_local.parts import free_port
from talent_proto.operations.v1 import operations_pb2, operations_pb2_grpc
from talent_proto.wallet.v1 import consent_pb2, consent_pb2_grpc
from talent_wallet.app import migrate, start
from talent_wallet.settings import WalletSettings

DISCOVERY = 1
TRUSTED = ssl.create_default_context()  # made once: each client would read it anew


async def eventually(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """The first true answer of an async condition."""
    async with asyncio.timeout(seconds):
        while True:
            found = await condition()
            if found:
                return found
            await asyncio.sleep(0.02)


@dataclass
class Person:
    """A signed-in holder's view of the API."""

    http: httpx.AsyncClient
    me: dict[str, Any] = field(default_factory=dict)

    @property
    def holder_id(self) -> str:
        return self.me["holder_id"]

    async def sign_in(self) -> None:
        self.me = await self.put("/holders/me")

    async def get(self, path: str) -> Any:
        return _body(await self.http.get(path))

    async def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return _body(await self.http.put(path, json=body, headers=headers))

    async def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return _body(await self.http.post(path, json=body, headers=headers))

    async def records(self, **query: str) -> list[dict[str, Any]]:
        answer = await self.http.get("/records", params=query)
        return _body(answer)["records"]

    async def record(self, credential_id: str) -> dict[str, Any] | None:
        found = [one for one in await self.records() if one["credential_id"] == credential_id]
        return found[0] if found else None


def _body(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


class RunningWallet:
    def __init__(self, settings: WalletSettings, issuer: Any) -> None:
        self.settings = settings
        self.issuer = issuer
        self.producer = Producer(settings, "test")
        self._closing: list[Any] = []

    async def send(self, *events: Outgoing) -> None:
        await self.producer.send_all(list(events))

    def client(self, token: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"http://127.0.0.1:{self.settings.http_port}/v1"
        client = httpx.AsyncClient(
            base_url=url, headers=headers, trust_env=False, timeout=20, verify=TRUSTED
        )
        self._closing.append(client.aclose)
        return client

    async def person(self, name: str, *, sign_in: bool = True) -> Person:
        token = self.issuer.token(
            subject=f"subject-{name}", roles=["holder"], email=f"{name}@example.org", name=name
        )
        person = Person(self.client(token))
        if sign_in:
            await person.sign_in()
        return person

    def consents(self, role: str = "service", org_id: str = "") -> Any:
        token = self.issuer.token(subject=f"someone-{role}", roles=[role], org_id=org_id)
        return consent_pb2_grpc.ConsentServiceStub(self._channel(token))

    def operations(self) -> Any:
        token = self.issuer.token(subject="agent", roles=["agency"], org_id="agency")
        return operations_pb2_grpc.OperationsServiceStub(self._channel(token))

    async def allowed(self, *holders: str, org_id: str = "acme") -> list[str]:
        request = consent_pb2.CheckConsentsRequest(
            holder_id=holders, purpose=DISCOVERY, recipient_org_id=org_id
        )
        return list((await self.consents().CheckConsents(request)).allowed_holder_id)

    async def events(self, topic: str, key: str = "") -> list[Any]:
        found = [record async for record in read_to_end(self.settings, topic)]
        return [record for record in found if not key or record.key == key]

    async def profile(self, holder_id: str) -> Any:
        """The profile as it was announced last; None when there is none or it was withdrawn."""
        found = await self.events("talent.profiles.v1", holder_id)
        return found[-1].event.profile if found and found[-1].event else None

    async def audit(self, object_id: str) -> list[Any]:
        request = operations_pb2.ListAuditEntriesRequest(object_id=object_id)
        return list((await self.operations().ListAuditEntries(request)).entry)

    async def close(self) -> None:
        for close in self._closing:
            await close()
        await self.producer.stop()

    def _channel(self, token: str) -> grpc.aio.Channel:
        made = channel(f"127.0.0.1:{self.settings.grpc_port}", FixedToken(token))
        self._closing.append(made.close)
        return made


@pytest.fixture
def wallet_settings(
    kafka_bootstrap: str, mongo_url: str, issuer: Any, namespace: str, tmp_path: Path
) -> WalletSettings:
    for name in ("recipient-hmac.key", "pairwise-hmac.key", "kek.key"):
        (tmp_path / name).write_bytes(os.urandom(32))
    return WalletSettings(
        kafka_bootstrap=kafka_bootstrap,
        kafka_namespace=namespace,
        mongo_url=mongo_url,
        mongo_database_prefix=namespace,
        oidc_issuer=issuer.url,
        secrets_dir=tmp_path,
        grpc_port=free_port(),
        http_port=free_port(),
        expiry_check_seconds=0.05,
    )


@pytest.fixture
async def wallet(wallet_settings: WalletSettings, issuer: Any) -> AsyncIterator[RunningWallet]:
    async for running in _running(wallet_settings, issuer, SystemClock(wallet_settings.zone)):
        yield running


@pytest.fixture
def clock(wallet_settings: WalletSettings) -> ManualClock:
    return ManualClock(SystemClock(wallet_settings.zone).now(), wallet_settings.zone)


@pytest.fixture
async def timed_wallet(
    wallet_settings: WalletSettings, issuer: Any, clock: ManualClock
) -> AsyncIterator[RunningWallet]:
    """One whose clock the test moves."""
    async for running in _running(wallet_settings, issuer, clock):
        yield running


async def _running(
    settings: WalletSettings, issuer: Any, clock: Any
) -> AsyncIterator[RunningWallet]:
    await ensure_topics(settings)
    await migrate(settings)
    stop = asyncio.Event()
    service = asyncio.create_task(start(settings, clock=clock, stop=stop))
    running = RunningWallet(settings, issuer)
    async with httpx.AsyncClient(trust_env=False, verify=TRUSTED) as client:

        async def ready() -> bool:
            if service.done():
                service.result()
            try:
                url = f"http://127.0.0.1:{settings.http_port}/readyz"
                return (await client.get(url)).is_success
            except httpx.TransportError:
                return False

        await eventually(ready, 60)
    await running.producer.start()
    try:
        yield running
    finally:
        await running.close()
        stop.set()
        await service


def keys(records: Sequence[dict[str, Any]]) -> list[str]:
    return [one["credential_id"] for one in records]
