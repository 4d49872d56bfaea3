"""A paper as a Word document: real headings, lists, table headings and links, so that Word can
read it aloud and make an outline of it.

The same paper gives the same bytes: the dates inside are fixed.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as File
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Inches, Pt, RGBColor
from docx.text.paragraph import Paragraph as Lines
from docx.text.run import Run as Words

from talent_jobs.paper import (
    LANGUAGE,
    Blank,
    Block,
    Bullets,
    Facts,
    Heading,
    Line,
    Paper,
    Paragraph,
    Run,
    Table,
)

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_BLUE = RGBColor(0x00, 0x5E, 0xA2)
_INK = RGBColor(0x1B, 0x1B, 0x1B)
_GRAY = RGBColor(0x3D, 0x45, 0x51)
_MARGIN = Inches(0.8)
_WIDTH = Emu(Inches(8.5) - 2 * _MARGIN)
_SMALL = Pt(9)
_SHADE = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="E1E7F1"/>'
_HEADING_ROW = f"<w:tblHeader {nsdecls('w')}/>"
_WHOLE_ROW = f"<w:cantSplit {nsdecls('w')}/>"


def docx_file(paper: Paper) -> bytes:
    file = Document()
    _set_up(file, paper)
    file.add_paragraph(paper.title, "Title")
    file.add_paragraph(paper.author, "Subtitle")
    for block in paper.blocks:
        _add(file, block)
    return _bytes(file)


def _set_up(file: File, paper: Paper) -> None:
    properties = file.core_properties
    properties.title, properties.author = paper.title[:255], paper.author[:255]
    properties.subject, properties.language = paper.subject[:255], LANGUAGE
    properties.last_modified_by, properties.comments = "", ""
    properties.created = properties.modified = _LONG_AGO
    section = file.sections[0]
    section.page_width, section.page_height = Inches(8.5), Inches(11)
    section.left_margin = section.right_margin = section.top_margin = _MARGIN
    section.bottom_margin = _MARGIN
    for name, size, color, before, after in (
        ("Normal", 11, _INK, 0, 4),
        ("Title", 22, _INK, 0, 2),
        ("Subtitle", 13, _INK, 0, 8),
        ("Heading 1", 14, _BLUE, 12, 4),
        ("Heading 2", 12, _INK, 8, 2),
        ("Caption", 11, _INK, 6, 2),
        ("List Bullet", 11, _INK, 0, 3),
    ):
        style: Any = file.styles[name]
        style.font.size, style.font.color.rgb, style.font.italic = Pt(size), color, False
        style.font.bold = name not in {"Normal", "Subtitle", "List Bullet"}
        style.paragraph_format.space_before, style.paragraph_format.space_after = (
            Pt(before),
            Pt(after),
        )
        style.paragraph_format.line_spacing = 1.08
        for fonts in style.element.iter(qn("w:rFonts")):  # the theme's would win
            fonts.attrib.clear()
        style.font.name = "Calibri"
    file.styles["Caption"].paragraph_format.keep_with_next = True  # pyright: ignore


def _add(file: File, block: Block) -> None:
    match block:
        case Heading():
            file.add_paragraph(block.text, f"Heading {block.level - 1}")
        case Paragraph():
            _write(file.add_paragraph(), block.line, small=block.small)
        case Bullets():
            for item in block.items:
                _write(file.add_paragraph(style="List Bullet"), item)
        case Facts():
            for name, value in block.rows:
                _write(file.add_paragraph(), (Run(f"{name}: ", strong=True), *value))
        case Table():
            _add_table(file, block)
        case Blank():
            lines = file.add_paragraph(block.label)
            for _ in range(block.lines):
                lines.paragraph_format.keep_with_next = True
                lines = file.add_paragraph()
                lines.paragraph_format.space_before = Pt(12)
                stops: Any = lines.paragraph_format.tab_stops
                stops.add_tab_stop(_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
                lines.add_run().add_tab()


def _add_table(file: File, block: Table) -> None:
    file.add_paragraph(block.caption, "Caption")
    table: Any = file.add_table(0, len(block.head), "Table Grid")
    table.autofit = False
    head = tuple((Run(cell, strong=True),) for cell in block.head)
    widths = [Emu(_WIDTH * one // sum(block.widths)) for one in block.widths]
    for number, row in enumerate((head, *block.rows)):
        made = table.add_row()
        properties = made._tr.get_or_add_trPr()
        properties.append(parse_xml(_WHOLE_ROW))
        if number == 0:
            properties.append(parse_xml(_HEADING_ROW))
        for cell, width, value in zip(made.cells, widths, row, strict=True):
            cell.width = width
            _write(cell.paragraphs[0], value)
            if number == 0:
                cell._tc.get_or_add_tcPr().append(parse_xml(_SHADE))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    file.add_paragraph()


def _write(lines: Lines, line: Line, *, small: bool = False) -> None:
    for run in line:
        words = lines.add_run(run.text)
        words.bold = run.strong or None
        if small:
            words.font.size, words.font.color.rgb = _SMALL, _GRAY
        if run.link:
            _link(lines, words, run.link)


def _link(lines: Lines, words: Words, address: str) -> None:
    """Word knows links as elements around runs; python-docx has no call for it."""
    words.font.underline, words.font.color.rgb = True, _BLUE
    target = lines.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link: Any = parse_xml(f"<w:hyperlink {nsdecls('w', 'r')} w:history='1'/>")
    link.set(qn("r:id"), target)
    element: Any = words._r  # pyright: ignore[reportPrivateUsage]
    element.addprevious(link)
    link.append(element)


def _bytes(file: File) -> bytes:
    written, fixed = io.BytesIO(), io.BytesIO()
    file.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(fixed, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _ZIP_DATE), old.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
