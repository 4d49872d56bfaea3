"""Keys to sign proofs with, and the did:key that each one is."""

from __future__ import annotations

from typing import Self

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from talent_vc import multibase
from talent_vc.errors import ProofError
from talent_vc.private_keys import PrivateKey
from talent_vc.public_keys import KeyKind, write_multikey

# How the secret half of a Multikey begins, and its length (Controlled Identifiers 1.0, 2.2.2).
_SECRETS: dict[bytes, tuple[ec.EllipticCurve | None, int]] = {
    b"\x80\x26": (None, 32),  # Ed25519
    b"\x86\x26": (ec.SECP256R1(), 32),
    b"\x87\x26": (ec.SECP384R1(), 48),
}
_SEED_BYTES = 32


class SigningKey(PrivateKey):
    """A private key: Ed25519 unless said otherwise, P-256 or P-384."""

    @classmethod
    def generate(cls, kind: KeyKind = KeyKind.ED25519) -> Self:
        return super().generate(kind)

    @classmethod
    def from_bytes(cls, der: bytes) -> Self:
        """From the bytes of `to_bytes`."""
        if len(der) == _SEED_BYTES:
            return cls(Ed25519PrivateKey.from_private_bytes(der))
        return super().from_bytes(der)

    @classmethod
    def from_multikey(cls, secret: str) -> Self:
        """From a `secretKeyMultibase`; `ProofError` for any other text."""
        try:
            data = multibase.decode(secret)
            curve, size = _SECRETS[data[:2]]
            if len(data) != 2 + size:
                raise ValueError("another length")
            if curve is None:
                return cls(Ed25519PrivateKey.from_private_bytes(data[2:]))
            return cls(ec.derive_private_key(int.from_bytes(data[2:]), curve))
        except (KeyError, ValueError) as error:
            raise ProofError("Give the secret key of an Ed25519, P-256 or P-384 key.") from error

    def to_bytes(self) -> bytes:
        """The 32 bytes of an Ed25519 key, or PKCS #8."""
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.private_bytes_raw()
        return super().to_bytes()

    @property
    def public_multikey(self) -> str:
        """The public half, such as "z6Mk…"."""
        return write_multikey(self.public)

    @property
    def did_key(self) -> str:
        return f"did:key:{self.public_multikey}"

    @property
    def did_key_method(self) -> str:
        """The verification method of `did_key`, to be named in a proof."""
        return f"{self.did_key}#{self.public_multikey}"
