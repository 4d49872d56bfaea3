"""From a JSON-LD document to canonical statements (RDFC-1.0), dropping nothing.

Known contexts are compiled, and distinct blank nodes are labeled at once (`compiled`, `quads`). For
all else expansion is pyld's, statements are written by `statements`, and canonical form is
pyoxigraph's.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, cast
from weakref import WeakKeyDictionary, ref

import pyoxigraph
from cachetools import LRUCache
from frozendict import frozendict
from pyld import jsonld  # pyright: ignore[reportMissingTypeStubs]
from pyld.canon import URDNA2015  # pyright: ignore[reportMissingTypeStubs]
from pyld.context_resolver import ContextResolver  # pyright: ignore[reportMissingTypeStubs]

from talent_vc.compiled import gather, read
from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ContextError, LinkedDataError
from talent_vc.quads import Quads
from talent_vc.scopes import Scope, Scopes, Uncovered, texts_of
from talent_vc.statements import check_permutations, quoted, write_statements

_MOST_CONTEXTS = 16
_NOT_COVERED = (
    Uncovered,
    LinkedDataError,
    ValueError,
    TypeError,
    OverflowError,
    RecursionError,
)
_MOST_IN_ALL = 2000  # a record of 500 credentials, with a few each
_PYLD_BLANK = "_:b"  # what pyld's blank nodes start with: not as its canonical labels do
_Base: Any = jsonld.JsonLdProcessor
_Urdna: Any = URDNA2015


def canonical_quads(document: Document, contexts: ContextLoader, *, sha384: bool = False) -> str:
    """The RDFC-1.0 canonical N-Quads of a JSON-LD document, in safe mode.

    Raises `ContextError` for a context that is not on file, and `LinkedDataError` for a term that
    no context defines, a relative id, or anything else that would silently drop signed data.
    """
    quads = compiled_quads(document, contexts)
    if quads is None:
        return canonicalize(write_statements(expand(document, contexts)), sha384=sha384)
    found = quads.canonical(sha384=sha384)
    return canonicalize(quads.text(), sha384=sha384) if found is None else found


def require_terms(document: Document, contexts: ContextLoader) -> None:
    """Nothing, or the errors of `canonical_quads` that are about contexts, terms and values."""
    if not is_compiled(document, contexts):
        write_statements(expand(document, contexts))


def compiled_quads(document: Document, contexts: ContextLoader) -> Quads | None:
    """The statements, or None where the compiled contexts do not cover the document."""
    try:
        return gather(document, _kept(contexts).outside(document.get("@context")))
    except _NOT_COVERED:
        return None


def is_compiled(document: Document, contexts: ContextLoader) -> bool:
    """Whether `compiled_quads` gives statements."""
    try:
        read(document, _kept(contexts).outside(document.get("@context")))
    except _NOT_COVERED:
        return False
    return True


class Numbered(dict[str, Any]):
    """An object of a document that can be told from others when expanded."""

    def __init__(self, number: int, fields: Document) -> None:
        super().__init__(fields)
        self.number = number


def expand(
    document: Document,
    contexts: ContextLoader,
    *,
    numbers: dict[int, tuple[object, int]] | None = None,
) -> list[Any]:
    """JSON-LD expansion, in which a dropped term is an error.

    `numbers` is filled with each expanded object and its number, by `id`, of a document whose
    objects are `Numbered`.
    """
    dropped: list[str | None] = []
    expanded = _expand(document, contexts, dropped, numbers)
    if dropped:
        names = ", ".join(sorted({name or "(a term set to null)" for name in dropped}))
        raise LinkedDataError(f"Use only terms that the contexts define; these are not: {names}")
    return expanded


def undefined_names(document: Document, contexts: ContextLoader) -> set[str]:
    """The terms, types and other names in a document that its contexts do not define where they
    stand; not those below a term that is not defined. `ContextError` and `LinkedDataError`."""
    dropped: list[str | None] = []
    expanded = _expand(document, contexts, dropped)
    names = {name for name in dropped if name}
    for fields in _objects(expanded):
        named = (*fields.get("@type", ()), fields.get("@id"))
        names.update(name for name in named if isinstance(name, str) and ":" not in name)
    return names


def _expand(
    document: Document,
    contexts: ContextLoader,
    dropped: list[str | None],
    numbers: dict[int, tuple[object, int]] | None = None,
) -> list[Any]:
    # pyld keeps every context for good: those that a document brings along must not stay here.
    kept = _Kept(contexts) if _brings_contexts(document) else _kept(contexts)
    processor = _Processor(dropped, kept.scoped)
    if numbers is not None:
        processor = _Numbering(dropped, kept.scoped, numbers)
    try:
        return cast("list[Any]", processor.expand(document, kept.options))
    except ContextError:
        raise
    except Exception as error:  # pyld raises bare TypeErrors on odd input, too
        raise _explain(error) from error


def canonicalize(quads: str, *, sha384: bool = False) -> str:
    """RDFC-1.0 canonical form of N-Quads; its own hashes are SHA-256 or SHA-384."""
    check_permutations(quads)
    dataset = _parse(quads)
    if any(isinstance(quad.graph_name, pyoxigraph.BlankNode) for quad in dataset):
        # pyoxigraph 0.5 tells apart unnamed graphs (embedded proofs) that look alike otherwise
        # than the reference implementation does; pyld agrees with the reference.
        algorithm = _Urdna384() if sha384 else _Urdna()
        text = algorithm.main(_for_pyld(dataset), {"format": "application/n-quads"})
    else:
        algorithms = pyoxigraph.CanonicalizationAlgorithm
        dataset.canonicalize(algorithms.RDFC_1_0_SHA_384 if sha384 else algorithms.RDFC_1_0)
        written = pyoxigraph.serialize(dataset, format=pyoxigraph.RdfFormat.N_QUADS)
        text = cast("bytes", written).decode()
    # Not `splitlines`: it splits at characters that a literal may hold, such as U+2028.
    return "".join(f"{line}\n" for line in sorted(cast("str", text).split("\n")) if line)


def canonical_labels(quads: str) -> dict[str, str]:
    """The canonical label of each label of N-Quads: what RDFC-1.0 calls the issued identifiers."""
    check_permutations(quads)
    algorithm = _Urdna()
    algorithm.main(_for_pyld(_parse(quads)), {"format": "application/n-quads"})
    issued = cast("dict[str, str]", algorithm.canonical_issuer.existing)
    return {
        given.removeprefix(_PYLD_BLANK): label.removeprefix("_:") for given, label in issued.items()
    }


def _parse(quads: str) -> pyoxigraph.Dataset:
    try:
        return pyoxigraph.Dataset(
            cast(
                "Iterable[pyoxigraph.Quad]",
                pyoxigraph.parse(quads.encode(), format=pyoxigraph.RdfFormat.N_QUADS),
            )
        )
    except (SyntaxError, ValueError) as error:
        raise LinkedDataError(f"Give ids and types that are valid URLs: {error}") from error


def _for_pyld(dataset: pyoxigraph.Dataset) -> dict[str, list[Document]]:
    """The dataset in pyld's form, by graph."""
    graphs: defaultdict[str, list[Document]] = defaultdict(list)
    for quad in dataset:
        name = _node_for_pyld(quad.graph_name).get("value", "@default")
        terms = {"subject": quad.subject, "predicate": quad.predicate, "object": quad.object}
        graphs[name].append({key: _node_for_pyld(term) for key, term in terms.items()})
    return graphs


