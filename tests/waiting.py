"""Waiting for a condition, never for a time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def eventually(ask: Callable[[], Awaitable[T]], seconds: float = 20) -> T:
    """The first answer that is not empty. Fails with what was last seen."""
    answer = None
    try:
        async with asyncio.timeout(seconds):
            while True:
                answer = await ask()
                if answer:
                    return answer
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s; last seen: {answer!r}") from None
