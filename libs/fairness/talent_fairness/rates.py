"""Selection and scoring rates of groups, and impact ratios against the highest of them.

A rate is the share of a group that was chosen. The impact ratio of a group is its rate over the
highest rate of any group (29 CFR 1607.4 D: under four fifths is generally regarded as evidence of
adverse impact; 6 RCNY 5-300 for the ratio itself). A difference of small numbers can be chance, so
each ratio has its interval and each difference its probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from scipy import stats  # pyright: ignore[reportMissingTypeStubs]

from talent_fairness.groups import Cell

FOUR_FIFTHS = 0.8
CONFIDENCE = 0.95
# A group under this share of all is not compared (6 RCNY 5-301 d, 29 CFR 1607.4 A).
LEAST_SHARE = 0.02

_stats: Any = stats


@dataclass(frozen=True, slots=True)
class Count:
    """Of a group: how many people, and how many of them were chosen."""

    people: int
    chosen: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Of one group. `low`, `high`: the interval of its rate (Wilson). `ratio`: to the highest
    rate, with its interval; None where nobody was chosen anywhere, or the group is too small a
    share to be compared. `chance`: how likely so large a difference from the highest is if there
    is none (Fisher's exact test, two sides)."""

    cell: Cell
    people: int
    chosen: int
    rate: float
    low: float
    high: float
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    chance: float | None = None

    @property
    def under_four_fifths(self) -> bool:
        return self.ratio is not None and self.ratio < FOUR_FIFTHS


def rates(counts: Mapping[Cell, Count]) -> list[Rate]:
    """Of each group with anybody in it, in the order given."""
    there = {cell: count for cell, count in counts.items() if count.people}
    everybody = sum(count.people for count in there.values())
    compared = [c for c, count in there.items() if count.people >= LEAST_SHARE * everybody]
    # Of two equally high ones the larger group: its interval is the tighter.
    highest = max(
        compared,
        key=lambda cell: (there[cell].chosen / there[cell].people, there[cell].people),
        default=None,
    )
    best = there[highest] if highest is not None else Count(0, 0)
    return [
        _rate(cell, count, best if best.chosen and cell in compared else None)
        for cell, count in there.items()
    ]


def _rate(cell: Cell, count: Count, best: Count | None) -> Rate:
    interval = _stats.binomtest(count.chosen, count.people).proportion_ci(CONFIDENCE, "wilson")
    share = count.chosen / count.people
    rate = Rate(cell, count.people, count.chosen, share, float(interval.low), float(interval.high))
    if best is None:
        return rate
    of_ratio = _stats.contingency.relative_risk(
        count.chosen, count.people, best.chosen, best.people
    ).confidence_interval(CONFIDENCE)
    table = [[one.chosen, one.people - one.chosen] for one in (count, best)]
    return Rate(
        *(cell, count.people, count.chosen, share, rate.low, rate.high),
        ratio=share / (best.chosen / best.people),
        ratio_low=float(of_ratio.low),
        ratio_high=float(of_ratio.high),
        chance=float(_stats.fisher_exact(table).pvalue),
    )


def counts(people: Iterable[tuple[Cell | None, bool]], cells: Iterable[Cell]) -> dict[Cell, Count]:
    """Of each cell, how many people and how many chosen. Who has no cell is in none."""
    totals = {cell: [0, 0] for cell in cells}
    for cell, chosen in people:
        if cell is not None:
            totals[cell][0] += 1
            totals[cell][1] += chosen
    return {cell: Count(total, chosen) for cell, (total, chosen) in totals.items()}


def scored_high(scores: Iterable[float]) -> list[bool]:
    """Whether each score is above the median of all (the scoring rate of 6 RCNY 5-300)."""
    given = list(scores)
    middle = median(given) if given else 0
    return [score > middle for score in given]
