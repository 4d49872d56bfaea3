"""RDF statements of an expanded JSON-LD document, as N-Quads (JSON-LD 1.1 API, section 7).

The plain algorithm skips what it cannot say (relative ids, unknown types); here each is an error,
because what is skipped is not protected by the signature.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from itertools import permutations
from typing import Any, cast

import rfc8785

from talent_vc.errors import LinkedDataError

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
# As in canonical N-Quads (RDFC-1.0, section 5): what XML 1.1 has no Char for is escaped, too.
_UNPRINTED = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)}
_ESCAPES = _UNPRINTED | str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
_BLANK = re.compile(r"_:b\d+")
_PLACES = re.compile(
    r"(?:(?P<subject>_:b\d+)|\S+) (?P<predicate>\S+) "
    r"(?:(?P<object>_:b\d+)|.+?)(?: (?P<graph>_:b\d+))? \.",
    re.DOTALL,
)
_MAX_STEPS = 100_000


class Blank(str):
    """The label of an unnamed node, given by this program: nothing in a document is one."""

    __slots__ = ()


def write_statements(expanded: list[Any], *, directions: bool = False) -> str:
    """N-Quads of an expanded document.

    `directions` lets a text's base direction pass, which these statements cannot carry: right for
    judging the data model alone, wrong for a signature.
    """
    writer = _Writer(directions)
    for node in expanded:
        writer.node(node, "")
    return "".join(writer.lines)


class _Writer:
    def __init__(self, directions: bool) -> None:
        self._directions = directions
        self.lines: list[str] = []
        self._blanks = 0

    def node(self, node: dict[str, Any], graph: str) -> str:
        """Write a node object's statements; its name in them."""
        subject = iri(node["@id"], "id") if "@id" in node else self._blank()
        for key, values in node.items():
            if key == "@type":
                for kind in values:
                    self._write(subject, f"<{RDF}type>", iri(kind, "type"), graph)
            elif key == "@graph":
                for inner in values:
                    self.node(inner, f" {subject}")
            elif key == "@included":
                for inner in values:
                    self.node(inner, graph)
            elif key == "@reverse":
                for property_, nodes in values.items():
                    for inner in nodes:
                        other = self.node(inner, graph)
                        self._write(other, iri(property_, "term"), subject, graph)
            elif not key.startswith("@"):
                property_ = iri(key, "term")
                for value in values:
                    self._write(subject, property_, self._object(value, graph), graph)
        return subject

    def _object(self, value: dict[str, Any], graph: str) -> str:
        if "@value" in value:
            if "@direction" in value and not self._directions:
                raise LinkedDataError("Leave out @direction: the signature would not protect it.")
            return literal(value)
        if "@list" in value:
            return self._list(value["@list"], graph)
        return self.node(value, graph)

    def _list(self, values: list[Any], graph: str) -> str:
        rest = f"<{RDF}nil>"
        for value in reversed(values):
            cell = self._blank()
            self._write(cell, f"<{RDF}first>", self._object(value, graph), graph)
            self._write(cell, f"<{RDF}rest>", rest, graph)
            rest = cell
        return rest

    def _write(self, subject: str, predicate: str, object_: str, graph: str) -> None:
        self.lines.append(f"{subject} {predicate} {object_}{graph} .\n")

    def _blank(self) -> str:
        self._blanks += 1
        return f"_:b{self._blanks}"


def iri(value: Any, what: str) -> str:
    """An IRI as N-Quads write it."""
    if isinstance(value, Blank):
        return value
    # A blank node id of the author's own ("_:x") is no URL either; refusing it also keeps the
    # graph a tree, which canonicalization handles in linear time.
    if not isinstance(value, str) or not _ABSOLUTE.fullmatch(value):
        raise LinkedDataError(f"Give a full URL as {what}; this is none: {str(value)[:200]}")
    return f"<{value}>"


