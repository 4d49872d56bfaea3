"""Personal data and signing keys, encrypted at rest.

Envelope: each thing is sealed with a data key of its own, which is wrapped by the key-encryption
key of `kek.key`; its id is stored beside it. After a rotation the old key stays in the folder as
`kek-ANYTHING.key` until `rewrap` has been over everything.
"""

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CURRENT, KEPT = "kek.key", "kek*.key"
KEK_BYTES = 32
NONCE = 12


class CannotOpen(Exception):
    """Sealed with a key that is not here, or changed since."""


@dataclass(frozen=True)
class Sealed:
    """As stored. `wrapped` and `sealed` begin with their nonce."""

    kek_id: str
    wrapped: bytes
    sealed: bytes


class Sealer:
    """The key-encryption keys of a folder. Raises CannotOpen where the present one is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._load()

    def seal_text(self, bound_to: str, text: bytes) -> Sealed:
        data_key = AESGCM.generate_key(256)
        wrapped = _encrypt(self._keks[self._current], data_key, bound_to)
        return Sealed(self._current, wrapped, _encrypt(data_key, text, bound_to))

    def open_text(self, bound_to: str, sealed: Sealed) -> bytes:
        """Raises CannotOpen, also for what was bound to something else."""
        return _decrypt(self._data_key(bound_to, sealed), sealed.sealed, bound_to)

    def rewrap(self, bound_to: str, sealed: Sealed) -> Sealed:
        """The same, its data key wrapped by the present key-encryption key."""
        data_key = self._data_key(bound_to, sealed)
        wrapped = _encrypt(self._keks[self._current], data_key, bound_to)
        return replace(sealed, kek_id=self._current, wrapped=wrapped)

    @property
    def current(self) -> str:
        """Id of the present key-encryption key."""
        return self._current

    def _data_key(self, bound_to: str, sealed: Sealed) -> bytes:
        if sealed.kek_id not in self._keks:
            self._load()  # rotated since we started
        if sealed.kek_id not in self._keks:
            raise CannotOpen(f"no {KEPT} file is the key-encryption key {sealed.kek_id}")
        return _decrypt(self._keks[sealed.kek_id], sealed.wrapped, bound_to)

    def _load(self) -> None:
        keks = {path.name: path.read_bytes() for path in self._folder.glob(KEPT)}
        if CURRENT not in keks:
            raise CannotOpen(f"{self._folder / CURRENT} is missing: run `talent secrets init`")
        for name, kek in keks.items():
            if len(kek) != KEK_BYTES:
                raise CannotOpen(f"{name} must hold {KEK_BYTES} bytes")
        self._keks = {_kek_id(kek): kek for kek in keks.values()}
        self._current = _kek_id(keks[CURRENT])


def _kek_id(kek: bytes) -> str:
    return hashlib.sha256(b"talent kek id" + kek).hexdigest()[:16]


def _encrypt(key: bytes, text: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, bound_to.encode())


def _decrypt(key: bytes, text: bytes, bound_to: str) -> bytes:
    try:
        return AESGCM(key).decrypt(text[:NONCE], text[NONCE:], bound_to.encode())
    except InvalidTag:
        raise CannotOpen("the stored secrets or a kek*.key file were changed") from None
