"""Making and checking Data Integrity proofs."""

from __future__ import annotations

from datetime import datetime

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.keys import SigningKey


def sign(
    document: Document,
    *,
    key: SigningKey,
    verification_method: str,
    created: datetime,
    contexts: ContextLoader,
) -> Document:
    """A copy of `document` with an `eddsa-rdfc-2022` DataIntegrityProof (any proof is replaced).

    `verification_method` is the full URL, such as `key.did_key_method` or
    "did:web:host:organizations:x#key-1". Raises `ContextError` and `LinkedDataError`.
    """
    raise NotImplementedError
