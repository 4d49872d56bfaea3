"""A file of rows that somebody has at hand: CSV, TSV or XLSX, as cells of text and dates.

Nothing in it is run: a formula is what the spreadsheet program computed last, and a link is text.
Rows and columns go by the names that a spreadsheet program shows for them.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any
from xml.sax import parse
from xml.sax.handler import ContentHandler

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

MOST_BYTES = 5 << 20
MOST_ROWS = 10_000
MOST_COLUMNS = 100
MOST_LETTERS = 5_000  # of a cell
_LONGEST_SHEET = 50_000  # rows, the empty ones included
_MOST_PARTS = 500  # of an XLSX, which is a ZIP
_MOST_UNPACKED = 16 << 20
_MOST_TAGS = 1_000_000  # 10,000 rows of 25 cells: some seconds
_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 20
_DOCTYPE = re.compile(rb"<\0?!\0?D")  # in UTF-8 and UTF-16
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_CONTROL = re.compile(r"[^\S\n]|[\x00-\x09\x0b-\x1f\x7f-\x9f]")

Cell = str | date


class SpreadsheetError(Exception):
    """The file as a whole cannot be used; the sentence says what to do. It repeats no cell."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not empty. `number` counts from 1."""

    number: int
    cells: tuple[Cell, ...]

    def __getitem__(self, column: int) -> Cell:
        return self.cells[column] if column < len(self.cells) else ""

    def text(self, column: int) -> str:
        found = self[column]
        return found.isoformat() if isinstance(found, date) else found


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are one: only the first of them has the value. Columns count from 0."""

    rows: range
    columns: range


@dataclass(frozen=True, slots=True)
class Table:
    """`encoding`: how a text was read that does not say; `stale`: formulas without a result."""

    lines: tuple[Line, ...]
    merged: tuple[Merged, ...] = ()
    stale: frozenset[tuple[int, int]] = field(default_factory=frozenset[tuple[int, int]])
    encoding: str = ""
    notes: tuple[str, ...] = ()


def read_table(content: bytes) -> Table:
    """Raises SpreadsheetError."""
    if not content.strip():
        raise SpreadsheetError("the file is empty")
    if len(content) > MOST_BYTES:
        raise SpreadsheetError("the file has more than 5 MB: save it without pictures, or in parts")
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SpreadsheetError(
            "it is an old or locked Excel file: save it as .xlsx without a password, or as CSV"
        )
    return _text_file(content)


def letter(column: int) -> str:
    """ "C" of 2."""
    return str(get_column_letter(column + 1))


# Text


def _text_file(content: bytes) -> Table:
    text, encoding = _decoded(content)
    first, _, rest = text.partition("\n")
    stated = first.strip().removeprefix("sep=") if first.startswith("sep=") else ""
    delimiter = stated if len(stated) == 1 else _delimiter(text)
    skipped = 1 if stated else 0
    reader = csv.reader(io.StringIO(rest if stated else text, newline=""), delimiter=delimiter)
    try:
        lines = tuple(_lines((tuple(map(_clean, row)) for row in reader), skipped))
    except csv.Error:
        mend = "look for a quotation mark that is not closed"
        raise SpreadsheetError(f"row {reader.line_num + skipped} cannot be read: {mend}") from None
    return Table(lines, encoding=encoding)


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            try:
                return _without_nul(content.decode(name)), ""
            except UnicodeDecodeError:
                raise SpreadsheetError("save it again as CSV UTF-8") from None
    try:
        return _without_nul(content.decode("utf-8")), ""
    except UnicodeDecodeError:
        # Excel's "CSV" on Windows in the Americas and Western Europe; five bytes mean nothing.
        return _without_nul(content.decode("windows-1252", "replace")), "windows-1252"


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise SpreadsheetError("it is no text file: save it as .xlsx or as CSV UTF-8")
    return text


def _delimiter(text: str) -> str:
    """What splits most of the first rows into the same number of columns, of which most."""

    def worth(delimiter: str) -> tuple[int, int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = [len(row) for row in islice(reader, _SAMPLE_ROWS) if row]
        except csv.Error:
            return (0, 0)
        widest = max(widths, default=0)
        return (sum(width == widest for width in widths) if widest > 1 else 0, widest)

    return max(_DELIMITERS, key=worth)


# Workbooks


def _workbook(content: bytes) -> Table:
    _check_archive(content)
    try:
        book: Any = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True, keep_links=False
        )
        sheets = [one for one in book.worksheets if one.sheet_state == "visible"]
        sheet: Any = sheets[0]
        sheet.reset_dimensions()  # what the file says of them need not be so
        rows = sheet.iter_rows(
            max_row=_LONGEST_SHEET + 1, max_col=MOST_COLUMNS + 1, values_only=True
        )
        lines = tuple(_lines((tuple(map(_value, row)) for row in rows), 0))
        marks = _Marks()
        with (
            zipfile.ZipFile(io.BytesIO(content)) as archive,
            archive.open(str(sheet._worksheet_path)) as part,
        ):
            parse(part, marks)  # noqa: S317 - _check_archive lets no DOCTYPE pass
    except SpreadsheetError:
        raise
    except Exception:  # openpyxl raises whatever a broken file makes it stumble over
        mend = "open it in your spreadsheet program, and save it again as .xlsx or CSV"
        raise SpreadsheetError(f"it cannot be read: {mend}") from None
    notes = (f"Only the first sheet, “{sheet.title}”, is read.",) if len(sheets) > 1 else ()
    return Table(lines, tuple(marks.merged), frozenset(marks.stale), notes=notes)


def _check_archive(content: bytes) -> None:
    """Nothing is unpacked that grows beyond measure: a part is read no further than it says."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if len(parts) > _MOST_PARTS or size > _MOST_UNPACKED:
                raise SpreadsheetError(
                    f"it unpacks to more than {_MOST_UNPACKED >> 20} MB: save it as CSV"
                )
            if any(part.flag_bits & 1 for part in parts):
                raise SpreadsheetError("it is locked with a password: save it without")
            tags = 0
            for part in parts:
                text = archive.read(part).lstrip(_BEFORE_XML)
                if not text.startswith(b"<"):
                    continue  # a picture
                tags += text.count(b"<")
                if _DOCTYPE.search(text):  # it may declare entities that grow
                    raise SpreadsheetError("it is no usual .xlsx file: save it as CSV")
            if tags > _MOST_TAGS:
                raise SpreadsheetError("it has too many cells: save what you need of it as CSV")
    except SpreadsheetError:
        raise
    except Exception:
        raise SpreadsheetError("it is damaged: save it again as .xlsx or as CSV") from None


