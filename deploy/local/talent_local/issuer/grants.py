"""OAuth 2.0 grants: the authorization code with PKCE (RFC 7636) and client credentials."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from talent_local.issuer.loopback import is_loopback
from talent_local.issuer.tokens import Person, TokenMaker

_CODE_SECONDS = 60
_TOKEN_SECONDS = 3600


class GrantError(Exception):
    """An OAuth error answer (RFC 6749 section 5.2)."""

    def __init__(self, code: str, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.code = code
        self.status = status


@dataclass(frozen=True)
class AuthorizationRequest:
    """What a client asks of the sign-in page."""

    client_id: str
    redirect_uri: str
    code_challenge: str
    state: str
    nonce: str

    @classmethod
    def parse(cls, given: dict[str, str]) -> "AuthorizationRequest":
        """Check the request. Errors are shown, not redirected: the address may be the error."""
        if given.get("response_type", "code") != "code":
            raise GrantError("unsupported_response_type", "response_type must be code")
        if given.get("code_challenge_method") != "S256" or not given.get("code_challenge"):
            raise GrantError("invalid_request", "code_challenge with method S256 is needed (PKCE)")
        redirect_uri = given.get("redirect_uri", "")
        # An issuer for one machine sends people back to that machine only.
        if not _is_here(redirect_uri):
            raise GrantError("invalid_request", "redirect_uri must be on the loopback")
        if not given.get("client_id"):
            raise GrantError("invalid_request", "client_id is needed")
        return cls(
            client_id=given["client_id"],
            redirect_uri=redirect_uri,
            code_challenge=given["code_challenge"],
            state=given.get("state", ""),
            nonce=given.get("nonce", ""),
        )


def _is_here(redirect_uri: str) -> bool:
    """Whether a browser, too, would go to the loopback; it reads a backslash as a slash."""
    try:
        address = urlsplit(redirect_uri)
        host = address.hostname or ""
    except ValueError:
        return False
    plain = redirect_uri.isprintable() and "\\" not in redirect_uri
    return plain and address.scheme in {"http", "https"} and is_loopback(host)


@dataclass(frozen=True)
class _Code:
    request: AuthorizationRequest
    person: Person
    expires: float


@dataclass(frozen=True)
class _Client:
    id: str
    has_secret: bool


class Grants:
    """Hands out codes and exchanges them; a code works once, for a minute."""

    def __init__(self, *, tokens: TokenMaker, clients: Callable[[], dict[str, str]]) -> None:
        self._tokens = tokens
        self._clients = clients
        self._codes: dict[str, _Code] = {}

    def redirect(self, request: AuthorizationRequest, person: Person) -> str:
        """Where the browser goes after sign-in, with a code."""
        now = time.time()
        self._codes = {code: one for code, one in self._codes.items() if one.expires > now}
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(request, person, now + _CODE_SECONDS)
        answer = {"code": code} | ({"state": request.state} if request.state else {})
        address = urlsplit(request.redirect_uri)
        query = urlencode([*parse_qsl(address.query), *answer.items()])
        return urlunsplit(address._replace(query=query))

    def client(self, authorization: str | None, client_id: str, client_secret: str) -> _Client:
        """Who asks for a token. A client that has a secret must show it, in header or form."""
        if authorization and authorization.startswith("Basic "):
            try:
                decoded = base64.b64decode(authorization[6:], validate=True).decode()
            except ValueError:
                raise GrantError("invalid_client", "unreadable Authorization", 401) from None
            client_id, _, client_secret = (unquote(part) for part in decoded.partition(":"))
        expected = self._clients().get(client_id)
        if expected is None:
            return _Client(client_id, has_secret=False)
        if not hmac.compare_digest(expected.encode(), client_secret.encode()):
            raise GrantError("invalid_client", "wrong client secret", 401)
        return _Client(client_id, has_secret=True)

    def for_service(self, client: _Client) -> dict[str, Any]:
        """A token for the service itself."""
        if not client.has_secret:
            raise GrantError("invalid_client", f"no secret is known for {client.id}", 401)
        service = Person(subject=client.id, roles=("service",))
        return self._answer(service)

    def for_code(
        self, client: _Client, *, code: str, redirect_uri: str, verifier: str
    ) -> dict[str, Any]:
        """Tokens for the person who signed in and got this code."""
        found = self._codes.pop(code, None)
        if found is None or found.expires < time.time():
            raise GrantError("invalid_grant", "the code is unknown, used or too old")
        if (client.id, redirect_uri) != (found.request.client_id, found.request.redirect_uri):
            raise GrantError("invalid_grant", "the code was given for another client or address")
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not hmac.compare_digest(challenge.encode(), found.request.code_challenge.encode()):
            raise GrantError("invalid_grant", "code_verifier does not fit code_challenge")
        id_token = self._tokens.id_token(
            found.person, client_id=client.id, nonce=found.request.nonce, seconds=_TOKEN_SECONDS
        )
        return {**self._answer(found.person), "id_token": id_token}

    def _answer(self, person: Person) -> dict[str, Any]:
        return {
            "access_token": self._tokens.access_token(person, _TOKEN_SECONDS),
            "token_type": "Bearer",
            "expires_in": _TOKEN_SECONDS,
        }
