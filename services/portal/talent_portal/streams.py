"""The open pages that wait for news: counted for each person, and ended at shutdown."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

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
        try:
            while True:
                upcoming = asyncio.ensure_future(anext(events))
                await asyncio.wait({upcoming, ending}, return_when=asyncio.FIRST_COMPLETED)
                if not upcoming.done():
                    upcoming.cancel()
                    return
                yield upcoming.result()
        except StopAsyncIteration:
            return
        finally:
            ending.cancel()
            self._open[person] -= 1
