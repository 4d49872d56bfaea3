"""What counts more for one employer alone, as events tell: whom it trusts, what it endorses."""

from collections import defaultdict
from typing import Any, Protocol

from talent_kit.versions import Version

from talent_matcher.model import Favors, OrgId


class Statement(Protocol):
    """An event that says so."""

    @property
    def key(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def version(self) -> Version: ...
    @property
    def event(self) -> Any: ...


class Statements:
    """Repeats and older events change nothing."""

    def __init__(self) -> None:
        self._validators: dict[OrgId, frozenset[str]] = {}
        self._criteria: defaultdict[OrgId, set[str]] = defaultdict(set)
        self._versions: dict[str, Version] = {}

    def apply(self, record: Statement) -> tuple[OrgId, Favors] | None:
        """The employer of whom an event tells something new, with all that it favors."""
        if self._versions.get(record.key, Version(0, 0)) >= record.version:
            return None
        self._versions[record.key] = record.version
        event, employer = record.event, employer_of(record)
        if record.type == "ValidatorsTrusted":
            self._validators[employer] = frozenset(event.validator_org_id)
        else:
            achievement = criteria_key(event.achievement_id, event.achievement_version)
            if event.withdrawn:
                self._criteria[employer].discard(achievement)
            else:
                self._criteria[employer].add(achievement)
        trusted = self._validators.get(employer, frozenset())
        return employer, Favors(trusted, frozenset(self._criteria.get(employer, ())))


def employer_of(record: Statement) -> OrgId:
    """Who says it."""
    trusts = record.type == "ValidatorsTrusted"
    return OrgId(record.event.employer_org_id if trusts else record.event.endorser_org_id)


def criteria_key(achievement_id: str, version: str) -> str:
    """Criteria are those of one version of an achievement: its words never change."""
    return f"{achievement_id}@{version}"
