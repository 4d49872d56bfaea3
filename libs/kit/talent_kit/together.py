"""Work done together: what waits at the same moment goes in one run, and nothing waits idly."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Together(Generic[A, B]):
    """Hands items to `work`, one run after the other; each item's caller gets its own result.

    A run takes all that waits, up to `most` items or the first to reach `weight` together, and
    begins when the one before it ends. `work` gives a result for each item, in order; what it
    raises, all items of the run get. Callers wait for their results, so they bound what waits.
    """

    def __init__(
        self,
        work: Callable[[Sequence[A]], Awaitable[Sequence[B | Exception]]],
        *,
        most: int,
        weigh: Callable[[A], int] = lambda _: 0,
        weight: int = 1,
    ) -> None:
        self._work = work
        self._most = most
        self._weigh = weigh
        self._weight = weight
        self._waiting: deque[tuple[A, asyncio.Future[B]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def do(self, items: Sequence[A]) -> list[B | BaseException]:
        """The result of each item, or what it raised. A caller that leaves stops no run."""
        loop = asyncio.get_running_loop()
        results: list[asyncio.Future[B]] = [loop.create_future() for _ in items]
        self._waiting.extend(zip(items, results, strict=True))
        if self._running is None and items:
            # In no caller's context: the runs are for all of them.
            self._running = asyncio.create_task(self._run(), context=Context())
        return await asyncio.gather(*results, return_exceptions=True)

    async def do_all(self, items: Sequence[A]) -> None:
        """Until each item has its result. Raises what the first that failed has raised."""
        for outcome in await self.do(items):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _run(self) -> None:
        try:
            while taken := self._taken():
                await self._finish(taken)
        finally:
            self._running = None

    def _taken(self) -> list[tuple[A, asyncio.Future[B]]]:
        taken: list[tuple[A, asyncio.Future[B]]] = []
        weight = 0
        while self._waiting and len(taken) < self._most and weight < self._weight:
            item, result = self._waiting.popleft()
            if not result.cancelled():
                taken.append((item, result))
                weight += self._weigh(item)
        return taken

    async def _finish(self, taken: Sequence[tuple[A, asyncio.Future[B]]]) -> None:
        try:
            outcomes = await self._work([item for item, _ in taken])
        except Exception as failure:
            outcomes = [failure] * len(taken)
        except BaseException:
            for _, result in taken:
                result.cancel()  # nobody waits for a run that was ended
            raise
        for (_, result), outcome in zip(taken, outcomes, strict=True):
            if result.cancelled():
                continue
            if isinstance(outcome, Exception):
                result.set_exception(outcome)
            else:
                result.set_result(outcome)
