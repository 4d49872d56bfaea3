"""From a JSON-LD document to its statements by compiled contexts, without expanding it first.

It gives the statements that expansion and `write_statements` give, or `Uncovered`.
"""

from __future__ import annotations

from typing import Any, cast

from talent_vc.document import Document
from talent_vc.quads import Graph, Node, Quads
from talent_vc.scopes import Scope, Term, Uncovered
from talent_vc.statements import RDF

_FIRST, _REST = f" <{RDF}first> ", f" <{RDF}rest> "
_NIL = f"<{RDF}nil>"


def gather(document: Document, outside: Scope) -> Quads:
    """The statements of a document; `outside` is the scope around it, which knows no terms.

    Raises `Uncovered`, or what odd values raise: ValueError, TypeError, RecursionError.
    """
    writer = _Writer()
    writer.node(document, outside, None)
    return writer.quads


def read(document: Document, outside: Scope) -> None:
    """Raises what `gather` raises, and takes less time."""
    _Reader().node(document, outside, None)


class _Writer:
    def __init__(self) -> None:
        self.quads = Quads()

    def node(self, fields: Document, scope: Scope, graph: Graph) -> Node:
        """Write what a node object says; its name."""
        if "@context" in fields:
            scope = scope.local(fields["@context"])
        inner = scope
        said: list[str] = []
        name = _only(scope.type_names, fields)
        if name is not None:
            inner, kinds = scope.typed(fields[name])
            said += kinds
        name = _only(inner.id_names, fields)
        subject = self.quads.blank() if name is None else inner.reference(fields[name])
        terms = inner.terms
        for name, value in fields.items():
            term = terms[name] if name in terms else inner.term(name)
            if term is None:
                continue
            # Texts come first, because most values are texts.
            if value.__class__ is str and not term.is_container:
                said.append(term.predicate + term.text(value))
                continue
            many = value.__class__ is list and not term.is_list
            for each in value if many else (value,):
                if each is None:
                    continue
                object_ = self._object(term, each, graph)
                if isinstance(object_, str):
                    said.append(term.predicate + object_)
                else:
                    self.quads.link(subject, term.predicate, object_, graph)
        self.quads.add(subject, said, graph)
        return subject

    def _object(self, term: Term, value: Any, graph: Graph) -> Node:
        if term.is_container:
            return self._contained(term, value, graph)
        return self._single(term, value, graph)

    def _single(self, term: Term, value: Any, graph: Graph) -> Node:
        kind = value.__class__
        if kind is dict:
            return self.node(value, term.inner or term.scope(value), graph)
        if kind is str:
            return term.text(value)
        if kind is bool or kind is int or kind is float:
            return term.scalar(value)
        raise Uncovered

    def _contained(self, term: Term, value: Any, graph: Graph) -> Node:
        if term.is_list:
            return self._list(term, value, graph)
        if value.__class__ is not dict:
            raise Uncovered
        inside = self.quads.blank()
        self.node(value, term.scope(value), inside)
        return inside

    def _list(self, term: Term, value: Any, graph: Graph) -> Node:
        values = cast("list[Any]", value) if isinstance(value, list) else [value]
        rest: Node = _NIL
        for each in reversed([each for each in values if each is not None]):
            cell = self.quads.blank()
            for predicate, object_ in ((_FIRST, self._single(term, each, graph)), (_REST, rest)):
                if isinstance(object_, int):
                    self.quads.link(cell, predicate, object_, graph)
                else:
                    self.quads.add(cell, [predicate + object_], graph)
            rest = cell
        return rest


class _Reader(_Writer):
    """Goes through all that a writer does, and leaves out what is written of texts."""

    def node(self, fields: Document, scope: Scope, graph: Graph) -> Node:
        if "@context" in fields:
            scope = scope.local(fields["@context"])
        name = _only(scope.type_names, fields)
        if name is not None:
            scope, _ = scope.typed(fields[name])
        name = _only(scope.id_names, fields)
        if name is not None:
            scope.reference(fields[name])
        terms = scope.terms
        for name, value in fields.items():
            term = terms[name] if name in terms else scope.term(name)
            if term is None or (value.__class__ is str and term.takes_any_text):
                continue
            many = value.__class__ is list and not term.is_list
            for each in value if many else (value,):
                if each is not None:
                    self._object(term, each, graph)
        return _NIL


def _only(names: tuple[str, ...], fields: Document) -> str | None:
    """The name among these that an object has."""
    found = None
    for name in names:
        if name in fields:
            if found is not None:
                raise Uncovered
            found = name
    return found
