"""A crowd at one moment, written down piece by piece, to be taken up again by another process.

The numbers of skills, evidence and limits are one process's own: they are written with what they
mean, and become those of the reader.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from talent_matcher.index.due import Due
from talent_matcher.index.segment import Rows, Segment, joined, living
from talent_matcher.index.shared import SavedValues
from talent_matcher.model import EvidenceClass, Favors, HolderId, SkillUri

Array = Any
Dump = Callable[[Any], None]
Load = Callable[[], Any]
AT_ONCE = 1000  # in one piece: nobody else waits longer than that takes


@dataclass(frozen=True, slots=True)
class Meanings:
    """Of each number what it stands for: of skills, of evidence, of each facet's values. `named`:
    whom and what was told apart because some employer favors it."""

    skills: Sequence[SkillUri]
    evidence: Sequence[EvidenceClass]
    values: Sequence[Sequence[Hashable]]
    named: Favors


@dataclass(frozen=True, slots=True)
class Renumbering:
    """From another process's numbers to one's own."""

    skills: Array
    codes: Array
    values: Sequence[Array]
    named: Favors  # as in the meanings

    def __call__(self, rows: Rows) -> Rows:
        values = [own[its] for own, its in zip(self.values, rows.values, strict=True)]
        return rows._replace(
            skills=self.skills[rows.skills], codes=self.codes[rows.codes], values=np.stack(values)
        )


@dataclass(frozen=True, slots=True)
class SavedCrowd:
    """Nothing in it changes any more, whatever happens to the crowd."""

    meanings: Meanings
    packing: Sequence[SavedValues[Any]]
    packed: Mapping[HolderId, bytes]
    versions: Mapping[HolderId, tuple[int, int]]  # of those who left, too
    due: Due
    segments: Sequence[tuple[Sequence[HolderId], Segment]]

    def write(self, dump: Dump) -> None:
        """Pieces that `Crowd.fill` reads in the same order, after the meanings."""
        dump(self.meanings)
        for values in self.packing:
            dump_parts(zip(*values, strict=True), dump)
        everybody = [
            holder
            for holders, segment in self.segments
            for holder, alive in zip(holders, segment.alive.tolist(), strict=True)
            if alive
        ]
        days = self.due.days()
        dump_parts(
            ((one, *self.versions[one], self.packed[one], days.get(one)) for one in everybody),
            dump,
        )
        gone = ((one, *at) for one, at in self.versions.items() if one not in self.packed)
        dump_parts(gone, dump)
        dump(joined([living(segment) for _, segment in self.segments]) if everybody else None)


def dump_parts(items: Iterable[tuple[Any, ...]], dump: Dump) -> None:
    """Few at a time, and then nothing."""
    each = iter(items)
    while part := list(islice(each, AT_ONCE)):
        dump(part)
    dump(None)


def load_parts(load: Load) -> Iterator[Iterator[tuple[Any, ...]]]:
    """The columns of each part."""
    while part := load():
        yield zip(*part, strict=True)
