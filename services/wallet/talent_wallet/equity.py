"""What holders tell of their own will so that an audit can see whether groups fare alike.

It is sealed, in a collection of its own, in no event, and read by nobody but its holder and an
agency's audit. Matching never sees it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.callers import Caller

from talent_wallet.changes import WALLET, Acting, Change, Changes
from talent_wallet.requests import Me
from talent_wallet.sealing import Sealed, Vault

AT_ONCE = 500  # holders that are read together


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Race(StrEnum):
    """The categories of the EEO-1 report."""

    HISPANIC = "hispanic"
    WHITE = "white"
    BLACK = "black"
    PACIFIC_ISLANDER = "pacific-islander"
    ASIAN = "asian"
    NATIVE_AMERICAN = "native-american"


class EquityAnswers(BaseModel):
    """Each may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sex: Sex | None = None
    races: frozenset[Race] = frozenset()
    birth_year: int | None = Field(default=None, ge=1900, le=2100)
    disability: bool | None = None
    limited_english: bool | None = None


@dataclass(frozen=True)
class HolderAnswers:
    """`answers` is None where the holder gave none."""

    holder_id: str
    discoverable: bool
    answers: EquityAnswers | None


class Equity:
    def __init__(self, changes: Changes, vault: Vault) -> None:
        self._changes = changes
        self._store = changes.store
        self._vault = vault

    async def of(self, holder_id: str) -> EquityAnswers:
        sealed = await self._store.equity_answers(holder_id)
        return self._opened(holder_id, sealed) if sealed else EquityAnswers()

    async def put(self, me: Me, answers: EquityAnswers) -> None:
        """In place of earlier ones; empty answers are not kept."""
        text = answers.model_dump_json(exclude_defaults=True).encode()

        async def work(change: Change) -> None:
            await self._changes.lock(change, me.holder_id)
            if answers == EquityAnswers():
                await self._store.drop_equity_answers(change.session, me.holder_id)
            else:
                sealed = self._vault.seal_text(_bound_to(me.holder_id), text)
                await self._store.save_equity_answers(change.session, me.holder_id, sealed)
            change.note("EQUITY_ANSWERS_CHANGED", me.holder_id, me.holder_id)

        await self._changes.run(me.acting, work)

    async def read_all(self, caller: Caller) -> AsyncIterator[list[HolderAnswers]]:
        """Of every holder, some at once. That they were read is recorded first."""
        acting = Acting(
            caller.subject, caller.org_id, frozenset(map(str, caller.roles)), caller.on_behalf_of
        )

        async def note(change: Change) -> None:
            change.note("EQUITY_ANSWERS_READ", "", "all holders")

        await self._changes.run(acting, note)
        now = self._changes.clock.now()
        some: list[str] = []
        async for holder_id in self._store.holder_ids():
            some.append(holder_id)
            if len(some) == AT_ONCE:
                yield await self._read(some, now)
                some = []
        if some:
            yield await self._read(some, now)

    async def rewrap(self) -> int:
        """After a rotation of `kek.key`: wrap the data key of all answers by the present one."""
        count = 0
        async for holder_id in self._store.equity_answers_sealed_otherwise(self._vault.current):

            async def work(change: Change, holder_id: str = holder_id) -> None:
                await self._changes.lock(change, holder_id)
                sealed = await self._store.equity_answers(holder_id)
                if sealed is not None:
                    newer = self._vault.rewrap(_bound_to(holder_id), sealed)
                    await self._store.save_equity_answers(change.session, holder_id, newer)

            await self._changes.run(WALLET, work)
            count += 1
        return count

    async def _read(self, holder_ids: list[str], now: datetime) -> list[HolderAnswers]:
        sealed = await self._store.equity_answers_of(holder_ids)
        # By nobody in particular: whom an organization may not find others still may.
        found = await self._store.discoverable(holder_ids, "", now)
        return [
            HolderAnswers(
                holder_id,
                holder_id in found,
                self._opened(holder_id, sealed[holder_id]) if holder_id in sealed else None,
            )
            for holder_id in holder_ids
        ]

    def _opened(self, holder_id: str, sealed: Sealed) -> EquityAnswers:
        text = self._vault.open_text(_bound_to(holder_id), sealed)
        return EquityAnswers.model_validate_json(text)


def _bound_to(holder_id: str) -> str:
    return f"equity answers of {holder_id}"
