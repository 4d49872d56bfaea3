"""did:key and did:web, and finding the key that a proof names."""

from __future__ import annotations

from collections.abc import Collection

from talent_vc.document import Document


def did_key_document(did: str) -> Document:
    """The DID document of an Ed25519 did:key, made from the DID itself."""
    raise NotImplementedError


def did_web_url(did: str, insecure_hosts: Collection[str] = ()) -> str:
    """Where the document of a did:web lies: https, or http for a "host:port" named insecure."""
    raise NotImplementedError


def did_web_document(did: str, *, fragment: str, public_multikey: str) -> Document:
    """The document to serve for a did:web with one Multikey, allowed to make assertions."""
    raise NotImplementedError
