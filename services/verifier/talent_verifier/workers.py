"""Worker processes for what costs processor time: started when needed, ended when idle.

They start by `spawn`: a fork of a process in which gRPC runs hangs. A call that takes too long
ends the processes, because a running one cannot be stopped in another way.
"""

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class TookTooLong(Exception):
    """The work was not done within its time."""


class Workers:
    """Runs functions in processes. `start` runs once in each process."""

    def __init__(
        self,
        *,
        count: int,
        idle_seconds: float,
        deadline_seconds: float,
        start: Callable[..., None],
        start_arguments: tuple[object, ...],
    ) -> None:
        self.count = count
        self._idle = idle_seconds
        self._deadline = deadline_seconds
        self._start = start
        self._start_arguments = start_arguments
        self._pool: ProcessPoolExecutor | None = None
        self._running = 0
        self._ending: asyncio.TimerHandle | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `work`, which must be picklable. Raises TookTooLong, or what it raises."""
        try:
            return await self._run(work, *args, **kwargs)
        except BrokenProcessPool:
            # A process died, perhaps over a neighbor's work: once more, in new ones.
            return await self._run(work, *args, **kwargs)

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        pool = self._started()
        self._running += 1
        try:
            done = pool.submit(work, *args, **kwargs)
            async with asyncio.timeout(self._deadline):
                return await asyncio.wrap_future(done)
        except TimeoutError:
            self._end(pool)
            raise TookTooLong from None
        except BrokenProcessPool:
            self._end(pool)
            raise
        finally:
            self._running -= 1
            self._end_when_idle()

    async def close(self) -> None:
        """End the processes."""
        if self._ending:
            self._ending.cancel()
        if self._pool:
            self._end(self._pool)

    def _started(self) -> ProcessPoolExecutor:
        if self._ending:
            self._ending.cancel()
            self._ending = None
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.count,
                multiprocessing.get_context("spawn"),
                _begin,
                (self._start, self._start_arguments),
            )
        return self._pool

    def _end_when_idle(self) -> None:
        if self._running or self._pool is None:
            return
        if self._ending:
            self._ending.cancel()
        loop = asyncio.get_running_loop()
        self._ending = loop.call_later(self._idle, self._end, self._pool)

    def _end(self, pool: ProcessPoolExecutor) -> None:
        if pool is self._pool:
            self._pool = None
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


def _begin(start: Callable[..., None], arguments: tuple[object, ...]) -> None:
    """Runs first in each process. One whose service was killed would otherwise wait for ever."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    start(*arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
