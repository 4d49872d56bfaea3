"""An employer's pages to write a job: a title or an old posting in, a posting out, then changes for
who wants them. The matcher drafts; here a draft is only shown and changed.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from talent_kit.errors import Problem, Reason
from talent_kit.ids import uuid7
from talent_proto.matcher.v1 import drafts_pb2

from talent_portal.clients import Matcher
from talent_portal.pages import Pages
from talent_portal.visitor import Employer, Form, text
from talent_portal.wording import _

KEEP = {"needed": _("Needed"), "plus": _("A plus"), "out": _("Leave out")}
PER = {
    "hour": _("an hour"),
    "week": _("a week"),
    "month": _("a month"),
    "year": _("a year"),
}
DOCUMENTS = {
    "pdf": ("application/pdf", "job.pdf"),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "job.docx",
    ),
    "guide-pdf": ("application/pdf", "interview-guide.pdf"),
}
_AMOUNT = re.compile(r"\$?\s*(\d{1,7})(?:,(\d{3}))?(?:\.(\d{1,2}))?")
_MENDABLE = frozenset({Reason.INVALID_FIELD, Reason.MISSING_FIELD, Reason.TOO_LARGE})


@dataclass(frozen=True)
class Draft:
    """`described`: the description as JSON text, and `job` as it reads."""

    described: str
    job: dict[str, Any]
    flags: tuple[drafts_pb2.DraftFlag, ...] = ()
    notes: tuple[str, ...] = ()


def add_writing_pages(app: FastAPI, *, pages: Pages, matcher: Matcher, state: str) -> None:
    @app.get("/jobs/new")
    async def new(request: Request, session: Employer) -> Response:
        return _asked(pages, request, {}, "")

    @app.post("/jobs/draft")
    async def draft(request: Request, session: Employer, form: Form) -> Response:
        given = {name: text(form, name) for name in ("title", "posting")}
        try:
            made = await matcher.draft(session.token, **given, state=state)
        except Problem as problem:
            if problem.reason not in _MENDABLE:
                raise
            return _asked(pages, request, given, problem.sentence())
        return pages.page(request, "draft.html", _content(_draft(made)))

    @app.post("/jobs/new")
    async def finish(request: Request, session: Employer, form: Form) -> Response:
        described = json.dumps(changed(form))
        kind = text(form, "do")
        if kind in DOCUMENTS:
            written = await matcher.written(session.token, described, kind)
            media_type, name = DOCUMENTS[kind]
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return Response(written, media_type=media_type, headers=headers)
        job_id = await matcher.post_described(session.token, described, text(form, "request_id"))
        return RedirectResponse(f"/jobs/{job_id}?notice=job-posted", 303)


def changed(form: FormData) -> dict[str, Any]:
    """The description with what the person changed. Raises Problem for a pay that is no amount."""
    try:
        job: dict[str, Any] = json.loads(text(form, "described"))
        skills, before = list(job.get("skills", ())), list(job.get("duties", ()))
    except (ValueError, AttributeError, TypeError):
        mend = _("start again with a title")
        raise Problem(Reason.INVALID_FIELD, field=_("the draft"), mend=mend) from None
    job["title"] = text(form, "title") or job.get("title", "")
    kept: list[dict[str, Any]] = []
    for number, skill in enumerate(skills):
        wish = text(form, f"skill-{number}")
        if wish == "out":
            continue
        if wish in KEEP and not skill.get("durable"):
            skill["required"] = wish == "needed"
        kept.append(skill)
    job["skills"] = kept
    known = {duty["text"]: duty for duty in before}
    own = {"kind": "employer"}
    lines = [line.strip(" -*•\t") for line in text(form, "duties").splitlines()]
    job["duties"] = [known.get(line, {"text": line, "source": own}) for line in lines if line]
    _set_pay(job, text(form, "least"), text(form, "most"))
    return job


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


def _asked(pages: Pages, request: Request, given: dict[str, str], error: str) -> Response:
    content = {"title": given.get("title", ""), "posting": given.get("posting", "")}
    return pages.page(request, "new_job.html", {**content, "error": error}, 422 if error else 200)


def _draft(made: drafts_pb2.DraftJobResponse) -> Draft:
    return Draft(
        described=made.description_json,
        job=json.loads(made.description_json),
        flags=tuple(made.flag),
        notes=tuple(made.note),
    )


def _content(draft: Draft) -> dict[str, Any]:
    job = draft.job
    return {
        "draft": draft,
        "job": job,
        "duties": "\n".join(duty["text"] for duty in job.get("duties", ())),
        "skills": list(enumerate(job.get("skills", ()))),
        "pay": job.get("pay"),
        "per": PER,
        "keep": KEEP,
        "request_id": uuid7(),  # a form that is sent twice posts one job
    }
