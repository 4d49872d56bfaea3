"""Many credentials in the worker processes: in few calls, and none fails for its neighbors."""

import math
from asyncio import gather
from collections.abc import Sequence
from itertools import chain

from talent_vc import Check, Outcome, Overall, Verdict
from talent_vc.worker import VerifyRequest, verify_many

from talent_verifier.workers import NotDone, Workers

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
    done = await gather(*(_call(workers, call) for call in calls))
    return list(chain.from_iterable(done))


async def _call(workers: Workers, requests: Sequence[VerifyRequest]) -> list[Verdict]:
    """Of a call that fails, its halves, until the one that it fails for stands alone."""
    try:
        return await workers.run(verify_many, requests)
    except NotDone:
        if len(requests) == 1:
            return [NOT_DONE]
    middle = len(requests) // 2
    return await _call(workers, requests[:middle]) + await _call(workers, requests[middle:])
