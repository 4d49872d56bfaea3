"""A verdict in one or two plain sentences, for somebody who has never heard of a proof."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from talent_vc import Overall

from talent_verifier.model import IssuerTrust, Verdict

SENTENCES = {
    Overall.VALID: "This credential is real and valid {when}.",
    Overall.EXPIRED: "This credential is real, but it has expired.",
    Overall.NOT_YET_VALID: "This credential is real, but it is not valid yet.",
    Overall.REVOKED: "This credential was taken back by its issuer. It is not valid any more.",
    Overall.SUSPENDED: "This credential is on hold. It is not valid right now.",
    Overall.UNDETERMINED: "We could not check everything, so we cannot say if this is valid.",
    Overall.INVALID: "This credential is not valid. Do not rely on it.",
    Overall.UNPARSEABLE: "This is not a credential that we can read.",
}
# The same where nobody knows who wrote it: dates and status are then only what it says itself.
UNPROVEN = {
    Overall.EXPIRED: "By its own dates, this credential has expired.",
    Overall.NOT_YET_VALID: "By its own dates, this credential is not valid yet.",
    Overall.REVOKED: "The list that this credential names says that it was taken back.",
    Overall.SUSPENDED: "The list that this credential names says that it is on hold.",
}
NOT_PROVEN = " We could not check that its issuer signed it, so we cannot say if it is real."
# Told with who issued it and when.
AUTHENTIC = (Overall.VALID, Overall.EXPIRED, Overall.NOT_YET_VALID)
TRUST = {
    IssuerTrust.TRUSTED: "",
    IssuerTrust.UNKNOWN: " The state has not approved this issuer.",
    IssuerTrust.SUSPENDED: " The state has suspended its approval of this issuer.",
}


def summary(verdict: Verdict, document: Mapping[str, object], *, today: bool) -> str:
    """`today` is false when it was judged as of another instant."""
    if verdict.outcome in UNPROVEN and not verdict.issuer_is_proven:
        return UNPROVEN[verdict.outcome] + NOT_PROVEN
    when = "today" if today else f"on {_day(verdict.verified_at)}"
    text = SENTENCES[verdict.outcome].format(when=when)
    if verdict.outcome in AUTHENTIC:
        text += _issued(verdict, document) + TRUST[verdict.issuer.trust]
    return text


def _issued(verdict: Verdict, document: Mapping[str, object]) -> str:
    # A name that the document gives its issuer proves nothing; the registry's does.
    who = verdict.issuer.name or verdict.issuer.did
    since = _instant(document.get("validFrom") or document.get("issuanceDate"))
    return f" {who} issued it on {_day(since)}." if since else f" {who} issued it."


def _instant(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(cast(str, text))
    except (TypeError, ValueError):
        return None


def _day(instant: datetime) -> str:
    return f"{instant:%B} {instant.day}, {instant.year}"
