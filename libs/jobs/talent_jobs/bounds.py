"""What a job description may hold. Its lines come from strangers, so all of them are bounded.

`check` says the first thing that is wrong, with its field and the mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, cast

from talent_jobs.description import (
    Conditions,
    JobDescription,
    NeededSkill,
    OccupationPart,
    PayRange,
    Shift,
)
from talent_jobs.paper import clean

MAX_LIST = 100
MAX_TEXT = 5_000
MAX_LINE = 1_000
MAX_URI = 2_000
MAX_LEVEL = 5
MAX_MINOR_UNITS = 10**12
MAX_OPENINGS = 10_000
WEEK_HOURS = 168
DAY_MINUTES = 1440

_LONG = {"summary": MAX_TEXT, "id": MAX_URI, "uri": MAX_URI}
_URI = re.compile(r"(https?://[^\s/]|urn:[A-Za-z0-9])[^\s<>\"{}|\\^`]*", re.ASCII)
_PLACE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}", re.ASCII)


class DescriptionError(Exception):
    """`field`: where in the description, such as "skills[2].level"; `mend`: what to do about it."""

    def __init__(self, field: str, mend: str) -> None:
        shown = "".join(letter if letter.isprintable() else " " for letter in field)
        super().__init__(f"{shown}: {mend}")
        self.field = shown
        self.mend = mend


def check(description: JobDescription) -> None:
    """Raises DescriptionError."""
    for path, value in _values("", description):
        _check_size(path, value)
    for name in ("title", "employer"):
        _check_filled(name, getattr(description, name))
    if not 1 <= description.openings <= MAX_OPENINGS:
        raise DescriptionError("openings", f"Give a number from 1 to {MAX_OPENINGS:,}.")
    _check_shares(description.occupations)
    for number, duty in enumerate(description.duties):
        _check_filled(f"duties[{number}].text", duty.text)
    for name in ("also_needed", "benefits"):
        for number, stated in enumerate(getattr(description, name)):
            _check_filled(f"{name}[{number}].text", stated.text)
    for number, skill in enumerate(description.skills):
        _check_skill(f"skills[{number}]", skill)
    for number, one in enumerate(description.licenses):
        _check_filled(f"licenses[{number}].type", one.type)
        _check_place(f"licenses[{number}].jurisdiction", one.jurisdiction)
    if description.pay:
        _check_pay(description.pay)
    _check_conditions(description.conditions)
    posted, until = description.posted, description.open_until
    if posted and until and until < posted:
        raise DescriptionError("open_until", "It is before the day of posting.")


def _check_filled(at: str, text: str) -> None:
    if not clean(text):
        raise DescriptionError(at, "It is empty. Fill it in.")


def _check_shares(occupations: tuple[OccupationPart, ...]) -> None:
    for number, part in enumerate(occupations):
        if not 1 <= part.share <= 100:
            raise DescriptionError(f"occupations[{number}].share", "Give a percent from 1 to 100.")
    if occupations and sum(one.share for one in occupations) != 100:
        raise DescriptionError("occupations", "The shares must add up to 100.")


def _check_skill(at: str, skill: NeededSkill) -> None:
    _check_filled(f"{at}.label", skill.label)
    if skill.uri and not _URI.fullmatch(skill.uri):
        raise DescriptionError(f"{at}.uri", "It must begin with https://, http:// or urn:.")
    if not 0 <= skill.level <= MAX_LEVEL:
        raise DescriptionError(f"{at}.level", f"Give a number from 0 to {MAX_LEVEL}.")


def _check_pay(pay: PayRange) -> None:
    if not 0 < pay.least <= MAX_MINOR_UNITS:
        raise DescriptionError("pay.least", "Give an amount above 0, in cents.")
    if not pay.least <= pay.most <= MAX_MINOR_UNITS:
        raise DescriptionError("pay.most", "Give an amount in cents that is not below pay.least.")
    if not re.fullmatch("[A-Z]{3}", pay.currency):
        raise DescriptionError("pay.currency", "Give three capital letters, such as USD.")
    if pay.year is not None and not 1900 <= pay.year <= 9999:
        raise DescriptionError("pay.year", "Give a year of four digits.")


def _check_conditions(conditions: Conditions) -> None:
    least, most = conditions.hours
    if not 0 <= least <= WEEK_HOURS or not 0 <= most <= WEEK_HOURS or (most and least > most):
        raise DescriptionError("conditions.hours", "Give the least and the most hours a week.")
    for number, shift in enumerate(conditions.shifts):
        _check_shift(f"conditions.shifts[{number}]", shift)
    _check_place("conditions.state", conditions.state)
    for name, digits in (("county_fips", 5), ("zip3", 3)):
        value = getattr(conditions, name)
        if value and not re.fullmatch(f"[0-9]{{{digits}}}", value):
            raise DescriptionError(f"conditions.{name}", f"Give {digits} digits.")


def _check_shift(at: str, shift: Shift) -> None:
    if not 1 <= shift.day <= 7:
        raise DescriptionError(f"{at}.day", "Give a day from 1 (Monday) to 7 (Sunday).")
    for name in ("start", "end"):
        if not 0 <= getattr(shift, name) <= DAY_MINUTES:
            raise DescriptionError(f"{at}.{name}", "Give minutes after midnight, 0 to 1440.")


def _check_place(at: str, place: str) -> None:
    if place and not _PLACE.fullmatch(place):
        raise DescriptionError(at, "Give the code of a state, such as US-CO.")


def _check_size(path: str, value: object) -> None:
    match value:
        case str():
            name = path.rpartition(".")[2]
            if len(value) > (limit := _LONG.get(name, MAX_LINE)):
                raise DescriptionError(path, f"It is too long. Use up to {limit:,} characters.")
            if any("\ud800" <= letter <= "\udfff" for letter in value):
                raise DescriptionError(path, "It holds half a character. Type it again.")
        case tuple() if len(many := cast("tuple[Any, ...]", value)) > MAX_LIST:
            raise DescriptionError(path, f"It lists {len(many):,}. Use up to {MAX_LIST}.")
        case _:
            pass


def _values(path: str, value: Any) -> Iterator[tuple[str, object]]:
    """Everything in it, with its place, from the outside in."""
    yield path, value
    if is_dataclass(value):
        for field in fields(value):
            at = f"{path}.{field.name}" if path else field.name
            yield from _values(at, getattr(value, field.name))
    elif isinstance(value, tuple):
        for number, one in enumerate(cast("tuple[Any, ...]", value)):
            yield from _values(f"{path}[{number}]", one)
