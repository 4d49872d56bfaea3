"""Small releases that are right, as their publishers lay them out; a test changes one thing."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Table = list[list[str]]


def table(*rows: str) -> Table:
    """Cells stand between bars; ⏎ begins a new line in one."""
    return [[cell.strip().replace("⏎", "\n") for cell in row.split("|")] for row in rows]


_RATING = (
    "O*NET-SOC Code|Element ID|Element Name|Scale ID|Data Value|N|Recommend Suppress|Not Relevant"
    "|Date|Domain Source"
)
ONET: Mapping[str, Table] = {
    "Occupation Data.txt": table(
        "O*NET-SOC Code|Title|Description",
        "51-4121.00|Welders|Join metal parts.",
        "51-4122.00|Welding Machine Operators|Run welding machines.",
        "51-9199.00|Production Workers, All Other|All not listed.",
    ),
    "Content Model Reference.txt": table(
        "Element ID|Element Name|Description",
        "2|Worker Requirements|What people bring.",
        "2.A|Basic Skills|Ways to learn.",
        "2.A.1|Content|What is learned with.",
        "2.A.1.a|Reading Comprehension|Understanding what is written.",
        "2.C|Knowledge|Facts and principles.",
        "2.C.2|Manufacturing and Production|Making things.",
        "2.C.2.a|Production and Processing|Raw materials and how to use them.",
    ),
    "Skills.txt": table(
        _RATING,
        "51-4121.00|2.A.1.a|Reading Comprehension|IM|3.12|8|N|n/a|08/2023|Analyst",
        "51-4121.00|2.A.1.a|Reading Comprehension|LV|2.75|8|N|N|08/2023|Analyst",
    ),
    "Knowledge.txt": table(
        _RATING,
        "51-4121.00|2.C.2.a|Production and Processing|IM|1.5|30|N|n/a|08/2023|Incumbent",
        "51-4121.00|2.C.2.a|Production and Processing|LV|0.5|30|Y|Y|08/2023|Incumbent",
    ),
    "Technology Skills.txt": table(
        "O*NET-SOC Code|Example|Commodity Code|Commodity Title|Hot Technology|In Demand",
        "51-4121.00|Autodesk AutoCAD|43232604|Computer aided design CAD software|Y|Y",
        "51-4122.00|Autodesk AutoCAD|43232604|Computer aided design CAD software|Y|N",
    ),
    "Alternate Titles.txt": table(
        "O*NET-SOC Code|Alternate Title|Short Title|Source(s)",
        "51-4121.00|Aluminum Welder|n/a|08",
        "51-4121.00|Fabricator|n/a|08",
    ),
    "Sample of Reported Titles.txt": table(
        "O*NET-SOC Code|Reported Job Title|Shown in My Next Move", "51-4121.00|Fabricator|Y"
    ),
    "Task Statements.txt": table(
        "O*NET-SOC Code|Task ID|Task|Task Type|Incumbents Responding|Date|Domain Source",
        '51-4121.00|17|Weld "T" joints.|Core|80|08/2023|Incumbent',
        "51-4121.00|18|Clean parts.|Supplemental|75|08/2023|Incumbent",
        '51-4122.00|19|"Tack" parts.|n/a|n/a|08/2023|Analyst',
    ),
    "Job Zones.txt": table(
        "O*NET-SOC Code|Job Zone|Date|Domain Source", "51-4121.00|3|08/2023|Analyst"
    ),
    "Related Occupations.txt": table(
        "O*NET-SOC Code|Related O*NET-SOC Code|Relatedness Tier|Index",
        "51-4121.00|51-9199.00|Primary-Short|2",
        "51-4121.00|51-4122.00|Primary-Short|1",
    ),
    "Interests.txt": table("a table that is not read"),
}

SKILL = "http://data.europa.eu/esco/skill/"
ISCED = "http://data.europa.eu/esco/isced-f/"
_CONCEPT = "conceptType|conceptUri|preferredLabel|altLabels|description"
_SKILL = f"KnowledgeSkillCompetence|{SKILL}"
_GROUP = f"SkillGroup|{SKILL}"
ESCO: Mapping[str, Table] = {
    "skills_en.csv": table(
        f"{_CONCEPT}|skillType|reuseLevel",
        f"{_SKILL}weld|weld metal|do welding⏎MIG, TIG weld|Join metal⏎by heat.|skill/competence|",
        f"{_SKILL}metals|types of metal||What metals are.|knowledge|cross-sector",
        f"{_SKILL}initiative|show initiative||Be first.|skill/competence|transversal",
        f"{_SKILL}spot|spot weld||Weld a spot.|skill/competence|sector-specific",
    ),
    "skillGroups_en.csv": table(
        f"{_CONCEPT}|code",
        f"{_GROUP}S|skills|||S",
        f"{_GROUP}S7|constructing|||S7",
        f"{_GROUP}T|transversal skills|||T",
        f"{_GROUP}K|knowledge|||K",
        f"SkillGroup|{ISCED}0715|mechanics and metal trades|||0715",
    ),
    "broaderRelationsSkillPillar_en.csv": table(
        "conceptType|conceptUri|broaderType|broaderUri",
        f"{_GROUP}S7|{_GROUP}S",
        f"SkillGroup|{ISCED}0715|{_GROUP}K",
        f"{_SKILL}weld|{_GROUP}S7",
        f"{_SKILL}spot|{_SKILL}weld",
        f"{_SKILL}metals|SkillGroup|{ISCED}0715",
        f"{_SKILL}initiative|{_GROUP}T",
    ),
    "skillSkillRelations_en.csv": table(
        "originalSkillUri|originalSkillType|relationType|relatedSkillType|relatedSkillUri",
        f"{SKILL}metals|knowledge|essential|skill/competence|{SKILL}weld",
    ),
}


def text(name: str, rows: Table) -> str:
    """As the publisher writes it: O*NET's .txt without quotation, the others with it."""
    if name.endswith(".txt"):
        return "".join("\t".join(row) + "\r\n" for row in rows)
    out = io.StringIO()
    csv.writer(out, delimiter="\t" if name.endswith(".tsv") else ",").writerows(rows)
    return out.getvalue()


