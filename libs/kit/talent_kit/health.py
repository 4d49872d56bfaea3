"""Whether a service can do its work: one answer for HTTP, gRPC and the drain at the end."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from grpc_health.v1 import health_pb2
from pymongo.errors import PyMongoError

from talent_kit.store import Store
from talent_kit.waiting import until

Ready = Callable[[], str | None]
CHECK_SECONDS = 1.0
logger = logging.getLogger(__name__)


class Health:
    """`checks` answer None when ready, or else why not."""

    def __init__(self, checks: Mapping[str, Ready], store: Store | None) -> None:
        self._checks = dict(checks)
        self._store = store
        self._database: str | None = "the database has not answered yet" if store else None
        self.draining = False

    def why_not(self) -> dict[str, str]:
        """What is not ready and why; empty when the service is."""
        if self.draining:
            return {"service": "it is stopping"}
        reasons = {"database": self._database}
        reasons |= {name: check() for name, check in self._checks.items()}
        return {name: why for name, why in reasons.items() if why}

    def add_routes(self, app: FastAPI, version: str) -> None:
        async def healthz() -> dict[str, str]:
            return {"status": "alive"}

        async def readyz() -> JSONResponse:
            reasons = self.why_not()
            return JSONResponse({"ready": not reasons, "why_not": reasons}, 503 if reasons else 200)

        async def version_of() -> dict[str, str]:
            return {"service": app.title, "version": version}

        for path, answer in (("/healthz", healthz), ("/readyz", readyz), ("/version", version_of)):
            app.add_api_route(path, answer, include_in_schema=False)

    async def run(self, stop: asyncio.Event, servicer: Any, names: list[str]) -> None:
        """Keep the gRPC health service, and the log, up to date."""
        said: dict[str, str] | None = None
        while True:
            await self._ask_database()
            reasons = await self.tell(servicer, names)
            if reasons != said:
                logger.info("not ready: %s" if reasons else "ready%s", reasons or "")
                said = reasons
            if await until(stop, CHECK_SECONDS):
                return

    async def tell(self, servicer: Any, names: list[str]) -> dict[str, str]:
        """Set the status of these gRPC services; why it is not serving."""
        reasons = self.why_not()
        serving = health_pb2.HealthCheckResponse.SERVING
        status = health_pb2.HealthCheckResponse.NOT_SERVING if reasons else serving
        for name in names:
            await servicer.set(name, status)
        return reasons

    async def _ask_database(self) -> None:
        if self._store is None:
            return
        try:
            await self._store.ping()
            self._database = None
        except PyMongoError:
            self._database = "the database does not answer"
