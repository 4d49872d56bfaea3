"""Sign-in and sign-out: OpenID Connect, authorization code with PKCE (RFC 7636)."""

import base64
import hashlib
import json
import secrets
from typing import Any
from urllib.parse import urlencode

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from joserfc import jws
from talent_kit.auth import Role, TokenChecker
from talent_kit.errors import Problem, Reason
from talent_kit.tokens import discover

from talent_portal.clients import Wallet
from talent_portal.sessions import SIGNING_IN, Cookies, Session
from talent_portal.settings import PortalSettings
from talent_portal.visitor import Form

_MINUTES_10 = 600


class SignInFailed(Exception):
    """The visitor came back from the issuer without a usable answer."""


class SignIn:
    """The conversation with the issuer."""

    def __init__(self, settings: PortalSettings, http: httpx.AsyncClient) -> None:
        self._settings = settings
        self._http = http
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._back = f"{settings.public_url.rstrip('/')}/sign-in/callback"
        self._access = TokenChecker(settings.oidc_issuer, settings.oidc_audience)
        self._identity = TokenChecker(settings.oidc_issuer, settings.oidc_client_id)

    async def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where the visitor signs in."""
        found = await discover(self._issuer)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self._back,
            "scope": "openid profile email",
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{found['authorization_endpoint']}?{urlencode(asked)}"

    async def session(self, *, code: str, nonce: str, verifier: str) -> Session:
        """Who signed in. Raises SignInFailed, or UNAVAILABLE when the issuer is away."""
        found = await discover(self._issuer)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": verifier,
            "client_id": self._settings.oidc_client_id,
            "client_secret": self._settings.oidc_client_secret.get_secret_value(),
        }
        try:
            answer = await self._http.post(found["token_endpoint"], data=form)
        except httpx.HTTPError as error:
            raise Problem(Reason.UNAVAILABLE, what="the sign-in service") from error
        if not answer.is_success:
            raise SignInFailed(f"the issuer answered {answer.status_code}")
        given = answer.json()
        token = given["access_token"]
        caller = await self._access.check(token)
        # The ID token tells that the sign-in was for us, and now (OpenID Connect Core, 3.1.3.7).
        await self._identity.check(given["id_token"])
        if _claims(given["id_token"]).get("nonce") != nonce:
            raise SignInFailed("the ID token is for another sign-in")
        return Session(
            csrf=Session.fresh().csrf,
            token=token,
            subject=caller.subject,
            name=caller.name or caller.email,
            org_id=caller.org_id,
            roles=tuple(sorted(caller.roles)),
            ends=float(_claims(token)["exp"]),
        )


def add_sign_in(app: FastAPI, *, sign_in: SignIn, cookies: Cookies, wallet: Wallet) -> None:
    """The routes."""

    @app.get("/sign-in")
    async def go(request: Request) -> Response:
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        target = local_path(request.query_params.get("next", "/"))
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "next": target}
        request.state.set_cookies.append(cookies.write(SIGNING_IN, kept, _MINUTES_10))
        address = await sign_in.address(state=state, nonce=nonce, verifier=verifier)
        return RedirectResponse(address, 303)

    @app.get("/sign-in/callback")
    async def come_back(request: Request) -> Response:
        kept = cookies.read(request.headers, SIGNING_IN)
        given = request.query_params
        if kept is None or not secrets.compare_digest(kept["state"], given.get("state", "")):
            raise SignInFailed("this browser did not ask for it")
        if "code" not in given:
            raise SignInFailed(given.get("error", "no code"))
        session = await sign_in.session(
            code=given["code"], nonce=kept["nonce"], verifier=kept["verifier"]
        )
        if session.has(Role.HOLDER):
            await wallet.open(session.token)
        request.state.set_cookies = [cookies.keep(session), cookies.forget(SIGNING_IN)]
        return RedirectResponse(kept["next"], 303)

    @app.post("/sign-out")
    async def leave(request: Request, form: Form) -> Response:
        request.state.set_cookies = [cookies.keep(Session.fresh())]
        return RedirectResponse("/?notice=signed-out", 303)


def local_path(wanted: str) -> str:
    """A path of this portal, never another site's address."""
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return "/"
    return wanted


def _claims(token: str) -> dict[str, Any]:
    """The claims of a token that has been checked."""
    return json.loads(jws.extract_compact(token.encode()).payload)
