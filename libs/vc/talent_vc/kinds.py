"""Kinds of simple values in the data models: a name as the specifications use it -> a test.

Open Badges 3.0, sections B.7 "Derived Types" and B.8 "Primitive Types".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, cast

from talent_vc.instants import read_instant

Test = Callable[[Any], bool]

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_EXTENSION = re.compile(r"ext:[A-Za-z0-9._-]+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_TEXT_KEYS = {"@value", "@language", "@direction"}


def is_url(value: Any) -> bool:
    """An absolute URL or another URI, such as a DID."""
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def is_text(value: Any) -> bool:
    """A text, or texts with language and direction (VCDM 2.0, section 11.1)."""
    if isinstance(value, list):
        entries = cast("list[Any]", value)
        return all(not isinstance(entry, list) and is_text(entry) for entry in entries)
    if not isinstance(value, dict):
        return isinstance(value, str)
    text = cast("dict[str, Any]", value)
    language = text.get("@language", "en")
    return (
        _TEXT_KEYS.issuperset(text)
        and isinstance(text.get("@value"), str)
        and isinstance(language, str)
        and _TAG.fullmatch(language) is not None
        and text.get("@direction", "ltr") in ("ltr", "rtl")
    )


def is_date(value: Any) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_object(value: Any) -> bool:
    return isinstance(value, dict)


def one_of(words: str, *, extensible: bool = False) -> Test:
    """An enumeration, which others may add words to that begin with "ext:"."""
    allowed = frozenset(words.split())

    def test(value: Any) -> bool:
        if not isinstance(value, str):
            return False
        return value in allowed or (extensible and _EXTENSION.fullmatch(value) is not None)

    return test


def of_type(needed: str) -> Test:
    """An object that says it is of this type, whatever else it holds."""

    def test(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        kinds: Any = cast("dict[str, Any]", value).get("type")
        return kinds == needed or (isinstance(kinds, list) and needed in kinds)

    return test


def _like(pattern: str) -> Test:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


ANY_TEXT = ("Markdown", "String", "Text")  # kinds that a text is of, whatever it says
KINDS: dict[str, Test] = {
    "Boolean": lambda value: isinstance(value, bool),
    "CompactJws": _like(r"[a-zA-Z0-9_-]+\.[a-zA-Z0-9_-]*\.[a-zA-Z0-9_-]+"),
    "CountryCode": _like(r"[A-Z]{2}"),
    "Date": is_date,
    "DateTime": lambda value: (
        isinstance(value, str) and (read_instant(value) or read_instant(value + "Z")) is not None
    ),
    "DateTimeZ": lambda value: read_instant(value) is not None,
    "EmailAddress": _like(r"[^@\s]+@[^@\s]+"),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "LanguageCode": _like(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"),
    "Markdown": lambda value: isinstance(value, str),
    "PhoneNumber": _like(r"[^\n]*\d[^\n]*"),
    "String": lambda value: isinstance(value, str),
    "Text": is_text,
    "URI": is_url,
    "URL": is_url,
}
