"""The canonical forms that cryptosuites hash: of the proof's options, and of the document."""

from __future__ import annotations

import re
from typing import Any, cast
from weakref import WeakKeyDictionary

import rfc8785
from cachetools import LRUCache

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ProofError
from talent_vc.jsonld import canonical_quads, require_terms

_CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_EARLIEST, _LATEST = "0000-00-00T00:00:00Z", "9999-99-99T99:99:99Z"
_LONGEST_KEY = 2000  # a stranger's longer options are not kept
_templates: WeakKeyDictionary[ContextLoader, LRUCache[tuple[bool, str], str]] = WeakKeyDictionary()


def rdfc_forms(
    unsecured: Document, options: Document, contexts: ContextLoader, sha384: bool
) -> tuple[bytes, bytes]:
    """Statements by RDFC-1.0. `sha384` is what its own hashes are then, otherwise SHA-256."""
    context: Any = unsecured.get("@context")
    if options.get("type") == "Ed25519Signature2020" and "@context" in options:
        # Wallets put the context of this suite into the proof alone, where it adds to those around
        # it as everywhere in JSON-LD. Later suites replace it by the document's.
        context = [*_entries(context), *_entries(options["@context"])]
    options = {**options, "@context": context}
    quads = canonical_quads(unsecured, contexts, sha384=sha384)
    return _options_quads(options, contexts, sha384).encode(), quads.encode()


def jcs_forms(
    unsecured: Document, options: Document, contexts: ContextLoader, sha384: bool
) -> tuple[bytes, bytes]:
    """The JSON itself by JCS (RFC 8785), with the contexts that the options name.

    A document may have more contexts after those. They are not signed, so no term may need them:
    a name that the signed ones do not define is an error as with RDFC-1.0, though nothing would
    be dropped.
    """
    if options.get("type") != "DataIntegrityProof":
        raise ProofError("Give the proof the type DataIntegrityProof.", field="/type")
    if "@context" in options:
        named, present = _entries(options["@context"]), _entries(unsecured.get("@context"))
        if present[: len(named)] != named:
            mend = "Begin the document's contexts with those of the proof."
            raise ProofError(mend, field="/@context")
        unsecured = {**unsecured, "@context": options["@context"]}
    require_terms({k: v for k, v in unsecured.items() if k != "proof"}, contexts)
    try:
        return rfc8785.dumps(options), rfc8785.dumps(unsecured)
    except ValueError as error:
        raise ProofError(f"Give values that JCS can write; this is not one: {error}") from error


def _entries(context: Any) -> list[Any]:
    return cast("list[Any]", context) if isinstance(context, list) else [context]


def _options_quads(options: Document, contexts: ContextLoader, sha384: bool) -> str:
    """The canonical form of proof options. An issuer's differ in `created` alone: the rest of the
    work is kept."""
    created: Any = options.get("created")
    key = (sha384, repr({**options, "created": ""}))
    dated = isinstance(created, str) and _CREATED.fullmatch(created)
    if not dated or len(key[1]) > _LONGEST_KEY:
        return canonical_quads(options, contexts, sha384=sha384)
    kept = _templates.get(contexts)
    if kept is None:
        kept = _templates[contexts] = LRUCache(maxsize=1024)
    template = kept.get(key)
    if template is None:
        template = kept[key] = _template(options, contexts, sha384)
    if not template:
        return canonical_quads(options, contexts, sha384=sha384)
    return template.replace(_EARLIEST, created)


def _template(options: Document, contexts: ContextLoader, sha384: bool) -> str:
    """The canonical form with a stand-in for `created`; "" where more than that text depends on
    it: the labels, when there are two blank nodes, or the order."""
    early, late = (
        canonical_quads({**options, "created": each}, contexts, sha384=sha384)
        for each in (_EARLIEST, _LATEST)
    )
    alone = "_:c14n1" not in early and early.replace(_EARLIEST, _LATEST) == late
    return early if alone else ""
