"""What each service costs when nothing happens, and how long it takes to start."""

import time

from talent_local.sandbox import Sandbox
from talent_local.settings import SERVICES

from bench.network import sandbox
from bench.report import Figure, at_most, report

ROUNDS = 3


def main() -> None:
    figures: list[Figure] = []
    with sandbox() as network:
        for name in SERVICES:
            starts = [cold_start(network, name) for _ in range(ROUNDS)]
            figures.append(at_most(f"{name}: cold start to ready", min(starts), "s", 3))
        time.sleep(10)
        figures += [
            at_most(f"{name}: idle memory (PSS)", pss(network.pid(name)), "MB", 150)
            for name in SERVICES
        ]
    report("idle", figures)


def cold_start(network: Sandbox, name: str) -> float:
    """Seconds from the start of the process until /readyz says yes."""
    network.stop_part(name)
    began = time.perf_counter()
    network.restart(name)
    return time.perf_counter() - began


def pss(pid: int) -> float:
    """Proportional set size, in MB."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        kilobytes = next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return kilobytes * 1024 / 1e6


if __name__ == "__main__":
    main()
