"""Endorsements: who stands behind the criteria of an achievement, told by one version of it.

Pure. Each is an aggregate of its own, by achievement and endorser, so that one who comes or goes
changes nothing of the others.
"""

from dataclasses import dataclass
from datetime import datetime

from talent_kit.errors import Problem, Reason
from talent_kit.versions import Version

from talent_registry.catalog import Achievement
from talent_registry.model import (
    Organization,
    OrganizationRole,
    OrgId,
    ValidatorType,
    VettingState,
)


@dataclass(frozen=True)
class Endorsement:
    """`standing`: False once it is taken back. `at`: when it was given or taken back."""

    achievement_id: str
    achievement_version: str
    org_id: OrgId
    standing: bool
    at: datetime
    version: Version

    @property
    def key(self) -> str:
        return key_of(f"{self.achievement_id}@{self.achievement_version}", self.org_id)


def key_of(achievement_key: str, org_id: str) -> str:
    return f"{achievement_key}/endorsed/{org_id}"


def check_may_endorse(endorser: Organization, achievement: Achievement) -> None:
    """Raises NOT_VETTED, WRONG_STATE or INVALID_FIELD."""
    if endorser.vetting is not VettingState.VETTED:
        raise Problem(Reason.NOT_VETTED, org=endorser.org_id)
    is_association = endorser.type is ValidatorType.INDUSTRY_ASSOCIATION
    if OrganizationRole.EMPLOYER not in endorser.roles and not is_association:
        mend = "only employers and industry associations endorse criteria"
        state = "registered as something else"
        raise Problem(Reason.WRONG_STATE, field="org_id", state=state, mend=mend)
    if achievement.org_id == endorser.org_id:
        mend = "name an achievement of another organization, this one is your own"
        raise Problem(Reason.INVALID_FIELD, field="achievement_id", mend=mend)
