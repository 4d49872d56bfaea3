"""WorkforceService: an employer's staff, from a file to who could do which job.

Each caller reaches what belongs to its own organization, because that is the only key there is.
"""

# ruff: noqa: N802 - methods are named by the contract

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from talent_kit import pages
from talent_kit.audit import AuditEntry
from talent_kit.callers import Caller, Role, require
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.store import Session
from talent_proto.matcher.v1 import workforce_pb2 as pb
from talent_proto.matcher.v1 import workforce_pb2_grpc as pb_grpc

from talent_matcher import messages as job_messages
from talent_matcher.jobs import Jobs
from talent_matcher.matching import Matching
from talent_matcher.messages import skill_message, stamp
from talent_matcher.model import Job
from talent_matcher.network import Network
from talent_matcher.requests import Requests, require_org
from talent_matcher.score import Near
from talent_matcher.store import MatcherStore
from talent_matcher.workforce import comparing
from talent_matcher.workforce.files import Files
from talent_matcher.workforce.keeping import WorkforceStore
from talent_matcher.workforce.meanings import Meanings
from talent_matcher.workforce.messages import (
    column_message,
    count_message,
    employee_message,
    error_message,
    fit_message,
    hint_message,
    target_message,
)
from talent_matcher.workforce.reading import Understood
from talent_matcher.workforce.staff import Employee
from talent_matcher.workforce.staff_reader import StaffReader

NAME = "talent.matcher.v1.WorkforceService"
SHOWN_ERRORS, SHOWN_EMPLOYEES, SHOWN_WORDS, SHOWN_SKILLS, SHOWN_PROGRAMS = 200, 10, 100, 500, 20
T = TypeVar("T")


