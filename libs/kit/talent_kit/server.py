"""Runs a service: gRPC, HTTP and tasks on one event loop, and their orderly end."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, TypeVar, cast

import grpc
import uvicorn
import uvloop
from fastapi import FastAPI
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from talent_proto.operations.v1 import operations_pb2_grpc

from talent_kit import operations, telemetry
from talent_kit.audit import Audit
from talent_kit.consumer import Consumer
from talent_kit.grpc_edge import AuthInterceptor
from talent_kit.health import Health, Ready
from talent_kit.http_edge import prepare
from talent_kit.limits import RateLimit
from talent_kit.operations import Operations, Republish
from talent_kit.producer import Producer
from talent_kit.settings import CommonSettings
from talent_kit.store import Store
from talent_kit.tokens import TokenChecker

T = TypeVar("T")
Task = Callable[[asyncio.Event], Awaitable[None]]
Adder = Callable[[Any, Any], None]
STREAMS = 1_000
logger = logging.getLogger(__name__)


class ServiceSettings(CommonSettings):
    """Settings of a service that listens. Port 0 means: not."""

    grpc_port: int = 0
    http_port: int = 0
    public_url: str = ""


def main(
    start: Callable[[], Coroutine[Any, Any, None]],
    migrate: Callable[[], Coroutine[Any, Any, Any]],
) -> None:
    """`python -m talent_registry` starts the service, `… migrate` its migrations."""
    if sys.argv[1:] == ["migrate"]:
        run(migrate)
    elif sys.argv[1:]:
        sys.exit("use no argument, or: migrate")
    else:
        run(start)


def run(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Like `asyncio.run`, as fast as a service should be."""
    # A batch makes many objects that live briefly; by default they are searched again and again.
    # Of the young ones only so many at a time that nobody waits long.
    gc.set_threshold(10_000, 10, 500)
    return uvloop.run(work())


