"""The open pages that wait for news: counted for each person, and ended at shutdown."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send
from talent_kit.errors import Problem, Reason


class Streams:
    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[str, int] = {}
        self._ending = asyncio.Event()

    def answer(self, person: str, events: AsyncIterator[str]) -> StreamingResponse:
        """The events as an answer, ended by `end`. Raises RATE_LIMITED when there are too many."""
        already = self._open.get(person, 0)
        if already >= self._most:
            raise Problem(Reason.RATE_LIMITED, seconds="60")
        self._open[person] = already + 1
        return _Held(self._held(events), lambda: self._release(person))

    def end(self) -> None:
        """End all; browsers come back by themselves."""
        self._ending.set()

    def _release(self, person: str) -> None:
        self._open[person] -= 1
        if not self._open[person]:
            del self._open[person]

    async def _held(self, events: AsyncIterator[str]) -> AsyncIterator[str]:
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


class _Held(StreamingResponse):
    """Releases its place also when the visitor left before the first event."""

    def __init__(self, events: AsyncIterator[str], release: Callable[[], None]) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events, media_type="text/event-stream", headers=headers)
        self._release = release

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._release()
