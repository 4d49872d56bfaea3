"""Domain values to and from the database's documents."""

from dataclasses import asdict, fields
from typing import Any

from bson.binary import Binary
from bson.int64 import Int64
from talent_kit.versions import Version

from talent_registry.catalog import Achievement
from talent_registry.keys import SealedKey
from talent_registry.model import (
    Credential,
    CredentialId,
    CredentialStatus,
    Facts,
    ListId,
    Organization,
    OrganizationRole,
    OrgId,
    Result,
    StatusEntry,
    StatusPlace,
    ValidatorType,
    VettingState,
)
from talent_registry.recipients import IdentityObject, Recipient

SCHEMA_VERSION = 1
Document = dict[str, Any]


def organization_document(organization: Organization) -> Document:
    return {
        "_id": organization.org_id,
        "schema_version": SCHEMA_VERSION,
        "org_id": organization.org_id,
        "did": organization.did,
        "name": organization.name,
        "roles": [role.value for role in organization.roles],
        "type": organization.type.value,
        "url": organization.url,
        "vetting": organization.vetting.value,
        "portal_operator_org_id": organization.portal_operator_org_id,
        "key_id": organization.key_id,
        "reason_code": organization.reason_code,
        "version": Int64(organization.version.packed),
    }


def organization_of(document: Document) -> Organization:
    return Organization(
        org_id=OrgId(document["org_id"]),
        did=document["did"],
        name=document["name"],
        roles=tuple(OrganizationRole(role) for role in document["roles"]),
        type=ValidatorType(document["type"]),
        url=document["url"],
        vetting=VettingState(document["vetting"]),
        portal_operator_org_id=document["portal_operator_org_id"],
        key_id=document["key_id"],
        reason_code=document["reason_code"],
        version=Version.from_packed(document["version"]),
    )


def key_document(org_id: OrgId, key: SealedKey) -> Document:
    return {
        "_id": key.key_id,
        "schema_version": SCHEMA_VERSION,
        "org_id": org_id,
        "kek_id": key.kek_id,
        "wrapped": Binary(key.wrapped),
        "sealed": Binary(key.sealed),
    }


def key_of(document: Document) -> SealedKey:
    return SealedKey(
        key_id=document["_id"],
        kek_id=document["kek_id"],
        wrapped=bytes(document["wrapped"]),
        sealed=bytes(document["sealed"]),
    )


def achievement_document(achievement: Achievement) -> Document:
    return {
        "_id": achievement.key,
        "schema_version": SCHEMA_VERSION,
        "org_id": achievement.org_id,
        "achievement_id": achievement.achievement_id,
        "achievement_version": achievement.achievement_version,
        "order": achievement.order,
        "terms": dict(achievement.terms),
        "version": Int64(achievement.version.packed),
    }


def achievement_of(document: Document) -> Achievement:
    return Achievement(
        achievement_id=document["achievement_id"],
        achievement_version=document["achievement_version"],
        org_id=OrgId(document["org_id"]),
        order=document["order"],
        terms=document["terms"],
        version=Version.from_packed(document["version"]),
    )


def credential_document(credential: Credential) -> Document:
    return {
        "_id": credential.credential_id,
        "schema_version": SCHEMA_VERSION,
        "org_id": credential.org_id,
        "issuer_did": credential.issuer_did,
        "content": Binary(credential.content),
        "digest": credential.digest,
        "facts": _facts_document(credential.facts),
        "place": asdict(credential.place) if credential.place else None,
        "status": credential.status.value,
        "published_at": credential.published_at,
        "version": Int64(credential.version.packed),
    }


def _facts_document(facts: Facts) -> Document:
    # `dataclasses.asdict` would copy every text: a tenth of the time of publishing.
    recipient = facts.recipient
    return {
        **vars(facts),
        "recipient": {**vars(recipient), "identifier": [vars(one) for one in recipient.identifier]},
        "credential_status": [vars(entry) for entry in facts.credential_status],
        "result": [vars(result) for result in facts.result],
    }


def credential_of(document: Document) -> Credential:
    """`content` may have been left out of what was read."""
    place = document["place"]
    return Credential(
        credential_id=CredentialId(document["_id"]),
        org_id=OrgId(document["org_id"]),
        issuer_did=document["issuer_did"],
        content=bytes(document.get("content", b"")),
        digest=document["digest"],
        facts=_facts_of(document["facts"]),
        place=_place_of(place) if place else None,
        status=CredentialStatus(document["status"]),
        published_at=document["published_at"],
        version=Version.from_packed(document["version"]),
    )


def _facts_of(document: Document) -> Facts:
    # What a later version added is left out: both run side by side for a while.
    values = {each.name: document[each.name] for each in fields(Facts) if each.name in document}
    recipient = document["recipient"]
    identities = tuple(IdentityObject(**identity) for identity in recipient["identifier"])
    values["recipient"] = Recipient(recipient["did"], identities, recipient["email_hmac"])
    values["credential_status"] = tuple(StatusEntry(**e) for e in document["credential_status"])
    values["result"] = tuple(Result(**result) for result in document["result"])
    return Facts(**values)


def _place_of(document: Document) -> StatusPlace:
    return StatusPlace(
        revocation_list_id=ListId(document["revocation_list_id"]),
        suspension_list_id=ListId(document["suspension_list_id"]),
        index=document["index"],
    )
