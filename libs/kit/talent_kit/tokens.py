"""Bearer tokens of the configured OpenID Connect issuer: checked, and asked for."""

import asyncio
import json
import time
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

import httpcore
from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from talent_kit.callers import Caller, Role
from talent_kit.errors import Problem, Reason
from talent_kit.settings import CommonSettings

ALGORITHMS = ["ES256", "RS256"]
LEEWAY_SECONDS = 30
TIMEOUT_SECONDS = 5
# What httpcore raises. Not httpx: it loads a command line of its own, which every start would pay.
UNREACHABLE = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    OSError,
    TimeoutError,
)
KEYS_GOOD_SECONDS = 600.0  # then they are asked for again: the issuer may have withdrawn one
KEYS_AT_MOST_EVERY = 10.0  # seconds: an unknown key id must not become a flood at the issuer
NO_KEYS_EVERY = (
    1.0  # seconds, while there are none: callers do not queue for an issuer that is away
)
# What joserfc raises on a token that a stranger made up: a `crit` of no list is a TypeError.
UNREADABLE = (JoseError, ValueError, KeyError, TypeError)


class TokenChecker:
    """Checks tokens against the issuer's published keys, fetched every ten minutes and on an
    unknown key id. While the issuer is away the keys it last published count."""

    def __init__(self, issuer: str, audience: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "values": [self._issuer, self._issuer + "/"]},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )
        self._keys: KeySet | None = None
        self._fetched = float("-inf")
        self._asked = float("-inf")
        self._away = False
        self._lock = asyncio.Lock()

    async def check(self, token: str) -> Caller:
        """Raises TOKEN_EXPIRED, NOT_SIGNED_IN, or UNAVAILABLE when the issuer is away."""
        keys = await self._known()
        try:
            return self._read(token, keys)
        except ExpiredTokenError:
            raise Problem(Reason.TOKEN_EXPIRED) from None
        except UNREADABLE:
            if not _unknown_key(token, keys):
                raise Problem(Reason.NOT_SIGNED_IN) from None
        try:
            return self._read(token, await self._refresh(keys))
        except ExpiredTokenError:
            raise Problem(Reason.TOKEN_EXPIRED) from None
        except UNREADABLE:
            raise Problem(Reason.NOT_SIGNED_IN) from None

    def _read(self, token: str, keys: KeySet) -> Caller:
        claims: dict[str, Any] = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        self._registry.validate(claims)
        verified = claims.get("email_verified") is True
        known = {role.value for role in Role}
        roles = claims.get("roles")
        stated = [str(role) for role in cast(list[Any], roles)] if isinstance(roles, list) else []
        return Caller(
            subject=str(claims["sub"]),
            org_id=str(claims.get("org_id") or ""),
            roles=frozenset(Role(role) for role in stated if role in known),
            email=str(claims.get("email") or "") if verified else "",
            name=str(claims.get("name") or ""),
            on_behalf_of=str(claims.get("on_behalf_of") or ""),
            expires_at=float(claims["exp"]),
        )

    async def _known(self) -> KeySet:
        keys = self._keys
        if keys is not None and time.monotonic() - self._fetched < KEYS_GOOD_SECONDS:
            return keys
        try:
            return await self._refresh(keys)
        except Problem:
            if keys is None:
                raise
            return keys

    async def _refresh(self, seen: KeySet | None) -> KeySet:
        """Other keys than `seen`, or the same if asked a moment ago. Raises UNAVAILABLE."""
        async with self._lock:
            if self._keys is not None and self._keys is not seen:
                return self._keys  # somebody else has just fetched them
            pause = NO_KEYS_EVERY if self._keys is None else KEYS_AT_MOST_EVERY
            if time.monotonic() - self._asked < pause:
                if self._keys is None or self._away:
                    raise _away()
                return self._keys
            self._away = True
            try:
                discovery = await discover(self._issuer)
                self._keys = KeySet.import_key_set(await _json(discovery["jwks_uri"]))
            except UNREADABLE as error:
                raise _away() from error
            finally:
                self._asked = time.monotonic()
            self._away = False
            self._fetched = self._asked
            return self._keys


class ServiceToken:
    """The token this service shows to other services: OAuth 2.0 client credentials, cached."""

    def __init__(self, settings: CommonSettings) -> None:
        self._settings = settings
        self._token = ""
        self._renew_at = float("-inf")
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A token that is still good for a while. Raises UNAVAILABLE."""
        async with self._lock:
            if time.monotonic() < self._renew_at:
                return self._token
            settings = self._settings
            discovery = await discover(settings.oidc_issuer.rstrip("/"))
            form = {
                "grant_type": "client_credentials",
                "client_id": settings.oidc_client_id,
                "client_secret": settings.oidc_client_secret.get_secret_value(),
                "audience": settings.oidc_audience,
            }
            answer = await _json(discovery["token_endpoint"], form)
            self._token = str(answer["access_token"])
            # Renewed when four fifths of its life have passed.
            self._renew_at = time.monotonic() + 0.8 * float(answer.get("expires_in", 60))
            return self._token


async def discover(issuer: str) -> dict[str, Any]:
    """The issuer's discovery document (OpenID Connect Discovery 1.0, section 4)."""
    return await _json(f"{issuer}/.well-known/openid-configuration")


async def _json(url: str, form: dict[str, str] | None = None) -> Any:
    headers = {"accept": "application/json"}
    content = None
    if form is not None:
        headers["content-type"] = "application/x-www-form-urlencoded"
        content = urlencode(form).encode()
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS), httpcore.AsyncConnectionPool() as pool:
            answer = await pool.request(
                "POST" if form else "GET", url, headers=list(headers.items()), content=content
            )
        if answer.status != HTTPStatus.OK:
            raise ValueError(f"the issuer answered {answer.status}")
        return json.loads(answer.content)
    except (*UNREACHABLE, ValueError) as error:
        raise _away() from error


def _away() -> Problem:
    return Problem(Reason.UNAVAILABLE, what="the sign-in service")


def _unknown_key(token: str, keys: KeySet) -> bool:
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
    except UNREADABLE:
        return False
    return kid is not None and all(key.kid != kid for key in keys.keys)
