"""What each service costs when nothing happens, and how long it takes to start.

Before that a few hundred credentials went through all of them, so that there is something to
restore. The processes that sign, tag and verify end when there is nothing to do: here after
seconds, by default after ten minutes. What a service takes with them stands beside it.
"""

import asyncio
import os
import time
from pathlib import Path

from talent_local.sandbox import Sandbox
from talent_local.settings import SERVICES

from bench.latency import open_wallets, post_jobs
from bench.network import sandbox, world
from bench.publish import publish
from bench.report import Figure, at_most, plain, report

ROUNDS = 3
HOLDERS = 300
WORKERS_END_SECONDS = 10
WORKERS_END = {
    "TALENT_REGISTRY_WORKER_IDLE_SECONDS": str(WORKERS_END_SECONDS),
    "TALENT_VERIFIER_WORKER_IDLE_SECONDS": str(WORKERS_END_SECONDS),
}
QUIET_SECONDS = 20
MOST = {"matcher": 300}  # MB: compiled code and the taxonomy


def main() -> None:
    figures: list[Figure] = []
    with sandbox(WORKERS_END) as network:
        asyncio.run(used(network))
        time.sleep(WORKERS_END_SECONDS / 2)  # all of them have had work, none has ended
        figures += [
            plain(f"{name}: memory with its workers (PSS)", memory(network, name), "MB")
            for name in ("registry", "verifier")
        ]
        time.sleep(QUIET_SECONDS)
        figures += [
            at_most(f"{name}: idle memory (PSS)", memory(network, name), "MB", MOST.get(name, 150))
            for name in SERVICES
        ]
        for name in SERVICES:
            slowest = max(cold_start(network, name) for _ in range(ROUNDS))
            figures.append(at_most(f"{name}: cold start to ready, slowest", slowest, "s", 3))
    report("idle", figures)


async def used(network: Sandbox) -> None:
    """Publish to holders who consented."""
    async with world(network) as made:
        await post_jobs(made)
        await open_wallets(made, HOLDERS)
        await publish(made, "2kB", "idle", HOLDERS)


def cold_start(network: Sandbox, name: str) -> float:
    """Seconds from the start of the process until /readyz says yes."""
    network.stop_part(name)
    began = time.perf_counter()
    network.restart(name)
    return time.perf_counter() - began


def memory(network: Sandbox, name: str) -> float:
    """Proportional set size of a service and the processes it started, in MB."""
    return sum(pss(pid) for pid in family(network.pid(name)))


def family(pid: int) -> list[int]:
    found = [pid]
    for task in os.listdir(f"/proc/{pid}/task"):
        children = Path(f"/proc/{pid}/task/{task}/children").read_text().split()
        found += [each for child in children for each in family(int(child))]
    return found


def pss(pid: int) -> float:
    """Proportional set size, in MB."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        kilobytes = next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return kilobytes * 1024 / 1e6


if __name__ == "__main__":
    main()
