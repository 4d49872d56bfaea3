"""What Open Badges 2.0 asks of an assertion, a badge class and a profile, and of addresses.

The tables of the specification's vocabulary, for the properties that it names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from talent_vc.document import Document, as_list
from talent_vc.kinds import is_url
from talent_vc.verdict import Check, Outcome

HOSTED = ("hosted", "HostedBadge")
SIGNED = ("signed", "SignedBadge")
_RECIPIENTS = {"email", "url", "telephone", "id"}
_HASH = re.compile(r"(sha256\$[0-9a-fA-F]{64}|md5\$[0-9a-fA-F]{32})")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)


def check_documents(
    assertion: Document, badge: Document | None, profile: Document | None
) -> list[Check]:
    """One FAILED check for each rule that is broken, or a single PASSED one."""
    broken = list(_assertion(assertion))
    if badge is not None:
        broken += [(f"/badge{about}", rule) for about, rule in _badge(badge)]
    if profile is not None:
        broken += [(f"/badge/issuer{about}", rule) for about, rule in _profile(profile)]
    code = "structure.data_model"
    failed = [Check(code, Outcome.FAILED, {"rule": rule}, about) for about, rule in broken]
    return failed or [Check(code, Outcome.PASSED)]


def verification_of(assertion: Document) -> Document:
    found = assertion.get("verification", assertion.get("verify"))
    return cast("Document", found) if isinstance(found, dict) else {}


def other_verification(assertion: Document) -> str:
    """The name of an extension's way to verify, such as that of Blockcerts; "" where there is none.

    An extension is an object of its own type and of `Extension` ("Extensions").
    """
    kinds = texts(verification_of(assertion).get("type"))
    if "Extension" not in kinds or {*kinds} & {*HOSTED, *SIGNED}:
        return ""
    return next((kind for kind in kinds if kind != "Extension"), "")


def read_date(value: object) -> datetime | None:
    """ISO 8601 with a time zone; seconds may be left out."""
    if not isinstance(value, str) or not _DATE.match(value):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def is_recipient(recipient: Document, identity: str) -> bool:
    """Whether the badge was given to the one with this e-mail address, or whatever its type is."""
    stated = str(recipient.get("identity"))
    if recipient.get("hashed") is not True:
        return stated == identity
    salted = (identity + str(recipient.get("salt", ""))).encode()
    algorithm, _, digest = stated.partition("$")
    if algorithm not in ("sha256", "md5"):
        return False
    found = hashlib.new(algorithm, salted, usedforsecurity=False).hexdigest()
    return found == digest.lower()


def is_in_scope(assertion_id: str, badge_id: str, profile: Document) -> bool:
    """Whether the issuer says that badges at this address are its own ("VerificationObject").

    By default those on its own host, and then the badge class has to be there as well.
    """
    policy: Any = profile.get("verification")
    rules = cast("Document", policy) if isinstance(policy, dict) else {}
    origins, starts = texts(rules.get("allowedOrigins")), texts(rules.get("startsWith"))
    host = _host(assertion_id)
    if not host or ".." in unquote(urlsplit(assertion_id).path).split("/"):
        return False
    if not origins and not starts:
        own = _host(str(profile.get("id")))
        return own == host and (not _host(badge_id) or own == _host(badge_id))
    if origins and host not in (origin.lower() for origin in origins):
        return False
    # "https://a.example" also begins "https://a.example.evil.example": the hosts must be the same.
    return not starts or any(
        assertion_id.startswith(start) and _host(start) == host for start in starts
    )


def texts(value: Any) -> list[str]:
    return [one for one in as_list(value) if isinstance(one, str)]


def _host(url: str) -> str:
    """The host, with the port where one is named; "" for what is no address on the web."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.hostname:
            return ""
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    except ValueError:
        return ""


def _assertion(document: Document) -> Iterator[tuple[str, str]]:
    if "Assertion" not in texts(document.get("type")):
        yield "/type", "type"
    if not is_url(document.get("id")):
        yield "/id", "id"
    recipient: Any = document.get("recipient")
    if not isinstance(recipient, dict):
        yield "/recipient", "recipient"
    else:
        yield from _recipient(cast("Document", recipient))
    if not isinstance(document.get("badge"), dict) and not is_url(document.get("badge")):
        yield "/badge", "badge"
    known = set(texts(verification_of(document).get("type"))) & {*HOSTED, *SIGNED}
    if not known and not other_verification(document):
        yield "/verification", "verification"
    yield from _dates(document)
    image: Any = document.get("image")
    if isinstance(image, str) and image.startswith("data:"):
        yield "/image", "image"
    if not isinstance(document.get("revoked", False), bool):
        yield "/revoked", "revoked"
    for evidence in as_list(document.get("evidence")):
        if not is_url(evidence) and not isinstance(evidence, dict):
            yield "/evidence", "evidence"


def _dates(document: Document) -> Iterator[tuple[str, str]]:
    issued, ends = read_date(document.get("issuedOn")), read_date(document.get("expires"))
    if issued is None:
        yield "/issuedOn", "date"
    if "expires" in document and ends is None:
        yield "/expires", "date"
    if issued and ends and ends < issued:
        yield "/expires", "date-order"


def _recipient(recipient: Document) -> Iterator[tuple[str, str]]:
    if not set(texts(recipient.get("type"))) & _RECIPIENTS:
        yield "/recipient/type", "recipient"
    hashed, identity = recipient.get("hashed"), recipient.get("identity")
    # The specification's own examples leave `hashed` out of a plain one.
    if not isinstance(hashed, bool) and "hashed" in recipient:
        yield "/recipient/hashed", "recipient"
    if not isinstance(identity, str) or (hashed is True and not _HASH.fullmatch(identity)):
        yield "/recipient/identity", "recipient"
    if not isinstance(recipient.get("salt", ""), str):
        yield "/recipient/salt", "recipient"


def _badge(document: Document) -> Iterator[tuple[str, str]]:
    if "BadgeClass" not in texts(document.get("type")):
        yield "/type", "type"
    if not is_url(document.get("id")):
        yield "/id", "id"
    for name in ("name", "description"):
        if not _is_text(document.get(name)):
            yield f"/{name}", "text"
    criteria: Any = document.get("criteria")
    if not is_url(criteria) and not (isinstance(criteria, dict) and criteria):
        yield "/criteria", "criteria"
    for alignment in as_list(document.get("alignment")):
        fields = cast("Document", alignment) if isinstance(alignment, dict) else {}
        if not _is_text(fields.get("targetName")) or not is_url(fields.get("targetUrl")):
            yield "/alignment", "alignment"


def _profile(document: Document) -> Iterator[tuple[str, str]]:
    if not {"Issuer", "Profile"} & set(texts(document.get("type"))):
        yield "/type", "type"
    for name in ("id", "url"):
        if not is_url(document.get(name)):
            yield f"/{name}", name
    for name in ("name", "email"):
        if not _is_text(document.get(name)):
            yield f"/{name}", "text"


def _is_text(value: Any) -> bool:
    if isinstance(value, dict):
        value = cast("Document", value).get("@value")
    return isinstance(value, str) and bool(value.strip())
