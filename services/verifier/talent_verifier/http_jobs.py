"""HTTP: verification jobs, for signed-in organizations."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.requests import ClientDisconnect
from talent_kit import pages
from talent_kit.callers import SignedIn
from talent_kit.errors import Problem, Reason
from talent_vc import Policy

from talent_verifier.checking import no_instant
from talent_verifier.job_intake import KEY_LENGTH, Asked, Jobs
from talent_verifier.job_results import as_csv, as_ndjson, csv_head
from talent_verifier.jobs import Job, Result

PATH = "/v1/verification-jobs"
PAGE = 100
PRIVATE = {"cache-control": "no-store"}
UPLOAD = {
    "requestBody": {
        "required": True,
        "description": "One credential or token a line, or a ZIP of files with one each.",
        "content": {
            "application/x-ndjson": {"schema": {"type": "string"}},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


class Format(StrEnum):
    NDJSON = "ndjson"
    CSV = "csv"


class JobAnswer(BaseModel):
    """`outcomes` counts the lines that are done. `seconds_left` is null where nobody can say."""

    job_id: str
    state: str
    policy: str
    at: datetime | None
    lines: int
    done: int
    outcomes: dict[str, int]
    seconds_left: int | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime


class JobsAnswer(BaseModel):
    jobs: list[JobAnswer]
    next_page_token: str


def job_routes(jobs: Jobs) -> APIRouter:
    router = APIRouter(prefix=PATH, tags=["verification jobs"])

    @router.post("", status_code=201, openapi_extra=UPLOAD, summary="Check many credentials")
    async def create(  # pyright: ignore[reportUnusedFunction]
        request: Request,
        response: Response,
        caller: SignedIn,
        at: Annotated[datetime | None, Query(description="Judge as of this instant.")] = None,
        policy: Annotated[Policy, Query(description="What the checks add up to.")] = Policy.USUAL,
        key: Annotated[str, Header(alias="Idempotency-Key", max_length=KEY_LENGTH)] = "",
    ) -> JobAnswer:
        """One credential or token a line, or a ZIP of files. One bad line never fails others."""
        asked = Asked(key, _instant(at), policy)
        try:
            job = await jobs.create_from_upload(caller, asked, request.stream())
        except ClientDisconnect:
            raise Problem(Reason.INVALID_FIELD, field="body", mend="send all of it") from None
        response.headers.update({"location": f"{PATH}/{job.job_id}", **PRIVATE})
        return answer(jobs, job)

    @router.get("", summary="The jobs of your organization, the newest first")
    async def list_jobs(  # pyright: ignore[reportUnusedFunction]
        caller: SignedIn,
        response: Response,
        page_size: int = 0,
        page_token: Annotated[str, Query(max_length=500)] = "",
    ) -> JobsAnswer:
        size = pages.page_size(page_size, PAGE)
        before = str(pages.decode(page_token).get("before", ""))
        found = await jobs.list(caller, before, size + 1)
        response.headers.update(PRIVATE)
        return JobsAnswer(
            jobs=[answer(jobs, job) for job in found[:size]],
            next_page_token=next_page(found, size),
        )

    @router.get("/{job_id}", summary="How far a job is")
    async def get(  # pyright: ignore[reportUnusedFunction]
        job_id: str, caller: SignedIn, response: Response
    ) -> JobAnswer:
        response.headers.update(PRIVATE)
        return answer(jobs, await jobs.get(caller, job_id))

    @router.get(
        "/{job_id}/results",
        summary="What came out, as far as it is done",
        response_class=Response,
        responses={200: {"content": {"application/x-ndjson": {}, "text/csv": {}}}},
    )
    async def results(  # pyright: ignore[reportUnusedFunction]
        job_id: str,
        caller: SignedIn,
        format: Format = Format.NDJSON,
        after: Annotated[int, Query(ge=0, description="Only lines after this one.")] = 0,
    ) -> StreamingResponse:
        """In the order of the lines. Ask again with `after` for what was not done yet."""
        found = await jobs.results(caller, job_id, after)
        if format is Format.NDJSON:
            text = _texts(found, as_ndjson, "")
            return StreamingResponse(text, media_type="application/x-ndjson", headers=PRIVATE)
        name = f'attachment; filename="verification-{job_id}.csv"'
        text = _texts(found, as_csv, "" if after else csv_head())
        headers = {"content-disposition": name, **PRIVATE}
        return StreamingResponse(text, media_type="text/csv", headers=headers)

    @router.delete("/{job_id}", status_code=204, summary="Delete a job with its results")
    async def delete(  # pyright: ignore[reportUnusedFunction]
        job_id: str, caller: SignedIn
    ) -> Response:
        await jobs.delete(caller, job_id)
        return Response(status_code=204)

    return router


def answer(jobs: Jobs, job: Job) -> JobAnswer:
    return JobAnswer(
        job_id=job.job_id,
        state=job.state.value,
        policy=job.policy.value,
        at=job.at,
        lines=job.lines,
        done=job.done,
        outcomes=dict(job.outcomes),
        seconds_left=jobs.seconds_left(job),
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        expires_at=job.expires_at,
    )


def next_page(found: Sequence[Job], size: int) -> str:
    return pages.encode({"before": found[size - 1].job_id}) if len(found) > size else ""


async def _texts(
    results: AsyncIterator[Sequence[Result]],
    write: Callable[[Iterable[Result]], str],
    head: str,
) -> AsyncIterator[str]:
    if head:
        yield head
    async for some in results:
        yield write(some)


def _instant(at: datetime | None) -> datetime | None:
    """Without a zone it is UTC."""
    if at is None:
        return None
    try:
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        raise no_instant() from None
