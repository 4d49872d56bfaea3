"""gRPC: the same check, and the present verdict on a published credential."""

from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from talent_kit.callers import Role, caller
from talent_kit.errors import Problem, Reason
from talent_proto.verifier.v1 import verifier_pb2 as pb
from talent_proto.verifier.v1 import verifier_pb2_grpc as pb_grpc
from talent_vc import Policy, sentence

from talent_verifier import messages
from talent_verifier.checking import Checking, no_instant
from talent_verifier.store import VerifierStore

NAME = "talent.verifier.v1.VerifierService"
PUBLIC = f"/{NAME}/Verify"
POLICIES = {
    pb.POLICY_UNSPECIFIED: Policy.USUAL,
    pb.POLICY_USUAL: Policy.USUAL,
    pb.POLICY_STRICT: Policy.STRICT,
    pb.POLICY_ARCHIVE: Policy.ARCHIVE,
}


class VerifierRpc(pb_grpc.VerifierServiceServicer):
    def __init__(self, *, checking: Checking, store: VerifierStore) -> None:
        self._checking = checking
        self._store = store

    async def Verify(  # noqa: N802
        self, request: pb.VerifyRequest, context: Any
    ) -> pb.VerifyResponse:
        if not request.credential:
            raise Problem(Reason.MISSING_FIELD, field="credential")
        at = _instant(request.at) if request.HasField("at") else None
        # A peer is "ipv4:127.0.0.1:40000": each address has one share, whatever its ports.
        address = str(context.peer()).rpartition(":")[0]
        policy = POLICIES.get(request.policy)
        if policy is None:
            raise Problem(Reason.INVALID_FIELD, field="policy", mend="name a policy that there is")
        told = await self._checking.check(request.credential, at, address, policy)
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


def _instant(stated: Timestamp) -> datetime:
    try:
        return stated.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise no_instant() from None
