"""A file as an import would take it: what each column holds, the people, and what is wrong."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from talent_matcher.workforce.columns import Column, Holds, chosen, header_of, suggested
from talent_matcher.workforce.meanings import Meanings
from talent_matcher.workforce.rows import Read, read_rows
from talent_matcher.workforce.spreadsheet import Line, Table, read_table

READER = "1"  # raised whenever the same file is read otherwise
_EXAMPLES = 3


@dataclass(frozen=True)
class Understood:
    """`digest`: of the file and the way it is read."""

    digest: str
    columns: tuple[Column, ...]
    examples: dict[int, list[str]]
    read: Read
    notes: tuple[str, ...]


def understand(
    content: bytes,
    choices: Sequence[tuple[int, Holds]],
    meanings: Meanings,
    *,
    as_said: bytes,
    new_id: Callable[[], str],
    today: date,
) -> Understood:
    """`choices`: what columns hold; as suggested where there are none. `as_said`: all that decides
    how a file is read. Raises SpreadsheetError."""
    table = read_table(content)
    header, below = header_of(table)

    def names_skill(words: str) -> bool:
        return bool(meanings.of(words))

    columns = chosen(header, below, choices) if choices else suggested(header, below, names_skill)
    read = read_rows(table, below, columns, meanings, new_id, today)
    return Understood(
        digest=_digest(content, as_said, columns, read),
        columns=columns,
        examples={one.number: _examples(one.number, below) for one in columns},
        read=read,
        notes=tuple(_notes(table, header, columns)),
    )


def _digest(content: bytes, as_said: bytes, columns: Sequence[Column], read: Read) -> str:
    parts = [READER.encode(), content, as_said, repr([one.holds.value for one in columns]).encode()]
    counts = [len(read.employees), read.bad_rows, sum(len(one.skills) for one in read.employees)]
    parts.append(repr(counts).encode())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _examples(number: int, below: Sequence[Line]) -> list[str]:
    texts = (line.text(number) for line in below[:50])
    return list(dict.fromkeys(text[:60] for text in texts if text))[:_EXAMPLES]


def _notes(table: Table, header: Line, columns: Sequence[Column]) -> list[str]:
    notes = list(table.notes)
    if header.number > table.lines[0].number:
        notes.append(f"Row {header.number} names the columns; what is above it is not read.")
    if table.encoding:
        notes.append(
            f"The file does not say how its letters are stored; we read it as {table.encoding}. If "
            "names with accents look wrong, save it as “CSV UTF-8”."
        )
    held = {one.holds for one in columns}
    if not held & {Holds.SKILLS, Holds.LEVEL}:
        notes.append(
            "No column holds skills. People are compared with a job once you say what they can do."
        )
    if not held & {Holds.NAME, Holds.EMPLOYEE_NUMBER}:
        notes.append("No column holds a name or an employee number.")
    return notes