def literal(item: dict[str, Any]) -> str:
    """An expanded value as N-Quads write it."""
    value = item["@value"]
    datatype = cast("str | None", item.get("@type"))
    if datatype == "@json":
        try:
            return _typed(rfc8785.dumps(value).decode(), f"{RDF}JSON")
        except ValueError as error:
            mend = f"Give values that JCS can write; this is not one: {error}"
            raise LinkedDataError(mend) from error
    if isinstance(value, bool):
        return _typed("true" if value else "false", datatype or f"{XSD}boolean")
    if isinstance(value, int | float):
        return _number(value, datatype)
    if "@language" in item:
        language = item["@language"]
        if not _LANGUAGE.fullmatch(language):
            raise LinkedDataError(f"Give a language tag such as en-US; this is none: {language}")
        return f"{quoted(value)}@{language}"
    if datatype == f"{XSD}double":
        value = _as_double(value)
    return _typed(value, datatype)


def _as_double(text: str) -> str:
    try:
        return _canonical_double(float(text))
    except ValueError:
        return text


def _number(value: float, datatype: str | None) -> str:
    # JSON-LD 1.1 API, section 8.2.2, steps 10 and 11: 3.0 is the number 3, whatever its type.
    if datatype != f"{XSD}double" and abs(value) < 10**21 and value == int(value):
        return _typed(str(int(value)), datatype or f"{XSD}integer")
    return _typed(_canonical_double(float(value)), datatype or f"{XSD}double")


def _canonical_double(value: float) -> str:
    if not math.isfinite(value):
        raise LinkedDataError("Give a finite number.")
    mantissa, exponent = f"{value:1.15E}".split("E")
    digits = mantissa.rstrip("0")
    return f"{digits}{'0' if digits.endswith('.') else ''}E{int(exponent)}"


def _typed(text: str, datatype: str | None) -> str:
    if datatype is None:
        return quoted(text)
    return f"{quoted(text)}^^{iri(datatype, 'type')}"


def quoted(text: str) -> str:
    """A plain literal in its canonical spelling."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{text.translate(_ESCAPES)}"'


def check_permutations(quads: str) -> None:
    """Refuse a graph on which RDFC-1.0 would take exponential time.

    Section 7.1 ("Dataset Poisoning"): unnamed nodes that look alike are told apart by trying every
    order of their look-alike neighbors, once for each of them.
    """
    if quads.count("_:b") < 32:
        return
    shapes: defaultdict[str, list[str]] = defaultdict(list)
    for line in quads.split("\n"):
        for blank in set(_BLANK.findall(line)):
            masked = _BLANK.sub(lambda found, me=blank: "_:a" if found[0] == me else "_:z", line)
            shapes[blank].append(masked)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    shape_of = {blank: "\n".join(sorted(lines)) for blank, lines in shapes.items()}
    for blank, shape in shape_of.items():
        groups[shape].append(blank)
    # Of neighbors, those are taken together that stand in the same place, of the same predicate but
    # for the name of a graph (section 4.7.3).
    neighbors: defaultdict[str, defaultdict[object, int]] = defaultdict(lambda: defaultdict(int))
    for line in quads.split("\n"):
        found = _PLACES.fullmatch(line)
        places = found.groupdict().items() if found else ()
        blanks = [
            (place, blank)
            for place, blank in places
            if blank and place != "predicate" and len(groups[shape_of[blank]]) > 1
        ]
        for one, other in permutations(blanks, 2):
            predicate = "" if other[0] == "graph" else found and found["predicate"]
            neighbors[one[1]][other[0], predicate, shape_of[other[1]]] += 1
    steps = sum(len(alike) for alike in groups.values() if len(alike) > 1)
    for alike in groups.values():
        steps *= max(
            math.prod(math.factorial(min(n, 20)) for n in neighbors[blank].values())
            for blank in alike
        )
        if steps > _MAX_STEPS:
            raise LinkedDataError("Give ids to the parts that are repeated many times over.")
