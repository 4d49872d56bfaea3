"""One round of looking after 100,000 credentials that share 100 status lists of others.

Each list has an issuer with a `did:web`, so 200 documents are asked for. Real are the fetches, the
database, and the credentials that a change concerns; the rest of the 100,000 are standings as they
are stored, filled in without judging each. The limits that keep us polite are lifted.
"""

import asyncio
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import talent_vc
from talent_kit.clock import ManualClock
from talent_kit.fetch import Fetcher
from talent_kit.leases import Lease
from talent_kit.outbox import Outbox
from talent_kit.store import Session, Store
from talent_kit.versions import Version
from talent_kit.workers import Workers
from talent_local.database import database
from talent_local.home import Home
from talent_local.parts import free_port, running
from talent_vc import ContextLoader, SigningKey
from talent_vc.worker import init_worker
from talent_verifier.alarm import Alarm
from talent_verifier.asking import Asking
from talent_verifier.directory import Directory
from talent_verifier.documents import Documents
from talent_verifier.judging import Judge
from talent_verifier.model import Cause, Published, Standing
from talent_verifier.settings import VerifierSettings
from talent_verifier.store import VerifierStore
from talent_verifier.verdicts import Verdicts
from talent_verifier.watch_store import WatchStore
from talent_verifier.watched_documents import WatchedDocuments
from talent_verifier.watcher import Pace, Watcher
from talent_verifier.watching import keys

from bench.idle import pss
from bench.network import INSTALLED
from bench.report import plain, report

LISTS = 100
EACH = 1_000  # credentials a list
CHANGES = 10  # lists of which one bit changes
BYSTANDERS = 3
START = datetime(2026, 11, 23, 12, tzinfo=UTC)
ISSUED = datetime(2026, 1, 1, tzinfo=UTC)
LOOK_AFTER = timedelta(minutes=5)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        part = database(Home(Path(folder)), port=free_port())
        with running(part):
            asyncio.run(measure(f"mongodb://127.0.0.1:{part.ports['database']}/?retryWrites=false"))


@dataclass
class Web:
    """Serves documents, and says 304 to whoever has them already."""

    port: int = 0
    pages: dict[str, bytes] = field(default_factory=dict[str, bytes])
    sent: int = 0
    unchanged: int = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                content = self.pages[request.split(" ", 2)[1]]
                etag = f'"{hash(content):x}"'
                if etag in request:
                    self.unchanged += 1
                    writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
                else:
                    self.sent += 1
                    head = f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Length: {len(content)}\r\n"
                    writer.write(head.encode() + b"\r\n" + content)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def serving() -> AsyncIterator[Web]:
    web = Web()
    server = await asyncio.start_server(web.answer, "127.0.0.1", 0)
    web.port = server.sockets[0].getsockname()[1]
    yield web
    server.close()


@dataclass(frozen=True)
class Issuer:
    web: Web
    number: int
    contexts: ContextLoader
    key: SigningKey = field(default_factory=SigningKey.generate)

    @property
    def did(self) -> str:
        return f"did:web:127.0.0.1%3A{self.web.port}:{self.number}"

    @property
    def list_url(self) -> str:
        return f"http://127.0.0.1:{self.web.port}/list/{self.number}"

    @property
    def did_url(self) -> str:
        return f"http://127.0.0.1:{self.web.port}/{self.number}/did.json"

    def serve(self, set_bits: list[int]) -> None:
        did = talent_vc.did_web_document(
            self.did, fragment="key", public_multikey=self.key.public_multikey
        )
        self.web.pages[f"/{self.number}/did.json"] = json.dumps(did).encode()
        bits = talent_vc.build_status_list(
            list_id=self.list_url,
            issuer=self.did,
            purpose="revocation",
            set_bits=set_bits,
            valid_from=ISSUED,
        )
        self.web.pages[f"/list/{self.number}"] = self.sign(bits)

    def sign(self, document: talent_vc.Document) -> bytes:
        method = f"{self.did}#key"
        signed = talent_vc.sign(
            document,
            key=self.key,
            verification_method=method,
            created=ISSUED,
            contexts=self.contexts,
        )
        return json.dumps(signed).encode()

    def badge(self, index: int) -> bytes:
        entry = talent_vc.status_entry(list_url=self.list_url, index=index, purpose="revocation")
        badge = talent_vc.build_open_badge(
            id=f"https://issuer.example/{self.number}/{index}",
            issuer=talent_vc.Issuer(self.did, "Aspen Community College"),
            recipient=talent_vc.DidRecipient(self.did),
            achievement={
                "id": "https://issuer.example/welding",
                "name": "Structural Welding",
                "description": "Welds structural steel in all positions.",
                "criteria": {"narrative": "Pass the bend test in each position."},
            },
            name="Structural Welding",
            valid_from=ISSUED,
            status=[entry],
        )
        return self.sign(badge)


@dataclass(frozen=True)
class Verifier:
    """The parts of a verifier that look after documents, without Kafka."""

    store: Store
    standings: VerifierStore
    rows: WatchStore
    verdicts: Verdicts
    watcher: Watcher
    clock: ManualClock
    judge: Judge


