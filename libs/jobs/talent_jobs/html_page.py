"""A paper as one self-contained HTML page: it needs no other file, and runs no script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from talent_jobs.paper import LANGUAGE, Bullets, Facts, Heading, Line, Paper, Paragraph

# Inside a script element these could end it, or open a comment; JSON may write them as escapes.
_IN_SCRIPT = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def html_page(paper: Paper, linked_data: Mapping[str, Any] | None = None) -> str:
    """`linked_data`: JSON-LD that the page carries for search engines."""
    written = json.dumps(linked_data, ensure_ascii=False).translate(_IN_SCRIPT)
    return _template().render(
        paper=paper,
        language=LANGUAGE,
        linked_data=written if linked_data else "",
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("talent_jobs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


def html_extract(paper: Paper) -> str:
    """The blocks of a paper with the few tags that job boards keep."""
    return "".join(_extract(paper))


def _extract(paper: Paper) -> Iterator[str]:
    for block in paper.blocks:
        match block:
            case Heading():
                yield f"<p><strong>{escape(block.text)}</strong></p>"
            case Paragraph():
                yield f"<p>{_words(block.line)}</p>"
            case Bullets():
                yield f"<ul>{''.join(f'<li>{_words(item)}</li>' for item in block.items)}</ul>"
            case Facts():
                rows = (f"<li>{escape(name)}: {_words(value)}</li>" for name, value in block.rows)
                yield f"<ul>{''.join(rows)}</ul>"
            case _:
                raise ValueError("A posting has neither tables nor blanks.")


def _words(line: Line) -> str:
    return "".join(escape(run.text) for run in line)
