"""A paper as one self-contained HTML page: it needs no other file, and runs no script."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from talent_jobs.paper import LANGUAGE, Paper

# Inside a script element these could end it, or open a comment; JSON may write them as escapes.
_IN_SCRIPT = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def html_page(paper: Paper, linked_data: Mapping[str, Any] | None = None) -> str:
    """`linked_data`: JSON-LD that the page carries for search engines."""
    written = json.dumps(linked_data, ensure_ascii=False).translate(_IN_SCRIPT)
    return _template().render(
        paper=paper,
        language=LANGUAGE,
        linked_data=Markup(written) if linked_data else None,  # noqa: S704 (escaped above)
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