class Workforces(pb_grpc.WorkforceServiceServicer):
    """`days`: how long a staff is kept after it was imported."""

    def __init__(
        self,
        *,
        workforces: WorkforceStore,
        reader: StaffReader,
        store: MatcherStore,
        requests: Requests,
        jobs: Jobs,
        files: Files,
        network: Network,
        matching: Matching,
        relations: Near,
        clock: Clock,
        days: int,
        page_size: int,
    ) -> None:
        self._workforces = workforces
        self._reader = reader
        self._store = store
        self._requests = requests
        self._jobs = jobs
        self._files = files
        self._network = network
        self._matching = matching
        self._relations = relations
        self._clock = clock
        self._days = days
        self._page_size = page_size

    async def PreviewWorkforce(
        self, request: pb.PreviewWorkforceRequest, context: Any
    ) -> pb.PreviewWorkforceResponse:
        _employer()
        found, meanings = await self._files.understood(request.file)
        read = found.read
        hints = await self._files.hints(read.employees)
        return pb.PreviewWorkforceResponse(
            digest=found.digest,
            column=[column_message(one, found.examples[one.number]) for one in found.columns],
            good_rows=len(read.employees),
            bad_rows=read.bad_rows,
            error=[error_message(one) for one in read.errors[:SHOWN_ERRORS]],
            error_count=len(read.errors),
            employee=[_without_id(one) for one in read.employees[:SHOWN_EMPLOYEES]],
            unrecognized=[
                _unrecognized(words, count, meanings)
                for words, count in read.unrecognized.most_common(SHOWN_WORDS)
            ],
            note=found.notes,
            kept_until=stamp(self._until()),
            title=[hint_message(one) for one in hints],
        )

    async def ImportWorkforce(
        self, request: pb.ImportWorkforceRequest, context: Any
    ) -> pb.ImportWorkforceResponse:
        caller = _employer()
        found, _ = await self._files.understood(request.file)
        self._network.require_employer(caller.org_id)
        if not request.digest:
            raise Problem(Reason.MISSING_FIELD, field="digest")
        if request.digest != found.digest:
            raise Problem(Reason.STALE_VERSION, field="digest")
        _refuse_errors(found, leave_out=request.leave_out_bad_rows)
        staff = sorted(found.read.employees, key=lambda one: (one.name.casefold(), one.number))
        sealed = await _aside(lambda: self._workforces.sealed(caller.org_id, staff))
        now, until = self._clock.now(), self._until()

        async def work(session: Session) -> pb.ImportWorkforceResponse:
            await self._workforces.put(
                session, caller.org_id, sealed, imported_at=now, kept_until=until
            )
            counted = {"people": str(len(staff))}
            entry = AuditEntry(
                "WORKFORCE_IMPORTED", caller, object_id=caller.org_id, details=counted
            )
            await self._store.record(session, None, entry)
            return pb.ImportWorkforceResponse(
                imported=len(staff), left_out=found.read.bad_rows, kept_until=stamp(until)
            )

        return await self._requests.once(caller, request, pb.ImportWorkforceResponse, work)

    async def ListEmployees(
        self, request: pb.ListEmployeesRequest, context: Any
    ) -> pb.ListEmployeesResponse:
        kept = await self._reader.staff(_employer())
        if kept is None:
            return pb.ListEmployeesResponse()
        some, token = self._page(kept.staff, request.page_size, request.page_token)
        return pb.ListEmployeesResponse(
            employee=[employee_message(one) for one in some],
            next_page_token=token,
            total=len(kept.staff),
            imported_at=stamp(kept.imported_at),
            kept_until=stamp(kept.kept_until),
        )

    async def DeleteEmployees(
        self, request: pb.DeleteEmployeesRequest, context: Any
    ) -> pb.DeleteEmployeesResponse:
        caller = _employer()
        if not request.all and not request.employee_id:
            raise Problem(Reason.MISSING_FIELD, field="employee_id")
        named = set(request.employee_id)

        async def work(session: Session) -> pb.DeleteEmployeesResponse:
            there = await self._workforces.find(caller.org_id, self._clock.now(), session)
            kept = await _aside(lambda: self._workforces.opened(there)) if there else None
            staff = kept.staff if kept else ()
            rest = [one for one in staff if not request.all and one.employee_id not in named]
            if kept is None or not rest:
                await self._workforces.delete(session, caller.org_id)
            elif len(rest) < len(staff):
                sealed = await _aside(lambda: self._workforces.sealed(caller.org_id, rest))
                await self._workforces.put(
                    session,
                    caller.org_id,
                    sealed,
                    imported_at=kept.imported_at,
                    kept_until=kept.kept_until,
                )
            gone = len(staff) - len(rest)
            entry = AuditEntry(
                "WORKFORCE_DELETED", caller, object_id=caller.org_id, details={"people": str(gone)}
            )
            await self._store.record(session, None, entry)
            return pb.DeleteEmployeesResponse(deleted=gone)

        return await self._requests.once(caller, request, pb.DeleteEmployeesResponse, work)

    async def SkillsAcross(
        self, request: pb.SkillsAcrossRequest, context: Any
    ) -> pb.SkillsAcrossResponse:
        kept = await self._reader.staff(_employer())
        staff = kept.staff if kept else ()
        wanted = [one for one in staff if request.department in {"", one.department}]
        return pb.SkillsAcrossResponse(
            employees=len(wanted),
            skill=[count_message(one) for one in comparing.skills_across(wanted)[:SHOWN_SKILLS]],
            department=[
                pb.DepartmentCount(department=name, count=count)
                for name, count in comparing.departments(staff)
            ],
            without_skills=sum(not one.skills for one in wanted),
        )

    async def FitEmployees(
        self, request: pb.FitEmployeesRequest, context: Any
    ) -> pb.FitEmployeesResponse:
        caller = _employer()
        job, _ = await self._job(caller, request.job_id)
        best = comparing.best_first(await self._fits(caller, job))
        some, token = self._page(best, request.page_size, request.page_token)
        return pb.FitEmployeesResponse(
            fit=[fit_message(one) for one in some],
            next_page_token=token,
            total=len(best),
            asked=len(job.requirements),
        )

    async def UpskillingTargets(
        self, request: pb.UpskillingTargetsRequest, context: Any
    ) -> pb.UpskillingTargetsResponse:
        caller = _employer()
        job, title = await self._job(caller, request.job_id)
        fits = await self._fits(caller, job)
        return pb.UpskillingTargetsResponse(
            title=title,
            employees=len(fits),
            ready=sum(not comparing.lacks(one) for one in fits),
            target=[
                target_message(one, self._programs(one.missing.skill.uri))
                for one in comparing.targets(fits)
            ],
        )

    async def _job(self, caller: Caller, job_id: str) -> tuple[Job, str]:
        """The caller's own job, with its title."""
        stored = await self._jobs.owned(caller, job_id)
        if not stored.job.requirement:
            mend = "say first which skills it takes"
            raise Problem(Reason.WRONG_STATE, state="a job without skills", mend=mend)
        at = (stored.version.epoch, stored.version.n)
        return job_messages.job(stored.job, at), stored.job.title

    async def _fits(self, caller: Caller, job: Job) -> list[comparing.EmployeeFit]:
        kept = await self._reader.staff(caller)
        near = comparing.Nearby.of(job, self._relations)
        staff, today = kept.staff if kept else (), self._clock.today()
        weights = self._matching.weights
        return await _aside(lambda: list(comparing.who_fits(staff, job, near, weights, today)))

    def _programs(self, skill: str) -> list[pb.TrainingProgram]:
        return [
            pb.TrainingProgram(
                achievement_id=one.achievement_id,
                name=one.name,
                provider_name=self._network.name(one.org_id),
            )
            for one in self._network.programs.teaching(skill)[:SHOWN_PROGRAMS]
        ]

    def _page(self, everything: Sequence[T], size: int, token: str) -> tuple[Sequence[T], str]:
        begin = max(0, pages.number(pages.decode(token), "after", 0))
        end = begin + pages.page_size(size, self._page_size)
        more = pages.encode({"after": end}) if end < len(everything) else ""
        return everything[begin:end], more

    def _until(self) -> datetime:
        return self._clock.now() + timedelta(days=self._days)


def _employer() -> Caller:
    return require_org(require(Role.EMPLOYER))


async def _aside(work: Callable[[], T]) -> T:
    """Work that takes a while, in a thread of its own."""
    return await asyncio.to_thread(work)


def _refuse_errors(found: Understood, *, leave_out: bool) -> None:
    read = found.read
    if read.errors and not leave_out:
        first = read.errors[0]
        mend = first.sentence.rstrip(".")
        if read.bad_rows > 1:
            mend += f". {read.bad_rows} rows have problems: see the preview for each"
        raise Problem(Reason.INVALID_FIELD, field=first.place, mend=mend)
    if not read.employees:
        mend = "it has no row that can be imported"
        raise Problem(Reason.INVALID_FIELD, field="file", mend=mend)


def _without_id(one: Employee) -> pb.Employee:
    """Ids are given by an import."""
    message = employee_message(one)
    message.employee_id = ""
    return message


def _unrecognized(words: str, count: int, meanings: Meanings) -> pb.Unrecognized:
    near = meanings.suggestion(words)
    suggestion = skill_message(near) if near else None
    return pb.Unrecognized(words=words, count=count, suggestion=suggestion)
