"""Open jobs for the holder, what a credential would open, and which programs would help most.

The holder alone sees the answers. Nothing of a question is kept.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from talent_proto.matcher.v1 import holder_jobs_pb2 as pb

from talent_wallet.http_statements import Strict
from talent_wallet.job_answers import (
    ChangedJobOut,
    HelpfulProgramOut,
    HolderJobOut,
    ProgramOut,
    Reach,
    changed_job,
    helpful_program,
    holder_job,
    program,
)
from talent_wallet.job_search import JobSearch
from talent_wallet.requests import Mine

router = APIRouter(tags=["jobs"])
PAGE = 50
MOST = 20  # achievements, skills


async def _search(request: Request) -> JobSearch:
    search: JobSearch = request.app.state.job_search
    return search


Search = Annotated[JobSearch, Depends(_search)]
Size = Annotated[int, Query(ge=0, le=PAGE)]
Token = Annotated[str, Query(max_length=500)]


class JobsOut(Strict):
    jobs: list[HolderJobOut]
    next_page_token: str


class AchievementIn(Strict):
    """`level`: the one reached, where the program grades levels; 0 is the one that it asks for."""

    achievement_id: str = Field(min_length=1, max_length=2000)
    level: int = Field(0, ge=0, le=5)


class SkillIn(Strict):
    uri: str = Field(min_length=1, max_length=2000)
    level: int = Field(0, ge=0, le=5)


class WhatIfIn(Strict):
    achievements: list[AchievementIn] = Field(default=[], max_length=MOST)
    skills: list[SkillIn] = Field(default=[], max_length=MOST)
    page_size: int = Field(0, ge=0, le=PAGE)
    page_token: str = Field("", max_length=500)


class WhatIfOut(Strict):
    """Jobs that come into reach first, then those whose score rises; how many there are of both.
    `imagined`: the achievements that were asked for."""

    come_into_reach: int
    rise: int
    imagined: list[ProgramOut]
    jobs: list[ChangedJobOut]
    next_page_token: str


class ProgramsOut(Strict):
    programs: list[HelpfulProgramOut]


@router.get("/holders/me/jobs")
async def get_jobs(
    me: Mine,
    search: Search,
    reach: Reach = Reach.IN_REACH,
    page_size: Size = 0,
    page_token: Token = "",
) -> JobsOut:
    """Open jobs, best first."""
    found = await search.jobs(me.holder_id, reach=reach.number, size=page_size, token=page_token)
    return JobsOut(
        jobs=[holder_job(one) for one in found.job], next_page_token=found.next_page_token
    )


@router.post("/holders/me/jobs/what-if")
async def what_if(me: Mine, search: Search, body: WhatIfIn) -> WhatIfOut:
    """What changes with these achievements and skills, as if each was earned today."""
    found = await search.what_if(
        me.holder_id,
        achievements=[
            pb.EarnedAchievement(achievement_id=one.achievement_id, level=one.level)
            for one in body.achievements
        ],
        skills=[pb.EarnedSkill(skill_uri=one.uri, level=one.level) for one in body.skills],
        size=body.page_size,
        token=body.page_token,
    )
    return WhatIfOut(
        come_into_reach=found.come_into_reach,
        rise=found.rise,
        imagined=[program(one) for one in found.imagined],
        jobs=[changed_job(one) for one in found.job],
        next_page_token=found.next_page_token,
    )


@router.get("/holders/me/programs")
async def get_programs(
    me: Mine, search: Search, page_size: Annotated[int, Query(ge=0, le=MOST)] = 0
) -> ProgramsOut:
    """The programs in the registry that would bring the most jobs into reach, best first."""
    found = await search.programs(me.holder_id, page_size)
    return ProgramsOut(programs=[helpful_program(one) for one in found.program])
