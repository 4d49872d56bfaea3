"""Waiting for what one service learns from another by events."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import grpc

T = TypeVar("T")
PAUSE = 0.05  # seconds between two tries
# What a service answers about a thing that it has not heard of yet.
_NOT_YET = {
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.UNAVAILABLE,
}


async def until_known(call: Callable[[], Awaitable[T]], seconds: float = 20) -> T:
    """The call's answer, tried again while the service has not heard of its subject yet."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        try:
            return await call()
        except grpc.aio.AioRpcError as error:
            if error.code() not in _NOT_YET or loop.time() > end:
                raise
        await asyncio.sleep(PAUSE)


async def until(call: Callable[[], Awaitable[T]], seconds: float = 20) -> T:
    """The call's first answer that is not empty. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            answer = await call()
            if answer:
                return answer
            await asyncio.sleep(PAUSE)
