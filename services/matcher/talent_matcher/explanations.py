"""ExplanationService: why a candidate is where they are, from the same numbers that placed them."""

# ruff: noqa: N802 - methods are named by the contract

from collections.abc import Iterator
from typing import Any

from talent_kit.callers import Role, require
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import skills_pb2
from talent_proto.matcher.v1 import explanations_pb2 as pb
from talent_proto.matcher.v1 import explanations_pb2_grpc as pb_grpc
from talent_proto.matcher.v1.matcher_pb2 import GetMatchRequest

from talent_matcher.counterfactual import Explained, Without, explained, rank_of, without_each
from talent_matcher.engine import Pairing
from talent_matcher.matching import Matching
from talent_matcher.model import HolderId, JobId
from talent_matcher.network import Network
from talent_matcher.people import People
from talent_matcher.pseudonyms import Pseudonyms
from talent_matcher.shown_jobs import program_message
from talent_matcher.view import Present, View

NAME = "talent.matcher.v1.ExplanationService"


class Explanations(pb_grpc.ExplanationServiceServicer):
    def __init__(
        self,
        *,
        people: People,
        matching: Matching,
        view: View,
        network: Network,
        pseudonyms: Pseudonyms,
    ) -> None:
        self._people = people
        self._matching = matching
        self._view = view
        self._network = network
        self._pseudonyms = pseudonyms

    async def ExplainMatch(
        self, request: pb.ExplainMatchRequest, context: Any
    ) -> pb.ExplainMatchResponse:
        caller = require(Role.EMPLOYER)
        # Consent is asked and the read recorded, as for every look at a person.
        asked = GetMatchRequest(job_id=request.job_id, candidate_id=request.candidate_id)
        shown = (await self._people.get(caller, asked)).match
        there = await self._people.present(caller, request.job_id, request.candidate_id)
        holder = HolderId(there.match.holder_id)
        pair = self._matching.pairing(JobId(request.job_id), holder)
        if pair is None or pair.fit.score != there.match.score:
            raise Problem(Reason.NOT_READY, why="another replica has this candidate")
        scores = [one.match.score for one in self._view.of_job(request.job_id) if one is not there]
        told = explained(pair.profile, pair.job, pair.weights, pair.as_of, pair.known)
        return pb.ExplainMatchResponse(
            match=shown.match,
            sentence=shown.explanation,
            rank=self._rank(there),
            shown=len(scores) + 1,
            requirement=[_requirement(one) for one in told],
            without=[self._without(one, pair, scores) for one in _each(pair)],
            program=self._programs(there),
        )

    def _rank(self, there: Present) -> int:
        return 1 + self._view.of_job(there.match.job_id).index(there)

    def _without(self, one: Without, pair: Pairing, scores: list[int]) -> pb.Without:
        is_shown = one.score is not None and one.score >= pair.least
        return pb.Without(
            evidence_id=self._pseudonyms.evidence(one.evidence_id, pair.job.employer),
            achievement_name=one.achievement_name,
            issuer_name=one.issuer_name,
            score=one.score or 0,
            rank=rank_of(one.score or 0, scores) if is_shown else 0,
        )

    def _programs(self, there: Present) -> Iterator[pb.TeachingProgram]:
        for missing in there.match.missing:
            for one in self._network.programs.teaching(missing.skill.uri):
                program = program_message(one, self._network)
                program.skill.CopyFrom(missing.skill)
                yield program


def _each(pair: Pairing) -> Iterator[Without]:
    return without_each(pair.fit, pair.profile, pair.job, pair.weights, pair.as_of, pair.known)


def _requirement(one: Explained) -> pb.ExplainedRequirement:
    return pb.ExplainedRequirement(
        skill=skills_pb2.SkillReference(uri=one.skill.uri, label=one.skill.label),
        points=one.points,
        max_points=one.max_points,
        relation_thousandths=one.relation,
        evidence_thousandths=one.evidence,
        level_thousandths=one.level,
        factor=[
            pb.Factor(
                code=each.code, value=each.value, thousandths=each.thousandths, adds=each.adds
            )
            for each in one.factors
        ],
    )
