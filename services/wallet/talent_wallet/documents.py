"""Between the wallet's values and stored documents.

Dataclasses become plain documents field by field; only what is queried by time is a BSON date.
"""

from typing import Any

from pydantic import TypeAdapter

from talent_wallet.model import (
    Achievement,
    AchievementTags,
    Consent,
    Holder,
    Invitation,
    Organization,
    Record,
)
from talent_wallet.sealing import Sealed
from talent_wallet.work import FoundSkills

SCHEMA_VERSION = 1
Document = dict[str, Any]

_record = TypeAdapter(Record)
_holder = TypeAdapter(Holder)
_consent = TypeAdapter(Consent)
_invitation = TypeAdapter(Invitation)
_achievement = TypeAdapter(Achievement)
_tags = TypeAdapter(AchievementTags)
_found = TypeAdapter(FoundSkills)
_organization = TypeAdapter(Organization)


def record_document(record: Record) -> Document:
    document = _record.dump_python(record, mode="json", exclude={"credential_id"})
    return {"schema_version": SCHEMA_VERSION, **document}


def record(document: Document) -> Record:
    return _record.validate_python({"credential_id": document["_id"], **document})


def holder_document(holder: Holder) -> Document:
    document = _holder.dump_python(holder, mode="json", exclude={"holder_id"})
    return {"schema_version": SCHEMA_VERSION, **document}


def holder(document: Document) -> Holder:
    return _holder.validate_python({"holder_id": document["_id"], **document})


def sealed_document(sealed: Sealed) -> Document:
    return {"kek_id": sealed.kek_id, "wrapped": sealed.wrapped, "sealed": sealed.sealed}


def sealed(document: Document) -> Sealed:
    return Sealed(document["kek_id"], bytes(document["wrapped"]), bytes(document["sealed"]))


def consent_document(consent: Consent) -> Document:
    document = _consent.dump_python(consent, mode="json", exclude={"consent_id"})
    instants = {
        "granted_at": consent.granted_at,
        "expires_at": consent.expires_at,
        "withdrawn_at": consent.withdrawn_at,
    }
    return {"schema_version": SCHEMA_VERSION, **document, **instants}


def consent(document: Document) -> Consent:
    return _consent.validate_python({"consent_id": document["_id"], **document})


def invitation_document(invitation: Invitation) -> Document:
    document = _invitation.dump_python(invitation, mode="json", exclude={"engagement_id"})
    document["org_id"] = invitation.employer_org_id
    return {"schema_version": SCHEMA_VERSION, **document}


def invitation(document: Document) -> Invitation:
    return _invitation.validate_python({"engagement_id": document["_id"], **document})


def organization_document(organization: Organization) -> Document:
    document = _organization.dump_python(organization, mode="json")
    return {"schema_version": SCHEMA_VERSION, **document}


def organization(document: Document) -> Organization:
    return _organization.validate_python(document)


def achievement_document(achievement: Achievement) -> Document:
    document = _achievement.dump_python(achievement, mode="json", exclude={"key"})
    return {"schema_version": SCHEMA_VERSION, **document}


def tags_document(tags: AchievementTags) -> Document:
    document = _tags.dump_python(tags, mode="json", exclude={"key"})
    return {"schema_version": SCHEMA_VERSION, "org_id": "", **document}


def achievement_tags(document: Document) -> AchievementTags:
    return _tags.validate_python({"key": document["_id"], **document})


def found_document(found: FoundSkills) -> Document:
    document = _found.dump_python(found, mode="json", exclude={"words"})
    return {"schema_version": SCHEMA_VERSION, "org_id": "", **document}


def found_skills(document: Document) -> FoundSkills:
    return _found.validate_python({"words": document["_id"], **document})


def achievement(document: Document) -> Achievement:
    return _achievement.validate_python({"key": document["_id"], **document})
