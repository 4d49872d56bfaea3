"""gRPC: the same check, the present verdict on a published credential, and verification jobs."""

from typing import Any

from talent_kit.callers import Role, caller
from talent_kit.errors import Problem, Reason
from talent_proto.verifier.v1 import verifier_pb2 as pb
from talent_proto.verifier.v1 import verifier_pb2_grpc as pb_grpc
from talent_vc import sentence

from talent_verifier import messages
from talent_verifier.checking import Checking
from talent_verifier.job_intake import Jobs
from talent_verifier.rpc_jobs import JobMethods, instant, policy_of
from talent_verifier.store import VerifierStore

NAME = "talent.verifier.v1.VerifierService"
PUBLIC = f"/{NAME}/Verify"


class VerifierRpc(JobMethods, pb_grpc.VerifierServiceServicer):
    def __init__(
        self, *, checking: Checking, store: VerifierStore, jobs: Jobs, line_bytes: int
    ) -> None:
        super().__init__(jobs, line_bytes)
        self._checking = checking
        self._store = store

    async def Verify(  # noqa: N802
        self, request: pb.VerifyRequest, context: Any
    ) -> pb.VerifyResponse:
        if not request.credential:
            raise Problem(Reason.MISSING_FIELD, field="credential")
        at = instant(request.at) if request.HasField("at") else None
        # A peer is "ipv4:127.0.0.1:40000": each address has one share, whatever its ports.
        address = str(context.peer()).rpartition(":")[0]
        policy = policy_of(request.policy)
        told = await self._checking.check(
            request.credential,
            at,
            address,
            policy,
            challenge=request.challenge if request.HasField("challenge") else None,
            domain=request.domain if request.HasField("domain") else None,
        )
        return pb.VerifyResponse(
            verdict=messages.verdict(told.verdict),
            summary=told.summary,
            sentence=[sentence(check) for check in told.verdict.checks],
        )

    async def GetVerdict(  # noqa: N802
        self, request: pb.GetVerdictRequest, context: Any
    ) -> pb.GetVerdictResponse:
        asking = caller()
        if not request.credential_id:
            raise Problem(Reason.MISSING_FIELD, field="credential_id")
        found = await self._store.standings([request.credential_id])
        standing = found.get(request.credential_id)
        if standing is None or standing.verdict is None:
            raise Problem(Reason.NOT_FOUND, field="credential_id", what="verdict")
        if Role.SERVICE not in asking.roles and standing.org_id != asking.org_id:
            raise Problem(Reason.NOT_YOURS, field="credential_id", what="credential")
        return pb.GetVerdictResponse(
            verdict=messages.verdict(standing.verdict, standing.credential_id)
        )
