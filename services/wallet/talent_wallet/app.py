"""Builds the wallet out of its parts and runs it."""

import asyncio
from datetime import timedelta

from talent_kit.audit import Audit
from talent_kit.clock import Clock, SystemClock
from talent_kit.consumer import Consumer
from talent_kit.grpc_client import channel
from talent_kit.migrate import Step, check_migrated
from talent_kit.migrate import migrate as run_steps
from talent_kit.outbox import Outbox
from talent_kit.producer import Producer
from talent_kit.relay import Relay
from talent_kit.server import serve
from talent_kit.store import Store
from talent_kit.tokens import ServiceToken
from talent_kit.topics import check_topics
from talent_proto.wallet.v1 import consent_pb2_grpc, equity_pb2_grpc

from talent_wallet import rpc_equity
from talent_wallet.changes import Changes
from talent_wallet.consumers import GROUP, TOPICS, Consumers
from talent_wallet.equity import Equity
from talent_wallet.expiry import Expiry
from talent_wallet.http import http_app
from talent_wallet.job_search import JobSearch
from talent_wallet.profile import Pseudonyms
from talent_wallet.republish import Republish
from talent_wallet.retagging import Retagging
from talent_wallet.rpc import ConsentService
from talent_wallet.sealing import Vault
from talent_wallet.settings import WalletSettings
from talent_wallet.signing_in import SignIn
from talent_wallet.store import WalletStore
from talent_wallet.work_reading import WorkReading

NAME = "wallet"


def steps(store: Store) -> list[Step]:
    """The migrations, oldest first."""
    clock = SystemClock(WalletSettings().zone)
    return [
        Step("001-outbox", Outbox(store, NAME).prepare),
        Step("002-audit", Audit(store, clock).prepare),
        Step("003-wallet", WalletStore(store).prepare),
        Step("004-equity-answers", WalletStore(store).prepare_equity_answers),
        Step("005-skill-tags", WalletStore(store).prepare_skill_tags),
        Step("006-work-history", WalletStore(store).prepare_work_history),
    ]


async def migrate(settings: WalletSettings | None = None) -> None:
    store = await Store.connect(settings or WalletSettings(), NAME)
    try:
        await run_steps(store, steps(store))
    finally:
        await store.close()


async def start(
    settings: WalletSettings | None = None,
    *,
    clock: Clock | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Run until a signal, or until `stop`."""
    settings = settings or WalletSettings()
    clock = clock or SystemClock(settings.zone)
    store = await Store.connect(settings, NAME)
    await check_migrated(store, steps(store))
    await check_topics(settings)
    producer = Producer(settings, NAME)
    outbox, audit = Outbox(store, NAME), Audit(store, clock)
    changes = Changes(
        WalletStore(store),
        outbox,
        audit,
        clock=clock,
        zone=settings.zone,
        pseudonyms=Pseudonyms(settings.secret("pairwise-hmac.key")),
    )
    vault = Vault(settings.secrets_dir)
    sign_in = SignIn(changes, vault, settings.secret("recipient-hmac.key"))
    equity = Equity(changes, vault)
    registry = channel(settings.registry_target, ServiceToken(settings))
    matcher = channel(settings.matcher_target, ServiceToken(settings))
    job_search = JobSearch(
        changes,
        matcher,
        seconds=settings.matcher_seconds,
        per_minute=settings.job_questions_per_minute,
        programs_per_minute=settings.program_questions_per_minute,
    )
    consumer = Consumer(
        settings,
        group=GROUP,
        handlers=Consumers(changes).handlers(),
        topics=TOPICS,
        producer=producer,
        clock=clock,
    )
    await serve(
        settings,
        name=NAME,
        http=http_app(settings, changes, sign_in, equity, job_search),
        grpc_services=[
            (
                consent_pb2_grpc.add_ConsentServiceServicer_to_server,
                ConsentService(changes, vault),
            ),
            (
                equity_pb2_grpc.add_EquityServiceServicer_to_server,
                rpc_equity.EquityService(equity),
            ),
        ],
        grpc_names=["talent.wallet.v1.ConsentService", rpc_equity.NAME],
        tasks=[
            Relay(store, outbox, producer).run,
            Expiry(store, changes, settings.expiry_check_seconds).run,
            Retagging(
                store,
                changes,
                check_seconds=settings.expiry_check_seconds,
                apart=timedelta(seconds=2 * settings.mongo_transaction_seconds),
            ).run,
            WorkReading(
                store,
                changes,
                registry,
                seconds=settings.registry_seconds,
                check_seconds=settings.work_reading_seconds,
            ).run,
        ],
        consumers=[consumer],
        republish=Republish(changes).run,
        store=store,
        audit=audit,
        producer=producer,
        on_close=[matcher.close, registry.close],
        stop=stop,
    )
