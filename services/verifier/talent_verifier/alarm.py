"""The next instant at which a verdict may change by itself, as far as this process knows."""

from datetime import datetime


class Alarm:
    """Whoever stores an instant tells it here, so that the timer need not ask the database."""

    def __init__(self) -> None:
        self.at: datetime | None = None

    def tell(self, instant: datetime | None) -> None:
        """Keep the earlier one."""
        if instant and (self.at is None or instant < self.at):
            self.at = instant

    def clear(self) -> None:
        self.at = None

    def rings(self, now: datetime) -> bool:
        return self.at is not None and now >= self.at
