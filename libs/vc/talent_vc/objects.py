"""Every object in a document, for rules that hold wherever one stands."""

from __future__ import annotations

from typing import Any, cast

from talent_vc.document import Document


def objects_in(document: Document) -> list[Document]:
    """The document and all objects in it, but for those in contexts."""
    found: list[Document] = []
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += cast("list[Any]", value)
        elif isinstance(value, dict):
            fields = cast("Document", value)
            found.append(fields)
            for name, inner in fields.items():
                # Most values are texts: to know them by their class is the fastest.
                if inner.__class__ is not str and name != "@context":
                    waiting.append(inner)
    return found
