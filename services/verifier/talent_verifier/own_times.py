"""What a document says of its own time: how soon to ask for it again, and when it turns.

Read without checking who wrote it: it decides only when to look again, never a verdict.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from talent_vc import CredentialError
from talent_vc.document import read_json
from talent_vc.instants import read_instant

MOST = 10  # instants kept of one document, the soonest first
MAX_BYTES = 4_000_000
BOUNDS = ("validFrom", "validUntil", "issuanceDate", "expirationDate")
PARTS = ("proof", "verificationMethod", "assertionMethod")
ENDS = ("created", "expires", "revoked")
OF_THE_TOKEN = ("iat", "nbf", "exp", "jti")  # RFC 7519, section 4.1


@dataclass(frozen=True)
class OwnTimes:
    """`turns`: the instants to come at which its own validity, or that of a proof or a key in it,
    begins or ends."""

    ttl: timedelta | None = None
    turns: tuple[datetime, ...] = ()


def own_times(content: bytes, now: datetime) -> OwnTimes:
    """Of a status list, a DID document or another, as JSON or as a compact JWT."""
    try:
        document = read_json(_payload(content), max_bytes=MAX_BYTES)
    except (CredentialError, RecursionError):
        return OwnTimes()
    turns = sorted({turn for turn in _turns(document) if turn > now})
    return OwnTimes(_ttl(document), tuple(turns[:MOST]))


def says_the_same(old: bytes, new: bytes) -> bool:
    """Whether two tokens differ in their own times and signatures at most: some hosts sign a
    federation's statement anew for whoever asks. It does not look whether the signatures hold."""
    if old.partition(b".")[0] != new.partition(b".")[0] or not new.startswith(b"eyJ"):
        return False
    try:
        before, after = (
            read_json(_payload(content), max_bytes=MAX_BYTES) for content in (old, new)
        )
    except (CredentialError, RecursionError):
        return False
    return _timeless(before) == _timeless(after)


def _timeless(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if name not in OF_THE_TOKEN}


def _payload(content: bytes) -> bytes:
    parts = content.strip().split(b".")
    if not content.startswith(b"eyJ") or len(parts) < 3:
        return content
    try:
        return base64.urlsafe_b64decode(parts[1] + b"=" * (-len(parts[1]) % 4))
    except (binascii.Error, ValueError):
        return b""


def _ttl(document: Mapping[str, Any]) -> timedelta | None:
    """In milliseconds (Bitstring Status List 1.0, section 2.2), or in seconds (Token Status List,
    section 5.1)."""
    subject = document.get("credentialSubject")
    if isinstance(subject, dict) and "ttl" in subject:
        return _duration(subject["ttl"], 1000)
    return _duration(document.get("ttl"), 1)


def _duration(value: object, per_second: int) -> timedelta | None:
    try:
        return max(timedelta(0), timedelta(seconds=int(str(value)) / per_second))
    except (ValueError, OverflowError):
        return None


def _turns(document: Mapping[str, Any]) -> Iterator[datetime]:
    for name in BOUNDS:
        yield from _instant(document.get(name))
    for name in ("nbf", "exp"):
        yield from _seconds(document.get(name))
    for name in PARTS:
        value = document.get(name)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                for end in ENDS:
                    yield from _instant(part.get(end))


def _instant(value: object) -> Iterator[datetime]:
    instant = read_instant(value)
    if instant:
        # Never before it: dates are stored by the millisecond.
        yield instant + timedelta(microseconds=-instant.microsecond % 1000)


def _seconds(value: object) -> Iterator[datetime]:
    """NumericDate of RFC 7519, section 2."""
    if isinstance(value, int | float):
        try:
            yield datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return
