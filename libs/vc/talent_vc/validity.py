"""When a credential is valid: VCDM 2.0, section 4.9, and the older names of VCDM 1.1.

A document may use the names of the other edition as well: VCDM 1.1 defines both, and a context can
define more. Whoever reads that it ended is told so, by whichever name it says it.
"""

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
_BEGINS = ("validFrom", "issuanceDate")
_ENDS = ("validUntil", "expirationDate")

# A limit that is not there, by the name that it would have.
_NO_LIMITS = {
    name: Check(code, Outcome.NOT_APPLICABLE, about=f"/{name}")
    for code, known in (("validity.from", _BEGINS), ("validity.until", _ENDS))
    for name in known
}


def check_validity(document: Document, at: datetime) -> list[Check]:
    checks: list[Check] = []
    usual = _names(document)
    for code, known, name in zip(
        ("validity.from", "validity.until"), (_BEGINS, _ENDS), usual, strict=True
    ):
        stated = [each for each in known if each in document]
        if not stated:
            checks.append(_NO_LIMITS[name])
        checks += [_check(document, code, each, at) for each in stated]
    return checks


def next_change(document: Document, at: datetime, ends: Iterable[datetime] = ()) -> datetime | None:
    """The next instant after `at` at which validity begins or ends by itself; `ends` are those of
    its proofs and keys."""
    instants = [*ends, *(read_instant(document.get(name)) for name in (*_BEGINS, *_ENDS))]
    return min((instant for instant in instants if instant and instant > at), default=None)


def span(document: Document) -> tuple[datetime | None, datetime | None]:
    """When it begins and ends to be valid: the last and the first of all that it says."""
    begins, ends = (
        [instant for name in known if (instant := read_instant(document.get(name)))]
        for known in (_BEGINS, _ENDS)
    )
    return max(begins, default=None), min(ends, default=None)


def _names(document: Document) -> tuple[str, str]:
    """What the edition that the document follows calls the beginning and the end."""
    edition = V1 in context_urls(document)[:1]
    return _BEGINS[edition], _ENDS[edition]


def _check(document: Document, code: str, name: str, at: datetime) -> Check:
    instant = read_instant(document[name])
    limit: Any = document[name]
    arguments = {"limit": limit} if isinstance(limit, str) else {}
    if instant is None:
        return Check("validity.readable", Outcome.FAILED, arguments, f"/{name}")
    holds = instant <= at if code == "validity.from" else at < instant
    return Check(code, Outcome.PASSED if holds else Outcome.FAILED, arguments, f"/{name}")
