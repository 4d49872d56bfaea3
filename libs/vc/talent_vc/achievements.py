"""What the tables of Open Badges 3.0 cannot say of achievements and their recipients (section B.1):
fields that need one another, and links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, cast

from talent_vc.document import Document, as_list
from talent_vc.model import Walk

# Section B.1.2, with the name that drafts used.
BADGE_CONTEXT = re.compile(
    r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-\d+\.\d+\.\d+|/ob_v3p0)?\.json(ld)?"
)
_HASH = re.compile(r"sha256\$[0-9A-Fa-f]{64}|md5\$[0-9A-Fa-f]{32}")


def check_contexts(document: Document, needed: Sequence[re.Pattern[str]], walk: Walk) -> None:
    """The contexts that follow that of VCDM. Where one is missing, terms are not defined."""
    for url, pattern in zip_longest(as_list(document.get("@context"))[1 : len(needed) + 1], needed):
        if not isinstance(url, str) or not pattern.fullmatch(url):
            walk.fail("context", "/@context", advised=True)
            return


def check_subject(subject: Document, about: str, walk: Walk) -> None:
    check_recipient(subject, about, walk)
    described: dict[Any, _Description] = {}
    for achievement, where in objects(subject, "achievement", about):
        described |= check_achievement(achievement, where, walk)
    for result, where in objects(subject, "result", about):
        _check_result(result, where, described, walk)


def check_recipient(subject: Document, about: str, walk: Walk) -> None:
    """Section B.1.3: "Either `id` or at least one `identifier` MUST be supplied". Where neither is,
    nobody can show that it is theirs, and it is authentic all the same."""
    if not subject.get("id") and not subject.get("identifier"):
        walk.fail("recipient", f"{about}/identifier", advised=True)
    for identity, where in objects(subject, "identifier", about):
        hashed: Any = identity.get("identityHash")
        plain = identity.get("hashed") is not True or not isinstance(hashed, str)
        if not plain and not _HASH.fullmatch(hashed):
            walk.fail("kind", f"{where}/identityHash", advised=True, needed="IdentityHash")


def check_achievement(achievement: Document, about: str, walk: Walk) -> dict[Any, _Description]:
    """id -> each result description of the achievement."""
    for criteria, where in objects(achievement, "criteria", about):
        if not criteria.get("id") and not criteria.get("narrative"):
            walk.fail("criteria", f"{where}/narrative")
    described: dict[Any, _Description] = {}
    for fields, where in objects(achievement, "resultDescription", about):
        description = _Description(fields)
        description.check_level(fields.get("requiredLevel"), f"{where}/requiredLevel", walk)
        description.check_value(fields.get("requiredValue"), f"{where}/requiredValue", walk)
        described[str(fields.get("id"))] = description
    return described


def _check_result(
    result: Document, about: str, described: dict[Any, _Description], walk: Walk
) -> None:
    """A result fits the description in the achievement that it names."""
    if "resultDescription" not in result:
        return
    link: Any = result["resultDescription"]
    description = described.get(link) if isinstance(link, str) else None
    if description is None:
        where = f"{about}/resultDescription"
        walk.fail("link", where, advised=True, needed="ResultDescription")
        return
    description.check_level(result.get("achievedLevel"), f"{about}/achievedLevel", walk)
    description.check_value(result.get("value"), f"{about}/value", walk)
    if description.is_status and "status" not in result:
        walk.fail("required", f"{about}/status", advised=True)


class _Description:
    """What a result may be. Breaches are advice: whoever issued it means what it says."""

    def __init__(self, fields: Document) -> None:
        self.is_status = fields.get("resultType") == "Status"
        levels = objects(fields, "rubricCriterionLevel", "")
        self._levels = {str(level.get("id")) for level, _ in levels}
        self._allowed = {str(value) for value in as_list(fields.get("allowedValue"))}
        self._low, self._high = _number(fields.get("valueMin")), _number(fields.get("valueMax"))

    def check_level(self, level: Any, about: str, walk: Walk) -> None:
        if level is not None and str(level) not in self._levels:
            walk.fail("link", about, advised=True, needed="RubricCriterionLevel")

    def check_value(self, value: Any, about: str, walk: Walk) -> None:
        """A value is an allowed one, and within the range where all three are numbers."""
        if not isinstance(value, str):
            return
        if self._allowed and value not in self._allowed:
            walk.fail("allowed", about, advised=True)
        number = _number(value)
        if number is None:
            return
        if (self._low is not None and number < self._low) or (
            self._high is not None and number > self._high
        ):
            walk.fail("range", about, advised=True)


def _number(value: Any) -> float | None:
    try:
        return float(value) if isinstance(value, str) and len(value) < 40 else None
    except ValueError:
        return None


def objects(parent: Document, name: str, about: str) -> list[tuple[Document, str]]:
    value: Any = parent.get(name)
    if value is None:
        return []
    if isinstance(value, dict):
        return [(cast("Document", value), f"{about}/{name}")]
    if not isinstance(value, list):
        return []
    entries = enumerate(cast("list[Any]", value))
    return [(entry, f"{about}/{name}/{at}") for at, entry in entries if isinstance(entry, dict)]
