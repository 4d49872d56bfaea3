"""The wallet's own terms: what a holder has, what others say of it, and what is shown.

Frozen values only; instants are aware UTC datetimes.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from talent_skills import Basis, Proficiency

from talent_wallet.work import Decision, OwnWork, Work, WorkSource

# The checks that tell whether the issuer says what the credential says.
AUTHENTIC = ("proof.", "issuer.binding", "structure.")


class RecordState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Outcome(StrEnum):
    """Whether the document is authentic and current; never what it says about a skill."""

    NO_DOCUMENT = "no_document"
    VALID = "valid"
    UNDETERMINED = "undetermined"
    INVALID = "invalid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    UNPARSEABLE = "unparseable"


class Trust(StrEnum):
    TRUSTED = "trusted"
    UNKNOWN = "unknown"
    SUSPENDED = "suspended"


class Status(StrEnum):
    """What the registry says last, ahead of the verdict that will follow."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class IssuerType(StrEnum):
    UNSPECIFIED = "unspecified"
    COLLEGE = "college"
    TRAINING_PROVIDER = "training_provider"
    INDUSTRY_ASSOCIATION = "industry_association"
    EMPLOYER = "employer"
    GOVERNMENT = "government"


@dataclass(frozen=True)
class Skill:
    uri: str
    label: str = ""
    framework_uri: str = ""
    ctid: str = ""


@dataclass(frozen=True)
class SkillClaim:
    """A skill that a credential names, with the level it states, if any."""

    skill: Skill
    json_pointer: str
    has_result: bool = False
    proficiency: Proficiency | None = None
    rubric_id: str = ""
    assessment: str = ""  # what it is called
    score: str = ""


@dataclass(frozen=True)
class Artifact:
    """Evidence that the credential points to. Its address stays in the credential."""

    type: str
    json_pointer: str


@dataclass(frozen=True)
class Claims:
    """What a credential says, as far as the wallet needs it."""

    name: str = ""
    achievement_type: str = ""
    achievement_code: str = ""
    achievement_version: str = ""
    issuer_did: str = ""
    subject_did: str = ""
    validator_did: str = ""
    criteria_id: str = ""
    has_criteria: bool = False
    learning_context: str = ""
    license_number: str = ""
    activity_start: datetime | None = None
    activity_end: datetime | None = None
    awarded: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    skills: tuple[SkillClaim, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    work: tuple[Work, ...] = ()  # of an employment credential


@dataclass(frozen=True)
class Check:
    code: str
    outcome: str
    arguments: dict[str, str] = field(default_factory=dict[str, str])
    about: str = ""


@dataclass(frozen=True)
class Verdict:
    digest: str
    outcome: Outcome
    issuer_did: str = ""
    issuer_org_id: str = ""
    issuer_name: str = ""
    issuer_type: IssuerType = IssuerType.UNSPECIFIED
    issuer_trust: Trust = Trust.UNKNOWN
    checks: tuple[Check, ...] = ()
    verified_at: datetime | None = None


@dataclass(frozen=True)
class Record:
    """One credential of a holder: two halves that come on their own, and the holder's decision."""

    credential_id: str
    holder_id: str = ""
    state: RecordState = RecordState.OFFERED
    decided_at: datetime | None = None
    # From the registry.
    org_id: str = ""
    digest: str = ""
    status: Status = Status.ACTIVE
    claims: Claims | None = None
    # Who it is addressed to: keys of `addresses`.
    addresses: tuple[str, ...] = ()
    # The registry's id@version of what was awarded, and where a license of it counts.
    achievement: str = ""
    jurisdictions: tuple[str, ...] = ()
    # From the verifier.
    verdict: Verdict | None = None
    # How new each part is, packed; a part takes only what is newer.
    published_version: int = -1
    status_version: int = -1
    verdict_version: int = -1

    @property
    def judged(self) -> Verdict | None:
        """The verdict, if it is about these very bytes."""
        return self.verdict if self.verdict and self.verdict.digest == self.digest else None

    @property
    def outcome(self) -> Outcome | None:
        """The worse of what the registry and the verifier say; None while nothing is checked."""
        if self.status is Status.REVOKED:
            return Outcome.REVOKED
        if self.judged is None:
            return None
        good = self.judged.outcome in (Outcome.VALID, Outcome.UNDETERMINED)
        if self.status is Status.SUSPENDED and good:
            return Outcome.SUSPENDED
        return self.judged.outcome


@dataclass(frozen=True)
class OwnSkill:
    """A skill that a holder claims without a document."""

    skill_id: str
    uri: str
    label: str
    level: int


@dataclass(frozen=True)
class Shift:
    """`day` 1 is Monday; minutes are after local midnight."""

    day: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True)
class Pay:
    minor_units: int
    currency: str
    period: str


@dataclass(frozen=True)
class Place:
    """No finer than a county or three digits of a ZIP code."""

    state: str = ""
    county_fips: str = ""
    zip3: str = ""


@dataclass(frozen=True)
class Limits:
    weekly_hours_min: int = 0
    weekly_hours_max: int = 0
    shifts: tuple[Shift, ...] = ()
    commute_radius_miles: int = 0
    pay_floor: Pay | None = None
    willing_to_combine_roles: bool = False
    place: Place = Place()


@dataclass(frozen=True)
class StandingRule:
    """Accept without asking. `org_ids` is empty when every trusted issuer is meant."""

    consent_id: str
    expires_at: datetime
    org_ids: tuple[str, ...] = ()

    def accepts(self, record: Record, now: datetime) -> bool:
        if now >= self.expires_at or record.state is not RecordState.OFFERED:
            return False
        if not publishable(record):
            return False
        verdict = record.judged
        if verdict is None:
            return False
        if self.org_ids:
            return verdict.issuer_org_id in self.org_ids
        return verdict.issuer_trust is Trust.TRUSTED


