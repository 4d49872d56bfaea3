"""The status of credentials: places in the lists, changes, and the lists as they are served."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace

from talent_kit.audit import Audit, AuditEntry
from talent_kit.callers import Caller
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.ids import uuid7
from talent_kit.outbox import Outbox
from talent_kit.store import Session
from talent_kit.versions import Version

from talent_registry import bits
from talent_registry.addresses import Addresses
from talent_registry.announce import status_event
from talent_registry.list_store import Block, ListPair, StatusListState, StatusListStore
from talent_registry.model import Credential, ListId, OrgId, Purpose, StatusChange, StatusPlace
from talent_registry.permutation import permute
from talent_registry.store import RegistryStore, Request

BLOCK = 1_000


class StatusPlaces:
    """Hands out places in an organization's lists, from blocks reserved ahead."""

    def __init__(self, lists: StatusListStore, clock: Clock) -> None:
        self._lists = lists
        self._clock = clock
        self._blocks: dict[OrgId, Iterator[StatusPlace]] = {}
        self._locks: dict[OrgId, asyncio.Lock] = {}

    async def take(self, org_id: OrgId, count: int) -> list[StatusPlace]:
        async with self._locks.setdefault(org_id, asyncio.Lock()):
            places: list[StatusPlace] = []
            while len(places) < count:
                place = next(self._blocks.get(org_id, iter(())), None)
                if place is None:
                    self._blocks[org_id] = _places(await self._reserve(org_id))
                else:
                    places.append(place)
            return places

    async def _reserve(self, org_id: OrgId) -> Block:
        while True:
            block = await self._lists.reserve(org_id, BLOCK)
            if block is not None:
                return block
            pair = ListPair(
                number=await self._lists.last_pair_number(org_id) + 1,
                key=secrets.token_bytes(32),
                revocation_list_id=ListId(uuid7()),
                suspension_list_id=ListId(uuid7()),
            )
            await self._lists.add_pair(org_id, pair, bits.empty(), self._clock.now())


def _places(block: Block) -> Iterator[StatusPlace]:
    pair = block.pair
    for position in range(block.start, block.end):
        yield StatusPlace(
            pair.revocation_list_id, pair.suspension_list_id, permute(pair.key, position)
        )


class Statuses:
    """Suspending, reinstating, revoking: credential, list, audit and event in one transaction."""

    def __init__(
        self,
        *,
        store: RegistryStore,
        lists: StatusListStore,
        outbox: Outbox,
        audit: Audit,
        addresses: Addresses,
        clock: Clock,
    ) -> None:
        self._store = store
        self._lists = lists
        self._outbox = outbox
        self._audit = audit
        self._addresses = addresses
        self._clock = clock

    async def change(
        self,
        caller: Caller,
        request: Request,
        credential_id: str,
        change: StatusChange,
        reason_code: str,
    ) -> Credential:
        async def work(session: Session) -> str:
            credential = await self._store.credential(credential_id, session)
            if credential is None:
                raise Problem(Reason.NOT_FOUND, field="credential_id", what="credential")
            if credential.org_id != caller.org_id:
                raise Problem(Reason.NOT_YOURS, field="credential_id", what="credential")
            if credential.place is None:
                mend = "change its status in the list that its credentialStatus names"
                raise Problem(
                    Reason.WRONG_STATE,
                    field="credential_id",
                    state="signed outside the registry",
                    mend=mend,
                )
            status = change.apply(credential.status)
            changed = credential.changed(status, self._store.epoch)
            shown = await self._show(session, credential.place, change)
            await self._store.put_status(session, changed)
            entry = AuditEntry(
                f"CREDENTIAL_{changed.status}",
                caller,
                subject_pseudonym=_subject(changed),
                object_id=credential_id,
                details={"change": change.value, "reason_code": reason_code},
            )
            await self._audit.append(session, entry)
            event = status_event(
                changed,
                reason_code=reason_code,
                list_url=self._addresses.status_list(shown.list_id),
                list_version=shown.version.packed,
                actor=caller,
                clock=self._clock,
            )
            await self._outbox.append(session, event)
            return credential_id

        found = await self._store.credential(await self._store.once(request, work))
        assert found is not None  # credentials are never deleted
        return found

    async def _show(
        self, session: Session, place: StatusPlace, change: StatusChange
    ) -> StatusListState:
        """The list with the credential's bit as it is from now on, and its version raised."""
        state = await self._lists.status_list(place.list_id(change.purpose), session)
        assert state is not None  # made before its first place was handed out
        changed = replace(
            state,
            bits=bits.with_bit(state.bits, place.index, change.sets_bit),
            version=state.version.next(self._store.epoch),
        )
        await self._lists.put_bits(session, changed)
        return changed


def _subject(credential: Credential) -> str:
    """The person concerned, as the audit log may name them."""
    return credential.facts.recipient.email_hmac or credential.facts.recipient.did


Sign = Callable[[StatusListState], Awaitable[bytes]]


class ServedLists:
    """Signed status lists by version; the last ones stay in memory."""

    def __init__(self, lists: StatusListStore, sign: Sign, kept: int) -> None:
        self._lists = lists
        self._sign = sign
        self._kept = kept
        self._signed: OrderedDict[tuple[str, Version], bytes] = OrderedDict()
        self._signing = asyncio.Lock()

    async def version(self, list_id: str) -> Version:
        found = await self._lists.status_list_version(list_id)
        if found is None:
            raise Problem(Reason.NOT_FOUND, field="list_id", what="status list")
        return found

    async def signed(self, list_id: str) -> tuple[Version, bytes]:
        """The list as of now."""
        version = await self.version(list_id)
        if (list_id, version) not in self._signed:
            async with self._signing:
                version = await self._fill(list_id)
        self._signed.move_to_end((list_id, version))
        return version, self._signed[list_id, version]

    async def _fill(self, list_id: str) -> Version:
        state = await self._lists.status_list(list_id)
        assert state is not None  # it was there a moment ago, and lists are never deleted
        key = (list_id, state.version)
        if key not in self._signed:
            self._signed[key] = await self._sign(state)
            while len(self._signed) > self._kept:
                self._signed.popitem(last=False)
        return state.version


def purposes(addresses: Addresses, place: StatusPlace) -> dict[Purpose, str]:
    """The addresses of a place's lists."""
    return {purpose: addresses.status_list(place.list_id(purpose)) for purpose in Purpose}
