"""When a credential is valid: VCDM 2.0, section 4.9, and the older names of VCDM 1.1."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from talent_vc.contexts import context_urls
from talent_vc.document import Document
from talent_vc.instants import read_instant
from talent_vc.verdict import Check, Outcome

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"


# A limit that is not there, by the name that it would have.
_NO_LIMITS = {
    name: Check(code, Outcome.NOT_APPLICABLE, about=f"/{name}")
    for code, name in (
        ("validity.from", "validFrom"),
        ("validity.until", "validUntil"),
        ("validity.from", "issuanceDate"),
        ("validity.until", "expirationDate"),
    )
}


def check_validity(document: Document, at: datetime) -> list[Check]:
    begin, end = bounds(document)
    checks: list[Check] = []
    for code, name in (("validity.from", begin), ("validity.until", end)):
        if name not in document:
            checks.append(_NO_LIMITS[name])
            continue
        instant = read_instant(document[name])
        limit: Any = document[name]
        arguments = {"limit": limit} if isinstance(limit, str) else {}
        if instant is None:
            checks.append(Check("validity.readable", Outcome.FAILED, arguments, f"/{name}"))
            continue
        holds = instant <= at if name == begin else at < instant
        outcome = Outcome.PASSED if holds else Outcome.FAILED
        checks.append(Check(code, outcome, arguments, f"/{name}"))
    return checks


def next_change(document: Document, at: datetime, ends: Iterable[datetime] = ()) -> datetime | None:
    """The next instant after `at` at which validity begins or ends by itself; `ends` are those of
    its proofs and keys."""
    begin, end = bounds(document)
    instants = [*ends, read_instant(document.get(begin)), read_instant(document.get(end))]
    return min([instant for instant in instants if instant and instant > at], default=None)


def bounds(document: Document) -> tuple[str, str]:
    if V1 in context_urls(document)[:1]:
        return "issuanceDate", "expirationDate"
    return "validFrom", "validUntil"
