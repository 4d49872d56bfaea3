"""Whether the JSON says what the signature protects.

A proof is over statements, while programs read JSON names; the contexts between them are not
signed. Whoever passes a credential on could add a context that gives a known name another meaning,
or write `credentialStatus` under another name: the signature would hold and the revoked credential
look unrevoked. So names and meanings of the contexts on file may not be given again by the
document itself (VC Data Integrity 1.0, section 4.6, on context validation).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ContextError
from talent_vc.verdict import Check, Outcome

_CODE = "structure.meaning"
_VALUE_KEYWORDS = {"@value", "@language", "@direction", "@context"}
_HARMLESS = {"@protected", "@version"}


def check_meaning(document: Document, contexts: ContextLoader) -> Check:
    """PASSED, or NOT_CHECKED with the name that could mean something else than it seems."""
    inline, urls, odd = _Names().gather(document)
    if odd:
        return Check(_CODE, Outcome.NOT_CHECKED, {"name": odd[0]})
    if inline:
        try:
            known = frozenset[str]().union(*(_names_of(contexts, url) for url in urls))
        except ContextError as error:
            return Check(_CODE, Outcome.NOT_CHECKED, {"context": error.context}, "/@context")
        for context in inline:
            name = _given_again(context, known)
            if name is not None:
                return Check(_CODE, Outcome.NOT_CHECKED, {"name": name}, "/@context")
    return Check(_CODE, Outcome.PASSED)


class _Names:
    """Every context of a document, and the keys that bypass all contexts."""

    def __init__(self) -> None:
        self.inline: list[Document] = []
        self.urls: set[str] = set()
        self.odd: list[str] = []

    def gather(self, value: Any) -> tuple[list[Document], set[str], list[str]]:
        if isinstance(value, list):
            for entry in cast("list[Any]", value):
                self.gather(entry)
        elif isinstance(value, dict):
            for key, inner in cast("Document", value).items():
                if key == "@context":
                    self._context(inner)
                    continue
                if ":" in key or (key.startswith("@") and key not in _VALUE_KEYWORDS):
                    self.odd.append(key)
                if isinstance(inner, dict | list):
                    self.gather(inner)
        return self.inline, self.urls, self.odd

    def _context(self, context: Any) -> None:
        for entry in cast("list[Any]", context) if isinstance(context, list) else [context]:
            if isinstance(entry, str):
                self.urls.add(entry)
            elif isinstance(entry, dict):
                self.inline.append(cast("Document", entry))
            else:
                self.odd.append("@context")


def _given_again(context: Document, known: frozenset[str]) -> str | None:
    for term, definition in context.items():
        if term in _HARMLESS or (term == "@vocab" and definition is None):
            continue
        meaning: Any = definition
        if isinstance(definition, dict):
            fields = cast("Document", definition)
            meaning = fields.get("@id")
            # A scoped context, a reverse or a nested term can rename again further down.
            if not {"@context", "@reverse", "@nest"}.isdisjoint(fields):
                return term
        if not isinstance(meaning, str) or meaning.startswith("@") or term.startswith("@"):
            return term
        # A compact IRI may resolve to anything that its prefix makes of it.
        prefixed = ":" in meaning and meaning.split(":", 1)[0] in (known | context.keys())
        if term in known or meaning in known or prefixed:
            return term
    return None


@lru_cache(maxsize=256)
def _names_of(contexts: ContextLoader, url: str) -> frozenset[str]:
    """All terms and meanings in a context, scoped ones included."""
    names: set[str] = set()
    _collect(contexts.document(url).get("@context"), names)
    return frozenset(names)


def _collect(value: Any, names: set[str]) -> None:
    if isinstance(value, str):
        names.add(value)
    elif isinstance(value, list):
        for entry in cast("list[Any]", value):
            _collect(entry, names)
    elif isinstance(value, dict):
        for key, inner in cast("Document", value).items():
            if not key.startswith("@"):
                names.add(key)
            _collect(inner, names)
