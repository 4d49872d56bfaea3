"""Limits: requests per organization."""

import math
import time
from collections.abc import Callable

from talent_kit.errors import Problem, Reason

MANY = 10_000  # callers; with more, idle ones are forgotten
FORGET_EVERY = 1.0  # seconds: it walks through all of them


class RateLimit:
    """A token bucket for each organization, in this process: a share of so many a minute, or of
    another time in seconds. A share of 0 means no limit."""

    def __init__(
        self,
        share: int,
        now: Callable[[], float] = time.monotonic,
        *,
        seconds: float = 60,
    ) -> None:
        self._share = share
        self._now = now
        self._seconds = seconds
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens left, when counted
        self._forgot = float("-inf")

    def take(self, organization: str) -> None:
        """Count one request. Raises RATE_LIMITED when the organization has had its share."""
        if not self._share:
            return
        now = self._now()
        per_second = self._share / self._seconds
        tokens, counted = self._buckets.get(organization, (float(self._share), now))
        tokens = min(float(self._share), tokens + (now - counted) * per_second)
        if tokens < 1:
            seconds = math.ceil((1 - tokens) / per_second)
            raise Problem(Reason.RATE_LIMITED, seconds=str(seconds))
        if len(self._buckets) > MANY and now - self._forgot >= FORGET_EVERY:
            self._forget_idle(now)
        self._buckets[organization] = (tokens - 1, now)

    def _forget_idle(self, now: float) -> None:
        self._forgot = now
        # A bucket untouched for so long is full again, so nothing is lost with it.
        kept = {org: b for org, b in self._buckets.items() if now - b[1] < self._seconds}
        self._buckets = kept
