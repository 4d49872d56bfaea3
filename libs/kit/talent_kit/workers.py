"""Worker processes for what costs processor time: started when needed, ended when idle.

They start by `spawn`: a fork of a process in which gRPC runs hangs. A call that takes too long
ends its process, because a running one cannot be stopped in another way. Each process is a pool
of its own, so that one which ends takes nothing but its own call along.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import ParamSpec, TypeVar

from talent_kit.errors import Problem, Reason

P = ParamSpec("P")
T = TypeVar("T")


class NotDone(Exception):
    """The work was not done within its time, or every process that does it dies."""


class Workers:
    """Runs functions in at most `count` processes. `start` runs once in each process."""

    def __init__(
        self,
        *,
        count: int,
        idle_seconds: float,
        deadline_seconds: float,
        start: Callable[..., object],
        start_arguments: tuple[object, ...],
    ) -> None:
        self.count = count
        self._idle = idle_seconds
        self._deadline = deadline_seconds
        self._start = start
        self._start_arguments = start_arguments
        self._turn = asyncio.Semaphore(count)
        self._pools: set[ProcessPoolExecutor] = set()
        self._free: list[ProcessPoolExecutor] = []
        self._ending: asyncio.TimerHandle | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `work`, which must be picklable.

        Raises what it raises, NotDone, or UNAVAILABLE when no process can run at all. Its time
        begins when a process is free for it.
        """
        async with self._turn:
            try:
                for _ in range(2):  # the system may end a process for its memory: once more
                    with suppress(BrokenProcessPool):
                        return await self._run(work, *args, **kwargs)
                await self._run(os.getpid)
            except TimeoutError:
                raise NotDone from None
            except BrokenProcessPool:
                raise Problem(Reason.UNAVAILABLE, what="a worker process") from None
            raise NotDone

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        pool = self._taken()
        try:
            async with asyncio.timeout(self._deadline):
                return await asyncio.wrap_future(pool.submit(work, *args, **kwargs))
        except (TimeoutError, BrokenProcessPool, asyncio.CancelledError):
            self._end(pool)
            raise
        finally:
            self._give_back(pool)

    async def close(self) -> None:
        """End the processes."""
        if self._ending:
            self._ending.cancel()
        self._end_all()

    def _taken(self) -> ProcessPoolExecutor:
        if self._ending:
            self._ending.cancel()
            self._ending = None
        if self._free:
            return self._free.pop()
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(1, context, begin, (self._start, self._start_arguments))
        self._pools.add(pool)
        return pool

    def _give_back(self, pool: ProcessPoolExecutor) -> None:
        """For the next call, unless it was ended."""
        if pool in self._pools:
            self._free.append(pool)
        if len(self._free) == len(self._pools):
            loop = asyncio.get_running_loop()
            self._ending = loop.call_later(self._idle, self._end_all)

    def _end_all(self) -> None:
        for pool in list(self._pools):
            self._end(pool)

    def _end(self, pool: ProcessPoolExecutor) -> None:
        self._pools.discard(pool)
        if pool in self._free:
            self._free.remove(pool)
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


def begin(start: Callable[..., object], arguments: tuple[object, ...]) -> None:
    """Runs first in each process. One whose service was killed would otherwise wait for ever."""
    # Ctrl-C reaches the whole terminal; the service ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    start(*arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
