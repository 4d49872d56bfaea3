"""The gRPC edge: sign-in, limits, errors, traces and times of every call, in one interceptor."""

import inspect
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import grpc
from opentelemetry.trace import SpanKind

from talent_kit import telemetry
from talent_kit.callers import current
from talent_kit.errors import Problem, Reason
from talent_kit.failures import passes_by_itself
from talent_kit.grpc_errors import abort
from talent_kit.limits import RateLimit
from talent_kit.tokens import TokenChecker

ALWAYS_PUBLIC = ("/grpc.health.", "/grpc.reflection.")
logger = logging.getLogger(__name__)


class AuthInterceptor(grpc.aio.ServerInterceptor):  # type: ignore[misc]
    """Lets a call through with its caller known. `public_methods` need no token:
    "/talent.verifier.v1.VerifierService/Verify", or "/talent.verifier.v1.VerifierService/" for all.
    """

    def __init__(
        self,
        checker: TokenChecker,
        public_methods: Iterable[str] = (),
        limit: RateLimit | None = None,
    ) -> None:
        self._checker = checker
        self._public = ALWAYS_PUBLIC + tuple(public_methods)
        self._limit = limit or RateLimit(0)

    async def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or method.startswith(ALWAYS_PUBLIC):
            return handler
        return _wrapped(handler, lambda context: self._call(method, context))

    @asynccontextmanager
    async def _call(self, method: str, context: Any) -> AsyncGenerator[None]:
        metadata = {
            name: value
            for name, value in context.invocation_metadata() or ()
            if isinstance(value, str)
        }
        language = metadata.get("accept-language", "en-US")
        started = time.perf_counter()
        code = "OK"
        trace = telemetry.extracted(metadata)
        try:
            with telemetry.span(method, trace, SpanKind.SERVER):
                try:
                    await self._admit(method, metadata, context.peer())
                    yield
                except grpc.aio.AbortError:
                    raise
                except Exception as error:
                    problem = _problem(error)
                    code = problem.reason.value
                    await abort(context, problem, language)
        finally:
            elapsed = time.perf_counter() - started
            telemetry.rpc_seconds.record(elapsed, {"method": method, "code": code})

    async def _admit(self, method: str, metadata: dict[str, str], peer: str) -> None:
        scheme, _, token = metadata.get("authorization", "").partition(" ")
        if token and scheme.lower() == "bearer":
            caller = await self._checker.check(token.strip())
            current.set(caller)
            self._limit.take(caller.org_id or caller.subject)
        elif method.startswith(self._public):
            current.set(None)
            self._limit.take(peer.rpartition(":")[0])
        else:
            raise Problem(Reason.NOT_SIGNED_IN)


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if passes_by_itself(error):
        logger.warning("a call failed because something is away: %s", type(error).__name__)
        return Problem(Reason.UNAVAILABLE, what="a part of the network")
    logger.error("a call failed", exc_info=error)
    return Problem(Reason.INTERNAL)


class _Malformed:
    """In the place of a request that could not be decoded: refused like any other bad input."""


MALFORMED = _Malformed()


def _decoding(deserialize: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    def decode(data: bytes) -> Any:
        try:
            return deserialize(data)
        except Exception:
            return MALFORMED

    return decode


def _checked(request: Any) -> Any:
    if request is MALFORMED:
        mend = "it is not a valid Protocol Buffers message"
        raise Problem(Reason.INVALID_FIELD, field="the request message", mend=mend)
    return request


async def _checked_all(requests: Any) -> AsyncIterator[Any]:
    async for request in requests:
        yield _checked(request)


def _wrapped(handler: Any, call: Callable[[Any], Any]) -> Any:
    """The same handler, run inside of `call(context)`."""
    check = _checked_all if handler.request_streaming else _checked
    behavior: Any = (
        handler.stream_stream or handler.stream_unary or handler.unary_stream or handler.unary_unary
    )

    async def unary(request: Any, context: Any) -> Any:
        async with call(context):
            return await behavior(check(request), context)

    async def stream(request: Any, context: Any) -> Any:
        async with call(context):
            if not inspect.isasyncgenfunction(behavior):
                await behavior(check(request), context)
                return
            async for response in behavior(check(request), context):
                yield response

    makers: dict[tuple[bool, bool], Any] = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }
    return makers[handler.request_streaming, handler.response_streaming](
        stream if handler.response_streaming else unary,
        request_deserializer=_decoding(handler.request_deserializer),
        response_serializer=handler.response_serializer,
    )
