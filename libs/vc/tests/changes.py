"""Changes to a document that should matter, and those that should not."""

import json
from typing import Any

from hypothesis import strategies as st
from talent_vc import Document


def with_a_changed_character(document: Document, data: st.DataObject) -> Document:
    """A copy in which one character of one text is another."""
    copy: Any = json.loads(json.dumps(document))
    path = data.draw(st.sampled_from(strings_in(copy)))
    parent = copy
    for key in path[:-1]:
        parent = parent[key]
    text = parent[path[-1]]
    position = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("aZ0-/# é").filter(lambda c: c != text[position]))
    parent[path[-1]] = text[:position] + other + text[position + 1 :]
    return copy


def strings_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, str):
        return [path] if value else []
    if isinstance(value, dict):
        pairs = list(value.items())
    else:
        pairs = list(enumerate(value)) if isinstance(value, list) else []
    return [found for key, inner in pairs for found in strings_in(inner, (*path, key))]


def shuffled(value: Any, random: Any) -> Any:
    """The same with the keys of every object in another order."""
    if isinstance(value, dict):
        pairs = [(key, shuffled(inner, random)) for key, inner in value.items()]
        random.shuffle(pairs)
        return dict(pairs)
    return [shuffled(inner, random) for inner in value] if isinstance(value, list) else value