async def verifier(settings: VerifierSettings) -> Verifier:
    store = await Store.connect(settings, "verifier")
    standings, rows, outbox = VerifierStore(store), WatchStore(store), Outbox(store, "verifier")
    for prepare in (outbox.prepare, standings.prepare, rows.prepare, standings.prepare_watching):
        await prepare()
    clock = ManualClock(START)
    fetcher = Fetcher(settings.insecure_hosts)
    asking = Asking(rows=rows, fetcher=fetcher, clock=clock, terms=settings.watch_terms)
    judge = Judge(
        documents=WatchedDocuments(
            direct=Documents(fetcher, clock, settings.document_terms),
            announced=settings.announced_lists,
            rows=rows,
            asking=asking,
            clock=clock,
            most_bytes=settings.documents_max_bytes,
        ),
        workers=Workers(
            count=settings.workers,
            idle_seconds=600,
            deadline_seconds=20,
            start=init_worker,
            start_arguments=(str(INSTALLED.contexts),),
        ),
        organizations=lambda dids: {},
        announced=settings.announced_lists,
        options=talent_vc.Options(insecure_hosts=settings.insecure_hosts),
        batch_size=settings.batch_size,
    )
    verdicts = Verdicts(
        store=standings,
        watched=rows,
        outbox=outbox,
        judge=judge,
        directory=Directory(settings),
        alarm=Alarm(),
        clock=clock,
        patience=settings.patience,
    )
    watcher = Watcher(
        rows=rows,
        asking=asking,
        store=standings,
        verdicts=verdicts,
        lease=Lease(store, "watch"),
        clock=clock,
        pace=Pace(parallel=16, per_host=16, per_second=10_000),
    )
    return Verifier(store, standings, rows, verdicts, watcher, clock, judge)


async def measure(mongo_url: str) -> None:
    async with serving() as web:
        host = f"127.0.0.1:{web.port}"
        settings = VerifierSettings(mongo_url=mongo_url, fetch_allowed_hosts=host)
        made = await verifier(settings)
        contexts = ContextLoader.from_folder(INSTALLED.contexts)
        issuers = [Issuer(web, number, contexts) for number in range(LISTS)]
        for issuer in issuers:
            issuer.serve([])
        print(f"{LISTS * EACH} credentials are stored …", flush=True)
        for issuer in issuers:
            await fill(made, issuer)
        before, workers_before = memory()
        stop = asyncio.Event()
        running = asyncio.create_task(made.watcher.run(stop))
        await round_of(made)  # the first one also takes the lease
        web.unchanged = web.sent = 0
        unchanged = await round_of(made)
        assert (web.unchanged, web.sent) == (2 * LISTS, 0)
        for issuer in issuers[:CHANGES]:
            issuer.serve([BYSTANDERS])  # the first after the bystanders
        changed = await round_of(made)
        revoked = await made.store.db["standings"].count_documents({"outcome": "revoked"})
        assert (web.sent, revoked) == (CHANGES, CHANGES)
        after, workers_after = memory()
        stop.set()
        await running
        await made.judge.close()
        await made.store.close()
    report(
        "watching",
        [
            plain("watched credentials", LISTS * EACH, "credentials"),
            plain("documents asked for in a round", 2 * LISTS, "documents"),
            plain("a round in which nothing changed", unchanged, "s"),
            plain(f"a round in which {CHANGES} bits changed, to the last verdict", changed, "s"),
            plain("memory before the rounds (PSS)", before, "MB"),
            plain("memory after the rounds (PSS)", after, "MB"),
            plain("memory of the workers before the rounds (PSS)", workers_before, "MB"),
            plain("memory of the workers after the rounds (PSS)", workers_after, "MB"),
        ],
    )


async def fill(made: Verifier, issuer: Issuer) -> None:
    """Judge the few that will be judged again; store the others as if they had been."""
    cause = Cause("", {})
    real = [f"{issuer.number:03}-{index:04}" for index in range(BYSTANDERS + 1)]
    facts = [
        Published(name, "org", Version(1, 1), issuer.badge(index), "", cause)
        for index, name in enumerate(real)
    ]
    await made.verdicts.apply(facts)
    like = (await made.standings.standings(real))[real[0]]
    assert like.verdict
    assert like.verdict.outcome is talent_vc.Overall.VALID, like.verdict.checks
    others: list[Standing] = []
    for index in range(len(real), EACH):
        name = f"{issuer.number:03}-{index:04}"
        watched = keys(name, {issuer.did_url: [], issuer.list_url: [index]})
        others.append(replace(like, credential_id=name, revision=1, watched=watched))
    contents = {standing.credential_id: facts[0].content for standing in others}

    async def write(session: Session, some: list[Standing]) -> None:
        await made.standings.write(session, some, contents)

    for start in range(0, len(others), 250):
        await made.store.transact(partial(write, some=others[start : start + 250]))


async def round_of(made: Verifier) -> float:
    """Seconds until all is asked for and every verdict is made anew."""
    made.clock.advance(LOOK_AFTER)
    began = time.perf_counter()
    while True:
        now = made.clock.now()
        if not await made.rows.late(now) and not await made.rows.working(now, 1):
            return time.perf_counter() - began
        await asyncio.sleep(0.01)


def memory() -> tuple[float, float]:
    """Of this process, which also made the credentials, and of those that judge."""
    workers = [process.pid for process in multiprocessing.active_children()]
    return pss(os.getpid()), sum(pss(pid) for pid in workers if pid)


if __name__ == "__main__":
    main()
