"""Achievements: Open Badges 3.0 terms as published, checked once and never changed.

https://www.imsglobal.org/spec/ob/v3p0/#achievement
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from talent_kit.errors import Problem, Reason
from talent_kit.versions import Version

from talent_registry.model import OrgId

Terms = Mapping[str, Any]

# Open Badges 3.0, section B.3: https://www.imsglobal.org/spec/ob/v3p0/#achievementtype-enumeration
ACHIEVEMENT_TYPES = frozenset(
    {
        *("Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment"),
        *("AssociateDegree", "Award", "Badge", "BachelorDegree", "Certificate"),
        *("CertificateOfCompletion", "Certification", "CommunityService", "Competency"),
        *("Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree", "Fieldwork"),
        *("GeneralEducationDevelopment", "JourneymanCertificate", "LearningProgram"),
        *("License", "Membership", "ProfessionalDoctorate", "QualityAssuranceCredential"),
        *("MasterCertificate", "MasterDegree", "MicroCredential", "ResearchDoctorate"),
        "SecondarySchoolDiploma",
    }
)
TARGET_TYPES = frozenset(
    {
        *("ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric"),
        *("CFRubricCriterion", "CFRubricCriterionLevel", "CTDL"),
    }
)
RESULT_TYPES = frozenset(
    {
        *("GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore"),
        *("RawScore", "Result", "RubricCriterion", "RubricCriterionLevel", "RubricScore"),
        *("ScaledScore", "Status"),
    }
)
# What stands in a credential as it was published.
PLAIN_TERMS = (
    *("id", "version", "inLanguage", "achievementType", "name", "description", "criteria"),
    *("humanCode", "fieldOfStudy", "specialization", "tag"),
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_MOST_ENTRIES = 500


@dataclass(frozen=True)
class Achievement:
    """One published version. `terms` are named as in Open Badges, and as in the event's JSON."""

    achievement_id: str
    achievement_version: str
    org_id: OrgId
    order: str  # UUIDv7: later ones sort later
    terms: Terms
    version: Version

    @property
    def key(self) -> str:
        return f"{self.achievement_id}@{self.achievement_version}"


def is_uri(text: str) -> bool:
    return _URI.fullmatch(text) is not None


def check(terms: Terms) -> None:
    """Raises Problem for the first field that is missing or wrong."""
    for name in ("version", "name", "description", "criteria"):
        if not terms.get(name):
            raise Problem(Reason.MISSING_FIELD, field=f"achievement.{name}")
    _shape(terms, "id", _URI, "use an absolute address, or leave it empty")
    _shape(terms, "version", _VERSION, "use up to 64 letters, digits, dots and dashes")
    _shape(terms, "inLanguage", _LANGUAGE, 'use a language code such as "en-US"')
    _shape(terms, "estimatedDuration", _DURATION, 'use an ISO 8601 duration such as "P8W"')
    _one_of(terms, "achievementType", ACHIEVEMENT_TYPES, "achievement.achievement_type")
    if terms["criteria"].get("id") and not is_uri(terms["criteria"]["id"]):
        _refuse("achievement.criteria.id", "use an absolute address")
    for code in terms.get("jurisdiction", ()):
        if _JURISDICTION.fullmatch(code) is None:
            _refuse("achievement.jurisdiction", 'use ISO 3166-2 codes such as "US-CO"')
    for name in ("endorsement", "related"):
        for address in terms.get(name, ()):
            if not is_uri(address):
                _refuse(f"achievement.{name}", "use absolute addresses")
    # In the message's JSON, what is no finite number is a text such as "NaN".
    if not 0 <= float(terms.get("creditsAvailable", 0)) < 1e9:
        _refuse("achievement.credits_available", "use a number that is not negative")
    _check_cost(terms.get("estimatedCost", {}))
    _check_alignments(terms.get("alignment", ()), "achievement.alignment")
    _check_results(terms.get("resultDescription", ()))


def badge_terms(achievement: Achievement, creator: Terms) -> dict[str, Any]:
    """The achievement as it stands inside a credential: what Open Badges has a term for."""
    terms = achievement.terms
    badge = {name: terms[name] for name in PLAIN_TERMS if terms.get(name)}
    badge["creator"] = creator
    if terms.get("creditsAvailable"):
        badge["creditsAvailable"] = number(terms["creditsAvailable"])
    if terms.get("alignment"):
        badge["alignment"] = _alignments(terms["alignment"])
    if terms.get("resultDescription"):
        badge["resultDescription"] = [_result(row) for row in terms["resultDescription"]]
    if terms.get("otherIdentifier"):
        badge["otherIdentifier"] = [
            {"type": "IdentifierEntry", **entry} for entry in terms["otherIdentifier"]
        ]
    if terms.get("related"):
        badge["related"] = [{"id": address, "type": ["Related"]} for address in terms["related"]]
    return badge


