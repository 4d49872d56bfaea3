"""Limits: requests per organization, and the size and depth of JSON."""

import json
import math
import time
from collections.abc import Callable
from typing import Any

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


def parse_json(body: bytes, max_bytes: int, max_depth: int) -> Any:
    """The JSON value of `body`. Raises TOO_LARGE, TOO_DEEP or INVALID_FIELD.

    The depth is counted before parsing, so that a hostile document costs no stack. Values that
    JSON does not have (NaN, Infinity) and repeated member names are refused: two readers could
    understand such a document differently.
    """
    if len(body) > max_bytes:
        raise Problem(Reason.TOO_LARGE, limit=f"{max_bytes} bytes")
    if depth(body) > max_depth:
        raise Problem(Reason.TOO_DEEP, limit=str(max_depth))
    try:
        return json.loads(body, parse_constant=_refuse, object_pairs_hook=_members)
    except (ValueError, UnicodeError) as error:
        raise Problem(Reason.INVALID_FIELD, field="the JSON text", mend=str(error)) from None


def depth(body: bytes) -> int:
    """How deep brackets are nested, strings left out."""
    deepest = level = 0
    in_string = escaped = False
    for byte in body:
        if in_string:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_string = False
        elif byte == 0x22:
            in_string = True
        elif byte in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"]}":
            level -= 1
    return deepest


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member name is repeated")
    return members
