"""The worker processes."""

import asyncio
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from talent_kit.errors import Problem
from talent_kit.failures import passes_by_itself
from talent_kit.workers import NotDone, Workers

from .conftest import eventually


def workers(
    *,
    count: int = 1,
    idle_seconds: float = 60,
    deadline_seconds: float = 60,
    start: Callable[..., object] = os.getpid,  # nothing to prepare
) -> Workers:
    return Workers(
        count=count,
        idle_seconds=idle_seconds,
        deadline_seconds=deadline_seconds,
        start=start,
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
    with pytest.raises(NotDone):
        await few.run(time.sleep, 60)
    assert await few.run(abs, -1) == 1
    await few.close()
    await eventually(lambda: not multiprocessing.active_children())


async def test_slow_work_takes_nothing_along_that_runs_or_waits_beside_it() -> None:
    few = workers(count=2, deadline_seconds=8)
    slow = [few.run(time.sleep, 60), few.run(time.sleep, 4), few.run(time.sleep, 60)]
    waiting = [few.run(abs, -n) for n in range(5)]
    done = await asyncio.gather(*slow, *waiting, return_exceptions=True)
    assert [type(one) for one in done[:3]] == [NotDone, type(None), NotDone]
    # Those that waited did so for longer than the deadline.
    assert done[3:] == list(range(5))
    await few.close()


async def test_work_that_ends_its_process_does_not_fail_its_neighbors() -> None:
    few = workers(count=2)
    deadly = [few.run(os._exit, 1) for _ in range(3)]
    harmless = [few.run(abs, -n) for n in range(5)]
    done = await asyncio.gather(*deadly, *harmless, return_exceptions=True)
    assert [type(one) for one in done[:3]] == [NotDone] * 3
    assert done[3:] == list(range(5))
    await few.close()


def cannot_start() -> None:
    raise OSError


async def test_where_no_process_can_start_the_work_can_be_tried_again_later() -> None:
    few = workers(start=cannot_start)
    with pytest.raises(Problem) as refused:
        await few.run(abs, -1)
    assert passes_by_itself(refused.value)
    await few.close()


async def test_they_end_when_their_service_is_killed() -> None:
    script = """
import asyncio, os
from talent_kit.workers import Workers

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
