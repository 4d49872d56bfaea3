"""JobDraftService: job descriptions for employers without any HR software."""

# ruff: noqa: N802 - methods are named by the contract

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from talent_jobs.bounds import DescriptionError
from talent_jobs.description import Flag, JobDescription
from talent_jobs.documents import Form, document
from talent_jobs.json_form import from_json, to_json
from talent_kit.callers import Caller, Role, require
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import jobs_pb2
from talent_proto.matcher.v1 import drafts_pb2 as pb
from talent_proto.matcher.v1 import drafts_pb2_grpc as pb_grpc

from talent_matcher.described import job_message
from talent_matcher.job_tags import found_in
from talent_matcher.jobs import Jobs
from talent_matcher.language import Language
from talent_matcher.network import Network
from talent_matcher.previews import Previews
from talent_matcher.requests import require_org
from talent_matcher.workforce.staff import Employee
from talent_matcher.workforce.staff_reader import StaffReader
from talent_matcher.workforce.starting import like_employee

if TYPE_CHECKING:
    from talent_jobs.drafting import Draft

T = TypeVar("T")
NAME = "talent.matcher.v1.JobDraftService"


class JobDrafts(pb_grpc.JobDraftServiceServicer):
    def __init__(
        self,
        *,
        jobs: Jobs,
        previews: Previews,
        network: Network,
        language: Language,
        staff: StaffReader,
    ) -> None:
        self._jobs = jobs
        self._previews = previews
        self._network = network
        self._language = language
        self._staff = staff

    async def DraftJob(self, request: pb.DraftJobRequest, context: Any) -> pb.DraftJobResponse:
        caller = require(Role.EMPLOYER)
        person = None
        if request.HasField("like_employee"):
            employee_id = request.like_employee.employee_id
            person = await self._staff.employee(require_org(caller), employee_id)
        employer = self._name(caller)
        made, found, tags = await self._in_thread(lambda: self._draft(request, employer, person))
        return pb.DraftJobResponse(
            description_json=to_json(made.job),
            job=job_message(made.job),
            flag=[_flag(one) for one in found],
            note=made.notes,
            tags=tags,
        )

    async def WriteJob(self, request: pb.WriteJobRequest, context: Any) -> pb.WriteJobResponse:
        require(Role.EMPLOYER)
        if request.form not in {form.value for form in Form}:
            forms = ", ".join(form.value for form in Form)
            raise Problem(Reason.INVALID_FIELD, field="form", mend=f"use one of: {forms}")
        form = Form(request.form)
        described = _described(request.description_json)
        return pb.WriteJobResponse(
            document=await self._in_thread(lambda: document(described, form))
        )

    async def PostDescribedJob(
        self, request: pb.PostDescribedJobRequest, context: Any
    ) -> pb.PostDescribedJobResponse:
        described = _described(request.description_json)
        posted = await self._jobs.post_described(require(Role.EMPLOYER), request, described)
        return pb.PostDescribedJobResponse(job=posted.job)

    async def PreviewJob(
        self, request: pb.PreviewJobRequest, context: Any
    ) -> pb.PreviewJobResponse:
        caller = require(Role.EMPLOYER)
        described = _described(request.description_json)
        preview = await self._previews.of(caller, job_message(described))
        preview.flag.extend(await self._language.run(lambda: self._flags(described)))
        return preview

    def _name(self, caller: Caller) -> str:
        return self._network.name(caller.org_id) or caller.org_id

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Raises INVALID_FIELD with what a description lacks."""
        try:
            return await self._language.run(work)
        except DescriptionError as error:
            raise _problem(error) from None

    def _flags(self, described: JobDescription) -> list[pb.DraftFlag]:
        from talent_jobs.flags import flags_now

        taxonomy = self._language.taxonomy() if self._language.is_there else None
        return [_flag(one) for one in flags_now(described, taxonomy)]

    def _draft(
        self, request: pb.DraftJobRequest, employer: str, person: Employee | None
    ) -> "tuple[Draft, list[Flag], jobs_pb2.JobTags | None]":
        from talent_jobs.flags import all_flags

        words, tags = self._language.words(), None
        drafter = words.drafter
        state, zip3, title = request.state, request.zip3, request.posting_title
        match request.WhichOneof("start"):
            case "posting":
                made = drafter.from_posting(request.posting, employer, state, title, zip3)
                tags = found_in(words.tagger, request.posting)
            case "occupation_code":
                made = drafter.from_occupation(request.occupation_code, employer, state, zip3)
            case "like":
                like = [(one.uri, one.level) for one in request.like.skill]
                made = drafter.from_skills(request.like.title, like, employer, state, zip3)
            case "like_employee" if person:
                made = like_employee(
                    person,
                    request.like_employee.title,
                    drafter=drafter,
                    taxonomy=words.taxonomy,
                    catalog=self._network.skills,
                    employer=employer,
                    state=state,
                    zip3=zip3,
                )
            case _:
                made = drafter.from_title(request.title, employer, state, zip3)
        title = request.title or request.like.title or (made.job.title if person else "")
        return made, all_flags(made.job, request.posting or title, words.taxonomy), tags


def _described(text: str) -> JobDescription:
    try:
        return from_json(text.encode())
    except DescriptionError as error:
        raise _problem(error) from None


def _problem(error: DescriptionError) -> Problem:
    mend = error.mend[:1].lower() + error.mend[1:].rstrip(".")
    return Problem(Reason.INVALID_FIELD, field=error.field, mend=mend)


def _flag(one: Flag) -> pb.DraftFlag:
    return pb.DraftFlag(
        code=one.code,
        words=one.words,
        start=one.start,
        end=one.end,
        why=one.why,
        instead=one.instead,
    )
