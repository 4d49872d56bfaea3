"""Proof values of `ecdsa-sd-2023`: CBOR in base64url.

Data Integrity ECDSA Cryptosuites 1.0, sections 3.5.2 to 3.5.7. A base proof is what the issuer
gives the holder, a derived proof is what the holder shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, cast

import cbor2

from talent_vc import multibase
from talent_vc.document import Document
from talent_vc.errors import CredentialError, ProofError
from talent_vc.jwk import read_base64url, write_base64url
from talent_vc.public_keys import KeyKind, PublicKey, read_multikey, write_multikey

_BASE = b"\xd9\x5d\x00"
_DERIVED = b"\xd9\x5d\x01"
_SIGNATURE_BYTES = 64
_KEY_BYTES = 35
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class BaseProof:
    """`signatures` are of the statements that need not be shown, in order, by `key`."""

    signature: bytes
    key: PublicKey
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory_pointers: tuple[str, ...]

    def write(self) -> str:
        signatures, pointers = list(self.signatures), list(self.mandatory_pointers)
        key = key_bytes(self.key)
        return _write(_BASE, [self.signature, key, self.hmac_key, signatures, pointers])


@dataclass(frozen=True, slots=True)
class DerivedProof:
    """`labels`: which digest stands for the blank node of each number. `mandatory` are the places
    of the mandatory statements among those shown."""

    signature: bytes
    key: PublicKey
    signatures: tuple[bytes, ...]
    labels: Mapping[int, bytes]
    mandatory: tuple[int, ...]

    def write(self) -> str:
        parts = [list(self.signatures), dict(self.labels), list(self.mandatory)]
        return _write(_DERIVED, [self.signature, key_bytes(self.key), *parts])


def is_base(proof: Document) -> bool:
    """Whether the proof is one from which the holder derives others."""
    value: Any = proof.get("proofValue")
    return isinstance(value, str) and value.startswith("u" + write_base64url(_BASE))


def read_base(proof: Document) -> BaseProof:
    signature, key, hmac_key, signatures, pointers = _read(proof, _BASE)
    _require(_is_bytes(hmac_key, _DIGEST_BYTES) and _are_signatures(signatures))
    _require(_is_list(pointers) and all(isinstance(pointer, str) for pointer in pointers))
    return BaseProof(signature, _read_key(key), hmac_key, tuple(signatures), tuple(pointers))


def read_derived(proof: Document) -> DerivedProof:
    signature, key, signatures, labels, mandatory = _read(proof, _DERIVED)
    _require(_are_signatures(signatures) and isinstance(labels, dict) and _is_list(mandatory))
    labels = cast("dict[Any, Any]", labels)
    _require(all(_is_place(number) for number in (*labels, *mandatory)))
    _require(all(_is_bytes(digest, _DIGEST_BYTES) for digest in labels.values()))
    # Two nodes under one label would let a holder part what the issuer said of one.
    _require(len(set(labels.values())) == len(labels) and len(set(mandatory)) == len(mandatory))
    return DerivedProof(signature, _read_key(key), tuple(signatures), labels, tuple(mandatory))


def key_bytes(key: PublicKey) -> bytes:
    """The key as bytes of its Multikey form."""
    return multibase.decode(write_multikey(key))


def _write(header: bytes, parts: list[Any]) -> str:
    return "u" + write_base64url(header + cbor2.dumps(parts))


def _read(proof: Document, header: bytes) -> list[Any]:
    value: Any = proof.get("proofValue")
    _require(isinstance(value, str) and value.startswith("u"))
    try:
        data = read_base64url(value[1:])
        _require(data.startswith(header))
        parts: Any = cbor2.loads(
            data[len(header) :],
            semantic_decoders=_NO_TAGS,
            max_depth=3,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        )
    except (ValueError, cbor2.CBORDecodeError) as error:
        raise _malformed() from error
    _require(_is_list(parts) and len(parts) == 5 and _is_bytes(parts[0], _SIGNATURE_BYTES))
    return cast("list[Any]", parts)


def _read_key(data: Any) -> PublicKey:
    _require(_is_bytes(data, _KEY_BYTES))
    try:
        key = read_multikey(multibase.encode(data))
    except CredentialError as error:
        raise _malformed() from error
    _require(key.kind is KeyKind.P256)
    return key


def _is_bytes(value: Any, length: int) -> bool:
    return isinstance(value, bytes) and len(value) == length


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_place(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_signatures(value: Any) -> bool:
    return _is_list(value) and all(_is_bytes(signature, _SIGNATURE_BYTES) for signature in value)


def _require(right: bool) -> None:
    if not right:
        raise _malformed()


def _malformed() -> ProofError:
    return ProofError("Give a proofValue of ecdsa-sd-2023.", field="/proofValue")


def _refuse(*_: object) -> NoReturn:
    raise ValueError("a tag")


# A library reads tagged values as dates, patterns, numbers without limit and references: nothing
# that a stranger may send. No part of a proof value has a tag.
_TAGS = (*range(6), 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799)
_NO_TAGS = dict.fromkeys(_TAGS, _refuse)
