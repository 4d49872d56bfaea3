"""A place in the stream of changes that a client keeps and hands back. Opaque to clients."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from talent_kit import pages
from talent_kit.errors import Problem, Reason

from talent_matcher.view import Position


@dataclass(frozen=True)
class Cursor:
    """`epoch` names one life of the topic of matches: offsets mean nothing in another."""

    epoch: str
    made_at: datetime
    position: Position

    def text(self) -> str:
        places = {f"p{part}": offset for part, offset in self.position.items()}
        made_at = int(self.made_at.timestamp())
        return pages.encode({"epoch": self.epoch, "made_at": made_at, **places})


def read_cursor(text: str, *, epoch: str, now: datetime, days: int) -> Cursor:
    """Raises CURSOR_TOO_OLD for a cursor of another network or time, or one that is none."""
    try:
        stated = pages.decode(text)
        made_at = datetime.fromtimestamp(int(stated.pop("made_at")), UTC)
        stated_epoch = str(stated.pop("epoch"))
        position = {int(part.removeprefix("p")): int(offset) for part, offset in stated.items()}
    except (Problem, KeyError, ValueError, OverflowError, OSError):
        raise Problem(Reason.CURSOR_TOO_OLD, field="cursor") from None
    if stated_epoch != epoch or now - made_at > timedelta(days=days):
        raise Problem(Reason.CURSOR_TOO_OLD, field="cursor")
    return Cursor(epoch, made_at, position)
