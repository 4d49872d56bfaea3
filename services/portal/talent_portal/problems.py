"""Pages for what went wrong, in plain words."""

import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from talent_kit.errors import PASSING, Problem, Reason

from talent_portal.pages import Pages
from talent_portal.sessions import CookieTooLarge
from talent_portal.signing_in import SignInFailed
from talent_portal.visitor import FormTooOld, SignInNeeded, is_htmx
from talent_portal.wording import _

logger = logging.getLogger(__name__)

_LOST = (
    _("We cannot find that page"),
    _("It may have moved, or the address has a typing error."),
    _("If this was a candidate, they may no longer be available."),
)
_NOT_FOR_YOU = (
    _("This page is not for you"),
    _("You are signed in, but this page is for somebody else or for another kind of account."),
    _("If you have another account, sign out and sign in with that one."),
)
_AWAY = (
    _("This part of the site is taking a break"),
    _("It cannot answer now. Nothing you did is lost."),
    _("Wait a minute, then load this page again."),
)
_BROKEN = (
    _("Something went wrong on our side"),
    _("We could not do this."),
    _("Try again in a few minutes."),
)
_SIGN_IN_FAILED = (
    _("You are not signed in"),
    _("The sign-in was not finished."),
    _("Start again from the sign-in link at the top of the page."),
)
_TOO_OLD = (
    _("This page was open for too long"),
    _("To keep you safe, forms stop working after a while. Nothing was changed."),
    _("Go back, load the page again, and try once more."),
)
_ADDRESS_TAKEN = (
    _("This e-mail address belongs to another account"),
    _("Somebody has used it here before, with another way to sign in."),
    _("Sign in again the way you did the first time."),
)
_NO_ADDRESS = (
    _("Your e-mail address is not confirmed"),
    _("The employer could not write to you, so nothing was shared."),
    _("Confirm your e-mail address where you sign in. Then sign out here, and sign in again."),
)
_NOT_APPROVED = (
    _("Your organization is not approved"),
    _("Only employers that the state agency has approved can see people and invite them."),
    _("Ask the agency what is missing, or why your approval is on hold."),
)
_CHANGED = (
    _("This cannot be done any more"),
    _("Something has changed since you loaded the page."),
    _("Go back and load the page again to see how it stands now."),
)
Words = tuple[str, str, str]  # title, what happened, what to do


def add_problem_pages(app: FastAPI, *, pages: Pages) -> None:
    def page(request: Request, words: Words, status: int) -> Response:
        title, sentence, mend = words
        content = {"title": title, "sentence": sentence, "mend": mend}
        if is_htmx(request):
            # htmx swaps only good answers; this one says in the live region what is wrong.
            answer = pages.page(request, "problem_piece.html", content)
            answer.headers["HX-Reswap"] = "none"
            return answer
        return pages.page(request, "problem.html", content, status)

    async def on_problem(request: Request, problem: Any) -> Response:
        if problem.reason in (Reason.NOT_SIGNED_IN, Reason.TOKEN_EXPIRED):
            return await on_sign_in_needed(request, SignInNeeded(request))
        return page(request, words_for(problem), problem.row.http)

    async def on_sign_in_needed(request: Request, needed: Any) -> Response:
        if is_htmx(request):
            return Response(headers={"HX-Redirect": str(needed)})
        return RedirectResponse(str(needed), 303)

    async def on_http(request: Request, error: Any) -> Response:
        return page(
            request, _LOST if error.status_code in (404, 405) else _BROKEN, error.status_code
        )

    async def on_invalid(request: Request, error: Any) -> Response:
        return page(request, _LOST, 404)

    async def on_sign_in_failed(request: Request, error: Any) -> Response:
        logger.warning("a sign-in failed: %s", error)
        return page(request, _SIGN_IN_FAILED, 403)

    async def on_form_too_old(request: Request, error: Any) -> Response:
        return page(request, _TOO_OLD, 403)

    async def on_cookie_too_large(request: Request, error: Any) -> Response:
        logger.error("the issuer's tokens are too large for a cookie: %s", error)
        return page(request, _BROKEN, 500)

    async def on_anything(request: Request, error: Any) -> Response:
        return page(request, _BROKEN, 500)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(SignInNeeded, on_sign_in_needed)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(SignInFailed, on_sign_in_failed)
    app.add_exception_handler(FormTooOld, on_form_too_old)
    app.add_exception_handler(CookieTooLarge, on_cookie_too_large)
    app.add_exception_handler(Exception, on_anything)


def words_for(problem: Problem) -> Words:
    words = _OF_FIELD.get((problem.reason, problem.field or "")) or _OF_REASON.get(problem.reason)
    return words or (_("This cannot be done"), problem.sentence(), _("Go back and try again."))


_OF_FIELD = {
    (Reason.ALREADY_EXISTS, "email"): _ADDRESS_TAKEN,
    (Reason.WRONG_STATE, "email"): _NO_ADDRESS,
}
_OF_REASON = {
    Reason.NOT_FOUND: _LOST,
    Reason.ROLE_NEEDED: _NOT_FOR_YOU,
    Reason.NOT_YOURS: _NOT_FOR_YOU,
    Reason.NOT_VETTED: _NOT_APPROVED,
    Reason.WRONG_STATE: _CHANGED,
    Reason.INTERNAL: _BROKEN,
    **dict.fromkeys(PASSING, _AWAY),
}
