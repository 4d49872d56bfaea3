"""Builds the verifier: reads settings, makes every part, wires them. Nothing is a global."""

import asyncio
from collections.abc import Callable

from talent_kit.audit import Audit
from talent_kit.clock import Clock, SystemClock
from talent_kit.consumer import Consumer
from talent_kit.fetch import Fetcher
from talent_kit.leases import Lease
from talent_kit.limits import RateLimit
from talent_kit.migrate import Step, check_migrated, migrate
from talent_kit.outbox import Outbox
from talent_kit.producer import Producer
from talent_kit.relay import Relay
from talent_kit.server import serve
from talent_kit.store import Store
from talent_kit.topics import check_topics, ensure_topics
from talent_kit.workers import Workers
from talent_proto.verifier.v1 import verifier_pb2_grpc
from talent_vc import Options
from talent_vc.worker import init_worker

from talent_verifier import consumers, http, http_jobs, rpc
from talent_verifier.alarm import Alarm
from talent_verifier.asking import Asking
from talent_verifier.checking import Checking
from talent_verifier.directory import Directory
from talent_verifier.documents import Documents
from talent_verifier.http_jobs import job_routes
from talent_verifier.job_intake import Jobs
from talent_verifier.job_runner import JobRunner
from talent_verifier.job_worker import init_job_worker
from talent_verifier.judging import Judge, Source
from talent_verifier.rpc import VerifierRpc
from talent_verifier.settings import VerifierSettings
from talent_verifier.store import VerifierStore
from talent_verifier.store_jobs import JobStore
from talent_verifier.timer import Timer
from talent_verifier.vc_api import vc_api_routes
from talent_verifier.verdicts import Verdicts
from talent_verifier.watch_store import WatchStore
from talent_verifier.watched_documents import WatchedDocuments
from talent_verifier.watcher import Watcher

NAME = "verifier"


