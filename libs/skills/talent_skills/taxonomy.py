"""Reading a taxonomy: skills by address, occupations by code, wages by state.

`Taxonomy.open(folder)` maps the file into memory; every process on a machine shares the pages.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from talent_skills.errors import TaxonomyError
from talent_skills.frameworks import (
    Contents,
    Framework,
    Kind,
    Link,
    LinkKind,
    Need,
    Occupation,
    Skill,
    Task,
    Wage,
)
from talent_skills.taxonomy_file import FILE_NAME, SCHEMA_VERSION

NATION = "US"
_MAPPED_BYTES = 1 << 30
_OCCUPATION = "SELECT code, framework, title, description, job_zone FROM occupation"
_WAGE = "SELECT soc, area, hourly, annual, employment, capped FROM wage"
_SKILL = "SELECT id, uri, framework, label, kind, code, description FROM skill"


class Taxonomy:
    """Of one thread at a time, as a SQLite connection is."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        about = dict(self._rows("SELECT name, value FROM about"))
        if about.get("schema_version") != str(SCHEMA_VERSION):
            raise TaxonomyError(
                "taxonomy",
                "It was made by another version of this software. Run make setup, and import "
                "again what was imported (talent taxonomy import --reset drops it).",
            )
        self.version: str = about["version"]

    @classmethod
    def open(cls, folder: Path) -> Taxonomy:
        """Raises TaxonomyError where there is none."""
        address = f"{(folder / FILE_NAME).absolute().as_uri()}?mode=ro&immutable=1"
        try:
            connection = sqlite3.connect(address, uri=True)
            connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
            return cls(connection)
        except sqlite3.Error:
            raise TaxonomyError(str(folder), "Build the taxonomy: run make setup.") from None

    def close(self) -> None:
        self._connection.close()

    def frameworks(self) -> list[Framework]:
        rows = self._rows("SELECT uri, name, version, attribution FROM framework ORDER BY uri")
        return [Framework(*row) for row in rows]

    def skill(self, uri: str) -> Skill | None:
        return next(self._skills("WHERE uri = ?", uri), None)

    def skills(self, *kinds: Kind) -> Iterator[Skill]:
        """All, or those of the given kinds, by address."""
        wanted = ", ".join("?" * len(kinds))
        return self._skills(
            f"WHERE kind IN ({wanted}) ORDER BY id" if kinds else "ORDER BY id", *kinds
        )

    def narrower(self, uri: str) -> list[str]:
        """The addresses right below it."""
        rows = self._rows(
            "SELECT below.uri FROM broader JOIN skill AS below ON below.id = broader.skill"
            " JOIN skill AS above ON above.id = broader.above WHERE above.uri = ?"
            " ORDER BY below.id",
            uri,
        )
        return [row[0] for row in rows]

    def links(self) -> Iterator[tuple[str, LinkKind, str]]:
        """Every link: the skill, what the other one is to it, the other one."""
        for skill, kind, other in self._rows(
            "SELECT skill.uri, link.kind, link.uri FROM link JOIN skill ON skill.id = link.skill"
            " ORDER BY link.skill, link.kind, link.uri"
        ):
            yield skill, LinkKind(kind), other

    def occupation(self, code: str) -> Occupation | None:
        return next(self._occupations("WHERE code = ?", code), None)

    def occupations(self) -> Iterator[Occupation]:
        """All, by code."""
        return self._occupations("ORDER BY code")

    def wage(self, code: str, area: str = NATION) -> Wage | None:
        """Of an occupation, by its O*NET-SOC or SOC code, in a state (FIPS) or the nation."""
        return next(self._wages("WHERE soc = ? AND area = ?", code.partition(".")[0], area), None)

    def areas(self) -> dict[str, str]:
        """The name of each area that has wages."""
        return dict(self._rows("SELECT area, name FROM area ORDER BY area"))

    def contents(self) -> Contents:
        """Everything, as `write_taxonomy` takes it."""
        return Contents(
            frameworks=tuple(self.frameworks()),
            skills=tuple(self.skills()),
            occupations=tuple(self.occupations()),
            areas=self.areas(),
            wages=tuple(self._wages("ORDER BY soc, area")),
        )

    def _wages(self, which: str, *values: object) -> Iterator[Wage]:
        for soc, area, hourly, annual, employment, capped in self._rows(
            f"{_WAGE} {which}", *values
        ):
            percentiles = tuple(json.loads(hourly)), tuple(json.loads(annual))
            yield Wage(soc, area, *percentiles, employment=employment, capped=bool(capped))

    def _skills(self, which: str, *values: object) -> Iterator[Skill]:
        for number, uri, framework, label, kind, code, description in self._rows(
            f"{_SKILL} {which}", *values
        ):
            alternatives = self._rows(
                "SELECT label FROM alternative WHERE skill = ? ORDER BY position", number
            )
            above = self._rows(
                "SELECT uri FROM broader JOIN skill ON id = above WHERE skill = ? ORDER BY above",
                number,
            )
            links = self._rows(
                "SELECT kind, uri FROM link WHERE skill = ? ORDER BY kind, uri", number
            )
            yield Skill(
                uri=uri,
                framework=framework,
                label=label,
                kind=Kind(kind),
                code=code,
                description=description,
                alternatives=tuple(row[0] for row in alternatives),
                broader=tuple(row[0] for row in above),
                links=tuple(Link(LinkKind(kind), other) for kind, other in links),
            )

    def _occupations(self, which: str, *values: object) -> Iterator[Occupation]:
        for code, framework, title, description, job_zone in self._rows(
            f"{_OCCUPATION} {which}", *values
        ):
            titles = self._rows("SELECT title FROM title WHERE code = ? ORDER BY position", code)
            tasks = self._rows(
                "SELECT text, task_id, core FROM task WHERE code = ? ORDER BY position", code
            )
            needs = self._rows(
                "SELECT uri, importance, level, hot, in_demand FROM need JOIN skill ON id = skill"
                " WHERE need.code = ? ORDER BY importance DESC, id",
                code,
            )
            related = self._rows("SELECT other FROM related WHERE code = ? ORDER BY position", code)
            yield Occupation(
                code=code,
                framework=framework,
                title=title,
                description=description,
                titles=tuple(row[0] for row in titles),
                tasks=tuple(
                    Task(text, task_id, None if core is None else bool(core))
                    for text, task_id, core in tasks
                ),
                needs=tuple(
                    Need(skill, importance, level, hot=bool(hot), in_demand=bool(in_demand))
                    for skill, importance, level, hot, in_demand in needs
                ),
                job_zone=job_zone,
                related=tuple(row[0] for row in related),
            )

    def _rows(self, query: str, *values: object) -> list[Any]:
        return self._connection.execute(query, values).fetchall()
