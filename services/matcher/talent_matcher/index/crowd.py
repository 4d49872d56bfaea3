"""The people of one shard, packed, and in an index that follows their changes.

Who changed waits in `_fresh` until somebody asks; then they become a segment of their own. Segments
of like size are built into one, so that few are asked, and each person is moved few times.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from typing import Any

from talent_matcher.index.due import Due
from talent_matcher.index.kernels import BLOCK
from talent_matcher.index.packed import Packing
from talent_matcher.index.people import PeopleIndex, Scratch
from talent_matcher.index.question import Question
from talent_matcher.index.saved import Load, Meanings, Renumbering, SavedCrowd, load_parts
from talent_matcher.index.segment import Rows, joined
from talent_matcher.index.shared import SavedValues
from talent_matcher.model import Favors, HolderId, Profile, SkillUri

Version = tuple[int, int]
Found = tuple[int, int, HolderId]  # minus the score, tie, who: in order, best first
PLACES = 10_000  # that are counted
MANY = 64  # who wait at most: whoever asks next waits for them to be put into a segment


def tie_of(holder: HolderId) -> int:
    """Puts equals in an order that says nothing: an id tells who came first."""
    return int.from_bytes(blake2b(holder.encode(), digest_size=8).digest(), "big")


class Crowd:
    """`years`: the ages at which evidence comes to count less."""

    def __init__(self, index: PeopleIndex, years: tuple[int, ...]) -> None:
        self._index = index
        self._years = years
        self.versions: dict[HolderId, Version] = {}  # of those who left, too
        self._packing = Packing()
        self._packed: dict[HolderId, bytes] = {}
        self._due = Due()
        self._fresh: dict[HolderId, Profile] = {}
        self._rows: dict[HolderId, int] = {}
        self._holders: list[list[HolderId]] = []  # of each segment
        self._scratch = Scratch.made()
        self._named = self._naming = index.named  # by which all are numbered, or will be
        self._unseen: list[HolderId] = []  # who may have to be numbered again
        self._favored: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[HolderId]:
        return iter(self._packed)

    def newer(self, holder: HolderId, at: Version) -> bool:
        return self.versions.get(holder, (-1, 0)) < at

    def profile(
        self, holder: HolderId, skills: Collection[SkillUri] | None = None
    ) -> Profile | None:
        """`skills`: only what they show of these."""
        packed = self._packed.get(holder)
        if packed is None:
            return None
        return self._packing.unpack(packed, holder, self.versions[holder], skills)

    def put(
        self, holder: HolderId, at: Version, profile: Profile | None, as_of: date | None
    ) -> Profile | None:
        """In place of what was there, which is given back; None takes them out."""
        before = self.profile(holder)
        if before is not None:
            self._due.discard(holder, before.next_turn(as_of, self._years))
            self._take_out(holder)
        self.versions[holder] = at
        if profile is not None:
            self._packed[holder] = self._packing.pack(profile)
            self._due.add(holder, profile.next_turn(as_of, self._years))
            self._fresh[holder] = profile
        if as_of is not None and len(self._fresh) >= MANY:
            self._settle(as_of)
        return before

    def due(self, as_of: date) -> list[HolderId]:
        """Those of whom something has turned with the date: put each `again`."""
        return sorted(self._due.until(as_of) & self._packed.keys())

    def again(self, holder: HolderId, as_of: date) -> None:
        """As if they had come today."""
        self.put(holder, self.versions[holder], self.profile(holder), as_of)

    @property
    def is_named(self) -> bool:
        """Whether everybody is numbered by all that employers favor."""
        return self._named is self._index.named

    def name(self, as_of: date, most: int) -> None:
        """Look at up to so many of those who were put before some employer came to favor what
        they may show."""
        named = self._index.named
        if named is not self._naming:
            new = Favors(
                named.validators - self._named.validators, named.criteria - self._named.criteria
            )
            self._naming, self._favored = named, self._packing.favored(new)
            self._unseen = list(self._packed) if self._favored else []
        for holder in self._unseen[-most:]:
            packed = self._packed.get(holder)
            if packed is not None and self._packing.says(packed, self._favored):
                self.again(holder, as_of)
        del self._unseen[-most:]
        if not self._unseen:
            self._named = self._naming

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

    def place(self, holder: HolderId, score: int, asked: Question, as_of: date) -> int:
        """Somebody's place with this score; past `PLACES` it is no place that is told."""
        ahead = self.best(asked, min(PLACES, len(self)), score, as_of)
        return 1 + sum(one < (-score, tie_of(holder), holder) for one in ahead)

    def saved(self, as_of: date) -> SavedCrowd:
        """All of it, at this moment: nothing is written yet."""
        self._settle(as_of)
        segments = zip(self._holders, self._index.segments, strict=True)
        return SavedCrowd(
            meanings=self._index.meanings(),
            packing=self._packing.saved(),
            packed=dict(self._packed),
            versions=dict(self.versions),
            due=self._due.copy(),
            segments=[(its, replace(one, alive=one.alive.copy())) for its, one in segments],
        )

    def renumbering(self, its: Meanings) -> Renumbering:
        """For `fill`."""
        return self._index.renumbering(its)

    def fill(self, load: Load, renumbered: Renumbering) -> None:
        """Take up what another process wrote down after the meanings, while nobody is here."""
        self._named = self._naming = renumbered.named
        self._packing.restore(_values(load), _values(load))
        for part in load_parts(load):
            holders, epochs, ns, packed, days = part
            self._packed.update(zip(holders, packed, strict=True))
            self.versions.update(zip(holders, zip(epochs, ns, strict=True), strict=True))
            for holder, day in zip(holders, days, strict=True):
                self._due.add(holder, date.fromordinal(day) if day else None)
        people = list(self._packed)
        for holders, epochs, ns in load_parts(load):
            self.versions.update(zip(holders, zip(epochs, ns, strict=True), strict=True))
        rows: Rows | None = load()
        if rows is not None:
            self._seat(people, renumbered(rows))

    def _seat(self, people: list[HolderId], rows: Rows) -> None:
        first = self._index.add(rows)
        self._holders.append(people)
        self._rows.update((holder, first + row) for row, holder in enumerate(people))

    def _take_out(self, holder: HolderId) -> None:
        self._packing.forget(self._packed.pop(holder))
        self._fresh.pop(holder, None)
        row = self._rows.pop(holder, None)
        if row is not None:
            self._index.kill(row)

    def _at(self, rows: Sequence[int]) -> list[HolderId]:
        places = self._index.places(rows)
        return [self._holders[segment][row] for segment, row in places]

    def _settle(self, as_of: date) -> None:
        """Nobody waits any more, segments are few, and none is mostly of the dead."""
        if not self._fresh:
            return
        people = sorted(self._fresh)
        parts = [self._index.rows([(tie_of(one), self._fresh[one]) for one in people], as_of)]
        self._fresh.clear()
        parts += [self._taken_out(number, people) for number in self._index.mostly_dead()]
        while self._holders and len(self._holders[-1]) <= min(2 * len(people), BLOCK - 1):
            parts.append(self._taken_out(len(self._holders) - 1, people))
        self._seat(people, joined(parts))

    def _taken_out(self, number: int, people: list[HolderId]) -> Rows:
        """A segment is no more; those of it who are still there join `people`."""
        first = self._index.first(number)
        holders = self._holders.pop(number)
        people += (one for row, one in enumerate(holders) if self._rows.get(one) == first + row)
        return self._index.take_out(number)


def _values(load: Load) -> SavedValues[Any]:
    values: list[Any] = []
    taken: list[int] = []
    for of_part, its in load_parts(load):
        values += of_part
        taken += its
    return values, taken
