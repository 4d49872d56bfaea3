"""What the registry knows about: organizations, credentials and their status."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from talent_kit.errors import Problem, Reason
from talent_kit.versions import Version

from talent_registry.recipients import Recipient

OrgId = NewType("OrgId", str)
CredentialId = NewType("CredentialId", str)
ListId = NewType("ListId", str)

_ORG_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")  # it stands in URLs and DIDs
_REASON_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")  # it stands in events, for all to read


class OrganizationRole(StrEnum):
    PROVIDER = "PROVIDER"
    EMPLOYER = "EMPLOYER"
    AGENCY = "AGENCY"
    PORTAL_OPERATOR = "PORTAL_OPERATOR"


class ValidatorType(StrEnum):
    UNSPECIFIED = "UNSPECIFIED"
    COLLEGE = "COLLEGE"
    TRAINING_PROVIDER = "TRAINING_PROVIDER"
    INDUSTRY_ASSOCIATION = "INDUSTRY_ASSOCIATION"
    EMPLOYER = "EMPLOYER"
    GOVERNMENT = "GOVERNMENT"


class VettingState(StrEnum):
    PENDING = "PENDING"
    VETTED = "VETTED"
    SUSPENDED = "SUSPENDED"


class CredentialStatus(StrEnum):
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"


class Purpose(StrEnum):
    """What a set bit of a status list means."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"


@dataclass(frozen=True)
class Registration:
    """What an organization says about itself."""

    name: str
    did: str  # empty: the registry makes one
    roles: tuple[OrganizationRole, ...]
    type: ValidatorType
    url: str
    portal_operator_org_id: str


@dataclass(frozen=True)
class Organization:
    org_id: OrgId
    did: str
    name: str
    roles: tuple[OrganizationRole, ...]
    type: ValidatorType
    url: str
    vetting: VettingState
    portal_operator_org_id: str
    key_id: str  # of the signing key that the registry keeps; empty: the organization has its own
    reason_code: str  # of a suspension
    version: Version

    def says(self, registration: Registration) -> bool:
        """Whether this is what was registered."""
        return (
            self.name == registration.name
            and registration.did == ("" if self.key_id else self.did)
            and self.roles == registration.roles
            and self.type == registration.type
            and self.url == registration.url
            and self.portal_operator_org_id == registration.portal_operator_org_id
        )

    def vetted(self, epoch: int) -> "Organization":
        return replace(
            self, vetting=VettingState.VETTED, reason_code="", version=self.version.next(epoch)
        )

    def suspended(self, epoch: int, reason_code: str) -> "Organization":
        return replace(
            self,
            vetting=VettingState.SUSPENDED,
            reason_code=reason_code,
            version=self.version.next(epoch),
        )


def check_org_id(org_id: str) -> OrgId:
    """The caller's organization. Raises Problem when the token names none that can be used."""
    if not org_id:
        raise Problem(
            Reason.INVALID_FIELD, field="org_id", mend="sign in for an organization (claim org_id)"
        )
    if _ORG_ID.fullmatch(org_id) is None:
        mend = "use up to 64 letters, digits, dots, dashes and underscores"
        raise Problem(Reason.INVALID_FIELD, field="org_id", mend=mend)
    return OrgId(org_id)


def check_reason_code(reason_code: str) -> None:
    """Raises Problem for what is no code: free text could tell of a person."""
    if _REASON_CODE.fullmatch(reason_code) is None:
        mend = "use a code of up to 64 letters, digits and underscores, such as issued_in_error"
        raise Problem(Reason.INVALID_FIELD, field="reason_code", mend=mend)


@dataclass(frozen=True)
class StatusEntry:
    """An entry of a credential's `credentialStatus`."""

    id: str
    type: str
    status_purpose: str
    status_list_index: int
    status_list_credential: str


@dataclass(frozen=True)
class StatusPlace:
    """Where a credential issued here stands in its two lists."""

    revocation_list_id: ListId
    suspension_list_id: ListId
    index: int

    def list_id(self, purpose: Purpose) -> ListId:
        if purpose is Purpose.REVOCATION:
            return self.revocation_list_id
        return self.suspension_list_id


@dataclass(frozen=True)
class Result:
    result_description: str = ""
    value: str = ""
    achieved_level: str = ""
    status: str = ""


@dataclass(frozen=True)
class Facts:
    """What a credential says, as far as the network reads it without judging the proof."""

    document_id: str = ""
    achievement_id: str = ""
    achievement_version: str = ""
    recipient: Recipient = field(default_factory=Recipient)
    credential_status: tuple[StatusEntry, ...] = ()
    result: tuple[Result, ...] = ()
    license_number: str = ""
    role: str = ""
    term: str = ""
    credits_earned: float = 0.0
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True)
class Credential:
    """A published credential."""

    credential_id: CredentialId
    org_id: OrgId
    issuer_did: str
    content: bytes  # exactly as signed
    digest: str
    facts: Facts
    place: StatusPlace | None  # None: signed elsewhere, its status is not kept here
    status: CredentialStatus
    published_at: datetime
    version: Version

    def changed(self, status: CredentialStatus, epoch: int) -> "Credential":
        return replace(self, status=status, version=self.version.next(epoch))


class StatusChange(StrEnum):
    """What an issuer can do to a credential's status."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"

    @property
    def purpose(self) -> Purpose:
        return Purpose.REVOCATION if self is StatusChange.REVOKE else Purpose.SUSPENSION

    @property
    def sets_bit(self) -> bool:
        return self is not StatusChange.REINSTATE

    def apply(self, status: CredentialStatus) -> CredentialStatus:
        """The status afterwards. Raises WRONG_STATE when there is no such step."""
        if status is CredentialStatus.REVOKED:
            raise _wrong_state("revoked", "a revoked credential stays revoked, issue a new one")
        if self is StatusChange.REVOKE:
            return CredentialStatus.REVOKED
        if self is StatusChange.SUSPEND:
            if status is CredentialStatus.SUSPENDED:
                raise _wrong_state("suspended", "there is nothing to suspend")
            return CredentialStatus.SUSPENDED
        if status is CredentialStatus.ACTIVE:
            raise _wrong_state("active", "only a suspended credential is reinstated")
        return CredentialStatus.ACTIVE


def _wrong_state(state: str, mend: str) -> Problem:
    return Problem(Reason.WRONG_STATE, field="credential_id", state=state, mend=mend)
