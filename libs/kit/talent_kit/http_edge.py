"""The HTTP edge: sign-in, limits, traces, and errors as RFC 9457 problem details."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.telemetry import TelemetryConfig
from opentelemetry.trace import SpanKind
from starlette.exceptions import HTTPException

from talent_kit import telemetry
from talent_kit.callers import current
from talent_kit.errors import Problem, Reason
from talent_kit.failures import passes_by_itself
from talent_kit.limits import RateLimit
from talent_kit.tokens import TokenChecker

MEDIA_TYPE = "application/problem+json"
BODY = "body"  # the field that is meant when it is the whole request
# For `FastAPI(telemetry=…)`: its own spans hold paths and queries, its logs the words of
# exceptions. The edge's span and log take their place.
UNTRACED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def prepare(
    app: FastAPI,
    checker: TokenChecker,
    *,
    max_bytes: int,
    limit: RateLimit | None = None,
    uploads: Mapping[str, int] | None = None,
) -> None:
    """Give an app the edge. `serve` does it; a test without `serve` calls it once itself.

    `uploads`: how many bytes may be sent to the paths that take more than `max_bytes`.
    """
    app.add_exception_handler(Problem, _on_problem)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _on_validation)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _on_http)  # type: ignore[arg-type]
    app.add_middleware(
        Edge,
        checker=checker,
        max_bytes=max_bytes,
        limit=limit or RateLimit(0),
        uploads=uploads or {},
    )


class Edge:
    """Plain ASGI, so that streams stay streams and the caller is seen in every handler."""

    def __init__(
        self,
        app: Any,
        *,
        checker: TokenChecker,
        max_bytes: int,
        limit: RateLimit,
        uploads: Mapping[str, int],
    ) -> None:
        self._app = app
        self._checker = checker
        self._max_bytes = max_bytes
        self._limit = limit
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]
        }
        language = headers.get("accept-language", "en-US").split(",")[0].split(";")[0]
        started = False

        async def sending(message: dict[str, Any]) -> None:
            nonlocal started
            started = True
            await send(message)

        trace = telemetry.extracted(headers)
        # The route's pattern is not known yet, and a path may hold an id: the method must do.
        with telemetry.span(scope["method"], trace, SpanKind.SERVER):
            try:
                await self._admit(headers, scope)
                await self._app(scope, self._counted(receive, self._most(scope)), sending)
            except Exception as error:
                if started:
                    raise
                answer = response(_problem(error), language)
                await answer(scope, receive, send)  # type: ignore[arg-type]

    async def _admit(self, headers: dict[str, str], scope: Scope) -> None:
        length = headers.get("content-length", "0")
        most = self._most(scope)
        if not length.isdigit() or int(length) > most:
            raise Problem(Reason.TOO_LARGE, field=BODY, limit=f"{most} bytes")
        current.set(None)
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if token and scheme.lower() == "bearer":
            caller = await self._checker.check(token.strip())
            current.set(caller)
            self._limit.take(caller.org_id or caller.subject)
        elif scope.get("client"):
            self._limit.take(str(scope["client"][0]))

    def _most(self, scope: Scope) -> int:
        return self._uploads.get(scope["path"], self._max_bytes)

    def _counted(self, receive: Receive, most: int) -> Receive:
        seen = 0

        async def counting() -> dict[str, Any]:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                # An HTTPException, because FastAPI turns others met in a body into a 400.
                raise HTTPException(413, f"{most} bytes")
            return message

        return counting


def response(problem: Problem, language: str = "en-US") -> Response:
    """RFC 9457 problem details."""
    body: dict[str, Any] = {
        "type": f"urn:talent:problem:{problem.reason.value}",
        "title": problem.reason.value.replace("_", " ").capitalize(),
        "status": problem.row.http,
        "detail": problem.sentence(language),
        "reason": problem.reason.value,
        "field": problem.field,
        "arguments": problem.arguments,
    }
    headers: dict[str, str] = {}
    if problem.reason is Reason.RATE_LIMITED:
        headers["retry-after"] = problem.arguments.get("seconds", "1")
    if problem.row.http == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(json.dumps(body), problem.row.http, headers, MEDIA_TYPE)


async def _on_problem(request: Request, problem: Problem) -> Response:
    return response(problem, _language(request))


async def _on_validation(request: Request, error: RequestValidationError) -> Response:
    first: Any = error.errors()[0]
    if first["type"] == "json_invalid":
        mend = f"send valid JSON, this is not from character {first['loc'][1]} on"
        return response(Problem(Reason.INVALID_FIELD, field=BODY, mend=mend), _language(request))
    # The first part says where: body, query, path, header.
    field = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    if first["type"] == "missing":
        return response(Problem(Reason.MISSING_FIELD, field=field), _language(request))
    problem = Problem(Reason.INVALID_FIELD, field=field, mend=str(first["msg"]))
    return response(problem, _language(request))


async def _on_http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 413:
        problem = Problem(Reason.TOO_LARGE, field=BODY, limit=str(error.detail))
        return response(problem, _language(request))
    if error.status_code == 404:
        return response(Problem(Reason.NOT_FOUND, what="page"), _language(request))
    if error.status_code == 400 and error.__cause__ is not None:
        # What FastAPI makes of any error in reading a body.
        too_deep = isinstance(error.__cause__, RecursionError)
        mend = "nest it less deep" if too_deep else "send valid JSON in UTF-8"
        problem = Problem(Reason.INVALID_FIELD, field=BODY, mend=mend)
        return response(problem, _language(request))
    body = {"type": "about:blank", "title": str(error.detail), "status": error.status_code}
    headers = dict(error.headers or {})
    return Response(json.dumps(body), error.status_code, headers, MEDIA_TYPE)


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if passes_by_itself(error):
        logger.warning("a request failed because something is away: %s", type(error).__name__)
        return Problem(Reason.UNAVAILABLE, what="a part of the network")
    logger.error("a request failed", exc_info=error)
    return Problem(Reason.INTERNAL)


def _language(request: Request) -> str:
    return request.headers.get("accept-language", "en-US").split(",")[0].split(";")[0]
