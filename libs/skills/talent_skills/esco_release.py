"""ESCO as its own download: the CSV package "classification" of one language, from
https://esco.ec.europa.eu/en/use-esco/download.

Skills are read, the groups above them, and which skill is needed for another. Occupations are
O*NET's here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from talent_skills.errors import HierarchyError, TaxonomyError
from talent_skills.esco_package import ESCO, KINDS
from talent_skills.frameworks import Contents, Kind, Link, LinkKind, Skill
from talent_skills.tables import Release, Row, release_number
from talent_skills.taxonomy_file import check_hierarchy

# The file of a language is "skills_en.csv".
TABLES = ("skills", "skillgroups", "broaderrelationsskillpillar", "skillskillrelations")
_COLUMNS = ("conceptUri", "preferredLabel", "altLabels", "description")
_NUMBERS = (r"v(\d+)\.(\d+)\.(\d+)", r"v(\d+)\.(\d+)")
_TYPES = {"knowledge": Kind.KNOWLEDGE, "skill/competence": Kind.SKILL, "": Kind.SKILL}
_RELATIONS = {"essential": LinkKind.ESSENTIAL_FOR, "optional": LinkKind.OPTIONAL_FOR}
# The groups at the top that say more of a skill than its type does: languages and attitudes
_TOP = {code: KINDS[code] for code in ("L", "A")}
_REUSE_LEVELS = {
    "transversal": Kind.TRANSVERSAL,
    **dict.fromkeys(("cross-sector", "sector-specific", "occupation-specific", ""), None),
}


def is_esco(release: Release) -> bool:
    return bool(_endings(release)) and "occupation_data" not in release


def read_esco_release(release: Release, number: str = "") -> Contents:
    """In English where there are several languages. Raises TaxonomyError, which names the row."""
    endings = _endings(release)
    ending = "_en" if "_en" in endings else endings[0]
    if len(endings) > 1 and ending != "_en":
        raise TaxonomyError(str(release.path), "Keep the tables of one language.")
    skills, groups, broader, relations = (table + ending for table in TABLES)
    release.require(skills, groups, broader, relations)
    framework = replace(ESCO, version=release_number(release, number, _NUMBERS))
    found: dict[str, Skill] = {}
    for row in release.rows(groups, (*_COLUMNS, "code")):
        _add(found, row, _concept(row, Kind.GROUP, row["code"]))
    for row in release.rows(skills, (*_COLUMNS, "skillType", "reuseLevel")):
        kind = row.one_of("skillType", _TYPES)
        _add(found, row, _concept(row, row.one_of("reuseLevel", _REUSE_LEVELS) or kind))
    above = _hierarchy(release, broader, found)
    links: defaultdict[str, list[Link]] = defaultdict(list)
    for row in release.rows(relations, ("originalSkillUri", "relationType", "relatedSkillUri")):
        kind = row.one_of("relationType", _RELATIONS)
        link = Link(kind, _known(row, "relatedSkillUri", found))
        links[_known(row, "originalSkillUri", found)].append(link)
    return Contents(
        frameworks=(framework,),
        skills=tuple(
            replace(
                one,
                kind=_kind(one, above, found),
                broader=tuple(dict.fromkeys(above[uri])),
                links=tuple(dict.fromkeys(links[uri])),
            )
            for uri, one in found.items()
        ),
    )


def _hierarchy(release: Release, table: str, found: dict[str, Skill]) -> dict[str, list[str]]:
    above: dict[str, list[str]] = {uri: [] for uri in found}
    rows: dict[str, Row] = {}
    for row in release.rows(table, ("conceptUri", "broaderUri")):
        uri = _known(row, "conceptUri", found)
        above[uri].append(_known(row, "broaderUri", found))
        rows.setdefault(uri, row)
    try:
        check_hierarchy(
            {uri: replace(one, broader=tuple(above[uri])) for uri, one in found.items()}
        )
    except HierarchyError as error:
        raise rows[error.skill].wrong("broaderUri", f"{error.skill}: {error.mend}") from None
    return above


def _endings(release: Release) -> list[str]:
    matches = (re.fullmatch(r"skills(|_[a-z]{2})", table) for table in release.tables())
    return [match.group(1) for match in matches if match]


def _add(found: dict[str, Skill], row: Row, concept: Skill) -> None:
    # Release 1.2.1 repeats some rows with another date of change.
    if found.setdefault(concept.uri, concept) != concept:
        raise row.wrong("conceptUri", "Another row says something else of it. Keep one.")


def _concept(row: Row, kind: Kind, code: str = "") -> Skill:
    label = row.text("preferredLabel")
    # A line each, or a bar between them: that changed with release 1.2.1.
    others = (each.strip() for each in re.split(r"\n| \| ", row["altLabels"]))
    return Skill(
        uri=row.text("conceptUri"),
        framework=ESCO.uri,
        label=label,
        kind=kind,
        code=code,
        description=row["description"],
        alternatives=tuple(dict.fromkeys(each for each in others if each and each != label)),
    )


def _known(row: Row, column: str, found: dict[str, Skill]) -> str:
    if row[column] not in found:
        raise row.wrong(column, f"“{row[column][:200]}” is no skill and no group. Add it.")
    return row[column]


def _kind(skill: Skill, above: dict[str, list[str]], found: dict[str, Skill]) -> Kind:
    if skill.kind is Kind.GROUP:
        return skill.kind
    tops = {found[uri].code for uri in _all_above(skill.uri, above)}
    return next((kind for code, kind in _TOP.items() if code in tops), skill.kind)


def _all_above(uri: str, above: dict[str, list[str]]) -> Iterable[str]:
    seen: dict[str, None] = {}
    ahead = [uri]
    while ahead:
        new = [one for one in above.get(ahead.pop(), ()) if one not in seen]
        seen |= dict.fromkeys(new)
        ahead += new
    return seen
