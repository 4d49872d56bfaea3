"""The matcher's HTTP side: health, readiness and version, which the kit adds."""

from fastapi import FastAPI
from talent_kit.http_edge import UNTRACED


def make_http() -> FastAPI:
    return FastAPI(
        title="talent-matcher", docs_url=None, redoc_url=None, openapi_url=None, telemetry=UNTRACED
    )
