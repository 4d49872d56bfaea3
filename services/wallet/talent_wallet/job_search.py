"""Asks the matcher, for a holder, which open jobs fit them. Only the holder sees the answer.

What is sent is everything that the holder has accepted, agreed to be found or not, without any id
of theirs; the matcher keeps none of it.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import grpc
from talent_kit.errors import Problem, Reason
from talent_kit.grpc_errors import problem_of
from talent_kit.limits import RateLimit
from talent_proto.events.v1 import profiles_pb2
from talent_proto.matcher.v1 import holder_jobs_pb2 as pb
from talent_proto.matcher.v1 import holder_jobs_pb2_grpc as pb_grpc

from talent_wallet.changes import Changes

Answer = TypeVar("Answer")


class JobSearch:
    """`channel` leads to the matcher and carries this service's token. `programs_per_minute` is
    less: each of those questions is one for every program in the registry."""

    def __init__(
        self,
        changes: Changes,
        channel: grpc.aio.Channel,
        *,
        seconds: float,
        per_minute: int,
        programs_per_minute: int,
    ) -> None:
        self._changes = changes
        self._stub = pb_grpc.HolderMatchServiceStub(channel)
        self._seconds = seconds
        self._limit = RateLimit(per_minute)
        self._programs_limit = RateLimit(programs_per_minute)

    async def jobs(
        self, holder_id: str, *, reach: pb.Reach.ValueType, size: int, token: str
    ) -> pb.JobsForHolderResponse:
        """Raises RATE_LIMITED, UNAVAILABLE, and what the matcher refuses."""
        self._limit.take(holder_id)
        request = pb.JobsForHolderRequest(
            profile=await self._profile(holder_id), reach=reach, page_size=size, page_token=token
        )
        return await self._ask(self._stub.JobsForHolder, request)

    async def what_if(
        self,
        holder_id: str,
        *,
        achievements: Sequence[pb.EarnedAchievement],
        skills: Sequence[pb.EarnedSkill],
        size: int,
        token: str,
    ) -> pb.WhatIfResponse:
        """As `jobs`."""
        self._limit.take(holder_id)
        request = pb.WhatIfRequest(
            profile=await self._profile(holder_id),
            achievement=achievements,
            skill=skills,
            page_size=size,
            page_token=token,
        )
        return await self._ask(self._stub.WhatIf, request)

    async def programs(self, holder_id: str, size: int) -> pb.ProgramsForHolderResponse:
        """As `jobs`."""
        self._programs_limit.take(holder_id)
        profile = await self._profile(holder_id)
        request = pb.ProgramsForHolderRequest(profile=profile, page_size=size)
        return await self._ask(self._stub.ProgramsForHolder, request)

    async def _profile(self, holder_id: str) -> profiles_pb2.TalentProfile:
        holder = await self._changes.store.holder(holder_id)
        if holder is None:
            raise Problem(Reason.NOT_FOUND, what="holder")
        return await self._changes.whole_profile(holder)

    async def _ask(self, call: Callable[..., Awaitable[Answer]], request: Any) -> Answer:
        try:
            return await call(request, timeout=self._seconds)
        except grpc.aio.AioRpcError as error:
            away = Problem(Reason.UNAVAILABLE, what="the matching service")
            raise problem_of(error) or away from error
