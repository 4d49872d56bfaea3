"""An audit: for each question, the rates of every category and of sex and race together.

`people` are those that the question is asked of, each with their answers and whether they were
chosen. The tables hold nothing that could single out a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from talent_fairness.groups import CATEGORIES, RACE, SEX, Answers, Category, Cell, cell_of, cells
from talent_fairness.rates import Count, Rate, counts, rates
from talent_fairness.suppression import LEAST, hidden

TABLES: tuple[tuple[Category, ...], ...] = (*((one,) for one in CATEGORIES), (SEX, RACE))


@dataclass(frozen=True, slots=True)
class Table:
    """One division of people. `hidden`: groups with too few people to show. `unknown`: people that
    gave no answer, None where their number would give a hidden group away."""

    categories: tuple[str, ...]
    rates: tuple[Rate, ...]
    hidden: tuple[Cell, ...]
    unknown: int | None


@dataclass(frozen=True, slots=True)
class Audit:
    """`code` names the question, such as "shown". `people`: all that it was asked of."""

    code: str
    people: int
    chosen: int
    tables: tuple[Table, ...]


def audit(
    code: str, people: Iterable[tuple[Answers, bool]], *, year: int, least: int = LEAST
) -> Audit:
    """`year`: of the audit, for ages. `least`: people that a group must have to be shown."""
    asked = list(people)
    return Audit(
        code=code,
        people=len(asked),
        chosen=sum(chosen for _, chosen in asked),
        tables=tuple(_table(categories, asked, year, least) for categories in TABLES),
    )


def _table(
    categories: tuple[Category, ...], asked: Sequence[tuple[Answers, bool]], year: int, least: int
) -> Table:
    placed = [(cell_of(answers, categories, year), chosen) for answers, chosen in asked]
    counted: dict[Cell, Count] = counts(placed, cells(categories))
    secret = hidden(counted, least)
    unknown = sum(cell is None for cell, _ in placed)
    # Whoever knows the whole and the shown groups could work out a lone hidden one; two or more
    # keep each other's secret, and then the number of unknown gives away only their sum. Where
    # all others are empty, one is hidden alone: then the number of unknown has to be secret.
    shown = rates({cell: count for cell, count in counted.items() if cell not in secret})
    return Table(
        categories=tuple(one.code for one in categories),
        rates=tuple(shown),
        hidden=tuple(cell for cell in counted if cell in secret),
        unknown=None if 0 < unknown < least or len(secret) == 1 else unknown,
    )
