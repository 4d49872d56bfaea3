"""Valid events and documents, with what a test needs changed."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp
from talent_kit.clock import SystemClock
from talent_kit.events import Outgoing, header, outgoing
from talent_kit.ids import uuid7
from talent_kit.versions import Version
from talent_proto.events.v1 import (
    catalog_pb2,
    common_pb2,
    credentials_pb2,
    engagements_pb2,
    skills_pb2,
    tagging_pb2,
    verifications_pb2,
)
from talent_skills import level_uri

CLOCK = SystemClock(ZoneInfo("America/Denver"))
WELDING = "http://data.europa.eu/esco/skill/welding"
COLLEGE = "did:web:college.example"
CREDENTIALS, VERIFICATIONS = "talent.credentials.v1", "talent.verifications.v1"


def badge(**changed: Any) -> dict[str, Any]:
    """An Open Badge for welding, level 3 against a rubric."""
    achievement: dict[str, Any] = {
        "id": "https://college.example/achievements/weld-1",
        "type": ["Achievement"],
        "name": "Welding I",
        "description": "Basic welding",
        "achievementType": "Course",
        "criteria": {"narrative": "Pass the practical test."},
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": "welding",
                "targetUrl": WELDING,
                "targetFramework": "ESCO",
            }
        ],
        "resultDescription": [
            {
                "id": "urn:uuid:rubric",
                "type": ["ResultDescription"],
                "name": "Practical test",
                "resultType": "RubricCriterionLevel",
                "rubricCriterionLevel": [
                    {
                        "id": "urn:uuid:level-good",
                        "type": ["RubricCriterionLevel"],
                        "name": "Good",
                        "alignment": [
                            {
                                "type": ["Alignment"],
                                "targetName": "Skilled",
                                "targetUrl": level_uri(3),
                            }
                        ],
                    }
                ],
            }
        ],
    }
    achievement.update(changed.pop("achievement", {}))
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "achievement": achievement,
        "result": [
            {
                "type": ["Result"],
                "resultDescription": "urn:uuid:rubric",
                "achievedLevel": "urn:uuid:level-good",
            }
        ],
    }
    subject.update(changed.pop("subject", {}))
    return {
        "id": "urn:uuid:credential",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": COLLEGE, "type": ["Profile"], "name": "Self-styled name"},
        "awardedDate": "2026-05-01T00:00:00Z",
        "validFrom": "2026-05-02T00:00:00Z",
        "credentialSubject": subject,
        **changed,
    }


def employment(**changed: Any) -> dict[str, Any]:
    """What an employer says of somebody who worked for them."""
    history = {
        "organization": {"name": "Acme Lifts"},
        "positionHistories": [
            {
                "title": "Welder",
                "start": "2019-03",
                "end": "2023-08-31",
                "descriptions": ["Welded frames.", "Drove the forklift."],
                "socCode": "51-4121.00",
                **changed,
            }
        ],
    }
    return {
        "id": "urn:uuid:employment",
        "type": ["VerifiableCredential", "EmploymentCredential"],
        "issuer": COLLEGE,
        "name": "Employment at Acme Lifts",
        "validFrom": "2023-09-02T00:00:00Z",
        "credentialSubject": {"employmentHistories": [history]},
    }


def as_bytes(document: Any) -> bytes:
    return json.dumps(document).encode()


def stated(n: int) -> common_pb2.EventHeader:
    actor = common_pb2.Actor(id="registry")
    return header(version=Version(1, n), actor=actor, clock=CLOCK)


def published(
    credential_id: str,
    *,
    did: str = "",
    email_hmac: str = "",
    document: bytes = b"",
    n: int = 1,
    **fields: Any,
) -> Outgoing:
    document = document or as_bytes(badge())
    event = credentials_pb2.CredentialPublished(
        header=stated(n),
        credential_id=credential_id,
        org_id="college",
        issuer_did=COLLEGE,
        credential=document,
        digest=hashlib.sha256(document).hexdigest(),
        recipient=credentials_pb2.Recipient(did=did, email_hmac=email_hmac),
        status=credentials_pb2.CREDENTIAL_STATUS_ACTIVE,
        **fields,
    )
    return outgoing(CREDENTIALS, credential_id, event)


def status_changed(credential_id: str, status: int, n: int) -> Outgoing:
    event = credentials_pb2.CredentialStatusChanged(
        header=stated(n), credential_id=credential_id, status=status
    )
    return outgoing(CREDENTIALS, credential_id, event)


def verified(
    credential_id: str,
    outcome: int = skills_pb2.VERIFICATION_OUTCOME_VALID,
    *,
    document: bytes = b"",
    trust: int = verifications_pb2.ISSUER_TRUST_TRUSTED,
    issuer_type: int = skills_pb2.VALIDATOR_TYPE_COLLEGE,
    n: int = 1,
) -> Outgoing:
    document = document or as_bytes(badge())
    verdict = verifications_pb2.Verdict(
        credential_id=credential_id,
        digest=hashlib.sha256(document).hexdigest(),
        outcome=outcome,
        check=[
            verifications_pb2.Check(
                code="proof.signature", outcome=verifications_pb2.CHECK_OUTCOME_PASSED
            )
        ],
        issuer_did=COLLEGE,
        issuer_org_id="college",
        issuer_name="Front Range College",
        issuer_type=issuer_type,
        issuer_trust=trust,
        verified_at=now(),
    )
    kind = verifications_pb2.CredentialVerified if n == 1 else verifications_pb2.VerificationChanged
    return outgoing(VERIFICATIONS, credential_id, kind(header=stated(n), verdict=verdict))


def organization(org_id: str, vetting: int = catalog_pb2.VETTING_STATE_VETTED) -> Outgoing:
    event = catalog_pb2.OrganizationVetted(
        header=stated(2),
        organization=catalog_pb2.Organization(org_id=org_id, name=org_id.title(), vetting=vetting),
    )
    return outgoing("talent.catalog.v1", org_id, event)


def contact_requested(holder_id: str, *, org_id: str = "acme", n: int = 1) -> Outgoing:
    engagement = engagements_pb2.Engagement(
        engagement_id=uuid7(),
        job_id=uuid7(),
        holder_id=holder_id,
        employer_org_id=org_id,
        employer_name="Acme",
        job_title="Welder",
        pool_state=engagements_pb2.POOL_STATE_SHORTLISTED,
        contact_state=engagements_pb2.CONTACT_STATE_REQUESTED,
        contact_requested_at=now(),
    )
    event = engagements_pb2.ContactRequested(header=stated(n), engagement=engagement)
    return outgoing("talent.engagements.v1", f"{engagement.job_id}/{holder_id}", event)


def now() -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime.now(UTC))
    return stamp


def achievement_tagged(achievement: str, *uris: str, n: int = 1) -> Outgoing:
    """The words of an achievement (id@version) name these skills, for sure."""
    identifier, _, version = achievement.rpartition("@")
    event = tagging_pb2.AchievementTagged(
        header=stated(n),
        achievement_id=identifier,
        achievement_version=version,
        tag=[
            tagging_pb2.SkillTag(
                skill=skills_pb2.SkillReference(uri=uri, label=uri),
                field="description",
                score=0.98,
                method="label",
                state=tagging_pb2.SKILL_TAG_STATE_ASSERTED,
            )
            for uri in uris
        ],
        taxonomy_version=f"taxonomy-{n}",
    )
    return outgoing("talent.catalog.v1", f"{achievement}/skills", event)
