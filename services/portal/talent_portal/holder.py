"""A holder's pages: who asks for contact, and the answer."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from talent_kit.errors import Problem, Reason

from talent_portal.clients import Wallet
from talent_portal.pages import Pages
from talent_portal.visitor import Form, Holder
from talent_portal.wording import iso_instant


@dataclass(frozen=True)
class Invitation:
    engagement_id: str
    employer_name: str
    job_title: str
    asked_on: str
    state: str  # requested, accepted, declined; closed: the employer took it back


def add_holder_pages(app: FastAPI, *, pages: Pages, wallet: Wallet, zone: ZoneInfo) -> None:
    async def all_of(token: str) -> list[Invitation]:
        return [_invitation(row, zone) for row in await wallet.invitations(token)]

    @app.get("/invitations")
    async def invitations(request: Request, session: Holder) -> Response:
        found = await all_of(session.token)
        waiting = [one for one in found if one.state == "requested"]
        answered = [one for one in found if one.state != "requested"]
        return pages.page(request, "invitations.html", {"waiting": waiting, "answered": answered})

    @app.get("/invitations/{engagement_id}")
    async def invitation(request: Request, session: Holder, engagement_id: str) -> Response:
        for one in await all_of(session.token):
            if one.engagement_id == engagement_id:
                return pages.page(request, "invitation.html", {"invitation": one})
        raise Problem(Reason.NOT_FOUND, what="invitation")

    @app.post("/invitations/{engagement_id}/accept")
    async def accept(session: Holder, engagement_id: str, form: Form) -> Response:
        await wallet.answer(session.token, engagement_id, "accept")
        return RedirectResponse(f"/invitations/{engagement_id}?notice=accepted", 303)

    @app.post("/invitations/{engagement_id}/decline")
    async def decline(session: Holder, engagement_id: str, form: Form) -> Response:
        await wallet.answer(session.token, engagement_id, "decline")
        return RedirectResponse(f"/invitations/{engagement_id}?notice=declined", 303)


def _invitation(row: dict[str, Any], zone: ZoneInfo) -> Invitation:
    return Invitation(
        engagement_id=row["engagement_id"],
        employer_name=row["employer_name"],
        job_title=row["job_title"],
        asked_on=iso_instant(row["requested_at"], zone),
        state="closed" if row["closed"] and row["state"] == "requested" else row["state"],
    )
