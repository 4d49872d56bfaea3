"""The composition root: builds everything from the settings and wires it."""

import asyncio
from dataclasses import dataclass

from fastapi import FastAPI
from talent_kit.audit import Audit
from talent_kit.clock import Clock, SystemClock
from talent_kit.limits import RateLimit
from talent_kit.migrate import Step, check_migrated, migrate
from talent_kit.outbox import Outbox
from talent_kit.producer import Producer
from talent_kit.relay import Relay
from talent_kit.server import serve
from talent_kit.store import Store
from talent_kit.topics import check_topics, ensure_topics
from talent_proto.registry.v1 import (
    endorsements_pb2_grpc,
    registry_pb2_grpc,
    skill_tags_pb2_grpc,
    text_tags_pb2_grpc,
)
from talent_vc import ContextLoader

from talent_registry import rpc_endorsements, rpc_tags, rpc_text_tags
from talent_registry.achievements import Achievements
from talent_registry.addresses import Addresses
from talent_registry.endorsement_store import EndorsementStore
from talent_registry.http import make_app
from talent_registry.issuers import Issuers, rotate
from talent_registry.keys import Keyring
from talent_registry.list_store import StatusListStore
from talent_registry.organizations import Organizations
from talent_registry.publishing import Publishing
from talent_registry.republishing import Republishing
from talent_registry.rpc import NAME, RegistryServicer
from talent_registry.settings import RegistrySettings
from talent_registry.signed import Reader
from talent_registry.signing import SigningPool
from talent_registry.status_credential import StatusListSigner
from talent_registry.statuses import ServedLists, Statuses, StatusPlaces
from talent_registry.store import RegistryStore
from talent_registry.storing import Storing
from talent_registry.tag_store import TagStore
from talent_registry.tagging import Tagging

SERVICE = "registry"


@dataclass(frozen=True)
class App:
    """The parts that somebody outside of this module runs."""

    store: Store
    registry: RegistryStore
    lists: StatusListStore
    outbox: Outbox
    audit: Audit
    pool: SigningPool
    servicer: RegistryServicer
    tag_servicer: rpc_tags.SkillTagServicer
    endorsement_servicer: rpc_endorsements.EndorsementServicer
    endorsements: EndorsementStore
    tags: TagStore
    tagging: Tagging
    http: FastAPI
    republishing: Republishing


