"""The other services, asked through their public APIs and with the visitor's own token.

Whatever goes wrong there comes out as a `Problem` with the reason that the service gave.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import grpc
import httpx
from google.protobuf.message import Message
from talent_kit import telemetry
from talent_kit.errors import PASSING, Problem, Reason
from talent_kit.grpc_errors import problem_of
from talent_kit.ids import uuid7
from talent_kit.tokens import ServiceToken
from talent_proto.events.v1 import jobs_pb2
from talent_proto.matcher.v1 import (
    drafts_pb2,
    drafts_pb2_grpc,
    explanations_pb2,
    explanations_pb2_grpc,
    matcher_pb2,
    matcher_pb2_grpc,
)
from talent_proto.wallet.v1 import consent_pb2, consent_pb2_grpc

# Announced matches are capped for each job, so a list has an end; this only bounds a page.
MOST_CANDIDATES = 500
_PAGE = 100
_OCCUPATION = re.compile(r"\d\d-\d{4}\.\d\d", re.ASCII)


@dataclass(frozen=True)
class Matches:
    """Present matches of a job. Not visible: the employer is not vetted, so only the total is."""

    candidates: list[matcher_pb2.CandidateMatch]
    total: int
    visible: bool


class Matcher:
    """Jobs and their matches (MatcherService), and why (ExplanationService)."""

    def __init__(self, channel: grpc.aio.Channel, seconds: float) -> None:
        self._stub = matcher_pb2_grpc.MatcherServiceStub(channel)
        self._drafts = drafts_pb2_grpc.JobDraftServiceStub(channel)
        self._explanations = explanations_pb2_grpc.ExplanationServiceStub(channel)
        self._seconds = seconds

    async def jobs(self, token: str, page: str = "") -> tuple[list[matcher_pb2.PostedJob], str]:
        """A page of the organization's jobs, closed ones included; and the next page, if any."""
        request = matcher_pb2.ListJobsRequest(page_size=_PAGE, page_token=page, include_closed=True)
        answer: matcher_pb2.ListJobsResponse = await self._ask("ListJobs", request, token)
        return list(answer.job), answer.next_page_token

    async def job(self, token: str, job_id: str) -> matcher_pb2.GetJobResponse:
        return await self._ask("GetJob", matcher_pb2.GetJobRequest(job_id=job_id), token)

    async def draft(
        self, token: str, *, title: str, posting: str, like: str, state: str, zip3: str = ""
    ) -> drafts_pb2.DraftJobResponse:
        """From a pasted posting where there is one, or from somebody of the staff, whose id is
        `like`, with `title` as the title; else from that, or the O*NET code that it is."""
        request = drafts_pb2.DraftJobRequest(state=state, zip3=zip3)
        if posting:
            request.posting, request.posting_title = posting, title
        elif like:
            request.like_employee.employee_id, request.like_employee.title = like, title
        elif _OCCUPATION.fullmatch(title):
            request.occupation_code = title
        else:
            request.title = title
        return await self._draft(self._drafts.DraftJob, request, token)

    async def written(self, token: str, described: str, form: str) -> bytes:
        request = drafts_pb2.WriteJobRequest(description_json=described, form=form)
        return (await self._draft(self._drafts.WriteJob, request, token)).document

    async def preview(self, token: str, described: str) -> drafts_pb2.PreviewJobResponse | None:
        """Who fits; None where that cannot be told now."""
        request = drafts_pb2.PreviewJobRequest(description_json=described)
        try:
            return await self._draft(self._drafts.PreviewJob, request, token)
        except Problem as problem:
            if problem.reason in PASSING or problem.reason is Reason.WRONG_STATE:
                return None
            raise

    async def post_described(
        self, token: str, described: str, request_id: str, tags: jobs_pb2.JobTags
    ) -> str:
        """The new job's id. `tags`: of the text that it was made out of, if it was."""
        request = drafts_pb2.PostDescribedJobRequest(
            request_id=request_id or uuid7(), description_json=described, tags=tags
        )
        answer = await self._draft(self._drafts.PostDescribedJob, request, token)
        return answer.job.job.job_id

    async def _draft(self, call: Any, request: Message, token: str) -> Any:
        # The first draft loads a language model.
        return await asked("the matching service", call, request, token, 3 * self._seconds)

    async def matches(self, token: str, job_id: str) -> Matches:
        """All present matches, best first."""
        found: list[matcher_pb2.CandidateMatch] = []
        request = matcher_pb2.ListMatchesRequest(job_id=job_id, page_size=_PAGE)
        while True:
            answer: matcher_pb2.ListMatchesResponse = await self._ask("ListMatches", request, token)
            found += answer.match
            if not answer.next_page_token or len(found) >= MOST_CANDIDATES:
                return Matches(found, answer.total, answer.candidates_visible)
            request.page_token = answer.next_page_token

    async def match(self, token: str, job_id: str, candidate_id: str) -> matcher_pb2.CandidateMatch:
        request = matcher_pb2.GetMatchRequest(job_id=job_id, candidate_id=candidate_id)
        answer: matcher_pb2.GetMatchResponse = await self._ask("GetMatch", request, token)
        return answer.match

    async def explained(
        self, token: str, job_id: str, candidate_id: str
    ) -> explanations_pb2.ExplainMatchResponse:
        """Why a candidate is where they are, to the last point."""
        request = explanations_pb2.ExplainMatchRequest(job_id=job_id, candidate_id=candidate_id)
        with refusals("the matching service"):
            return await self._explanations.ExplainMatch(
                request, metadata=bearer(token), timeout=self._seconds
            )

    async def watch(
        self, token: str, job_id: str
    ) -> AsyncIterator[matcher_pb2.WatchMatchesResponse]:
        """Present matches, then each change. Closing the iterator ends the call."""
        request = matcher_pb2.WatchMatchesRequest(job_id=job_id)
        call = self._stub.WatchMatches(request, metadata=bearer(token))
        try:
            with refusals("the matching service"):
                async for batch in call:
                    yield batch
        finally:
            # A dropped call that is not cancelled is never collected (grpc/grpc#43462).
            call.cancel()

    async def pool(self, token: str, job_id: str) -> list[matcher_pb2.PoolEntry]:
        """Where the employer stands with those it acted on."""
        found: list[matcher_pb2.PoolEntry] = []
        request = matcher_pb2.ListTalentPoolRequest(job_id=job_id, page_size=_PAGE)
        while True:
            answer: matcher_pb2.ListTalentPoolResponse = await self._ask(
                "ListTalentPool", request, token
            )
            found += answer.entry
            if not answer.next_page_token or len(found) >= MOST_CANDIDATES:
                return found
            request.page_token = answer.next_page_token

    async def shortlist(self, token: str, job_id: str, candidate_id: str) -> matcher_pb2.PoolEntry:
        request = matcher_pb2.ShortlistRequest(
            request_id=uuid7(), job_id=job_id, candidate_id=candidate_id
        )
        answer: matcher_pb2.ShortlistResponse = await self._ask("Shortlist", request, token)
        return answer.entry

    async def pass_on(
        self, token: str, job_id: str, candidate_id: str, reason_code: str
    ) -> matcher_pb2.PoolEntry:
        request = matcher_pb2.PassRequest(
            request_id=uuid7(), job_id=job_id, candidate_id=candidate_id, reason_code=reason_code
        )
        answer: matcher_pb2.PassResponse = await self._ask("Pass", request, token)
        return answer.entry

    async def invite(self, token: str, job_id: str, candidate_id: str) -> matcher_pb2.PoolEntry:
        request = matcher_pb2.RequestContactRequest(
            request_id=uuid7(), job_id=job_id, candidate_id=candidate_id
        )
        answer: matcher_pb2.RequestContactResponse = await self._ask(
            "RequestContact", request, token
        )
        return answer.entry

    async def _ask(self, method: str, request: Message, token: str) -> Any:
        call = getattr(self._stub, method)
        return await asked("the matching service", call, request, token, self._seconds)


