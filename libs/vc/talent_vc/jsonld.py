"""From a JSON-LD document to canonical statements (RDFC-1.0), dropping nothing."""

from __future__ import annotations

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document


def canonical_quads(document: Document, contexts: ContextLoader) -> str:
    """The RDFC-1.0 canonical N-Quads of a JSON-LD document, in safe mode.

    Raises `ContextError` for a context that is not on file, and `LinkedDataError` for a term that
    no context defines, a relative id, or anything else that would silently drop signed data.
    """
    raise NotImplementedError
