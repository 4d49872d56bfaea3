"""Why somebody was or was not announced on a day, as an auditor asks."""

from datetime import datetime

from rich.console import Console
from rich.markup import escape
from talent_proto.events.v1.common_pb2 import CivilDate
from talent_proto.events.v1.matches_pb2 import Match
from talent_proto.matcher.v1.decisions_pb2 import (
    ExplainDecisionRequest,
    ExplainDecisionResponse,
)
from talent_proto.matcher.v1.decisions_pb2_grpc import DecisionServiceAsyncStub, DecisionServiceStub

from talent_cli.network import Network


async def ask(network: Network, job: str, holder: str, on: datetime) -> ExplainDecisionResponse:
    request = ExplainDecisionRequest(
        job_id=job, holder_id=holder, on=CivilDate(year=on.year, month=on.month, day=on.day)
    )
    metadata = network.metadata("auditor", ["agency"], org_id="agency")
    async with network.channel("matcher") as channel:
        stub: DecisionServiceAsyncStub = DecisionServiceStub(channel)
        return await stub.ExplainDecision(request, metadata=metadata)


def tell(answer: ExplainDecisionResponse) -> None:
    console = Console()
    console.print("announced" if answer.announced else "not announced")
    for sentence in answer.sentence:
        console.print(f"- {escape(sentence)}")
    for one in answer.decision:
        at = one.at.ToDatetime().isoformat(" ", "seconds")
        if not one.HasField("match"):
            console.print(f"{at} UTC  withdrawn")
            continue
        console.print(f"{at} UTC  announced with {_made(one.match)}")
    computed = [one for one in (answer.that_day.standing, answer.present) if one.HasField("match")]
    for state in computed:
        console.print(f"computed now: {_made(state.match)}")
    matches = [one.match for one in (*answer.decision, *computed) if one.HasField("match")]
    used = {match.versions.weights for match in matches}
    for version in sorted(used - {""}):
        console.print(f"See these weights: talent weights show {version}")


def _made(match: Match) -> str:
    day, made = match.as_of, match.versions
    return (
        f"{match.score} points, as of {day.year}-{day.month:02}-{day.day:02}, by weights "
        f"{made.weights}, taxonomy {made.taxonomy or '-'}, code {made.code}"
    )
