"""RDF statements as they are gathered from a document, and their canonical form (RDFC-1.0).

Blank nodes are told apart by the hash of what is said of them directly (section 4.6). Where no two
of these hashes are the same, which is so for nearly every credential, their order alone gives the
canonical labels (section 4.4.3, step 4), and nothing has to be parsed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

Node = str | int  # an IRI in angle brackets, or the number of a blank node
Graph = int | None  # the blank node that names a graph, or None for the default graph
_Quad = tuple[Node, str, Node, Graph]


class Quads:
    """The statements of one document.

    A predicate comes with the object, ` <https://schema.org/name> "Welding"`, unless that is a
    blank node: then as ` <https://schema.org/about> `.
    """

    def __init__(self) -> None:
        self._plain: set[str] = set()  # lines without a blank node
        self._said: list[set[str]] = []  # of each blank node as subject, with no other beside it
        self._links: set[_Quad] = set()  # all others

    def blank(self) -> int:
        """A new blank node."""
        self._said.append(set())
        return len(self._said) - 1

    def add(self, subject: Node, said: Sequence[str], graph: Graph = None) -> None:
        """Statements whose objects are no blank nodes."""
        if graph is not None:
            self._links.update([(subject, each, "", graph) for each in said])
        elif isinstance(subject, int):
            self._said[subject].update(said)
        else:
            self._plain.update([f"{subject}{each} .\n" for each in said])

    def link(self, subject: Node, predicate: str, object_: int, graph: Graph = None) -> None:
        """A statement whose object is a blank node."""
        self._links.add((subject, predicate, object_, graph))

    def text(self) -> str:
        """N-Quads, with labels such as `_:b1`."""
        return "".join(self._lines([f"_:b{number}" for number in range(len(self._said))]))

    def canonical(self, *, sha384: bool = False) -> str | None:
        """The canonical N-Quads, or None where blank nodes look alike."""
        hashes = self._hashes(sha384)
        places = {each: place for place, each in enumerate(sorted(filter(None, hashes)))}
        if len(places) < len(hashes) - hashes.count(b""):
            return None
        labels = [f"_:c14n{places[each]}" if each else "" for each in hashes]
        return "".join(sorted(self._lines(labels)))

    def _hashes(self, sha384: bool) -> list[bytes]:
        """Of each blank node: of the statements it is in, where it is called `_:a` and any other
        one `_:z`. Empty for one of which there are none."""
        algorithm = hashlib.sha384 if sha384 else hashlib.sha256
        seen = [[f"_:a{each} .\n" for each in said] for said in self._said]
        for quad in self._links:
            subject, said, object_, graph = quad
            if isinstance(subject, str) and isinstance(object_, int) and graph is None:
                seen[object_].append(f"{subject}{said}_:a .\n")
                continue
            for blank in {subject, object_, graph}:
                if isinstance(blank, int):
                    seen[blank].append(_masked(quad, blank))
        return [
            algorithm("".join(sorted(lines)).encode()).digest() if lines else b"" for lines in seen
        ]

    def _lines(self, labels: list[str]) -> set[str]:
        lines = self._plain.copy()
        for label, said in zip(labels, self._said, strict=True):
            lines.update([f"{label}{each} .\n" for each in said])
        for subject, said, object_, graph in self._links:
            first = labels[subject] if isinstance(subject, int) else subject
            last = labels[object_] if isinstance(object_, int) else object_
            where = "" if graph is None else f" {labels[graph]}"
            lines.add(f"{first}{said}{last}{where} .\n")
        return lines


def _masked(quad: _Quad, blank: int) -> str:
    subject, said, object_, graph = quad
    first = subject if isinstance(subject, str) else "_:a" if subject == blank else "_:z"
    last = object_ if isinstance(object_, str) else "_:a" if object_ == blank else "_:z"
    where = "" if graph is None else " _:a" if graph == blank else " _:z"
    return f"{first}{said}{last}{where} .\n"
