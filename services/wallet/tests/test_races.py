"""Two replicas at the same moment, without a broker: what one commits, the other must not lose."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from talent_kit.audit import Audit
from talent_kit.callers import Caller, Role
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
from talent_wallet.sealing import Vault
from talent_wallet.settings import WalletSettings
from talent_wallet.signing_in import Me, SignIn
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


class SlowSignIn(SignIn):
    """Has just looked up who signs in when something else is committed."""

    meanwhile: Meanwhile | None = None

    async def find(self, subject: str) -> Me | None:
        found = await super().find(subject)
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return found


async def test_a_new_name_and_a_new_address_at_the_same_moment_are_both_kept(
    store: Store, wallet_settings: WalletSettings
):
    def caller(email: str) -> Caller:
        return Caller("subject-ana", "", frozenset({Role.HOLDER}), email=email)

    changes, vault = replica(store), Vault(wallet_settings.secrets_dir)
    sign_in = SignIn(changes, vault, b"r" * 32)
    await sign_in.sign_in(caller("ana@example.org"), "Ana")
    slow = SlowSignIn(changes, vault, b"r" * 32)
    slow.meanwhile = lambda: sign_in.sign_in(caller(""), "Ana Torres")
    await slow.sign_in(caller("torres@example.org"), "")
    me = await sign_in.find("subject-ana")
    assert me is not None
    assert (me.person.name, me.person.email) == ("Ana Torres", "torres@example.org")
