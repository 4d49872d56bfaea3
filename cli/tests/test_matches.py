"""`talent matches`, against a matcher that a test plays."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from talent_cli import employers
from talent_cli.network import CliSettings, Network
from talent_local.settings import LocalSettings
from talent_proto.matcher.v1 import matcher_pb2 as pb
from talent_proto.matcher.v1 import matcher_pb2_grpc as pb_grpc


def candidate(name: str) -> pb.CandidateMatch:
    return pb.CandidateMatch(candidate_id=name)


def found(name: str, cursor: str) -> pb.WatchMatchesResponse:
    return pb.WatchMatchesResponse(update=[pb.MatchUpdate(found=candidate(name))], cursor=cursor)


class Matcher(pb_grpc.MatcherServiceServicer):
    """Its streams end: each is a list of answers, then a status or None for an orderly end."""

    def __init__(self) -> None:
        self.streams: list[tuple[list[pb.WatchMatchesResponse], grpc.StatusCode | None]] = []
        self.cursors: list[str] = []

    async def ListMatches(self, request: pb.ListMatchesRequest, context: Any) -> Any:
        page = int(request.page_token or "1")
        return pb.ListMatchesResponse(
            match=[candidate(f"person-{page}")],
            total=3,
            candidates_visible=True,
            next_page_token=str(page + 1) if page < 3 else "",
        )

    async def WatchMatches(self, request: pb.WatchMatchesRequest, context: Any) -> Any:
        self.cursors.append(request.cursor)
        answers, status = self.streams.pop(0)
        for answer in answers:
            yield answer
        if status:
            await context.abort(status, "no")


@pytest.fixture
async def matcher() -> AsyncIterator[tuple[Matcher, Network]]:
    server, played = grpc.aio.server(), Matcher()
    pb_grpc.add_MatcherServiceServicer_to_server(played, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield played, Network(CliSettings(matcher=f"127.0.0.1:{port}", token="x"), LocalSettings())
    await server.stop(0)


async def test_all_matches_are_listed_not_only_the_first_page(matcher, capsys):
    _, network = matcher
    await employers._matches(network, "org", "job", follow=False)
    told = capsys.readouterr().out
    assert [word for word in told.split() if word.startswith("person")] == [
        "person-1",
        "person-2",
        "person-3",
    ]
    assert told.endswith("3 in all\n")


async def test_following_goes_on_where_the_stream_ended(matcher, capsys, monkeypatch):
    played, network = matcher
    monkeypatch.setattr(employers, "RECONNECT_SECONDS", 0)
    played.streams = [
        ([found("a", "c1"), pb.WatchMatchesResponse()], None),
        ([found("b", "c2")], grpc.StatusCode.UNAUTHENTICATED),
        ([], grpc.StatusCode.UNAVAILABLE),
        ([], grpc.StatusCode.OUT_OF_RANGE),
        ([found("c", "c3")], grpc.StatusCode.PERMISSION_DENIED),
    ]
    with pytest.raises(grpc.aio.AioRpcError):
        await employers._matches(network, "org", "job", follow=True)
    assert played.cursors == ["", "c1", "c2", "c2", ""]
    assert [line[-1] for line in capsys.readouterr().out.splitlines()] == ["a", "b", "c"]


async def test_following_a_network_that_was_never_there_says_so(matcher):
    played, network = matcher
    played.streams = [([], grpc.StatusCode.UNAVAILABLE)]
    with pytest.raises(grpc.aio.AioRpcError):
        await employers._matches(network, "org", "job", follow=True)
