"""An immutable part of the index over people: their assertions by skill, in blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from talent_matcher.index.kernels import BLOCK

Array = Any


class Rows(NamedTuple):
    """People in order. `starts`: where the assertions of each begin, and one end; `skills` and
    `codes` of each assertion; `ties`: of equals, lower ones come first; `values` of each facet and
    person."""

    starts: Array
    skills: Array
    codes: Array
    ties: Array
    values: Array

    @property
    def people(self) -> int:
        return len(self.ties)


@dataclass(slots=True)
class Segment:
    """`alive` may change: a person who changed or left is dead here, and perhaps alive in a later
    segment. The rest never does. Four bytes an assertion, and some of each skill and block.

    `rows` and `codes` have one entry of each person and skill. Those who show a skill more than
    once have all their entries in `more_rows` and `more_codes` as well, the same one first.
    """

    block_skills: Array
    skills: Array
    entries: Array
    rows: Array
    codes: Array
    more: Array
    more_rows: Array
    more_codes: Array
    alive: Array
    ties: Array
    values: Array

    @property
    def people(self) -> int:
        return len(self.alive)

    @property
    def nbytes(self) -> int:
        return sum(int(getattr(self, name).nbytes) for name in Segment.__slots__)


def build(given: Rows) -> Segment:
    blocks = -(-given.people // BLOCK)
    highest = int(given.skills.max()) + 1 if len(given.skills) else 1
    made = _by_skill(given.starts, given.skills, given.codes, blocks, highest)
    block_skills, found, all_entries, rows, sorted_codes = made
    entries, more, more_rows, more_codes = _apart(all_entries, rows, sorted_codes)
    return Segment(
        block_skills=block_skills,
        skills=found,
        entries=entries,
        rows=rows[: entries[-1]].copy(),
        codes=sorted_codes[: entries[-1]].copy(),
        more=more,
        more_rows=more_rows,
        more_codes=more_codes,
        alive=np.ones(given.people, np.bool_),
        ties=given.ties,
        values=given.values,
    )


def living(one: Segment) -> Rows:
    """Those of a segment who are alive, as they were given."""
    starts, skills, codes = _by_person(
        *(one.block_skills, one.skills, one.entries, one.rows, one.codes),
        *(one.more, one.more_rows, one.more_codes, one.alive),
    )
    values = np.ascontiguousarray(one.values[:, one.alive])
    return Rows(starts, skills, codes, one.ties[one.alive], values)


def joined(parts: Sequence[Rows]) -> Rows:
    """The people of one part after those of the other."""
    counts = np.concatenate([np.diff(part.starts) for part in parts])
    return Rows(
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        skills=np.concatenate([part.skills for part in parts]),
        codes=np.concatenate([part.codes for part in parts]),
        ties=np.concatenate([part.ties for part in parts]),
        values=np.concatenate([part.values for part in parts], axis=1),
    )


@njit(cache=True, nogil=True)
def _by_skill(starts, skills, codes, blocks, highest):  # pyright: ignore
    """Counted into place: for each block by skill, for each skill by row."""
    people = len(starts) - 1
    rows = np.empty(len(skills), np.uint16)
    sorted_codes = np.empty(len(skills), np.uint16)
    block_skills = np.zeros(blocks + 1, np.int64)
    counts = np.zeros(highest + 1, np.int64)
    for block in range(blocks):
        counts[:] = 0
        stop = min((block + 1) * BLOCK, people)
        for entry in range(starts[block * BLOCK], starts[stop]):
            counts[skills[entry]] += 1
        distinct = 0
        for skill in range(highest):
            distinct += counts[skill] > 0
        block_skills[block + 1] = block_skills[block] + distinct
    found = np.empty(block_skills[blocks], np.uint32)
    entries = np.empty(block_skills[blocks] + 1, np.int64)
    at = 0
    begin = 0
    for block in range(blocks):
        counts[:] = 0
        stop = min((block + 1) * BLOCK, people)
        for entry in range(starts[block * BLOCK], starts[stop]):
            counts[skills[entry]] += 1
        for skill in range(highest):
            if counts[skill]:
                found[at] = skill
                entries[at] = begin
                at += 1
            count = counts[skill]
            counts[skill] = begin
            begin += count
        for person in range(block * BLOCK, stop):
            for entry in range(starts[person], starts[person + 1]):
                place = counts[skills[entry]]
                counts[skills[entry]] += 1
                rows[place] = person - block * BLOCK
                sorted_codes[place] = codes[entry]
    entries[at] = begin
    return block_skills, found, entries, rows, sorted_codes


@njit(cache=True, nogil=True)
def _apart(entries, rows, codes):  # pyright: ignore
    """Leave one entry of each person and skill, and put all of those with several apart."""
    repeated = 0
    for at in range(len(entries) - 1):
        for entry in range(entries[at], entries[at + 1]):
            before = entry > entries[at] and rows[entry - 1] == rows[entry]
            after = entry + 1 < entries[at + 1] and rows[entry + 1] == rows[entry]
            repeated += before or after
    more_rows = np.empty(repeated, np.uint16)
    more_codes = np.empty(repeated, np.uint16)
    more = np.zeros(len(entries), np.int64)
    kept = np.zeros(len(entries), np.int64)
    to, apart = 0, 0
    for at in range(len(entries) - 1):
        kept[at], more[at] = to, apart
        for entry in range(entries[at], entries[at + 1]):
            row, code = rows[entry], codes[entry]
            # What stands before has been moved by now, but a row moves with its like.
            before = to > kept[at] and rows[to - 1] == row
            after = entry + 1 < entries[at + 1] and rows[entry + 1] == row
            if before or after:
                more_rows[apart], more_codes[apart] = row, code
                apart += 1
            if not before:
                rows[to], codes[to] = row, code
                to += 1
    kept[len(entries) - 1], more[len(entries) - 1] = to, apart
    return kept, more, more_rows, more_codes


@njit(cache=True, nogil=True)
def _by_person(  # noqa: PLR0912 # pyright: ignore
    block_skills, skills, entries, rows, codes, more, more_rows, more_codes, alive
):
    """The reverse of `_by_skill` and `_apart`, of the living alone."""
    places = np.zeros(len(alive), np.int64)
    for block in range(len(block_skills) - 1):
        first = block * BLOCK
        for at in range(block_skills[block], block_skills[block + 1]):
            for entry in range(entries[at], entries[at + 1]):
                places[first + rows[entry]] += 1
            for entry in range(more[at] + 1, more[at + 1]):
                places[first + more_rows[entry]] += more_rows[entry] == more_rows[entry - 1]
    people = 0
    for person in range(len(alive)):
        people += alive[person]
    starts = np.zeros(people + 1, np.int64)
    to = 0
    for person in range(len(alive)):
        if alive[person]:
            starts[to + 1] = starts[to] + places[person]
            places[person] = starts[to]
            to += 1
    out_skills = np.empty(starts[people], np.uint32)
    out_codes = np.empty(starts[people], np.uint16)
    for block in range(len(block_skills) - 1):
        first = block * BLOCK
        for at in range(block_skills[block], block_skills[block + 1]):
            for entry in range(entries[at], entries[at + 1]):
                person = first + rows[entry]
                if alive[person]:
                    out_skills[places[person]] = skills[at]
                    out_codes[places[person]] = codes[entry]
                    places[person] += 1
            for entry in range(more[at] + 1, more[at + 1]):
                person = first + more_rows[entry]
                if alive[person] and more_rows[entry] == more_rows[entry - 1]:
                    out_skills[places[person]] = skills[at]
                    out_codes[places[person]] = more_codes[entry]
                    places[person] += 1
    return starts, out_skills, out_codes
