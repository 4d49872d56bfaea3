"""Consents that run out: CheckConsents refuses at the instant, the events follow from here."""

import asyncio
import logging
from dataclasses import replace

from talent_kit.failures import passes_by_itself
from talent_kit.leases import Lease
from talent_kit.store import Store
from talent_kit.waiting import until

from talent_wallet.changes import WALLET, Change, Changes
from talent_wallet.model import Consent

BATCH = 50
logger = logging.getLogger(__name__)


class Expiry:
    """One replica at a time looks for consents that ran out."""

    def __init__(self, store: Store, changes: Changes, check_seconds: float) -> None:
        self._store = store
        self._changes = changes
        self._check_seconds = check_seconds

    async def run(self, stop: asyncio.Event) -> None:
        async def look_often(epoch: int, ended: asyncio.Event) -> None:
            while not ended.is_set():
                try:
                    if await self.end_some() == BATCH:
                        continue
                except Exception as error:
                    if not passes_by_itself(error):
                        raise
                    logger.warning("consents that ran out wait: %s", type(error).__name__)
                await until(ended, self._check_seconds)

        await Lease(self._store, "consent-expiry").hold(stop, look_often)

    async def end_some(self) -> int:
        """Let the end of some consents take effect; how many."""
        found = await self._changes.store.run_out(self._changes.clock.now(), BATCH)
        if found:
            await self._changes.run(WALLET, lambda change: self._end(change, found))
        return len(found)

    async def _end(self, change: Change, consents: list[Consent]) -> None:
        await self._changes.store.mark_lapsed(
            change.session, [consent.consent_id for consent in consents]
        )
        holders = {consent.holder_id for consent in consents}
        change.holders |= await self._changes.store.lock_holders(change.session, holders)
        for consent in consents:
            holder = change.holders[consent.holder_id]
            rule = holder.standing_rule
            if rule and rule.consent_id == consent.consent_id:
                change.holders[holder.holder_id] = replace(holder, standing_rule=None)
            change.note(
                "CONSENT_EXPIRED", consent.holder_id, consent.consent_id, purpose=consent.purpose
            )
        change.refresh |= holders
