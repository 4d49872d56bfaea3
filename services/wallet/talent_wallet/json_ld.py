"""Reading JSON-LD leniently: what has another shape than asked for is not there."""

from typing import Any, cast

Document = dict[str, Any]


def all_in(value: Any) -> list[Document]:
    """A single item is written with or without brackets."""
    items = cast(list[Any], value) if isinstance(value, list) else [value]
    return [cast(Document, item) for item in items if isinstance(item, dict)]


def first_in(value: Any) -> Document:
    items = all_in(value)
    return items[0] if items else {}


def text_in(value: Any) -> str:
    return value if isinstance(value, str) else ""
