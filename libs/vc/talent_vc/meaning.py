"""Whether the JSON says what the signature protects.

A proof is over statements, while programs read JSON names; the contexts between them are not
signed, nor is where in the JSON a statement stands. Whoever passes a credential on could add a
context that gives a known name another meaning, write `credentialStatus` under another name, or
move it to another object with the credential's id: the signature would hold and the revoked
credential look unrevoked. So names and meanings of the contexts on file may not be given again by
the document itself (VC Data Integrity 1.0, section 4.6, on context validation), and what is said
of the credential stands at its top.

Two things are allowed. A context inside a definition may give a known name another meaning where no
program looks for it, below a name that only the document itself defines; so no type with such a
context may stand where programs do look. And a document may have a vocabulary of its own for names
that no context defines; then known names may only stand where the contexts on file define them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ContextError, LinkedDataError
from talent_vc.jsonld import undefined_names
from talent_vc.objects import objects_in
from talent_vc.parts import PART_NAMES
from talent_vc.validity import V1, V2
from talent_vc.verdict import Check, Outcome

_CODE = "structure.meaning"
MAX_INLINE = 100
_PASSED = Check(_CODE, Outcome.PASSED)
_VALUE_KEYWORDS = {"@value", "@language", "@direction", "@context"}
_HARMLESS = {"@protected", "@version"}
_KEYWORD_NAMES = {"id": "@id", "type": "@type"}
_DEFINITION_KEYS = {"@id", "@type", "@container", "@context", "@protected"}
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+", re.DOTALL)
# What is read at the top of a credential or presentation, and nowhere else.
_TOP = frozenset(
    {
        "credentialSchema",
        "credentialStatus",
        "credentialSubject",
        "expirationDate",
        "holder",
        "issuanceDate",
        "issuer",
        "proof",
        "refreshService",
        "termsOfUse",
        "validFrom",
        "validUntil",
        "verifiableCredential",
    }
)


class Vocabulary(NamedTuple):
    names: frozenset[str]
    meanings: frozenset[str]


_vocabularies: WeakKeyDictionary[ContextLoader, dict[str, Vocabulary]] = WeakKeyDictionary()


def check_meaning(
    document: Document, contexts: ContextLoader, objects: Sequence[Document] | None = None
) -> Check:
    """PASSED, or NOT_CHECKED with the name that could mean something else than it seems.

    `objects` are those in the document, where the caller has them already.
    """
    found = _Found()
    try:
        found.look_at(document, objects_in(document) if objects is None else objects)
        if found.inline:
            _check_inline(document, found, contexts)
    except _Misleading as error:
        return Check(_CODE, Outcome.NOT_CHECKED, {"name": error.name})
    except ContextError as error:
        return Check(_CODE, Outcome.NOT_CHECKED, {"context": error.context}, "/@context")
    except LinkedDataError:
        return Check(_CODE, Outcome.NOT_CHECKED, {"name": "@context"})
    return _PASSED


class _Misleading(Exception):
    def __init__(self, name: str) -> None:
        self.name = name


class _Found:
    """Every context of a document."""

    def __init__(self) -> None:
        self.inline: list[Document] = []
        self.urls: set[str] = set()

    def look_at(self, document: Document, objects: Sequence[Document]) -> None:
        """Gather the contexts, and refuse names that bypass them or stand in the wrong place."""
        top = document.get("id", document)
        for fields in objects:
            if fields.get("id") == top and fields is not document and not _TOP.isdisjoint(fields):
                raise _Misleading(min(_TOP.intersection(fields)))
            names = "".join(fields)
            if "@" in names or ":" in names:
                self._names(fields)

    def _names(self, fields: Document) -> None:
        for name, value in fields.items():
            if name == "@context":
                self._context(value)
            elif (name[:1] == "@" or ":" in name) and name not in _VALUE_KEYWORDS:
                raise _Misleading(name)

    def _context(self, context: Any) -> None:
        for entry in cast("list[Any]", context) if isinstance(context, list) else [context]:
            if isinstance(entry, str):
                self.urls.add(entry)
            elif isinstance(entry, dict):
                fields = cast("Document", entry)
                # Processors read {"@context": {…}} as what it holds, here as in a file.
                inner = fields["@context"] if set(fields) == {"@context"} else fields
                if not isinstance(inner, dict):
                    raise _Misleading("@context")
                self.inline.append(cast("Document", inner))
            else:
                raise _Misleading("@context")


def _check_inline(document: Document, found: _Found, contexts: ContextLoader) -> None:
    """Refuse definitions in the document that could mislead."""
    if len(found.inline) > MAX_INLINE:
        raise _Misleading("@context")
    own = [vocabulary(contexts, url) for url in sorted(found.urls)]
    # Whichever of the two editions of VCDM a document claims, it may not rename what the other
    # calls the end of validity.
    editions = [vocabulary(contexts, url) for url in (V1, V2) if url in contexts.urls]
    known = Vocabulary(
        frozenset[str]().union(*(each.names for each in own)),
        frozenset[str]().union(*(each.meanings for each in [*own, *editions])),
    )
    raw: list[tuple[str, str]] = []
    _collect(found.inline, raw)
    prefixes = known.names.union(name for name, _ in raw)
    scopes: set[str] = set()
    has_vocabulary = False
    for context in found.inline:
        for term, definition in context.items():
            if term == "@vocab":
                has_vocabulary |= _is_own_vocabulary(definition, known, prefixes)
            elif _reuses_names(term, definition, known, prefixes, depth=0):
                scopes.add(term)
    if not scopes and not has_vocabulary:
        return
    misleading = scopes & _texts(document, known.names)
    if has_vocabulary:
        # What the vocabulary gives a meaning to is what nothing defines without it.
        misleading |= undefined_names(_without_vocabulary(document), contexts) & known.names
    if misleading:
        raise _Misleading(min(misleading))


def _without_vocabulary(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_vocabulary(entry) for entry in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    fields = cast("Document", value)
    return {name: _without_vocabulary(fields[name]) for name in fields if name != "@vocab"}


def _is_own_vocabulary(value: Any, known: Vocabulary, prefixes: frozenset[str]) -> bool:
    """Whether @vocab gives undefined names a meaning; refused if that could be a known one."""
    if value is None:
        return False
    if (
        not isinstance(value, str)
        or not _ABSOLUTE.fullmatch(value)
        or value.split(":", 1)[0] in prefixes
        or any(meaning.startswith(value) for meaning in known.meanings)
    ):
        raise _Misleading("@vocab")
    return True


def _reuses_names(
    term: str, definition: Any, known: Vocabulary, prefixes: frozenset[str], depth: int
) -> bool:
    """Whether this definition, which stands in `depth` others, is of a known name or has one
    inside. Raises `_Misleading` where that could be read."""
    if term in _HARMLESS:
        return False
    if depth and term in _KEYWORD_NAMES and definition == _KEYWORD_NAMES[term]:
        return False
    fields = cast("Document", definition) if isinstance(definition, dict) else {}
    meaning: Any = fields.get("@id") if isinstance(definition, dict) else definition
    scope = fields.get("@context", {})
    if (
        term.startswith("@")
        or not _DEFINITION_KEYS.issuperset(fields)
        or not isinstance(scope, dict)
        or not isinstance(meaning, str)
        or not _ABSOLUTE.fullmatch(meaning)
        or meaning in known.meanings
        # A compact IRI may resolve to anything that its prefix makes of it.
        or meaning.split(":", 1)[0] in prefixes
        or (term in known.names and (not depth or term in PART_NAMES or term in _KEYWORD_NAMES))
    ):
        raise _Misleading(term)
    inner = cast("Document", scope)
    reused = [_reuses_names(name, inner[name], known, prefixes, depth + 1) for name in inner]
    return term in known.names or any(reused)


def _texts(document: Document, names: frozenset[str]) -> set[str]:
    """All texts where a program that knows `names` may look."""
    texts: set[str] = set()
    waiting: list[Any] = [document[name] for name in document if name in names]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(v for key, v in cast("Document", value).items() if key in names)
        elif isinstance(value, list):
            waiting.extend(cast("list[Any]", value))
        elif isinstance(value, str):
            texts.add(value)
    return texts


def vocabulary(contexts: ContextLoader, url: str) -> Vocabulary:
    """All names and meanings in a context on file, those of the contexts inside it too."""
    kept = _vocabularies.setdefault(contexts, {})
    if url not in kept:
        kept[url] = _vocabulary(contexts, url)
    return kept[url]


def _vocabulary(contexts: ContextLoader, url: str) -> Vocabulary:
    context: Any = contexts.document(url).get("@context")
    raw: list[tuple[str, str]] = []
    _collect(context, raw)
    prefixes = [(name, meaning) for name, meaning in raw if meaning[-1:] in ("#", "/", ":", "?")]
    meanings = {meaning for _, meaning in raw}
    for meaning in list(meanings):
        start, _, rest = meaning.partition(":")
        meanings.update(prefix + rest for name, prefix in prefixes if name == start)
    return Vocabulary(frozenset(name for name, _ in raw), frozenset(meanings))


def _collect(value: Any, found: list[tuple[str, str]]) -> None:
    """(name, meaning) of every definition; "" where none is written."""
    if isinstance(value, list):
        for entry in cast("list[Any]", value):
            _collect(entry, found)
    elif isinstance(value, dict):
        for name, definition in cast("Document", value).items():
            if name.startswith("@"):
                continue
            meaning: Any = definition
            if isinstance(definition, dict):
                fields = cast("Document", definition)
                meaning = fields.get("@id")
                _collect(fields.get("@context"), found)
            found.append((name, meaning if isinstance(meaning, str) else ""))
