"""Civil days of a job as instants, in the time zone of the job."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

_LAST = time(23, 59, 59)


def first_instant(day: date, zone: str) -> str:
    """As RFC 3339 writes it; in UTC where `zone` is not stated or not known."""
    return _written(datetime.combine(day, time(), _zone(zone)))


def last_instant(day: date, zone: str) -> str:
    return _written(datetime.combine(day, _LAST, _zone(zone)))


def _written(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, KeyError):  # a stranger's text: no name of a zone, or no file
        return UTC
