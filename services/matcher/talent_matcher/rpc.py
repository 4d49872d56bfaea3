# ruff: noqa: N802 - methods are named by the contract
"""MatcherService over gRPC: who calls, translate, call, translate back."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from talent_kit import pages
from talent_kit.callers import Caller, Role, require
from talent_kit.errors import Problem, Reason
from talent_proto.matcher.v1 import matcher_pb2 as pb
from talent_proto.matcher.v1 import matcher_pb2_grpc as pb_grpc

from talent_matcher.jobs import Jobs
from talent_matcher.network import Network
from talent_matcher.people import People
from talent_matcher.pool import Pool
from talent_matcher.watch import Watch

NAME = "talent.matcher.v1.MatcherService"
SKILLS_AT_ONCE = 500


class MatcherService(pb_grpc.MatcherServiceServicer):
    def __init__(
        self, *, jobs: Jobs, people: People, pool: Pool, watch: Watch, network: Network
    ) -> None:
        self._jobs = jobs
        self._people = people
        self._pool = pool
        self._watch = watch
        self._network = network

    async def PostJob(self, request: pb.PostJobRequest, context: Any) -> pb.PostJobResponse:
        return await self._jobs.post(_employer(), request)

    async def UpdateJob(self, request: pb.UpdateJobRequest, context: Any) -> pb.UpdateJobResponse:
        return await self._jobs.update(_employer(), request)

    async def CloseJob(self, request: pb.CloseJobRequest, context: Any) -> pb.CloseJobResponse:
        return await self._jobs.close(_employer(), request)

    async def GetJob(self, request: pb.GetJobRequest, context: Any) -> pb.GetJobResponse:
        return await self._jobs.get(_employer(), request.job_id)

    async def ListJobs(self, request: pb.ListJobsRequest, context: Any) -> pb.ListJobsResponse:
        return await self._jobs.page(_employer(), request)

    async def ListSkills(
        self, request: pb.ListSkillsRequest, context: Any
    ) -> pb.ListSkillsResponse:
        size = pages.page_size(request.page_size, SKILLS_AT_ONCE)
        position = pages.decode(request.page_token)
        after = (str(position.get("label", "")), str(position.get("uri", "")))
        return _skills_page(self._network, request.query, size, after)

    async def ListMatches(
        self, request: pb.ListMatchesRequest, context: Any
    ) -> pb.ListMatchesResponse:
        return await self._people.page(_employer(), request)

    async def GetMatch(self, request: pb.GetMatchRequest, context: Any) -> pb.GetMatchResponse:
        return await self._people.get(_employer(), request)

    async def WatchMatches(
        self, request: pb.WatchMatchesRequest, context: Any
    ) -> AsyncIterator[pb.WatchMatchesResponse]:
        # Closed at once when the client goes, so that it does not count any more.
        async with aclosing(self._watch.matches(_employer(), request)) as responses:
            async for response in responses:
                yield response

    async def Shortlist(self, request: pb.ShortlistRequest, context: Any) -> pb.ShortlistResponse:
        return await self._pool.shortlist(_employer(), request)

    async def Pass(self, request: pb.PassRequest, context: Any) -> pb.PassResponse:
        return await self._pool.pass_over(_employer(), request)

    async def RequestContact(
        self, request: pb.RequestContactRequest, context: Any
    ) -> pb.RequestContactResponse:
        return await self._pool.request_contact(_employer(), request)

    async def RecordOutcome(
        self, request: pb.RecordOutcomeRequest, context: Any
    ) -> pb.RecordOutcomeResponse:
        return await self._pool.record_outcome(_employer(), request)

    async def ListTalentPool(
        self, request: pb.ListTalentPoolRequest, context: Any
    ) -> pb.ListTalentPoolResponse:
        return await self._pool.page(_employer(), request)


def _employer() -> Caller:
    """The caller, who acts for an employer."""
    caller = require(Role.EMPLOYER)
    if not caller.org_id:
        mend = "sign in as somebody of an organization"
        raise Problem(Reason.INVALID_FIELD, field="org_id of the token", mend=mend)
    return caller


def _skills_page(
    network: Network, query: str, size: int, after: tuple[str, str]
) -> pb.ListSkillsResponse:
    """By label, then by address."""
    part = query.casefold()
    matching = [one for one in network.skills.values() if part in one.label.casefold()]
    places = sorted((one.label, one.uri) for one in matching)
    rest = [place for place in places if place > after]
    page = rest[:size]
    label, uri = page[-1] if page else after
    return pb.ListSkillsResponse(
        skill=[network.skills[uri] for _, uri in page],
        next_page_token=pages.encode({"label": label, "uri": uri}) if len(rest) > size else "",
    )
