"""Limits: requests per organization."""

import math
import time
from collections.abc import Callable

from talent_kit.errors import Problem, Reason

MANY = 10_000  # callers; with more, idle ones are forgotten
FORGET_EVERY = 1.0  # seconds: it walks through all of them


class RateLimit:
    """A token bucket for each organization, in this process. 0 a minute means no limit."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._now = now
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens left, when counted
        self._forgot = float("-inf")

    def take(self, organization: str) -> None:
        """Count one request. Raises RATE_LIMITED when the organization has had its share."""
        if not self._per_minute:
            return
        now = self._now()
        per_second = self._per_minute / 60
        tokens, counted = self._buckets.get(organization, (float(self._per_minute), now))
        tokens = min(float(self._per_minute), tokens + (now - counted) * per_second)
        if tokens < 1:
            seconds = math.ceil((1 - tokens) / per_second)
            raise Problem(Reason.RATE_LIMITED, seconds=str(seconds))
        if len(self._buckets) > MANY and now - self._forgot >= FORGET_EVERY:
            self._forget_idle(now)
        self._buckets[organization] = (tokens - 1, now)

    def _forget_idle(self, now: float) -> None:
        self._forgot = now
        # A bucket untouched for a minute is full again, so nothing is lost with it.
        self._buckets = {org: b for org, b in self._buckets.items() if now - b[1] < 60}
