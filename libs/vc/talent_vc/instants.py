"""Points in time as credentials write them: XML Schema 1.1 dateTimeStamp (section 3.4.28).

VCDM 2.0, section 2.2, asks for it. A zone is required, of at most 14 hours; 24:00:00 is midnight
at the end of the day; there are no leap seconds; a year has four digits, or more without a zero
in front, and may be negative.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

_STAMP = re.compile(
    r"(-?(?:[1-9]\d{3,}|0\d{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T"
    r"(?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?|(24):00:00(?:\.0+)?)"
    r"(?:Z|([+-])(0\d|1[0-3]):([0-5]\d)|[+-]14:00)",
    re.ASCII,
)
# What lies further in the past or future comes to the same.
FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_FIRST, _LAST = -62_135_596_800, LAST.timestamp()  # of the years 1 and 9999
_LONG = 100


def timestamp(instant: datetime) -> str:
    """A dateTimeStamp in UTC, whole seconds."""
    # Not strftime: it writes years under 1000 with fewer than four digits.
    return instant.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def read_numeric_date(value: object) -> datetime | None:
    """The instant of a NumericDate (RFC 7519, section 2), or None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value < _FIRST:
        return None
    return LAST if value > _LAST else datetime.fromtimestamp(value, UTC)


def read_instant(text: object) -> datetime | None:
    """The instant, or None when the text is no dateTimeStamp.

    One before the year 1 or after 9999 is the first or last that can be told apart from others.
    """
    if not isinstance(text, str):
        return None
    # The same few dates are asked for by several checks; a long one is a stranger's.
    return _read(text) if len(text) < _LONG else _read.__wrapped__(text)


@lru_cache(maxsize=1024)
def _read(text: str) -> datetime | None:
    if (found := _STAMP.fullmatch(text)) is None:
        return None
    year, month, day, hour, minute, second, fraction, midnight, sign, hours, minutes = (
        found.groups()
    )
    # Every 400 years the calendar is the same: enough to know whether there is such a day.
    far = len(year) > 4 or year == "0000"
    try:
        instant = datetime(
            2000 + int(year[-4:]) % 400 if far else int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "").ljust(6, "0")[:6]),
            _zone(text, sign, hours, minutes),
        )
    except ValueError:
        return None
    if far:
        return FIRST if year[0] in "-0" else LAST
    try:
        instant = (instant + timedelta(days=1) if midnight else instant).astimezone(UTC)
    except OverflowError:
        return FIRST if year == "0001" else LAST
    return min(instant, LAST)


def _zone(text: str, sign: str | None, hours: str | None, minutes: str | None) -> timezone:
    if text[-1] == "Z":
        return UTC
    if sign is None or hours is None or minutes is None:
        return timezone(timedelta(hours=14 if text[-6] == "+" else -14))
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(offset if sign == "+" else -offset)
