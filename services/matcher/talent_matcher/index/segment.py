"""An immutable part of the index over people: their assertions by skill, in blocks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from talent_matcher.index.kernels import BLOCK

Array = Any


@dataclass(slots=True)
class Segment:
    """`alive` may change: a person who changed or left is dead here, and perhaps alive in a later
    segment. The rest never does. Six bytes an assertion in memory, and some of each skill and
    block."""

    block_skills: Array
    skills: Array
    entries: Array
    rows: Array
    codes: Array
    alive: Array
    ties: Array
    values: Array

    @property
    def people(self) -> int:
        return len(self.alive)

    @property
    def nbytes(self) -> int:
        return sum(int(getattr(self, name).nbytes) for name in Segment.__slots__)


def build(starts: Array, skills: Array, codes: Array, ties: Array, values: Array) -> Segment:
    """From people in order. `starts`: where the assertions of each begin, and one end; `skills`
    and `codes` of each assertion; `ties`: of equals, lower ones come first; `values` of each
    facet and person."""
    people = len(starts) - 1
    blocks = -(-people // BLOCK)
    highest = int(skills.max()) + 1 if len(skills) else 1
    made = _by_skill(starts, skills, codes, blocks, highest)
    block_skills, found, entries, rows, sorted_codes = made
    return Segment(
        block_skills=block_skills,
        skills=found,
        entries=entries,
        rows=rows,
        codes=sorted_codes,
        alive=np.ones(people, np.bool_),
        ties=ties,
        values=values,
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
