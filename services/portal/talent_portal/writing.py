"""An employer's pages to write a job: a title, an old posting or somebody of the staff in, a
posting out, then changes for who wants them. The matcher drafts; here a draft is only shown and
changed.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from google.protobuf.json_format import MessageToJson, Parse, ParseError
from starlette.datastructures import FormData
from talent_kit.errors import PASSING, Problem, Reason
from talent_kit.ids import uuid7
from talent_proto.events.v1 import jobs_pb2, tagging_pb2
from talent_proto.matcher.v1 import drafts_pb2, workforce_pb2

from talent_portal import asked_conditions
from talent_portal.asked_conditions import kept_licenses, set_conditions, zip3
from talent_portal.asked_skills import (
    ANSWERS,
    EVIDENCE,
    KEEP,
    LEVELS,
    answer_suggested,
    kept_skills,
    suggested,
)
from talent_portal.cards import previewed_card
from talent_portal.clients import Matcher
from talent_portal.pages import Pages
from talent_portal.papers import DOCUMENTS, FIRST, MORE, saved
from talent_portal.sessions import Session
from talent_portal.sources import sourced
from talent_portal.staff_client import Staff
from talent_portal.visitor import DraftForm, Employer, Form, text
from talent_portal.wording import _

PER = {
    "hour": _("an hour"),
    "week": _("a week"),
    "month": _("a month"),
    "year": _("a year"),
}
ONE_START = _("Paste a posting or pick a person, not both.")
GONE = _("This person is not in your list any more. Pick somebody else, or type a title.")
START = ("title", "posting", "like", "zip")
LINES = ("duties", "also_needed", "benefits")
# What a description may leave out.
_SKILL = {
    "durable": False,
    "required": False,
    "looks_like": "",
    "observe": "",
    "level": 0,
    "evidence": (),
}
_PAY = {"period": "hour", "year": None, "area": ""}
_AMOUNT = re.compile(r"\$?\s*(\d{1,7})(?:,(\d{3}))?(?:\.(\d{1,2}))?")
_MENDABLE = frozenset({Reason.INVALID_FIELD, Reason.MISSING_FIELD, Reason.TOO_LARGE})


@dataclass(frozen=True)
class Draft:
    """`described`: the description as JSON text, and `job` as it reads. `said`: flags, notes and
    tags as JSON text, for the next version."""

    described: str
    job: dict[str, Any]
    flags: Sequence[drafts_pb2.DraftFlag] = ()
    notes: Sequence[str] = ()
    said: str = ""


def add_writing_pages(
    app: FastAPI, *, pages: Pages, matcher: Matcher, staff: Staff, state: str
) -> None:
    @app.get("/jobs/new")
    async def new(request: Request, session: Employer) -> Response:
        return await asked(request, session, {}, "")

    # The person is in the form, never in an address: those are kept in logs and histories.
    @app.post("/jobs/draft")
    async def draft(request: Request, session: Employer, form: Form) -> Response:
        given = {name: text(form, name) for name in START}
        if given["posting"] and given["like"]:
            return await asked(request, session, given, ONE_START)
        start = {name: given[name] for name in START if name != "zip"}
        try:
            area = zip3(given["zip"])
            made = await matcher.draft(session.token, **start, state=state, zip3=area)
        except Problem as problem:
            if given["like"] and problem.reason is Reason.NOT_FOUND:
                return await asked(request, session, {**given, "like": ""}, GONE)
            if problem.reason not in _MENDABLE:
                raise
            return await asked(request, session, given, problem.sentence())
        return await shown(request, session, _draft(made))

    async def asked(
        request: Request, session: Session, given: dict[str, str], error: str
    ) -> Response:
        people = await some_staff(session)
        content = {
            **{name: given.get(name, "") for name in START},
            "people": people.employee,
            "more": bool(people.next_page_token),
            "error": error,
        }
        return pages.page(request, "new_job.html", content, 422 if error else 200)

    async def some_staff(session: Session) -> workforce_pb2.ListEmployeesResponse:
        """Nobody where they cannot be told now: there are other ways to start."""
        try:
            return await staff.people(session.token)
        except Problem as problem:
            if problem.reason in PASSING or problem.reason is Reason.MISSING_FIELD:
                return workforce_pb2.ListEmployeesResponse()
            raise

    async def shown(request: Request, session: Session, draft: Draft) -> Response:
        """With the people who fit it, if that can be told."""
        return fitted(request, draft, await matcher.preview(session.token, draft.described))

    def fitted(
        request: Request, draft: Draft, preview: drafts_pb2.PreviewJobResponse | None
    ) -> Response:
        people = [previewed_card(one) for one in preview.candidate] if preview else []
        content = {**_content(draft), "preview": preview, "people": people}
        return pages.page(request, "draft.html", content)

    @app.post("/jobs/new")
    async def finish(request: Request, session: Employer, form: DraftForm) -> Response:
        job = changed(form)
        beside = _beside(text(form, "said"))
        before = json.loads(text(form, "described"))
        answer_suggested(beside.tags, before, job, form)
        decide(beside.tags, before, job)
        described = json.dumps(job)
        kind = text(form, "do")
        if kind == "preview":
            preview = await matcher.preview(session.token, described)
            if preview is not None:
                beside.ClearField("flag")
                beside.flag.extend(preview.flag)
            return fitted(request, _again(described, job, beside), preview)
        if kind in DOCUMENTS:
            written = await matcher.written(session.token, described, kind)
            return saved(written, DOCUMENTS[kind])
        request_id = text(form, "request_id")
        job_id = await matcher.post_described(session.token, described, request_id, beside.tags)
        return RedirectResponse(f"/jobs/{job_id}?notice=job-posted", 303)


def changed(form: FormData) -> dict[str, Any]:
    """The description with what the person changed. Raises Problem for a pay that is no amount."""
    try:
        job: dict[str, Any] = json.loads(text(form, "described"))
        skills = list(job.get("skills", ()))
        licenses = list(job.get("licenses", ()))
        lines = {name: {one["text"]: one for one in job.get(name, ())} for name in LINES}
    except (ValueError, AttributeError, TypeError, KeyError):
        mend = _("start again with a title")
        raise Problem(Reason.INVALID_FIELD, field=_("the draft"), mend=mend) from None
    job["title"] = text(form, "title") or job.get("title", "")
    job["skills"] = kept_skills(skills, form)
    if licenses:
        job["licenses"] = kept_licenses(licenses, form)
    for name, before in lines.items():
        if name in form:
            job[name] = _lines(text(form, name), before)
    set_conditions(job, form)
    _set_pay(job, text(form, "least"), text(form, "most"))
    return job


def decide(tags: jobs_pb2.JobTags, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Of the skills that the text names: what is kept is accepted, what is left out rejected. Those
    that were not shown to the person stay undecided."""
    was, now = _counting(before), _counting(after)
    for one in tags.tag:
        if one.found.skill.uri in now:
            one.decision = tagging_pb2.SKILL_TAG_STATE_ACCEPTED
        elif one.found.skill.uri in was:
            one.decision = tagging_pb2.SKILL_TAG_STATE_REJECTED


