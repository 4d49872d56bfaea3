"""An employer's staff and jobs like its own, asked of the matcher with the visitor's own token."""

from typing import Any

import grpc
from google.protobuf.message import Message
from talent_proto.matcher.v1 import (
    similar_jobs_pb2,
    similar_jobs_pb2_grpc,
    workforce_pb2,
    workforce_pb2_grpc,
)

from talent_portal.clients import asked

PEOPLE = 50  # on one page
SIMILAR = 10


class Staff:
    """WorkforceService and SimilarJobService."""

    def __init__(self, channel: grpc.aio.Channel, seconds: float) -> None:
        self._stub = workforce_pb2_grpc.WorkforceServiceStub(channel)
        self._similar = similar_jobs_pb2_grpc.SimilarJobServiceStub(channel)
        self._seconds = seconds

    async def preview(
        self, token: str, file: workforce_pb2.WorkforceFile
    ) -> workforce_pb2.PreviewWorkforceResponse:
        request = workforce_pb2.PreviewWorkforceRequest(file=file)
        return await self._ask(self._stub.PreviewWorkforce, request, token)

    async def put(self, token: str, request: workforce_pb2.ImportWorkforceRequest) -> None:
        await self._ask(self._stub.ImportWorkforce, request, token)

    async def people(self, token: str, page: str = "") -> workforce_pb2.ListEmployeesResponse:
        request = workforce_pb2.ListEmployeesRequest(page_size=PEOPLE, page_token=page)
        return await self._ask(self._stub.ListEmployees, request, token)

    async def delete(self, token: str, request: workforce_pb2.DeleteEmployeesRequest) -> None:
        await self._ask(self._stub.DeleteEmployees, request, token)

    async def skills(self, token: str, department: str) -> workforce_pb2.SkillsAcrossResponse:
        request = workforce_pb2.SkillsAcrossRequest(department=department)
        return await self._ask(self._stub.SkillsAcross, request, token)

    async def fits(self, token: str, job_id: str, page: str) -> workforce_pb2.FitEmployeesResponse:
        request = workforce_pb2.FitEmployeesRequest(
            job_id=job_id, page_size=PEOPLE, page_token=page
        )
        return await self._ask(self._stub.FitEmployees, request, token)

    async def targets(self, token: str, job_id: str) -> workforce_pb2.UpskillingTargetsResponse:
        request = workforce_pb2.UpskillingTargetsRequest(job_id=job_id)
        return await self._ask(self._stub.UpskillingTargets, request, token)

    async def similar(self, token: str, job_id: str) -> similar_jobs_pb2.ListSimilarJobsResponse:
        request = similar_jobs_pb2.ListSimilarJobsRequest(job_id=job_id, page_size=SIMILAR)
        return await self._ask(self._similar.ListSimilarJobs, request, token)

    async def _ask(self, call: Any, request: Message, token: str) -> Any:
        # A large file takes a while, and the first one loads a language model.
        return await asked("the matching service", call, request, token, 3 * self._seconds)