class InvitationState(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True)
class Invitation:
    """An employer's request for contact, and the holder's answer. `closed`: taken back."""

    engagement_id: str
    holder_id: str
    job_id: str
    employer_org_id: str
    employer_name: str
    job_title: str
    requested_at: datetime
    closed: bool
    version: int
    state: InvitationState = InvitationState.REQUESTED
    answered_at: datetime | None = None
    answer_version: int = 0


class Vetting(StrEnum):
    UNSPECIFIED = "unspecified"
    PENDING = "pending"
    VETTED = "vetted"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Organization:
    org_id: str
    did: str
    name: str
    vetting: Vetting
    version: int


@dataclass(frozen=True)
class Achievement:
    """What the catalog knows beyond the credential. `key` is id@version."""

    key: str
    jurisdictions: tuple[str, ...]
    version: int


@dataclass(frozen=True)
class TaggedSkill:
    """A skill that the words of an achievement name and nobody has to decide any more. `score`: 0
    to 1. `accepted_by`: who said that it is right; empty where the tagger was sure."""

    skill: Skill
    json_pointer: str
    method: str
    score: float
    accepted_by: str


@dataclass(frozen=True)
class AchievementTags:
    """`key` is id@version of the achievement; `taxonomy` the version that its skills are of."""

    key: str
    tags: tuple[TaggedSkill, ...]
    taxonomy: str
    version: int


class Purpose(StrEnum):
    DISCOVERY = "discovery"
    APPLICATION = "application"
    RESEARCH = "research"
    AGENCY_REPORTING = "agency_reporting"
    STANDING_ACCEPTANCE = "standing_acceptance"


@dataclass(frozen=True)
class Consent:
    consent_id: str
    holder_id: str
    purpose: Purpose
    version: int
    granted_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None = None
    records: tuple[str, ...] = ()
    recipient_class: str = ""
    recipient_party: str = ""
    recipient_org_ids: tuple[str, ...] = ()
    excluded_org_ids: tuple[str, ...] = ()
    notice_version: str = ""
    language: str = "en-US"
    granted_by: str = "self"

    def stands(self, now: datetime) -> bool:
        return self.withdrawn_at is None and now < self.expires_at


@dataclass(frozen=True)
class Holder:
    """A person's wallet, without their name or address: those stay encrypted in the store."""

    holder_id: str
    did: str
    version: int = 0
    own_skills: tuple[OwnSkill, ...] = ()
    own_work: tuple[OwnWork, ...] = ()
    work_decisions: tuple[Decision, ...] = ()
    limits: Limits = Limits()
    limits_version: int = 0
    standing_rule: StandingRule | None = None
    # Digest of what is announced now; empty when nothing is.
    announced: str = ""
    ever_announced: bool = False


@dataclass(frozen=True)
class Assertion:
    assertion_id: str
    skill: Skill
    basis: Basis
    outcome: Outcome
    proficiency: Proficiency | None
    normalized_level: int
    crosswalk_version: str
    derivation: str
    confidence: float = 1.0
    accepted_by: str = ""
    taxonomy: str = ""
    issuer_did: str = ""
    issuer_org_id: str = ""
    issuer_type: IssuerType = IssuerType.UNSPECIFIED
    issuer_name: str = ""
    issuer_trusted: bool = False
    validator_did: str = ""
    validator_org_id: str = ""
    validator_type: IssuerType = IssuerType.UNSPECIFIED
    credential_id: str = ""
    json_pointer: str = ""
    evidence: tuple[tuple[str, str, str], ...] = ()  # id, type, digest
    achievement_name: str = ""
    achievement_id: str = ""
    criteria_stated: bool = False  # with an address or in words
    criteria_id: str = ""
    criteria_version: str = ""
    rubric_id: str = ""
    assessment: str = ""
    score: str = ""
    learning_context: str = ""
    activity_start: datetime | None = None
    activity_end: datetime | None = None
    awarded: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True)
class License:
    type: str
    jurisdiction: str
    state: str  # "primary_source_pending" or "verified"
    credential_id: str
    valid_until: datetime | None


@dataclass(frozen=True)
class Employment:
    """A line of work history as it is shown. `attested_by`: an organization of the network, or the
    DID of the issuer; empty for the holder's own word."""

    work: Work
    source: WorkSource
    attested_by: str = ""


@dataclass(frozen=True)
class Profile:
    holder_id: str
    assertions: tuple[Assertion, ...]
    licenses: tuple[License, ...]
    employment: tuple[Employment, ...]
    limits: Limits
    consent: Consent | None


def publishable(record: Record) -> bool:
    """Whether others may see what this credential says, given the holder's consent.

    Valid ones, and authentic ones of which a check could not be done: an issuer's status list
    that is away for an hour must not make everybody it ever certified disappear, and the
    assertion says "undetermined". Revoked, suspended, expired, not yet valid, invalid and
    unreadable ones leave the profile at once; the holder still sees them. So does one of which
    the signature, the signer or the meaning of its words could not be checked: nothing shows that
    the issuer says it.
    """
    if record.claims is None or record.judged is None:
        return False
    if record.outcome is Outcome.VALID:
        return True
    needed = [c for c in record.judged.checks if c.code.startswith(AUTHENTIC)]
    signed = any(c.code.startswith("proof.") for c in needed)
    authentic = signed and all(c.outcome in {"passed", "not_applicable"} for c in needed)
    return record.outcome is Outcome.UNDETERMINED and authentic
