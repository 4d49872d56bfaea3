"""A paper as a PDF on Letter pages, tagged for screen readers (PDF/UA-1, ISO 14289-1).

The same paper gives the same bytes: no clock, no random ids, and the fonts that the typesetter
itself carries. They have the letters of European languages, Vietnamese, Hebrew and Arabic; for a
paper with others, the fonts of this machine are tried too.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import cache
from importlib import resources
from typing import Any

import typst

from talent_jobs.paper import Paper

_LONG_WORD = 40
_BREAK = "\u200b"


def pdf_file(paper: Paper) -> bytes:
    """A letter that no font has is left as a box. The standard wants every letter shown, so such a
    file is tagged and does not claim it."""
    content = {"paper": json.dumps(_plain(paper), ensure_ascii=False)}
    for system_fonts in (False, True):
        try:
            return _compiled(content, system_fonts, ["ua-1"])
        except typst.TypstError as error:
            if "could not be displayed" not in error.message:
                raise
    return _compiled(content, True, [])


def _compiled(content: dict[str, str], system_fonts: bool, standards: list[Any]) -> bytes:
    template, compiler = _compiler(system_fonts)
    made = compiler.compile(template, format="pdf", sys_inputs=content, pdf_standards=standards)
    if not isinstance(made, bytes):
        raise TypeError("A PDF is one file.")
    return made


@cache
def _compiler(system_fonts: bool) -> tuple[bytes, typst.Compiler]:
    template = resources.files("talent_jobs").joinpath("templates/page.typ").read_bytes()
    fonts = typst.Fonts(include_system_fonts=system_fonts)
    return template, typst.Compiler(template, font_paths=fonts, ignore_system_fonts=True)


def _plain(paper: Paper) -> dict[str, Any]:
    blocks = [{"kind": type(one).__name__.lower(), **asdict(one)} for one in paper.blocks]
    return _breakable({**asdict(paper), "blocks": blocks})


def _breakable(value: Any) -> Any:
    """With places where a very long word may go on in the next line."""
    match value:
        case dict():
            return {k: v if k == "link" else _breakable(v) for k, v in value.items()}  # pyright: ignore
        case list() | tuple():
            return [_breakable(one) for one in value]  # pyright: ignore
        case str():
            return re.sub(rf"\S{{{_LONG_WORD}}}(?=\S)", rf"\g<0>{_BREAK}", value)
        case _:
            return value
