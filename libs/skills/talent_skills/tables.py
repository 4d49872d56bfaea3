"""The tables of somebody's release: text files in a folder or a ZIP, compressed or not.

A table goes by its name alone: "Occupation Data.txt" and "occupation_data.tsv.gz" are the same one.
Everything is read row by row within limits, and what is wrong is named by file, row and column.
"""

from __future__ import annotations

import csv
import gzip
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO, TypeVar

from talent_skills.errors import TaxonomyError

MAX_FILES = 1000
MAX_BYTES = 128 << 20  # of one table, unpacked: ten times the largest that is published
MAX_LINE = 1 << 20
MAX_ROWS = 1_000_000
_ENDING = re.compile(r"\.(txt|tsv|csv|md)(\.gz)?$", re.IGNORECASE)
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError),
    *(NotImplementedError, OSError),
)

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. Rows count from 1, the header."""

    file: str
    number: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column].strip()

    def wrong(self, column: str, mend: str) -> TaxonomyError:
        return TaxonomyError(f"{self.file}, row {self.number}, column {column}", mend)

    def text(self, column: str) -> str:
        """Raises TaxonomyError where there is none."""
        found = self[column]
        if not found:
            raise self.wrong(column, "It is empty. Fill it in.")
        return found

    def number_in(self, column: str, least: float, most: float) -> float:
        try:
            found = float(self[column])
        except ValueError:
            raise self.wrong(column, f"“{self[column][:50]}” is not a number.") from None
        if not least <= found <= most:
            raise self.wrong(column, f"{found:g} is not between {least:g} and {most:g}.")
        return found

    def one_of(self, column: str, meanings: Mapping[str, Meaning]) -> Meaning:
        if self[column] not in meanings:
            allowed = ", ".join(f"“{each}”" for each in meanings)
            raise self.wrong(column, f"“{self[column][:50]}” is not one of {allowed}.")
        return meanings[self[column]]


class Release:
    """The files of a release. Raises TaxonomyError where `path` is no folder and no ZIP."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._openers: dict[str, tuple[str, Callable[[], IO[bytes]]]] = {}
        with _readable(str(path)):
            if path.is_dir():
                found = [(one.name, partial(one.open, "rb")) for one in sorted(path.iterdir())]
            else:
                archive = zipfile.ZipFile(path)
                found = [
                    (PurePosixPath(one.filename).name, partial(archive.open, one))
                    for one in archive.infolist()
                    # What a Mac adds beside each file
                    if one.filename and not one.is_dir() and "__MACOSX" not in one.filename
                ]
                if any(one.flag_bits & 1 for one in archive.infolist()):
                    raise TaxonomyError(str(path), "It is locked with a password. Unpack it first.")
        if len(found) > MAX_FILES:
            raise TaxonomyError(str(path), f"It holds more than {MAX_FILES} files.")
        for name, opener in found:
            if not _ENDING.search(name) or name.startswith("."):
                continue
            table = _table_name(name)
            if table in self._openers:
                other = self._openers[table][0]
                raise TaxonomyError(str(path), f"{other} and {name} are the same table. Keep one.")
            self._openers[table] = name, opener

    def __contains__(self, table: str) -> bool:
        return table in self._openers

    def tables(self) -> list[str]:
        return sorted(self._openers)

    def require(self, *tables: str) -> None:
        """Raises TaxonomyError, which names every table that is missing."""
        if missing := [table for table in tables if table not in self]:
            raise TaxonomyError(str(self.path), f"These tables are missing: {', '.join(missing)}.")

    def lines(self, table: str) -> Iterator[str]:
        """Of a text file. Raises TaxonomyError for what is too long or not UTF-8."""
        name, opener = self._openers[table]
        where = f"{self.path.name}/{name}"
        read = 0
        with _readable(where), opener() as packed:
            file = gzip.GzipFile(fileobj=packed) if name.lower().endswith(".gz") else packed
            number = 0
            while line := file.readline(MAX_LINE + 1):
                number += 1
                read += len(line)
                if len(line) > MAX_LINE or read > MAX_BYTES:
                    raise TaxonomyError(
                        f"{where}, line {number}",
                        f"A file may have {MAX_BYTES >> 20} MB, and a line of it 1 MB.",
                    )
                try:
                    text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError:
                    text = "\0"
                if "\0" in text:
                    raise TaxonomyError(f"{where}, line {number}", "Save the file as UTF-8 text.")
                yield text

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """Of a table that has these columns, and may have others. Raises TaxonomyError."""
        self.require(table)
        name, _ = self._openers[table]
        where = f"{self.path.name}/{name}"
        ending = name.lower().removesuffix(".gz").rpartition(".")[2]
        records = csv.reader(
            self.lines(table),
            delimiter="," if ending == "csv" else "\t",
            # In O*NET's .txt a quotation mark is one; the others follow RFC 4180.
            quoting=csv.QUOTE_NONE if ending == "txt" else csv.QUOTE_MINIMAL,
            strict=True,
        )
        number = 0
        header: list[str] = []
        try:
            for record in records:
                number += 1
                if number == 1:
                    header = [column.strip() for column in record]
                    _check_header(where, header, columns)
                elif len(record) != len(header):
                    if record:
                        raise TaxonomyError(
                            f"{where}, row {number}",
                            f"It has {len(record)} columns, and the header {len(header)}.",
                        )
                elif number > MAX_ROWS:
                    raise TaxonomyError(where, f"It has more than {MAX_ROWS:,} rows.")
                else:
                    yield Row(where, number, dict(zip(header, record, strict=True)))
        except csv.Error as error:
            raise TaxonomyError(
                f"{where}, row {number + 1}", f"It cannot be read: {error}."
            ) from None
        if number < 2:
            raise TaxonomyError(where, "It has no rows.")

    def rows_once(
        self, table: str, columns: Sequence[str], key: Callable[[Row], object]
    ) -> Iterator[Row]:
        """As `rows`, of a table in which each key stands once."""
        seen: dict[object, int] = {}
        for row in self.rows(table, columns):
            first = seen.setdefault(key(row), row.number)
            if first != row.number:
                raise row.wrong(columns[0], f"It repeats row {first}. Keep one.")
            yield row


def release_number(release: Release, given: str, patterns: Sequence[str]) -> str:
    """The number of a release: as given, else from its name, else from a note in it."""
    notes = (table for table in release.tables() if table.replace("_", "") == "readme")
    texts = chain([release.path.name], (line for note in notes for line in release.lines(note)))
    if given:
        return given
    for text in texts:
        for pattern in patterns:
            if found := re.search(pattern, text, re.IGNORECASE):
                return ".".join(found.groups())
    mend = "It does not say which release it is. Add --release NUMBER."
    raise TaxonomyError(str(release.path), mend)


def _table_name(file: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", _ENDING.sub("", file).lower()).strip("_")


def _check_header(where: str, header: Sequence[str], wanted: Sequence[str]) -> None:
    twice = next((column for column in header if header.count(column) > 1), None)
    if twice is not None:
        raise TaxonomyError(f"{where}, row 1", f"The column “{twice[:50]}” is there twice.")
    if missing := [column for column in wanted if column not in header]:
        raise TaxonomyError(f"{where}, row 1", f"These columns are missing: {', '.join(missing)}.")


@contextmanager
def _readable(where: str) -> Generator[None]:
    try:
        yield
    except _UNREADABLE as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise TaxonomyError(where, f"It cannot be read: {told}.") from None
