"""`talent jobs` and `talent matches`."""

import asyncio
from typing import Annotated

import grpc
import typer
from rich.console import Console
from rich.table import Table
from talent_proto.matcher.v1.matcher_pb2 import (
    CandidateMatch,
    ListJobsRequest,
    ListMatchesRequest,
    MatchUpdate,
    WatchMatchesRequest,
)
from talent_proto.matcher.v1.matcher_pb2_grpc import (
    MatcherServiceAsyncStub,
    MatcherServiceStub,
)

from talent_cli.network import Metadata, Network

RECONNECT_SECONDS = 1.0

Org = Annotated[str, typer.Option(help="The employer's id.")]


def jobs(
    org: Org, closed: Annotated[bool, typer.Option("--all", help="Closed too.")] = False
) -> None:
    """List an employer's jobs."""
    asyncio.run(_jobs(Network.find(), org, closed))


async def _jobs(network: Network, org: str, closed: bool) -> None:
    table = Table("job", "title", "open", "matches")
    request = ListJobsRequest(page_size=100, include_closed=closed)
    metadata = network.metadata("talent-jobs", ["employer"], org_id=org)
    async with network.channel("matcher") as channel:
        stub = MatcherServiceStub(channel)
        while True:
            page = await stub.ListJobs(request, metadata=metadata)
            for posted in page.job:
                is_open = "yes" if posted.open else "no"
                table.add_row(posted.job.job_id, posted.job.title, is_open, str(posted.match_count))
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
    Console().print(table)


def matches(
    job: Annotated[str, typer.Argument(help="The job's id.")],
    org: Org,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Show changes too.")] = False,
) -> None:
    """List who fits a job, and why."""
    try:
        asyncio.run(_matches(Network.find(), org, job, follow))
    except KeyboardInterrupt:
        return


async def _matches(network: Network, org: str, job: str, follow: bool) -> None:
    async with network.channel("matcher") as channel:
        stub = MatcherServiceStub(channel)
        if follow:
            await _follow(network, stub, org, job)
        else:
            await _list(stub, _employer(network, org), job)


async def _list(stub: MatcherServiceAsyncStub, metadata: Metadata, job: str) -> None:
    request = ListMatchesRequest(job_id=job, page_size=100)
    while True:
        page = await stub.ListMatches(request, metadata=metadata)
        for match in page.match:
            _print(match)
        if not page.next_page_token:
            break
        request.page_token = page.next_page_token
    print(f"{page.total} in all")
    if not page.candidates_visible:
        print("The agency has not approved this employer yet, so people are not shown.")


async def _follow(network: Network, stub: MatcherServiceAsyncStub, org: str, job: str) -> None:
    """Until refused: a stream that ends with its service or token goes on at its cursor."""
    request = WatchMatchesRequest(job_id=job)
    connected = False
    while True:
        answered = False
        try:
            stream = stub.WatchMatches(request, metadata=_employer(network, org))
            async for batch in stream:
                connected = answered = True
                request.cursor = batch.cursor or request.cursor
                for update in batch.update:
                    _print_update(update)
        except grpc.aio.AioRpcError as error:
            match error.code():
                case grpc.StatusCode.UNAVAILABLE if connected:
                    pass
                case grpc.StatusCode.UNAUTHENTICATED if answered:
                    pass
                case grpc.StatusCode.OUT_OF_RANGE if request.cursor:
                    request.cursor = ""  # too old: everything is told afresh
                case _:
                    raise
        await asyncio.sleep(RECONNECT_SECONDS)


def _employer(network: Network, org: str) -> Metadata:
    return network.metadata("talent-matches", ["employer"], org_id=org)


def _print_update(update: MatchUpdate) -> None:
    kind = update.WhichOneof("change")
    if kind == "withdrawn":
        print(f"- {update.withdrawn.candidate_id} is no longer available", flush=True)
    else:
        _print(update.found if kind == "found" else update.changed)


def _print(match: CandidateMatch) -> None:
    print(f"{match.match.score / 10:.0f} of 100  {match.candidate_id}", flush=True)
    for line in match.explanation:
        print(f"    {line}", flush=True)