async def build(settings: RegistrySettings, clock: Clock | None = None) -> App:
    clock = clock or SystemClock(settings.zone)
    store = await Store.connect(settings, SERVICE)
    outbox = Outbox(store, SERVICE)
    audit = Audit(store, clock)
    registry = RegistryStore(store, outbox)
    lists = StatusListStore(store, registry)
    addresses = Addresses(settings.public_url)
    issuers = Issuers(registry, Keyring(settings.secrets_dir))
    contexts = ContextLoader.from_folder(settings.contexts_dir)
    pool = SigningPool(
        processes=settings.signing_processes,
        idle_seconds=settings.worker_idle_seconds,
        contexts=settings.contexts_dir,
    )
    organizations = Organizations(
        store=registry,
        outbox=outbox,
        audit=audit,
        issuers=issuers,
        addresses=addresses,
        clock=clock,
    )
    achievements = Achievements(
        store=registry, outbox=outbox, audit=audit, addresses=addresses, clock=clock
    )
    publishing = Publishing(
        store=registry,
        storing=Storing(
            store=registry,
            outbox=outbox,
            audit=audit,
            clock=clock,
            transaction_items=settings.transaction_items,
        ),
        achievements=achievements,
        issuers=issuers,
        places=StatusPlaces(lists, clock),
        pool=pool,
        reader=Reader(
            contexts=contexts.urls,
            max_bytes=settings.credential_bytes,
            max_depth=settings.credential_depth,
            hmac_key=settings.secret("recipient-hmac.key"),
        ),
        addresses=addresses,
        clock=clock,
        limit=RateLimit(settings.credentials_per_minute),
    )
    statuses = Statuses(
        store=registry,
        lists=lists,
        outbox=outbox,
        audit=audit,
        addresses=addresses,
        clock=clock,
    )
    signer = StatusListSigner(
        organizations=organizations,
        issuers=issuers,
        addresses=addresses,
        contexts=contexts,
        clock=clock,
    )
    servicer = RegistryServicer(
        settings,
        store=registry,
        organizations=organizations,
        achievements=achievements,
        publishing=publishing,
        statuses=statuses,
        audit=audit,
    )
    endorsements = EndorsementStore(store)
    endorsement_servicer = rpc_endorsements.EndorsementServicer(
        store=registry,
        endorsements=endorsements,
        achievements=achievements,
        organizations=organizations,
        outbox=outbox,
        audit=audit,
        clock=clock,
        page_items=settings.page_items,
    )
    http = make_app(
        organizations=organizations,
        achievements=achievements,
        issuers=issuers,
        lists=ServedLists(lists, signer.sign, settings.status_lists_cached),
        endorsements=endorsement_servicer.page,
        addresses=addresses,
    )
    tags = TagStore(store)
    tagging = Tagging(
        store,
        tags,
        outbox,
        clock,
        taxonomy=settings.skills_dir,
        model=settings.model_dir,
        every_seconds=settings.tagging_seconds,
        idle_seconds=settings.worker_idle_seconds,
    )
    return App(
        store=store,
        registry=registry,
        lists=lists,
        outbox=outbox,
        audit=audit,
        pool=pool,
        servicer=servicer,
        tag_servicer=rpc_tags.SkillTagServicer(
            store=registry,
            tags=tags,
            achievements=achievements,
            outbox=outbox,
            audit=audit,
            clock=clock,
            tagging=tagging,
        ),
        endorsement_servicer=endorsement_servicer,
        endorsements=endorsements,
        tags=tags,
        tagging=tagging,
        http=http,
        republishing=Republishing(
            registry, tags, tagging, endorsements, outbox, clock, settings.republish_items
        ),
    )


def steps(app: App) -> list[Step]:
    """The migrations, oldest first."""
    return [
        Step("0001-kit", app.outbox.prepare),
        Step("0002-audit", app.audit.prepare),
        Step("0003-registry", app.registry.prepare),
        Step("0004-status-lists", app.lists.prepare),
        Step("0005-skill-tags", app.tags.prepare),
        Step("0006-endorsements", app.endorsements.prepare),
    ]


async def run(settings: RegistrySettings, stop: asyncio.Event | None = None) -> None:
    """Serve until told to stop."""
    app = await build(settings)
    await check_migrated(app.store, steps(app))
    await check_topics(settings)
    producer = Producer(settings, SERVICE)
    relay = Relay(app.store, app.outbox, producer)
    await serve(
        settings,
        name=SERVICE,
        http=app.http,
        grpc_services=[
            (registry_pb2_grpc.add_RegistryServiceServicer_to_server, app.servicer),
            (skill_tags_pb2_grpc.add_SkillTagServiceServicer_to_server, app.tag_servicer),
            (
                endorsements_pb2_grpc.add_EndorsementServiceServicer_to_server,
                app.endorsement_servicer,
            ),
            (
                text_tags_pb2_grpc.add_TextTagServiceServicer_to_server,
                rpc_text_tags.TextTagServicer(app.tagging),
            ),
        ],
        grpc_names=[NAME, rpc_tags.NAME, rpc_endorsements.NAME, rpc_text_tags.NAME],
        tasks=[relay.run, app.tagging.run],
        republish=app.republishing.run,
        store=app.store,
        audit=app.audit,
        producer=producer,
        on_close=[app.pool.close, app.tagging.close],
        stop=stop,
    )


async def run_migrations(settings: RegistrySettings) -> None:
    """Topics, collections, indexes."""
    await ensure_topics(settings)
    app = await build(settings)
    await migrate(app.store, steps(app))
    await app.store.close()


async def rotate_kek(settings: RegistrySettings) -> int:
    """Wrap the signing keys by the present key-encryption key; how many that were."""
    store = await Store.connect(settings, SERVICE)
    try:
        registry = RegistryStore(store, Outbox(store, SERVICE))
        return await rotate(registry, Keyring(settings.secrets_dir))
    finally:
        await store.close()
