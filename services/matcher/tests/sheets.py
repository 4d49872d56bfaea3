"""Spreadsheets for tests: as a spreadsheet program writes them, and as nobody should."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl

STAFF = "Name,Employee #,Job title,Skills\nAna Ruiz,7,Welder,first aid (3); carpentry\n"


def workbook(rows: Sequence[Sequence[Any]], change: Callable[[Any], None] | None = None) -> bytes:
    """`change`: what else is done to the sheet."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(list(row))
    if change:
        change(sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same workbook with another part."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for one in before.infolist():
            if one.filename != name:
                after.writestr(one, before.read(one))
        after.writestr(name, part)
    return written.getvalue()
