"""What identifies a holder, encrypted at rest: name, e-mail address, the key of their DID; and
what they tell so that fairness can be checked. Each holder's secrets are an envelope of their own.
"""

import json
from dataclasses import dataclass

from talent_kit.sealing import CannotOpen, Sealed, Sealer

__all__ = ["CannotOpen", "Person", "Sealed", "Vault"]


@dataclass(frozen=True)
class Person:
    """Who a holder is, and the seed of the key of their DID."""

    name: str
    email: str
    did_seed: bytes


class Vault(Sealer):
    def seal(self, holder_id: str, person: Person) -> Sealed:
        """Bound to the holder: it opens for nobody else's id."""
        text = json.dumps([person.name, person.email, person.did_seed.hex()]).encode()
        return self.seal_text(holder_id, text)

    def open(self, holder_id: str, sealed: Sealed) -> Person:
        """Raises CannotOpen."""
        name, email, seed = json.loads(self.open_text(holder_id, sealed))
        return Person(name, email, bytes.fromhex(seed))
