"""O*NET as its own release: the tab-separated tables of https://www.onetcenter.org/database.html.

Columns: https://www.onetcenter.org/dictionary/30.1/text/. The same tables with other endings, or
compressed, are read too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from talent_skills.frameworks import Contents, Kind, Need, Occupation, Skill, Task
from talent_skills.onet_package import DESCRIPTOR, ONET_URI, onet, software_uri
from talent_skills.tables import Release, Row, release_number

CODE = "O*NET-SOC Code"
OCCUPATIONS = "occupation_data"
TABLES = (
    OCCUPATIONS,
    "content_model_reference",
    "skills",
    "knowledge",
    "technology_skills",
    "alternate_titles",
    "sample_of_reported_titles",
    "task_statements",
    "job_zones",
    "related_occupations",
)
GROUP = "https://www.onetonline.org/find/descriptor/browse/"
COMMODITY = f"{ONET_URI}#unspsc-"
_CODE = re.compile(r"\d\d-\d{4}\.\d\d")
_NUMBERS = (r"db_(\d+)_(\d+)", r"O\*NET\S* (?:Database )?(\d+)\.(\d+)")
_TASK_TYPES = {"Core": True, "Supplemental": False, "n/a": None, "": None}
_JOB_ZONES = {str(zone): zone for zone in range(1, 6)}
_YES = {"Y": True, "N": False, "n/a": False, "": False}
# Scales of skills and knowledge: importance and level, with their ends
_SCALES = {"IM": ("importance", 1, 5), "LV": ("level", 0, 7)}


@dataclass
class _Draft:
    """An occupation while the tables are read."""

    titles: list[str] = field(default_factory=list[str])
    tasks: list[Task] = field(default_factory=list[Task])
    needs: dict[str, Need] = field(default_factory=dict[str, Need])
    related: dict[int, str] = field(default_factory=dict[int, str])
    job_zone: int | None = None


def is_onet(release: Release) -> bool:
    return OCCUPATIONS in release


def read_onet_release(release: Release, number: str = "") -> Contents:
    """Raises TaxonomyError, which names file, row and column."""
    release.require(*TABLES)
    framework = onet(release_number(release, number, _NUMBERS))
    occupations: dict[str, Occupation] = {}
    for row in release.rows_once(OCCUPATIONS, (CODE, "Title", "Description"), _code):
        occupations[row[CODE]] = Occupation(
            code=row[CODE],
            framework=ONET_URI,
            title=row.text("Title"),
            description=row["Description"],
        )
    drafts = {code: _Draft() for code in occupations}
    elements = _elements(release)
    skills = {
        **_rated(release, "skills", Kind.SKILL, elements, drafts),
        **_rated(release, "knowledge", Kind.KNOWLEDGE, elements, drafts),
        **_technology(release, drafts),
    }
    _titles(release, drafts)
    _tasks(release, drafts)
    _job_zones(release, drafts)
    _related(release, drafts)
    return Contents(
        frameworks=(framework,),
        skills=tuple(skills.values()),
        occupations=tuple(
            replace(
                one,
                titles=tuple(dict.fromkeys(drafts[code].titles)),
                tasks=tuple(drafts[code].tasks),
                needs=tuple(drafts[code].needs.values()),
                job_zone=drafts[code].job_zone,
                related=tuple(other for _, other in sorted(drafts[code].related.items())),
            )
            for code, one in occupations.items()
        ),
    )


def _elements(release: Release) -> dict[str, Skill]:
    """The content model: what is rated, and what it stands below."""
    columns = ("Element ID", "Element Name", "Description")
    return {
        row["Element ID"]: Skill(
            uri=DESCRIPTOR + row["Element ID"],
            framework=ONET_URI,
            label=row.text("Element Name"),
            kind=Kind.GROUP,
            code=row["Element ID"],
            description=row["Description"],
        )
        for row in release.rows_once("content_model_reference", columns, _text("Element ID"))
    }


def _rated(
    release: Release,
    table: str,
    kind: Kind,
    elements: dict[str, Skill],
    drafts: dict[str, _Draft],
) -> dict[str, Skill]:
    """The skills of a table with the groups above them; their ratings go into the drafts."""
    columns = (CODE, "Element ID", "Scale ID", "Data Value", "Recommend Suppress", "Not Relevant")
    found: dict[str, Skill] = {}

    def key(row: Row) -> tuple[str, ...]:
        return row[CODE], row["Element ID"], row["Scale ID"]

    for row in release.rows_once(table, columns, key):
        draft, element = _draft(row, drafts), row["Element ID"]
        scale, least, most = row.one_of("Scale ID", _SCALES)
        if element not in elements:
            raise row.wrong("Element ID", f"{element} is not in the content model. Add it.")
        uri = DESCRIPTOR + element
        if uri not in found:
            found |= _with_groups(element, kind, elements)
        need = draft.needs.setdefault(uri, Need(uri))
        value = row.number_in("Data Value", least, most)
        doubtful = row.one_of("Recommend Suppress", _YES) or row.one_of("Not Relevant", _YES)
        if not doubtful:
            draft.needs[uri] = replace(need, **{scale: value})
    return found


def _with_groups(element: str, kind: Kind, elements: dict[str, Skill]) -> dict[str, Skill]:
    """An element and those above it: "2.A.1.a" is in "2.A.1", and that in "2.A"."""
    above = element.rpartition(".")[0]
    groups = {}
    # The first level, such as "2 Worker Requirements", says nothing about a skill.
    broader = () if above.count(".") < 1 or above not in elements else (GROUP + above,)
    if broader:
        groups = _with_groups(above, Kind.GROUP, elements)
    uri = (GROUP if kind is Kind.GROUP else DESCRIPTOR) + element
    return {**groups, uri: replace(elements[element], uri=uri, kind=kind, broader=broader)}


def _technology(release: Release, drafts: dict[str, _Draft]) -> dict[str, Skill]:
    columns = (CODE, "Example", "Commodity Code", "Commodity Title", "Hot Technology", "In Demand")
    found: dict[str, Skill] = {}
    groups: defaultdict[str, list[str]] = defaultdict(list)

    def key(row: Row) -> tuple[str, ...]:
        return row[CODE], row["Example"], row["Commodity Code"]

    for row in release.rows_once("technology_skills", columns, key):
        draft, name, commodity = (
            _draft(row, drafts),
            row.text("Example"),
            row.text("Commodity Code"),
        )
        uri, group = software_uri(name), COMMODITY + commodity
        found.setdefault(
            group,
            Skill(group, ONET_URI, row.text("Commodity Title"), Kind.GROUP, code=commodity),
        )
        found.setdefault(uri, Skill(uri, ONET_URI, name, Kind.TECHNOLOGY))
        groups[uri].append(group)
        before = draft.needs.get(uri, Need(uri))
        draft.needs[uri] = replace(
            before,
            hot=row.one_of("Hot Technology", _YES) or before.hot,
            in_demand=row.one_of("In Demand", _YES) or before.in_demand,
        )
    return {
        uri: replace(one, broader=tuple(dict.fromkeys(groups[uri]))) for uri, one in found.items()
    }


def _titles(release: Release, drafts: dict[str, _Draft]) -> None:
    """Those that people of an occupation reported come first."""
    for table, column in (
        ("sample_of_reported_titles", "Reported Job Title"),
        ("alternate_titles", "Alternate Title"),
    ):
        for row in release.rows(table, (CODE, column)):
            _draft(row, drafts).titles.append(row.text(column))


def _tasks(release: Release, drafts: dict[str, _Draft]) -> None:
    columns = (CODE, "Task ID", "Task", "Task Type")
    for row in release.rows_once("task_statements", columns, _text("Task ID")):
        core = row.one_of("Task Type", _TASK_TYPES)
        _draft(row, drafts).tasks.append(Task(row.text("Task"), row["Task ID"], core))


def _job_zones(release: Release, drafts: dict[str, _Draft]) -> None:
    for row in release.rows_once("job_zones", (CODE, "Job Zone"), _text(CODE)):
        _draft(row, drafts).job_zone = row.one_of("Job Zone", _JOB_ZONES)


def _related(release: Release, drafts: dict[str, _Draft]) -> None:
    other = "Related O*NET-SOC Code"
    for row in release.rows_once(
        "related_occupations", (CODE, other, "Index"), lambda row: (row[CODE], row[other])
    ):
        draft, place = _draft(row, drafts), int(row.number_in("Index", 1, 1000))
        if row[other] not in drafts:
            raise row.wrong(other, f"{row[other]} is not in the occupation data. Add it.")
        if place in draft.related:
            raise row.wrong("Index", f"{row[CODE]} has another one at {place}. Number them anew.")
        draft.related[place] = row[other]


def _draft(row: Row, drafts: dict[str, _Draft]) -> _Draft:
    if row[CODE] not in drafts:
        raise row.wrong(CODE, f"“{row[CODE][:50]}” is not in the occupation data. Add it.")
    return drafts[row[CODE]]


def _code(row: Row) -> str:
    if not _CODE.fullmatch(row[CODE]):
        raise row.wrong(CODE, f"“{row[CODE][:50]}” is no code such as 47-2111.00.")
    return row[CODE]


def _text(column: str) -> Callable[[Row], str]:
    return lambda row: row.text(column)
