"""Every point of a candidate, and what would be without a credential, as their employer asks."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from talent_proto.matcher.v1.explanations_pb2 import ExplainMatchRequest, ExplainMatchResponse
from talent_proto.matcher.v1.explanations_pb2_grpc import (
    ExplanationServiceAsyncStub,
    ExplanationServiceStub,
)

from talent_cli.network import Network


async def ask(network: Network, job: str, candidate: str, org: str) -> ExplainMatchResponse:
    request = ExplainMatchRequest(job_id=job, candidate_id=candidate)
    metadata = network.metadata("talent-matches", ["employer"], org_id=org)
    async with network.channel("matcher") as channel:
        stub: ExplanationServiceAsyncStub = ExplanationServiceStub(channel)
        return await stub.ExplainMatch(request, metadata=metadata)


def tell(answer: ExplainMatchResponse) -> None:
    console = Console()
    console.print(f"{answer.match.score} points, number {answer.rank} of {answer.shown}")
    _list(console, answer.sentence)
    for one in answer.requirement:
        name = escape(one.skill.label or one.skill.uri)
        console.print(f"{name}: {one.points} of {one.max_points} points")
        _list(console, one.sentence)
    if answer.without:
        console.print("What would change")
        _list(console, [one.sentence for one in answer.without])


def _list(console: Console, sentences: Iterable[str]) -> None:
    for sentence in sentences:
        console.print(f"- {escape(sentence)}")
