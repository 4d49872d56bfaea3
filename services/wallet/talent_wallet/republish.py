"""Announces profiles and answers again, each in a change that raises its version."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

from talent_kit.versions import Version

from talent_wallet.changes import WALLET, Change, Changes
from talent_wallet.http_invitations import answer_event
from talent_wallet.model import Invitation

BATCH = 50


class Republish:
    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._store = changes.store

    async def run(self) -> int:
        """How many were announced: profiles, withdrawals of profiles once shown, and answers."""
        count = 0
        async for ids in _batches(self._store.holder_ids()):
            count += await self._changes.run(WALLET, partial(self._holders, ids))
        async for ids in _batches(self._store.answered()):
            count += await self._changes.run(WALLET, partial(self._answers, ids))
        return count

    async def _holders(self, ids: list[str], change: Change) -> int:
        change.repeat = True
        change.holders |= await self._store.lock_holders(change.session, ids)
        change.refresh |= change.holders.keys()
        return sum(one.ever_announced for one in change.holders.values())

    async def _answers(self, ids: list[str], change: Change) -> int:
        found = await self._store.invitations(change.session, ids)
        raised = [_raised(one, change.epoch) for one in found.values()]
        await self._store.save_invitations(change.session, raised)
        change.events += [answer_event(change, self._changes, one) for one in raised]
        return len(raised)


def _raised(invitation: Invitation, epoch: int) -> Invitation:
    version = Version.from_packed(invitation.answer_version).next(epoch)
    return replace(invitation, answer_version=version.packed)


async def _batches(ids: AsyncIterator[str]) -> AsyncIterator[list[str]]:
    batch: list[str] = []
    async for one in ids:
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
