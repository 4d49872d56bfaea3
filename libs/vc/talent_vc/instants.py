"""Points in time as credentials write them (VCDM 2.0, section 2.2: XML Schema dateTimeStamp)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_STAMP = re.compile(
    r"(-?\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", re.ASCII
)
# What lies further in the future comes to the same.
LAST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_FIRST, _LAST = -62_135_596_800, LAST.timestamp()  # of the years 1 and 9999


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
    """The instant, or None when the text is no dateTimeStamp: a zone is required."""
    found = _STAMP.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    digits = year.lstrip("0")
    if not year.startswith("-") and (len(digits) > 4 or digits == "9999"):
        return LAST
    zone = "+00:00" if zone == "Z" else zone
    micro = (fraction or "").ljust(6, "0")[:6]
    try:
        local = datetime.fromisoformat(
            f"{year}-{month}-{day}T{hour}:{minute}:{second}.{micro}{zone}"
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
