"""Digests by which a document says what another one was when it was written."""

from __future__ import annotations

import base64
import hashlib

from talent_vc import multibase
from talent_vc.jwk import read_base64url

_HASHES = ("sha256", "sha384", "sha512")
# How a multihash begins: the code of the hash and its length.
_MULTIHASHES = {b"\x12\x20": "sha256", b"\x20\x30": "sha384", b"\x13\x40": "sha512"}


def has_sri(data: bytes, digests: str) -> bool:
    """Subresource Integrity, section 3.5: one of the strongest that are listed must fit."""
    listed = [part.partition("-") for part in digests.split()]
    strongest = max((name for name, _, _ in listed if name in _HASHES), default="")
    return any(
        name == strongest and _decoded(text) == hashlib.new(name, data).digest()
        for name, _, text in listed
        if strongest
    )


def has_multihash(data: bytes, digest: str) -> bool:
    """`digestMultibase` (Data Integrity 1.0, section 2.6), in base58btc or base64url. ValueError
    for one that cannot be read, or of another hash than SHA-2."""
    raw = read_base64url(digest[1:]) if digest.startswith("u") else multibase.decode(digest)
    name = _MULTIHASHES.get(raw[:2])
    if name is None:
        raise ValueError("another hash")
    return hashlib.new(name, data).digest() == raw[2:]


def _decoded(text: str) -> bytes:
    try:
        plain = text.partition("?")[0].rstrip("=").replace("+", "-").replace("/", "_")
        return base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except ValueError:
        return b""
