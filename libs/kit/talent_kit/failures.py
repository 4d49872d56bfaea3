"""What a handler's exception means: wait and try again, or give the record up."""

import ssl

import grpc
import httpcore

from talent_kit.errors import PASSING, Problem
from talent_kit.kafka import KafkaError
from talent_kit.store import is_away

AWAY = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
}


def passes_by_itself(error: BaseException) -> bool:
    """Whether a dependency is away, so that the same record may succeed later."""
    if isinstance(error, Problem):
        return error.reason in PASSING
    if isinstance(error, grpc.aio.AioRpcError):
        return error.code() in AWAY
    if isinstance(error, ssl.SSLCertVerificationError):
        return False
    away = ConnectionError | TimeoutError | httpcore.NetworkError | KafkaError
    return isinstance(error, away) or is_away(error)


def reason_of(error: BaseException) -> tuple[str, str]:
    """Code and field for a dead letter: never the message, which may quote the payload."""
    if isinstance(error, Problem):
        return error.reason.value, error.field or ""
    return type(error).__name__, ""
