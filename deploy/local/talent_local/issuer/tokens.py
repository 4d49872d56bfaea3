"""The issuer's key and the tokens it signs (ES256, RFC 7518 section 3.4)."""

import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

AUDIENCE = "talent-network"


@dataclass(frozen=True)
class Person:
    """Whoever a token speaks of: a person, or a service under its client id."""

    subject: str
    roles: tuple[str, ...] = ()
    org_id: str = ""
    name: str = ""
    email: str = ""
    email_verified: bool = True
    on_behalf_of: str = ""


def load_key(path: Path) -> ECKey:
    """The signing key, made on first use; only its owner may read the file."""
    if path.exists():
        return ECKey.import_key(json.loads(path.read_text()))
    key = ECKey.generate_key("P-256", auto_kid=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(key.as_dict(private=True)))
    return key


class TokenMaker:
    """Signs tokens in the name of one issuer."""

    def __init__(self, *, key: ECKey, issuer: str) -> None:
        self._key = key
        self._issuer = issuer

    def public_keys(self) -> dict[str, Any]:
        """The JWK set that checks these tokens."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "alg": "ES256", "use": "sig"}]}

    def access_token(self, person: Person, seconds: int) -> str:
        """A bearer token for the network's services."""
        claims = _claims(person)
        claims["roles"] = list(person.roles)
        if person.org_id:
            claims["org_id"] = person.org_id
        if person.on_behalf_of:
            claims["on_behalf_of"] = person.on_behalf_of
        return self._sign(claims, AUDIENCE, seconds)

    def id_token(self, person: Person, *, client_id: str, nonce: str, seconds: int) -> str:
        """Who signed in, for the client that asked (OpenID Connect Core section 2)."""
        claims = _claims(person)
        if nonce:
            claims["nonce"] = nonce
        return self._sign(claims, client_id, seconds)

    def _sign(self, claims: dict[str, Any], audience: str, seconds: int) -> str:
        now = int(time.time())
        claims |= {"iss": self._issuer, "aud": audience, "jti": secrets.token_hex(8)}
        claims |= {"iat": now, "exp": now + seconds}
        return jwt.encode({"alg": "ES256", "kid": self._key.kid}, claims, self._key)


def _claims(person: Person) -> dict[str, Any]:
    claims: dict[str, Any] = {"sub": person.subject}
    if person.name:
        claims["name"] = person.name
    if person.email:
        claims |= {"email": person.email, "email_verified": person.email_verified}
    return claims