def number(value: float) -> float | int:
    """Whole numbers as such: 3, not 3.0."""
    return int(value) if value == int(value) else value


def _result(row: Terms) -> dict[str, Any]:
    made: dict[str, Any] = {**row, "type": ["ResultDescription"]}
    if row.get("alignment"):
        made["alignment"] = _alignments(row["alignment"])
    if row.get("rubricCriterionLevel"):
        made["rubricCriterionLevel"] = [_level(level) for level in row["rubricCriterionLevel"]]
    return made


def _level(level: Terms) -> dict[str, Any]:
    made: dict[str, Any] = {**level, "type": ["RubricCriterionLevel"]}
    if level.get("alignment"):
        made["alignment"] = _alignments(level["alignment"])
    return made


def _alignments(rows: Sequence[Terms]) -> list[dict[str, Any]]:
    return [{**row, "type": ["Alignment"]} for row in rows]


def _check_cost(cost: Terms) -> None:
    if int(cost.get("minorUnits", 0)) < 0:
        _refuse("achievement.estimated_cost.minor_units", "use an amount that is not negative")
    if cost and _CURRENCY.fullmatch(cost.get("currency", "")) is None:
        _refuse("achievement.estimated_cost.currency", 'use a code such as "USD"')


def _check_alignments(rows: Sequence[Terms], field: str) -> None:
    _not_too_many(rows, field)
    for row in rows:
        if not row.get("targetName"):
            raise Problem(Reason.MISSING_FIELD, field=f"{field}.target_name")
        if not is_uri(row.get("targetUrl", "")):
            _refuse(f"{field}.target_url", "use an absolute address")
        _one_of(row, "targetType", TARGET_TYPES, f"{field}.target_type")


def _check_results(rows: Sequence[Terms]) -> None:
    field = "achievement.result_description"
    _not_too_many(rows, field)
    seen: set[str] = set()
    for row in rows:
        for name, proto_name in (("name", "name"), ("resultType", "result_type")):
            if not row.get(name):
                raise Problem(Reason.MISSING_FIELD, field=f"{field}.{proto_name}")
        _one_of(row, "resultType", RESULT_TYPES, f"{field}.result_type")
        _new_id(row, seen, field)
        _check_alignments(row.get("alignment", ()), f"{field}.alignment")
        levels = row.get("rubricCriterionLevel", ())
        _not_too_many(levels, f"{field}.rubric_criterion_level")
        for level in levels:
            if not level.get("name"):
                raise Problem(Reason.MISSING_FIELD, field=f"{field}.rubric_criterion_level.name")
            _new_id(level, seen, f"{field}.rubric_criterion_level")
            nested = f"{field}.rubric_criterion_level.alignment"
            _check_alignments(level.get("alignment", ()), nested)
        known = {level.get("id") for level in levels}
        if row.get("requiredLevel") and row["requiredLevel"] not in known:
            _refuse(f"{field}.required_level", "name the id of one of its levels")


def _new_id(row: Terms, seen: set[str], field: str) -> None:
    if not is_uri(row.get("id", "")):
        _refuse(f"{field}.id", 'use an absolute address, such as "urn:uuid:…"')
    if row["id"] in seen:
        _refuse(f"{field}.id", "use each id once")
    seen.add(row["id"])


def _shape(terms: Terms, name: str, pattern: re.Pattern[str], mend: str) -> None:
    if terms.get(name) and pattern.fullmatch(terms[name]) is None:
        _refuse(f"achievement.{_proto_name(name)}", mend)


def _one_of(terms: Terms, name: str, known: frozenset[str], field: str) -> None:
    value = terms.get(name, "")
    if value and value not in known and not value.startswith("ext:"):
        _refuse(field, "use a term of Open Badges 3.0, or one that begins with ext:")


def _not_too_many(rows: Sequence[Terms], field: str) -> None:
    if len(rows) > _MOST_ENTRIES:
        raise Problem(Reason.TOO_LARGE, field=field, limit=f"{_MOST_ENTRIES} entries")


def _proto_name(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda found: "_" + found[1].lower(), name)


def _refuse(field: str, mend: str) -> NoReturn:
    raise Problem(Reason.INVALID_FIELD, field=field, mend=mend)
