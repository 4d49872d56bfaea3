"""Reading the claims of an Open Badges 3.0 credential (https://www.imsglobal.org/spec/ob/v3p0/).

Lenient on purpose: whether the document is well formed is the verifier's question. What is not
understood is left out, never guessed.
"""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, cast
from urllib.parse import urlsplit

from talent_skills import CROSSWALK, LEARNING_CONTEXTS, Proficiency

from talent_wallet.employment import read_work
from talent_wallet.json_ld import Document, all_in, first_in, text_in
from talent_wallet.model import Artifact, Claims, Skill, SkillClaim

LONGEST = 500  # characters of a name or label that is shown
# A signed document may be large, and each skill carries all its evidence.
MOST_SKILLS = 200
MOST_ARTIFACTS = 50
MOST_WORK = 50


def read_claims(credential: bytes) -> Claims | None:
    """What the credential says; None when it cannot be read as one."""
    try:
        document: Any = json.loads(credential)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict):
        return None
    document = cast(Document, document)
    subject = first_in(document.get("credentialSubject"))
    achievement = first_in(subject.get("achievement"))
    criteria = first_in(achievement.get("criteria"))
    return Claims(
        name=(text_in(achievement.get("name")) or text_in(document.get("name")))[:LONGEST],
        achievement_type=text_in(achievement.get("achievementType")),
        achievement_code=text_in(achievement.get("humanCode")),
        achievement_version=text_in(achievement.get("version")),
        issuer_did=_identifier(document.get("issuer")),
        subject_did=text_in(subject.get("id")),
        validator_did=_identifier(subject.get("source")),
        criteria_id=text_in(criteria.get("id")),
        learning_context=LEARNING_CONTEXTS.get(text_in(achievement.get("achievementType")), ""),
        has_criteria=bool(criteria.get("id") or criteria.get("narrative")),
        license_number=text_in(subject.get("licenseNumber")),
        activity_start=_instant(subject.get("activityStartDate")),
        activity_end=_instant(subject.get("activityEndDate")),
        awarded=_instant(document.get("awardedDate")),
        valid_from=_instant(document.get("validFrom")),
        valid_until=_instant(document.get("validUntil")),
        skills=tuple(islice(_skills(subject, achievement), MOST_SKILLS)),
        artifacts=tuple(
            Artifact(text_in(item.get("genre")) or "Evidence", f"/evidence/{index}")
            for index, item in enumerate(all_in(document.get("evidence"))[:MOST_ARTIFACTS])
        ),
        work=tuple(islice(read_work(subject), MOST_WORK)),
    )


def _skills(subject: Document, achievement: Document) -> Iterator[SkillClaim]:
    """One claim for each skill address, with the level of the result that speaks of it.

    A result speaks of the skills that it, its description or its reached rubric level align to.
    One that aligns to none speaks of the achievement's own skills, if it is the only such result.
    """
    named = dict(_aligned(achievement, "/credentialSubject/achievement"))
    own = list(named)
    results: dict[str, Document] = {}
    general: list[Document] = []
    for index, result in enumerate(all_in(subject.get("result"))):
        number, description = _description(result, achievement)
        described = f"/credentialSubject/achievement/resultDescription/{number}"
        spoken = {
            **dict(_aligned(result, f"/credentialSubject/result/{index}")),
            **dict(_aligned(_rubric_level(result, description), described)),
            **dict(_aligned(description, described)),
        }
        for uri, (skill, pointer) in spoken.items():
            named.setdefault(uri, (skill, pointer))
            results.setdefault(uri, result)
        if not spoken:
            general.append(result)
    for uri, (skill, pointer) in named.items():
        result = results.get(uri)
        if result is None and uri in own and len(general) == 1:
            result = general[0]
        yield _claim(skill, pointer, result, achievement)


def _claim(
    skill: Skill, pointer: str, result: Document | None, achievement: Document
) -> SkillClaim:
    if result is None:
        return SkillClaim(skill, pointer)
    _, description = _description(result, achievement)
    return SkillClaim(
        skill,
        pointer,
        has_result=True,
        proficiency=_proficiency(result, description),
        rubric_id=text_in(description.get("id")) if description.get("rubricCriterionLevel") else "",
        assessment=text_in(description.get("name"))[:LONGEST],
        score=text_in(result.get("value"))[:LONGEST],
    )


def _proficiency(result: Document, description: Document) -> Proficiency | None:
    """The level as issued.

    A step of a mapped scale is named by its address, either as the rubric level's own id or in
    the rubric level's alignment; a number on a mapped scale by the scale's address in the
    alignment of the result description. Anything else is kept under the rubric's own address.
    """
    reached = text_in(result.get("achievedLevel"))
    rubric_level = _rubric_level(result, description)
    label = text_in(rubric_level.get("name"))[:LONGEST]
    targets = [text_in(item.get("targetUrl")) for item in all_in(rubric_level.get("alignment"))]
    for uri in (reached, *targets):
        step = CROSSWALK.step(uri)
        if step is not None:
            return Proficiency(step[0], level_code=step[1], label=label)
    scale = text_in(description.get("id"))
    if reached:
        code = text_in(rubric_level.get("level")) or reached
        return Proficiency(scale, level_code=code, label=label)
    number = _number(result.get("value"))
    if number is None:
        return None
    for item in all_in(description.get("alignment")):
        if text_in(item.get("targetUrl")) in CROSSWALK.scales:
            scale = text_in(item.get("targetUrl"))
    low, high = _number(description.get("valueMin")), _number(description.get("valueMax"))
    return Proficiency(
        scale,
        label=text_in(result.get("value")),
        ordinal=number,
        minimum=low or 0,
        maximum=high or 0,
    )


def _aligned(thing: Document, at: str) -> Iterator[tuple[str, tuple[Skill, str]]]:
    """The skills that something aligns to, by address; a scale or its step is no skill."""
    for index, item in enumerate(all_in(thing.get("alignment"))):
        uri = text_in(item.get("targetUrl"))
        if not is_address(uri) or CROSSWALK.step(uri) or uri in CROSSWALK.scales:
            continue
        code = text_in(item.get("targetCode"))
        skill = Skill(
            uri=uri,
            label=text_in(item.get("targetName"))[:LONGEST],
            framework_uri=text_in(item.get("targetFramework"))[:LONGEST],
            ctid=code if code.startswith("ce-") else "",
        )
        yield uri, (skill, f"{at}/alignment/{index}")


def _description(result: Document, achievement: Document) -> tuple[int, Document]:
    wanted = result.get("resultDescription")
    for index, description in enumerate(all_in(achievement.get("resultDescription"))):
        if wanted and description.get("id") == wanted:
            return index, description
    return 0, {}


def _rubric_level(result: Document, description: Document) -> Document:
    reached = result.get("achievedLevel")
    for level in all_in(description.get("rubricCriterionLevel")):
        if reached and level.get("id") == reached:
            return level
    return {}


def is_address(uri: str) -> bool:
    """Whether this is an absolute address that a skill can have."""
    if len(uri) > 2000 or any(character.isspace() for character in uri):
        return False
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return parts.scheme in {"urn", "did"} or (
        parts.scheme in {"http", "https"} and bool(parts.netloc)
    )


def _identifier(value: Any) -> str:
    return text_in(value) or text_in(first_in(value).get("id"))


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _instant(value: Any) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text_in(value))
        # A date-time without a zone names no instant.
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None
