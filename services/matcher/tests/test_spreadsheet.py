"""Files of rows: as people have them, and as nobody should."""

import io
import random
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from talent_matcher.workforce.spreadsheet import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    SpreadsheetError,
    Table,
    read_table,
)

from .sheets import STAFF, with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK = workbook([["Name", "Hired"], ["Ana", date(2020, 3, 1)], ["Zoë", datetime(2021, 5, 6)]])


def rows(table: Table) -> list[list[Any]]:
    return [list(line.cells) for line in table.lines]


def refusal(content: bytes) -> str:
    with pytest.raises(SpreadsheetError) as refused:
        read_table(content)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_text_is_read_in_the_usual_encodings(encoding: str):
    table = read_table("Name,Title\nZoë Núñez,Café lead\n".encode(encoding))
    assert rows(table) == [["Name", "Title"], ["Zoë Núñez", "Café lead"]]
    assert bool(table.encoding) == (encoding == "windows-1252")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str):
    text = f'Name{delimiter}Skills\nAna{delimiter}"first aid, 3{delimiter} a\nb"\n'
    assert rows(read_table(text.encode())) == [
        ["Name", "Skills"],
        ["Ana", f"first aid, 3{' ' if delimiter == chr(9) else delimiter} a\nb"],
    ]


def test_a_delimiter_that_the_file_states_counts():
    table = read_table(b"sep=;\nName;A,B\nAna;1,2\n")
    assert rows(table) == [["Name", "A,B"], ["Ana", "1,2"]]
    assert [line.number for line in table.lines] == [2, 3]


def test_a_workbook_gives_text_and_dates_and_rows_as_it_numbers_them():
    table = read_table(workbook([["Name", "No"], [], ["Ana", 7.0], ["Ben", True]]))
    assert [(line.number, list(line.cells)) for line in table.lines] == [
        (1, ["Name", "No"]),
        (3, ["Ana", "7"]),
        (4, ["Ben", "yes"]),
    ]
    assert rows(read_table(WORKBOOK))[1:] == [["Ana", date(2020, 3, 1)], ["Zoë", date(2021, 5, 6)]]


def test_merged_cells_and_formulas_without_a_result_are_told():
    def change(sheet: Any) -> None:
        sheet.merge_cells("B2:B3")
        sheet["C2"] = "=A1+1"  # openpyxl writes no result

    table = read_table(workbook([["a", "b", "c"], [1, 2, 3], [4, 5, 6]], change))
    [merged] = table.merged
    assert (merged.rows, merged.columns) == (range(2, 4), range(1, 2))
    assert table.stale == {(2, 2)}


def test_only_the_first_visible_sheet_is_read_and_the_reader_is_told():
    def change(sheet: Any) -> None:
        sheet.parent.create_sheet("Pay").append(["secret"])

    table = read_table(workbook([["Name"], ["Ana"]], change))
    assert rows(table) == [["Name"], ["Ana"]]
    assert "Only the first sheet" in table.notes[0]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"a" * (MOST_BYTES + 1), "5 MB"),
        (b"\xd0\xcf\x11\xe0 old", "old or locked"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"N\0a\0m\0e\0,\0", "no text file"),
        (b"a,b\n" * (MOST_ROWS + 2), "10,000 rows"),
        (b"," * MOST_COLUMNS + b"a\n", "100 columns"),
        (b"Name\n" + b"a" * 5001 + b"\n", "too long"),
        (b"Name\n" + b"a" * 200_000 + b"\n", "row 2"),
        (with_part(WORKBOOK, SHEET, b"<nonsense"), "cannot be read"),
    ],
)
def test_what_cannot_be_used_says_what_to_do(content: bytes, says: str):
    assert says in refusal(content)


def _sheet(inside: str) -> bytes:
    return f'<worksheet xmlns="{NAMESPACE}"><sheetData>{inside}</sheetData></worksheet>'.encode()


