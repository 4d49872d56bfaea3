"""What counts more for one employer alone, as events tell: whom it trusts, what it endorses."""

from collections import defaultdict

from talent_kit.events import Record
from talent_kit.versions import Version

from talent_matcher.model import Favors, OrgId


class Statements:
    """Repeats and older events change nothing."""

    def __init__(self) -> None:
        self._validators: dict[OrgId, frozenset[str]] = {}
        self._criteria: defaultdict[OrgId, set[str]] = defaultdict(set)
        self._versions: dict[str, Version] = {}

    def apply(self, record: Record) -> tuple[OrgId, Favors] | None:
        """The employer of whom an event tells something new, with all that it favors."""
        if self._versions.get(record.key, Version(0, 0)) >= record.version:
            return None
        self._versions[record.key] = record.version
        event = record.event
        if record.type == "ValidatorsTrusted":
            employer = OrgId(event.employer_org_id)
            self._validators[employer] = frozenset(event.validator_org_id)
        else:
            employer = OrgId(event.endorser_org_id)
            achievement = criteria_key(event.achievement_id, event.achievement_version)
            if event.withdrawn:
                self._criteria[employer].discard(achievement)
            else:
                self._criteria[employer].add(achievement)
        trusted = self._validators.get(employer, frozenset())
        return employer, Favors(trusted, frozenset(self._criteria.get(employer, ())))


def criteria_key(achievement_id: str, version: str) -> str:
    """Criteria are those of one version of an achievement: its words never change."""
    return f"{achievement_id}@{version}"
