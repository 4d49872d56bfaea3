"""An employer's talent pool: whom it shortlists, passes over, asks for contact and hires.

Of a pair (job, holder) everything is one document and one event with the full state. The holder's
answer is the wallet's to tell; it is taken over from its event.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from google.protobuf.message import Message
from talent_kit import pages
from talent_kit.audit import AuditEntry
from talent_kit.callers import Caller
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.events import Record
from talent_kit.ids import uuid7
from talent_kit.store import Session
from talent_kit.versions import Version
from talent_proto.events.v1 import engagements_pb2 as ev
from talent_proto.matcher.v1 import matcher_pb2 as pb

from talent_matcher.actor import ACTOR
from talent_matcher.engagements import (
    Engagements,
    Make,
    added,
    dispositioned,
    hired,
    invited,
    removed,
    requested,
)
from talent_matcher.jobs import Jobs
from talent_matcher.network import Network
from talent_matcher.people import People
from talent_matcher.requests import Asked, Requests
from talent_matcher.store import MatcherStore, StoredEngagement
from talent_matcher.view import Present

# Why an employer passes over a candidate. The codes are in docs/integrating.md.
PASS_REASONS = frozenset(
    {"schedule", "filled", "skills", "experience", "location", "pay", "no_answer", "other"}
)
Answer = TypeVar("Answer", bound=Message)
Change = Callable[[ev.Engagement, datetime], None]


@dataclass(frozen=True)
class Step:
    """One thing an employer does: how it changes the state, and what it is called."""

    action: str
    change: Change
    event: Make
    takes_back: bool = False  # an open request for contact
    needs_open: bool = False  # the job


class Pool:
    """`caller` is always somebody of the employer."""

    def __init__(
        self,
        *,
        store: MatcherStore,
        engagements: Engagements,
        requests: Requests,
        jobs: Jobs,
        people: People,
        network: Network,
        clock: Clock,
        page_size: int,
    ) -> None:
        self._store = store
        self._engagements = engagements
        self._requests = requests
        self._jobs = jobs
        self._people = people
        self._network = network
        self._clock = clock
        self._page_size = page_size

    async def shortlist(self, caller: Caller, request: pb.ShortlistRequest) -> pb.ShortlistResponse:
        def change(state: ev.Engagement, now: datetime) -> None:
            state.pool_state = ev.POOL_STATE_SHORTLISTED
            state.reason_code = ""

        step = Step("CANDIDATE_SHORTLISTED", change, added)
        return await self._do(caller, request, pb.ShortlistResponse, step)

    async def pass_over(self, caller: Caller, request: pb.PassRequest) -> pb.PassResponse:
        if request.reason_code not in PASS_REASONS:
            mend = f"use one of {', '.join(sorted(PASS_REASONS))}"
            raise Problem(Reason.INVALID_FIELD, field="reason_code", mend=mend)

        def change(state: ev.Engagement, now: datetime) -> None:
            state.pool_state = ev.POOL_STATE_PASSED
            state.reason_code = request.reason_code

        step = Step("CANDIDATE_PASSED", change, removed, takes_back=True)
        return await self._do(caller, request, pb.PassResponse, step)

    async def request_contact(
        self, caller: Caller, request: pb.RequestContactRequest
    ) -> pb.RequestContactResponse:
        """Once for each pair, while the job is open. Raises WRONG_STATE."""
        if not (await self._jobs.owned(caller, request.job_id)).open:
            raise _closed()

        def change(state: ev.Engagement, now: datetime) -> None:
            if state.contact_state:
                mend = "wait for the answer, or see it in the talent pool"
                raise Problem(Reason.WRONG_STATE, state="already requested", mend=mend)
            state.contact_state = ev.CONTACT_STATE_REQUESTED
            state.contact_requested_at.FromDatetime(now)
            if state.pool_state != ev.POOL_STATE_SHORTLISTED:
                state.pool_state = ev.POOL_STATE_SHORTLISTED
                state.reason_code = ""

        step = Step("CONTACT_REQUESTED", change, requested, needs_open=True)
        return await self._do(caller, request, pb.RequestContactResponse, step)

    async def record_outcome(
        self, caller: Caller, request: pb.RecordOutcomeRequest
    ) -> pb.RecordOutcomeResponse:
        """Of a candidate who accepted contact."""
        if request.disposition not in ev.Disposition.values() or not request.disposition:
            mend = "use INTERVIEWED, HIRED or NOT_HIRED"
            raise Problem(Reason.INVALID_FIELD, field="disposition", mend=mend)

        def change(state: ev.Engagement, now: datetime) -> None:
            if state.contact_state != ev.CONTACT_STATE_ACCEPTED:
                mend = "record an outcome after the candidate has accepted contact"
                raise Problem(Reason.WRONG_STATE, state="without accepted contact", mend=mend)
            state.disposition = request.disposition
            state.disposition_at.FromDatetime(now)

        is_hired = request.disposition == ev.DISPOSITION_HIRED
        step = Step("OUTCOME_RECORDED", change, hired if is_hired else dispositioned)
        return await self._do(caller, request, pb.RecordOutcomeResponse, step)

    async def page(
        self, caller: Caller, request: pb.ListTalentPoolRequest
    ) -> pb.ListTalentPoolResponse:
        """A page of a job's pool. Who does not consent to be found any more is left out, unless
        they accepted this employer's contact."""
        await self._jobs.owned(caller, request.job_id)
        self._people.require_present()
        self._people.require_vetted(caller)
        size = pages.page_size(request.page_size, self._page_size)
        after = str(pages.decode(request.page_token).get("after", ""))
        found = await self._store.engagements(request.job_id, after=after, limit=size + 1)
        page = found[:size]
        # All are asked about: without the wallet nobody is shown, whatever was accepted before.
        allowed = await self._people.allowed(caller, [one.engagement.holder_id for one in page])
        shown = [
            one for one in page if _accepted(one.engagement) or one.engagement.holder_id in allowed
        ]
        await self._store.record_reads(
            *(
                AuditEntry("POOL_ENTRY_SHOWN", caller, one.candidate_id, request.job_id)
                for one in shown
            )
        )
        token = pages.encode({"after": page[-1].candidate_id}) if len(found) > size else ""
        return pb.ListTalentPoolResponse(
            entry=[_entry(one) for one in shown], next_page_token=token
        )

    async def on_answers(self, records: Sequence[Record]) -> None:
        """The wallet's ContactAccepted and ContactDeclined."""
        for record in records:
            await self._store.transact(lambda session, one=record: self._answered(session, one))

    async def _do(self, caller: Caller, request: Any, answer: type[Answer], step: Step) -> Answer:
        asked: Asked = request
        job_id, candidate_id = str(request.job_id), str(request.candidate_id)
        job = (await self._jobs.owned(caller, job_id)).job
        known = await self._known(caller, job_id, candidate_id, step)

        async def work(session: Session) -> Answer:
            if step.needs_open and not await self._store.hold_open(session, job_id):
                raise _closed()
            there = await self._store.engagement(session, job_id, known.holder_id)
            state = ev.Engagement()
            state.CopyFrom(there.engagement if there else known)
            state.employer_name = self._network.name(caller.org_id)
            state.job_title = job.title
            now = self._clock.now()
            step.change(state, now)
            version = (there.version if there else Version(0, 0)).next(self._store.epoch)
            stored = StoredEngagement(state, candidate_id, version, now)
            await self._store.put_engagement(session, stored)
            entry = AuditEntry(step.action, caller, candidate_id, job_id)
            await self._store.record(
                session, self._engagements.event(stored, caller, step.event), entry
            )
            return answer(entry=_entry(stored))

        return await self._requests.once(caller, asked, answer, work)

    async def _known(
        self, caller: Caller, job_id: str, candidate_id: str, step: Step
    ) -> ev.Engagement:
        """The pair as it stands before: of somebody who accepted contact, or whose request is to
        be taken back, else of a present match that may be shown."""
        there = await self._store.engagement_of_candidate(job_id, candidate_id)
        if there is not None and (
            _accepted(there.engagement) or (step.takes_back and invited(there.engagement))
        ):
            self._people.require_present()
            self._people.require_vetted(caller)
            return there.engagement
        present = await self._people.present(caller, job_id, candidate_id)
        if there is not None:
            return there.engagement
        return ev.Engagement(
            engagement_id=uuid7(),
            job_id=job_id,
            holder_id=present.match.holder_id,
            employer_org_id=caller.org_id,
            provider_org_id=self._providers(present),
        )

    def _providers(self, present: Present) -> list[str]:
        dids = {one.issuer_did for one in present.match.contribution}
        return sorted({org for did in dids if (org := self._network.org_of_did(did))})

    async def _answered(self, session: Session, record: Record) -> None:
        if not await self._store.admit_answer(session, record.key, record.version):
            return
        answer = record.event.answer
        there = await self._store.engagement(session, answer.job_id, answer.holder_id)
        if there is None or there.engagement.engagement_id != answer.engagement_id:
            return  # of an engagement that is no more
        accepted = record.type == "ContactAccepted"
        state = there.engagement
        state.contact_state = ev.CONTACT_STATE_ACCEPTED if accepted else ev.CONTACT_STATE_DECLINED
        version = there.version.next(self._store.epoch)
        stored = StoredEngagement(state, there.candidate_id, version, self._clock.now())
        await self._store.put_engagement(session, stored)
        action = "CONTACT_ACCEPTED" if accepted else "CONTACT_DECLINED"
        entry = AuditEntry(action, ACTOR, there.candidate_id, answer.job_id)
        event = self._engagements.as_it_is(stored, ACTOR, cause=record)
        await self._store.record(session, event, entry)


def _closed() -> Problem:
    return Problem(Reason.WRONG_STATE, state="closed", mend="post a new job")


def _accepted(state: ev.Engagement) -> bool:
    return state.contact_state == ev.CONTACT_STATE_ACCEPTED


def _entry(stored: StoredEngagement) -> pb.PoolEntry:
    state = stored.engagement
    entry = pb.PoolEntry(
        engagement_id=state.engagement_id,
        job_id=state.job_id,
        candidate_id=stored.candidate_id,
        pool_state=state.pool_state,
        reason_code=state.reason_code,
        contact_state=state.contact_state,
        disposition=state.disposition,
    )
    entry.updated_at.FromDatetime(stored.updated_at)
    return entry
