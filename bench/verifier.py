"""The verifier from Kafka to verdict event, against the library alone on the same two cores.

Real credentials of the registry, each with two status list entries, are put on the topic all at
once; measured is the time until a verdict on each is on its topic. The floor verifies the same
credentials with keys, contexts and lists at hand in as many processes as the service has workers,
with the machine to itself. Beside it, Kafka and the database do their work on the same cores, so
what the service's own processes spend is held against the floor, too.
"""

import asyncio
import json
import multiprocessing
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import psutil
from talent_kit.events import Outgoing, Record, outgoing
from talent_kit.ids import uuid7
from talent_kit.producer import Producer
from talent_kit.settings import CommonSettings
from talent_kit.tail import Tail
from talent_local.sandbox import Sandbox
from talent_proto.events.v1.credentials_pb2 import CredentialPublished
from talent_vc import (
    ContextLoader,
    DictLoader,
    Options,
    Overall,
    Trust,
    needed_documents,
    open_envelope,
    verify_bytes,
)
from talent_vc.issuers import issuer_id

from bench.network import INSTALLED, sandbox, world
from bench.publish import publish
from bench.report import Figure, against, plain, report

CREDENTIALS = "talent.credentials.v1"
VERIFICATIONS = "talent.verifications.v1"
MADE = 4_000  # by the registry; each is published so many times, under another id each time:
TIMES = 5
OTHERS = ("wallet", "matcher", "portal")
PROCESSES = 2  # as many as the verifier's default here
AT_ONCE = 1000  # put on the topic
WARM = 200
SHARE = 0.7
UNIT = "credentials/s"


def main() -> None:
    with sandbox() as network:
        for name in OTHERS:
            network.stop_part(name)
        figures = asyncio.run(measure(network))
    report("verifier", figures)


async def measure(network: Sandbox) -> list[Figure]:
    settings = CommonSettings(kafka_bootstrap=network.kafka)
    heard = Heard()
    async with following(settings, heard):
        async with world(network, "verifier") as made:
            await publish(made, "2kB", "made", MADE)
        await heard.all_judged(MADE)
        published = [record.event for record in heard.published]
        alone, alone_cpu = await library_alone(network, [event.credential for event in published])
        again = [as_another(event) for _ in range(TIMES) for event in published]
        before = spent_by(network)
        began = time.perf_counter()
        async with sending(settings) as producer:
            for start in range(0, len(again), AT_ONCE):
                await producer.send_all(again[start : start + AT_ONCE])
        await heard.all_judged(MADE + len(again))
        rate = len(again) / (time.perf_counter() - began)
        spent = {
            name: (after - before[name]) / len(again) for name, after in spent_by(network).items()
        }
    service = spent["the service's main process"] + spent["the service's workers"]
    from_kafka = "from Kafka to verdict event"
    return [
        *(
            plain(f"processor time of a credential: {name}", 1e6 * value, "microseconds")
            for name, value in {"the library alone": alone_cpu, **spent}.items()
        ),
        against(f"{from_kafka}, Kafka and database on the same cores", rate, UNIT, alone, SHARE),
        against(
            f"{from_kafka}, by the time that the service's processes take",
            PROCESSES / service,
            UNIT,
            PROCESSES / alone_cpu,
            SHARE,
        ),
    ]


class Heard:
    """What the topics say: publications, and which credentials have a verdict."""

    def __init__(self) -> None:
        self.published: list[Record] = []
        self._outcomes: Counter[str] = Counter()
        self._judged: set[str] = set()
        self._more = asyncio.Event()

    async def take(self, records: Sequence[Record]) -> None:
        for record in records:
            if record.type == "CredentialPublished" and len(self.published) < MADE:
                self.published.append(record)
            elif record.topic == VERIFICATIONS:
                self._outcomes[record.type] += 1
                self._judged.add(record.key)
        self._more.set()

    async def all_judged(self, count: int) -> None:
        while len(self._judged) < count:
            self._more.clear()
            await self._more.wait()
        if set(self._outcomes) != {"CredentialVerified"}:
            raise SystemExit(f"not all are valid: {dict(self._outcomes)}")


