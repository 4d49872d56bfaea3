"""The open pages that wait for news: counted for each person, and ended at shutdown."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

from talent_kit.errors import Problem, Reason


class Streams:
    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()
        self._ending = asyncio.Event()

    def hold(self, person: str, events: AsyncIterator[str]) -> AsyncIterator[str]:
        """The same events, ended by `end`. Raises RATE_LIMITED when the person has too many."""
        if self._open[person] >= self._most:
            raise Problem(Reason.RATE_LIMITED, seconds="60")
        return self._held(person, events)

    def end(self) -> None:
        """End all; browsers come back by themselves."""
        self._ending.set()

    async def _held(self, person: str, events: AsyncIterator[str]) -> AsyncIterator[str]:
        self._open[person] += 1
        ending = asyncio.ensure_future(self._ending.wait())
        waiting: set[asyncio.Future[Any]] = {ending}
        try:
            while True:
                upcoming = asyncio.ensure_future(anext(events, None))
                waiting = {upcoming, ending}
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                text = upcoming.result() if upcoming.done() else None
                if text is None:
                    return
                yield text
        finally:
            # The visitor may have left in the middle: what still waits must end with its call.
            for one in waiting:
                one.cancel()
            await asyncio.wait(waiting)
            self._open[person] -= 1
