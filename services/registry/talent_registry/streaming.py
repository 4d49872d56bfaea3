"""The pipeline of a stream: while one batch is stored, the next is prepared."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


async def ahead(
    messages: AsyncIterator[A], prepare: Callable[[A], Awaitable[B]]
) -> AsyncGenerator[B, None]:
    """What `prepare` made of each message, in order; it works one message ahead.

    A failure of `messages` or `prepare` is raised after all before it was given out. Preparing
    ends when the reader closes this.
    """
    prepared: asyncio.Queue[B | Exception | None] = asyncio.Queue(maxsize=1)

    async def read() -> None:
        try:
            async for message in messages:
                await prepared.put(await prepare(message))
        except Exception as failure:
            await prepared.put(failure)
        else:
            await prepared.put(None)

    reading = asyncio.create_task(read())
    try:
        while (batch := await prepared.get()) is not None:
            if isinstance(batch, Exception):
                raise batch
            yield batch
    finally:
        reading.cancel()
