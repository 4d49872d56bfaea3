"""A job survives the death of whoever works on it: real processes, killed."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from talent_kit.auth import Role
from talent_kit.settings import variable
from talent_local.issuer import Issuer
from talent_verifier.app import run_migrations
from talent_verifier.settings import VerifierSettings

from .builders import Provider
from .conftest import eventually

LINES = 2_000
PATH = "/v1/verification-jobs"


def environment(settings: VerifierSettings) -> dict[str, str]:
    told = {
        variable(VerifierSettings, name): str(value)
        for name in type(settings).model_fields
        if (value := getattr(settings, name)) is not None and not isinstance(value, SecretStr)
    }
    return {**os.environ, **told}


@asynccontextmanager
async def service(settings: VerifierSettings) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "talent_verifier",
        env=environment(settings),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient() as http:

            async def ready() -> bool:
                assert process.returncode is None
                try:
                    url = f"http://127.0.0.1:{settings.http_port}/readyz"
                    return (await http.get(url)).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(ready, seconds=60)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_no_line_is_lost_or_told_twice_when_the_verifier_is_killed(
    settings: VerifierSettings, issuer: Issuer, provider: Provider
) -> None:
    badges = [provider.badge() for _ in range(10)]
    forged = badges[0].replace(b"Structural Welding", b"Underwater Welding")
    lines = [(*badges, forged, b"no credential")[n % 12] for n in range(LINES)]
    wanted = ["valid"] * 10 + ["invalid", "unparseable"]
    token = issuer.token(subject="clerk", roles=[Role.EMPLOYER], org_id="acme")
    await run_migrations(settings)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{settings.http_port}",
        headers={"authorization": f"Bearer {token}", "idempotency-key": "survivor"},
        timeout=60,
    ) as http:

        async def look() -> dict[str, Any]:
            return (await http.get(f"{PATH}/{job_id}")).json()

        async def done(least: int) -> Any:
            found = await look()
            return found if found["done"] >= least else None

        job_id, kills, reached = "", 0, 0
        while reached < LINES:
            async with service(settings) as process:
                # Also whoever sends it again after each break has but one job.
                answer = await http.post(PATH, content=b"\n".join(lines))
                assert job_id in ("", answer.json()["job_id"])
                job_id = answer.json()["job_id"]
                least = (await look())["done"] + 300
                assert least >= reached + 300
                if kills < 3:
                    reached = (await eventually(partial(done, least), 100))["done"]
                    assert reached < LINES
                    process.kill()
                    kills += 1
                else:
                    job = await eventually(partial(done, LINES), 100)
                    reached = job["done"]
                    text = (await http.get(f"{PATH}/{job_id}/results")).text
    assert kills == 3
    results = [json.loads(line) for line in text.splitlines()]
    assert [one["line"] for one in results] == list(range(1, LINES + 1))
    assert [one["outcome"] for one in results] == [wanted[n % 12] for n in range(LINES)]
    assert job["outcomes"] == Counter(one["outcome"] for one in results)
    assert (job["state"], job["seconds_left"]) == ("done", 0)
