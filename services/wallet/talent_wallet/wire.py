"""Between the contract's messages and the wallet's own values."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp
from talent_kit.versions import Version
from talent_proto.events.v1 import (
    catalog_pb2,
    common_pb2,
    credentials_pb2,
    engagements_pb2,
    holders_pb2,
    profiles_pb2,
    skills_pb2,
    tagging_pb2,
    verifications_pb2,
)

from talent_wallet.model import (
    Achievement,
    AchievementTags,
    Assertion,
    Check,
    Consent,
    Employment,
    Invitation,
    IssuerType,
    License,
    Limits,
    Organization,
    Outcome,
    Profile,
    Skill,
    Status,
    TaggedSkill,
    Trust,
    Verdict,
    Vetting,
)
from talent_wallet.work import FoundSkill, FoundState


def read_status(status: credentials_pb2.CredentialStatus.ValueType) -> Status:
    """Raises ValueError for a status that this version does not know."""
    return Status(code(credentials_pb2.CredentialStatus, status, "CREDENTIAL_STATUS_"))


COUNTING = {
    tagging_pb2.SKILL_TAG_STATE_ASSERTED: False,  # whether a person said so
    tagging_pb2.SKILL_TAG_STATE_ACCEPTED: True,
}


def read_tags(event: tagging_pb2.AchievementTagged, version: Version) -> AchievementTags:
    """Those that count."""
    return AchievementTags(
        key=f"{event.achievement_id}@{event.achievement_version}",
        tags=tuple(
            TaggedSkill(
                skill=Skill(one.skill.uri, one.skill.label),
                json_pointer=f"/credentialSubject/achievement/{one.field.replace('.', '/')}",
                method=one.method,
                score=one.score,
                accepted_by=one.decided_by if COUNTING[one.state] else "",
            )
            for one in event.tag
            if one.state in COUNTING
        ),
        taxonomy=event.taxonomy_version,
        version=version.packed,
    )


def read_verdict(verdict: verifications_pb2.Verdict) -> Verdict:
    return Verdict(
        digest=verdict.digest,
        outcome=Outcome(
            code(skills_pb2.VerificationOutcome, verdict.outcome, "VERIFICATION_OUTCOME_")
        ),
        issuer_did=verdict.issuer_did,
        issuer_org_id=verdict.issuer_org_id,
        issuer_name=verdict.issuer_name,
        issuer_type=IssuerType(
            code(skills_pb2.ValidatorType, verdict.issuer_type, "VALIDATOR_TYPE_")
        ),
        issuer_trust=_trust(verdict.issuer_trust),
        checks=tuple(
            Check(
                code=check.code,
                outcome=code(verifications_pb2.CheckOutcome, check.outcome, "CHECK_OUTCOME_"),
                arguments=dict(check.arguments),
                about=check.about,
            )
            for check in verdict.check
        ),
        verified_at=_instant(verdict.verified_at) if verdict.HasField("verified_at") else None,
    )


def read_organization(organization: catalog_pb2.Organization, version: Version) -> Organization:
    return Organization(
        org_id=organization.org_id,
        did=organization.did,
        name=organization.name,
        vetting=Vetting(code(catalog_pb2.VettingState, organization.vetting, "VETTING_STATE_")),
        version=version.packed,
    )


def read_achievement(
    achievement: catalog_pb2.Achievement, key: str, version: Version
) -> Achievement:
    return Achievement(key, tuple(achievement.jurisdiction), version.packed)


def read_invitation(engagement: engagements_pb2.Engagement, version: Version) -> Invitation:
    return Invitation(
        engagement_id=engagement.engagement_id,
        holder_id=engagement.holder_id,
        job_id=engagement.job_id,
        employer_org_id=engagement.employer_org_id,
        employer_name=engagement.employer_name,
        job_title=engagement.job_title,
        requested_at=_instant(engagement.contact_requested_at),
        closed=engagement.pool_state
        in (engagements_pb2.POOL_STATE_PASSED, engagements_pb2.POOL_STATE_REMOVED),
        version=version.packed,
    )


def profile_message(profile: Profile, zone: ZoneInfo) -> profiles_pb2.TalentProfile:
    """`zone` is the state's: civil dates are dates there."""
    limits, consent = profile.limits, profile.consent
    return profiles_pb2.TalentProfile(
        holder_id=profile.holder_id,
        assertion=[_assertion(one) for one in profile.assertions],
        license=[_license(one, zone) for one in profile.licenses],
        employment=[_employment(one) for one in profile.employment],
        limits=_limits(limits),
        place=common_pb2.CoarsePlace(
            state=limits.place.state, county_fips=limits.place.county_fips, zip3=limits.place.zip3
        ),
        consent_id=consent.consent_id if consent else "",
        consent_version=consent.version if consent else 0,
        excluded_org_id=consent.excluded_org_ids if consent else (),
        recipient_org_id=consent.recipient_party if consent else "",
    )


