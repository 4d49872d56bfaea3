"""The worker processes."""

import asyncio
import multiprocessing
import os
import time

import pytest
from talent_verifier.workers import TookTooLong, Workers

from .conftest import eventually


def start() -> None:
    """Nothing to prepare."""


def workers(*, idle_seconds: float = 60, deadline_seconds: float = 60) -> Workers:
    return Workers(
        count=1,
        idle_seconds=idle_seconds,
        deadline_seconds=deadline_seconds,
        start=start,
        start_arguments=(),
    )


async def test_they_start_when_needed_and_end_when_idle() -> None:
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
