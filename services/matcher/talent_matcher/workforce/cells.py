"""What single cells say: dates, levels, lists of words. None is guessed."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from talent_skills import LEVELS

from talent_matcher.workforce.spreadsheet import Cell

NONE = frozenset({"", "-", "–", "—", "0", "n", "no", "none", "n/a", "na"})
HAS = frozenset({"x", "y", "yes", "✓", "✔", "true"})  # the skill, at a level that is not stated
EARLIEST = date(1940, 1, 1)
_LATEST_DAYS = 366  # people sign before they start
_LEVEL = re.compile(r"(?:level |l)?(\d{1,3})(?:\.0)?(?: ?(?:/|of) ?5)?")
_NAMES = {level.name.casefold(): level.number for level in LEVELS}
_APART = re.compile(r"[,;|•\n]+(?![^()\[\]]*[)\]])")  # not within brackets
_IN_BRACKETS = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]{1,30})[)\]]")
# The month stands first in the United States; the other way round no month above 12 passes.
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y", "%Y/%m/%d", "%d-%b-%Y", "%d %b %Y")
_MONTH_FIRST = ("%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y", "%d %B %Y")
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})

NOT_A_DATE = "NOT_A_DATE"
DATE_OUT_OF_RANGE = "DATE_OUT_OF_RANGE"
UNKNOWN_LEVEL = "UNKNOWN_LEVEL"


class CellError(Exception):
    """`code`: what is wrong with a cell."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_broken(cell: Cell) -> bool:
    """Whether it is what a spreadsheet program writes for a formula that failed."""
    return isinstance(cell, str) and cell in _ERRORS


def day(cell: Cell, today: date) -> date | None:
    """None where it is empty. Raises CellError."""
    found = cell if isinstance(cell, date) else _day_of(cell)
    if found is not None and not EARLIEST <= found <= today + timedelta(_LATEST_DAYS):
        raise CellError(DATE_OUT_OF_RANGE)
    return found


def _day_of(words: str) -> date | None:
    if words.casefold() in NONE:
        return None
    text = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?( ?[AP]M)?$", "", words.strip())
    for form in (*_DATES, *_MONTH_FIRST):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise CellError(NOT_A_DATE)


def is_level(words: str) -> bool:
    try:
        level(words)
    except CellError:
        return False
    return True


def level(words: str) -> int | None:
    """1 to 5, 0 where it is not stated, None where the skill is not there. Raises CellError."""
    plain = words.strip().casefold()
    if plain in NONE:
        return None
    if plain in HAS:
        return 0
    if plain in _NAMES:
        return _NAMES[plain]
    number = _LEVEL.fullmatch(plain)
    if number and 1 <= int(number[1]) <= len(LEVELS):
        return int(number[1])
    raise CellError(UNKNOWN_LEVEL)


def listed(words: str) -> Iterator[str]:
    """The parts of a list in one cell, each once."""
    parts = (" ".join(part.split()).strip(" -*·.") for part in _APART.split(words))
    yield from dict.fromkeys(part for part in parts if part and part.casefold() not in NONE)


def with_level(words: str) -> tuple[str, int]:
    """ "Welding (3)" is the skill at level 3, "Welding (MIG)" a skill. Raises CellError."""
    found = _IN_BRACKETS.fullmatch(words)
    if found is None:
        return words, 0
    inside = found[2].strip().casefold()
    if inside in _NAMES or _LEVEL.fullmatch(inside):
        return found[1], level(inside) or 0
    return words, 0


def with_place(words: str) -> tuple[str, str]:
    """ "CDL (CO)" is the license CDL of "US-CO"."""
    found = _IN_BRACKETS.fullmatch(words)
    place = found[2].strip().upper().removeprefix("US-") if found else ""
    return (found[1], f"US-{place}") if found and re.fullmatch("[A-Z]{2}", place) else (words, "")