def _node_for_pyld(term: object) -> Document:
    if isinstance(term, pyoxigraph.NamedNode):
        return {"type": "IRI", "value": term.value}
    if isinstance(term, pyoxigraph.BlankNode):
        return {"type": "blank node", "value": f"{_PYLD_BLANK}{term.value}"}
    if not isinstance(term, pyoxigraph.Literal):
        return {}  # the default graph
    literal = {"type": "literal", "value": _Spelled(quoted(term.value)[1:-1])}
    language = {"language": term.language} if term.language else {}
    return {**literal, "datatype": term.datatype.value, **language}


class _Spelled(str):
    """The text of a literal in its canonical spelling, which pyld's own would spoil."""

    def replace(self, *_: object) -> _Spelled:
        return self


class _Urdna384(_Urdna):
    def create_hash(self) -> Any:
        return hashlib.sha384()


class _Processor(_Base):
    """pyld's processor, which would otherwise build each scoped context anew at every use."""

    def __init__(self, dropped: list[str | None], scoped: LRUCache[Any, Any]) -> None:
        super().__init__(on_property_dropped=dropped.append)  # pyright: ignore[reportUnknownMemberType]
        self._scoped = scoped

    def _process_context(
        self,
        active_ctx: Any,
        local_ctx: Any,
        options: Any,
        override_protected: bool = False,
        propagate: bool = True,
        validate_scoped: bool = True,
        cycles: Any = None,
    ) -> Any:
        process = cast("Any", super()._process_context)  # pyright: ignore[reportUnknownMemberType]
        arguments = (override_protected, propagate, validate_scoped, cycles)
        # A scoped context lies inside the (frozen, finished) active one; the entry keeps it alive.
        scoped = isinstance(local_ctx, dict) and (override_protected or not propagate)
        if cycles is not None or not scoped or not isinstance(active_ctx, frozendict):
            return process(active_ctx, local_ctx, options, *arguments)
        active = cast("str", active_ctx["_uuid"])
        key = (active, id(cast("object", local_ctx)), override_protected, propagate)
        found = cast("Any", self._scoped.get(key))
        if found is None:
            processed = process(active_ctx, local_ctx, options, *arguments)
            found = self._scoped[key] = (processed, cast("object", local_ctx))
        return found[0]