class Wallet:
    """A holder's invitations (HTTP), and who accepted one (ConsentService)."""

    def __init__(
        self, channel: grpc.aio.Channel, http: httpx.AsyncClient, url: str, seconds: float
    ) -> None:
        self._stub = consent_pb2_grpc.ConsentServiceStub(channel)
        self._http = http
        self._url = url
        self._seconds = seconds

    async def contact(self, token: str, engagement_id: str) -> consent_pb2.RevealContactResponse:
        """Name and address of a person who accepted; the wallet records that they were read."""
        request = consent_pb2.RevealContactRequest(engagement_id=engagement_id)
        call = self._stub.RevealContact
        return await asked("the wallet", call, request, token, self._seconds)

    async def open(self, token: str) -> None:
        """Make the holder's wallet at their first sign-in, and keep name and address current."""
        await _http(self._http, "PUT", f"{self._url}/v1/holders/me", token=token)

    async def invitations(self, token: str) -> list[dict[str, Any]]:
        answer = await _http(self._http, "GET", f"{self._url}/v1/invitations", token=token)
        return answer["invitations"]

    async def answer(self, token: str, engagement_id: str, answer: str) -> None:
        """`answer` is "accept" or "decline"."""
        url = f"{self._url}/v1/invitations/{engagement_id}/{answer}"
        await _http(self._http, "POST", url, token=token)

    async def equity_answers(self, token: str) -> dict[str, Any]:
        return await _http(self._http, "GET", self._equity_url, token=token)

    async def put_equity_answers(self, token: str, answers: dict[str, Any]) -> None:
        content = json.dumps(answers).encode()
        await _http(self._http, "PUT", self._equity_url, token=token, content=content)

    async def jobs(self, token: str, reach: str, page: str) -> dict[str, Any]:
        """A page of open jobs for the holder, best first."""
        query = urlencode({"reach": reach, "page_token": page})
        return await _http(self._http, "GET", f"{self._jobs_url}?{query}", token=token)

    async def what_if(self, token: str, achievement_id: str, page: str) -> dict[str, Any]:
        """What would change for the holder with this program."""
        body = {"achievements": [{"achievement_id": achievement_id}], "page_token": page}
        content = json.dumps(body).encode()
        url = f"{self._jobs_url}/what-if"
        return await _http(self._http, "POST", url, token=token, content=content)

    async def programs(self, token: str) -> list[dict[str, Any]]:
        """Those that would bring the most jobs into the holder's reach."""
        url = f"{self._url}/v1/holders/me/programs"
        return (await _http(self._http, "GET", url, token=token))["programs"]

    async def work_history(self, token: str) -> list[dict[str, Any]]:
        return (await _http(self._http, "GET", self._work_url, token=token))["lines"]

    async def add_work(self, token: str, line: dict[str, Any]) -> None:
        content = json.dumps(line).encode()
        await _http(self._http, "POST", self._work_url, token=token, content=content)

    async def delete_work(self, token: str, line_id: str) -> None:
        await _http(self._http, "DELETE", f"{self._work_url}/{quote(line_id)}", token=token)

    async def decide_work_skill(self, token: str, line_id: str, uri: str, accepted: bool) -> None:
        content = json.dumps({"line_id": line_id, "uri": uri, "accepted": accepted}).encode()
        await _http(self._http, "POST", f"{self._work_url}/skills", token=token, content=content)

    @property
    def _work_url(self) -> str:
        return f"{self._url}/v1/work-history"

    @property
    def _jobs_url(self) -> str:
        return f"{self._url}/v1/holders/me/jobs"

    @property
    def _equity_url(self) -> str:
        return f"{self._url}/v1/holders/me/equity-answers"


