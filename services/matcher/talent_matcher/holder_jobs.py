"""HolderMatchService: open jobs for a person who looks for one, and what would bring them nearer.

The wallet asks and sends the person's own profile. Nothing of it is kept, logged or matched with,
and it carries no holder id: whoever it is of, only the wallet knows.
"""

# ruff: noqa: N802 - methods are named by the contract

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from talent_kit import pages
from talent_kit.callers import Role, require
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import profiles_pb2, skills_pb2
from talent_proto.matcher.v1 import holder_jobs_pb2 as pb
from talent_proto.matcher.v1 import holder_jobs_pb2_grpc as pb_grpc

from talent_matcher import messages
from talent_matcher.imagining import Imagining
from talent_matcher.matching import Matching
from talent_matcher.model import HolderId, JobId, Profile
from talent_matcher.network import Network
from talent_matcher.openings import Changed, Had, Openings, Ranked, Reach
from talent_matcher.programs import Program
from talent_matcher.shown_jobs import ShownJobs
from talent_matcher.turns import gently

NAME = "talent.matcher.v1.HolderMatchService"
MOST_ASSERTIONS = 20_000
JOBS_AT_ONCE = 50
PROGRAMS_AT_ONCE = 20
TITLES = 3  # of a program


class HolderJobs(pb_grpc.HolderMatchServiceServicer):
    def __init__(
        self,
        *,
        matching: Matching,
        network: Network,
        imagining: Imagining,
        shown: ShownJobs,
        zone: ZoneInfo,
    ) -> None:
        self._matching = matching
        self._network = network
        self._imagining = imagining
        self._shown = shown
        self._zone = zone

    async def JobsForHolder(
        self, request: pb.JobsForHolderRequest, context: Any
    ) -> pb.JobsForHolderResponse:
        require(Role.SERVICE)
        profile, openings = self._profile(request.profile), self._openings()
        wanted = _reach(request.reach)
        size = pages.page_size(request.page_size, JOBS_AT_ONCE)
        points, job_id = _place(request.page_token)
        enough = wanted is Reach.IN_REACH
        ranked = openings.ranked(profile, enough=enough, after=(points, JobId(job_id)))
        page: list[Ranked] = []
        async for one in gently(ranked):
            if self._may_show(one) and openings.reach(profile, one) is wanted:
                page.append(one)
            if len(page) > size:
                break
        last = page[size - 1].order if len(page) > size else None
        return pb.JobsForHolderResponse(
            job=await self._shown.all(openings, profile, page[:size], wanted),
            next_page_token=_token(last) if last else "",
        )

    async def WhatIf(self, request: pb.WhatIfRequest, context: Any) -> pb.WhatIfResponse:
        require(Role.SERVICE)
        before, openings = self._profile(request.profile), self._openings()
        after = self._imagining.asked(request, openings.as_of).added_to(before)
        size = pages.page_size(request.page_size, JOBS_AT_ONCE)
        found = [
            one
            async for one in gently(openings.changed(before, after))
            if one is not None and self._may_show(one.now)
        ]
        found.sort(key=lambda one: one.order)
        past = _place(request.page_token, 2)
        rest = [one for one in found if one.order > past]
        page = rest[:size]
        opened = sum(one.opened for one in found)
        return pb.WhatIfResponse(
            job=await self._changed(openings, after, page),
            come_into_reach=opened,
            rise=len(found) - opened,
            next_page_token=_token(page[-1].order) if len(rest) > size else "",
            imagined=self._shown.programs(one.achievement_id for one in request.achievement),
        )

    async def ProgramsForHolder(
        self, request: pb.ProgramsForHolderRequest, context: Any
    ) -> pb.ProgramsForHolderResponse:
        require(Role.SERVICE)
        profile, openings = self._profile(request.profile), self._openings()
        size = pages.page_size(request.page_size, PROGRAMS_AT_ONCE)
        had = await self._had(openings, profile)
        done = {one.criteria_of for one in profile.assertions}
        helpful: list[tuple[int, Program, list[JobId]]] = []
        async for program in gently(self._network.programs.all(), apart=1):
            if program.achievement_id in done or not self._network.is_vetted(program.org_id):
                continue
            got = self._imagining.program(program, openings.as_of)
            came = openings.newly_reached(had, got)
            shown = [one for one in came if self._may_show(one)]
            if shown:
                first = [one.job.job_id for one in shown[:TITLES]]
                helpful.append((len(shown), program, first))
        helpful.sort(key=lambda one: (-one[0], one[1].name, one[1].achievement_id))
        best = helpful[:size]
        titles = await self._shown.titles([job_id for *_, first in best for job_id in first])
        return pb.ProgramsForHolderResponse(
            program=[
                self._helpful(program, count, [titles[one] for one in first if one in titles])
                for count, program, first in best
            ]
        )

    def _profile(self, message: profiles_pb2.TalentProfile) -> Profile:
        if len(message.assertion) > MOST_ASSERTIONS:
            raise Problem(
                Reason.TOO_LARGE, field="profile.assertion", limit=f"{MOST_ASSERTIONS} skills"
            )
        try:
            made = messages.profile(message, (0, 0), self._zone)
        except ValueError as error:
            mend = "use the codes and dates of the contract"
            raise Problem(Reason.INVALID_FIELD, field="profile", mend=mend) from error
        return made._replace(holder_id=HolderId(""))

    def _openings(self) -> Openings:
        self._network.require_known()
        openings = self._matching.openings()
        if openings is None:
            raise Problem(Reason.NOT_READY, why="the date is not known yet")
        return openings

    def _may_show(self, one: Ranked) -> bool:
        """People are shown to nobody, and no job to people, before the agency knows who asks."""
        return self._network.is_vetted(one.job.employer)

    async def _had(self, openings: Openings, profile: Profile) -> Had:
        in_reach = {
            one.job.job_id
            async for one in gently(openings.ranked(profile, enough=True))
            if openings.reach(profile, one) is Reach.IN_REACH
        }
        return openings.had(profile, in_reach)

    async def _changed(
        self, openings: Openings, after: Profile, page: Sequence[Changed]
    ) -> list[pb.ChangedJob]:
        now = await self._shown.all(openings, after, [one.now for one in page], Reach.IN_REACH)
        before = {one.now.job.job_id: one for one in page}
        return [
            pb.ChangedJob(
                now=one,
                score_before=before[JobId(one.job.job_id)].points_before,
                reach_before=pb.Reach.ValueType(before[JobId(one.job.job_id)].reach_before),
            )
            for one in now
        ]

    def _helpful(self, program: Program, count: int, titles: Sequence[str]) -> pb.HelpfulProgram:
        says, words = self._network.programs.curriculum(program)
        skills = {one.uri: one.label for one in (*words, *says.skills)}
        return pb.HelpfulProgram(
            achievement_id=program.achievement_id,
            achievement_version=program.version,
            name=program.name,
            org_id=program.org_id,
            org_name=self._network.name(program.org_id),
            come_into_reach=count,
            job_title=titles,
            skill=[
                skills_pb2.SkillReference(uri=uri, label=label)
                for uri, label in sorted(skills.items())
            ],
        )


def _reach(stated: int) -> Reach:
    try:
        return Reach(stated or Reach.IN_REACH)
    except ValueError:
        mend = "use IN_REACH, BELOW or CLOSED"
        raise Problem(Reason.INVALID_FIELD, field="reach", mend=mend) from None


def _token(order: tuple[int | JobId, ...]) -> str:
    *numbers, job = order
    return pages.encode({**{f"n{at}": int(one) for at, one in enumerate(numbers)}, "job": str(job)})


def _place(token: str, count: int = 1) -> tuple[Any, ...]:
    """After which job a page begins: so many numbers, and its id."""
    position = pages.decode(token)
    numbers = [pages.number(position, f"n{at}", -1001) for at in range(count)]
    return (*numbers, str(position.get("job", "")))