class _Numbering(_Processor):
    def __init__(
        self,
        dropped: list[str | None],
        scoped: LRUCache[Any, Any],
        numbers: dict[int, tuple[object, int]],
    ) -> None:
        super().__init__(dropped, scoped)
        self._numbers = numbers

    def _expand(
        self, active_ctx: Any, active_property: Any, element: Any, *rest: Any, **named: Any
    ) -> Any:
        expand = cast("Any", super()._expand)  # pyright: ignore[reportUnknownMemberType]
        found = expand(active_ctx, active_property, element, *rest, **named)
        if isinstance(element, Numbered) and isinstance(found, dict):
            # Kept with its number, so that no other object takes its place in memory.
            kept = cast("object", found)
            self._numbers[id(kept)] = kept, element.number
        return cast("Any", found)


class _Kept:
    """What is kept of a loader's contexts between documents."""

    def __init__(self, contexts: ContextLoader) -> None:
        self._urls = contexts.urls
        self.options = {
            # Neither a base nor "": for "" pyld makes relative ids absolute with a base of its own.
            "base": None,
            "documentLoader": _refuse,
            "contextResolver": ContextResolver({}, _loader_for(contexts)),
            "processingMode": "json-ld-1.1",
        }
        self.scoped: LRUCache[Any, Any] = LRUCache(maxsize=1024)
        self._processor: Any = _Processor([], self.scoped)
        self._outside: LRUCache[tuple[str, ...], Scope] = LRUCache(maxsize=32)

    def outside(self, context: Any) -> Scope:
        """The scope around a document that names these contexts, all of them on file."""
        urls = texts_of(context)
        found = self._outside.get(urls)
        if found is None or found.is_full:
            if len(urls) > _MOST_CONTEXTS or not self._urls.issuperset(urls):
                raise Uncovered
            scopes = Scopes(self._process)
            found = scopes.of(self._processor._get_initial_context(self.options))
            self._outside[urls] = found
        return found

    def _process(
        self, active: Any, local: Any, *, override: bool = False, propagate: bool = True
    ) -> Any:
        return self._processor._process_context(
            active, local, self.options, override_protected=override, propagate=propagate
        )


_kept_by_loader: WeakKeyDictionary[ContextLoader, _Kept] = WeakKeyDictionary()


def _kept(contexts: ContextLoader) -> _Kept:
    kept = _kept_by_loader.get(contexts)
    if kept is None:
        kept = _kept_by_loader[contexts] = _Kept(contexts)
    return kept


def _brings_contexts(document: Document) -> bool:
    """Whether a context stands in the document itself, instead of being named by its URL.

    Each context in it, named or not, takes pyld milliseconds: `LinkedDataError` for too many.
    """
    brings = False
    count = 0
    for fields in _objects(document):
        context: Any = fields.get("@context")
        entries = cast("list[Any]", context) if isinstance(context, list) else [context]
        brings = brings or any(isinstance(entry, dict | list) for entry in entries)
        count += len(entries) if "@context" in fields else 0
    if count > _MOST_IN_ALL:
        raise LinkedDataError(f"Name at most {_MOST_IN_ALL} contexts in a document.")
    return brings


def _objects(value: Any) -> Iterator[Document]:
    """Each object in a value, those in contexts too."""
    waiting: list[Any] = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += cast("list[Any]", value)
        elif isinstance(value, dict):
            fields = cast("Document", value)
            waiting += fields.values()
            yield fields


def _loader_for(contexts: ContextLoader) -> Any:
    # What is kept of a loader must not keep the loader itself.
    known = ref(contexts)

    def load(url: str, options: object = None) -> dict[str, Any]:
        found = known()
        assert found is not None
        return {
            "contextUrl": None,
            "documentUrl": url,
            "document": {"@context": found.document(url).get("@context", {})},
            "contentType": "application/ld+json",
            "tag": "static",
        }

    return load


def _refuse(url: str, options: object = None) -> dict[str, Any]:
    raise ContextError(url)


def _explain(error: BaseException) -> Exception:
    """The ContextError hidden in pyld's chain of causes, or what pyld says is wrong."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ContextError):
            return ContextError(cause.context)
        cause = cause.__cause__
    code = getattr(error, "code", None)
    return LinkedDataError(
        f"Give valid JSON-LD; this is not: {code}" if code else "Give valid JSON-LD."
    )
