"""The version gate: of each aggregate only what is newer than all before takes effect."""

from collections.abc import Sequence
from dataclasses import dataclass

from talent_kit.store import Session, Store

AT_ONCE = 100  # keys in one query: a long list is slow to match in the local database
N_BITS = 40
N_MAX = (1 << N_BITS) - 1
EPOCH_MAX = (1 << 23) - 1  # packed stays inside a signed 64-bit integer


@dataclass(frozen=True, order=True, slots=True)
class Version:
    """How new an aggregate's state is. The epoch rises when a database is restored."""

    epoch: int
    n: int

    def __post_init__(self) -> None:
        if not (0 <= self.epoch <= EPOCH_MAX and 0 <= self.n <= N_MAX):
            raise ValueError(f"no version: {self.epoch}.{self.n}")

    @property
    def packed(self) -> int:
        """One integer in the same order, as stored in the field `version`."""
        return self.epoch << N_BITS | self.n

    @classmethod
    def from_packed(cls, packed: int) -> "Version":
        return cls(packed >> N_BITS, packed & N_MAX)

    def next(self, epoch: int) -> "Version":
        """The version after this one, written under the database's present epoch."""
        return Version(epoch, 1) if epoch > self.epoch else Version(self.epoch, self.n + 1)

    def __str__(self) -> str:
        return f"{self.epoch}.{self.n}"

    @classmethod
    def parse(cls, text: str) -> "Version":
        epoch, _, n = text.partition(".")
        return cls(int(epoch), int(n))


class Gate:
    """Remembers the highest version applied for each key, withdrawn ones included."""

    def __init__(self, store: Store, collection_name: str) -> None:
        self._store = store
        self._name = collection_name

    async def prepare(self) -> None:
        """Make the collection: part of a service's migration."""
        await self._store.ensure_collections(self._name)

    async def admit(
        self, session: Session | None, items: Sequence[tuple[str, Version]]
    ) -> set[int]:
        """The indexes of items newer than everything seen for their key, in order.

        Stores the highest in the caller's transaction, so the gate and the effect stand or fall
        together. Without a session it stores at once: only for effects that are idempotent.
        """
        if not items:
            return set()
        collection = self._store.db[self._name]
        keys = list({key for key, _ in items})
        highest: dict[str, int] = {}
        for start in range(0, len(keys), AT_ONCE):
            wanted = {"_id": {"$in": keys[start : start + AT_ONCE]}}
            async for row in collection.find(wanted, session=session):
                highest[row["_id"]] = int(row["version"])
        admitted: set[int] = set()
        raised: dict[str, int] = {}
        for index, (key, version) in enumerate(items):
            if version.packed > highest.get(key, -1):
                highest[key] = raised[key] = version.packed
                admitted.add(index)
        if raised:
            await self._store.raise_versions(session, self._name, raised)
        return admitted
