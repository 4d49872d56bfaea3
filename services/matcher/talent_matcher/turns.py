"""Long pieces of work, with moments in between at which others have their turn."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
APART = 64  # items between two such moments


async def gently(items: Iterable[T], apart: int = APART) -> AsyncIterator[T]:
    """All of them."""
    for count, one in enumerate(items, 1):
        yield one
        if count % apart == 0:
            await asyncio.sleep(0)


async def run_in_turns(steps: Iterator[None]) -> None:
    """To the end, with such a moment after each step."""
    for _ in steps:
        await asyncio.sleep(0)