@asynccontextmanager
async def following(settings: CommonSettings, heard: Heard) -> AsyncIterator[None]:
    stop = asyncio.Event()
    tail = Tail(settings, [CREDENTIALS, VERIFICATIONS], heard.take)
    running = asyncio.create_task(tail.run(stop))
    try:
        yield
    finally:
        stop.set()
        await running


@asynccontextmanager
async def sending(settings: CommonSettings) -> AsyncIterator[Producer]:
    producer = Producer(settings, "registry")
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


def as_another(event: CredentialPublished) -> Outgoing:
    """The same credential, published under an id of its own."""
    other = CredentialPublished()
    other.CopyFrom(event)
    other.credential_id = uuid7()
    other.header.event_id = uuid7()
    return outgoing(CREDENTIALS, other.credential_id, other)


async def library_alone(network: Sandbox, credentials: Sequence[bytes]) -> tuple[float, float]:
    """Credentials a second in all processes at once, and seconds of the processor for one."""
    options = Options(insecure_hosts=(network.url("registry").removeprefix("http://"),))
    documents = await documents_of(credentials, options)
    issuer = issuer_id(open_envelope(credentials[0]).document)
    given = Given(
        at=datetime.now(UTC),
        documents=documents,
        trust={issuer: Trust(known=True, source="the state agency", name="Bench School")},
        options=options,
    )
    shares = [credentials[n::PROCESSES] for n in range(PROCESSES)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, spawn) as pool:
        loop = asyncio.get_running_loop()
        done = await asyncio.gather(
            *(loop.run_in_executor(pool, verify_share, share, given) for share in shares)
        )
    return sum(rate for rate, _ in done), sum(cpu for _, cpu in done) / PROCESSES


@dataclass(frozen=True)
class Given:
    """What the library is told beside the credential."""

    at: datetime
    documents: Mapping[str, bytes]
    trust: Mapping[str, Trust]
    options: Options


def verify_share(credentials: Sequence[bytes], given: Given) -> tuple[float, float]:
    """Runs in a process of its own, all processes at the same time."""
    contexts = ContextLoader.from_folder(INSTALLED.contexts)
    loader = DictLoader(given.documents)

    def verify(content: bytes) -> None:
        verdict = verify_bytes(
            content,
            at=given.at,
            contexts=contexts,
            loader=loader,
            trust=given.trust.get,
            options=given.options,
        )
        if verdict.outcome is not Overall.VALID:
            raise SystemExit(f"not valid: {verdict.checks}")

    for content in credentials[:WARM]:
        verify(content)
    began, cpu = time.perf_counter(), time.process_time()
    for content in credentials:
        verify(content)
    count = len(credentials)
    return count / (time.perf_counter() - began), (time.process_time() - cpu) / count


async def documents_of(credentials: Sequence[bytes], options: Options) -> dict[str, bytes]:
    """Keys and status lists, and those of the lists themselves, from the registry."""
    documents: dict[str, bytes] = {}
    wanted = {
        url for content in credentials for url in needed_documents(open_envelope(content), options)
    }
    async with httpx.AsyncClient(trust_env=False) as client:
        while missing := wanted - documents.keys():
            for url in missing:
                answer = await client.get(url)
                documents[url] = answer.raise_for_status().content
                wanted |= set(needed_documents(json.loads(documents[url]), options))
    return documents


def spent_by(network: Sandbox) -> dict[str, float]:
    """Seconds of the processor so far."""
    service = psutil.Process(network.pid("verifier"))
    return {
        "the service's main process": seconds(service),
        "the service's workers": sum(map(seconds, service.children(recursive=True))),
        "database": seconds(psutil.Process(network.pid("database"))),
        "Kafka": seconds(psutil.Process(network.pid("kafka"))),
        "the benchmark itself": seconds(psutil.Process()),
    }


def seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


if __name__ == "__main__":
    main()
