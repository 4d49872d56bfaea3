"""Jobs as they are shown to a person who looks for one."""

from collections.abc import Iterable, Iterator, Sequence

from talent_proto.events.v1 import jobs_pb2, matches_pb2
from talent_proto.matcher.v1 import explanations_pb2, holder_jobs_pb2

from talent_matcher import messages
from talent_matcher.holder_words import tell
from talent_matcher.model import Profile
from talent_matcher.network import Network
from talent_matcher.openings import Openings, Ranked, Reach
from talent_matcher.programs import Program
from talent_matcher.store import MatcherStore

PROGRAMS = 5  # that teach a missing skill


class ShownJobs:
    def __init__(self, store: MatcherStore, network: Network) -> None:
        self._store = store
        self._network = network

    async def all(
        self, openings: Openings, profile: Profile, some: Sequence[Ranked], reach: Reach
    ) -> list[holder_jobs_pb2.HolderJob]:
        """In their order, without those that closed this moment."""
        stored = await self._store.open_jobs([one.job.job_id for one in some])
        return [
            self._one(openings, profile, one, stored[one.job.job_id], reach)
            for one in some
            if one.job.job_id in stored
        ]

    async def titles(self, job_ids: Iterable[str]) -> dict[str, str]:
        found = await self._store.open_jobs(sorted(set(job_ids)))
        return {job_id: job.title for job_id, job in found.items()}

    def _one(
        self,
        openings: Openings,
        profile: Profile,
        one: Ranked,
        posting: jobs_pb2.Job,
        reach: Reach,
    ) -> holder_jobs_pb2.HolderJob:
        fit = openings.fit(profile, one.job)
        contributions = [messages.contribution_message(each) for each in fit.contributions]
        gates = [messages.gate_message(each) for each in fit.gates]
        missing = [messages.missing_message(each) for each in fit.missing]
        return holder_jobs_pb2.HolderJob(
            job=_public(posting),
            employer_name=self._network.name(one.job.employer),
            reach=holder_jobs_pb2.Reach.ValueType(reach),
            score=fit.score,
            threshold=openings.least(one.job),
            contribution=contributions,
            gate=gates,
            missing=missing,
            program=teaching(missing, self._network, PROGRAMS),
            sentence=tell(contributions, gates, missing, self._network.taught),
        )

    def programs(
        self, achievement_ids: Iterable[str]
    ) -> Iterator[explanations_pb2.TeachingProgram]:
        found = (self._network.programs.get(one) for one in achievement_ids)
        return (_program_message(one, self._network) for one in found if one is not None)


def teaching(
    missing: Iterable[matches_pb2.Missing], network: Network, most: int | None = None
) -> Iterator[explanations_pb2.TeachingProgram]:
    """Who teaches what is missing; `most`: of each skill."""
    for each in missing:
        for one in network.programs.teaching(each.skill.uri)[:most]:
            program = _program_message(one, network)
            program.skill.CopyFrom(each.skill)
            yield program


def _program_message(one: Program, network: Network) -> explanations_pb2.TeachingProgram:
    return explanations_pb2.TeachingProgram(
        achievement_id=one.achievement_id,
        achievement_version=one.version,
        name=one.name,
        org_id=one.org_id,
        org_name=network.name(one.org_id),
    )


def _public(posting: jobs_pb2.Job) -> jobs_pb2.Job:
    """Without what the employer keeps for itself."""
    shown = jobs_pb2.Job()
    shown.CopyFrom(posting)
    for field in ("external_id", "threshold", "match_cap"):
        shown.ClearField(field)
    return shown
