"""From a profile on Kafka to a readable match, with the people of a state in the matcher.

`python -m bench.arriving 20000 100` sets the people in Kafka and how many times as many the
matcher holds. Somebody in it shows one skill more, which an employer's jobs ask for; the time
counts from the call that sends the profile until the employer reads the match over gRPC. First at
50 a second, then ever faster, until the matcher no longer keeps up. The wallet that it asks for
consent is a stand-in that says yes to everybody.
"""

import asyncio
import os
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

import grpc
import numpy as np
from talent_kit.events import Outgoing
from talent_kit.kafka import admin_client
from talent_kit.producer import Producer
from talent_kit.reading import end_offsets
from talent_local.parts import free_port
from talent_local.sandbox import Sandbox
from talent_matcher.pseudonyms import Pseudonyms
from talent_matcher.restoring import MATCHES
from talent_matcher.settings import MatcherSettings
from talent_proto.events.v1 import jobs_pb2, skills_pb2
from talent_proto.events.v1.profiles_pb2 import TalentProfile
from talent_proto.matcher.v1.matcher_pb2 import WatchMatchesRequest
from talent_proto.wallet.v1 import consent_pb2, consent_pb2_grpc

from bench import reference, statewide
from bench.network import World, sandbox, world
from bench.report import Figure, at_most, plain, report
from bench.restoring import JOBS, memory_of, processor_of, settings_of, start

PEOPLE, TIMES = 20_000, 115
JOBS_MATCHED = 5
PER_SECOND, SECONDS, WARM_SECONDS = 50, 60, 5
FASTER, FASTER_SECONDS = (100, 150, 200, 300, 400, 600, 800), 10
LATE_SECONDS = 1.0  # somebody waits as long as this: the matcher does not keep up


class Wallet(consent_pb2_grpc.ConsentServiceServicer):
    async def CheckConsents(self, request: Any, context: Any) -> Any:  # noqa: N802
        return consent_pb2.CheckConsentsResponse(allowed_holder_id=request.holder_id)

    async def RevealContact(self, request: Any, context: Any) -> Any:  # noqa: N802
        await context.abort(grpc.StatusCode.UNIMPLEMENTED)


@dataclass
class Times:
    """Of each candidate when the profile was sent, and when each match was read."""

    sent: dict[str, float] = field(default_factory=dict[str, float])
    read: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def first(self, names: Iterable[str]) -> list[float]:
        """Seconds until the first match could be read."""
        return [self.read[name][0] - self.sent[name] for name in names]

    def all_read(self, names: Iterable[str]) -> bool:
        return all(len(self.read.get(name, ())) >= JOBS_MATCHED for name in names)


def main() -> None:
    people, times = (int(one) for one in sys.argv[1:3] or (PEOPLE, TIMES))
    os.environ["TALENT_SHUTDOWN_SECONDS"] = "60"
    port = free_port()
    with sandbox({"TALENT_MATCHER_WALLET_TARGET": f"127.0.0.1:{port}"}) as network:
        figures = asyncio.run(measure(network, people, times, port))
    report("arriving", figures)


async def measure(network: Sandbox, people: int, times: int, port: int) -> list[Figure]:
    async with wallet(port), world(network) as made:
        network.stop_part("matcher")
        settings, random = settings_of(network), np.random.default_rng(6)
        everybody = [statewide.profile(random, str(uuid.uuid4())) for _ in range(people)]
        producer = Producer(settings, "bench")
        jobs = [statewide.job(random, number, "org-bench") for number in range(JOBS)]
        jobs += [matched(number, made.employer.org_id) for number in range(JOBS_MATCHED)]
        await statewide.send(producer, [statewide.posted(one) for one in jobs])
        await statewide.send(producer, [statewide.updated(one) for one in everybody])
        await statewide.write_snapshots(settings, everybody, times)
        ready, pid = await start(network)
        memory = memory_of(pid)
        print(f"{people * times:,} people are there after {ready:.0f} s", flush=True)
        await logged(settings)
        print("and what that announced is logged", flush=True)
        figures = await at_every_rate(network, made, producer, everybody)
        await producer.stop()
    return [
        plain("people", people * times, ""),
        plain("open jobs", len(jobs), ""),
        plain("memory of the matcher", memory / 2**20, "MiB"),
        *figures,
    ]


