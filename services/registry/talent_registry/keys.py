"""Signing keys of organizations, encrypted at rest.

Envelope: each private key is sealed with a data key of its own, and the data key is wrapped by the
key-encryption key (KEK) of the file `kek.key`. The id of the KEK is stored beside it. Rotation
writes a new `kek.key`, keeps the old one as `kek-ANYTHING.key`, and wraps the data keys again; the
sealed private keys are not touched.
"""

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CURRENT = "kek.key"
KEPT = "kek*.key"
NONCE = 12


class KeyUnavailable(Exception):
    """A signing key cannot be opened with the KEKs that are here."""


@dataclass(frozen=True)
class SealedKey:
    """A private key as the database holds it. `wrapped` and `sealed` begin with their nonce."""

    key_id: str
    kek_id: str
    wrapped: bytes
    sealed: bytes


class Keyring:
    """The KEKs of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[str, bytes] = {}
        self._load()

    @property
    def current_id(self) -> str:
        return self._current

    def seal(self, key_id: str, private_key: bytes) -> SealedKey:
        """The private key under a fresh data key. `key_id` is bound to both envelopes."""
        data_key = AESGCM.generate_key(256)
        wrapped = _encrypt(self._keys[self._current], data_key, key_id)
        return SealedKey(key_id, self._current, wrapped, _encrypt(data_key, private_key, key_id))

    def open(self, sealed: SealedKey) -> bytes:
        """The private key. Raises KeyUnavailable."""
        return _decrypt(self._data_key(sealed), sealed.sealed, sealed.key_id)

    def rewrap(self, sealed: SealedKey) -> SealedKey:
        """The same key with its data key wrapped by the present KEK."""
        wrapped = _encrypt(self._keys[self._current], self._data_key(sealed), sealed.key_id)
        return replace(sealed, kek_id=self._current, wrapped=wrapped)

    def _data_key(self, sealed: SealedKey) -> bytes:
        if sealed.kek_id not in self._keys:
            self._load()  # rotated since we started
        if sealed.kek_id not in self._keys:
            raise KeyUnavailable(f"no file {KEPT} holds the key-encryption key {sealed.kek_id}")
        return _decrypt(self._keys[sealed.kek_id], sealed.wrapped, sealed.key_id)

    def _load(self) -> None:
        keys = {path.name: path.read_bytes() for path in self._folder.glob(KEPT)}
        if CURRENT not in keys:
            raise KeyUnavailable(f"{self._folder / CURRENT} is missing: run `talent secrets init`")
        for name, key in keys.items():
            if len(key) != 32:
                raise KeyUnavailable(f"{name} must hold 32 bytes")
        self._keys = {_kek_id(key): key for key in keys.values()}
        self._current = _kek_id(keys[CURRENT])


def _kek_id(key: bytes) -> str:
    return hashlib.sha256(b"talent kek id" + key).hexdigest()[:16]


def _encrypt(key: bytes, text: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, bound_to.encode())


def _decrypt(key: bytes, text: bytes, bound_to: str) -> bytes:
    try:
        return AESGCM(key).decrypt(text[:NONCE], text[NONCE:], bound_to.encode())
    except InvalidTag:
        raise KeyUnavailable("the stored key was changed, or a KEK file was") from None
