"""Rows of a file as people, or what is wrong with each row, by column.

Whatever is wrong leaves the whole row out: half a person would be compared with jobs as if the rest
were not so.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from talent_skills import LEVELS

from talent_matcher.model import Skill
from talent_matcher.workforce import cells
from talent_matcher.workforce.cells import CellError
from talent_matcher.workforce.columns import Column, Holds
from talent_matcher.workforce.meanings import Meanings
from talent_matcher.workforce.spreadsheet import Line, SpreadsheetError, Table, letter
from talent_matcher.workforce.staff import Employee, HeldLicense, ShownSkill

MOST_SKILLS = 100  # of one person
LONGEST = {"name": 200, "number": 50, "title": 200, "department": 200}
LONGEST_WORDS = 200  # of one skill or license
_MARKED = 100_000  # merged cells that are looked at one by one

_NAMES = ", ".join(level.name for level in LEVELS)
SENTENCES = {
    "NOBODY": "The row names nobody. Fill in a name or an employee number, or delete the row.",
    "NUMBER_TWICE": (
        "Another row has the same employee number. Give each person a number of their own."
    ),
    "MERGED": (
        "This cell is merged with others, so we cannot tell whose it is. Unmerge the cells, and "
        "fill in each one."
    ),
    "NO_RESULT": (
        "This cell has a formula without a result. Open the file in your spreadsheet program, save "
        "it, and try again."
    ),
    "BROKEN": "The formula of this cell failed. Mend it, or type what it should say.",
    "TOO_LONG": "This cell is too long for what its column holds. Shorten it.",
    "TOO_MANY_SKILLS": f"The row names more than {MOST_SKILLS} skills. Keep those that matter.",
    cells.NOT_A_DATE: "This is not a date. Write it as 2023-05-31 or 5/31/2023.",
    cells.DATE_OUT_OF_RANGE: (
        "This date is too early, or more than a year away. Look for a slip in the year."
    ),
    cells.UNKNOWN_LEVEL: f"This level is not known. Use 1 to {len(LEVELS)}, or: {_NAMES}.",
}


@dataclass(frozen=True, slots=True)
class RowError:
    """`column` counts from 0; None where the whole row is meant."""

    row: int
    column: int | None
    header: str
    code: str

    @property
    def sentence(self) -> str:
        """What is wrong and what mends it. It repeats nothing that the cell says."""
        return SENTENCES[self.code]

    @property
    def place(self) -> str:
        """ "row 3, column B"."""
        return f"row {self.row}" + (
            "" if self.column is None else f", column {letter(self.column)}"
        )


@dataclass(frozen=True)
class Read:
    """`unrecognized`: words that name no skill, with how often."""

    employees: tuple[Employee, ...]
    errors: tuple[RowError, ...]
    bad_rows: int
    unrecognized: Counter[str]


def read_rows(
    table: Table,
    below: Sequence[Line],
    columns: Sequence[Column],
    meanings: Meanings,
    new_id: Callable[[], str],
    today: date,
) -> Read:
    """Raises SpreadsheetError."""
    marked = _merged(table, below)
    numbered = [one.number for one in columns if one.holds is Holds.EMPLOYEE_NUMBER]
    taken = Counter(_joined(line.text(number)) for line in below for number in numbered)
    levels = {one.number: meanings.of(one.header) for one in columns if one.holds is Holds.LEVEL}
    employees: list[Employee] = []
    errors: list[RowError] = []
    bad_rows = 0
    for line in below:
        reader = _Row(line, columns, meanings, levels, today)
        reader.look_for_marks(marked[line.number], table.stale)
        employee = reader.employee(new_id)
        if taken[employee.number] > 1 and employee.number:
            reader.wrong("NUMBER_TWICE", reader.first(Holds.EMPLOYEE_NUMBER))
        errors += reader.errors
        bad_rows += bool(reader.errors)
        if not reader.errors:
            employees.append(employee)
    lost = [one.header for one in columns if one.holds is Holds.LEVEL and not levels[one.number]]
    unrecognized = Counter(words for one in employees for words in one.unrecognized)
    unrecognized.update({header: 1 for header in lost if header})
    return Read(tuple(employees), tuple(errors), bad_rows, unrecognized)


def _joined(text: str) -> str:
    """In one line."""
    return " ".join(text.split())


class _Row:
    """One row on its way to a person; what is wrong gathers in `errors`."""

    def __init__(
        self,
        line: Line,
        columns: Sequence[Column],
        meanings: Meanings,
        levels: dict[int, Sequence[Skill]],
        today: date,
    ) -> None:
        self._line = line
        self._columns = [one for one in columns if one.holds is not Holds.LEFT_OUT]
        self._meanings = meanings
        self._levels = levels
        self._today = today
        self.errors: list[RowError] = []

    def wrong(self, code: str, column: Column | None = None) -> None:
        number, header = (column.number, column.header) if column else (None, "")
        self.errors.append(RowError(self._line.number, number, header, code))

    def first(self, holds: Holds) -> Column | None:
        return next((one for one in self._columns if one.holds is holds), None)

    def look_for_marks(self, merged: set[int], stale: frozenset[tuple[int, int]]) -> None:
        for one in self._columns:
            if one.number in merged:
                self.wrong("MERGED", one)
            elif (self._line.number, one.number) in stale:
                self.wrong("NO_RESULT", one)
            elif cells.is_broken(self._line[one.number]):
                self.wrong("BROKEN", one)

    def employee(self, new_id: Callable[[], str]) -> Employee:
        name, number = self._name(), self._text(Holds.EMPLOYEE_NUMBER, "number")
        if not name and not number:
            self.wrong("NOBODY")
        title = self._text(Holds.JOB_TITLE, "title")
        skills, unrecognized = self._skills(title)
        return Employee(
            employee_id=new_id(),
            name=name,
            number=number,
            title=title,
            department=self._text(Holds.DEPARTMENT, "department"),
            started=self._started(),
            skills=skills,
            licenses=self._licenses(),
            unrecognized=unrecognized,
        )

    def _name(self) -> str:
        columns = [one for one in self._columns if one.holds is Holds.NAME]
        columns.sort(key=lambda one: (one.is_last_name, one.number))
        name = _joined(" ".join(self._line.text(one.number) for one in columns))
        if len(name) > LONGEST["name"]:
            self.wrong("TOO_LONG", columns[0])
        return name

    def _text(self, holds: Holds, what: str) -> str:
        column = self.first(holds)
        text = _joined(self._line.text(column.number)) if column else ""
        if len(text) > LONGEST[what]:
            self.wrong("TOO_LONG", column)
        return text

    def _started(self) -> date | None:
        column = self.first(Holds.START_DATE)
        try:
            return cells.day(self._line[column.number], self._today) if column else None
        except CellError as error:
            self.wrong(error.code, column)
            return None

    def _skills(self, title: str) -> tuple[tuple[ShownSkill, ...], tuple[str, ...]]:
        found: dict[str, ShownSkill] = {}
        unknown: list[str] = []
        for column, words, level in self._said():
            if len(words) > LONGEST_WORDS:
                self.wrong("TOO_LONG", column)
                continue
            skills = self._levels.get(column.number)
            if skills is None:
                skills = self._meanings.of(words)
                if not skills:
                    unknown.append(words)
            for skill in skills:
                there = found.get(skill.uri)
                if there is None or level > there.level:  # said twice: the better one
                    found[skill.uri] = ShownSkill(skill, level, words)
        for skill in self._meanings.of_title(title):
            found.setdefault(skill.uri, ShownSkill(skill, 0, title))
        if len(found) + len(unknown) > MOST_SKILLS:
            self.wrong("TOO_MANY_SKILLS")
        return tuple(found.values()), tuple(dict.fromkeys(unknown))

    def _said(self) -> Iterator[tuple[Column, str, int]]:
        """Every skill that the row states: its column, words and level."""
        for column in self._columns:
            text = self._line.text(column.number)
            try:
                if column.holds is Holds.SKILLS:
                    for part in cells.listed(text):
                        words, level = cells.with_level(part)
                        yield column, words, level
                elif column.holds is Holds.LEVEL and text:
                    stated = cells.level(text)
                    if stated is not None:
                        yield column, column.header, stated
            except CellError as error:
                self.wrong(error.code, column)

    def _licenses(self) -> tuple[HeldLicense, ...]:
        found: dict[HeldLicense, None] = {}
        for column in self._columns:
            if column.holds is Holds.LICENSES:
                for part in cells.listed(self._line.text(column.number)):
                    if len(part) > LONGEST_WORDS or len(found) > MOST_SKILLS:
                        self.wrong("TOO_LONG", column)
                        return ()
                    found[HeldLicense(*cells.with_place(part))] = None
        return tuple(found)


def _merged(table: Table, below: Sequence[Line]) -> defaultdict[int, set[int]]:
    """The columns of merged cells, by row, of the rows that are read."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    first, last = below[0].number, below[-1].number
    width = max(len(line.cells) for line in table.lines)
    left = _MARKED
    for one in table.merged:
        columns = range(one.columns.start, min(one.columns.stop, width))
        for row in range(max(one.rows.start, first), min(one.rows.stop, last + 1)):
            found[row].update(columns)
            left -= 1 + len(columns)
            if left < 0:
                raise SpreadsheetError("too many of its cells are merged: unmerge them")
    return found
