"""Pages of a person who looks for work: which jobs fit, and what would bring more into reach."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from babel.dates import format_date
from fastapi import FastAPI, Query, Request, Response
from talent_proto.events.v1 import common_pb2

from talent_portal.clients import Wallet
from talent_portal.pages import Pages
from talent_portal.visitor import Holder
from talent_portal.wording import LOCALE, _, money

REACHES = {
    "in_reach": _("Within reach"),
    "below": _("Almost there"),
    "closed": _("Something is in the way"),
}
NOTHING = {
    "in_reach": _(
        "No open job is within your reach right now. Look at what is almost there, "
        "or at the programs that would open doors."
    ),
    "below": _("No job is almost within reach."),
    "closed": _("No condition of a job keeps you out."),
}
PERIODS = {
    "hour": _("an hour"),
    "week": _("a week"),
    "month": _("a month"),
    "year": _("a year"),
}
LOCATIONS = {
    "on_site": _("on site"),
    "hybrid": _("partly from home"),
    "remote": _("from home"),
}
Page = Annotated[str, Query(max_length=500)]


@dataclass(frozen=True)
class Program:
    achievement_id: str
    words: str  # the program, and who offers it


@dataclass(frozen=True)
class Row:
    """One job. `score_before`: None where nothing is imagined."""

    job_id: str
    title: str
    employer: str
    facts: str
    description: str
    score: int
    threshold: int
    sentences: tuple[str, ...]
    programs: tuple[Program, ...]
    score_before: int | None = None
    opened: bool = False


def add_looking_pages(app: FastAPI, *, pages: Pages, wallet: Wallet) -> None:
    @app.get("/find-work")
    async def find_work(
        request: Request, session: Holder, reach: str = "in_reach", page: Page = ""
    ) -> Response:
        chosen = reach if reach in REACHES else "in_reach"
        found = await wallet.jobs(session.token, chosen, page)
        content = {
            "reach": chosen,
            "reaches": REACHES,
            "nothing": NOTHING[chosen],
            "jobs": [_row(one) for one in found["jobs"]],
            "next_page": found["next_page_token"],
        }
        return pages.page(request, "find_work.html", content)

    @app.get("/find-work/programs")
    async def programs(request: Request, session: Holder) -> Response:
        found = await wallet.programs(session.token)
        return pages.page(request, "programs.html", {"programs": found})

    # A look, which changes nothing: so a link will do.
    @app.get("/find-work/what-if")
    async def what_if(
        request: Request,
        session: Holder,
        program: Annotated[str, Query(max_length=2000)],
        page: Page = "",
    ) -> Response:
        found = await wallet.what_if(session.token, program, page)
        rows = [_row(one["now"], one) for one in found["jobs"]]
        content = {
            "program": program,
            "name": ", ".join(_offered(one) for one in found["imagined"]),
            "come_into_reach": found["come_into_reach"],
            "opened": [one for one in rows if one.opened],
            "better": [one for one in rows if not one.opened],
            "next_page": found["next_page_token"],
        }
        return pages.page(request, "what_if.html", content)


def _row(one: dict[str, Any], changed: dict[str, Any] | None = None) -> Row:
    posting = one["posting"]
    taught = [each for missing in one["missing"] for each in missing["taught_in"]]
    programs = {
        each["achievement_id"]: Program(each["achievement_id"], _offered(each)) for each in taught
    }
    return Row(
        job_id=posting["job_id"],
        title=posting["title"],
        employer=posting["employer_name"],
        facts=_facts(posting),
        description=posting["description"],
        score=one["score"],
        threshold=one["threshold"],
        sentences=tuple(one["sentences"]),
        programs=tuple(programs.values()),
        score_before=changed["score_before"] if changed else None,
        opened=bool(changed) and changed["reach_before"] != "in_reach",
    )


def _offered(program: dict[str, Any]) -> str:
    name, provider = program["name"], program["org_name"]
    return _("{name} at {provider}").format(name=name, provider=provider) if provider else name


def _facts(posting: dict[str, Any]) -> str:
    told = [LOCATIONS.get(posting["location_type"], "")]
    pay, hours = posting["pay"], posting["weekly_hours_max"] or posting["weekly_hours_min"]
    if pay:
        least, most = (_money(pay, which) for which in ("min_minor_units", "max_minor_units"))
        amount = f"{least}–{most}" if least and most and least != most else most or least
        told.append(f"{amount} {PERIODS.get(pay['period'], '')}".strip())
    if hours:
        told.append(_("{hours} hours a week").format(hours=hours))
    if posting["valid_through"]:
        last = format_date(date.fromisoformat(posting["valid_through"]), "medium", locale=LOCALE)
        told.append(_("open until {day}").format(day=last))
    return " · ".join(one for one in told if one)


def _money(pay: dict[str, Any], which: str) -> str:
    amount = common_pb2.Money(minor_units=pay[which], currency=pay["currency"])
    return money(amount) if pay[which] else ""
