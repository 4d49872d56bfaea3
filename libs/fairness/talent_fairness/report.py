"""An audit as a table for a spreadsheet, and as sentences."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date

from talent_fairness.audit import Audit, Table
from talent_fairness.groups import Cell
from talent_fairness.rates import FOUR_FIFTHS, Rate

COLUMNS = (
    *("question", "category", "group", "people", "chosen", "rate", "rate_low", "rate_high"),
    *("impact_ratio", "impact_ratio_low", "impact_ratio_high", "chance", "under_four_fifths"),
    *("audited_on", "source"),
)
FIGURES = len(COLUMNS) - 6  # those that a row without a rate leaves open
UNKNOWN, HIDDEN, NOT_TOLD = "unknown", "too few to show", "not told"
SURE = 0.05  # a difference that chance makes less often than this is called no chance


def as_csv(audits: Iterable[Audit], *, audited_on: date, source: str) -> str:
    """A row for each group, and in each table one for the people whose group is unknown: what the
    summary of a bias audit has to tell (6 RCNY 5-303 a 1). Hidden ones have no figures. `source`:
    where the people and their answers are from."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for audit in audits:
        for table in audit.tables:
            for row in _rows(audit.code, table):
                writer.writerow((*row, audited_on.isoformat(), source))
    return text.getvalue()


def findings(audit: Audit) -> Iterator[tuple[str, Rate, bool]]:
    """Groups under four fifths, each with its category and whether chance is an unlikely cause."""
    for table in audit.tables:
        for rate in table.rates:
            if rate.under_four_fifths:
                unlikely = rate.chance is not None and rate.chance < SURE
                yield " x ".join(table.categories), rate, unlikely


def sentence(audit: Audit) -> str:
    """What stands out, for somebody who reads one line."""
    found = list(findings(audit))
    certain = sum(unlikely for _, _, unlikely in found)
    if not any(rate.ratio is not None for table in audit.tables for rate in table.rates):
        return "Too few answers to compare groups."
    if not found:
        return f"No group that can be shown is under {FOUR_FIFTHS:.0%} of the highest rate."
    return (
        f"{len(found)} of the groups shown are under {FOUR_FIFTHS:.0%} of the highest rate; "
        f"for {certain} of them chance alone is an unlikely cause."
    )


def _rows(code: str, table: Table) -> Iterator[tuple[object, ...]]:
    category = " x ".join(table.categories)
    for one in table.rates:
        figures = (one.ratio, one.ratio_low, one.ratio_high, one.chance)
        under = "" if one.ratio is None else ("yes" if one.under_four_fifths else "no")
        yield (
            *(code, category, name(one.cell), one.people, one.chosen),
            *(_figure(value) for value in (one.rate, one.low, one.high, *figures)),
            under,
        )
    unknown = NOT_TOLD if table.unknown is None else table.unknown
    without = [(name(cell), HIDDEN) for cell in table.hidden] + [(UNKNOWN, unknown)]
    for group, people in without:
        yield (code, category, group, people, *[""] * FIGURES)


def name(cell: Cell) -> str:
    return " x ".join(cell)


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
