"""The canonical forms that cryptosuites hash: of the proof's options, and of the document."""

from __future__ import annotations

from typing import Any, cast

import rfc8785

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ProofError
from talent_vc.jsonld import canonical_quads, require_terms


def rdfc_forms(
    unsecured: Document, options: Document, contexts: ContextLoader, sha384: bool
) -> tuple[bytes, bytes]:
    """Statements by RDFC-1.0. `sha384` is what its own hashes are then, otherwise SHA-256."""
    options = {**options, "@context": unsecured.get("@context")}
    quads = canonical_quads(options, contexts, sha384=sha384)
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
    require_terms({k: v for k, v in unsecured.items() if k != "proof"}, contexts)
    try:
        return rfc8785.dumps(options), rfc8785.dumps(unsecured)
    except ValueError as error:
        raise ProofError(f"Give values that JCS can write; this is not one: {error}") from error


def _entries(context: Any) -> list[Any]:
    return cast("list[Any]", context) if isinstance(context, list) else [context]
