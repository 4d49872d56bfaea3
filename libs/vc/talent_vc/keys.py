"""Ed25519 keys and their Multikey form (Controlled Identifiers 1.0, section 2.2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from talent_vc import multibase
from talent_vc.errors import ProofError

_ED25519_PUBLIC = b"\xed\x01"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key of a kind that this package can verify with."""

    raw: bytes

    def verifies(self, signature: bytes, message: bytes) -> bool:
        try:
            _ed25519(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """An Ed25519 private key."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        public = private.public_key().public_bytes_raw()
        self._multikey = multibase.encode(_ED25519_PUBLIC + public)

    @classmethod
    def generate(cls) -> SigningKey:
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, seed: bytes) -> SigningKey:
        """From the 32 bytes of `to_bytes`."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def to_bytes(self) -> bytes:
        return self._private.private_bytes_raw()

    @property
    def public_multikey(self) -> str:
        """The public half, such as "z6Mk…"."""
        return self._multikey

    @property
    def did_key(self) -> str:
        return f"did:key:{self._multikey}"

    @property
    def did_key_method(self) -> str:
        """The verification method of `did_key`, to be named in a proof."""
        return f"{self.did_key}#{self._multikey}"

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


@lru_cache(maxsize=4096)
def read_multikey(text: str) -> PublicKey:
    """An Ed25519 public key from its Multikey form; `ProofError` names any other kind."""
    try:
        raw = multibase.decode(text)
    except ValueError as error:
        mend = "Give the public key in canonical base58btc Multikey form, starting with z."
        raise ProofError(mend) from error
    if not raw.startswith(_ED25519_PUBLIC) or len(raw) != 34:
        raise ProofError("Use an Ed25519 public key; other kinds are not covered yet.")
    return PublicKey(raw[2:])


@lru_cache(maxsize=4096)
def _ed25519(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)
