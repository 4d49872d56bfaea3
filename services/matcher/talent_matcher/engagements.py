"""What is told of a pair (job, holder), and how an open request for contact is taken back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from google.protobuf.message import Message
from talent_kit.audit import AuditEntry
from talent_kit.clock import Clock
from talent_kit.events import Acting, Outgoing, Record, header, outgoing
from talent_kit.store import Session
from talent_proto.events.v1 import engagements_pb2 as ev

from talent_matcher.store import MatcherStore, StoredEngagement

TOPIC = "talent.engagements.v1"
CLOSED = frozenset({ev.POOL_STATE_PASSED, ev.POOL_STATE_REMOVED})
Make = Callable[[Any, ev.Engagement], Message]


def added(head: Any, state: ev.Engagement) -> Message:
    return ev.TalentPoolEntryAdded(header=head, engagement=state)


def removed(head: Any, state: ev.Engagement) -> Message:
    return ev.TalentPoolEntryRemoved(header=head, engagement=state)


def requested(head: Any, state: ev.Engagement) -> Message:
    return ev.ContactRequested(header=head, engagement=state)


def dispositioned(head: Any, state: ev.Engagement) -> Message:
    return ev.CandidateDispositioned(header=head, engagement=state)


def hired(head: Any, state: ev.Engagement) -> Message:
    return ev.HireReported(header=head, engagement=state)


def invited(state: ev.Engagement) -> bool:
    """Whether the holder can still answer."""
    return state.contact_state == ev.CONTACT_STATE_REQUESTED and state.pool_state not in CLOSED


class Engagements:
    def __init__(self, store: MatcherStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def event(
        self, stored: StoredEngagement, actor: Acting, make: Make, cause: Record | None = None
    ) -> Outgoing:
        state = stored.engagement
        head = header(version=stored.version, actor=actor, clock=self._clock, cause=cause)
        return outgoing(TOPIC, f"{state.job_id}/{state.holder_id}", make(head, state))

    def as_it_is(
        self, stored: StoredEngagement, actor: Acting, cause: Record | None = None
    ) -> Outgoing:
        """What is told when the employer has done nothing: the state, under its latest name."""
        state = stored.engagement
        make = added
        if state.disposition == ev.DISPOSITION_HIRED:
            make = hired
        elif state.disposition:
            make = dispositioned
        elif state.pool_state in CLOSED:
            make = removed
        elif state.contact_state:
            make = requested
        return self.event(stored, actor, make, cause)

    async def take_back(self, session: Session, job_id: str, actor: Acting) -> None:
        """A job has closed: who was asked for contact and has not answered need not any more."""
        for there in await self._store.engagements(job_id, session=session):
            if not invited(there.engagement):
                continue
            there.engagement.pool_state = ev.POOL_STATE_REMOVED
            there.engagement.reason_code = ""
            version = there.version.next(self._store.epoch)
            stored = replace(there, version=version, updated_at=self._clock.now())
            await self._store.put_engagement(session, stored)
            entry = AuditEntry("CONTACT_TAKEN_BACK", actor, there.candidate_id, job_id)
            await self._store.record(session, self.event(stored, actor, removed), entry)
