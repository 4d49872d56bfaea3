"""Contexts compiled to tables: what a name says where it stands (JSON-LD 1.1 API, section 5.1).

pyld processes the contexts themselves, once for every place where other ones apply; kept here is
what each term then makes of a value. What the tables do not cover is `Uncovered`, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar, cast

from pyoxigraph import NamedNode

from talent_vc.statements import RDF, XSD, iri, literal, quoted

# Every URL of this shape is valid; of others, pyoxigraph knows.
_CHARACTERS = r"[A-Za-z0-9._~!$&'()*+,;=:@/?-]*+"
_ENCODED = rf"{_CHARACTERS}(?:%[0-9A-Fa-f]{{2}}{_CHARACTERS})*+"
_PLAIN = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]*):(?://[A-Za-z0-9.-]+(?::\d+)?(?![^/?#]))?(?!//)"
    rf"{_ENCODED}(?:#{_ENCODED})?",
    re.ASCII,
)
_CONTAINERS = frozenset({"@set", "@list", "@graph"})
_DEFAULTS = frozenset({"@base", "@language", "@direction"})
_CHECKED = ("@id", "@vocab", f"{XSD}double")  # types whose texts may be wrong
_MOST_KEPT = 64
_LONGEST_KEY = 1000
_MOST_SCOPES = 256  # a document that nests scoped contexts makes ever more of them

_Value = TypeVar("_Value")


class Uncovered(Exception):
    """Something that only the general algorithm handles, or that is wrong."""


class Process(Protocol):
    """pyld's context processing (section 4.1.2)."""

    def __call__(
        self, active: Any, local: Any, *, override: bool = False, propagate: bool = True
    ) -> Any: ...


