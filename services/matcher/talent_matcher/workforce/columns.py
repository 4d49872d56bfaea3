"""What each column of a file holds: as its header and cells suggest, or as a person says."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from talent_matcher.workforce.cells import is_level
from talent_matcher.workforce.spreadsheet import Line, SpreadsheetError, Table

HEADER_AMONG = 10  # lines: a file may begin with its title
SAMPLE = 200  # rows that are looked at for a suggestion


class Holds(IntEnum):
    """The numbers are those of the contract."""

    UNSPECIFIED = 0
    LEFT_OUT = 1
    NAME = 2
    EMPLOYEE_NUMBER = 3
    JOB_TITLE = 4
    DEPARTMENT = 5
    START_DATE = 6
    SKILLS = 7
    LEVEL = 8
    LICENSES = 9


# Only one column may hold these.
ONCE = frozenset({Holds.EMPLOYEE_NUMBER, Holds.JOB_TITLE, Holds.DEPARTMENT, Holds.START_DATE})
_WHO = r"(employee|emp|staff|personnel|worker|associate|team member|person)"
_HEADERS = {
    Holds.NAME: (
        rf"({_WHO} )?(legal )?((full|first|last|middle|given|family) )?name"
        rf"|(legal )?(first|last|middle) name|surname|{_WHO}"
    ),
    Holds.EMPLOYEE_NUMBER: rf"({_WHO} |payroll |badge )?(number|no|num|nr|id)",
    Holds.JOB_TITLE: (
        r"(job|position|role|work|business)?( ?(title|profile|name|classification))|occupation"
        r"|position|role|job"
    ),
    Holds.DEPARTMENT: r"(home )?(department|dept|team|division|unit|crew|group)( name)?",
    Holds.START_DATE: (
        r"(original |last )?(start|hire|join|service|employment)( start)? date"
        r"|date (of hire|hired|joined|started|of joining)|hired|joined|started|start|hire|since"
    ),
    Holds.SKILLS: (
        r"(key |other |main |technical |job )?(skills?|skill ?sets?|competenc(y|ies)|abilities"
        r"|expertise|strengths|can do|knows)( list)?"
    ),
    Holds.LICENSES: (
        r"(professional |other )?(licen[sc]es?|certifications?|certificates?|credentials|certs)"
        r"(( and| or)? (licen[sc]es?|certifications?|certificates?))?( held)?"
    ),
}
_PATTERNS = {holds: re.compile(pattern) for holds, pattern in _HEADERS.items()}
_LAST_NAME = re.compile(r"\b(last|family|surname)\b")
_PART_OF_NAME = re.compile(r"\b(first|last|middle|given|family|surname)\b")


@dataclass(frozen=True, slots=True)
class Column:
    """`why`: header, content, chosen or nothing."""

    number: int
    header: str
    holds: Holds
    why: str

    @property
    def is_last_name(self) -> bool:
        return bool(_LAST_NAME.search(_plain(self.header)))


def header_of(table: Table) -> tuple[Line, tuple[Line, ...]]:
    """The line that names the columns, and the lines below it. Raises SpreadsheetError."""
    if not table.lines:
        raise SpreadsheetError("the file is empty")
    first = table.lines[:HEADER_AMONG]

    def known(line: Line) -> int:
        return sum(_by_header(line.text(number)) is not None for number in range(len(line.cells)))

    best = max(range(len(first)), key=lambda position: (known(first[position]), -position))
    below = table.lines[best + 1 :]
    if not below:
        raise SpreadsheetError("it has no rows below the one that names the columns")
    return first[best], below


def suggested(
    header: Line, below: Sequence[Line], names_skill: Callable[[str], bool]
) -> tuple[Column, ...]:
    """What each column seems to hold. What is not known is left out."""
    width = max(len(line.cells) for line in (header, *below))
    columns: list[Column] = []
    taken: set[Holds] = set()
    for number in range(width):
        words = header.text(number)
        holds, why = _by_header(words), "header"
        if holds is None and words and _holds_levels(number, below) and names_skill(words):
            holds, why = Holds.LEVEL, "content"
        if holds is None or (holds in ONCE and holds in taken):
            holds, why = Holds.LEFT_OUT, "nothing"
        taken.add(holds)
        columns.append(Column(number, words, holds, why))
    return _with_one_name(columns)


def chosen(
    header: Line, below: Sequence[Line], choices: Sequence[tuple[int, Holds]]
) -> tuple[Column, ...]:
    """As a person says. Raises SpreadsheetError."""
    width = max(len(line.cells) for line in (header, *below))
    holds = dict(choices)
    if len(holds) != len(choices):
        raise SpreadsheetError("say only once what a column holds")
    if any(number >= width for number in holds):
        raise SpreadsheetError(f"it has only {width} columns: choose among those")
    for one in ONCE:
        if list(holds.values()).count(one) > 1:
            name = one.name.lower().replace("_", " ")
            raise SpreadsheetError(f"only one column can hold the {name}: choose one of them")
    return tuple(
        Column(number, header.text(number), holds.get(number, Holds.LEFT_OUT), "chosen")
        for number in range(width)
    )


def _by_header(words: str) -> Holds | None:
    plain = _plain(words)
    return next((holds for holds, one in _PATTERNS.items() if one.fullmatch(plain)), None)


def _plain(words: str) -> str:
    """ "employee number" of "Employee_Number:", "EmployeeNumber" and "EMPLOYEE #"."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words[:100]).replace("#", " number ")
    return " ".join(re.sub(r"[\W_]+", " ", apart).casefold().split())


def _holds_levels(number: int, below: Sequence[Line]) -> bool:
    cells = [text for line in below[:SAMPLE] if (text := line.text(number))]
    return bool(cells) and all(map(is_level, cells))


def _with_one_name(columns: list[Column]) -> tuple[Column, ...]:
    """A whole name makes its parts needless."""
    names = [one for one in columns if one.holds is Holds.NAME]
    whole = [one for one in names if not _PART_OF_NAME.search(_plain(one.header))]
    needless = [one for one in names if whole and one is not whole[0]]
    return tuple(
        Column(one.number, one.header, Holds.LEFT_OUT, "nothing") if one in needless else one
        for one in columns
    )