class _Marks(ContentHandler):
    """Which cells are merged, and which have a formula but no result: openpyxl's way of reading
    large files tells neither."""

    def __init__(self) -> None:
        super().__init__()
        self.merged: list[Merged] = []
        self.stale: set[tuple[int, int]] = set()
        self._cell, self._tag = "", ""
        self._said: set[str] = set()  # the tags in a cell that have any text

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - named by xml.sax
        tag = self._tag = name.rpartition(":")[2]
        if tag == "c":
            self._cell = attrs.get("r", "A1")
            self._said.clear()
        elif tag == "mergeCell":
            named = attrs.get("ref", "A1")
            first, top, last, bottom = (int(one or 0) for one in range_boundaries(named))
            self.merged.append(Merged(range(top, bottom + 1), range(first - 1, last)))

    def characters(self, content: str) -> None:
        if not content.isspace():
            self._said.add(self._tag)

    def endElement(self, name: str) -> None:  # noqa: N802 - named by xml.sax
        if name.rpartition(":")[2] == "c" and self._said == {"f"}:
            column, row, _, _ = range_boundaries(self._cell)
            self.stale.add((int(row or 0), int(column or 1) - 1))


# Both


def _lines(rows: Iterable[Sequence[Cell]], skipped: int) -> Iterator[Line]:
    count = 0
    for number, cells in enumerate(rows, 1 + skipped):
        if number > _LONGEST_SHEET:
            raise SpreadsheetError("the sheet goes on for too long: delete the empty rows below")
        used = len(cells)
        while used and not cells[used - 1]:
            used -= 1
        if not used:
            continue
        count += 1
        if count > MOST_ROWS + 1:  # and the header
            raise SpreadsheetError(f"it has more than {MOST_ROWS:,} rows: give it in parts")
        if used > MOST_COLUMNS:
            raise SpreadsheetError(
                f"row {number} has more than {MOST_COLUMNS} columns: keep those you need"
            )
        if any(isinstance(one, str) and len(one) > MOST_LETTERS for one in cells):
            raise SpreadsheetError(f"a cell of row {number} is too long: shorten it")
        yield Line(number, tuple(cells[:used]))


def _value(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _clean(str(value))


def _clean(text: str) -> str:
    """Without control characters; a line break stays one."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub(" ", plain).strip()