async def run(
    settings: VerifierSettings,
    *,
    clock: Clock | None = None,
    fetcher: Fetcher | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until SIGTERM or `stop`."""
    clock = clock or SystemClock(settings.zone)
    store = await Store.connect(settings, NAME)
    verifier_store = VerifierStore(store)
    watch_store = WatchStore(store)
    outbox = Outbox(store, NAME)
    audit = Audit(store, clock)
    steps = _steps(verifier_store, JobStore(store), watch_store, outbox, audit)
    await check_migrated(store, steps)
    await check_topics(settings)
    producer = Producer(settings, NAME)

    directory = Directory(settings)
    asking = Asking(
        rows=watch_store,
        fetcher=fetcher or _fetcher(settings),
        clock=clock,
        terms=settings.watch_terms,
    )
    documents = WatchedDocuments(
        direct=Documents(fetcher or _fetcher(settings), clock, settings.document_terms),
        announced=settings.announced_lists,
        rows=watch_store,
        asking=asking,
        clock=clock,
        most_bytes=settings.documents_max_bytes,
    )
    judge = _judge(settings, directory, documents, workers=settings.workers)
    # Whoever checks a credential without sign-in keeps nothing busy that the network needs.
    check_judge = _judge(
        settings,
        directory,
        Documents(fetcher or _fetcher(settings), clock, settings.check_terms),
        workers=settings.check_workers,
    )
    limit = RateLimit(settings.checks_per_minute)
    checking = Checking(judge=check_judge, clock=clock, limit=limit)
    # Jobs wait for their turn behind both, and judge by documents of their own.
    job_judge = _judge(
        settings,
        directory,
        Documents(fetcher or _fetcher(settings), clock, settings.job_terms),
        workers=settings.job_workers,
        start=init_job_worker,
    )
    job_store = JobStore(store)
    jobs = Jobs(store=job_store, audit=audit, clock=clock, limits=settings.job_limits)
    job_runner = JobRunner(
        store=job_store,
        judge=job_judge,
        lease=Lease(store, "jobs"),
        clock=clock,
        upload=settings.job_limits.upload,
    )
    alarm = Alarm()
    verdicts = Verdicts(
        store=verifier_store,
        watched=watch_store,
        outbox=outbox,
        judge=judge,
        directory=directory,
        alarm=alarm,
        clock=clock,
        patience=settings.patience,
    )
    timer = Timer(
        store=verifier_store,
        verdicts=verdicts,
        alarm=alarm,
        lease=Lease(store, "timer"),
        clock=clock,
    )
    watcher = Watcher(
        rows=watch_store,
        asking=asking,
        store=verifier_store,
        verdicts=verdicts,
        lease=Lease(store, "watch"),
        clock=clock,
        pace=settings.watch_pace,
    )
    consumer = Consumer(
        settings,
        group=consumers.GROUP,
        handlers=consumers.handlers(verdicts=verdicts, directory=directory),
        topics=consumers.TOPICS,
        producer=producer,
        clock=clock,
    )
    await serve(
        settings,
        name=NAME,
        http=http.routes(checking, vc_api_routes(checking), job_routes(jobs)),
        grpc_services=[
            (
                verifier_pb2_grpc.add_VerifierServiceServicer_to_server,
                VerifierRpc(
                    checking=checking,
                    store=verifier_store,
                    jobs=jobs,
                    line_bytes=settings.job_line_max_bytes,
                ),
            )
        ],
        grpc_names=[rpc.NAME],
        tasks=[
            Relay(store, outbox, producer).run,
            directory.run,
            timer.run,
            watcher.run,
            verdicts.watch,
            job_runner.run,
        ],
        consumers=[consumer],
        ready={"contexts": lambda: _contexts_missing(settings), "organizations": directory.ready},
        public_methods=[rpc.PUBLIC],
        republish=verdicts.republish,
        store=store,
        audit=audit,
        producer=producer,
        uploads={http_jobs.PATH: settings.job_max_bytes},
        on_close=[judge.close, check_judge.close, job_judge.close],
        stop=stop,
    )


async def run_migrations(settings: VerifierSettings) -> None:
    """Topics, collections and indexes; every step is done once."""
    await ensure_topics(settings)
    clock = SystemClock(settings.zone)
    store = await Store.connect(settings, NAME)
    try:
        steps = _steps(
            VerifierStore(store),
            JobStore(store),
            WatchStore(store),
            Outbox(store, NAME),
            Audit(store, clock),
        )
        await migrate(store, steps)
    finally:
        await store.close()


def _fetcher(settings: VerifierSettings) -> Fetcher:
    return Fetcher(
        settings.insecure_hosts,
        size=settings.fetch_max_bytes,
        seconds=settings.fetch_seconds,
        redirects=settings.fetch_redirects,
    )


def _judge(
    settings: VerifierSettings,
    directory: Directory,
    documents: Source,
    *,
    workers: int,
    start: Callable[[str], None] = init_worker,
) -> Judge:
    return Judge(
        documents=documents,
        workers=Workers(
            count=workers,
            idle_seconds=settings.worker_idle_seconds,
            deadline_seconds=settings.worker_deadline_seconds,
            start=start,
            start_arguments=(str(settings.contexts),),
        ),
        organizations=directory.organizations,
        announced=settings.announced_lists,
        options=Options(insecure_hosts=settings.insecure_hosts, registries=settings.registries),
        batch_size=settings.batch_size,
    )


def _steps(
    store: VerifierStore, jobs: JobStore, watched: WatchStore, outbox: Outbox, audit: Audit
) -> list[Step]:
    return [
        Step("001-outbox", outbox.prepare),
        Step("002-audit", audit.prepare),
        Step("003-standings", store.prepare),
        Step("004-jobs", jobs.prepare),
        Step("005-watched", watched.prepare),
        Step("006-watching", store.prepare_watching),
    ]


def _contexts_missing(settings: VerifierSettings) -> str | None:
    there = (settings.contexts / "index.json").exists()
    return None if there else "the JSON-LD contexts are not built: run make setup"
