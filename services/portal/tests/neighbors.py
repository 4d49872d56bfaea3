"""The portal's neighbors at the wire, for states that are hard to reach with the real ones.

Real gRPC and HTTP servers that answer what a test puts into them. The browser tests in
`tests/browser` run against the real services.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from talent_kit.errors import Problem, Reason
from talent_kit.grpc_errors import abort
from talent_kit.http_edge import response
from talent_local.parts import free_port
from talent_proto.events.v1 import (
    common_pb2,
    engagements_pb2,
    jobs_pb2,
    matches_pb2,
    profiles_pb2,
    skills_pb2,
)
from talent_proto.matcher.v1 import (
    drafts_pb2,
    drafts_pb2_grpc,
    explanations_pb2,
    explanations_pb2_grpc,
    matcher_pb2,
    matcher_pb2_grpc,
    workforce_pb2,
    workforce_pb2_grpc,
)
from talent_proto.wallet.v1 import consent_pb2, consent_pb2_grpc

JOB = "0190c7a0-0000-7000-8000-000000000001"


def skill(label: str) -> skills_pb2.SkillReference:
    return skills_pb2.SkillReference(uri=f"urn:skill:{label}", label=label)


def welder() -> matcher_pb2.PostedJob:
    job = jobs_pb2.Job(
        job_id=JOB,
        title="Welder, night shift",
        description="Weld frames for ski lifts in a team of six.\nWe train you on our machines.",
        requirement=[
            jobs_pb2.Requirement(
                skill=skill("MIG welding"),
                importance=jobs_pb2.IMPORTANCE_REQUIRED,
                required_level=3,
                gate=True,
            ),
            jobs_pb2.Requirement(
                skill=skill("Blueprint reading"),
                importance=jobs_pb2.IMPORTANCE_PREFERRED,
                trainable_on_job=True,
            ),
        ],
        employment_type=[profiles_pb2.EMPLOYMENT_TYPE_FULL_TIME],
        weekly_hours=jobs_pb2.WeeklyHours(min=36, max=40),
        shift_window=[
            common_pb2.ShiftWindow(day=day, start_minute=start, end_minute=end)
            for day, start, end in ((1, 1320, 360), (2, 1320, 360), (6, 840, 1080))
        ],
        job_location_type=jobs_pb2.JOB_LOCATION_TYPE_ON_SITE,
        place=common_pb2.CoarsePlace(state="US-CO", zip3="802"),
        base_salary=jobs_pb2.BaseSalary(
            min=common_pb2.Money(minor_units=2650, currency="USD"),
            max=common_pb2.Money(minor_units=3100, currency="USD"),
            unit=common_pb2.PAY_PERIOD_HOUR,
        ),
        total_job_openings=2,
        valid_through=common_pb2.CivilDate(year=2027, month=1, day=31),
    )
    posted = matcher_pb2.PostedJob(job=job, etag="1", open=True)
    posted.posted_at.FromJsonString("2026-11-20T16:00:00Z")
    return posted


def candidate(candidate_id: str, score: int = 820) -> matcher_pb2.CandidateMatch:
    return matcher_pb2.CandidateMatch(
        candidate_id=candidate_id,
        match=matches_pb2.Match(
            job_id=JOB,
            score=score,
            contribution=[
                matches_pb2.Contribution(
                    factor="skill",
                    skill=skill("MIG welding"),
                    points=score - 40,
                    max_points=850,
                    basis=skills_pb2.ASSERTION_BASIS_ASSESSED,
                    verification_outcome=skills_pb2.VERIFICATION_OUTCOME_VALID,
                    level=4,
                    required_level=3,
                    achievement_name="Certified Welder",
                    issuer_name="Rocky Mountain Welding Association",
                    issuer_trusted=True,
                    awarded=common_pb2.CivilDate(year=2026, month=5, day=15),
                ),
                matches_pb2.Contribution(
                    factor="skill",
                    skill=skill("Forklift operation"),
                    points=40,
                    max_points=60,
                    basis=skills_pb2.ASSERTION_BASIS_SELF_ASSERTED,
                    verification_outcome=skills_pb2.VERIFICATION_OUTCOME_NO_DOCUMENT,
                ),
            ],
            missing=[
                matches_pb2.Missing(
                    skill=skill("Blueprint reading"), importance=jobs_pb2.IMPORTANCE_PREFERRED
                )
            ],
            gate=[
                matches_pb2.Gate(
                    code="place",
                    outcome=matches_pb2.GATE_OUTCOME_OPEN,
                    arguments={"miles": "15"},
                ),
                matches_pb2.Gate(code="shift", outcome=matches_pb2.GATE_OUTCOME_NOT_STATED),
            ],
        ),
        explanation=[
            "Has MIG welding, level 4 of 5. You asked for level 3. Rocky Mountain Welding "
            "Association tested this on May 15, 2026 (Certified Welder), and the record checks "
            "out today.",
            "Has Forklift operation, level not stated. The candidate says so; no record stands "
            "behind it.",
            "Does not show Blueprint reading, which you prefer. Taught in Drafting I at Front "
            "Range College.",
            "Lives about 15 miles from the job.",
        ],
    )


@dataclass
class Neighbors:
    """What the neighbors answer, and what they were asked."""

    vetted: bool = True
    open: bool = True  # the job
    pages: int = 1  # of jobs
    away: bool = False
    refuses: Problem | None = None
    matches: dict[str, matcher_pb2.CandidateMatch] = field(default_factory=dict)
    pool: dict[str, matcher_pb2.PoolEntry] = field(default_factory=dict)
    pool_asked: int = 0
    leave_when_acted_on: bool = False
    holders: set[str] = field(default_factory=set)  # whose wallet is open, by token
    address_taken: bool = False
    address_missing: bool = False
    invitations: list[dict[str, Any]] = field(default_factory=list)
    verdict: Any = None
    checked_with: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    staff: list[workforce_pb2.Employee] = field(default_factory=list)
    draft: Problem | drafts_pb2.DraftJobResponse = field(
        default_factory=drafts_pb2.DraftJobResponse
    )
    drafted: list[drafts_pb2.DraftJobRequest] = field(default_factory=list)
    described: list[drafts_pb2.PostDescribedJobRequest] = field(default_factory=list)  # posted
    preview: Problem | drafts_pb2.PreviewJobResponse = field(
        default_factory=lambda: drafts_pb2.PreviewJobResponse(few=True)
    )
    description: str = ""  # that the job was posted as
    written: list[tuple[str, str]] = field(default_factory=list)  # descriptions and forms
    previewed: list[str] = field(default_factory=list)  # descriptions
    watchers: list[asyncio.Queue[Any]] = field(default_factory=list)
    matcher: str = ""
    wallet: str = ""
    equity_answers: dict[str, Any] = field(
        default_factory=lambda: {
            "sex": None,
            "races": [],
            "birth_year": None,
            "disability": None,
            "limited_english": None,
        }
    )
    http: str = ""
    jobs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by reach
    programs: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    what_if: list[dict[str, Any]] = field(default_factory=list)  # as asked
    work: list[dict[str, Any]] = field(default_factory=list)
    decided: list[dict[str, Any]] = field(default_factory=list)

    def put(self, found: matcher_pb2.CandidateMatch) -> None:
        """A match arrives, or changes."""
        new = found.candidate_id not in self.matches
        self.matches[found.candidate_id] = found
        kind = "found" if new else "changed"
        self._tell(matcher_pb2.MatchUpdate(**{kind: found}))

    def invite(self, engagement_id: str, **changed: Any) -> None:
        """An employer asks the holder for contact."""
        row = {
            "engagement_id": engagement_id,
            "employer_name": "Summit Lift Works",
            "job_title": "Welder, night shift",
            "requested_at": "2026-11-20T16:00:00Z",
            "state": "requested",
            "closed": False,
        }
        self.invitations.append(row | changed)

    def accept(self, candidate_id: str) -> None:
        """An invited candidate says yes."""
        for place in (self.matches[candidate_id], self.pool[candidate_id]):
            place.contact_state = engagements_pb2.CONTACT_STATE_ACCEPTED

    def sign_of_life(self) -> None:
        for queue in self.watchers:
            queue.put_nowait(matcher_pb2.WatchMatchesResponse(cursor="c"))

    def withdraw(self, candidate_id: str) -> None:
        del self.matches[candidate_id]
        gone = matcher_pb2.MatchWithdrawn(job_id=JOB, candidate_id=candidate_id)
        self._tell(matcher_pb2.MatchUpdate(withdrawn=gone))

    def suspend(self) -> None:
        """The agency takes back that it vetted the employer."""
        self.vetted = False
        for queue in self.watchers:
            queue.put_nowait(Problem(Reason.NOT_VETTED, org="org-1"))

    def _tell(self, update: matcher_pb2.MatchUpdate) -> None:
        for queue in self.watchers:
            queue.put_nowait(matcher_pb2.WatchMatchesResponse(update=[update], cursor="c"))


class _Matcher(matcher_pb2_grpc.MatcherServiceServicer):
    def __init__(self, world: Neighbors) -> None:
        self.world = world

    async def _admit(self, context: Any, job_id: str = JOB, candidate_id: str = "") -> None:
        metadata = dict(context.invocation_metadata())
        self.world.tokens.append(metadata["authorization"].removeprefix("Bearer "))
        if self.world.refuses:
            await abort(context, self.world.refuses, "en-US")
        if self.world.away:
            await abort(context, Problem(Reason.NOT_READY, why="it starts"), "en-US")
        if job_id != JOB:
            await abort(context, Problem(Reason.NOT_FOUND, what="job"), "en-US")
        if candidate_id and candidate_id not in self.world.matches:
            await abort(context, Problem(Reason.NOT_FOUND, what="candidate"), "en-US")

    async def ListJobs(self, request: Any, context: Any) -> Any:
        await self._admit(context)
        job, page = self._job(), int(request.page_token or 1)
        job.job.title = f"{job.job.title} {page}"
        more = str(page + 1) if page < self.world.pages else ""
        return matcher_pb2.ListJobsResponse(job=[job], next_page_token=more)

    async def GetJob(self, request: Any, context: Any) -> Any:
        await self._admit(context, request.job_id)
        described = self.world.description
        return matcher_pb2.GetJobResponse(job=self._job(), description_json=described)

    def _job(self) -> matcher_pb2.PostedJob:
        posted = welder()
        posted.open = self.world.open
        posted.match_count = len(self.world.matches)
        return posted

    async def ListTalentPool(self, request: Any, context: Any) -> Any:
        await self._admit(context, request.job_id)
        self.world.pool_asked += 1
        return matcher_pb2.ListTalentPoolResponse(entry=self.world.pool.values())

    async def ListMatches(self, request: Any, context: Any) -> Any:
        await self._admit(context, request.job_id)
        found = list(self.world.matches.values()) if self.world.vetted else []
        return matcher_pb2.ListMatchesResponse(
            match=found, total=len(self.world.matches), candidates_visible=self.world.vetted
        )

    async def GetMatch(self, request: Any, context: Any) -> Any:
        await self._admit(context, request.job_id, request.candidate_id)
        return matcher_pb2.GetMatchResponse(match=self.world.matches[request.candidate_id])

    async def WatchMatches(self, request: Any, context: Any) -> AsyncIterator[Any]:
        await self._admit(context, request.job_id)
        queue: asyncio.Queue[Any] = asyncio.Queue()
        self.world.watchers.append(queue)
        present = [matcher_pb2.MatchUpdate(found=one) for one in self.world.matches.values()]
        if present:
            yield matcher_pb2.WatchMatchesResponse(update=present, cursor="a")
        yield matcher_pb2.WatchMatchesResponse(cursor="b")
        try:
            while True:
                told = await queue.get()
                if isinstance(told, Problem):
                    await abort(context, told, "en-US")
                yield told
        finally:
            self.world.watchers.remove(queue)

    async def Shortlist(self, request: Any, context: Any) -> Any:
        await self._admit(context, request.job_id, request.candidate_id)
        entry = self._act(request.candidate_id, pool_state=engagements_pb2.POOL_STATE_SHORTLISTED)
        return matcher_pb2.ShortlistResponse(entry=entry)

    async def Pass(self, request: Any, context: Any) -> Any:
        await self._admit(context, request.job_id, request.candidate_id)
        self.world.reasons.append(request.reason_code)
        entry = self._act(request.candidate_id, pool_state=engagements_pb2.POOL_STATE_PASSED)
        return matcher_pb2.PassResponse(entry=entry)

    async def RequestContact(self, request: Any, context: Any) -> Any:
        await self._admit(context, request.job_id, request.candidate_id)
        entry = self._act(
            request.candidate_id, contact_state=engagements_pb2.CONTACT_STATE_REQUESTED
        )
        return matcher_pb2.RequestContactResponse(entry=entry)

    def _act(self, candidate_id: str, **states: Any) -> matcher_pb2.PoolEntry:
        found = self.world.matches[candidate_id]
        for name, value in states.items():
            setattr(found, name, value)
        found.engagement_id = f"e-{candidate_id}"
        entry = matcher_pb2.PoolEntry(
            engagement_id=found.engagement_id,
            job_id=JOB,
            candidate_id=candidate_id,
            pool_state=found.pool_state,
            contact_state=found.contact_state,
        )
        self.world.pool[candidate_id] = entry
        if self.world.leave_when_acted_on:
            self.world.withdraw(candidate_id)
        return entry


class _Explanations(explanations_pb2_grpc.ExplanationServiceServicer):
    def __init__(self, world: Neighbors) -> None:
        self.world = world

    async def ExplainMatch(self, request: Any, context: Any) -> Any:
        found = self.world.matches.get(request.candidate_id)
        if found is None:
            await abort(context, Problem(Reason.NOT_FOUND, what="candidate"), "en-US")
            return None
        given = found.match.contribution[0]
        point = explanations_pb2.ExplainedRequirement(
            skill=given.skill,
            points=given.points,
            max_points=given.max_points,
            sentence=["It rests on a test by set criteria: gives 85 percent."],
        )
        without = explanations_pb2.Without(
            sentence="Without the credential Certified Welder, this person would not be shown."
        )
        return explanations_pb2.ExplainMatchResponse(
            match=found.match,
            sentence=found.explanation,
            rank=1,
            shown=len(self.world.matches),
            requirement=[point],
            without=[without],
        )


class _Drafts(drafts_pb2_grpc.JobDraftServiceServicer):
    def __init__(self, world: Neighbors) -> None:
        self.world = world

    async def DraftJob(self, request: Any, context: Any) -> Any:
        self.world.drafted.append(request)
        if isinstance(self.world.draft, Problem):
            await abort(context, self.world.draft, "en-US")
        return self.world.draft

    async def PreviewJob(self, request: Any, context: Any) -> Any:
        self.world.previewed.append(request.description_json)
        if isinstance(self.world.preview, Problem):
            await abort(context, self.world.preview, "en-US")
        return self.world.preview

    async def WriteJob(self, request: Any, context: Any) -> Any:
        self.world.written.append((request.description_json, request.form))
        return drafts_pb2.WriteJobResponse(document=request.form.encode())

    async def PostDescribedJob(self, request: Any, context: Any) -> Any:
        self.world.described.append(request)
        return drafts_pb2.PostDescribedJobResponse(job=welder())


class _Workforce(workforce_pb2_grpc.WorkforceServiceServicer):
    def __init__(self, world: Neighbors) -> None:
        self.world = world

    async def ListEmployees(self, request: Any, context: Any) -> Any:
        if self.world.away:
            await abort(context, Problem(Reason.NOT_READY, why="it starts"), "en-US")
        staff, first = self.world.staff, int(request.page_token or 0)
        more = str(first + request.page_size) if len(staff) > first + request.page_size else ""
        shown = staff[first : first + request.page_size]
        return workforce_pb2.ListEmployeesResponse(
            employee=shown, total=len(staff), next_page_token=more
        )


class _Wallet(consent_pb2_grpc.ConsentServiceServicer):
    def __init__(self, world: Neighbors) -> None:
        self.world = world

    async def RevealContact(self, request: Any, context: Any) -> Any:
        found = {one.engagement_id: one for one in self.world.pool.values()}
        one = found.get(request.engagement_id)
        if one is None or one.contact_state != engagements_pb2.CONTACT_STATE_ACCEPTED:
            await abort(context, Problem(Reason.WRONG_STATE, state="open", mend="wait"), "en-US")
        return consent_pb2.RevealContactResponse(name="Ana Reyes", email="ana@example.com")


def _http(world: Neighbors) -> FastAPI:
    app = FastAPI()

    def token(request: Request) -> str:
        return request.headers["authorization"].removeprefix("Bearer ")

    @app.put("/v1/holders/me")
    async def open_wallet(request: Request) -> Any:
        if world.address_taken:
            what = "wallet for this e-mail address"
            return response(Problem(Reason.ALREADY_EXISTS, field="email", what=what))
        world.holders.add(token(request))
        return {}

    @app.get("/v1/invitations")
    async def invitations(request: Request) -> Any:
        world.tokens.append(token(request))
        if token(request) not in world.holders:
            return response(Problem(Reason.NOT_FOUND, what="holder"))
        return {"invitations": world.invitations}

    @app.post("/v1/invitations/{engagement_id}/{answer}")
    async def answer(engagement_id: str, answer: str) -> Any:
        if world.address_missing and answer == "accept":
            return response(Problem(Reason.WRONG_STATE, field="email", state="x", mend="y"))
        for one in world.invitations:
            if one["engagement_id"] == engagement_id:
                one["state"] = {"accept": "accepted", "decline": "declined"}[answer]
                return one
        raise HTTPException(404)

    @app.get("/v1/holders/me/equity-answers")
    async def equity_answers() -> Any:
        return world.equity_answers

    @app.put("/v1/holders/me/equity-answers")
    async def put_equity_answers(request: Request) -> Any:
        world.equity_answers = await request.json()
        return world.equity_answers

    @app.get("/v1/holders/me/jobs")
    async def jobs(reach: str, page_token: str = "") -> Any:
        more = "" if page_token else "second"
        found = world.jobs.get(reach, [])
        return {"jobs": found, "next_page_token": more if found else ""}

    @app.post("/v1/holders/me/jobs/what-if")
    async def what_if(request: Request) -> Any:
        world.what_if.append(await request.json())
        opened = sum(one["reach_before"] != "in_reach" for one in world.changed)
        told = {"come_into_reach": opened, "rise": len(world.changed) - opened}
        program = {"achievement_id": "urn:mig", "name": "MIG <b>course</b>", "org_name": "School"}
        return {**told, "imagined": [program], "jobs": world.changed, "next_page_token": ""}

    @app.get("/v1/holders/me/programs")
    async def programs() -> Any:
        return {"programs": world.programs}

    @app.get("/v1/work-history")
    async def work_history() -> Any:
        return {"lines": world.work}

    @app.post("/v1/work-history")
    async def add_work(request: Request) -> Any:
        said = {"place": "", "description": "", "start": None, "end": None}
        line = {"line_id": f"line-{len(world.work)}", "work": said | await request.json()}
        world.work.append(
            {**line, "source": "self", "credential_id": "", "read": False, "skills": []}
        )
        return world.work[-1]

    @app.delete("/v1/work-history/{line_id}", status_code=204)
    async def delete_work(line_id: str) -> None:
        world.work = [one for one in world.work if one["line_id"] != line_id]

    @app.post("/v1/work-history/skills")
    async def decide(request: Request) -> Any:
        world.decided.append(await request.json())
        return world.work[0]

    @app.post("/v1/verifications")
    async def verify(request: Request) -> Any:
        world.checked_with.append(request.headers.get("authorization", ""))
        if isinstance(world.verdict, Problem):
            return response(world.verdict)
        await request.body()
        return JSONResponse(world.verdict)

    return app


@asynccontextmanager
async def neighbors() -> AsyncIterator[Neighbors]:
    """Running neighbors; their addresses are in the object."""
    world = Neighbors()
    server = grpc.aio.server()
    matcher_pb2_grpc.add_MatcherServiceServicer_to_server(_Matcher(world), server)
    drafts_pb2_grpc.add_JobDraftServiceServicer_to_server(_Drafts(world), server)
    explained = _Explanations(world)
    explanations_pb2_grpc.add_ExplanationServiceServicer_to_server(explained, server)
    workforce_pb2_grpc.add_WorkforceServiceServicer_to_server(_Workforce(world), server)
    consent_pb2_grpc.add_ConsentServiceServicer_to_server(_Wallet(world), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    http_port = free_port()
    config = uvicorn.Config(_http(world), port=http_port, log_config=None, lifespan="off")
    web = uvicorn.Server(config)
    serving = asyncio.create_task(web._serve())
    world.matcher = world.wallet = f"127.0.0.1:{port}"
    world.http = f"http://127.0.0.1:{http_port}"
    try:
        yield world
    finally:
        web.should_exit = True
        await serving
        await server.stop(0)
