"""What is known of one credential and its issuer, and what a new look at it means. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from talent_kit.versions import Version
from talent_vc import Check, Overall, Part, issuer_is_proven


class IssuerTrust(StrEnum):
    """Whether the agency stands behind the issuer. Apart from whether the document is real."""

    TRUSTED = "trusted"
    UNKNOWN = "unknown"
    SUSPENDED = "suspended"


class Vetting(StrEnum):
    PENDING = "pending"
    VETTED = "vetted"
    SUSPENDED = "suspended"


class ValidatorType(StrEnum):
    UNSPECIFIED = "unspecified"
    COLLEGE = "college"
    TRAINING_PROVIDER = "training-provider"
    INDUSTRY_ASSOCIATION = "industry-association"
    EMPLOYER = "employer"
    GOVERNMENT = "government"


TRUSTS = {
    Vetting.VETTED: IssuerTrust.TRUSTED,
    Vetting.SUSPENDED: IssuerTrust.SUSPENDED,
    Vetting.PENDING: IssuerTrust.UNKNOWN,
}


@dataclass(frozen=True)
class Organization:
    """What the registry says of an organization."""

    org_id: str
    did: str
    name: str
    type: ValidatorType
    vetting: Vetting


@dataclass(frozen=True)
class Issuer:
    """Whom the credential names as its issuer, and what the registry says of them."""

    did: str
    org_id: str = ""
    name: str = ""
    type: ValidatorType = ValidatorType.UNSPECIFIED
    trust: IssuerTrust = IssuerTrust.UNKNOWN


@dataclass(frozen=True)
class Verdict:
    """`next_change` is the next instant at which validity begins or ends by itself, that of a proof
    or a key included."""

    digest: str
    outcome: Overall
    checks: tuple[Check, ...]
    issuer: Issuer
    verified_at: datetime
    next_change: datetime | None = None
    parts: tuple[Part, ...] = ()

    @property
    def issuer_is_proven(self) -> bool:
        return issuer_is_proven(self.checks)

    def says_the_same_as(self, other: "Verdict") -> bool:
        then, next_change = other.verified_at, other.next_change
        return replace(self, verified_at=then, next_change=next_change) == other


@dataclass(frozen=True)
class Cause:
    """The event that told a fact, and the trace that goes on with what it causes."""

    event_id: str
    trace: Mapping[str, str]


@dataclass(frozen=True)
class Published:
    """A credential was published, or published again."""

    credential_id: str
    org_id: str
    version: Version
    content: bytes
    digest: str
    cause: Cause


@dataclass(frozen=True)
class StatusChanged:
    """A status list changed for one credential: `list_versions` (URL to version) show it."""

    credential_id: str
    org_id: str
    version: Version
    list_versions: Mapping[str, int]
    cause: Cause


Fact = Published | StatusChanged


@dataclass(frozen=True)
class Standing:
    """All that is known of one credential; its parts come in either order.

    `revision` rises with every write, so that a writer notices that another one was faster.
    `version` is that of the announced verdict. `watched` has the keys of the documents, and of
    the indexes in them, that it depends on (`watching.keys`).
    """

    credential_id: str
    org_id: str
    revision: int = 0
    published: Version | None = None
    status: Version | None = None
    list_versions: Mapping[str, int] = field(default_factory=dict[str, int])
    version: Version | None = None
    verdict: Verdict | None = None
    look_again_at: datetime | None = None
    tries: int = 0
    watched: tuple[str, ...] = ()

    def but(self, **changes: object) -> "Standing":
        """The same but for `changes`, as by `dataclasses.replace`, in a tenth of the time: it is
        made several times for every credential."""
        made = object.__new__(Standing)
        vars(made).update(vars(self), **changes)
        return made


# Outcomes that no document elsewhere can change any more: a revocation is final (Bitstring Status
# List 1.0, section 2.1), and so is the end of the validity.
FINAL = (Overall.UNPARSEABLE, Overall.REVOKED, Overall.EXPIRED)


class Announcement(StrEnum):
    """Rejected: not valid at first sight. Every later difference is a change."""

    VERIFIED = "verified"
    REJECTED = "rejected"
    CHANGED = "changed"


@dataclass(frozen=True)
class Patience:
    """When to try again what could not be reached."""

    first: timedelta
    longest: timedelta

    def after(self, tries: int) -> timedelta:
        return min(self.longest, self.first * 2 ** min(tries, 32))


def issuer_of(did: str, organization: Organization | None) -> Issuer:
    """Only an organization that the agency has vetted is trusted."""
    if organization is None:
        return Issuer(did)
    trust = TRUSTS[organization.vetting]
    return Issuer(did, organization.org_id, organization.name, organization.type, trust)


def learn(standing: Standing, facts: Sequence[Fact]) -> Standing:
    """The standing with what is new in `facts`; the same one when nothing is."""
    for fact in facts:
        if isinstance(fact, Published):
            if standing.published is None or fact.version > standing.published:
                standing = standing.but(org_id=fact.org_id, published=fact.version)
        elif standing.status is None or fact.version > standing.status:
            lists = dict(standing.list_versions)
            for url, version in fact.list_versions.items():
                lists[url] = max(version, lists.get(url, 0))
            standing = standing.but(status=fact.version, list_versions=lists)
    return standing


def announcement(previous: Verdict | None, verdict: Verdict) -> Announcement | None:
    """What a new verdict has to tell the others; None when nothing."""
    if previous is None:
        valid = verdict.outcome is Overall.VALID
        return Announcement.VERIFIED if valid else Announcement.REJECTED
    return None if verdict.says_the_same_as(previous) else Announcement.CHANGED


def judged(
    standing: Standing,
    verdict: Verdict,
    *,
    unreachable: bool,
    watched: tuple[str, ...],
    patience: Patience,
) -> Standing:
    """The standing with a new verdict, and when to look again.

    `unreachable`: a document was missing of which nobody will say that it is there again.
    `watched`: the keys of those that are looked after.
    """
    undecided = unreachable and verdict.outcome is Overall.UNDETERMINED
    tries = standing.tries + 1 if undecided else 0
    again = verdict.verified_at + patience.after(standing.tries) if undecided else None
    if verdict.outcome in FINAL:
        watched = ()
    return standing.but(verdict=verdict, look_again_at=again, tries=tries, watched=watched)