def consent_message(consent: Consent) -> holders_pb2.Consent:
    return holders_pb2.Consent(
        consent_id=consent.consent_id,
        version=consent.version,
        holder_id=consent.holder_id,
        purpose=_number(holders_pb2.ConsentPurpose, "CONSENT_PURPOSE_", consent.purpose),
        record=consent.records,
        recipient=holders_pb2.ConsentRecipient(
            party=consent.recipient_party,
            recipient_class=consent.recipient_class,
            excluded_org_id=consent.excluded_org_ids,
            org_id=consent.recipient_org_ids,
        ),
        granted_at=stamp(consent.granted_at),
        expires_at=stamp(consent.expires_at),
        withdrawn_at=stamp(consent.withdrawn_at),
        notice_version=consent.notice_version,
        language=consent.language,
        signature_method="bearer_token",
        granted_by=_number(holders_pb2.GrantedBy, "GRANTED_BY_", consent.granted_by),
    )


def answer_message(invitation: Invitation) -> engagements_pb2.ContactAnswer:
    return engagements_pb2.ContactAnswer(
        engagement_id=invitation.engagement_id,
        job_id=invitation.job_id,
        holder_id=invitation.holder_id,
        employer_org_id=invitation.employer_org_id,
        answered_at=stamp(invitation.answered_at),
    )


def stamp(instant: datetime | None) -> Timestamp | None:
    if instant is None:
        return None
    made = Timestamp()
    made.FromDatetime(instant.astimezone(UTC))
    return made


def _assertion(one: Assertion) -> skills_pb2.SkillAssertion:
    stated = one.proficiency
    return skills_pb2.SkillAssertion(
        assertion_id=one.assertion_id,
        skill=skills_pb2.SkillReference(
            uri=one.skill.uri,
            framework_uri=one.skill.framework_uri,
            ctid=one.skill.ctid,
            label=one.skill.label,
        ),
        basis=_number(skills_pb2.AssertionBasis, "ASSERTION_BASIS_", one.basis),
        verification_outcome=_number(
            skills_pb2.VerificationOutcome, "VERIFICATION_OUTCOME_", one.outcome
        ),
        proficiency=None
        if stated is None
        else skills_pb2.Proficiency(
            scale_uri=stated.scale_uri,
            scale_version=stated.scale_version,
            level_code=stated.level_code,
            label=stated.label,
            ordinal=stated.ordinal,
            min=stated.minimum,
            max=stated.maximum,
        ),
        normalized_level=one.normalized_level,
        crosswalk_version=one.crosswalk_version,
        validator=_party(one.validator_did, one.validator_org_id, one.validator_type),
        issuer=_party(one.issuer_did, one.issuer_org_id, one.issuer_type),
        issuer_trusted=one.issuer_trusted,
        source_credential_id=one.credential_id,
        json_pointer=one.json_pointer,
        evidence=[
            skills_pb2.Evidence(id=ident, type=kind, digest=digest)
            for ident, kind, digest in one.evidence
        ],
        criteria_id=one.criteria_id,
        criteria_version=one.criteria_version,
        rubric_id=one.rubric_id,
        assessment=skills_pb2.Assessment(method=one.assessment, score=one.score)
        if one.assessment or one.score
        else None,
        learning_context=one.learning_context,
        activity_start=stamp(one.activity_start),
        activity_end=stamp(one.activity_end),
        awarded=stamp(one.awarded),
        valid_from=stamp(one.valid_from),
        valid_until=stamp(one.valid_until),
        derivation=skills_pb2.Derivation(
            method=one.derivation, confidence=one.confidence, accepted_by=one.accepted_by
        ),
        taxonomy_version=one.taxonomy,
        scope=skills_pb2.ASSERTION_SCOPE_NETWORK,
        achievement_name=one.achievement_name,
        achievement_id=one.achievement_id,
        criteria_stated=one.criteria_stated,
        issuer_name=one.issuer_name,
    )


