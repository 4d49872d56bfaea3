"""Why somebody was or was not announced on a day, as an auditor asks."""

from datetime import datetime

from rich.console import Console
from rich.markup import escape
from talent_proto.events.v1.common_pb2 import CivilDate
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
        match, made = one.match, one.match.versions
        day = match.as_of
        console.print(
            f"{at} UTC  announced with {match.score} points, as of "
            f"{day.year}-{day.month:02}-{day.day:02}, by weights {made.weights}, "
            f"taxonomy {made.taxonomy or '-'}, code {made.code}"
        )
    used = {one.match.versions.weights for one in answer.decision if one.HasField("match")}
    for version in sorted(used - {""}):
        console.print(f"See these weights: talent weights show {version}")
