"""Ed25519 keys to sign with."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talent_vc import multibase
from talent_vc.public_keys import KeyKind

_ED25519_PUBLIC = b"\xed\x01"


class SigningKey:
    """An Ed25519 private key."""

    kind = KeyKind.ED25519

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