def _party(did: str, org_id: str, kind: IssuerType) -> skills_pb2.Validator | None:
    if not did:
        return None
    number = _number(skills_pb2.ValidatorType, "VALIDATOR_TYPE_", kind)
    return skills_pb2.Validator(did=did, org_id=org_id, type=number)


def _license(one: License, zone: ZoneInfo) -> profiles_pb2.License:
    made = profiles_pb2.License(
        type=one.type,
        jurisdiction=one.jurisdiction,
        state=_number(profiles_pb2.LicenseState, "LICENSE_STATE_", one.state),
        source_credential_id=one.credential_id,
    )
    if one.valid_until:
        day = one.valid_until.astimezone(zone).date()
        made.valid_until.CopyFrom(common_pb2.CivilDate(year=day.year, month=day.month, day=day.day))
    return made


def _employment(one: Employment) -> profiles_pb2.EmploymentRecord:
    work = one.work
    return profiles_pb2.EmploymentRecord(
        organization=work.employer,
        position_title=work.title,
        soc_code=work.soc_code,
        start=_civil_date(work.start),
        end=_civil_date(work.end),
        employment_type=_number(
            profiles_pb2.EmploymentType, "EMPLOYMENT_TYPE_", work.employment_type
        ),
        attested_by=one.attested_by,
        source=_number(profiles_pb2.EmploymentSource, "EMPLOYMENT_SOURCE_", one.source),
    )


def found_skill(one: FoundSkill) -> tagging_pb2.SkillTag:
    return tagging_pb2.SkillTag(
        skill=skills_pb2.SkillReference(uri=one.uri, label=one.label),
        field="text",
        start=one.start,
        end=one.end,
        score=one.score,
        method=one.method,
        state=_number(tagging_pb2.SkillTagState, "SKILL_TAG_STATE_", one.state),
    )


def read_found_skill(one: tagging_pb2.SkillTag) -> FoundSkill:
    return FoundSkill(
        uri=one.skill.uri,
        label=one.skill.label,
        start=one.start,
        end=one.end,
        score=one.score,
        method=one.method,
        state=FoundState(code(tagging_pb2.SkillTagState, one.state, "SKILL_TAG_STATE_")),
    )


def _civil_date(day: date | None) -> common_pb2.CivilDate | None:
    return common_pb2.CivilDate(year=day.year, month=day.month, day=day.day) if day else None


def _limits(limits: Limits) -> profiles_pb2.WorkLimits:
    made = profiles_pb2.WorkLimits(
        weekly_hours_min=limits.weekly_hours_min,
        weekly_hours_max=limits.weekly_hours_max,
        shift_window=[
            common_pb2.ShiftWindow(
                day=common_pb2.Weekday.ValueType(shift.day),
                start_minute=shift.start_minute,
                end_minute=shift.end_minute,
            )
            for shift in limits.shifts
        ],
        commute_radius_miles=limits.commute_radius_miles,
        willing_to_combine_roles=limits.willing_to_combine_roles,
    )
    if limits.pay_floor:
        floor = limits.pay_floor
        made.pay_floor.amount.minor_units = floor.minor_units
        made.pay_floor.amount.currency = floor.currency
        made.pay_floor.period = _number(common_pb2.PayPeriod, "PAY_PERIOD_", floor.period)
    return made


def _trust(number: verifications_pb2.IssuerTrust.ValueType) -> Trust:
    if number == verifications_pb2.ISSUER_TRUST_UNSPECIFIED:
        return Trust.UNKNOWN
    return Trust(code(verifications_pb2.IssuerTrust, number, "ISSUER_TRUST_"))


def code(enum: Any, number: int, prefix: str) -> str:
    """The enum value's name as the wallet writes it. Raises ValueError for an unknown number."""
    return str(enum.Name(number)).removeprefix(prefix).lower()


def _number(enum: Any, prefix: str, code: str) -> Any:
    return enum.Value(prefix + code.upper())


def _instant(timestamp: Timestamp) -> datetime:
    return timestamp.ToDatetime(tzinfo=UTC)
