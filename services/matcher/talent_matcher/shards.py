"""ShardService: what the people of this replica's shards have to do with a job.

`Shards` makes the answers, for this replica and for others alike; the service lets others ask.
"""

# ruff: noqa: N802 - methods are named by the contract

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from talent_kit.callers import Role, require
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import skills_pb2
from talent_proto.matcher.v1 import decisions_pb2, explanations_pb2
from talent_proto.matcher.v1 import shards_pb2 as pb
from talent_proto.matcher.v1 import shards_pb2_grpc as pb_grpc

from talent_matcher import messages
from talent_matcher.counterfactual import Explained, Without, explained, without_each
from talent_matcher.matching import Matching
from talent_matcher.model import HolderId, JobId
from talent_matcher.pseudonyms import Pseudonyms
from talent_matcher.showing import Change
from talent_matcher.standings import Pairing, Standing

NAME = "talent.matcher.v1.ShardService"
SKETCHES = 100  # in one question


class Shards:
    """Every method raises NOT_READY where not all shards that are asked are open here."""

    def __init__(self, *, matching: Matching, pseudonyms: Pseudonyms) -> None:
        self._matching = matching
        self._pseudonyms = pseudonyms

    def holds(self, asked: Sequence[pb.AskedShard]) -> bool:
        return self._matching.holds({one.partition: one.epoch for one in asked})

    async def GetStanding(self, request: pb.GetStandingRequest) -> pb.GetStandingResponse:
        found = await self._matching.present(JobId(request.job_id), HolderId(request.holder_id))
        self._require(request.shard)  # after what may have waited
        return pb.GetStandingResponse(present=present_state(found) if found else None)

    async def ExplainPair(self, request: pb.ExplainPairRequest) -> pb.ExplainPairResponse:
        self._require(request.shard)
        found = self._matching.pairing(JobId(request.job_id), HolderId(request.holder_id))
        return pb.ExplainPairResponse(pair=self._explained(found) if found else None)

    async def ListBest(self, request: pb.ListBestRequest) -> pb.ListBestResponse:
        among = {one.partition for one in request.shard}
        best = await self._matching.ranked(messages.job(request.job, (0, 0)), among)
        self._require(request.shard)  # after what may have waited
        return pb.ListBestResponse(
            best=[pb.RankedHolder(holder_id=holder, score=-score) for score, _, holder in best]
        )

    async def SketchMatches(self, request: pb.SketchMatchesRequest) -> pb.SketchMatchesResponse:
        if len(request.holder_id) > SKETCHES:
            mend = f"ask for {SKETCHES} people at most"
            raise Problem(Reason.INVALID_FIELD, field="holder_id", mend=mend)
        self._require(request.shard)
        job = messages.job(request.job, (0, 0))
        holders = [HolderId(one) for one in request.holder_id]
        return pb.SketchMatchesResponse(match=self._matching.sketched(job, holders))

    def _require(self, asked: Sequence[pb.AskedShard]) -> None:
        if not self.holds(asked):
            raise Problem(Reason.NOT_READY, why="another replica has this part of the profiles")

    def _explained(self, pair: Pairing) -> pb.ExplainedPair:
        told = explained(pair.profile, pair.job, pair.weights, pair.as_of, pair.known)
        return pb.ExplainedPair(
            score=pair.fit.score,
            least=pair.least,
            requirement=[_requirement(one) for one in told],
            without=[
                explanations_pb2.Without(
                    evidence_id=self._pseudonyms.evidence(one.evidence_id, pair.job.employer),
                    achievement_name=one.achievement_name,
                    issuer_name=one.issuer_name,
                    score=one.score or 0,
                )
                for one in _each(pair)
            ],
        )


class ShardService(pb_grpc.ShardServiceServicer):
    """`behind` says why this replica may not show the present, or None."""

    def __init__(self, shards: Shards, behind: Callable[[], str | None]) -> None:
        self._shards = shards
        self._behind = behind

    async def GetStanding(
        self, request: pb.GetStandingRequest, context: Any
    ) -> pb.GetStandingResponse:
        self._admit()
        return await self._shards.GetStanding(request)

    async def ExplainPair(
        self, request: pb.ExplainPairRequest, context: Any
    ) -> pb.ExplainPairResponse:
        self._admit()
        return await self._shards.ExplainPair(request)

    async def ListBest(self, request: pb.ListBestRequest, context: Any) -> pb.ListBestResponse:
        self._admit()
        return await self._shards.ListBest(request)

    async def SketchMatches(
        self, request: pb.SketchMatchesRequest, context: Any
    ) -> pb.SketchMatchesResponse:
        self._admit()
        return await self._shards.SketchMatches(request)

    def _admit(self) -> None:
        require(Role.SERVICE)
        why = self._behind()
        if why is not None:
            raise Problem(Reason.NOT_READY, why=why)


def present_state(found: Standing) -> decisions_pb2.PresentState:
    scorer = found.scorer
    state = decisions_pb2.PresentState(
        gate=[messages.gate_message(one) for one in found.gates],
        score=found.score,
        threshold=found.threshold,
        as_of=messages.date_message(scorer.as_of),
        not_scored=decisions_pb2.NotScored.ValueType(found.not_scored),
        cap=found.cap,
        place=found.place,
    )
    if found.fit is not None:
        job, profile = scorer.job, found.profile
        versions = profile.version, job.version, scorer.weights.version
        change = Change(job.job_id, profile.holder_id, found.fit, None, *versions)
        match = messages.match(
            change, found.fit, employer=job.employer, epoch=0, as_of=scorer.as_of
        )
        state.match.CopyFrom(match)
    return state


def _each(pair: Pairing) -> Iterator[Without]:
    return without_each(pair.fit, pair.profile, pair.job, pair.weights, pair.as_of, pair.known)


def _requirement(one: Explained) -> explanations_pb2.ExplainedRequirement:
    return explanations_pb2.ExplainedRequirement(
        skill=skills_pb2.SkillReference(uri=one.skill.uri, label=one.skill.label),
        points=one.points,
        max_points=one.max_points,
        relation_thousandths=one.relation,
        evidence_thousandths=one.evidence,
        level_thousandths=one.level,
        factor=[
            explanations_pb2.Factor(
                code=each.code, value=each.value, thousandths=each.thousandths, adds=each.adds
            )
            for each in one.factors
        ],
    )