MERGES = b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
ENTITIES = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FAR = (f'<row r="{number}"><c r="XFD{number}"/></row>' for number in range(1, 40_000))
BOMBS: dict[str, Callable[[], bytes]] = {
    "zeros": lambda: with_part(WORKBOOK, "xl/media/zeros", bytes(64 << 20)),
    "elements": lambda: with_part(WORKBOOK, SHEET, _sheet("<x/>" * 3_000_000)),
    "fewer elements": lambda: with_part(WORKBOOK, SHEET, _sheet("<x/>" * 990_000)),
    "far cells": lambda: with_part(WORKBOOK, SHEET, _sheet("".join(FAR))),
    "a far row": lambda: with_part(
        WORKBOOK, SHEET, _sheet('<row r="1048576"><c r="A1048576"/></row>')
    ),
    "merges": lambda: with_part(WORKBOOK, SHEET, _sheet("").replace(b"</worksheet>", MERGES)),
    "entities": lambda: with_part(WORKBOOK, SHEET, ENTITIES + _sheet("&b;")),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_file_that_would_grow_beyond_measure_is_over_soon(kind: str):
    content = BOMBS[kind]()
    begun = time.process_time()  # of this process: others may keep the machine busy
    with suppress(SpreadsheetError):
        read_table(content)
    assert time.process_time() - begun < 20


def test_a_part_that_lies_about_its_size_is_refused():
    content = bytearray(with_part(WORKBOOK, "xl/media/zeros", bytes(40 << 20)))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")  # "10 bytes, unpacked"
    assert "damaged" in refusal(bytes(content))


def test_a_picture_is_no_matter_whatever_its_bytes():
    assert rows(read_table(with_part(WORKBOOK, "xl/media/logo.png", b"\x89PNG <!DOCTYPE")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str):
    part = (ENTITIES + _sheet("&b;")).decode().encode(encoding)
    assert "no usual .xlsx" in refusal(with_part(WORKBOOK, SHEET, part))


def test_too_many_parts_are_refused():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number in range(501):
            archive.writestr(str(number), b"")
    assert "unpacks" in refusal(written.getvalue())


@given(st.binary(max_size=2000))
@example(STAFF.encode())
@example(b'"')
@example(b"sep=;")
@example(b"\xff\xfe\x00")
@settings(max_examples=300)
def test_any_bytes_are_rows_or_a_refusal(content: bytes):
    _is_sound(content)


@given(st.binary(min_size=1, max_size=500), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe"]))
@settings(max_examples=200)
def test_any_bytes_that_begin_like_a_known_format_are_too(content: bytes, begin: bytes):
    _is_sound(begin + content)


@given(st.randoms(use_true_random=False), st.integers(1, 12))
@settings(max_examples=150)
def test_a_damaged_workbook_is_rows_or_a_refusal(chance: random.Random, changes: int):
    content = bytearray(WORKBOOK)
    for _ in range(changes):
        content[chance.randrange(len(content))] = chance.randrange(256)
    _is_sound(bytes(content))


XML = st.text(st.sampled_from("<>/ =\"'rctvs1A2Z&;"), max_size=200)


@given(XML)
@settings(max_examples=150)
def test_any_sheet_inside_of_a_workbook_is_rows_or_a_refusal(inside: str):
    _is_sound(with_part(WORKBOOK, SHEET, _sheet(inside)))


def _is_sound(content: bytes) -> None:
    table = Table(())
    with suppress(SpreadsheetError):
        table = read_table(content)
    numbers = [line.number for line in table.lines]
    assert numbers == sorted(set(numbers))
    assert all(number >= 1 for number in numbers)
    for line in table.lines:
        assert 0 < len(line.cells) <= MOST_COLUMNS
        assert line.cells[-1]
        assert all(isinstance(one, str | date) for one in line.cells)
        assert all(cell == cell.strip() for cell in line.cells if isinstance(cell, str))
