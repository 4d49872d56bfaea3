"""Signing keys that the registry keeps for organizations."""

from dataclasses import dataclass

from talent_kit.ids import uuid7
from talent_vc import Document, SigningKey, did_web_document

from talent_registry.keys import Keyring, SealedKey
from talent_registry.model import Organization
from talent_registry.store import RegistryStore


@dataclass(frozen=True)
class IssuerKey:
    """An opened key, and how proofs name it."""

    did: str
    seed: bytes
    public_multikey: str

    @property
    def verification_method(self) -> str:
        return f"{self.did}#{self.public_multikey}"


class Issuers:
    """Opened keys stay in memory: opening one for each signature would cost a read each."""

    def __init__(self, store: RegistryStore, keyring: Keyring) -> None:
        self._store = store
        self._keyring = keyring
        self._open: dict[str, IssuerKey] = {}

    def make(self) -> SealedKey:
        """A fresh key for an organization."""
        return self._keyring.seal(uuid7(), SigningKey.generate().to_bytes())

    async def key(self, organization: Organization) -> IssuerKey:
        """The key of an organization whose key is here."""
        found = self._open.get(organization.key_id)
        if found is None:
            sealed = await self._store.key(organization.key_id)
            if sealed is None:
                raise LookupError(f"the signing key {organization.key_id} is not stored")
            seed = self._keyring.open(sealed)
            multikey = SigningKey.from_bytes(seed).public_multikey
            found = IssuerKey(organization.did, seed, multikey)
            self._open[organization.key_id] = found
        return found

    async def did_document(self, organization: Organization) -> Document:
        key = await self.key(organization)
        return did_web_document(
            organization.did, fragment=key.public_multikey, public_multikey=key.public_multikey
        )


async def rotate(store: RegistryStore, keyring: Keyring) -> int:
    """Wrap every data key by the present key-encryption key; how many that were."""
    rewrapped = 0
    while found := await store.keys_not_under(keyring.current_id, 100):
        for key in found:
            await store.put_rewrapped(keyring.rewrap(key))
        rewrapped += len(found)
    return rewrapped
