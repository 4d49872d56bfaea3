"""Rules of Open Badges 3.0 (section B, data models): the types and fields that a badge must have.

In code rather than JSON Schema: the published schema is not in any package, and it misses rules
that matter, such as the wrong type of a profile.
"""

from __future__ import annotations

from typing import Any, cast

from talent_vc.document import Document
from talent_vc.structure import is_url
from talent_vc.verdict import Check, Outcome

CODE = "schema.open_badges"
_BADGES = {"OpenBadgeCredential", "AchievementCredential"}


def check_open_badge(document: Document) -> list[Check]:
    """NOT_APPLICABLE for other credentials; else one FAILED check a breach, or one PASSED."""
    kinds = _list(document.get("type"))
    if _BADGES.isdisjoint(kind for kind in kinds if isinstance(kind, str)):
        return [Check(CODE, Outcome.NOT_APPLICABLE)]
    rules = _Rules()
    rules.profile(document.get("issuer"), "/issuer")
    for subject, about in rules.objects(document, "credentialSubject", ""):
        rules.subject(subject, about)
    for evidence, about in rules.objects(document, "evidence", ""):
        rules.typed(evidence, "Evidence", about)
    return rules.checks or [Check(CODE, Outcome.PASSED)]


class _Rules:
    def __init__(self) -> None:
        self.checks: list[Check] = []

    def subject(self, subject: Document, about: str) -> None:
        self.typed(subject, "AchievementSubject", about)
        if not subject.get("id") and not subject.get("identifier") and "achievement" not in subject:
            self._fail("required", f"{about}/identifier")
        for identity, where in self.objects(subject, "identifier", about):
            self.typed(identity, "IdentityObject", where)
            if not isinstance(identity.get("identityHash"), str):
                self._fail("required", f"{where}/identityHash")
        if not subject.get("achievement"):
            self._fail("required", f"{about}/achievement")
        for achievement, where in self.objects(subject, "achievement", about):
            self.achievement(achievement, where)
        for result, where in self.objects(subject, "result", about):
            self.typed(result, "Result", where)
        self.profile(subject.get("source"), f"{about}/source")

    def achievement(self, achievement: Document, about: str) -> None:
        self.typed(achievement, "Achievement", about)
        if not is_url(achievement.get("id")):
            self._fail("required", f"{about}/id")
        for name in ("name", "description"):
            if not achievement.get(name):
                self._fail("required", f"{about}/{name}")
        criteria: Any = achievement.get("criteria")
        if not isinstance(criteria, dict):
            self._fail("required", f"{about}/criteria")
        elif not any(cast("Document", criteria).get(name) for name in ("id", "narrative")):
            self._fail("required", f"{about}/criteria/narrative")
        for description, where in self.objects(achievement, "resultDescription", about):
            self.typed(description, "ResultDescription", where)
            for name in ("id", "name", "resultType"):
                if not isinstance(description.get(name), str):
                    self._fail("required", f"{where}/{name}")
        for alignment, where in self.objects(achievement, "alignment", about):
            self.typed(alignment, "Alignment", where)
            for name in ("targetName", "targetUrl"):
                if not isinstance(alignment.get(name), str):
                    self._fail("required", f"{where}/{name}")
        self.profile(achievement.get("creator"), f"{about}/creator")

    def profile(self, value: Any, about: str) -> None:
        """A profile may be given by its id alone; in full it says that it is one."""
        if isinstance(value, dict):
            self.typed(cast("Document", value), "Profile", about)

    def typed(self, value: Document, needed: str, about: str) -> None:
        if needed not in _list(value.get("type")):
            self._fail("type", f"{about}/type", needed=needed)

    def objects(self, parent: Document, name: str, about: str) -> list[tuple[Document, str]]:
        found: list[tuple[Document, str]] = []
        many = isinstance(parent.get(name), list)
        for position, value in enumerate(_list(parent.get(name))):
            where = f"{about}/{name}/{position}" if many else f"{about}/{name}"
            if isinstance(value, dict):
                found.append((cast("Document", value), where))
            else:
                self._fail("object", where)
        return found

    def _fail(self, rule: str, about: str, **arguments: str) -> None:
        self.checks.append(Check(CODE, Outcome.FAILED, {"rule": rule, **arguments}, about))


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]
