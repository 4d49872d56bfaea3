"""Waiting for an event or a time, whichever comes first."""

import asyncio


async def until(event: asyncio.Event, seconds: float) -> bool:
    """True when `event` was set within `seconds`."""
    if event.is_set():
        return True
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
