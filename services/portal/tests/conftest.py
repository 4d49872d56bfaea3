"""A portal that runs, with a real issuer and with neighbors that a test can steer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from talent_local.issuer import Issuer
from talent_local.issuer.clients import ensure_clients
from talent_local.parts import free_port
from talent_portal.app import run
from talent_portal.settings import PortalSettings

from .neighbors import Neighbors, neighbors


@dataclass
class Portal:
    """A running portal and what is around it."""

    url: str
    world: Neighbors
    issuer: Issuer


@pytest.fixture
async def portal(issuer: Issuer, stack_home, tmp_path: Path) -> AsyncIterator[Portal]:
    clients = ensure_clients(stack_home.secrets)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    stop = asyncio.Event()
    async with neighbors() as world:
        settings = PortalSettings(
            http_port=port,
            public_url=url,
            matcher_target=world.matcher,
            wallet_target=world.wallet,
            wallet_url=world.http,
            verifier_url=world.http,
            oidc_issuer=issuer.url,
            oidc_client_id="talent-portal",
            oidc_client_secret=clients["talent-portal"],
            secrets_dir=tmp_path,
            data_dir=stack_home.data,
        )
        running = asyncio.create_task(run(settings, stop))
        await _ready(url)
        try:
            yield Portal(url, world, issuer)
        finally:
            stop.set()
            await running


async def _ready(url: str) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(200):
            try:
                if (await client.get(f"{url}/readyz")).is_success:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.05)
    raise TimeoutError(url)
