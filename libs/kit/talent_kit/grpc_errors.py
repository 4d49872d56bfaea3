"""Problems as gRPC statuses (https://google.aip.dev/193), and back again at a client."""

from typing import Any, cast

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2  # pyright: ignore[reportMissingTypeStubs]
from grpc_status import rpc_status

from talent_kit.errors import Problem, Reason

DOMAIN = "talent"
DETAILS = "grpc-status-details-bin"


async def abort(context: Any, problem: Problem, language: str) -> None:
    """End the call with the problem's status. Always raises."""
    sentence = problem.sentence(language)
    details = status(problem, sentence).SerializeToString()
    await context.abort(problem.row.grpc, sentence, trailing_metadata=((DETAILS, details),))


def status(problem: Problem, sentence: str) -> status_pb2.Status:
    """google.rpc.Status with ErrorInfo, and BadRequest when a field is meant."""
    code: Any = problem.row.grpc.value
    made = status_pb2.Status(code=code[0], message=sentence)
    arguments = problem.arguments
    info = error_details_pb2.ErrorInfo(
        reason=problem.reason.value, domain=DOMAIN, metadata=arguments
    )
    made.details.append(_packed(info))
    if problem.field:
        violation = error_details_pb2.BadRequest.FieldViolation(
            field=problem.field, description=sentence
        )
        made.details.append(_packed(error_details_pb2.BadRequest(field_violations=[violation])))
    return made


def problem_of(error: grpc.RpcError) -> Problem | None:
    """The problem that a service of this network answered; None for any other failure."""
    found: Any = cast(Any, rpc_status).from_call(error)
    if found is None:
        return None
    info = error_details_pb2.ErrorInfo()
    bad = error_details_pb2.BadRequest()
    for detail in found.details:
        _ = detail.Unpack(info) or detail.Unpack(bad)
    if info.domain != DOMAIN or info.reason not in Reason.__members__:
        return None
    field = bad.field_violations[0].field if bad.field_violations else None
    return Problem(Reason(info.reason), field=field, **dict(info.metadata))


def _packed(message: Any) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed
