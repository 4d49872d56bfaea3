"""A holder's page of questions that only serve to check fairness. Every one may stay open."""

import re
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from talent_kit.errors import Problem, Reason

from talent_portal.clients import Wallet
from talent_portal.pages import Pages
from talent_portal.visitor import Form, Holder, text
from talent_portal.wording import _

SEXES = {"female": _("Female"), "male": _("Male")}
RACES = {
    "hispanic": _("Hispanic or Latino"),
    "white": _("White"),
    "black": _("Black or African American"),
    "asian": _("Asian"),
    "native-american": _("American Indian or Alaska Native"),
    "pacific-islander": _("Native Hawaiian or Pacific Islander"),
}
YES_NO = {"yes": True, "no": False}
ANSWER = {"": _("I would rather not say"), "yes": _("Yes"), "no": _("No")}


def add_fairness_page(app: FastAPI, *, pages: Pages, wallet: Wallet) -> None:
    @app.get("/fairness")
    async def fairness(request: Request, session: Holder) -> Response:
        given = await wallet.equity_answers(session.token)
        content = {"given": given, "sexes": SEXES, "races": RACES, "answer": ANSWER}
        return pages.page(request, "fairness.html", content)

    @app.post("/fairness")
    async def save(session: Holder, form: Form) -> Response:
        await wallet.put_equity_answers(session.token, _answers(form))
        return RedirectResponse("/fairness?notice=answers-saved", 303)


def _answers(form: FormData) -> dict[str, Any]:
    year = text(form, "birth_year")
    if year and not re.fullmatch(r"(19|20)\d\d", year):
        mend = _("use four digits, such as 1984")
        raise Problem(Reason.INVALID_FIELD, field=_("the year of birth"), mend=mend)
    return {
        "sex": text(form, "sex") or None,
        "races": [one for one in form.getlist("races") if one in RACES],
        "birth_year": int(year) if year else None,
        "disability": YES_NO.get(text(form, "disability")),
        "limited_english": YES_NO.get(text(form, "limited_english")),
    }