class Verifier:
    """Judges a credential that somebody holds. No sign-in, nothing stored.

    The portal asks as itself: the verifier limits strangers by address, and all visitors of the
    portal come from the portal's.
    """

    def __init__(self, http: httpx.AsyncClient, url: str, token: ServiceToken) -> None:
        self._http = http
        self._url = url
        self._token = token

    async def verify(self, credential: bytes) -> dict[str, Any]:
        url = f"{self._url}/v1/verifications"
        token = await self._token.get()
        return await _http(self._http, "POST", url, token=token, content=credential)


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {token}"),)


async def _http(
    client: httpx.AsyncClient, method: str, url: str, *, token: str = "", content: bytes = b""
) -> Any:
    what = "the verifier" if url.endswith("/verifications") else "the wallet"
    headers = dict(telemetry.carrier())
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if content:
        headers["Content-Type"] = "application/json"
    try:
        answer = await client.request(method, url, headers=headers, content=content)
    except httpx.HTTPError as error:
        raise Problem(Reason.UNAVAILABLE, what=what) from error
    if answer.is_success:
        return answer.json() if answer.content else None
    raise _from_problem_json(answer, what)


def _from_problem_json(answer: httpx.Response, what: str) -> Problem:
    """The problem that an RFC 9457 body tells of."""
    try:
        body = answer.json()
        return Problem(Reason(body["reason"]), field=body.get("field"), **body.get("arguments", {}))
    except (ValueError, KeyError, TypeError):
        return Problem(Reason.UNAVAILABLE, what=what)


async def asked(what: str, call: Any, request: Message, token: str, seconds: float) -> Any:
    with refusals(what):
        return await call(request, metadata=bearer(token), timeout=seconds)


@contextmanager
def refusals(what: str) -> Iterator[None]:
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise problem_of(error) or Problem(Reason.UNAVAILABLE, what=what) from error
