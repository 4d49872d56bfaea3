"""An employer's pages about its own people: bring a file, look at what was understood, import it;
see skills across, and who could do which job. The matcher keeps the people; here nothing is stored.
"""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from talent_kit.errors import Problem, Reason
from talent_kit.ids import uuid7
from talent_proto.matcher.v1 import workforce_pb2 as pb

from talent_portal import staff_form, wording
from talent_portal.cards import job_page
from talent_portal.clients import Matcher
from talent_portal.pages import Pages
from talent_portal.staff_client import Staff
from talent_portal.staff_form import HOLDS, Meaning
from talent_portal.visitor import Employer, LongForm, text

_MENDABLE = frozenset({Reason.INVALID_FIELD, Reason.MISSING_FIELD, Reason.TOO_LARGE})


@dataclass(frozen=True)
class Person:
    """One row of a list of people."""

    employee_id: str
    name: str
    about: str
    started: str
    skills: tuple[str, ...]
    licenses: str
    words: str


def add_staff_pages(
    app: FastAPI, *, pages: Pages, matcher: Matcher, staff: Staff, zone: ZoneInfo
) -> None:
    async def overview(
        request: Request, token: str, error: str = "", department: str = ""
    ) -> Response:
        people = await staff.people(token)
        content: dict[str, Any] = {"error": error, "total": people.total, "department": department}
        if people.total:
            posted, _ = await matcher.jobs(token)
            content |= {
                "imported_at": wording.day_of(people.imported_at, zone),
                "kept_until": wording.day_of(people.kept_until, zone),
                "across": await staff.skills(token, department),
                "jobs": [job_page(one, zone) for one in posted if one.open],
            }
        return pages.page(request, "staff.html", content, 422 if error else 200)

    async def preview(
        request: Request, token: str, file: pb.WorkforceFile, form: FormData, error: str = ""
    ) -> Response:
        found = await staff.preview(token, file)
        content = {
            "found": found,
            "columns": found.column,
            "holds": HOLDS,
            "meant": staff_form.said(form, "means"),
            "can": staff_form.said(form, "can"),
            "titles": [(one, _usual(one)) for one in found.title],
            "unsure": [_meaning(one) for one in found.unrecognized if one.HasField("suggestion")],
            "unknown": [one for one in found.unrecognized if not one.HasField("suggestion")],
            "people": [_person(one) for one in found.employee],
            "content": staff_form.content_field(file),
            "kept_until": wording.day_of(found.kept_until, zone),
            "request_id": uuid7(),  # a form that is sent twice imports once
            "error": error,
        }
        return pages.page(request, "staff_preview.html", content, 422 if error else 200)

    @app.get("/staff")
    async def home(request: Request, session: Employer, department: str = "") -> Response:
        return await overview(request, session.token, department=department[:200])

    @app.post("/staff/look")
    async def look(request: Request, session: Employer, form: LongForm) -> Response:
        try:
            if text(form, "content"):
                file = staff_form.looked_at(form)
            else:
                file = await staff_form.uploaded(form)
            return await preview(request, session.token, file, form)
        except Problem as problem:
            if problem.reason not in _MENDABLE:
                raise
            return await overview(request, session.token, staff_form.in_words(problem))

    @app.post("/staff/import")
    async def put(request: Request, session: Employer, form: LongForm) -> Response:
        asked = pb.ImportWorkforceRequest(
            request_id=text(form, "request_id") or uuid7(),
            file=staff_form.looked_at(form),
            digest=text(form, "digest"),
            leave_out_bad_rows=text(form, "leave_out") == "yes",
        )
        try:
            await staff.put(session.token, asked)
        except Problem as problem:
            if problem.reason not in {*_MENDABLE, Reason.STALE_VERSION}:
                raise
            error = staff_form.in_words(problem)
            return await preview(request, session.token, asked.file, form, error)
        return RedirectResponse("/staff?notice=staff-imported", 303)

    @app.get("/staff/people")
    async def people(request: Request, session: Employer, page: str = "") -> Response:
        found = await staff.people(session.token, page)
        content = {
            "people": [_person(one) for one in found.employee],
            "total": found.total,
            "more": found.next_page_token,
        }
        return pages.page(request, "staff_people.html", content)

    @app.post("/staff/delete")
    async def delete(request: Request, session: Employer, form: LongForm) -> Response:
        asked = pb.DeleteEmployeesRequest(
            employee_id=[str(one) for one in form.getlist("person")],
            all=text(form, "everybody") == "yes",
        )
        if asked.all or asked.employee_id:
            await staff.delete(session.token, asked)
        return RedirectResponse("/staff?notice=staff-deleted", 303)

    @app.get("/staff/jobs/{job_id}")
    async def fits(request: Request, session: Employer, job_id: str, page: str = "") -> Response:
        token = session.token
        found = await staff.fits(token, job_id, page)
        content = {
            "job": job_page((await matcher.job(token, job_id)).job, zone),
            "found": found,
            "targets": await staff.targets(token, job_id),
            "similar": (await staff.similar(token, job_id)).job,
        }
        return pages.page(request, "staff_job.html", content)


def _person(one: pb.Employee) -> Person:
    return Person(
        employee_id=one.employee_id,
        name=one.name or one.employee_number,
        about=", ".join(part for part in (one.job_title, one.department) if part),
        started=wording.civil_date(one.start_date),
        skills=tuple(
            f"{each.skill.label} ({each.level})" if each.level else each.skill.label
            for each in one.skill
        ),
        licenses=", ".join(
            f"{each.type} ({each.jurisdiction})" if each.jurisdiction else each.type
            for each in one.license
        ),
        words=", ".join(one.unrecognized),
    )


def _usual(one: pb.TitleHint) -> list[Meaning]:
    return [Meaning(one.title, skill.uri, skill.label) for skill in one.skill]


def _meaning(one: pb.Unrecognized) -> Meaning:
    return Meaning(one.words, one.suggestion.uri, one.suggestion.label)
