"""Signing keys of organizations, encrypted at rest: each private key is an envelope of its own, to
which its id is bound. A rotation wraps the data keys again and does not touch the private keys.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from talent_kit.sealing import Sealed, Sealer


@dataclass(frozen=True)
class SealedKey:
    """A private key as the database holds it. `wrapped` and `sealed` begin with their nonce."""

    key_id: str
    kek_id: str
    wrapped: bytes
    sealed: bytes

    @property
    def envelope(self) -> Sealed:
        return Sealed(self.kek_id, self.wrapped, self.sealed)


class Keyring:
    """Raises CannotOpen, as everything here, for a folder without a present key-encryption key."""

    def __init__(self, folder: Path) -> None:
        self._sealer = Sealer(folder)

    @property
    def current_id(self) -> str:
        return self._sealer.current

    def seal(self, key_id: str, private_key: bytes) -> SealedKey:
        made = self._sealer.seal_text(key_id, private_key)
        return SealedKey(key_id, made.kek_id, made.wrapped, made.sealed)

    def open(self, sealed: SealedKey) -> bytes:
        """The private key."""
        return self._sealer.open_text(sealed.key_id, sealed.envelope)

    def rewrap(self, sealed: SealedKey) -> SealedKey:
        """The same key with its data key wrapped by the present key-encryption key."""
        made = self._sealer.rewrap(sealed.key_id, sealed.envelope)
        return replace(sealed, kek_id=made.kek_id, wrapped=made.wrapped)
