"""Parts of a document, and the statements that each part makes of those that the whole makes.

Data Integrity ECDSA Cryptosuites 1.0, section 3.4. There, every unnamed node gets a name in the
document itself, which is expanded and compacted for it. Here the objects of a document are
numbered, and the numbers outlive expansion: the document stays as it is, and pointers find in it
what they were written for, in an array of one entry too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ProofError
from talent_vc.jsonld import Numbered, expand
from talent_vc.statements import RDF, Blank, write_statements

_INDEX = re.compile(r"0|[1-9]\d*", re.ASCII)
_ESCAPE = re.compile(r"~(.?)", re.DOTALL)
_ESCAPED = {"0": "~", "1": "/"}
# What an object on the way to a selected one brings along: who it is, of what kind, in what words.
_ALWAYS = ("@context", "id", "@id", "type", "@type")
# Not within an IRI or a literal, where the same characters may stand.
_TERM = re.compile(r'<[^>]*>|"(?:[^"\\]|\\.)*"|(_:\S+)')

Path = tuple[str, ...]


class Selections:
    """A document, and the statements of any part of it."""

    def __init__(self, document: Document, contexts: ContextLoader) -> None:
        self._contexts = contexts
        self._objects = 0
        self._labels: dict[tuple[object, ...], Blank] = {}
        self._document = cast("Document", self._numbered(document))

    def select(self, pointers: Iterable[str]) -> Document:
        """The part that JSON pointers name; `ProofError` for one that names nothing."""
        return _select(self._document, [read_pointer(pointer) for pointer in pointers], "")

    def statements(self, part: Document | None = None) -> list[str]:
        """The statements of a part that `select` gave, or of all. An unnamed node has the same
        label in all parts."""
        numbers: dict[int, tuple[object, int]] = {}
        whole = self._document if part is None else part
        expanded = expand(whole, self._contexts, numbers=numbers)
        naming = _Naming(numbers, self._label)
        written = write_statements([naming.node(node) for node in expanded])
        # Not `splitlines`: it splits at characters that a literal may hold, such as U+2028.
        return [f"{line}\n" for line in written.split("\n") if line]

    def _label(self, *key: object) -> Blank:
        return self._labels.setdefault(key, Blank(f"_:b{len(self._labels)}"))

    def _numbered(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._numbered(entry) for entry in cast("list[Any]", value)]
        if not isinstance(value, dict):
            return value
        self._objects += 1
        return Numbered(
            self._objects,
            {
                name: inner if name == "@context" else self._numbered(inner)
                for name, inner in cast("Document", value).items()
            },
        )


def read_pointer(pointer: str) -> Path:
    """The names and indexes of a JSON pointer (RFC 6901)."""
    first, *rest = pointer.split("/")
    if first or re.search(r"~(?![01])", pointer):
        raise ProofError(f"Give a JSON pointer, such as /credentialSubject/id: {pointer[:200]}")
    return tuple(_ESCAPE.sub(lambda found: _ESCAPED[found[1]], name) for name in rest)


def relabel(statements: Iterable[str], label: Callable[[str], str]) -> list[str]:
    """The statements in order, each once, with other labels for their blank nodes."""

    def replace(found: re.Match[str]) -> str:
        return f"_:{label(found[1][2:])}" if found[1] else found[0]

    return sorted({_TERM.sub(replace, statement) for statement in statements})


def _select(value: Any, paths: Sequence[Path], at: str) -> Any:
    if not all(paths):
        return value
    inside: defaultdict[str, list[Path]] = defaultdict(list)
    for path in paths:
        inside[path[0]].append(path[1:])
    if isinstance(value, list):
        entries = cast("list[Any]", value)
        for name in inside:
            if not _INDEX.fullmatch(name) or int(name) >= len(entries):
                raise _nothing(at, name)
        return [
            _select(entries[int(name)], inside[name], f"{at}/{name}")
            for name in sorted(inside, key=int)
        ]
    if not isinstance(value, Numbered):
        raise _nothing(at, next(iter(inside)))
    found = {name: value[name] for name in _ALWAYS if name in value}
    for name, rest in inside.items():
        if name not in value:
            raise _nothing(at, name)
        part = _select(value[name], rest, f"{at}/{name}")
        found.setdefault(name, part)
    return Numbered(value.number, found)


def _nothing(at: str, name: str) -> ProofError:
    return ProofError(f"Point to something that is in the document: {at}/{name}"[:300])


class _Naming:
    """Gives every unnamed node of an expanded document the label of the object that it is."""

    def __init__(self, numbers: dict[int, tuple[object, int]], label: Callable[..., Blank]) -> None:
        self._numbers = numbers
        self._label = label

    def node(self, node: Document) -> Document:
        number = self._number(node)
        named: Document = {"@id": node["@id"] if "@id" in node else self._label(number)}
        for name, value in node.items():
            if name in ("@graph", "@included"):
                named[name] = [self.node(inner) for inner in value]
            elif name == "@reverse":
                named[name] = {
                    term: [self.node(inner) for inner in inners] for term, inners in value.items()
                }
            elif name.startswith("@"):
                named[name] = value
            else:
                named[name] = [self._object(inner, (number, name)) for inner in value]
        return named

    def _object(self, value: Document, owner: object) -> Document:
        if "@value" in value:
            return value
        return self._list(value, owner) if "@list" in value else self.node(value)

    def _list(self, value: Document, owner: object) -> Document:
        """A list as the nodes that it stands for. Their labels hold for all of it or nothing."""
        owner = self._number(value) or owner
        entries = cast("list[Document]", value["@list"])
        rest: Document = {"@id": f"{RDF}nil"}
        for position, entry in reversed(list(enumerate(entries))):
            key = (owner, position, len(entries))
            cell = {"@id": self._label(key), f"{RDF}first": [self._object(entry, key)]}
            rest = {**cell, f"{RDF}rest": [rest]}
        return rest

    def _number(self, node: Document) -> object:
        if id(node) in self._numbers:
            return self._numbers[id(node)][1]
        # A graph that its term makes around a node; or a bare reference, which has its id.
        return tuple(map(self._number, node["@graph"])) if "@graph" in node else None
