"""A job description as JSON, and back: the fields of `description.py` under their own names.

A field at its default may be left out. Reading is strict: whatever is not a field, is of another
kind or is out of bounds is refused, with its place and the mend.
"""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, NoReturn, cast, get_args, get_origin, get_type_hints

from talent_jobs.bounds import DescriptionError, check
from talent_jobs.description import JobDescription

SCHEMA_VERSION = 1
MAX_CHARACTERS = 1_000_000
_WHOLE = "job description"


def to_json(description: JobDescription) -> str:
    """Pretty, in the order of the fields, with a newline at its end."""
    content = {"schema_version": SCHEMA_VERSION, **_plain(description)}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def from_json(text: str | bytes) -> JobDescription:
    """Raises DescriptionError."""
    content = _object(_WHOLE, _parsed(text))
    if (version := content.pop("schema_version", None)) != SCHEMA_VERSION or version is True:
        raise DescriptionError("schema_version", f"It must be {SCHEMA_VERSION}.")
    description = cast("JobDescription", _dataclass("", JobDescription, content))
    check(description)
    return description


def _plain(value: Any) -> Any:
    match value:
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in cast("tuple[Any, ...]", value)]
        case _ if is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value


def _parsed(text: str | bytes) -> object:
    if len(text) > MAX_CHARACTERS:
        raise DescriptionError(_WHOLE, f"It is too long. Use up to {MAX_CHARACTERS:,} characters.")
    try:
        text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_distinct)
    except UnicodeDecodeError:
        raise DescriptionError(_WHOLE, "Save it as UTF-8 text.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise DescriptionError(place, f"It is no JSON: {error.msg}.") from None
    except RecursionError:
        raise DescriptionError(_WHOLE, "It is nested too deep.") from None
    except ValueError as error:
        raise DescriptionError(_WHOLE, f"It is no JSON: {error}.") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise DescriptionError(name, "It is there twice. Keep one.")
        found[name] = value
    return found


def _object(path: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise DescriptionError(path, "It must be an object in braces.")
    return dict(cast("dict[str, object]", value))


@cache
def _fields(kind: type) -> dict[str, tuple[Field[Any], Any]]:
    """Each with its type."""
    types = get_type_hints(kind)
    return {field.name: (field, types[field.name]) for field in fields(kind)}


def _dataclass(path: str, kind: type, content: dict[str, object]) -> object:
    known = _fields(kind)
    if strange := next((name for name in content if name not in known), None):
        raise DescriptionError(_at(path, strange), f"No such field. Known: {', '.join(known)}.")
    found: dict[str, object] = {}
    for name, (field, wanted) in known.items():
        at = _at(path, name)
        if name in content:
            found[name] = _value(at, wanted, content[name])
        elif field.default is MISSING:
            raise DescriptionError(at, "It is missing. Fill it in.")
    return kind(**found)


def _value(path: str, wanted: Any, value: object) -> object:
    if isinstance(wanted, UnionType):
        if value is None:
            return None
        wanted = get_args(wanted)[0]
    if get_origin(wanted) is tuple:
        return _tuple(path, get_args(wanted), value)
    if is_dataclass(wanted):
        return _dataclass(path, cast("type", wanted), _object(path, value))
    if wanted is date:
        return _date(path, value)
    if issubclass(wanted, StrEnum):
        if value not in (names := [one.value for one in wanted]):
            raise DescriptionError(path, f"It must be one of {', '.join(names)}.")
        return wanted(value)
    if type(value) is not wanted:
        raise DescriptionError(path, f"It must be {_KINDS[wanted]}.")
    return value


_KINDS = {str: "text", int: "a whole number", bool: "true or false"}


def _tuple(path: str, kinds: tuple[Any, ...], value: object) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise DescriptionError(path, "It must be a list.")
    many = cast("list[object]", value)
    if kinds[-1] is not Ellipsis and len(many) != len(kinds):
        raise DescriptionError(path, f"It must list {len(kinds)}.")
    return tuple(_value(f"{path}[{number}]", kinds[0], one) for number, one in enumerate(many))


def _date(path: str, value: object) -> date:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise DescriptionError(path, "It must be a day, such as 2026-05-31.")


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
