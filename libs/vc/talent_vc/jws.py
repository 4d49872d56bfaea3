"""Signed tokens in compact form (RFC 7515), and what a token must not do (RFC 8725).

A token chooses its algorithm itself, so the list of those that are accepted is short, and each goes
with one kind of key: a public key is never taken for a shared secret.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from talent_vc.document import Document, read_json
from talent_vc.errors import ParseError, TooLargeError
from talent_vc.jwk import read_base64url, write_base64url
from talent_vc.private_keys import Signer
from talent_vc.public_keys import KeyKind, PublicKey

# RFC 7518, section 3.1; RFC 8037, section 3.1; RFC 9864, section 2.2
ALGORITHMS = {
    "RS256": KeyKind.RSA,
    "ES256": KeyKind.P256,
    "ES384": KeyKind.P384,
    "EdDSA": KeyKind.ED25519,
    "Ed25519": KeyKind.ED25519,
}
_ALGORITHM_OF = {
    KeyKind.RSA: "RS256",
    KeyKind.P256: "ES256",
    KeyKind.P384: "ES384",
    KeyKind.ED25519: "EdDSA",
}
MAX_CHARACTERS = 1_500_000
_MAX_HEADER = 32_000
_KEPT_HEADER = 1000  # characters; a longer one is a stranger's
_MAX_HEADER_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Jws:
    """A token that was read, not verified. `signed` is what the signature is over."""

    header: Document
    payload: bytes
    signature: bytes
    signed: bytes

    @property
    def algorithm(self) -> str:
        return str(self.header.get("alg"))


def read_jws(text: str) -> Jws:
    """`ParseError` for anything that is not three parts in base64url, the first a JSON object."""
    if len(text) > MAX_CHARACTERS:
        raise TooLargeError(f"Send a token of at most {MAX_CHARACTERS} characters.")
    parts = text.split(".", 3)
    if len(parts) != 3:
        raise ParseError("Send a token of three parts with a dot between them.")
    long = len(parts[0]) > _KEPT_HEADER
    try:
        # An unsigned token (`none`) has an empty last part. It is read, to be called unsigned.
        signature = read_base64url(parts[2]) if parts[2] else b""
        header = _header.__wrapped__(parts[0]) if long else _header(parts[0])
        payload = read_base64url(parts[1])
    except ValueError as error:
        raise ParseError("Send a token whose parts are base64url without padding.") from error
    return Jws(dict(header), payload, signature, text.rpartition(".")[0].encode())


# All tokens of an issuer have the same few headers.
@lru_cache(maxsize=1024)
def _header(part: str) -> Document:
    header = read_base64url(part)
    return read_json(header, max_bytes=_MAX_HEADER, max_depth=_MAX_HEADER_DEPTH)


def refusal(jws: Jws) -> str:
    """A short code for why no key can make this token good, or ""."""
    algorithm = jws.algorithm
    if algorithm.lower() == "none" or not jws.signature:
        return "unsigned"
    if algorithm.startswith("HS"):
        return "shared-secret"
    if "crit" in jws.header or "b64" in jws.header:
        # Extensions that must be understood (RFC 7515, section 4.1.11): none is known here.
        return "extension"
    return ""


def verifies(jws: Jws, key: PublicKey) -> bool:
    """Whether the token is signed by this key, by the algorithm that goes with it."""
    if refusal(jws) or ALGORITHMS.get(jws.algorithm) is not key.kind:
        return False
    return len(jws.signature) == key.signature_bytes and key.verifies(jws.signature, jws.signed)


def write_jws(header: Document, payload: Document, key: Signer) -> str:
    """A token signed by the key; `alg` is put into the header."""
    whole = {**header, "alg": _ALGORITHM_OF[key.kind]}
    signed = ".".join(write_base64url(compact_json(part)) for part in (whole, payload))
    return f"{signed}.{write_base64url(key.sign(signed.encode()))}"


def compact_json(document: Document) -> bytes:
    """The JSON of a document without spaces."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
