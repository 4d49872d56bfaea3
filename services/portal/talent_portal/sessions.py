"""Who is signed in, kept in the visitor's own browser: an encrypted cookie that no script can read.

The portal stores nothing. The cookie holds the access token, so it is encrypted (RFC 7516, direct
AES-256-GCM) and never leaves over plain http when the portal's address is https.
"""

import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from talent_kit.auth import Role

SESSION = "talent_session"
SIGNING_IN = "talent_signing_in"
# Browsers keep about 4,096 bytes for a cookie, name and attributes included.
LARGEST_COOKIE = 3_900


class CookieTooLarge(Exception):
    """The access token is too large for a cookie."""


@dataclass(frozen=True)
class Session:
    """One visitor. Signed in when there is a token that has not ended."""

    csrf: str
    token: str = ""
    subject: str = ""
    name: str = ""
    org_id: str = ""
    roles: tuple[str, ...] = ()
    ends: float = 0

    @classmethod
    def fresh(cls) -> "Session":
        return cls(csrf=secrets.token_urlsafe(18))

    @property
    def signed_in(self) -> bool:
        return bool(self.token) and time.time() < self.ends

    @property
    def ended(self) -> bool:
        """Was signed in, and is no more."""
        return bool(self.token) and not self.signed_in

    def has(self, role: Role) -> bool:
        return role.value in self.roles


class Cookies:
    """Seals and opens cookies with one key."""

    def __init__(self, key: bytes, *, secure: bool) -> None:
        self._key = OctKey.import_key(key)
        self._secure = secure

    def session(self, headers: Mapping[str, str]) -> Session | None:
        """The session of a request; None when there is none, or not of our making."""
        content = self.read(headers, SESSION)
        if content is None:
            return None
        try:
            return Session(**{**content, "roles": tuple(content["roles"])})
        except (TypeError, KeyError):
            return None  # sealed by another version of the portal

    def keep(self, session: Session) -> str:
        """The Set-Cookie header that keeps this session until the browser closes."""
        return self.write(SESSION, asdict(session))

    def read(self, headers: Mapping[str, str], name: str) -> dict[str, Any] | None:
        try:
            sealed = SimpleCookie(headers.get("cookie", "")).get(name)
        except CookieError:
            return None
        if sealed is None:
            return None
        try:
            opened = jwe.decrypt_compact(sealed.value, self._key, algorithms=["dir", "A256GCM"])
            return json.loads(opened.plaintext or b"")
        except (JoseError, ValueError):
            return None

    def write(self, name: str, content: dict[str, Any], seconds: int | None = None) -> str:
        """A Set-Cookie header. Raises CookieTooLarge."""
        header = {"alg": "dir", "enc": "A256GCM"}
        sealed = jwe.encrypt_compact(header, json.dumps(content), self._key)
        if len(sealed) > LARGEST_COOKIE:
            raise CookieTooLarge(f"the cookie would be {len(sealed)} bytes")
        return self._header(name, sealed, seconds)

    def forget(self, name: str) -> str:
        """The Set-Cookie header that removes a cookie."""
        return self._header(name, "", 0)

    def _header(self, name: str, value: str, seconds: int | None) -> str:
        # Lax, so that the way back from the sign-in page carries the cookie.
        parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
        if seconds is not None:
            parts.append(f"Max-Age={seconds}")
        if self._secure:
            parts.append("Secure")
        return "; ".join(parts)


def cookie_key(folder: Path) -> bytes:
    """The portal's key, made on first use; replicas share the file."""
    path = folder / "portal-session.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:  # it is there, or the folder can only be read
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        file.write(key := secrets.token_bytes(32))
    return key
