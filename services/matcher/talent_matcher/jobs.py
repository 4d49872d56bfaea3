"""Jobs: posting, changing, closing, and what is announced of each."""

from dataclasses import replace

from talent_jobs.description import JobDescription
from talent_jobs.json_form import to_json
from talent_kit import pages
from talent_kit.audit import AuditEntry
from talent_kit.callers import Caller
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.events import Acting, Outgoing, header, outgoing, tombstone
from talent_kit.ids import uuid7
from talent_kit.store import Session
from talent_kit.versions import Version
from talent_proto.events.v1 import jobs_pb2
from talent_proto.matcher.v1 import drafts_pb2
from talent_proto.matcher.v1 import matcher_pb2 as pb

from talent_matcher import job_tags
from talent_matcher.described import job_message
from talent_matcher.engagements import Engagements
from talent_matcher.messages import civil_date
from talent_matcher.network import Network
from talent_matcher.posting import Skills, checked
from talent_matcher.requests import Requests
from talent_matcher.store import MatcherStore, StoredJob
from talent_matcher.view import View

TOPIC = "talent.jobs.v1"
CLOSING = (jobs_pb2.JOB_CLOSE_REASON_FILLED, jobs_pb2.JOB_CLOSE_REASON_CANCELED)


class Jobs:
    """`caller` is always somebody of the employer."""

    def __init__(
        self,
        *,
        store: MatcherStore,
        engagements: Engagements,
        requests: Requests,
        network: Network,
        skills: Skills,
        view: View,
        clock: Clock,
        page_size: int,
        open_jobs: int,
    ) -> None:
        self._store = store
        self._engagements = engagements
        self._requests = requests
        self._network = network
        self._skills = skills
        self._view = view
        self._clock = clock
        self._page_size = page_size
        self._open_jobs = open_jobs

    async def post(self, caller: Caller, request: pb.PostJobRequest) -> pb.PostJobResponse:
        """Raises WRONG_STATE when the caller's organization is no registered employer, or has as
        many open jobs as it may."""
        return await self._post(caller, request, request.job)

    async def post_described(
        self,
        caller: Caller,
        request: drafts_pb2.PostDescribedJobRequest,
        described: JobDescription,
    ) -> pb.PostJobResponse:
        """As `post`; the description is kept for its documents."""
        return await self._post(caller, request, job_message(described), described)

    async def _post(
        self,
        caller: Caller,
        request: pb.PostJobRequest | drafts_pb2.PostDescribedJobRequest,
        stated: jobs_pb2.Job,
        described: JobDescription | None = None,
    ) -> pb.PostJobResponse:
        job = self.postable(caller, stated)
        job.job_id = uuid7()
        at = self._clock.now()
        tags = None
        if request.tags.tag:
            by = caller.subject
            tags = job_tags.stated(request.tags, job, skills=self._skills, by=by, at=at)

        async def work(session: Session) -> pb.PostJobResponse:
            if await self._store.open_jobs_of(session, caller.org_id) >= self._open_jobs:
                mend = "close one before you post another"
                raise Problem(
                    Reason.WRONG_STATE,
                    state=f"at the limit of {self._open_jobs} open jobs",
                    mend=mend,
                )
            version = Version(self._store.epoch, 1)
            vetted = self._network.is_vetted(caller.org_id)
            stored = StoredJob(job, version, True, at, vetted=vetted, tags=tags)
            await self._put(session, stored, caller, "JOB_POSTED")
            if described:
                kept = to_json(replace(described, posted=civil_date(job.date_posted)))
                await self._store.put_description(session, job.job_id, kept)
            return pb.PostJobResponse(job=self._posted(stored))

        return await self._requests.once(caller, request, pb.PostJobResponse, work)

    def postable(self, caller: Caller, stated: jobs_pb2.Job) -> jobs_pb2.Job:
        """A new job of the caller's, as it would be posted. Raises WRONG_STATE, INVALID_FIELD."""
        self._network.require_employer(caller.org_id)
        job = self._checked(caller, stated)
        if job.job_id:
            mend = "leave it empty, the network gives one"
            raise Problem(Reason.INVALID_FIELD, field="job.job_id", mend=mend)
        return job

    async def update(self, caller: Caller, request: pb.UpdateJobRequest) -> pb.UpdateJobResponse:
        """Raises STALE_VERSION when the job has changed since the caller read it."""
        if not request.if_match:
            raise Problem(Reason.MISSING_FIELD, field="if_match")
        if not request.job.job_id:
            raise Problem(Reason.MISSING_FIELD, field="job.job_id")
        self._network.require_known()
        await self.owned(caller, request.job.job_id)
        job = self._checked(caller, request.job)

        async def work(session: Session) -> pb.UpdateJobResponse:
            there = await self._open(session, caller, job.job_id)
            if request.if_match != str(there.version):
                raise Problem(Reason.STALE_VERSION, field="if_match")
            job.date_posted.CopyFrom(there.job.date_posted)
            vetted = self._network.is_vetted(caller.org_id)
            version = there.version.next(self._store.epoch)
            tags = there.tags
            if tags is not None:
                by, at = caller.subject, self._clock.now()
                tags = job_tags.after_change(tags, there.job, job, by=by, at=at)
            stored = replace(there, job=job, version=version, vetted=vetted, tags=tags)
            await self._put(session, stored, caller, "JOB_UPDATED")
            # What it was posted as is not what it is now.
            await self._store.put_description(session, job.job_id, "")
            return pb.UpdateJobResponse(job=self._posted(stored))

        return await self._requests.once(caller, request, pb.UpdateJobResponse, work)

    async def close(self, caller: Caller, request: pb.CloseJobRequest) -> pb.CloseJobResponse:
        if request.reason not in CLOSING:
            raise Problem(Reason.INVALID_FIELD, field="reason", mend="use FILLED or CANCELED")

        async def work(session: Session) -> pb.CloseJobResponse:
            there = await self._open(session, caller, request.job_id)
            stored = self.closed(there, request.reason)
            await self._put(session, stored, caller, "JOB_CLOSED")
            await self._engagements.take_back(session, request.job_id, caller)
            return pb.CloseJobResponse(job=self._posted(stored))

        return await self._requests.once(caller, request, pb.CloseJobResponse, work)

    async def get(self, caller: Caller, job_id: str) -> pb.GetJobResponse:
        stored = await self.owned(caller, job_id)
        described = await self._store.description(job_id)
        return pb.GetJobResponse(job=self._posted(stored), description_json=described)

    async def page(self, caller: Caller, request: pb.ListJobsRequest) -> pb.ListJobsResponse:
        size = pages.page_size(request.page_size, self._page_size)
        before = str(pages.decode(request.page_token).get("before", ""))
        found = await self._store.jobs_of(
            caller.org_id, before=before, limit=size + 1, closed=request.include_closed
        )
        page = found[:size]
        token = pages.encode({"before": page[-1].job.job_id}) if len(found) > size else ""
        return pb.ListJobsResponse(
            job=[self._posted(stored) for stored in page], next_page_token=token
        )

    async def owned(self, caller: Caller, job_id: str, session: Session | None = None) -> StoredJob:
        """The caller's own job. Raises MISSING_FIELD, NOT_FOUND, NOT_YOURS."""
        if not job_id:
            raise Problem(Reason.MISSING_FIELD, field="job_id")
        stored = await self._store.job(session, job_id)
        if stored is None:
            raise Problem(Reason.NOT_FOUND, field="job_id", what="job")
        if stored.job.employer_org_id != caller.org_id:
            raise Problem(Reason.NOT_YOURS, field="job_id", what="job")
        return stored

    def closed(self, stored: StoredJob, reason: int) -> StoredJob:
        """The job, closed now."""
        return replace(
            stored,
            version=stored.version.next(self._store.epoch),
            open=False,
            close_reason=reason,
            closed_at=self._clock.now(),
        )

    def event(self, stored: StoredJob, actor: Acting) -> Outgoing:
        """What is told of a job: all of it."""
        head = header(version=stored.version, actor=actor, clock=self._clock)
        if stored.open:
            posted = jobs_pb2.JobPosted(
                header=head, job=stored.job, employer_vetted=stored.vetted, tags=stored.tags
            )
            return outgoing(TOPIC, stored.job.job_id, posted)
        closed = jobs_pb2.JobClosed(
            header=head,
            job=stored.job,
            reason=jobs_pb2.JobCloseReason.ValueType(stored.close_reason),
            tags=stored.tags,
        )
        closed.closed_at.FromDatetime(stored.closed_at or self._clock.now())
        return outgoing(TOPIC, stored.job.job_id, closed)

    async def _put(self, session: Session, stored: StoredJob, actor: Acting, action: str) -> None:
        await self._store.put_job(session, stored)
        entry = AuditEntry(action, actor, object_id=stored.job.job_id)
        await self._store.record(session, self.event(stored, actor), entry)

    async def _open(self, session: Session, caller: Caller, job_id: str) -> StoredJob:
        there = await self.owned(caller, job_id, session)
        if not there.open:
            raise Problem(Reason.WRONG_STATE, state="closed", mend="post a new job")
        return there

    def _checked(self, caller: Caller, stated: jobs_pb2.Job) -> jobs_pb2.Job:
        if stated.employer_org_id not in {"", caller.org_id}:
            raise Problem(Reason.NOT_YOURS, field="job.employer_org_id", what="job")
        job = checked(stated, skills=self._skills, today=self._clock.today())
        job.employer_org_id = caller.org_id
        return job

    def _posted(self, stored: StoredJob) -> pb.PostedJob:
        posted = pb.PostedJob(
            job=stored.job,
            etag=str(stored.version),
            open=stored.open,
            match_count=self._view.count(stored.job.job_id),
        )
        posted.posted_at.FromDatetime(stored.posted_at)
        return posted


def forgotten(stored: StoredJob) -> Outgoing:
    """The last that is told of a job: that nothing is kept under its key."""
    return tombstone(TOPIC, stored.job.job_id, "JobClosed", stored.version)
