"""The matcher's HTTP side: the table of weights, for anyone. The kit adds health, readiness and
version."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI
from google.protobuf.json_format import MessageToDict
from talent_kit.http_edge import UNTRACED
from talent_proto.matcher.v1 import scoring_pb2 as pb


def make_http(weights: Callable[[str], Awaitable[pb.GetWeightsResponse]]) -> FastAPI:
    http = FastAPI(
        title="talent-matcher", docs_url=None, redoc_url=None, openapi_url=None, telemetry=UNTRACED
    )

    @http.get("/v1/weights", summary="The weights that matches are scored by; all can read them")
    async def table(version: str = "") -> dict[str, Any]:
        return MessageToDict(await weights(version), always_print_fields_with_no_presence=True)

    return http
