"""An employer's pages: their jobs, and a job with its candidates as they arrive."""

from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1.engagements_pb2 import CONTACT_STATE_ACCEPTED
from talent_proto.matcher.v1.matcher_pb2 import CandidateMatch, PoolEntry

from talent_portal.cards import Card, best_first, card, entry_card, job_page
from talent_portal.clients import Matcher, Wallet
from talent_portal.live import Renderer, stream
from talent_portal.pages import NOTICES, Pages
from talent_portal.papers import FIRST, MORE, add_job_documents
from talent_portal.sessions import Session
from talent_portal.streams import Streams
from talent_portal.visitor import Employer, Form, is_htmx, text
from talent_portal.why import why
from talent_portal.wording import PASS_REASONS, _


def add_employer_pages(
    app: FastAPI,
    *,
    pages: Pages,
    matcher: Matcher,
    wallet: Wallet,
    streams: Streams,
    zone: ZoneInfo,
) -> None:
    add_job_documents(app, matcher=matcher)

    @app.get("/jobs")
    async def jobs(request: Request, session: Employer, page: str = "") -> Response:
        found, more = await matcher.jobs(session.token, page)
        content = {"jobs": [job_page(one, zone) for one in found], "more": more}
        return pages.page(request, "jobs.html", content)

    @app.get("/jobs/{job_id}")
    async def job(request: Request, session: Employer, job_id: str) -> Response:
        found = await matcher.job(session.token, job_id)
        matches = await matcher.matches(session.token, job_id)
        cards = best_first(card(one) for one in matches.candidates)
        content = {
            "job": job_page(found.job, zone),
            "has_documents": bool(found.description_json),
            "first_documents": FIRST,
            "more_documents": MORE,
            "cards": cards,
            "former": await former(session, job_id, cards) if matches.visible else [],
            "visible": matches.visible,
            "total": matches.total,
            **_REASONS,
        }
        return pages.page(request, "job.html", content)

    async def former(session: Session, job_id: str, cards: list[Card]) -> list[Card]:
        """Those who accepted and match no more: they stay reachable."""
        present = {one.candidate_id for one in cards}
        entries = await matcher.pool(session.token, job_id)
        return [
            entry_card(entry)
            for entry in entries
            if entry.contact_state == CONTACT_STATE_ACCEPTED and entry.candidate_id not in present
        ]

    @app.get("/jobs/{job_id}/candidates/{candidate_id}/why")
    async def points(
        request: Request, session: Employer, job_id: str, candidate_id: str
    ) -> Response:
        """Inside its card for htmx, else on a page of its own."""
        found = await matcher.explained(session.token, job_id, candidate_id)
        seen = CandidateMatch(
            candidate_id=candidate_id, match=found.match, explanation=found.sentence
        )
        content = {"why": why(found), "card": card(seen), "job_id": job_id}
        return pages.page(request, "why_facts.html" if is_htmx(request) else "why.html", content)

    @app.get("/jobs/{job_id}/matches/stream")
    async def live(request: Request, session: Employer, job_id: str) -> Response:
        def piece(template: str, content: dict[str, Any]) -> str:
            return pages.text(request, template, {"job_id": job_id, **_REASONS, **content})

        events = stream(matcher, session, job_id, render=Renderer(piece))
        return streams.answer(session.subject, events)

    async def acted(session: Session, entry: PoolEntry) -> Card:
        """The card after an act; also of somebody whose match has just ended."""
        try:
            found = await matcher.match(session.token, entry.job_id, entry.candidate_id)
        except Problem as problem:
            if problem.reason is not Reason.NOT_FOUND:
                raise
            return entry_card(entry)
        return card(found).at(entry)

    def answer(request: Request, job_id: str, one: Card, notice: str) -> Response:
        """The card as it is now: alone for htmx, else on its page loaded again."""
        if is_htmx(request):
            content = {"card": one, "job_id": job_id, "note": NOTICES[notice], **_REASONS}
            return pages.page(request, "acted.html", content)
        return RedirectResponse(f"/jobs/{job_id}?notice={notice}#{one.anchor}", 303)

    @app.post("/jobs/{job_id}/candidates/{candidate_id}/shortlist")
    async def shortlist(
        request: Request, session: Employer, job_id: str, candidate_id: str, form: Form
    ) -> Response:
        entry = await matcher.shortlist(session.token, job_id, candidate_id)
        return answer(request, job_id, await acted(session, entry), "shortlisted")

    @app.post("/jobs/{job_id}/candidates/{candidate_id}/invite")
    async def invite(
        request: Request, session: Employer, job_id: str, candidate_id: str, form: Form
    ) -> Response:
        entry = await matcher.invite(session.token, job_id, candidate_id)
        return answer(request, job_id, await acted(session, entry), "invited")

    @app.post("/jobs/{job_id}/candidates/{candidate_id}/pass")
    async def pass_on(
        request: Request, session: Employer, job_id: str, candidate_id: str, form: Form
    ) -> Response:
        reason = text(form, "reason")
        if reason not in PASS_REASONS:
            raise Problem(Reason.MISSING_FIELD, field="the reason")
        entry = await matcher.pass_on(session.token, job_id, candidate_id, reason)
        return answer(request, job_id, await acted(session, entry), "passed")

    async def engagement(session: Session, job_id: str, candidate_id: str) -> PoolEntry:
        for entry in await matcher.pool(session.token, job_id):
            if entry.candidate_id == candidate_id:
                return entry
        raise Problem(Reason.NOT_FOUND, what="candidate")

    # A POST, because the wallet records that the contact was read.
    @app.post("/jobs/{job_id}/candidates/{candidate_id}/contact")
    async def contact(
        request: Request, session: Employer, job_id: str, candidate_id: str, form: Form
    ) -> Response:
        # By the talent pool: who accepted stays reachable when the match has ended.
        entry = await engagement(session, job_id, candidate_id)
        found = await wallet.contact(session.token, entry.engagement_id)
        one = await acted(session, entry)
        content = {"card": one, "job_id": job_id, "contact": found, "note": _SHOWN, **_REASONS}
        return pages.page(request, "acted.html" if is_htmx(request) else "contact.html", content)


_SHOWN = _("The contact is shown.")
_REASONS = {"pass_reasons": PASS_REASONS}
