"""Whom a coming date changes, though nothing is told of them: what they show begins, ends, ages."""

from datetime import date

from talent_matcher.model import HolderId


class Due:
    def __init__(self) -> None:
        self._days: dict[date, set[HolderId]] = {}

    def add(self, holder: HolderId, day: date | None) -> None:
        if day is not None:
            self._days.setdefault(day, set()).add(holder)

    def discard(self, holder: HolderId, day: date | None) -> None:
        holders = self._days.get(day) if day is not None else None
        if day is not None and holders is not None:
            holders.discard(holder)
            if not holders:
                del self._days[day]

    def copy(self) -> "Due":
        made = Due()
        made._days = {day: holders.copy() for day, holders in self._days.items()}
        return made

    def days(self) -> dict[HolderId, int]:
        """Everybody's day, as an ordinal."""
        found: dict[HolderId, int] = {}
        for day, holders in self._days.items():
            found.update(dict.fromkeys(holders, day.toordinal()))
        return found

    def until(self, as_of: date) -> set[HolderId]:
        """Everybody up to a date, who are not due any more."""
        days = [day for day in self._days if day <= as_of]
        return set[HolderId]().union(*(self._days.pop(day) for day in days))
