"""Two replicas at the same moment, without a broker: what one commits, the other must not lose."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from talent_kit.audit import Audit
from talent_kit.events import Outgoing, outgoing, received
from talent_kit.ids import uuid7
from talent_kit.outbox import Outbox
from talent_kit.store import Session, Store
from talent_proto.events.v1 import catalog_pb2
from talent_wallet.app import migrate
from talent_wallet.changes import Changes
from talent_wallet.consumers import Consumers
from talent_wallet.model import Achievement
from talent_wallet.profile import Pseudonyms
from talent_wallet.settings import WalletSettings
from talent_wallet.store import WalletStore

from .builders import CLOCK, as_bytes, badge, published, stated

Meanwhile = Callable[[], Awaitable[Any]]


@pytest.fixture
async def store(wallet_settings: WalletSettings) -> AsyncIterator[Store]:
    await migrate(wallet_settings)
    opened = await Store.connect(wallet_settings, "wallet")
    yield opened
    await opened.close()


def replica(store: Store, wallets: WalletStore | None = None) -> Changes:
    return Changes(
        wallets or WalletStore(store),
        Outbox(store, "wallet"),
        Audit(store, CLOCK),
        clock=CLOCK,
        zone=ZoneInfo("America/Denver"),
        pseudonyms=Pseudonyms(b"k" * 32),
    )


async def take(changes: Changes, event: Outgoing) -> None:
    await Consumers(changes).handlers()[event.type]([received(event)])


def licensed() -> Outgoing:
    """A license of the achievement that `in_catalog` tells of."""
    document = as_bytes(badge(subject={"licenseNumber": "N-1"}))
    return published(uuid7(), document=document, achievement_id="urn:lpn", achievement_version="1")


def in_catalog() -> Outgoing:
    achievement = catalog_pb2.Achievement(id="urn:lpn", version="1", jurisdiction=["US-CO"])
    event = catalog_pb2.AchievementPublished(header=stated(1), achievement=achievement)
    return outgoing("talent.catalog.v1", "urn:lpn@1", event)


class SlowStore(WalletStore):
    """Has just looked up achievements when something else is committed."""

    def __init__(self, store: Store, meanwhile: Meanwhile) -> None:
        super().__init__(store)
        self._meanwhile: Meanwhile | None = meanwhile

    async def achievements(
        self, session: Session | None, keys: Iterable[str]
    ) -> dict[str, Achievement]:
        found = await super().achievements(session, keys)
        if self._meanwhile:
            meanwhile, self._meanwhile = self._meanwhile, None
            await asyncio.create_task(meanwhile())
        return found


async def test_a_license_and_its_achievement_at_the_same_moment_find_each_other(store: Store):
    credential = licensed()
    other = replica(store)
    slow = SlowStore(store, lambda: take(other, in_catalog()))
    await take(replica(store, slow), credential)
    record = (await slow.records(None, [credential.key]))[credential.key]
    assert record.jurisdictions == ("US-CO",)


async def test_an_achievement_that_comes_after_its_license_is_taken_in(store: Store):
    changes = replica(store)
    licenses = [licensed(), licensed()]
    for one in licenses:
        await take(changes, one)
    await take(changes, in_catalog())
    records = await changes.store.records(None, [one.key for one in licenses])
    assert {one.jurisdictions for one in records.values()} == {("US-CO",)}
