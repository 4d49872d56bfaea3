"""A matcher's start: from Kafka alone, and from snapshots and the topic's tail.

`python -m bench.restoring 20000 100` sets the people in Kafka and how many times as many the
snapshots hold (without it: a million). Those in Kafka are read whole for the first figure. A
snapshot of all of them is then put together (see `bench.statewide`), the matcher starts from it,
announces, and writes snapshots itself at its end; after that, profiles change. The start that
follows is the one that counts.
"""

import asyncio
import os
import sys
import time
import uuid

import httpx
import numpy as np
from talent_kit.events import Outgoing
from talent_kit.producer import Producer
from talent_kit.reading import end_offsets
from talent_local.sandbox import Sandbox
from talent_matcher.restoring import MATCHES
from talent_matcher.settings import MatcherSettings

from bench import statewide
from bench.network import sandbox
from bench.report import Figure, at_most, plain, report

PEOPLE, TIMES, JOBS, CHANGED = 20_000, 50, 10_000, 10_000


def main() -> None:
    people, times = (int(one) for one in sys.argv[1:3] or (PEOPLE, TIMES))
    # So many snapshots take longer to write than an end may usually last.
    os.environ["TALENT_SHUTDOWN_SECONDS"] = "60"
    with sandbox() as network:
        figures = asyncio.run(measure(network, people, times))
    report("restoring", figures)


async def measure(network: Sandbox, people: int, times: int) -> list[Figure]:
    settings, random = settings_of(network), np.random.default_rng(5)
    network.stop_part("matcher")
    everybody = [statewide.profile(random, str(uuid.uuid4())) for _ in range(people)]
    jobs = [statewide.job(random, number, "org-bench") for number in range(JOBS)]
    producer = Producer(settings, "bench")
    await statewide.send(producer, [statewide.posted(one) for one in jobs])
    empty, _ = await start(network)
    network.stop_part("matcher")
    await statewide.send(producer, [statewide.updated(one) for one in everybody])
    whole, _ = await start(network, without=settings)
    network.stop_part("matcher")
    print(f"ready in {empty:.1f} s without people, {whole:.1f} s with {people:,}", flush=True)

    await statewide.write_snapshots(settings, everybody, times)
    first, _ = await start(network)
    began = time.perf_counter()
    network.stop_part("matcher")
    written = time.perf_counter() - began
    print(f"first start {first:.1f} s, end {written:.1f} s", flush=True)
    announced = sum((await end_offsets(settings, MATCHES)).values())
    changes = [_changed(random, one) for one in everybody[: min(people, CHANGED)]]
    await statewide.send(producer, changes)
    ready, pid = await start(network)
    memory, computed = memory_of(pid), processor_of(pid)
    size = sum(one.stat().st_size for one in network.home.snapshots.glob("*.snapshot"))
    again = sum((await end_offsets(settings, MATCHES)).values()) - announced
    await producer.stop()
    return [
        plain("profiles", people * times, ""),
        plain("open jobs", JOBS, ""),
        plain("matches announced", announced, ""),
        plain("ready without profiles", empty, "s"),
        plain("profiles read from Kafka alone", people / (whole - empty), "profiles/s"),
        plain("profiles that changed after the snapshots", len(changes), ""),
        at_most("ready from snapshots and the tail", ready, "s", 60),
        plain("of that, time of the processor", computed, "s"),
        plain("matches that this announced", again, ""),
        plain("snapshots", size / 2**20, "MiB"),
        plain("written at the end in", written, "s"),
        plain("memory of the process", memory / 2**20, "MiB"),
        plain("memory a profile", (memory - 300 * 2**20) / (people * times) / 1024, "KiB"),
    ]


def settings_of(network: Sandbox) -> MatcherSettings:
    """Of the network's matcher, as far as it is used here."""
    return MatcherSettings(
        kafka_bootstrap=network.kafka,
        secrets_dir=network.home.secrets,
        skills_dir=network.home.skills,
        data_dir=network.home.data,
        snapshot_dir=network.home.snapshots,
    )


async def start(network: Sandbox, without: MatcherSettings | None = None) -> tuple[float, int]:
    """Until it is ready, in seconds, and its process number. `without` snapshots."""
    if without is not None and without.snapshot_dir is not None:
        for file in without.snapshot_dir.glob("*.snapshot"):
            file.unlink()
    began = time.perf_counter()
    network.launch("matcher")
    async with httpx.AsyncClient(timeout=5) as client:
        while True:
            try:
                answer = await client.get(f"{network.url('matcher')}/readyz")
                if answer.is_success:
                    break
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    return time.perf_counter() - began, network.pid("matcher")


def memory_of(pid: int) -> int:
    with open(f"/proc/{pid}/statm") as pages:
        return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def processor_of(pid: int) -> float:
    """Seconds that a process has computed for so far."""
    with open(f"/proc/{pid}/stat") as times:
        user, system = times.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _changed(random: np.random.Generator, before: statewide.TalentProfile) -> Outgoing:
    """Somebody shows what another person would."""
    return statewide.updated(statewide.profile(random, before.holder_id), 2)


if __name__ == "__main__":
    main()
