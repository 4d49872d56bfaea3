"""Building Open Badges 3.0 credentials on VCDM 2.0."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from talent_vc.document import Document
from talent_vc.instants import timestamp

CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who awards: a DID (or https URL) and the name shown."""

    id: str
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class DidRecipient:
    """A recipient known by a DID."""

    did: str


@dataclass(frozen=True, slots=True)
class EmailRecipient:
    """A recipient known by e-mail; only the salted hash enters the credential."""

    email: str
    salt: str


def build_open_badge(
    *,
    id: str,
    issuer: Issuer,
    recipient: DidRecipient | EmailRecipient,
    achievement: Mapping[str, Any],
    name: str,
    valid_from: datetime,
    valid_until: datetime | None = None,
    results: Sequence[Mapping[str, Any]] = (),
    evidence: Sequence[Mapping[str, Any]] = (),
    status: Sequence[Mapping[str, Any]] = (),
    schemas: Sequence[Mapping[str, Any]] = (),
    subject: Mapping[str, Any] | None = None,
) -> Document:
    """An unsigned Open Badge; `sign` it.

    `achievement` needs `id`, `name`, `description` and `criteria`; `status` comes from
    `status_entry`; `subject` adds Open Badges fields of the subject, such as `licenseNumber`.
    `type` of achievement, results and evidence is filled in where absent.
    """
    subject_document: Document = {"type": ["AchievementSubject"]}
    if isinstance(recipient, DidRecipient):
        subject_document["id"] = recipient.did
    else:
        subject_document["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": identity_hash(recipient.email, recipient.salt),
                "identityType": "emailAddress",
                "salt": recipient.salt,
            }
        ]
    subject_document.update(subject or {})
    subject_document["achievement"] = {"type": ["Achievement"], **achievement}
    if results:
        subject_document["result"] = [{"type": ["Result"], **result} for result in results]
    document: Document = {
        "@context": list(CONTEXTS),
        "id": id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name,
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name},
        "validFrom": timestamp(valid_from),
        "credentialSubject": subject_document,
    }
    if issuer.url:
        document["issuer"]["url"] = issuer.url
    if valid_until:
        document["validUntil"] = timestamp(valid_until)
    if evidence:
        document["evidence"] = [{"type": ["Evidence"], **item} for item in evidence]
    if status:
        document["credentialStatus"] = [dict(entry) for entry in status]
    if schemas:
        document["credentialSchema"] = [dict(schema) for schema in schemas]
    return document


def identity_hash(email: str, salt: str) -> str:
    """Open Badges 3.0 IdentityHash: the address as given, then the salt. Normalize before."""
    return "sha256$" + hashlib.sha256((email + salt).encode()).hexdigest()
