"""What the claims of a token say about the credential or presentation in it.

Two shapes. VCDM 1.1, section 6.3.1: the document stands in the claim `vc` or `vp`, and the claims
beside it take the place of some of its properties, or repeat them. Securing Verifiable Credentials
using JOSE and COSE, section 3.1: the document is the payload, and the claims among its properties
speak of the token. Open Badges 3.0 and CLR 2.0, section 8.2, use either and let the claims repeat
properties. Two readers must never see two credentials, so a claim that contradicts is a failure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from talent_vc.contexts import context_urls
from talent_vc.document import Document, as_list
from talent_vc.errors import ParseError
from talent_vc.instants import read_instant, read_numeric_date, timestamp
from talent_vc.issuers import issuer_id
from talent_vc.jws import write_jws
from talent_vc.private_keys import Signer
from talent_vc.validity import V1
from talent_vc.verdict import Check, Outcome

# 1EdTech's rules bind the claims to the properties more closely than the W3C's.
_BADGES = {"OpenBadgeCredential", "AchievementCredential", "EndorsementCredential", "ClrCredential"}
# They speak of the token: no context defines them as terms of the document (RFC 7519, section 4.1;
# RFC 7800; Token Status List, section 6.2).
_OF_TOKEN = frozenset({"nbf", "exp", "iat", "iss", "sub", "aud", "jti", "cnf", "nonce", "status"})
_FITTING = Check("proof.claims", Outcome.PASSED)


@dataclass(frozen=True, slots=True)
class Claimed:
    """The document as its claims complete it. `checks` has a failure for each claim that does not
    fit; `begins` and `ends` are limits of the token that the document does not have itself."""

    document: Document
    is_presentation: bool
    checks: tuple[Check, ...]
    begins: datetime | None = None
    ends: datetime | None = None


def read_claims(payload: Document) -> Claimed:
    """`ParseError` when the payload holds no document, or more than one."""
    inner = [name for name in ("vc", "vp") if name in payload]
    if not inner:
        document = {name: value for name, value in payload.items() if name not in _OF_TOKEN}
        claimed = _Claims(document, payload)
        claimed.compare()
    else:
        document = payload[inner[0]]
        if len(inner) > 1 or "@context" in payload or not isinstance(document, dict):
            raise ParseError("Send a token with one credential or presentation.")
        document = cast("Document", document)
        if is_presentation(document) is not (inner[0] == "vp"):
            raise ParseError("Put a credential into vc and a presentation into vp.", field="/type")
        claimed = _Claims(dict(document), payload)
        claimed.complete()
    return claimed.found()


def sign_jwt(document: Document, *, key: Signer, kid: str, issued: datetime | None = None) -> str:
    """A token with the document, signed. `kid` names the key by its URL, such as a DID URL.

    A document of VCDM 2.0 is the payload itself, one of VCDM 1.1 stands in the claim `vc` or `vp`.
    """
    older = _is_older(document)
    presentation = is_presentation(document)
    claims = _claims_of(document, presentation) if older or _is_badge(document) else {}
    if issued is not None:
        claims["iat"] = int(issued.timestamp())
    if older:
        payload: Document = {**claims, "vp" if presentation else "vc": document}
    else:
        payload = {**document, **claims}
    # Open Badges 3.0, section 8.2.3, allows no other type than this.
    plain = older or _is_badge(document)
    kind = "JWT" if plain else "vp+jwt" if presentation else "vc+jwt"
    return write_jws({"typ": kind, "kid": kid}, payload, key)


def is_presentation(document: Mapping[str, Any]) -> bool:
    return "VerifiablePresentation" in as_list(document.get("type"))


def signer_of(document: Document, *, presentation: bool) -> str:
    """Who has to have signed: the issuer, or of a presentation the holder."""
    return issuer_id({"issuer": document.get("holder")} if presentation else document)


class _Claims:
    def __init__(self, document: Document, payload: Document) -> None:
        self._document = document
        self._payload = payload
        self._presentation = is_presentation(document)
        self._signer = "holder" if self._presentation else "issuer"
        self._checks: list[Check] = []
        self._begins: datetime | None = None
        self._ends: datetime | None = None

    def found(self) -> Claimed:
        checks = tuple(self._checks)
        if all(check.code != "proof.claims" for check in checks):
            checks = (_FITTING, *checks)
        return Claimed(self._document, self._presentation, checks, self._begins, self._ends)

    def compare(self) -> None:
        """Of a document that is the payload."""
        names = {"iss": self._named_signer(), "jti": self._document.get("id")}
        for claim, value in names.items():
            if value is not None:
                self._same(claim, value)
        self._subject()
        limits = {name: self._date(name) for name in ("nbf", "exp")}
        self._issued()
        begin, end = (
            read_instant(self._document.get(name)) for name in ("validFrom", "validUntil")
        )
        if limits["nbf"] is not None and not _equal(limits["nbf"], begin):
            self._begins = limits["nbf"]
            if begin is not None and _is_badge(self._document):
                self._wrong("nbf", "differs")
        if limits["exp"] is not None and not _equal(limits["exp"], end):
            self._ends = limits["exp"]

    def complete(self) -> None:
        """Of a document within a claim: properties that are missing are taken from the claims."""
        if "iss" in self._payload:
            self._take_signer()
        if "jti" in self._payload:
            self._document.setdefault("id", self._payload["jti"])
            self._same("jti", self._document["id"])
        self._take_subject()
        older = _is_older(self._document)
        names = ("issuanceDate", "expirationDate") if older else ("validFrom", "validUntil")
        for claim, name in zip(("nbf", "exp"), names, strict=True):
            instant = self._date(claim)
            if instant is None:
                continue
            if self._presentation:
                # It has no dates of its own.
                self._begins, self._ends = (
                    (instant, self._ends) if claim == "nbf" else (self._begins, instant)
                )
            elif name not in self._document:
                self._document[name] = timestamp(instant)
            elif not _equal(instant, read_instant(self._document[name])):
                self._wrong(claim, "differs")
        self._issued()

    def _named_signer(self) -> str | None:
        return signer_of(self._document, presentation=self._presentation) or None

    def _take_signer(self) -> None:
        stated = self._document.get(self._signer)
        if stated is None:
            self._document[self._signer] = self._payload["iss"]
        elif isinstance(stated, dict) and "id" not in stated:
            fields = cast("Document", stated)
            self._document[self._signer] = {**fields, "id": self._payload["iss"]}
        self._same("iss", self._named_signer())

    def _take_subject(self) -> None:
        subject = self._document.get("credentialSubject")
        if "sub" in self._payload and isinstance(subject, dict) and "id" not in subject:
            fields = cast("Document", subject)
            self._document["credentialSubject"] = {**fields, "id": self._payload["sub"]}
        self._subject()

    def _subject(self) -> None:
        subjects = as_list(self._document.get("credentialSubject"))
        ids = [
            cast("Document", subject)["id"]
            for subject in subjects
            if isinstance(subject, dict) and "id" in subject
        ]
        if "sub" in self._payload and ids and self._payload["sub"] not in ids:
            self._wrong("sub", "differs")

    def _same(self, claim: str, value: object) -> None:
        if claim in self._payload and self._payload[claim] != value:
            self._wrong(claim, "differs")
        elif claim in self._payload and not isinstance(value, str):
            self._wrong(claim, "malformed")

    def _date(self, claim: str) -> datetime | None:
        if claim not in self._payload:
            return None
        instant = read_numeric_date(self._payload[claim])
        if instant is None:
            self._wrong(claim, "malformed")
        return instant

    def _issued(self) -> None:
        """When it was signed decides nothing, nor does it when that is no number, as in the W3C's
        own test suite."""
        if "iat" in self._payload and read_numeric_date(self._payload["iat"]) is None:
            self._wrong("iat", "malformed", code="proof.claims.advice")

    def _wrong(self, claim: str, reason: str, *, code: str = "proof.claims") -> None:
        arguments = {"claim": claim, "reason": reason}
        self._checks.append(Check(code, Outcome.FAILED, arguments, f"/{claim}"))


def _claims_of(document: Document, presentation: bool) -> Document:
    """The claims that stand for properties (VCDM 1.1, section 6.3.1)."""
    subject: Any = document.get("credentialSubject")
    older = _is_older(document)
    begin, end = (
        read_instant(document.get(name))
        for name in (("issuanceDate", "expirationDate") if older else ("validFrom", "validUntil"))
    )
    claims: Document = {
        "iss": signer_of(document, presentation=presentation) or None,
        "jti": document.get("id"),
        "sub": cast("Document", subject).get("id") if isinstance(subject, dict) else None,
        "nbf": int(begin.timestamp()) if begin else None,
        "exp": int(end.timestamp()) if end else None,
    }
    return {name: value for name, value in claims.items() if value is not None}


def _equal(claimed: datetime, stated: datetime | None) -> bool:
    """A claim has whole seconds where a property may have fractions."""
    return stated is not None and abs(claimed - stated) < timedelta(seconds=1)


def _is_older(document: Document) -> bool:
    return V1 in context_urls(document)[:1]


def _is_badge(document: Document) -> bool:
    return not _BADGES.isdisjoint(
        kind for kind in as_list(document.get("type")) if isinstance(kind, str)
    )
