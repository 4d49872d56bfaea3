"""A status list as the credential that is served, signed with its organization's key."""

import asyncio
from datetime import timedelta

from talent_kit.clock import Clock
from talent_vc import ContextLoader, SigningKey, build_status_list, sign

from talent_registry import bits
from talent_registry.addresses import Addresses
from talent_registry.issuers import IssuerKey, Issuers
from talent_registry.list_store import StatusListState
from talent_registry.organizations import Organizations
from talent_registry.signing import to_bytes

CLOCK_SKEW = timedelta(hours=1)  # a verifier whose clock is slow can use a new list at once


class StatusListSigner:
    """Signs in a thread: lists are few and small, and workers may not be running."""

    def __init__(
        self,
        *,
        organizations: Organizations,
        issuers: Issuers,
        addresses: Addresses,
        contexts: ContextLoader,
        clock: Clock,
    ) -> None:
        self._organizations = organizations
        self._issuers = issuers
        self._addresses = addresses
        self._contexts = contexts
        self._clock = clock

    async def sign(self, state: StatusListState) -> bytes:
        key = await self._issuers.key(await self._organizations.get(state.org_id))
        return await asyncio.to_thread(self._signed, state, key)

    def _signed(self, state: StatusListState, key: IssuerKey) -> bytes:
        document = build_status_list(
            list_id=self._addresses.status_list(state.list_id),
            issuer=key.did,
            purpose=state.purpose.value,
            set_bits=bits.indexes(state.bits),
            valid_from=state.created_at - CLOCK_SKEW,
        )
        signed = sign(
            document,
            key=SigningKey.from_bytes(key.seed),
            verification_method=key.verification_method,
            created=self._clock.now(),
            contexts=self._contexts,
        )
        return to_bytes(signed)