def write_folder(folder: Path, tables: Mapping[str, Table]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        (folder / name).write_text(text(name, rows), encoding="utf-8", newline="")
    return folder


def write_zip(path: Path, tables: Mapping[str, Table]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            archive.writestr(f"{path.stem}/{name}", text(name, rows))
    return path


def changed(
    tables: Mapping[str, Table], name: str, row: int, column: str, value: str
) -> dict[str, Table]:
    """The tables with one cell of another content; rows count from 1, the header."""
    rows = [list(one) for one in tables[name]]
    rows[row - 1][rows[0].index(column)] = value
    return {**tables, name: rows}


def case_package() -> dict[str, Any]:
    """As the CASE 1.1 specification has it."""
    items = [
        ("weld", "Weld steel", "W.1", "Weld steel plates in all positions."),
        ("mig", "", "W.1.a", "Weld with\n gas shielding."),
        ("safety", "", "S.1", "Work safely."),
    ]
    return {
        "CFDocument": {
            "identifier": "doc",
            "uri": "https://case.example/doc",
            "title": "Welding",
            "creator": "Welding Board",
            "lastChangeDateTime": "2026-03-01T10:00:00Z",
            "licenseURI": {"identifier": "by", "uri": "https://by.example", "title": "CC BY"},
        },
        "CFItems": [
            {
                "identifier": identifier,
                "uri": f"https://case.example/{identifier}",
                "fullStatement": full,
                "abbreviatedStatement": short,
                "humanCodingScheme": code,
                "lastChangeDateTime": "2026-03-01T10:00:00Z",
            }
            for identifier, short, code, full in items
        ],
        "CFAssociations": [
            association("isChildOf", "weld", "doc"),
            association("isChildOf", "safety", "doc"),
            association("isChildOf", "mig", "weld"),
            association("exactMatchOf", "mig", "elsewhere"),
            association("isRelatedTo", "safety", "weld"),
            association("precedes", "safety", "weld"),
        ],
    }


def association(kind: str, origin: str, target: str) -> dict[str, Any]:
    def node(identifier: str) -> dict[str, str]:
        uri = f"https://case.example/{identifier}"
        return {"identifier": identifier, "uri": uri, "title": identifier}

    return {
        "identifier": f"{kind}-{origin}-{target}",
        "uri": f"https://case.example/{kind}-{origin}-{target}",
        "associationType": kind,
        "originNodeURI": node(origin),
        "destinationNodeURI": node(target),
    }


CTDL = "https://registry.example/resources/"


def ctdl_framework() -> dict[str, Any]:
    return {
        "@context": "https://credreg.net/ctdlasn/schema/context/json",
        "@graph": [
            {
                "@id": f"{CTDL}fw",
                "@type": "ceasn:CompetencyFramework",
                "ceasn:name": {"es": "Soldadura", "en-us": "Welding"},
                "ceasn:publisherName": {"en-us": ["Welding Board"]},
                "ceasn:dateModified": "2026-03-01T00:00:00Z",
                "ceasn:license": "https://by.example",
                "ceasn:hasTopChild": [f"{CTDL}weld"],
            },
            {
                "@id": f"{CTDL}weld",
                "@type": "ceasn:Competency",
                "ceasn:competencyText": {"en-us": "Weld steel plates\nin all positions."},
                "ceasn:codedNotation": "W.1",
                "ceasn:isPartOf": f"{CTDL}fw",
                "ceasn:hasChild": [f"{CTDL}mig"],
            },
            {
                "@id": f"{CTDL}mig",
                "@type": ["ceasn:Competency"],
                "ceasn:competencyLabel": {"en": "MIG weld", "fr": "souder MIG"},
                "ceasn:competencyText": [{"@language": "en", "@value": "Weld with gas shielding."}],
                "ceasn:isPartOf": {"@id": f"{CTDL}fw"},
                "ceasn:broadAlignment": ["https://other.example/weld"],
                "https://purl.org/ctdlasn/terms/exactAlignment": "https://other.example/mig",
            },
        ],
    }


def write_json(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path
