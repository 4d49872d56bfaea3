"""What stands on a page, apart from how it is written: one content for HTML, PDF and DOCX.

A line is made of runs. All text goes through `clean`, for it comes from strangers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LANGUAGE = "en-US"
# Marks that turn the direction of the text after them: a stranger could make the rest of a page
# read backwards. Letters of right-to-left scripts need none of them.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# Invisible: writers of pages break long words with the first, so the text holds none.
_INVISIBLE = dict.fromkeys([0x200B, 0x2060, 0xFEFF, 0x00AD])
_DROPPED = {**_TURNING, **_INVISIBLE}
MAX_MARKS = 4


def clean(text: str) -> str:
    """In one line, with single spaces, and only what every format can hold."""
    shown = "".join(map(_shown, text.translate(_DROPPED)))
    return " ".join(_few_marks(shown).split())


def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    if category in {"Cs", "Co"} or ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) < 0xFDF0:
        return "\ufffd"
    return letter


def _few_marks(text: str) -> str:
    """A letter under a tower of marks would cover the lines around it."""
    kept: list[str] = []
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) == "Mn" else 0
        if marks <= MAX_MARKS:
            kept.append(letter)
    return "".join(kept)


def paragraphs(text: str) -> list[str]:
    """Those of a longer text, which are lines of it."""
    return [found for one in re.split(r"[\r\n\u2028\u2029]+", text) if (found := clean(one))]


@dataclass(frozen=True, slots=True)
class Run:
    """`link`: an address. `marks`: names and values for programs that read the page."""

    text: str
    link: str = ""
    strong: bool = False
    marks: tuple[tuple[str, str], ...] = ()


Line = tuple[Run, ...]


def line(*parts: str | Run) -> Line:
    """Text and runs behind one another."""
    return tuple(Run(one) if isinstance(one, str) else one for one in parts)


@dataclass(frozen=True, slots=True)
class Heading:
    """`level`: 2 and 3; the title of the paper is the 1."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    line: Line
    small: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what they are."""

    rows: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row is its heading. `widths`: how the columns share the page."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """Room to write by hand."""

    label: str
    lines: int = 1


Block = Heading | Paragraph | Bullets | Facts | Table | Blank


@dataclass(frozen=True, slots=True)
class Paper:
    """`author` and `subject` are properties of the file as well as words on the page."""

    title: str
    author: str
    subject: str
    blocks: tuple[Block, ...]


def shown_text(paper: Paper) -> Iterator[str]:
    """What a reader sees, top to bottom: every format shows this and nothing else."""
    yield from (paper.title, paper.author)
    for block in paper.blocks:
        match block:
            case Heading():
                yield block.text
            case Paragraph():
                yield _text(block.line)
            case Bullets():
                yield from map(_text, block.items)
            case Facts():
                for name, value in block.rows:
                    yield from (name, _text(value))
            case Table():
                yield from (block.caption, *block.head)
                for row in block.rows:
                    yield from map(_text, row)
            case Blank():
                yield block.label


def _text(runs: Line) -> str:
    return "".join(run.text for run in runs)
