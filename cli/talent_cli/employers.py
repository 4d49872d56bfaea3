"""`talent jobs` and `talent matches`."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from talent_proto.matcher.v1.matcher_pb2 import (
    CandidateMatch,
    ListJobsRequest,
    ListMatchesRequest,
    WatchMatchesRequest,
)
from talent_proto.matcher.v1.matcher_pb2_grpc import MatcherServiceStub

from talent_cli.network import Network

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
    metadata = network.metadata("talent-matches", ["employer"], org_id=org)
    async with network.channel("matcher") as channel:
        stub = MatcherServiceStub(channel)
        if not follow:
            page = await stub.ListMatches(
                ListMatchesRequest(job_id=job, page_size=100), metadata=metadata
            )
            for match in page.match:
                _print(match)
            print(f"{page.total} in all")
            if not page.candidates_visible:
                print("The agency has not approved this employer yet, so people are not shown.")
            return
        async for batch in stub.WatchMatches(WatchMatchesRequest(job_id=job), metadata=metadata):
            for update in batch.update:
                kind = update.WhichOneof("change")
                if kind == "withdrawn":
                    print(f"- {update.withdrawn.candidate_id} is no longer available", flush=True)
                else:
                    _print(update.found if kind == "found" else update.changed)


def _print(match: CandidateMatch) -> None:
    print(f"{match.match.score / 10:.0f} of 100  {match.candidate_id}", flush=True)
    for line in match.explanation:
        print(f"    {line}", flush=True)
