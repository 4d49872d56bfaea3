"""Matches as they arrive: the matcher's stream turned into server-sent events.

Each event is a piece of HTML whose elements say themselves where they belong (htmx out-of-band
swaps). The server keeps the order, best first, so the browser needs no logic of its own.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from talent_kit.errors import PASSING, Problem, Reason
from talent_proto.matcher.v1 import matcher_pb2

from talent_portal.cards import Card, best_first, card
from talent_portal.clients import Matcher
from talent_portal.sessions import Session

SIGN_OF_LIFE = ": \n\n"


@dataclass(frozen=True)
class Arrival:
    """A card and the one it goes in front of; None is the end of the list."""

    card: Card
    before: Card | None


@dataclass
class Change:
    """What one batch does to the list."""

    left: list[Card] = field(default_factory=list[Card])
    arrived: list[Arrival] = field(default_factory=list[Arrival])
    changed: list[Card] = field(default_factory=list[Card])
    answered: list[Card] = field(default_factory=list[Card])
    newcomers: int = 0


class Board:
    """The candidates that the page shows now."""

    def __init__(self) -> None:
        self._cards: dict[str, Card] = {}

    def cards(self) -> list[Card]:
        return best_first(self._cards.values())

    def waits_for_answers(self) -> bool:
        return any(one.stage == "invited" for one in self._cards.values())

    def apply(self, updates: Sequence[matcher_pb2.MatchUpdate]) -> Change:
        """Take a batch in, and say what it does to the page."""
        before = dict(self._cards)
        for update in updates:
            kind = update.WhichOneof("change")
            if kind == "withdrawn":
                self._cards.pop(update.withdrawn.candidate_id, None)
            elif kind is not None:
                fresh = card(update.found if kind == "found" else update.changed)
                self._cards[fresh.candidate_id] = fresh
        return self._difference(before)

    def refresh(self, entries: Sequence[matcher_pb2.PoolEntry]) -> Change:
        """Take in what employer and candidates have done: no match changes when they act."""
        before = dict(self._cards)
        for entry in entries:
            here = self._cards.get(entry.candidate_id)
            if here is not None:
                self._cards[entry.candidate_id] = here.at(entry)
        return self._difference(before)

    def _difference(self, before: dict[str, Card]) -> Change:
        change = Change(left=[one for key, one in before.items() if key not in self._cards])
        ordered = self.cards()
        # From the last to the first, so that the one it goes in front of is in its place.
        for place in range(len(ordered) - 1, -1, -1):
            here = ordered[place]
            was = before.get(here.candidate_id)
            if was and was.stage != here.stage and here.stage in ("accepted", "declined"):
                change.answered.append(here)
            if was is not None and was.score == here.score:
                if was != here:
                    change.changed.append(here)
                continue
            if was is None:
                change.newcomers += 1
                if here.stage == "accepted":
                    change.left.append(here)  # from among those who matched before
            else:
                change.left.append(was)  # it moves
            after = ordered[place + 1] if place + 1 < len(ordered) else None
            change.arrived.append(Arrival(here, after))
        return change


class Renderer:
    """How the pieces look; the templates know."""

    def __init__(self, text: Callable[[str, dict[str, object]], str]) -> None:
        self._text = text

    def whole(self, cards: list[Card]) -> str:
        return event("change", self._text("live_list.html", {"cards": cards, "fragment": True}))

    def change(self, change: Change, cards: list[Card]) -> str:
        # One that moves is in both lists, and is not gone. Who accepted stays reachable.
        moved = {one.card.candidate_id for one in change.arrived}
        gone = [one for one in change.left if one.candidate_id not in moved]
        former = [one.ended() for one in gone if one.stage == "accepted"]
        content = {
            "change": change,
            "cards": cards,
            "former": former,
            "gone": len(gone) - len(former),
        }
        return event("change", self._text("live_change.html", content))

    def end(self, reason: str) -> str:
        return event("change", self._text("live_end.html", {"reason": reason})) + event(
            "end", "end"
        )


async def stream(
    matcher: Matcher, session: Session, job_id: str, *, render: Renderer
) -> AsyncIterator[str]:
    """Events for one open page."""
    board = Board()
    present = True
    yield "retry: 2000\n\n"
    try:
        async for batch in matcher.watch(session.token, job_id):
            if not session.signed_in:
                yield render.end("signed-out")
                return
            if present:
                board.apply(batch.update)
                # The present matches end with the first empty batch. The page gets them all, since
                # it may have been away and still show somebody who is gone.
                present = bool(batch.update)
                if not present:
                    yield render.whole(board.cards())
                continue
            if batch.update:
                change = board.apply(batch.update)
            elif board.waits_for_answers():
                change = board.refresh(await matcher.pool(session.token, job_id))
            else:
                change = Change()
            if change.left or change.arrived or change.changed:
                yield render.change(change, board.cards())
            else:
                yield SIGN_OF_LIFE
    except Problem as problem:
        if problem.reason in (Reason.NOT_SIGNED_IN, Reason.TOKEN_EXPIRED):
            yield render.end("signed-out")
        elif problem.reason not in (*PASSING, Reason.CURSOR_TOO_OLD):
            yield render.end("refused")
        # Else the browser connects again by itself, and gets the list afresh.


def event(name: str, html: str) -> str:
    """One server-sent event (HTML Living Standard, section 9.2)."""
    lines = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
    return f"event: {name}\n{lines}\n"
