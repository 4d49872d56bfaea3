"""The worker processes."""

import asyncio
import multiprocessing
import os
import subprocess
import sys
import time

import pytest
from talent_verifier.workers import TookTooLong, Workers

from .conftest import eventually


def workers(*, idle_seconds: float = 60, deadline_seconds: float = 60) -> Workers:
    return Workers(
        count=1,
        idle_seconds=idle_seconds,
        deadline_seconds=deadline_seconds,
        start=os.getpid,  # nothing to prepare
        start_arguments=(),
    )


async def test_they_start_when_needed_and_end_when_idle() -> None:
    # Those of a service that another test has just ended may still be ending.
    await eventually(lambda: not multiprocessing.active_children())
    few = workers(idle_seconds=0.2)
    assert not multiprocessing.active_children()
    assert await few.run(os.getpid) != os.getpid()
    await eventually(lambda: not multiprocessing.active_children())
    assert await few.run(abs, -1) == 1
    await few.close()


async def test_work_that_takes_too_long_is_ended() -> None:
    few = workers(deadline_seconds=8)
    await few.run(os.getpid)
    with pytest.raises(TookTooLong):
        await few.run(time.sleep, 60)
    assert await few.run(abs, -1) == 1
    await few.close()
    await eventually(lambda: not multiprocessing.active_children())


async def test_a_worker_that_dies_does_not_fail_its_neighbors() -> None:
    few = workers()
    await few.run(os.getpid)
    dying = asyncio.create_task(few.run(os._exit, 1))
    assert await few.run(abs, -1) == 1
    with pytest.raises(Exception, match="terminated abruptly"):
        await dying
    assert await few.run(abs, -2) == 2
    await few.close()


async def test_they_end_when_their_service_is_killed() -> None:
    script = """
import asyncio, os
from talent_verifier.workers import Workers

async def main():
    few = Workers(
        count=1, idle_seconds=60, deadline_seconds=60, start=os.getpid, start_arguments=()
    )
    print(await few.run(os.getpid), flush=True)
    os.kill(os.getpid(), 9)

if __name__ == "__main__":
    asyncio.run(main())
"""
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=subprocess.PIPE
    )
    output, _ = await service.communicate()
    worker = int(output)
    await eventually(lambda: not _runs(worker))


def _runs(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as state:
            return state.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
