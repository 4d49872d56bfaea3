"""The canonical forms that cryptosuites hash: of the proof's options, and of the document."""

from __future__ import annotations

import json
import re
from typing import Any, cast

import rfc8785
from cachetools import LRUCache

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ProofError
from talent_vc.jsonld import canonical_quads, expand
from talent_vc.statements import write_statements

_CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_STAND_IN = "0001-01-01T00:00:00Z"
_TEMPLATE_CHARACTERS = 4096  # a stranger's longer one is not kept
_templates: LRUCache[tuple[int, bool, str], tuple[ContextLoader, str]] = LRUCache(maxsize=4096)


def rdfc_forms(
    unsecured: Document, options: Document, contexts: ContextLoader, sha384: bool
) -> tuple[bytes, bytes]:
    """Statements by RDFC-1.0. `sha384` is what its own hashes are then, otherwise SHA-256."""
    options["@context"] = unsecured.get("@context")
    quads = _options_quads(options, contexts, sha384)
    return quads.encode(), canonical_quads(unsecured, contexts, sha384=sha384).encode()


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
    write_statements(expand({k: v for k, v in unsecured.items() if k != "proof"}, contexts))
    try:
        return rfc8785.dumps(options), rfc8785.dumps(unsecured)
    except ValueError as error:
        raise ProofError(f"Give values that JCS can write; this is not one: {error}") from error


def _entries(context: Any) -> list[Any]:
    return cast("list[Any]", context) if isinstance(context, list) else [context]


def _options_quads(options: Document, contexts: ContextLoader, sha384: bool) -> str:
    """Canonical form of proof options. An issuer's proofs differ in `created` alone: the rest of
    the work is kept, with a stand-in where the instant goes."""
    created = options.get("created")
    if not isinstance(created, str) or not _CREATED.fullmatch(created):
        return canonical_quads(options, contexts, sha384=sha384)
    options["created"] = _STAND_IN
    key = (id(contexts), sha384, json.dumps(options, sort_keys=True))
    found = _templates.get(key)
    if found is None or found[0] is not contexts:
        found = (contexts, canonical_quads(options, contexts, sha384=sha384))
        if len(key[2]) + len(found[1]) <= _TEMPLATE_CHARACTERS:
            _templates[key] = found
    options["created"] = created
    if found[1].count(f'"{_STAND_IN}"') != 1 or found[1].count(_STAND_IN) != 1:
        return canonical_quads(options, contexts, sha384=sha384)
    return found[1].replace(_STAND_IN, created)
