"""ExplanationService: why a candidate is where they are, from the same numbers that placed them."""

# ruff: noqa: N802 - methods are named by the contract

from collections.abc import Iterator, Sequence
from typing import Any

from talent_kit.callers import Role, require
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import matches_pb2
from talent_proto.matcher.v1 import explanations_pb2 as pb
from talent_proto.matcher.v1 import explanations_pb2_grpc as pb_grpc
from talent_proto.matcher.v1.matcher_pb2 import GetMatchRequest
from talent_proto.matcher.v1.shards_pb2 import ExplainedPair

from talent_matcher.counterfactual import rank_of
from talent_matcher.network import Network
from talent_matcher.peers import Peers
from talent_matcher.people import People
from talent_matcher.point_words import point_by_point, without_it
from talent_matcher.shown_jobs import teaching
from talent_matcher.view import View

NAME = "talent.matcher.v1.ExplanationService"


class Explanations(pb_grpc.ExplanationServiceServicer):
    def __init__(
        self,
        *,
        people: People,
        peers: Peers,
        view: View,
        network: Network,
    ) -> None:
        self._people = people
        self._peers = peers
        self._view = view
        self._network = network

    async def ExplainMatch(
        self, request: pb.ExplainMatchRequest, context: Any
    ) -> pb.ExplainMatchResponse:
        caller = require(Role.EMPLOYER)
        # Consent is asked and the read recorded, as for every look at a person.
        asked = GetMatchRequest(job_id=request.job_id, candidate_id=request.candidate_id)
        shown = (await self._people.get(caller, asked)).match
        there = await self._people.present(caller, request.job_id, request.candidate_id)
        pair = await self._peers.explained(request.job_id, there.match.holder_id)
        best = self._view.of_job(request.job_id)
        if pair is None or pair.score != there.match.score or there not in best:
            raise Problem(Reason.NOT_READY, why="this match is changing; ask again in a moment")
        scores = [one.match.score for one in best if one is not there]
        rank = 1 + best.index(there)
        return pb.ExplainMatchResponse(
            match=shown.match,
            sentence=shown.explanation,
            rank=rank,
            shown=len(scores) + 1,
            requirement=_in_words(pair, there.match),
            without=_ranked(pair, rank, scores),
            program=teaching(there.match.missing, self._network),
        )


def _in_words(pair: ExplainedPair, match: matches_pb2.Match) -> Iterator[pb.ExplainedRequirement]:
    given = {one.skill.uri: one for one in match.contribution}
    for one in pair.requirement:
        one.sentence.extend(point_by_point(one, given[one.skill.uri]))
        yield one


def _ranked(pair: ExplainedPair, rank: int, others: Sequence[int]) -> Iterator[pb.Without]:
    """What would be without each credential, with the place among others where they were shown:
    the same `rank` where nothing changes."""
    for one in pair.without:
        if one.score == pair.score:
            one.rank = rank
        elif one.score >= pair.least:
            one.rank = rank_of(one.score, others)
        one.sentence = without_it(one, pair.score, rank)
        yield one
