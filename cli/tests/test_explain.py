"""`talent explain`, against a matcher that a test plays."""

import json
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from talent_cli import decisions, points
from talent_cli.explain import _json, explain
from talent_cli.network import CliSettings, CommandError, Network
from talent_local.settings import LocalSettings
from talent_proto.events.v1 import matches_pb2, skills_pb2
from talent_proto.matcher.v1 import decisions_pb2
from talent_proto.matcher.v1 import explanations_pb2 as pb
from talent_proto.matcher.v1 import explanations_pb2_grpc as pb_grpc

GONE = "Without the credential MIG Welder, this person would not be shown."


class Matcher(pb_grpc.ExplanationServiceServicer):
    async def ExplainMatch(self, request: pb.ExplainMatchRequest, context: Any) -> Any:
        point = pb.ExplainedRequirement(
            skill=skills_pb2.SkillReference(label="Welding [MIG]"),
            points=700,
            max_points=800,
            factor=[pb.Factor(code="basis", value="ASSESSED", thousandths=850, adds=True)],
            sentence=["It rests on a test by set criteria: gives 85 percent."],
        )
        return pb.ExplainMatchResponse(
            match=matches_pb2.Match(job_id=request.job_id, score=700),
            sentence=[f"About {request.candidate_id}."],
            rank=2,
            shown=9,
            requirement=[point],
            without=[pb.Without(achievement_name="MIG Welder", sentence=GONE)],
        )


@pytest.fixture
async def answer() -> AsyncIterator[pb.ExplainMatchResponse]:
    server = grpc.aio.server()
    pb_grpc.add_ExplanationServiceServicer_to_server(Matcher(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    network = Network(CliSettings(matcher=f"127.0.0.1:{port}", token="x"), LocalSettings())
    yield await points.ask(network, "job", "ann", "org")
    await server.stop(0)


def test_an_auditor_reads_what_a_past_day_was_computed_by(capsys):
    versions = matches_pb2.MatchVersions(weights="2027-01", taxonomy="t1", code="2")
    match = matches_pb2.Match(score=300, versions=versions)
    match.as_of.year, match.as_of.month, match.as_of.day = 2026, 11, 25
    standing = decisions_pb2.PresentState(score=300, threshold=400, match=match)
    decisions.tell(
        decisions_pb2.ExplainDecisionResponse(
            decision=[decisions_pb2.Decision()],
            that_day=decisions_pb2.PastState(standing=standing),
            sentence=["The score is 300; the job asks for 400."],
        )
    )
    assert " ".join(capsys.readouterr().out.split()) == (
        "not announced - The score is 300; the job asks for 400. "
        "1970-01-01 00:00:00 UTC withdrawn "
        "computed now: 300 points, as of 2026-11-25, by weights 2027-01, taxonomy t1, code 2 "
        "See these weights: talent weights show 2027-01"
    )


async def test_every_point_is_printed_in_plain_sentences(answer, capsys):
    points.tell(answer)
    assert capsys.readouterr().out.splitlines() == [
        "700 points, number 2 of 9",
        "- About ann.",
        "Welding [MIG]: 700 of 800 points",
        "- It rests on a test by set criteria: gives 85 percent.",
        "What would change",
        f"- {GONE}",
    ]


async def test_the_same_is_printed_as_json_with_what_is_zero(answer, capsys):
    _json(answer)
    told = json.loads(capsys.readouterr().out)
    assert told["requirement"][0]["factor"][0]["thousandths"] == 850
    assert (told["without"][0]["rank"], told["without"][0]["sentence"]) == (0, GONE)


@pytest.mark.parametrize("given", [{}, {"holder": "h"}, {"candidate": "c"}, {"org": "o"}])
def test_who_names_too_little_learns_what_to_name(given):
    with pytest.raises(CommandError, match="--candidate and --org"):
        explain("job", **given)
