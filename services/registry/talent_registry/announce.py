"""The registry's events, made from what it stored."""

from collections.abc import Iterable

from talent_kit.clock import Clock
from talent_kit.events import Acting, Outgoing, header, outgoing
from talent_kit.versions import Version
from talent_proto.events.v1 import catalog_pb2, common_pb2, credentials_pb2, tagging_pb2
from talent_skills.frameworks import Framework

from talent_registry.catalog import Achievement
from talent_registry.convert import (
    achievement_message,
    identity_message,
    organization_message,
    result_message,
    status_entry_message,
    status_value,
    tag_message,
    timestamp,
)
from talent_registry.endorsements import Endorsement
from talent_registry.model import Credential, Organization, VettingState
from talent_registry.tags import SkillTags

Actor = Acting | common_pb2.Actor

CATALOG = "talent.catalog.v1"
CREDENTIALS = "talent.credentials.v1"


def organization_event(organization: Organization, actor: Actor, clock: Clock) -> Outgoing:
    """The event of the organization's present state."""
    head = header(version=organization.version, actor=actor, clock=clock)
    message = organization_message(organization)
    if organization.vetting is VettingState.VETTED:
        event = catalog_pb2.OrganizationVetted(header=head, organization=message)
    elif organization.vetting is VettingState.SUSPENDED:
        event = catalog_pb2.OrganizationSuspended(
            header=head, organization=message, reason_code=organization.reason_code
        )
    else:
        event = catalog_pb2.OrganizationRegistered(header=head, organization=message)
    return outgoing(CATALOG, organization.org_id, event)


def achievement_event(achievement: Achievement, actor: Actor, clock: Clock) -> Outgoing:
    event = catalog_pb2.AchievementPublished(
        header=header(version=achievement.version, actor=actor, clock=clock),
        achievement=achievement_message(achievement),
        org_id=achievement.org_id,
    )
    return outgoing(CATALOG, achievement.key, event)


def tags_event(tags: SkillTags, actor: Actor, clock: Clock) -> Outgoing:
    event = tagging_pb2.AchievementTagged(
        header=header(version=tags.version, actor=actor, clock=clock),
        achievement_id=tags.achievement_id,
        achievement_version=tags.achievement_version,
        org_id=tags.org_id,
        tag=[tag_message(one) for one in tags.tags],
        taxonomy_version=tags.taxonomy,
    )
    return outgoing(CATALOG, f"{tags.key}/skills", event)


def endorsement_event(one: Endorsement, actor: Actor, clock: Clock) -> Outgoing:
    event = catalog_pb2.CriteriaEndorsed(
        header=header(version=one.version, actor=actor, clock=clock, occurred_at=one.at),
        achievement_id=one.achievement_id,
        achievement_version=one.achievement_version,
        endorser_org_id=one.org_id,
        withdrawn=not one.standing,
    )
    return outgoing(CATALOG, one.key, event)


def taxonomy_event(
    taxonomy: str, frameworks: Iterable[Framework], version: Version, actor: Actor, clock: Clock
) -> Outgoing:
    event = tagging_pb2.TaxonomyReleased(
        header=header(version=version, actor=actor, clock=clock),
        taxonomy_version=taxonomy,
        framework=[
            tagging_pb2.TaxonomyFramework(
                uri=one.uri, name=one.name, version=one.version, attribution=one.attribution
            )
            for one in frameworks
        ],
    )
    return outgoing(CATALOG, "taxonomy", event)


def credential_event(credential: Credential, actor: Actor, clock: Clock) -> Outgoing:
    facts = credential.facts
    event = credentials_pb2.CredentialPublished(
        header=header(
            version=credential.version,
            actor=actor,
            clock=clock,
            occurred_at=credential.published_at,
        ),
        credential_id=credential.credential_id,
        document_id=facts.document_id,
        org_id=credential.org_id,
        issuer_did=credential.issuer_did,
        credential=credential.content,
        digest=credential.digest,
        securing_format=credentials_pb2.SECURING_FORMAT_DATA_INTEGRITY,
        achievement_id=facts.achievement_id,
        achievement_version=facts.achievement_version,
        recipient=credentials_pb2.Recipient(
            did=facts.recipient.did,
            identifier=[identity_message(identity) for identity in facts.recipient.identifier],
            email_hmac=facts.recipient.email_hmac,
        ),
        credential_status=[status_entry_message(entry) for entry in facts.credential_status],
        status=status_value(credential.status),
        result=[result_message(result) for result in facts.result],
        license_number=facts.license_number,
        role=facts.role,
        term=facts.term,
        credits_earned=facts.credits_earned,
        valid_from=timestamp(facts.valid_from),
        valid_until=timestamp(facts.valid_until),
    )
    return outgoing(CREDENTIALS, credential.credential_id, event)


def status_event(
    credential: Credential,
    *,
    reason_code: str,
    list_url: str,
    list_version: int,
    actor: Actor,
    clock: Clock,
) -> Outgoing:
    event = credentials_pb2.CredentialStatusChanged(
        header=header(version=credential.version, actor=actor, clock=clock),
        credential_id=credential.credential_id,
        org_id=credential.org_id,
        status=status_value(credential.status),
        reason_code=reason_code,
        status_list_version=[
            credentials_pb2.StatusListVersion(status_list_credential=list_url, version=list_version)
        ],
        digest=credential.digest,
    )
    return outgoing(CREDENTIALS, credential.credential_id, event)
