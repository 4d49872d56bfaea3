"""OperationsService: what every service offers its operators: republish, dead letters, audit."""

import hashlib
import logging
from bisect import insort
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import DecodeError
from talent_proto.events.v1.dead_letters_pb2 import DeadLettered
from talent_proto.operations.v1 import operations_pb2 as pb
from talent_proto.operations.v1 import operations_pb2_grpc as pb_grpc

from talent_kit import pages
from talent_kit.audit import Audit, AuditEntry
from talent_kit.callers import Caller, Role, require
from talent_kit.consumer import Consumer
from talent_kit.dead_letters import TOPIC
from talent_kit.errors import Problem, Reason
from talent_kit.events import Record, UnknownEvent
from talent_kit.failures import passes_by_itself, reason_of
from talent_kit.reading import read_one, read_to_end
from talent_kit.settings import CommonSettings
from talent_kit.store import Store
from talent_kit.topics import find_topic

NAME = "talent.operations.v1.OperationsService"
REPLAYS = "dead_letter_replays"
PAGE = 200
Republish = Callable[[], Awaitable[int]]
logger = logging.getLogger(__name__)


class Operations(pb_grpc.OperationsServiceServicer):
    """Needs the role agency or operator; everything that changes or shows something is audited."""

    def __init__(
        self,
        settings: CommonSettings,
        *,
        store: Store,
        audit: Audit,
        consumers: Sequence[Consumer],
        republish: Republish | None,
    ) -> None:
        self._settings = settings
        self._audit = audit
        self._replays: Any = store.db[REPLAYS]
        self._consumers = {consumer.group: consumer for consumer in consumers}
        self._republish = republish

    async def Republish(  # noqa: N802
        self, request: pb.RepublishRequest, context: Any
    ) -> pb.RepublishResponse:
        caller = require(Role.AGENCY, Role.OPERATOR)
        if self._republish is None:
            raise Problem(Reason.NOT_FOUND, what="events of this service")
        await self._note(caller, "REPUBLISH", "")
        return pb.RepublishResponse(republished=await self._republish())

    async def ListDeadLetters(  # noqa: N802
        self, request: pb.ListDeadLettersRequest, context: Any
    ) -> pb.ListDeadLettersResponse:
        caller = require(Role.AGENCY, Role.OPERATOR)
        size = pages.page_size(request.page_size, PAGE)
        position = pages.decode(request.page_token)
        after = (pages.number(position, "partition", -1), pages.number(position, "offset", -1))
        await self._note(caller, "DEAD_LETTERS_LIST", "")
        letters: list[Record] = []  # the page, and one more to tell whether another follows
        async with aclosing(self._letters()) as found:
            async for letter in found:
                if _place(letter) > after:
                    insort(letters, letter, key=_place)
                    del letters[size + 1 :]
        page = letters[:size]
        token = ""
        if len(letters) > size:
            partition, offset = _place(page[-1])
            token = pages.encode({"partition": partition, "offset": offset})
        return pb.ListDeadLettersResponse(
            dead_letter=[await self._state(letter) for letter in page], next_page_token=token
        )

    async def GetDeadLetter(  # noqa: N802
        self, request: pb.GetDeadLetterRequest, context: Any
    ) -> pb.GetDeadLetterResponse:
        caller = require(Role.AGENCY, Role.OPERATOR)
        letter = await self._find(request.dead_letter_id)
        await self._note(caller, "DEAD_LETTER_READ", request.dead_letter_id)
        return pb.GetDeadLetterResponse(
            dead_letter=await self._state(letter),
            record_available=await self._original(letter) is not None,
        )

    async def ReplayDeadLetter(  # noqa: N802
        self, request: pb.ReplayDeadLetterRequest, context: Any
    ) -> pb.ReplayDeadLetterResponse:
        caller = require(Role.AGENCY, Role.OPERATOR)
        letter = await self._find(request.dead_letter_id)
        original = await self._original(letter)
        if original is None:
            raise Problem(Reason.RECORD_GONE, owner=find_topic(letter.event.topic).owner)
        await self._note(caller, "DEAD_LETTER_REPLAY", request.dead_letter_id)
        try:
            await self._consumers[letter.event.group].replay(original)
        except Exception as error:
            if passes_by_itself(error):
                raise
            raise Problem(Reason.REPLAY_FAILED, code=reason_of(error)[0]) from error
        await self._replays.update_one(
            {"_id": request.dead_letter_id},
            {"$set": {"replayed_at": datetime.now(UTC), "by": caller.subject}},
            upsert=True,
        )
        return pb.ReplayDeadLetterResponse(dead_letter=await self._state(letter))

    async def ListAuditEntries(  # noqa: N802
        self, request: pb.ListAuditEntriesRequest, context: Any
    ) -> pb.ListAuditEntriesResponse:
        caller = require(Role.AGENCY)
        size = pages.page_size(request.page_size, PAGE)
        after = pages.number(pages.decode(request.page_token), "after", 0)
        await self._note(caller, "AUDIT_READ", request.object_id)
        found = await self._audit.read(
            subject=request.subject, object_id=request.object_id, after=after, limit=size
        )
        token = pages.encode({"after": int(found[-1]["sequence"])}) if len(found) == size else ""
        entries = [_entry(row) for row in found]
        return pb.ListAuditEntriesResponse(entry=entries, next_page_token=token)

    async def _letters(self) -> AsyncGenerator[Record]:
        """The dead letters of this service's groups; in order within a partition only."""
        async with aclosing(read_to_end(self._settings, TOPIC)) as records:
            async for record in records:
                if _is_letter(record) and record.event.group in self._consumers:
                    yield record

    async def _find(self, dead_letter_id: str) -> Record:
        async with aclosing(self._letters()) as letters:
            async for letter in letters:
                if _id(letter) == dead_letter_id:
                    return letter
        raise Problem(Reason.NOT_FOUND, field="dead_letter_id", what="dead letter")

    async def _original(self, letter: Record) -> Record | None:
        """The record that the letter is about; None when it, or its whole topic, was replaced."""
        dead = letter.event
        found = await read_one(self._settings, dead.topic, dead.partition, dead.offset)
        if found is None or hashlib.sha256(found.value or b"").hexdigest() != dead.digest:
            return None
        return found

    async def _state(self, letter: Record) -> pb.DeadLetterState:
        state = pb.DeadLetterState(dead_letter_id=_id(letter), dead_letter=letter.event)
        replay: Any = await self._replays.find_one({"_id": _id(letter)})
        if replay:
            state.replayed_at.FromDatetime(replay["replayed_at"])
        return state

    async def _note(self, caller: Caller, action: str, object_id: str) -> None:
        await self._audit.append(None, AuditEntry(action, caller, object_id=object_id))


def _is_letter(record: Record) -> bool:
    try:
        if isinstance(record.event, DeadLettered):
            return True
    except (DecodeError, UnknownEvent):
        pass
    logger.warning("%s/%d/%d is no dead letter", record.topic, record.partition, record.offset)
    return False


def _id(letter: Record) -> str:
    dead = letter.event
    return f"{dead.topic}/{dead.partition}/{dead.offset}/{dead.group}"


def _place(letter: Record) -> tuple[int, int]:
    return letter.partition, letter.offset


def _entry(row: dict[str, Any]) -> pb.AuditEntry:
    entry = pb.AuditEntry(
        sequence=row["sequence"],
        action=row["action"],
        actor_id=row["actor_id"],
        actor_org_id=row["org_id"],
        actor_role=row["actor_roles"],
        on_behalf_of=row["on_behalf_of"],
        subject=row["subject"],
        object_id=row["object_id"],
        detail=row["details"],
        previous_hash=row["previous_hash"],
        hash=row["hash"],
    )
    entry.recorded_at.FromDatetime(row["recorded_at"])
    return entry
