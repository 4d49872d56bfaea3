"""Domain values to and from protobuf messages."""

from datetime import UTC, datetime
from typing import Any

from google.protobuf import json_format
from google.protobuf.timestamp_pb2 import Timestamp
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import catalog_pb2, credentials_pb2, skills_pb2, tagging_pb2
from talent_proto.registry.v1 import registry_pb2 as pb

from talent_registry.catalog import Achievement
from talent_registry.drafts import Draft, DraftEvidence
from talent_registry.model import (
    Credential,
    CredentialStatus,
    Organization,
    OrganizationRole,
    Registration,
    Result,
    StatusEntry,
    ValidatorType,
)
from talent_registry.recipients import IdentityObject
from talent_registry.signed import Signed
from talent_registry.tags import SkillTag


def timestamp(instant: datetime | None) -> Timestamp | None:
    if instant is None:
        return None
    made = Timestamp()
    made.FromDatetime(instant)
    return made


def registration(request: pb.RegisterOrganizationRequest) -> Registration:
    return Registration(
        name=request.name.strip(),
        did=request.did.strip(),
        roles=tuple(sorted({_role(number) for number in request.role})),
        type=_validator_type(request.type),
        url=request.url.strip(),
        portal_operator_org_id=request.portal_operator_org_id,
    )


def organization_message(organization: Organization) -> catalog_pb2.Organization:
    roles = [
        catalog_pb2.OrganizationRole.Value(f"ORGANIZATION_ROLE_{role}")
        for role in organization.roles
    ]
    return catalog_pb2.Organization(
        org_id=organization.org_id,
        did=organization.did,
        name=organization.name,
        roles=roles,
        type=skills_pb2.ValidatorType.Value(f"VALIDATOR_TYPE_{organization.type}"),
        url=organization.url,
        vetting=catalog_pb2.VettingState.Value(f"VETTING_STATE_{organization.vetting}"),
        portal_operator_org_id=organization.portal_operator_org_id,
    )


def achievement_terms(message: catalog_pb2.Achievement) -> dict[str, Any]:
    """The achievement in Open Badges terms, which are the names of the message's JSON."""
    return json_format.MessageToDict(message)


def achievement_message(achievement: Achievement) -> catalog_pb2.Achievement:
    return json_format.ParseDict(dict(achievement.terms), catalog_pb2.Achievement())


def draft(message: pb.CredentialDraft) -> Draft:
    return Draft(
        achievement_id=message.achievement_id,
        achievement_version=message.achievement_version,
        recipient_did=message.recipient_did,
        recipient_email=message.recipient_email,
        result=tuple(map(_result, message.result)),
        evidence=tuple(map(_evidence, message.evidence)),
        valid_from=_instant(message, "valid_from"),
        valid_until=_instant(message, "valid_until"),
        awarded_date=_instant(message, "awarded_date"),
        activity_start_date=_instant(message, "activity_start_date"),
        activity_end_date=_instant(message, "activity_end_date"),
        license_number=message.license_number,
        role=message.role,
        term=message.term,
        credits_earned=message.credits_earned,
    )


def signed(message: pb.SignedCredential) -> Signed:
    return Signed(message.credential, message.recipient_email)


def record_message(credential: Credential) -> pb.CredentialRecord:
    return pb.CredentialRecord(
        credential_id=credential.credential_id,
        document_id=credential.facts.document_id,
        org_id=credential.org_id,
        digest=credential.digest,
        status=status_value(credential.status),
        achievement_id=credential.facts.achievement_id,
        achievement_version=credential.facts.achievement_version,
        published_at=timestamp(credential.published_at),
    )


def status_value(status: CredentialStatus) -> credentials_pb2.CredentialStatus.ValueType:
    return credentials_pb2.CredentialStatus.Value(f"CREDENTIAL_STATUS_{status}")


def identity_message(identity: IdentityObject) -> credentials_pb2.IdentityObject:
    return credentials_pb2.IdentityObject(
        hashed=identity.hashed,
        identity_hash=identity.identity_hash,
        identity_type=identity.identity_type,
        salt=identity.salt,
    )


def status_entry_message(entry: StatusEntry) -> credentials_pb2.StatusEntry:
    return credentials_pb2.StatusEntry(
        id=entry.id,
        type=entry.type,
        status_purpose=entry.status_purpose,
        status_list_index=entry.status_list_index,
        status_list_credential=entry.status_list_credential,
    )


def result_message(result: Result) -> credentials_pb2.Result:
    return credentials_pb2.Result(
        result_description=result.result_description,
        value=result.value,
        achieved_level=result.achieved_level,
        status=result.status,
    )


def tag_message(tag: SkillTag) -> tagging_pb2.SkillTag:
    message = tagging_pb2.SkillTag(
        skill=skills_pb2.SkillReference(uri=tag.uri, label=tag.label),
        field=tag.field,
        start=tag.start,
        end=tag.end,
        score=tag.score,
        method=tag.method,
        state=tagging_pb2.SkillTagState.Value(f"SKILL_TAG_STATE_{tag.state.name}"),
        decided_by=tag.decided_by,
    )
    if tag.decided_at is not None:
        message.decided_at.FromDatetime(tag.decided_at)
    return message


def rejected_message(problem: Problem) -> pb.Rejected:
    return pb.Rejected(
        reason=problem.reason.value,
        field=problem.field or "",
        arguments=problem.arguments,
        detail=problem.sentence(),
    )


def _result(message: credentials_pb2.Result) -> Result:
    return Result(
        result_description=message.result_description,
        value=message.value,
        achieved_level=message.achieved_level,
        status=message.status,
    )


def _evidence(message: pb.DraftEvidence) -> DraftEvidence:
    return DraftEvidence(message.id, message.name, message.narrative, message.genre)


def _role(number: int) -> OrganizationRole:
    names = catalog_pb2.OrganizationRole.DESCRIPTOR.values_by_number
    name = names[number].name.removeprefix("ORGANIZATION_ROLE_") if number in names else ""
    if name not in OrganizationRole.__members__:
        raise Problem(Reason.INVALID_FIELD, field="role", mend="use a role of the contract")
    return OrganizationRole[name]


def _validator_type(number: int) -> ValidatorType:
    names = skills_pb2.ValidatorType.DESCRIPTOR.values_by_number
    if number not in names:
        raise Problem(Reason.INVALID_FIELD, field="type", mend="use a type of the contract")
    return ValidatorType[names[number].name.removeprefix("VALIDATOR_TYPE_")]


def _instant(message: pb.CredentialDraft, name: str) -> datetime | None:
    """Whole seconds, as credentials state times."""
    if not message.HasField(name):  # type: ignore[arg-type]
        return None
    try:
        instant: datetime = getattr(message, name).ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        mend = "use a time between the years 1 and 9999"
        raise Problem(Reason.INVALID_FIELD, field=f"draft.{name}", mend=mend) from None
    return instant.replace(microsecond=0)
