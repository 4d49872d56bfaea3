"""gRPC: verification jobs."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from talent_kit import pages
from talent_kit.callers import caller
from talent_kit.errors import Problem, Reason
from talent_proto.verifier.v1 import verifier_pb2 as pb
from talent_vc import Overall, Policy

from talent_verifier import messages
from talent_verifier.checking import no_instant
from talent_verifier.job_intake import Asked, Jobs
from talent_verifier.job_lines import too_long
from talent_verifier.jobs import Job, JobState, Line, Result
from talent_verifier.wording import shown

# A method's name in its contract starts with a capital letter.
# ruff: noqa: N802
PAGE = 100
MESSAGE_BYTES = 1024 * 1024
POLICIES: dict[pb.Policy.ValueType, Policy] = {
    pb.POLICY_UNSPECIFIED: Policy.USUAL,
    pb.POLICY_USUAL: Policy.USUAL,
    pb.POLICY_STRICT: Policy.STRICT,
    pb.POLICY_ARCHIVE: Policy.ARCHIVE,
}
POLICY_NUMBERS = {policy: number for number, policy in POLICIES.items()}
STATES = {
    JobState.WAITING: pb.VERIFICATION_JOB_STATE_WAITING,
    JobState.RUNNING: pb.VERIFICATION_JOB_STATE_RUNNING,
    JobState.DONE: pb.VERIFICATION_JOB_STATE_DONE,
}


class JobMethods:
    """The methods of VerifierService that are about jobs."""

    def __init__(self, jobs: Jobs, line_bytes: int) -> None:
        self._jobs = jobs
        self._line_bytes = line_bytes

    async def CreateVerificationJob(
        self, request_iterator: AsyncIterator[pb.CreateVerificationJobRequest], context: Any
    ) -> pb.CreateVerificationJobResponse:
        asking = caller()
        first = await anext(aiter(request_iterator), pb.CreateVerificationJobRequest())
        at = instant(first.at) if first.HasField("at") else None
        asked = Asked(first.request_id, at, policy_of(first.policy), "request_id")
        job = await self._jobs.create(asking, asked, self._lines(first, request_iterator))
        return pb.CreateVerificationJobResponse(job=self._message(job))

    async def GetVerificationJob(
        self, request: pb.GetVerificationJobRequest, context: Any
    ) -> pb.GetVerificationJobResponse:
        job = await self._jobs.get(caller(), _named(request.job_id))
        return pb.GetVerificationJobResponse(job=self._message(job))

    async def ListVerificationJobs(
        self, request: pb.ListVerificationJobsRequest, context: Any
    ) -> pb.ListVerificationJobsResponse:
        size = pages.page_size(request.page_size, PAGE)
        before = str(pages.decode(request.page_token).get("before", ""))
        found = await self._jobs.list(caller(), before, size + 1)
        more = len(found) > size
        return pb.ListVerificationJobsResponse(
            job=[self._message(job) for job in found[:size]],
            next_page_token=pages.encode({"before": found[size - 1].job_id}) if more else "",
        )

    async def ListVerificationResults(
        self, request: pb.ListVerificationResultsRequest, context: Any
    ) -> AsyncIterator[pb.ListVerificationResultsResponse]:
        after = min(request.after_line, pages.NUMBER_MOST)
        async for results in await self._jobs.results(caller(), _named(request.job_id), after):
            for part in _parts([_result(result) for result in results]):
                yield pb.ListVerificationResultsResponse(result=part)

    async def DeleteVerificationJob(
        self, request: pb.DeleteVerificationJobRequest, context: Any
    ) -> pb.DeleteVerificationJobResponse:
        await self._jobs.delete(caller(), _named(request.job_id))
        return pb.DeleteVerificationJobResponse()

    async def _lines(
        self,
        first: pb.CreateVerificationJobRequest,
        others: AsyncIterator[pb.CreateVerificationJobRequest],
    ) -> AsyncIterator[Line]:
        number = 0
        message: pb.CreateVerificationJobRequest | None = first
        while message is not None:
            for line in message.line:
                number += 1
                if len(line.credential) > self._line_bytes:
                    yield Line(number, b"", shown(line.file), too_long(self._line_bytes))
                else:
                    yield Line(number, line.credential, shown(line.file))
            message = await anext(aiter(others), None)

    def _message(self, job: Job) -> pb.VerificationJob:
        counts = [
            pb.OutcomeCount(outcome=messages.OUTCOMES[Overall(outcome)], count=count)
            for outcome, count in sorted(job.outcomes.items())
        ]
        return pb.VerificationJob(
            job_id=job.job_id,
            state=STATES[job.state],
            policy=POLICY_NUMBERS[job.policy],
            at=_stamp(job.at),
            line_count=job.lines,
            done_count=job.done,
            outcome_count=counts,
            seconds_left=self._jobs.seconds_left(job),
            created_at=_stamp(job.created_at),
            started_at=_stamp(job.started_at),
            finished_at=_stamp(job.finished_at),
            expires_at=_stamp(job.expires_at),
        )


def policy_of(number: pb.Policy.ValueType) -> Policy:
    policy = POLICIES.get(number)
    if policy is None:
        raise Problem(Reason.INVALID_FIELD, field="policy", mend="name a policy that there is")
    return policy


def instant(stated: Timestamp) -> datetime:
    try:
        return stated.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise no_instant() from None


def _stamp(at: datetime | None) -> Timestamp | None:
    if at is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp


def _named(job_id: str) -> str:
    if not job_id:
        raise Problem(Reason.MISSING_FIELD, field="job_id")
    return job_id


def _result(result: Result) -> pb.VerificationResult:
    return pb.VerificationResult(
        line=result.line,
        file=result.file,
        name=result.name,
        verdict=messages.verdict(result.told.verdict),
        summary=result.told.summary,
        shortened=not result.whole,
    )


def _parts(results: Sequence[pb.VerificationResult]) -> list[list[pb.VerificationResult]]:
    """As many in one message as are not too much for it."""
    parts: list[list[pb.VerificationResult]] = [[]]
    size = 0
    for result in results:
        length = result.ByteSize()
        if parts[-1] and size + length > MESSAGE_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(result)
        size += length
    return parts
