"""`talent weights`, against a matcher that a test plays."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from talent_cli import weights
from talent_cli.network import CliSettings, CommandError, Network
from talent_local.settings import LocalSettings
from talent_proto.events.v1.scoring_pb2 import WeightsTable
from talent_proto.matcher.v1 import scoring_pb2 as pb
from talent_proto.matcher.v1 import scoring_pb2_grpc as pb_grpc


class Matcher(pb_grpc.ScoringServiceServicer):
    def __init__(self) -> None:
        self.table = WeightsTable(version="2026-12", weight={"artifact": 40, "context": 30})
        self.asked: list[pb.SetWeightsRequest] = []

    async def GetWeights(self, request: pb.GetWeightsRequest, context: Any) -> Any:
        row = pb.WeightRow(name="artifact", meaning="Adds: it can be looked at", value=40, max=1000)
        return pb.GetWeightsResponse(table=self.table, row=[row], in_force=True)

    async def ListWeights(self, request: pb.ListWeightsRequest, context: Any) -> Any:
        last = bool(request.page_token)
        version = pb.WeightsVersion(version="2026-12" if last else "2027-01")
        return pb.ListWeightsResponse(weights=[version], next_page_token="" if last else "2")

    async def SetWeights(self, request: pb.SetWeightsRequest, context: Any) -> Any:
        self.asked.append(request)
        return pb.SetWeightsResponse(table=request.table)


@pytest.fixture
async def matcher() -> AsyncIterator[tuple[Matcher, Network]]:
    server, played = grpc.aio.server(), Matcher()
    pb_grpc.add_ScoringServiceServicer_to_server(played, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield played, Network(CliSettings(matcher=f"127.0.0.1:{port}", token="x"), LocalSettings())
    await server.stop(0)


async def test_setting_a_few_weights_keeps_the_others_and_names_what_it_replaces(matcher):
    played, network = matcher
    await weights._set(network, "2027-01", {"artifact": 50})
    (asked,) = played.asked
    assert dict(asked.table.weight) == {"artifact": 50, "context": 30}
    assert (asked.table.version, asked.replaces) == ("2027-01", "2026-12")
    assert asked.request_id


async def test_all_pages_of_versions_are_listed(matcher):
    _, network = matcher
    assert [one.version for one in await weights._list(network)] == ["2027-01", "2026-12"]


async def test_a_table_is_printed_with_what_its_rows_mean(matcher, capsys):
    _, network = matcher
    weights._print(await weights._get(network, ""))
    assert "Adds: it can be looked at" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["artifact", "artifact=", "=4", "artifact=-1", "artifact=1.5"])
def test_what_is_no_name_and_number_is_told_with_an_example(text):
    with pytest.raises(CommandError, match=r"such as validator\.COLLEGE=900"):
        weights._change(text)
