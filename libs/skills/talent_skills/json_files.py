"""JSON files that others made: read within limits, with errors that say where.

A value is picked through `Entry`, which knows its place in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

from talent_skills.errors import TaxonomyError

MAX_BYTES = 32 << 20
MAX_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """A JSON object and its place, such as "file.json, CFItems[3]"."""

    where: str
    values: dict[str, Any]

    def wrong(self, name: str, mend: str) -> TaxonomyError:
        return TaxonomyError(f"{self.where}, {name}", mend)

    def text(self, name: str) -> str:
        """ "" where it is not there. Raises TaxonomyError for anything but text."""
        found = self.values.get(name)
        if found is None:
            return ""
        if not isinstance(found, str):
            raise self.wrong(name, "It must be text.")
        return found.strip()

    def must(self, name: str) -> str:
        if not (found := self.text(name)):
            raise self.wrong(name, "It is missing. Fill it in.")
        return found

    def entries(self, name: str) -> Iterator[Entry]:
        """Of a list of objects; none where it is not there."""
        found = self.values.get(name)
        if not isinstance(found, list | None):
            raise self.wrong(name, "It must be a list.")
        for number, one in enumerate(cast("list[object]", found or [])):
            yield entry(f"{self.where}, {name}[{number}]", one)


def entry(where: str, value: object) -> Entry:
    if not isinstance(value, dict):
        raise TaxonomyError(where, "It must be an object in braces.")
    return Entry(where, cast("dict[str, Any]", value))


def read_json(path: Path) -> object:
    """Raises TaxonomyError."""
    where = str(path)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise TaxonomyError(where, f"It cannot be read: {error.strerror}.") from None
    if len(content) > MAX_BYTES:
        raise TaxonomyError(where, f"It is over {MAX_BYTES >> 20} MB. Split it by framework.")
    try:
        found: object = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise TaxonomyError(where, "Save the file as UTF-8 text.") from None
    except RecursionError:
        raise TaxonomyError(where, f"It is nested deeper than {MAX_DEPTH} levels.") from None
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}, column {error.colno}"
        raise TaxonomyError(place, f"It is no JSON: {error.msg}.") from None
    except ValueError as error:
        raise TaxonomyError(where, f"It is no JSON: {error}.") from None
    if _is_deep(found):
        raise TaxonomyError(where, f"It is nested deeper than {MAX_DEPTH} levels.")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [below for one in level for below in _inside(one)]
        if not level:
            return False
    return True


def _inside(value: object) -> list[object]:
    match value:
        case dict():
            return list(cast("dict[str, object]", value).values())
        case list():
            return cast("list[object]", value)
        case _:
            return []
