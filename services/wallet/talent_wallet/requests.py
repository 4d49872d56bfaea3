"""What every route of the holder's API starts from: who asks, and whether they ask again."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from talent_kit.callers import Caller, Role, require_role
from talent_kit.errors import Problem, Reason

from talent_wallet.changes import Acting, Change, Changes
from talent_wallet.model import Record

Answer = dict[str, Any]
HolderCaller = Annotated[Caller, Depends(require_role(Role.HOLDER))]


async def _changes(request: Request) -> Changes:
    changes: Changes = request.app.state.changes
    return changes


Wallet = Annotated[Changes, Depends(_changes)]


@dataclass(frozen=True)
class Me:
    """The signed-in holder."""

    holder_id: str
    acting: Acting


async def _me(caller: HolderCaller, wallet: Wallet) -> Me:
    holder_id = await wallet.store.holder_id_of(caller.subject)
    if holder_id is None:
        raise Problem(Reason.NOT_FOUND, what="holder")
    return Me(holder_id, acting_holder(holder_id, caller.on_behalf_of))


Mine = Annotated[Me, Depends(_me)]


@dataclass(frozen=True)
class Repeatable:
    """A write that a client may send again with the same Idempotency-Key."""

    key: str
    fingerprint: str


async def _repeatable(
    request: Request,
    key: Annotated[str, Header(alias="Idempotency-Key", max_length=200)] = "",
) -> Repeatable:
    content = f"{request.method} {request.url.path}\n".encode() + await request.body()
    return Repeatable(key, hashlib.sha256(content).hexdigest())


Once = Annotated[Repeatable, Depends(_repeatable)]


def acting_holder(holder_id: str, on_behalf_of: str = "") -> Acting:
    return Acting(holder_id, roles=frozenset({"holder"}), on_behalf_of=on_behalf_of)


async def once(
    wallet: Changes, me: Me, request: Repeatable, work: Callable[[Change], Awaitable[Answer]]
) -> Answer:
    """Do `work` in one change; a repeat with the same content gets the first answer.

    Raises ALREADY_EXISTS when the key came before with other content.
    """

    async def change_once(change: Change) -> Answer:
        await wallet.lock(change, me.holder_id)
        if not request.key:
            return await work(change)
        key = f"{me.holder_id} {request.key}"
        earlier = await wallet.store.request(change.session, key)
        if earlier is not None:
            fingerprint, answer = earlier
            if fingerprint != request.fingerprint:
                raise Problem(
                    Reason.ALREADY_EXISTS, field="Idempotency-Key", what="Idempotency-Key"
                )
            return answer
        answer = await work(change)
        await wallet.store.save_request(
            change.session, key, request.fingerprint, answer, change.now
        )
        return answer

    return await wallet.run(me.acting, change_once)


async def own_record(wallet: Changes, change: Change, me: Me, credential_id: str) -> Record:
    """A record of the caller's. Raises NOT_FOUND, also for somebody else's."""
    found = await wallet.store.records(change.session, [credential_id])
    record = found.get(credential_id)
    if record is None or record.holder_id != me.holder_id:
        raise Problem(Reason.NOT_FOUND, what="record")
    return record
