"""Public keys as JSON Web Keys (RFC 7517; RFC 7518, sections 6.2 and 6.3; RFC 8037, section 2)."""

from __future__ import annotations

import base64
import binascii
import string
from typing import Any, cast

from talent_vc.document import Document
from talent_vc.errors import ProofError, UnsupportedKeyError
from talent_vc.public_keys import (
    KeyKind,
    PublicKey,
    from_numbers,
    from_point,
    numbers_of,
    point_of,
)

# (kty, crv) -> kind, bytes of each part (0: any), names of the parts and of the algorithms
_KINDS = {
    ("OKP", "Ed25519"): (KeyKind.ED25519, 32, ("x",), ("EdDSA", "Ed25519")),
    ("EC", "P-256"): (KeyKind.P256, 32, ("x", "y"), ("ES256",)),
    ("EC", "P-384"): (KeyKind.P384, 48, ("x", "y"), ("ES384",)),
    ("RSA", "None"): (KeyKind.RSA, 0, ("n", "e"), ("RS256",)),
}
_DIGITS = (string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_").encode()
# Base64 has other digits in two places; its own, and what fills it up, become no digits at all.
_TO_BASE64 = bytes.maketrans(b"-_+/=", b"+/   ")
# By the characters over a multiple of four: how a text may end whose unused bits are 0.
_LAST = (_DIGITS, b"", _DIGITS[::16], _DIGITS[::4])


def read_jwk(jwk: Document) -> PublicKey:
    """Raises `ProofError` for a key that is malformed, private or not for signatures, and
    `UnsupportedKeyError` for any other kind."""
    found = _KINDS.get((str(jwk.get("kty")), str(jwk.get("crv"))))
    if found is None:
        raise UnsupportedKeyError("Use an Ed25519, P-256, P-384 or RSA key.")
    kind, size, names, algorithms = found
    if "d" in jwk:
        raise ProofError("Publish the public key only: this one is private, and known now.")
    if not _is_for_signatures(jwk, algorithms):
        raise ProofError("Name a key that is for signatures.")
    try:
        parts = [read_base64url(jwk.get(name)) for name in names]
        if size and any(len(part) != size for part in parts):
            raise ValueError("another length")
        if kind is KeyKind.ED25519:
            return PublicKey(kind, parts[0])
        if kind is KeyKind.RSA:
            return from_numbers(int.from_bytes(parts[0]), int.from_bytes(parts[1]))
        return from_point(kind, *parts)
    except ValueError as error:
        raise ProofError(f"Give a {kind} key as RFC 7518 writes it.") from error


def write_jwk(key: PublicKey) -> Document:
    """The key as a JSON Web Key, without a `kid`."""
    if key.kind is KeyKind.ED25519:
        return {"kty": "OKP", "crv": key.kind.value, "x": write_base64url(key.raw)}
    if key.kind is KeyKind.RSA:
        n, e = (number.to_bytes((number.bit_length() + 7) // 8) for number in numbers_of(key))
        return {"kty": "RSA", "n": write_base64url(n), "e": write_base64url(e)}
    x, y = map(write_base64url, point_of(key))
    return {"kty": "EC", "crv": key.kind.value, "x": x, "y": y}


def write_base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def read_base64url(text: object) -> bytes:
    """The bytes; ValueError for anything but their one spelling, without padding."""
    if not isinstance(text, str) or not text:
        raise ValueError("not base64url")
    digits = text.encode("ascii")
    over = len(digits) % 4
    try:
        data = binascii.a2b_base64(digits.translate(_TO_BASE64) + b"=" * (-over % 4))
    except binascii.Error:
        data = b""
    # What is no digit was skipped, and is missed at the end.
    if digits[-1] not in _LAST[over] or len(data) != len(digits) * 6 // 8:
        raise ValueError("not the one spelling of base64url")
    return data


def _is_for_signatures(jwk: Document, algorithms: tuple[str, ...]) -> bool:
    operations: Any = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in cast("list[Any]", operations):
        return False
    return jwk.get("use", "sig") == "sig" and jwk.get("alg", algorithms[0]) in algorithms
