"""Public keys that signatures are checked with, and their Multikey form.

Controlled Identifiers 1.0, section 2.2.2; points and signatures of ECDSA as in Data Integrity
ECDSA Cryptosuites 1.0, sections 2.1 and 3. RSA is for JSON Web Tokens alone: no cryptosuite has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from talent_vc import multibase
from talent_vc.errors import ProofError, UnsupportedKeyError


class KeyKind(StrEnum):
    """The kinds of key, by the names that JSON Web Keys give them (`crv`, or else `kty`)."""

    ED25519 = "Ed25519"
    P256 = "P-256"
    P384 = "P-384"
    RSA = "RSA"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key of a kind that this package can verify with.

    `raw` is the 32 bytes of an Ed25519 key, a compressed point, or an RSAPublicKey of PKCS #1.
    """

    kind: KeyKind
    raw: bytes

    @property
    def signature_bytes(self) -> int:
        """How long a signature is."""
        if self.kind is KeyKind.RSA:
            return (_rsa(self.raw).key_size + 7) // 8
        return 96 if self.kind is KeyKind.P384 else 64

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the signature is this key's. One of ECDSA is r and s, one after the other; one
        of RSA is by RSASSA-PKCS1-v1_5 with SHA-256."""
        try:
            if self.kind is KeyKind.ED25519:
                if len(signature) != self.signature_bytes:
                    return False
                _ed25519(self.raw).verify(message, signature)
            elif self.kind is KeyKind.RSA:
                _rsa(self.raw).verify(signature, message, PKCS1v15(), hashes.SHA256())
            else:
                half = len(signature) // 2
                r, s = (int.from_bytes(part) for part in (signature[:half], signature[half:]))
                algorithm = ec.ECDSA(_HASHES[self.kind])
                _point(self.kind, self.raw).verify(encode_dss_signature(r, s), message, algorithm)
        except (InvalidSignature, BadSignatureError):
            return False
        return True


# How the Multikey form of each kind starts, the bytes that say the kind, and the length of all.
_FORMS = {
    "z6Mk": (KeyKind.ED25519, b"\xed\x01", 34),
    "zDn": (KeyKind.P256, b"\x80\x24", 35),
    "z82": (KeyKind.P384, b"\x81\x24", 51),
    "z4MX": (KeyKind.RSA, b"\x85\x24", 272),  # 2048 bits
    "zgg": (KeyKind.RSA, b"\x85\x24", 528),  # 4096 bits
}
MULTIKEY_STARTS = tuple(_FORMS)
_CURVES: dict[KeyKind, ec.EllipticCurve] = {
    KeyKind.P256: ec.SECP256R1(),
    KeyKind.P384: ec.SECP384R1(),
}
_HASHES: dict[KeyKind, hashes.HashAlgorithm] = {
    KeyKind.P256: hashes.SHA256(),
    KeyKind.P384: hashes.SHA384(),
}
# RFC 7518, section 3.3, sets the minimum; more than the maximum only keeps us busy.
_RSA_BITS = range(2048, 8192 + 1)
_RSA_EXPONENTS = range(3, 2**32, 2)
_PEM_CHARACTERS = 10_000


@lru_cache(maxsize=4096)
def read_multikey(text: str) -> PublicKey:
    """A public key from its Multikey form.

    Raises `ProofError` for one that is malformed, `UnsupportedKeyError` for any other kind.
    """
    start = next((start for start in _FORMS if text.startswith(start)), None)
    if start is None:
        raise UnsupportedKeyError("Use an Ed25519, P-256 or P-384 key in base58btc Multikey form.")
    kind, prefix, length = _FORMS[start]
    mend = f"Give the {kind} public key in its one Multikey form, starting with {start}."
    try:
        data = multibase.decode(text, multibase.MAX_KEY_CHARACTERS)
        if not data.startswith(prefix) or len(data) != length:
            raise ValueError("another kind or length")
        raw = data[len(prefix) :]
        if kind is KeyKind.RSA:
            _rsa(raw)
        elif kind is not KeyKind.ED25519:
            _point(kind, raw)
    except ValueError as error:
        raise ProofError(mend) from error
    return PublicKey(kind, raw)


@lru_cache(maxsize=4096)
def write_multikey(key: PublicKey) -> str:
    """The Multikey form of a key."""
    prefix = next(prefix for kind, prefix, _ in _FORMS.values() if kind is key.kind)
    return multibase.encode(prefix + key.raw)


def from_point(kind: KeyKind, x: bytes, y: bytes) -> PublicKey:
    """The key at a point of a curve; ValueError for one that is not on it."""
    raw = bytes([2 + (y[-1] & 1)]) + x
    if _point(kind, raw).public_numbers().y != int.from_bytes(y):
        raise ValueError("not on the curve")
    return PublicKey(kind, raw)


def point_of(key: PublicKey) -> tuple[bytes, bytes]:
    """The coordinates of a key that is a point."""
    numbers = _point(key.kind, key.raw).public_numbers()
    size = len(key.raw) - 1
    return numbers.x.to_bytes(size), numbers.y.to_bytes(size)


def from_numbers(n: int, e: int) -> PublicKey:
    """The RSA key of a modulus and an exponent; ValueError for one that is weak or no key."""
    if n.bit_length() not in _RSA_BITS or e not in _RSA_EXPONENTS:
        raise ValueError("not a usual RSA key")
    key = rsa.RSAPublicNumbers(e, n).public_key()
    return PublicKey(KeyKind.RSA, key.public_bytes(Encoding.DER, PublicFormat.PKCS1))


def read_pem(text: object) -> PublicKey:
    """The key in a PEM text; `ProofError` for a weak one or none of a kind that is known here."""
    mend = "Give the public key as PEM: RSA of at least 2048 bits, P-256, P-384 or Ed25519."
    try:
        key = load_pem_public_key(str(text)[:_PEM_CHARACTERS].encode())
        if isinstance(key, rsa.RSAPublicKey):
            return from_numbers(key.public_numbers().n, key.public_numbers().e)
        if isinstance(key, Ed25519PublicKey):
            return PublicKey(KeyKind.ED25519, key.public_bytes_raw())
        for kind, curve in _CURVES.items():
            if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == curve.name:
                point = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
                return PublicKey(kind, point)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ProofError(mend, field="/publicKeyPem") from error
    raise ProofError(mend, field="/publicKeyPem")


def numbers_of(key: PublicKey) -> tuple[int, int]:
    """The modulus and the exponent of an RSA key."""
    numbers = _rsa(key.raw).public_numbers()
    return numbers.n, numbers.e


@lru_cache(maxsize=4096)
def _ed25519(raw: bytes) -> VerifyKey:
    """By libsodium, which takes less than two thirds of OpenSSL's time, and refuses keys of small
    order: for these anybody can sign."""
    return VerifyKey(raw)


@lru_cache(maxsize=4096)
def _point(kind: KeyKind, raw: bytes) -> ec.EllipticCurvePublicKey:
    """The key of a compressed point; ValueError for one that is not on the curve."""
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[kind], raw)


@lru_cache(maxsize=4096)
def _rsa(raw: bytes) -> rsa.RSAPublicKey:
    """The key of its one PKCS #1 form; ValueError for anything else."""
    key = load_der_public_key(raw)
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("not an RSA key")
    numbers = key.public_numbers()
    if from_numbers(numbers.n, numbers.e).raw != raw:
        raise ValueError("not the one form")
    return key