async def at_every_rate(
    network: Sandbox, made: World, producer: Producer, everybody: list[TalentProfile]
) -> list[Figure]:
    key = (network.home.secrets / "pairwise-hmac.key").read_bytes()
    employer = made.employer.org_id
    names = [Pseudonyms(key).candidate(one.holder_id, employer) for one in everybody]
    events = [statewide.updated(one_more(one), 2) for one in everybody]
    waiting = list(zip(names, events, strict=True))
    times = Times()
    watching = asyncio.create_task(watch(made, times))
    await played(producer, times, taken(waiting, PER_SECOND * WARM_SECONDS), PER_SECOND)
    steady = taken(waiting, PER_SECOND * SECONDS)
    pid = network.pid("matcher")
    before = processor_of(pid)
    await played(producer, times, steady, PER_SECOND)
    computed = (processor_of(pid) - before) / len(steady)
    found = quantiles(times.first(steady.keys()), n=100)
    print(f"{PER_SECOND} a second: p99 {found[98] * 1000:.0f} ms", flush=True)
    kept_up = PER_SECOND
    for rate in FASTER:
        if len(waiting) < rate * FASTER_SECONDS:
            break
        part = taken(waiting, rate * FASTER_SECONDS)
        await played(producer, times, part, rate)
        slowest = quantiles(times.first(part.keys()), n=100)[98]
        print(f"{rate} a second: p99 {slowest * 1000:.0f} ms", flush=True)
        if slowest > LATE_SECONDS:
            break
        kept_up = rate
    watching.cancel()
    return [
        plain("profiles a second", PER_SECOND, "1/s"),
        plain("sent to readable match, p50", found[49] * 1000, "ms"),
        at_most("sent to readable match, p99", found[98] * 1000, "ms", 100),
        plain("the highest rate kept up with", kept_up, "1/s"),
        plain("matches of each profile", JOBS_MATCHED, ""),
        plain("time of the processor for a profile and its matches", computed * 1000, "ms"),
    ]


def taken(waiting: list[tuple[str, Outgoing]], count: int) -> dict[str, Outgoing]:
    part = dict(waiting[:count])
    del waiting[:count]
    return part


async def played(producer: Producer, times: Times, part: dict[str, Outgoing], rate: int) -> None:
    """Send at a steady rate, and wait until all matches are read."""
    sending: list[asyncio.Task[None]] = []
    began = time.perf_counter()
    for number, (name, event) in enumerate(part.items()):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        times.sent[name] = time.perf_counter()
        sending.append(asyncio.create_task(producer.send_all([event])))
    await asyncio.gather(*sending)
    async with asyncio.timeout(120):
        while not times.all_read(part):
            times.more.clear()
            await times.more.wait()


async def watch(made: World, times: Times) -> None:
    stream = made.services.matcher.WatchMatches(
        WatchMatchesRequest(), metadata=made.employer.metadata
    )
    try:
        async for batch in stream:
            now = time.perf_counter()
            for update in batch.update:
                if update.HasField("found"):
                    times.read.setdefault(update.found.candidate_id, []).append(now)
            times.more.set()
    finally:
        stream.cancel()


async def logged(settings: MatcherSettings) -> None:
    """Until the log of decisions has all matches so far: it writes them in the same process."""
    admin, group = admin_client(settings), settings.topic("matcher-decisions")
    await admin.start()
    try:
        ends = await end_offsets(settings, MATCHES)
        done: dict[int, int] = {}
        while any(done.get(part, 0) < end for part, end in ends.items()):
            await asyncio.sleep(0.5)
            offsets = await admin.list_consumer_group_offsets(group)
            done = {part.partition: found.offset for part, found in offsets.items()}
    finally:
        await admin.close()


def matched(number: int, employer: str) -> jobs_pb2.Job:
    """A job that everybody with one skill matches."""
    skill = skills_pb2.SkillReference(uri=reference.MIG, label="MIG welding")
    return jobs_pb2.Job(
        job_id=f"job-matched-{number}",
        title=f"Welder {number}",
        employer_org_id=employer,
        requirement=[jobs_pb2.Requirement(skill=skill, importance=jobs_pb2.IMPORTANCE_REQUIRED)],
        job_location_type=jobs_pb2.JOB_LOCATION_TYPE_REMOTE,
        match_cap=PEOPLE,
        visibility=jobs_pb2.JOB_VISIBILITY_PUBLIC,
    )


def one_more(before: TalentProfile) -> TalentProfile:
    """The same person with an assessed skill more."""
    now = TalentProfile()
    now.CopyFrom(before)
    now.assertion.add(
        assertion_id=uuid.uuid4().hex,
        skill=skills_pb2.SkillReference(uri=reference.MIG, label="MIG welding"),
        basis=skills_pb2.ASSERTION_BASIS_ASSESSED,
        verification_outcome=skills_pb2.VERIFICATION_OUTCOME_VALID,
        issuer_trusted=True,
        scope=skills_pb2.ASSERTION_SCOPE_NETWORK,
    )
    return now


@asynccontextmanager
async def wallet(port: int) -> AsyncIterator[None]:
    server = grpc.aio.server()
    consent_pb2_grpc.add_ConsentServiceServicer_to_server(Wallet(), server)
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    yield
    await server.stop(None)


if __name__ == "__main__":
    main()
