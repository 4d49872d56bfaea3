"""Credentials and presentations that are signed as a JSON Web Token: reading and checking them."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast
from urllib.parse import unquote

from talent_vc import sd_jwt_vc
from talent_vc.document import Document, read_json
from talent_vc.errors import ParseError
from talent_vc.jws import Jws, read_jws
from talent_vc.jwt_keys import key_urls
from talent_vc.sd_jwt import SdJwt, read_sd_jwt
from talent_vc.vc_jwt import Claimed, read_claims, signer_of

_START = re.compile(rb"\s*[A-Za-z0-9_-]+\.[A-Za-z0-9_-]")
_ENVELOPES = {
    "EnvelopedVerifiableCredential": False,
    "EnvelopedVerifiablePresentation": True,
}
_DATA = re.compile(r"data:application/[a-z0-9.+-]*jwt((?:;[^,]*)?),(.+)", re.DOTALL | re.IGNORECASE)


class TokenKind(StrEnum):
    CREDENTIAL = "credential"
    PRESENTATION = "presentation"
    SD_JWT_VC = "sd-jwt-vc"  # a credential of its own data model, by its claim `vct`


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was read, not checked.

    `document` is the credential or presentation as the rest of this package reads it; `payload`
    has every claim, with those in it that an SD-JWT discloses.
    """

    kind: TokenKind
    document: Document
    payload: Document
    jws: Jws
    claimed: Claimed
    sd: SdJwt | None = None

    @property
    def header(self) -> Document:
        return self.jws.header

    @property
    def signer(self) -> str:
        """The id of the one who has to have signed, or ""."""
        if self.kind is TokenKind.SD_JWT_VC:
            issuer: Any = self.payload.get("iss")
            return issuer if isinstance(issuer, str) else ""
        return signer_of(self.document, presentation=self.kind is TokenKind.PRESENTATION)


def looks_like_token(data: bytes) -> bool:
    """Whether these bytes can only be a token: two parts in base64url, a dot between them."""
    return _START.match(data) is not None


def read_token(text: str) -> Token:
    """Any token that carries a credential or presentation; else `ParseError`."""
    text = text.strip()
    sd = read_sd_jwt(text) if "~" in text else None
    jws = sd.jws if sd else read_jws(text)
    payload = sd.payload if sd else read_json(jws.payload)
    if sd and "vct" in payload:
        kind, claimed = TokenKind.SD_JWT_VC, sd_jwt_vc.read_claims(payload)
    else:
        claimed = read_claims(payload)
        kind = TokenKind.PRESENTATION if claimed.is_presentation else TokenKind.CREDENTIAL
        for name in ("@context", "type"):
            if not claimed.document.get(name):
                other = " (or vct, where it is an SD-JWT VC)" if sd else ""
                raise ParseError(f"Add {name}{other}: every credential has one.", field=f"/{name}")
    return Token(kind, claimed.document, payload, jws, claimed, sd)


def is_enveloped(document: Document) -> bool:
    """Whether it only holds a token (VCDM 2.0, section 4.13)."""
    return any(kind in _ENVELOPES for kind in _kinds(document) if isinstance(kind, str))


def read_enveloped(document: Document) -> tuple[str, Token]:
    """The token in an EnvelopedVerifiableCredential or EnvelopedVerifiablePresentation, as it is
    and as it was read; `ParseError` where there is none, or anything beside it: the token secures
    nothing of that, and a reader might take it for what was signed."""
    kind, *others = _kinds(document)
    if others or not {"@context", "id", "type"}.issuperset(document):
        raise ParseError("Envelop a token, with no other type or field beside it.", field="/type")
    text = enveloped_token(document)
    token = read_token(text)
    if (token.kind is TokenKind.PRESENTATION) is not _ENVELOPES.get(kind):
        raise ParseError("Envelop a token of the kind that the type names.", field="/type")
    return text, token


def enveloped_token(document: Document) -> str:
    """The token that a data: URL as the id holds; `ParseError` where there is none."""
    url = document.get("id")
    found = _DATA.fullmatch(url) if isinstance(url, str) else None
    if found is None:
        raise ParseError("Envelop a token as a data: URL.", field="/id")
    text = unquote(found[2])
    # RFC 2397, section 3. Some write the parameter though they leave the token as it is.
    if found[1].lower().endswith(";base64") and "." not in text:
        try:
            return base64.b64decode(text, validate=True).decode("ascii")
        except ValueError as error:
            raise ParseError("Envelop a token in base64, as the URL says.", field="/id") from error
    return text


def token_documents(token: Token, insecure_hosts: Collection[str] = ()) -> list[str]:
    """The URLs that `check_token` will ask its loader for first."""
    return key_urls(token.header, token.signer, insecure_hosts)


def _kinds(document: Document) -> list[Any]:
    kinds: Any = document.get("type")
    return cast("list[Any]", kinds) if isinstance(kinds, list) else [kinds]
