"""An employer's page of whom it trusts to check skills, and what it endorses."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from talent_kit.errors import Problem, Reason

from talent_portal.pages import Pages
from talent_portal.scoring_clients import Registry, Trust
from talent_portal.visitor import Employer, Form, text
from talent_portal.wording import _

FOUND = 20  # organizations that a search shows


def add_trust_pages(app: FastAPI, *, pages: Pages, trust: Trust, registry: Registry) -> None:
    @app.get("/trust")
    async def shown(request: Request, session: Employer, q: str = "") -> Response:
        said = await trust.get(session.token)
        named = {one.org_id for one in said.validator}
        wanted, found = q.strip().casefold()[:100], []
        if wanted:
            async for one in registry.organizations(session.token):
                if wanted in one.name.casefold() and one.org_id not in named:
                    found.append(one)
                if len(found) == FOUND:
                    break
        taught = [
            (one, await registry.achievements(session.token, one.org_id)) for one in said.validator
        ]
        endorsed = await registry.endorsed(session.token, session.org_id)
        content = {
            "etag": said.etag,
            "taught": taught,
            "endorsed": endorsed,
            "q": q.strip()[:100],
            "found": found,
        }
        return pages.page(request, "trust.html", content)

    @app.post("/trust")
    async def change(session: Employer, form: Form) -> Response:
        said = await trust.get(session.token)
        # The page may be old: somebody else of this employer would be overruled.
        if text(form, "etag") != said.etag:
            raise Problem(Reason.STALE_VERSION)
        named = {one.org_id for one in said.validator}
        org_id = _needed(form, "org_id")
        now = named - {org_id} if text(form, "off") else named | {org_id}
        await trust.put(session.token, now, said.etag)
        return RedirectResponse("/trust?notice=trust-saved", 303)

    @app.post("/trust/criteria")
    async def criteria(session: Employer, form: Form) -> Response:
        act = registry.take_back if text(form, "off") else registry.endorse
        await act(session.token, _needed(form, "achievement_id"), _needed(form, "version"))
        return RedirectResponse("/trust?notice=trust-saved", 303)


def _needed(form: Form, name: str) -> str:
    value = text(form, name)
    if not value:
        raise Problem(Reason.MISSING_FIELD, field=_("the name"))
    return value
