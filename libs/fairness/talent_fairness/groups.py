"""The groups that an audit tells apart, and the answers that people give of their own will.

Race and ethnicity as the EEO-1 report has them, which New York City's rule on automated employment
decision tools takes over (6 RCNY 5-300, Local Law 144 of 2021); sex, age, disability and limited
English as a state workforce system records them (29 CFR 38.41, WIOA section 188). Whoever gives no
answer is counted as unknown and is in no group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Race(StrEnum):
    """`TWO_OR_MORE` is never an answer: it is what several answers come to."""

    HISPANIC = "hispanic"
    WHITE = "white"
    BLACK = "black"
    PACIFIC_ISLANDER = "pacific-islander"
    ASIAN = "asian"
    NATIVE_AMERICAN = "native-american"
    TWO_OR_MORE = "two-or-more"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person has told. Empty or None: not told, here and below."""

    sex: Sex | None = None
    races: frozenset[Race] = frozenset()
    birth_year: int | None = None
    disability: bool | None = None
    limited_english: bool | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """One way to divide people. `group` gives the code of a person's group, or None."""

    code: str
    groups: tuple[str, ...]
    group: Callable[[Answers, int], str | None]


def _race(answers: Answers, year: int) -> str | None:
    # EEO-1: who is Hispanic or Latino is counted there alone, whatever else they are.
    if Race.HISPANIC in answers.races:
        return Race.HISPANIC
    if len(answers.races) > 1:
        return Race.TWO_OR_MORE
    return next(iter(answers.races), None)


def _age(answers: Answers, year: int) -> str | None:
    # By the year alone: in the year of a fortieth birthday a person counts as 40.
    if answers.birth_year is None:
        return None
    return "40-or-older" if year - answers.birth_year >= 40 else "under-40"


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else ("yes" if value else "no")


def _sex(answers: Answers, year: int) -> str | None:
    return answers.sex


def _disability(answers: Answers, year: int) -> str | None:
    return _yes_no(answers.disability)


def _limited_english(answers: Answers, year: int) -> str | None:
    return _yes_no(answers.limited_english)


SEX = Category("sex", tuple(Sex), _sex)
RACE = Category("race", tuple(Race), _race)
AGE = Category("age", ("under-40", "40-or-older"), _age)
DISABILITY = Category("disability", ("yes", "no"), _disability)
LIMITED_ENGLISH = Category("limited-english", ("yes", "no"), _limited_english)
CATEGORIES = (SEX, RACE, AGE, DISABILITY, LIMITED_ENGLISH)

Cell = tuple[str, ...]  # a group of each category, such as ("female",) or ("female", "black")


def cells(categories: Iterable[Category]) -> list[Cell]:
    """All cells that these categories make together, in order."""
    made: list[Cell] = [()]
    for category in categories:
        made = [(*before, group) for before in made for group in category.groups]
    return made


def cell_of(answers: Answers, categories: Iterable[Category], year: int) -> Cell | None:
    """Where a person belongs; None if one of the answers is missing. `year`: of the audit."""
    found = [category.group(answers, year) for category in categories]
    known = tuple(str(group) for group in found if group is not None)
    return known if len(known) == len(found) else None
