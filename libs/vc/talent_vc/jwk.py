"""Public keys as JSON Web Keys (RFC 7517; RFC 7518, section 6.2; RFC 8037, section 2)."""

from __future__ import annotations

import base64
import re
from typing import Any, cast

from talent_vc.document import Document
from talent_vc.errors import ProofError, UnsupportedKeyError
from talent_vc.public_keys import KeyKind, PublicKey, from_point

# (kty, crv) -> kind, bytes of a coordinate, names of the algorithms it signs by
_KINDS = {
    ("OKP", "Ed25519"): (KeyKind.ED25519, 32, ("EdDSA", "Ed25519")),
    ("EC", "P-256"): (KeyKind.P256, 32, ("ES256",)),
    ("EC", "P-384"): (KeyKind.P384, 48, ("ES384",)),
}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def read_jwk(jwk: Document) -> PublicKey:
    """Raises `ProofError` for a key that is malformed, private or not for signatures, and
    `UnsupportedKeyError` for any other kind."""
    found = _KINDS.get((str(jwk.get("kty")), str(jwk.get("crv"))))
    if found is None:
        raise UnsupportedKeyError("Use an Ed25519, P-256 or P-384 key.")
    kind, size, algorithms = found
    if "d" in jwk:
        raise ProofError("Publish the public key only: this one is private, and known now.")
    if not _is_for_signatures(jwk, algorithms):
        raise ProofError("Name a key that is for signatures.")
    try:
        names = ("x",) if kind is KeyKind.ED25519 else ("x", "y")
        coordinates = [read_base64url(jwk.get(name)) for name in names]
        if any(len(coordinate) != size for coordinate in coordinates):
            raise ValueError("another length")
        if kind is KeyKind.ED25519:
            return PublicKey(kind, coordinates[0])
        return from_point(kind, *coordinates)
    except ValueError as error:
        raise ProofError(f"Give a point of {kind} as RFC 7518 writes it.") from error


def read_base64url(text: object) -> bytes:
    """The bytes; ValueError for anything but their one spelling, without padding."""
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text):
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise ValueError("not the one spelling")
    return data


def _is_for_signatures(jwk: Document, algorithms: tuple[str, ...]) -> bool:
    operations: Any = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in cast("list[Any]", operations):
        return False
    return jwk.get("use", "sig") == "sig" and jwk.get("alg", algorithms[0]) in algorithms
