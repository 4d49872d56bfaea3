"""Many credentials in the worker processes: in few calls, and none fails for its neighbors."""

import math
from asyncio import gather
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import chain
from typing import TypeVar

from talent_kit.workers import NotDone, Workers
from talent_vc import Check, Outcome, Overall, Verdict
from talent_vc.worker import VerifyRequest, verify_many

A = TypeVar("A")
B = TypeVar("B")
NOT_DONE = Verdict(
    Overall.UNDETERMINED,
    (Check("structure.readable", Outcome.NOT_CHECKED, {"reason": "not-done"}),),
)


async def verify_all(
    workers: Workers, requests: Sequence[VerifyRequest], at_most: int
) -> list[Verdict]:
    """A verdict each: in as many calls as there are workers, or more where one would have more than
    `at_most`. NOT_DONE for what keeps a worker busy for too long, or ends it."""
    size = min(at_most, max(1, math.ceil(len(requests) / workers.count)))
    calls = [requests[start : start + size] for start in range(0, len(requests), size)]
    work = partial(workers.run, verify_many)
    done = await gather(*(in_halves(work, call, lambda _: NOT_DONE) for call in calls))
    return list(chain.from_iterable(done))


async def in_halves(
    work: Callable[[Sequence[A]], Awaitable[list[B]]], items: Sequence[A], alone: Callable[[A], B]
) -> list[B]:
    """All in one call. Of a call that is NotDone, its halves, until the one that it fails for
    stands `alone`."""
    try:
        return await work(items)
    except NotDone:
        if len(items) == 1:
            return [alone(items[0])]
    middle = len(items) // 2
    first = await in_halves(work, items[:middle], alone)
    return first + await in_halves(work, items[middle:], alone)