def _counting(job: dict[str, Any]) -> set[str]:
    return {one.get("uri", "") for one in job.get("skills", ()) if not one.get("durable")}


def _lines(given: str, before: dict[str, Any]) -> list[dict[str, Any]]:
    """One that is as it was keeps its source."""
    own = {"kind": "employer"}
    lines = [line.strip(" -*•\t") for line in given.splitlines()]
    return [before.get(line, {"text": line, "source": own}) for line in lines if line]


def _set_pay(job: dict[str, Any], least: str, most: str) -> None:
    if not least and not most:
        job["pay"] = None
        return
    amounts = [_cents(one) for one in (least or most, most or least)]
    pay = job.get("pay") or {"period": "hour"}
    if [pay.get("least"), pay.get("most")] != amounts:
        pay = {"period": pay["period"]}  # the person's own, no survey's
    job["pay"] = {**pay, "least": amounts[0], "most": amounts[1]}


def _cents(amount: str) -> int:
    found = _AMOUNT.fullmatch(amount)
    if found is None:
        mend = _("use an amount in dollars, such as 21.50")
        raise Problem(Reason.INVALID_FIELD, field=_("the pay"), mend=mend)
    whole, thousands, part = found.groups()
    return int(f"{whole}{thousands or ''}") * 100 + int((part or "0").ljust(2, "0"))


def _draft(made: drafts_pb2.DraftJobResponse) -> Draft:
    # Without its own fields the answer is what is said beside the description.
    beside = drafts_pb2.DraftJobResponse(flag=made.flag, note=made.note, tags=made.tags)
    return _again(made.description_json, json.loads(made.description_json), beside)


def _again(described: str, job: dict[str, Any], beside: drafts_pb2.DraftJobResponse) -> Draft:
    said = MessageToJson(beside, indent=None)
    return Draft(described, job, flags=beside.flag, notes=beside.note, said=said)


def _beside(said: str) -> drafts_pb2.DraftJobResponse:
    try:
        return Parse(said or "{}", drafts_pb2.DraftJobResponse())
    except ParseError:
        return drafts_pb2.DraftJobResponse()


def _content(draft: Draft) -> dict[str, Any]:
    job = draft.job
    return {
        "draft": draft,
        "job": job,
        "lines": {name: "\n".join(one["text"] for one in job.get(name, ())) for name in LINES},
        "skills": list(enumerate(_SKILL | one for one in job.get("skills", ()))),
        "pay": _PAY | job["pay"] if job.get("pay") else None,
        "per": PER,
        "duties": [sourced(one) for one in job.get("duties", ())],
        "sources": [sourced(one) for one in job.get("skills", ())],
        "suggested": [one.found.skill.label for one in suggested(_beside(draft.said).tags, job)],
        "answers": ANSWERS,
        "keep": KEEP,
        "levels": LEVELS,
        "evidence": EVIDENCE,
        **asked_conditions.content(job),
        "first_documents": FIRST,
        "more_documents": MORE,
        "request_id": uuid7(),  # a form that is sent twice posts one job
    }