class Scopes:
    """The scopes that one set of contexts leads to."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._found: dict[int, Scope] = {}

    @property
    def are_full(self) -> bool:
        return len(self._found) >= _MOST_SCOPES

    def of(self, active: Any) -> Scope:
        """The scope of an active context, which it keeps alive."""
        found = self._found.get(id(active))
        if found is None:
            if self.are_full:
                raise Uncovered
            found = self._found[id(active)] = Scope(active, self)
        return found

    def process(
        self, active: Any, local: Any, *, override: bool = False, propagate: bool = True
    ) -> Any:
        if local is None:
            return active
        try:
            return self._process(active, local, override=override, propagate=propagate)
        except Exception as error:  # pyld raises bare errors on odd contexts, too
            raise Uncovered from error


class Scope:
    """What names say under one active context. Made when first needed."""

    def __init__(self, active: Any, scopes: Scopes) -> None:
        if not _DEFAULTS.isdisjoint(active):
            raise Uncovered
        self.active = active
        self._scopes = scopes
        self.id_names = ("@id", *_aliases(active, "@id"))
        self.type_names = ("@type", *_aliases(active, "@type"))
        # None: a name that says no statement of its own.
        self.terms: dict[str, Term | None] = dict.fromkeys(
            ("@context", *self.id_names, *self.type_names)
        )
        self._kinds: dict[tuple[str, ...], tuple[Scope, list[str]]] = {}
        self._local: dict[tuple[str, ...], Scope] = {}

    @property
    def is_full(self) -> bool:
        """Whether no other scope can come of it."""
        return self._scopes.are_full

    def local(self, context: Any) -> Scope:
        """The scope inside a node that names contexts by their URLs."""
        urls = texts_of(context)
        found = self._local.get(urls)
        if found is None:
            if sum(map(len, urls)) > _LONGEST_KEY:  # not kept, so it would be work every time
                raise Uncovered
            found = self._scopes.of(self._scopes.process(self.active, list(urls)))
            _keep(self._local, urls, found)
        return found

    def typed(self, kinds: Any) -> tuple[Scope, list[str]]:
        """The scope inside a node of these types, and the statements that it is of them."""
        # Whether all are texts is asked only of those not seen before.
        found = self._kinds.get(tuple(kinds) if kinds.__class__ is list else (kinds,))
        if found is None:
            names = texts_of(kinds)
            found = self._of_kinds(names)
            _keep(self._kinds, names, found)
        return found

    def reference(self, identifier: Any) -> str:
        """The node of this id."""
        match = _PLAIN.fullmatch(identifier)
        scheme = match[1] if match else _checked(identifier).partition(":")[0]
        if scheme in self.active["mappings"]:
            raise Uncovered
        return f"<{identifier}>"

    def named(self, name: Any) -> str:
        """The node that a term stands for, where values are names."""
        if name not in self.active["mappings"]:
            return self.reference(name)
        mapping: Any = self.active["mappings"][name]
        if mapping is None or not _PLAIN.fullmatch(mapping["@id"]):
            raise Uncovered
        return f"<{mapping['@id']}>"

    def term(self, name: str) -> Term:
        """What a name says that is in `terms` no more than None."""
        mapping: Any = self.active["mappings"].get(name)
        if mapping is None:
            raise Uncovered
        term = self.terms[name] = Term(name, mapping, self, self._scopes)
        return term

    def _of_kinds(self, names: tuple[str, ...]) -> tuple[Scope, list[str]]:
        said = [f" <{RDF}type> {self.named(name)}" for name in names]
        active = self.active
        for name in sorted(names):
            mapping: Any = self.active["mappings"].get(name)
            local: Any = mapping and mapping.get("@context")
            if local is False:  # what pyld makes of a context that is set to null
                raise Uncovered
            active = self._scopes.process(active, local, propagate=False)
        inner = self._scopes.of(active)
        if inner.type_names != self.type_names:
            raise Uncovered
        return inner, said


class Term:
    """What one name makes of a value."""

    def __init__(self, name: str, mapping: Any, scope: Scope, scopes: Scopes) -> None:
        kind = mapping.get("@type")
        container: frozenset[str] = frozenset(mapping.get("@container") or ())
        odd = mapping["reverse"] or not container <= _CONTAINERS or kind == "@json"
        if odd or not _DEFAULTS.isdisjoint(mapping) or not _PLAIN.fullmatch(mapping["@id"]):
            raise Uncovered
        self.predicate = f" <{mapping['@id']}> "
        self.is_list = "@list" in container
        self.is_graph = "@graph" in container
        self.is_container = self.is_list or self.is_graph
        self._local = mapping.get("@context")
        self._scopes = scopes
        self._active = scopes.process(scope.active, self._local, override=True)
        if self._active["mappings"].get(name) != mapping:
            raise Uncovered
        self._truths: tuple[str, ...] = ()
        self.text = _texts(kind, scopes.of(self._active))
        self.takes_any_text = not self.is_container and kind not in _CHECKED
        self._datatype = None if kind is None or kind.startswith("@") else kind
        # A context of a type ends where another node begins (section 5.1.2, step 7), but for a
        # mere reference to one.
        self._reverts = "previousContext" in self._active
        if self._reverts and _aliases(self._active, "@value"):
            raise Uncovered
        self._inner: Scope | None = None
        self.inner: Scope | None = None  # the scope inside any node, where it is known

    def scope(self, node: Mapping[str, Any]) -> Scope:
        """The scope inside a value that is a node."""
        if self._reverts and len(node) == 1 and self._refers(node):
            active = self._scopes.process(self._active, self._local, override=True)
            return self._scopes.of(active)
        if self._inner is None:
            active = self._active["previousContext"] if self._reverts else self._active
            active = self._scopes.process(active, self._local, override=True)
            self._inner = self._scopes.of(active)
            self.inner = None if self._reverts else self._inner
        return self._inner

    def _refers(self, node: Mapping[str, Any]) -> bool:
        return not node.keys().isdisjoint(self._scopes.of(self._active).id_names)

    def scalar(self, value: bool | float) -> str:
        """A value that is no text."""
        if self._datatype == f"{XSD}string":
            raise Uncovered
        if not isinstance(value, bool):
            return literal({"@value": value, "@type": self._datatype})
        if not self._truths:
            written = [literal({"@value": each, "@type": self._datatype}) for each in (False, True)]
            self._truths = tuple(written)
        return self._truths[value]


def _aliases(active: Any, keyword: str) -> tuple[str, ...]:
    """Names that stand for a keyword."""
    mappings = cast("dict[str, Any]", active["mappings"])
    return tuple(name for name, found in mappings.items() if found and found["@id"] == keyword)


def _checked(identifier: str) -> str:
    """A URL of any other shape; ValueError or LinkedDataError for what is none."""
    iri(identifier, "id")
    return NamedNode(identifier).value


def texts_of(value: Any) -> tuple[str, ...]:
    """One text or a list of them."""
    if value.__class__ is str:
        return (value,)
    if value.__class__ is not list or not all(each.__class__ is str for each in value):
        raise Uncovered
    return tuple(value)


def _texts(kind: str | None, scope: Scope) -> Callable[[str], str]:
    """How values that are texts are written."""
    if kind == "@id":
        return scope.reference
    if kind == "@vocab":
        return scope.named
    if kind in (None, "@none", f"{XSD}string"):
        return quoted
    if kind == f"{XSD}double":
        return lambda text: literal({"@value": text, "@type": kind})
    if not _PLAIN.fullmatch(kind) or kind.startswith(RDF):
        raise Uncovered
    ending = f"^^<{kind}>"
    return lambda text: quoted(text) + ending


def _keep(kept: dict[tuple[str, ...], _Value], key: tuple[str, ...], value: _Value) -> None:
    """Strangers choose the keys: none that is long, and past the limit start again."""
    if sum(map(len, key)) > _LONGEST_KEY:
        return
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value
