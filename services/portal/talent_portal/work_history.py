"""A holder's page of work history: what they did, and which of the skills found in it are right."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from talent_kit.errors import Problem, Reason

from talent_portal.clients import Wallet
from talent_portal.pages import Pages
from talent_portal.visitor import Form, Holder, text
from talent_portal.wording import LOCALE, _

SOURCES = {
    "self": _("Your own word"),
    "employer": _("An employer confirms it"),
    "wage_records": _("Records of wages show it"),
}
FIELDS = {"start": _("the first day"), "end": _("the last day")}


@dataclass(frozen=True)
class Row:
    """One line. `own`: the holder wrote it and may delete it."""

    line_id: str
    title: str
    where: str
    when: str
    description: str
    source: str
    own: bool
    read: bool
    counting: tuple[dict[str, Any], ...]
    suggested: tuple[dict[str, Any], ...]
    rejected: tuple[dict[str, Any], ...]


def add_work_history_pages(app: FastAPI, *, pages: Pages, wallet: Wallet) -> None:
    @app.get("/work-history")
    async def work_history(request: Request, session: Holder) -> Response:
        lines = [_row(one) for one in await wallet.work_history(session.token)]
        return pages.page(request, "work_history.html", {"lines": lines})

    @app.post("/work-history")
    async def add(session: Holder, form: Form) -> Response:
        names = ("employer", "title", "place", "description")
        line: dict[str, Any] = {name: text(form, name) for name in names}
        for name in FIELDS:
            if day := text(form, name):
                line[name] = _day(day, name)
        await wallet.add_work(session.token, line)
        return RedirectResponse("/work-history?notice=work-added", 303)

    @app.post("/work-history/delete")
    async def delete(session: Holder, form: Form) -> Response:
        await wallet.delete_work(session.token, text(form, "line_id"))
        return RedirectResponse("/work-history?notice=work-deleted", 303)

    @app.post("/work-history/skills")
    async def decide(session: Holder, form: Form) -> Response:
        accepted = text(form, "accepted") == "yes"
        await wallet.decide_work_skill(
            session.token, text(form, "line_id"), text(form, "uri"), accepted
        )
        return RedirectResponse("/work-history?notice=skill-kept", 303)


def _day(written: str, name: str) -> str:
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        mend = _("use a date such as 2021-05-31")
        raise Problem(Reason.INVALID_FIELD, field=FIELDS[name], mend=mend) from None


def _row(line: dict[str, Any]) -> Row:
    work = line["work"]
    by_state: dict[str, list[dict[str, Any]]] = {}
    for one in line["skills"]:
        by_state.setdefault(one["state"], []).append(one)
    counting = [*by_state.get("accepted", ()), *by_state.get("asserted", ())]
    return Row(
        line_id=line["line_id"],
        title=work["title"],
        where=", ".join(part for part in (work["employer"], work["place"]) if part),
        when=_when(work["start"], work["end"]),
        description=work["description"],
        source=SOURCES.get(line["source"], ""),
        own=not line["credential_id"],
        read=line["read"],
        counting=tuple(counting),
        suggested=tuple(by_state.get("suggested", ())),
        rejected=tuple(by_state.get("rejected", ())),
    )


def _when(start: str | None, end: str | None) -> str:
    if not start:
        return ""
    first = _month(start)
    return _("{first} to {last}").format(first=first, last=_month(end) if end else _("now"))


def _month(day: str) -> str:
    return format_date(date.fromisoformat(day), "MMM y", locale=LOCALE)
