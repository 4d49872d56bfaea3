"""A request that comes twice: the same content gets the same answer, other content a refusal."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol, TypeVar

from google.protobuf.message import Message
from talent_kit.callers import Caller
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.store import Session

from talent_matcher.store import MatcherStore, Remembered

Answer = TypeVar("Answer", bound=Message)


class Asked(Protocol):
    """Any request of the service that changes something."""

    @property
    def request_id(self) -> str: ...
    def SerializeToString(self, *, deterministic: bool = ...) -> bytes: ...  # noqa: N802


class Requests:
    def __init__(self, store: MatcherStore, clock: Clock, days: int) -> None:
        self._store = store
        self._clock = clock
        self._days = days

    async def once(
        self,
        caller: Caller,
        request: Asked,
        answer: type[Answer],
        work: Callable[[Session], Awaitable[Answer]],
    ) -> Answer:
        """Run `work` in a transaction, unless this organization's request_id has its answer.
        A request without an id is not remembered. Raises ALREADY_EXISTS."""
        if len(request.request_id) > 100:
            raise Problem(Reason.TOO_LARGE, field="request_id", limit="100 characters")
        if not request.request_id:
            return await self._store.transact(work)
        key = f"{caller.org_id}/{request.request_id}"
        text = request.SerializeToString(deterministic=True)
        digest = hashlib.sha256(answer.DESCRIPTOR.full_name.encode() + b"\0" + text).hexdigest()

        async def remembering(session: Session) -> Answer:
            there = await self._store.answered(session, key)
            if there is not None:
                if there.digest != digest:
                    raise Problem(Reason.ALREADY_EXISTS, field="request_id", what="request")
                return answer.FromString(there.answer)
            made = await work(session)
            until = self._clock.now() + timedelta(days=self._days)
            remembered = Remembered(digest, made.SerializeToString())
            await self._store.remember(session, key, caller.org_id, remembered, until)
            return made

        return await self._store.transact(remembering)


def require_org(caller: Caller) -> Caller:
    """A caller who acts for an organization. Raises MISSING_FIELD."""
    if not caller.org_id:
        raise Problem(Reason.MISSING_FIELD, field="org_id of the token")
    return caller
