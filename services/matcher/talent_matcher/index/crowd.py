"""The people of one shard, in an index that follows their changes.

Who changed waits in `_fresh` until somebody asks; then they become a segment of their own. Segments
of like size are built into one, so that few are asked, and each person is moved few times.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import blake2b

from talent_matcher.index.kernels import BLOCK
from talent_matcher.index.people import PeopleIndex, Scratch
from talent_matcher.index.question import Question
from talent_matcher.model import HolderId, Profile

Place = tuple[int, int]  # segment, and row in it
Found = tuple[int, int, HolderId]  # minus the score, tie, who: in order, best first


def tie_of(holder: HolderId) -> int:
    """Puts equals in an order that says nothing: an id tells who came first."""
    return int.from_bytes(blake2b(holder.encode(), digest_size=8).digest(), "big")


class Crowd:
    def __init__(self, index: PeopleIndex) -> None:
        self._index = index
        self.profiles: dict[HolderId, Profile] = {}
        self._fresh: set[HolderId] = set()
        self._rows: dict[HolderId, int] = {}
        self._holders: list[list[HolderId]] = []  # of each segment
        self._scratch = Scratch.made()

    def put(self, holder: HolderId, profile: Profile | None) -> None:
        """In place of what was there; None takes them out."""
        row = self._rows.pop(holder, None)
        if row is not None:
            self._index.kill(row)
        if profile is None:
            self.profiles.pop(holder, None)
            self._fresh.discard(holder)
        else:
            self.profiles[holder] = profile
            self._fresh.add(holder)

    def again(self, holder: HolderId) -> None:
        """What this person's assertions are worth has changed with the date."""
        self.put(holder, self.profiles.get(holder))

    def best(self, asked: Question, count: int, least: int, as_of: date) -> list[Found]:
        """Up to `count` people who reach `least`, best first."""
        self._settle(as_of)
        found = self._index.best(asked, count, least, as_of, self._scratch)
        return [
            (-score, tie_of(holder), holder)
            for score, holder in zip(
                found.scores.tolist(), self._at(found.rows.tolist()), strict=True
            )
        ]

    def _at(self, rows: Sequence[int]) -> list[HolderId]:
        places = self._index.places(rows)
        return [self._holders[segment][row] for segment, row in places]

    def _settle(self, as_of: date) -> None:
        """Nobody waits any more, segments are few, and none is mostly of the dead."""
        if not self._fresh:
            return
        people = sorted(self._fresh)
        self._fresh.clear()
        for number in self._index.mostly_dead():
            people += self._moved(number)
        while self._holders and len(self._holders[-1]) <= min(2 * len(people), BLOCK - 1):
            people += self._moved(len(self._holders) - 1)
        for begin in range(0, len(people), BLOCK):
            part = people[begin : begin + BLOCK]
            ties = [(tie_of(holder), self.profiles[holder]) for holder in part]
            first = self._index.add(ties, as_of)
            self._holders.append(part)
            self._rows.update((holder, first + row) for row, holder in enumerate(part))

    def _moved(self, number: int) -> list[HolderId]:
        """The people of a segment who are still there; the segment is gone."""
        first = self._index.first(number)
        self._index.drop(number)
        holders = self._holders.pop(number)
        return [one for row, one in enumerate(holders) if self._rows.get(one) == first + row]
