"""A draft of a credential: checked against its achievement, then made an Open Badge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from talent_kit.errors import Problem, Reason
from talent_kit.recipient import recipient_hmac
from talent_vc import (
    DidRecipient,
    Document,
    EmailRecipient,
    Issuer,
    build_open_badge,
    status_entry,
)
from talent_vc.instants import timestamp

from talent_registry.catalog import Achievement, badge_terms, is_uri, number
from talent_registry.model import Facts, Organization, Purpose, Result, StatusEntry
from talent_registry.recipients import (
    Recipient,
    hashed_email,
    is_email,
    normalized,
)

STATUS_TYPE = "BitstringStatusListEntry"
# Open Badges 3.0: https://www.imsglobal.org/spec/ob/v3p0/#resultstatustype-enumeration
RESULT_STATUS = frozenset(
    ["Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"]
)
_LONGEST = 1_000  # characters of a short text
_MOST_EVIDENCE = 50


@dataclass(frozen=True)
class DraftEvidence:
    id: str
    name: str
    narrative: str
    genre: str


@dataclass(frozen=True)
class Draft:
    achievement_id: str
    achievement_version: str = ""  # empty: the newest
    recipient_did: str = ""
    recipient_email: str = ""
    result: tuple[Result, ...] = ()
    evidence: tuple[DraftEvidence, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    awarded_date: datetime | None = None
    activity_start_date: datetime | None = None
    activity_end_date: datetime | None = None
    license_number: str = ""
    role: str = ""
    term: str = ""
    credits_earned: float = 0.0


@dataclass(frozen=True)
class Unsigned:
    """What the workers sign, and what the network reads from it."""

    document: Document
    facts: Facts


def check(draft: Draft, achievement: Achievement, now: datetime) -> None:
    """Raises Problem for the first field that is missing or wrong."""
    if draft.recipient_did:
        if not draft.recipient_did.startswith("did:") or not is_uri(draft.recipient_did):
            _refuse("draft.recipient_did", 'use a DID such as "did:key:z6Mk…"')
    elif not draft.recipient_email:
        raise Problem(Reason.MISSING_FIELD, field="draft.recipient")
    elif not is_email(draft.recipient_email):
        _refuse("draft.recipient_email", "use an e-mail address")
    _check_times(draft, now)
    for name in ("license_number", "role", "term"):
        if len(getattr(draft, name)) > _LONGEST:
            raise Problem(Reason.TOO_LARGE, field=f"draft.{name}", limit=f"{_LONGEST} characters")
    if not 0 <= draft.credits_earned < 1e9:
        _refuse("draft.credits_earned", "use a number that is not negative")
    if len(draft.evidence) > _MOST_EVIDENCE:
        raise Problem(Reason.TOO_LARGE, field="draft.evidence", limit=f"{_MOST_EVIDENCE} entries")
    for evidence in draft.evidence:
        if evidence.id and not is_uri(evidence.id):
            _refuse("draft.evidence.id", "use an absolute address, or leave it empty")
    for result in draft.result:
        _check_result(result, achievement)


def build(
    draft: Draft,
    *,
    credential_id: str,
    organization: Organization,
    achievement: Achievement,
    status: Sequence[StatusEntry],
    hmac_key: bytes,
    now: datetime,
) -> Unsigned:
    """The unsigned Open Badge of a checked draft."""
    valid_from = (draft.valid_from or now).replace(microsecond=0)
    document_id = f"urn:uuid:{credential_id}"
    issuer = Issuer(organization.did, organization.name, organization.url)
    creator: dict[str, Any] = {"id": issuer.id, "type": ["Profile"], "name": issuer.name}
    recipient, addressed = _recipient(draft, hmac_key)
    document = build_open_badge(
        id=document_id,
        issuer=issuer,
        recipient=addressed,
        achievement=badge_terms(achievement, creator),
        name=achievement.terms["name"],
        valid_from=valid_from,
        valid_until=draft.valid_until,
        results=[_result_terms(result) for result in draft.result],
        evidence=[_evidence_terms(evidence) for evidence in draft.evidence],
        status=[_status_terms(entry) for entry in status],
        subject=_subject_terms(draft),
    )
    if draft.awarded_date:
        document["awardedDate"] = timestamp(draft.awarded_date)
    facts = Facts(
        document_id=document_id,
        achievement_id=achievement.achievement_id,
        achievement_version=achievement.achievement_version,
        recipient=recipient,
        credential_status=tuple(status),
        result=draft.result,
        license_number=draft.license_number,
        role=draft.role,
        term=draft.term,
        credits_earned=draft.credits_earned,
        valid_from=valid_from,
        valid_until=draft.valid_until and draft.valid_until.replace(microsecond=0),
    )
    return Unsigned(document, facts)


def status_entries(list_urls: dict[Purpose, str], index: int) -> tuple[StatusEntry, ...]:
    """The two entries of a credential: the same index in both lists."""
    return tuple(
        StatusEntry(
            id=f"{url}#{index}",
            type=STATUS_TYPE,
            status_purpose=purpose.value,
            status_list_index=index,
            status_list_credential=url,
        )
        for purpose, url in list_urls.items()
    )


def _recipient(draft: Draft, hmac_key: bytes) -> tuple[Recipient, DidRecipient | EmailRecipient]:
    if draft.recipient_did:
        return Recipient(did=draft.recipient_did), DidRecipient(draft.recipient_did)
    identity = hashed_email(draft.recipient_email)
    recipient = Recipient(
        identifier=(identity,), email_hmac=recipient_hmac(hmac_key, draft.recipient_email)
    )
    return recipient, EmailRecipient(normalized(draft.recipient_email), identity.salt)


def _status_terms(entry: StatusEntry) -> Document:
    return status_entry(
        list_url=entry.status_list_credential,
        index=entry.status_list_index,
        purpose=entry.status_purpose,
    )


def _subject_terms(draft: Draft) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    if draft.activity_start_date:
        terms["activityStartDate"] = timestamp(draft.activity_start_date)
    if draft.activity_end_date:
        terms["activityEndDate"] = timestamp(draft.activity_end_date)
    if draft.credits_earned:
        terms["creditsEarned"] = number(draft.credits_earned)
    texts = {"licenseNumber": draft.license_number, "role": draft.role, "term": draft.term}
    return terms | {name: text for name, text in texts.items() if text}


def _result_terms(result: Result) -> dict[str, str]:
    terms = {
        "resultDescription": result.result_description,
        "value": result.value,
        "achievedLevel": result.achieved_level,
        "status": result.status,
    }
    return {name: text for name, text in terms.items() if text}


def _evidence_terms(evidence: DraftEvidence) -> dict[str, str]:
    terms = {
        "id": evidence.id,
        "name": evidence.name,
        "narrative": evidence.narrative,
        "genre": evidence.genre,
    }
    return {name: text for name, text in terms.items() if text}


def _check_times(draft: Draft, now: datetime) -> None:
    if draft.valid_until and draft.valid_until <= (draft.valid_from or now):
        _refuse("draft.valid_until", "use a time after valid_from, or after now without one")
    start, end = draft.activity_start_date, draft.activity_end_date
    if start and end and end < start:
        _refuse("draft.activity_end_date", "use a time that is not before activity_start_date")


def _check_result(result: Result, achievement: Achievement) -> None:
    described = {row["id"]: row for row in achievement.terms.get("resultDescription", ())}
    if result.result_description not in described:
        if result.result_description or result.achieved_level:
            mend = "name a result description of the achievement"
            _refuse("draft.result.result_description", mend)
        row: dict[str, Any] = {}
    else:
        row = described[result.result_description]
    levels = {level["id"] for level in row.get("rubricCriterionLevel", ())}
    if result.achieved_level and result.achieved_level not in levels:
        _refuse("draft.result.achieved_level", "name a level of the result description")
    allowed = row.get("allowedValue")
    if allowed and result.value and result.value not in allowed:
        _refuse("draft.result.value", "use one of the result description's allowed values")
    if result.status and result.status not in RESULT_STATUS:
        _refuse("draft.result.status", "use a result status of Open Badges 3.0")


def _refuse(field: str, mend: str) -> NoReturn:
    raise Problem(Reason.INVALID_FIELD, field=field, mend=mend)