async def serve(
    settings: CommonSettings,
    *,
    name: str,
    http: FastAPI,
    grpc_services: Sequence[tuple[Adder, Any]] = (),
    grpc_names: Sequence[str] = (),
    tasks: Sequence[Task] = (),
    consumers: Sequence[Consumer] = (),
    ready: Mapping[str, Ready] | None = None,
    public_methods: Sequence[str] = (),
    republish: Republish | None = None,
    store: Store | None = None,
    audit: Audit | None = None,
    producer: Producer | None = None,
    uploads: Mapping[str, int] | None = None,
    on_close: Sequence[Callable[[], Awaitable[None]]] = (),
    stop: asyncio.Event | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or `stop`, then end in order.

    Readiness goes first, then tasks and consumers end and commit, then calls get a few seconds,
    then the producer sends what it has, `on_close` runs, and the store is closed. A task that
    fails ends the service: whoever started it starts it again. `uploads`: see `prepare`.
    """
    telemetry.setup(name, settings)
    logger.info("starting with %s", settings.describe())
    stop = stop or asyncio.Event()
    _stop_on_signals(stop)
    checker = TokenChecker(settings.oidc_issuer, settings.oidc_audience)
    limit = RateLimit(settings.requests_per_minute)
    checks = dict(ready or {}) | {consumer.group: consumer.ready for consumer in consumers}
    state = Health(checks, store)
    # Settings of services have these two, under their own names.
    grpc_port: int = getattr(settings, "grpc_port", 0)
    http_port: int = getattr(settings, "http_port", 0)

    prepare(http, checker, max_bytes=settings.max_message_bytes, limit=limit, uploads=uploads)
    state.add_routes(http, version("talent-kit"))
    server, servicer = _grpc_server(settings, AuthInterceptor(checker, public_methods, limit))
    names = list(grpc_names)
    for add, implementation in grpc_services:
        add(implementation, server)
    if store is not None and audit is not None:
        operations_pb2_grpc.add_OperationsServiceServicer_to_server(
            Operations(
                settings, store=store, audit=audit, consumers=consumers, republish=republish
            ),
            server,
        )
        names.append(operations.NAME)
        tasks = [*tasks, audit.run]
    _reflect(server, names)
    web = _web_server(settings, http, http_port)
    await state.tell(servicer, ["", *names])  # before the first call can ask
    if grpc_port:
        _listen(server, f"{settings.host}:{grpc_port}")
        await server.start()

    running = [asyncio.create_task(_awaited(task, stop)) for task in tasks]
    running += [asyncio.create_task(consumer.run(stop)) for consumer in consumers]
    running.append(asyncio.create_task(state.run(stop, servicer, ["", *names])))
    if http_port:
        running.append(asyncio.create_task(web.serve()))
    stopping = asyncio.create_task(stop.wait())
    try:
        await _first_failure({stopping, *running}, stop)
    finally:
        state.draining = True
        stop.set()
        web.should_exit = True
        await servicer.enter_graceful_shutdown()
        await server.stop(settings.shutdown_seconds)
        failure = await _ended(running, settings.shutdown_seconds * 3)
        await _close(producer, on_close, store)
    if failure is not None:
        raise failure


async def _ended(running: Sequence[asyncio.Task[Any]], seconds: float) -> Exception | None:
    """Wait for every part; the first failure of one."""
    await asyncio.wait(running, timeout=seconds)
    for task in running:
        task.cancel()
    results = await asyncio.gather(*running, return_exceptions=True)
    return next((result for result in results if isinstance(result, Exception)), None)


async def _close(
    producer: Producer | None,
    on_close: Sequence[Callable[[], Awaitable[None]]],
    store: Store | None,
) -> None:
    if producer is not None:
        await producer.stop()
    for close in on_close:
        await close()
    if store is not None:
        await store.close()
    telemetry.shutdown()
    logger.info("stopped")


def _grpc_server(settings: CommonSettings, edge: AuthInterceptor) -> tuple[Any, Any]:
    server = grpc.aio.server(
        interceptors=[edge],
        options=[
            ("grpc.max_receive_message_length", settings.max_message_bytes),
            ("grpc.max_send_message_length", settings.max_message_bytes),
            ("grpc.max_concurrent_streams", STREAMS),
            ("grpc.keepalive_time_ms", 30_000),
            ("grpc.keepalive_timeout_ms", 10_000),
            ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.so_reuseport", 0),
        ],
    )
    servicer: Any = cast(Any, health).aio.HealthServicer()
    cast(Any, health_pb2_grpc).add_HealthServicer_to_server(servicer, server)
    return server, servicer


def _reflect(server: Any, names: list[str]) -> None:
    from grpc_reflection.v1alpha import reflection

    known = [*names, health_pb2.DESCRIPTOR.services_by_name["Health"].full_name]
    reflection.enable_server_reflection([*known, reflection.SERVICE_NAME], server)


def _listen(server: Any, address: str) -> None:
    try:
        if not server.add_insecure_port(address):
            raise RuntimeError(address)
    except RuntimeError:
        raise SystemExit(
            f"cannot listen at {address}: is another process using the port?"
        ) from None


class _Web(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield  # nothing: signals end all parts together, see `_stop_on_signals`


def _web_server(settings: CommonSettings, http: FastAPI, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        http,
        host=settings.host,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=int(settings.shutdown_seconds),
    )
    return _Web(config)


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


async def _awaited(work: Callable[..., Awaitable[Any]], *arguments: Any) -> None:
    await work(*arguments)


async def _first_failure(parts: set[asyncio.Task[Any]], stop: asyncio.Event) -> None:
    """Returns on `stop`, or when a part fails; one that is simply done is no reason to end."""
    while not stop.is_set():
        done, parts = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        for error in filter(None, (part.exception() for part in done)):
            logger.critical("a part of the service failed", exc_info=error)
            return
