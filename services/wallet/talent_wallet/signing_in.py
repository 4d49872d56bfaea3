"""A holder's first sign-in makes their wallet; a later one keeps name and address current."""

from dataclasses import dataclass, replace

from talent_kit.callers import Caller
from talent_kit.errors import Problem, Reason
from talent_kit.ids import uuid7
from talent_kit.recipient import recipient_hmac
from talent_kit.store import Session
from talent_vc import SigningKey

from talent_wallet.changes import WALLET, Change, Changes
from talent_wallet.model import Holder
from talent_wallet.requests import acting_holder
from talent_wallet.sealing import Person, Vault
from talent_wallet.store import SubjectTaken


@dataclass(frozen=True)
class Me:
    holder: Holder
    person: Person


class SignIn:
    def __init__(self, changes: Changes, vault: Vault, recipient_key: bytes) -> None:
        self._changes = changes
        self._store = changes.store
        self._vault = vault
        self._recipient_key = recipient_key

    async def find(self, subject: str) -> Me | None:
        holder_id = await self._store.holder_id_of(subject)
        holder = await self._store.holder(holder_id) if holder_id else None
        sealed = await self._store.person(holder_id) if holder_id else None
        if holder is None or sealed is None:
            return None
        return Me(holder, self._vault.open(holder.holder_id, sealed))

    async def person(self, holder_id: str, session: Session) -> Person:
        """Who the holder is. Raises NOT_FOUND."""
        sealed = await self._store.person(holder_id, session)
        if sealed is None:
            raise Problem(Reason.NOT_FOUND, what="holder")
        return self._vault.open(holder_id, sealed)

    async def sign_in(self, caller: Caller, name: str) -> Me:
        """The caller's wallet, made if need be, with all that was addressed to them before.

        An address that was once verified stays theirs: credentials sent to it still find them.
        Raises ALREADY_EXISTS when the e-mail address leads to somebody else's wallet.
        """
        known = await self.find(caller.subject)
        if known is None:
            holder_id, person = uuid7(), Person("", "", SigningKey.generate().to_bytes())
        else:
            holder_id, person = known.holder.holder_id, known.person
            if _current(person, caller, name) == person:
                return known
        acting = acting_holder(holder_id, caller.on_behalf_of)
        first = _current(person, caller, name)
        did = SigningKey.from_bytes(first.did_seed).did_key

        async def work(change: Change) -> Me:
            found = await self._store.holder_id_of(caller.subject, change.session)
            if found not in {None, holder_id}:
                raise SubjectTaken
            person = first
            if found is None:
                holder = Holder(holder_id, did)
                sealed = self._vault.seal(holder_id, person)
                await self._store.add_holder(change.session, holder, caller.subject, sealed)
                change.holders[holder_id] = holder
                change.note("HOLDER_REGISTERED", holder_id, holder_id)
                await self._claim(change, holder_id, did)
            else:
                person = await self._renew(change, holder_id, caller, name)
            if person.email:
                address = f"email:{recipient_hmac(self._recipient_key, person.email)}"
                await self._claim(change, holder_id, address)
            change.refresh.add(holder_id)
            return Me(change.holders[holder_id], person)

        try:
            return await self._changes.run(acting, work)
        except SubjectTaken:
            # The same person's other browser window was faster.
            return await self.sign_in(caller, name)

    async def _renew(self, change: Change, holder_id: str, caller: Caller, name: str) -> Person:
        """Change what the caller brings, and keep the rest as it is under the lock."""
        await self._changes.lock(change, holder_id)
        person = _current(await self.person(holder_id, change.session), caller, name)
        await self._store.save_person(
            change.session, holder_id, self._vault.seal(holder_id, person)
        )
        return person

    async def _claim(self, change: Change, holder_id: str, address: str) -> None:
        owners = await self._store.owners(change.session, [address])
        owner = owners.get(address, holder_id)
        if owner != holder_id:
            raise Problem(
                Reason.ALREADY_EXISTS, field="email", what="wallet for this e-mail address"
            )
        await self._store.claim_addresses(change.session, [address], holder_id)
        for record in await self._store.records_addressed(change.session, [address]):
            change.records[record.credential_id] = replace(record, holder_id=holder_id)

    async def rewrap(self) -> int:
        """After a rotation of `kek.key`: wrap every holder's data key by the present one."""
        count = 0
        async for holder_id in self._store.sealed_otherwise(self._vault.current):

            async def work(change: Change, holder_id: str = holder_id) -> None:
                await self._changes.lock(change, holder_id)
                sealed = await self._store.person(holder_id, change.session)
                if sealed is not None:
                    newer = self._vault.rewrap(holder_id, sealed)
                    await self._store.save_person(change.session, holder_id, newer)

            await self._changes.run(WALLET, work)
            count += 1
        return count


def _current(person: Person, caller: Caller, name: str) -> Person:
    """With the name and the address that a sign-in brings, as far as it brings any."""
    return replace(person, name=name or person.name, email=caller.email or person.email)
