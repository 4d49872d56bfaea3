"""gRPC channels to other services: sane limits, the service's token and the trace on every call."""

from typing import Any, Protocol

import grpc

from talent_kit import telemetry

MESSAGE_BYTES = 8 * 1024 * 1024
OPTIONS = [
    ("grpc.max_send_message_length", MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.initial_reconnect_backoff_ms", 200),
]


class TokenSource(Protocol):
    """Such as `ServiceToken`."""

    async def get(self) -> str: ...


class FixedToken:
    """A token that somebody already has."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get(self) -> str:
        return self._token


def channel(target: str, service_token: TokenSource | None = None) -> grpc.aio.Channel:
    """A channel to `host:port`, or over TLS to `https://host:port`. Close it at the end.

    A call that names its own `authorization` metadata keeps it.
    """
    interceptors: list[Any] = [
        kind(service_token) for kind in (_Unary, _UnaryStream, _StreamUnary, _Stream)
    ]
    if target.startswith("https://"):
        return grpc.aio.secure_channel(
            target.removeprefix("https://"),
            grpc.ssl_channel_credentials(),
            options=OPTIONS,
            interceptors=interceptors,
        )
    return grpc.aio.insecure_channel(
        target.removeprefix("http://"), options=OPTIONS, interceptors=interceptors
    )


class _Calling:
    def __init__(self, token: TokenSource | None) -> None:
        self._token = token

    async def _call(self, continuation: Any, details: Any, request: Any) -> Any:
        metadata: list[tuple[str, Any]] = list(details.metadata or [])
        names = {name for name, _ in metadata}
        if self._token is not None and "authorization" not in names:
            metadata.append(("authorization", f"Bearer {await self._token.get()}"))
        metadata.extend(telemetry.carrier().items())
        return await continuation(
            grpc.aio.ClientCallDetails(
                details.method,
                details.timeout,
                grpc.aio.Metadata(*metadata),
                details.credentials,
                details.wait_for_ready,
            ),
            request,
        )


class _Unary(_Calling, grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    async def intercept_unary_unary(
        self, continuation: Any, client_call_details: Any, request: Any
    ) -> Any:
        return await self._call(continuation, client_call_details, request)


class _UnaryStream(_Calling, grpc.aio.UnaryStreamClientInterceptor):  # type: ignore[misc]
    async def intercept_unary_stream(
        self, continuation: Any, client_call_details: Any, request: Any
    ) -> Any:
        return await self._call(continuation, client_call_details, request)


class _StreamUnary(_Calling, grpc.aio.StreamUnaryClientInterceptor):  # type: ignore[misc]
    async def intercept_stream_unary(
        self, continuation: Any, client_call_details: Any, request_iterator: Any
    ) -> Any:
        return await self._call(continuation, client_call_details, request_iterator)


class _Stream(_Calling, grpc.aio.StreamStreamClientInterceptor):  # type: ignore[misc]
    async def intercept_stream_stream(
        self, continuation: Any, client_call_details: Any, request_iterator: Any
    ) -> Any:
        return await self._call(continuation, client_call_details, request_iterator)
