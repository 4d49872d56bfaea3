"""Ids: UUIDv7 inside (RFC 9562, section 5.7), CTID outside. No meaning is ever put in one."""

import os
import time

DRAWN_AT_ONCE = 256
_drawn: list[bytes] = []  # ten random bytes each: the system is asked for many at once
os.register_at_fork(after_in_child=_drawn.clear)


def uuid7() -> str:
    """A new id; ids made later sort later, to the millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(_ten_random_bytes(), "big")
    value = (milliseconds & (1 << 48) - 1) << 80
    value |= 7 << 76
    value |= (random >> 68 & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & (1 << 62) - 1
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _ten_random_bytes() -> bytes:
    while True:
        try:
            return _drawn.pop()  # one thread's alone
        except IndexError:
            drawn = os.urandom(10 * DRAWN_AT_ONCE)
            _drawn.extend(drawn[start : start + 10] for start in range(0, len(drawn), 10))


def ctid(identifier: str) -> str:
    """The Credential Transparency id of a UUID."""
    return f"ce-{identifier}"
