"""Private keys of every kind that a proof or a JSON Web Token may be signed with."""

from __future__ import annotations

from typing import Protocol, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from talent_vc.public_keys import KeyKind, PublicKey

_Private = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_CURVES: dict[KeyKind, tuple[ec.EllipticCurve, hashes.HashAlgorithm, int]] = {
    KeyKind.P256: (ec.SECP256R1(), hashes.SHA256(), 32),
    KeyKind.P384: (ec.SECP384R1(), hashes.SHA384(), 48),
}
_NEW_RSA_BITS = 3072  # what is thought to be safe beyond 2030


class Signer(Protocol):
    """What signs: here a key in memory, elsewhere perhaps one in a vault."""

    @property
    def kind(self) -> KeyKind: ...

    def sign(self, message: bytes) -> bytes:
        """The signature in the form that `PublicKey.verifies` takes."""
        ...


class PrivateKey:
    """A key in memory, and its public half."""

    def __init__(self, private: _Private) -> None:
        self._private = private
        self.public = _public_of(private)
        self.kind = self.public.kind

    @classmethod
    def generate(cls, kind: KeyKind) -> Self:
        if kind is KeyKind.ED25519:
            return cls(Ed25519PrivateKey.generate())
        if kind is KeyKind.RSA:
            return cls(rsa.generate_private_key(65537, _NEW_RSA_BITS))
        return cls(ec.generate_private_key(_CURVES[kind][0]))

    @classmethod
    def from_bytes(cls, der: bytes) -> Self:
        """From the PKCS #8 bytes of `to_bytes`; ValueError for another kind of key."""
        private = load_der_private_key(der, None)
        if not isinstance(private, _Private):
            raise ValueError("not a kind of key to sign with")
        return cls(private)

    def to_bytes(self) -> bytes:
        return self._private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.sign(message)
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(message, PKCS1v15(), hashes.SHA256())
        _, algorithm, size = _CURVES[self.kind]
        # RFC 6979: no signature depends on the machine's chance, which has betrayed keys before.
        signature = self._private.sign(message, ec.ECDSA(algorithm, deterministic_signing=True))
        pair = decode_dss_signature(signature)
        return b"".join(number.to_bytes(size) for number in pair)


def _public_of(private: _Private) -> PublicKey:
    public = private.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        return PublicKey(KeyKind.RSA, public.public_bytes(Encoding.DER, PublicFormat.PKCS1))
    if isinstance(public, ec.EllipticCurvePublicKey):
        for kind, (curve, _, _) in _CURVES.items():
            if public.curve.name == curve.name:
                point = public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
                return PublicKey(kind, point)
        raise ValueError("not a kind of key to sign with")
    return PublicKey(KeyKind.ED25519, public.public_bytes_raw())
