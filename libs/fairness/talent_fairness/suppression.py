"""What a published table must leave out, so that no person can be picked out of it.

A group of fewer people than the least is hidden. So is a second one where the first could be
worked out from a sum that stands elsewhere: the groups of one category sum to the people that
gave an answer, and a row or column of two categories sums to a group of one.
"""

from __future__ import annotations

from collections.abc import Mapping

from talent_fairness.groups import Cell
from talent_fairness.rates import Count

LEAST = 10  # people


def hidden(counts: Mapping[Cell, Count], least: int = LEAST) -> frozenset[Cell]:
    """The cells that may not be shown. An empty cell tells of nobody and may."""
    there = {cell: count for cell, count in counts.items() if count.people}
    found = {cell for cell, count in there.items() if count.people < least}
    while more := _given_away(there, found):
        found |= more
    return frozenset(found)


def _given_away(there: Mapping[Cell, Count], found: set[Cell]) -> set[Cell]:
    """Of each sum in which a single cell is hidden, the smallest of the others."""
    more: set[Cell] = set()
    for line in _lines(there):
        inside = [cell for cell in line if cell in found]
        others = [cell for cell in line if cell not in found]
        if len(inside) == 1 and others:
            more.add(min(others, key=lambda cell: (there[cell].people, cell)))
    return more


def _lines(there: Mapping[Cell, Count]) -> list[list[Cell]]:
    """The cells of each published sum: all of them in one category, a row or column in two."""
    if all(len(cell) == 1 for cell in there):
        return [list(there)]
    lines: dict[tuple[int, str], list[Cell]] = {}
    for cell in there:
        for position, group in enumerate(cell):
            lines.setdefault((position, group), []).append(cell)
    return list(lines.values())
