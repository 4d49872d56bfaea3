"""SimilarJobService: open jobs like one of an employer's own, by skills and by occupation."""

# ruff: noqa: N802 - methods are named by the contract

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from talent_kit import pages
from talent_kit.callers import Role, require
from talent_proto.events.v1 import skills_pb2
from talent_proto.matcher.v1 import similar_jobs_pb2 as pb
from talent_proto.matcher.v1 import similar_jobs_pb2_grpc as pb_grpc

from talent_matcher import messages
from talent_matcher.jobs import Jobs
from talent_matcher.matching import Matching
from talent_matcher.model import Job, JobId, SkillUri
from talent_matcher.network import Network
from talent_matcher.requests import require_org
from talent_matcher.score import weight
from talent_matcher.store import MatcherStore
from talent_matcher.weights import FULL, WEIGHTS

NAME = "talent.matcher.v1.SimilarJobService"
MOST = 50


@dataclass(frozen=True, slots=True)
class Alike:
    job_id: JobId
    likeness: int
    same_occupation: bool


class SimilarJobs(pb_grpc.SimilarJobServiceServicer):
    def __init__(
        self, *, jobs: Jobs, matching: Matching, network: Network, store: MatcherStore
    ) -> None:
        self._jobs = jobs
        self._matching = matching
        self._network = network
        self._store = store

    async def ListSimilarJobs(
        self, request: pb.ListSimilarJobsRequest, context: Any
    ) -> pb.ListSimilarJobsResponse:
        caller = require_org(require(Role.EMPLOYER))
        stored = await self._jobs.owned(caller, request.job_id)
        size = pages.page_size(request.page_size, MOST)
        job = messages.job(stored.job, (stored.version.epoch, stored.version.n))
        others = [
            (one, self._network.occupations_of(one.job_id))
            for one in self._matching.open_jobs()
            if one.job_id != job.job_id and self._may_see(caller.org_id, one)
        ]
        occupations = tuple(one.code for one in stored.job.soc)
        found = await asyncio.to_thread(lambda: alike(job, occupations, others)[:size])
        answer = pb.ListSimilarJobsResponse()
        asked = {one.skill.uri: one.skill for one in stored.job.requirement}
        for one in found:
            other = await self._store.job(None, one.job_id)
            if other is not None and other.open:  # else closed a moment ago
                answer.job.append(
                    pb.SimilarJob(
                        job_id=one.job_id,
                        title=other.job.title,
                        employer_name=self._network.name(other.job.employer_org_id),
                        own=other.job.employer_org_id == caller.org_id,
                        likeness=one.likeness,
                        shared=_shared(asked, other.job.requirement),
                        same_occupation=one.same_occupation,
                    )
                )
        return answer

    def _may_see(self, org_id: str, job: Job) -> bool:
        if job.employer == org_id:
            return True
        return not job.internal and self._network.is_vetted(job.employer)


def alike(
    job: Job, occupations: Sequence[str], others: Iterable[tuple[Job, Sequence[str]]]
) -> list[Alike]:
    """Jobs with their occupations that have anything in common with this one, most alike first."""
    asked, codes = _asks(job), set(occupations)
    found: list[Alike] = []
    for other, its_occupations in others:
        skills = _overlap(asked, _asks(other))
        same = bool(codes.intersection(its_occupations))
        stated = bool(codes and its_occupations)
        likeness = (3 * skills + FULL * same) // 4 if stated else skills
        if likeness:
            found.append(Alike(other.job_id, likeness, same))
    return sorted(found, key=lambda one: (-one.likeness, one.job_id))


def _asks(job: Job) -> dict[SkillUri, int]:
    # By the table of the project: a likeness of jobs is no score of people.
    return {one.skill.uri: weight(one, WEIGHTS) for one in job.requirements}


def _overlap(one: dict[SkillUri, int], other: dict[SkillUri, int]) -> int:
    """Of 1,000: what both ask for, of what either does, by weight."""
    both = sum(min(one[uri], other[uri]) for uri in one.keys() & other.keys())
    return FULL * both // (sum(one.values()) + sum(other.values()) - both) if both else 0


def _shared(
    asked: dict[str, skills_pb2.SkillReference], others: Iterable[Any]
) -> list[skills_pb2.SkillReference]:
    return [asked[one.skill.uri] for one in others if one.skill.uri in asked]
