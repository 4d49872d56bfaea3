"""A taxonomy as one file: SQLite, read-only once written, mapped into memory by its readers.

Its version is a digest of what is in it: the same contents have the same version everywhere.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import astuple, replace
from pathlib import Path

from talent_skills.errors import HierarchyError, TaxonomyError
from talent_skills.frameworks import Contents, Occupation, Skill

FILE_NAME = "taxonomy.sqlite"
SCHEMA_VERSION = 2
MAX_DEPTH = 30  # of broader skills above one
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE framework (uri TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL,
    attribution TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE skill (id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, framework TEXT NOT NULL,
    label TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE alternative (skill INTEGER NOT NULL, position INTEGER NOT NULL, label TEXT NOT NULL,
    PRIMARY KEY (skill, position)) WITHOUT ROWID;
CREATE TABLE broader (skill INTEGER NOT NULL, above INTEGER NOT NULL,
    PRIMARY KEY (skill, above)) WITHOUT ROWID;
CREATE INDEX narrower ON broader (above, skill);
CREATE TABLE link (skill INTEGER NOT NULL, kind TEXT NOT NULL, uri TEXT NOT NULL,
    PRIMARY KEY (skill, kind, uri)) WITHOUT ROWID;
CREATE TABLE occupation (code TEXT PRIMARY KEY, framework TEXT NOT NULL, title TEXT NOT NULL,
    description TEXT NOT NULL, job_zone INTEGER) WITHOUT ROWID;
CREATE TABLE related (code TEXT NOT NULL, position INTEGER NOT NULL, other TEXT NOT NULL,
    PRIMARY KEY (code, position)) WITHOUT ROWID;
CREATE TABLE title (code TEXT NOT NULL, position INTEGER NOT NULL, title TEXT NOT NULL,
    PRIMARY KEY (code, position)) WITHOUT ROWID;
CREATE TABLE task (code TEXT NOT NULL, position INTEGER NOT NULL, task_id TEXT NOT NULL,
    text TEXT NOT NULL, core INTEGER, PRIMARY KEY (code, position)) WITHOUT ROWID;
CREATE TABLE need (code TEXT NOT NULL, skill INTEGER NOT NULL, importance REAL, level REAL,
    hot INTEGER NOT NULL, in_demand INTEGER NOT NULL, PRIMARY KEY (code, skill)) WITHOUT ROWID;
CREATE TABLE area (area TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE wage (soc TEXT NOT NULL, area TEXT NOT NULL, hourly TEXT NOT NULL,
    annual TEXT NOT NULL, employment INTEGER, capped INTEGER NOT NULL,
    PRIMARY KEY (soc, area)) WITHOUT ROWID;
"""


def write_taxonomy(folder: Path, contents: Contents) -> str:
    """Write the file, or nothing at all; its version. Raises TaxonomyError, which names the row."""
    check(contents)
    version = digest(contents)
    fresh = folder / f"{FILE_NAME}.new"
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh)) as connection:
        connection.executescript(_SCHEMA)
        with connection:
            _fill(connection, contents, version)
        connection.execute("VACUUM")
    fresh.replace(folder / FILE_NAME)
    return version


def check(contents: Contents) -> None:
    """Raises TaxonomyError where the parts do not fit together."""
    frameworks = {one.uri for one in contents.frameworks}
    skills = {one.uri: one for one in contents.skills}
    for what, keys in (
        ("framework", [one.uri for one in contents.frameworks]),
        ("skill", [one.uri for one in contents.skills]),
        ("occupation", [one.code for one in contents.occupations]),
        ("wage", [f"{one.soc} in {one.area}" for one in contents.wages]),
    ):
        twice = next((key for key, count in Counter(keys).items() if count > 1), None)
        if twice is not None:
            raise TaxonomyError(f"{what} {twice}", "It is there twice. Keep one.")
    for skill in contents.skills:
        if skill.framework not in frameworks:
            raise TaxonomyError(f"skill {skill.uri}", f"Add its framework {skill.framework}.")
        for above in skill.broader:
            if above not in skills:
                raise TaxonomyError(f"skill {skill.uri}", f"Add {above}, which is broader.")
    codes = {one.code for one in contents.occupations}
    for occupation in contents.occupations:
        where = f"occupation {occupation.code}"
        if occupation.framework not in frameworks:
            raise TaxonomyError(where, f"Add its framework {occupation.framework}.")
        for need in occupation.needs:
            if need.skill not in skills:
                raise TaxonomyError(where, f"Add {need.skill}.")
        for other in occupation.related:
            if other not in codes:
                raise TaxonomyError(where, f"Add {other}, which is like it.")
    check_hierarchy(skills)


def digest(contents: Contents) -> str:
    """Of everything in it, in whatever order it came."""
    found = hashlib.sha256()
    for name, rows in (
        ("frameworks", contents.frameworks),
        ("skills", map(_ordered_skill, contents.skills)),
        ("occupations", map(_ordered_occupation, contents.occupations)),
        ("wages", contents.wages),
    ):
        found.update(name.encode())
        for line in sorted(json.dumps(astuple(row)) for row in rows):
            found.update(line.encode())
    found.update(json.dumps(contents.areas, sort_keys=True).encode())
    return found.hexdigest()[:16]


def _ordered_skill(skill: Skill) -> Skill:
    links = sorted(set(skill.links), key=lambda link: (link.kind, link.skill))
    return replace(skill, broader=tuple(sorted(set(skill.broader))), links=tuple(links))


def _ordered_occupation(occupation: Occupation) -> Occupation:
    needs = sorted(occupation.needs, key=lambda need: need.skill)
    return replace(occupation, needs=tuple(needs))


def check_hierarchy(skills: Mapping[str, Skill]) -> None:
    """Nothing is above itself. Raises HierarchyError."""
    done: set[str] = set()
    for start, skill in skills.items():
        path: list[tuple[str, Iterator[str]]] = [(start, iter(skill.broader))]
        on_path = {start}
        while path:
            uri, rest = path[-1]
            above = next((one for one in rest if one not in done), None)
            if above is None:
                path.pop()
                on_path.discard(uri)
                done.add(uri)
            elif above in on_path:
                raise HierarchyError(above, "It is broader than itself. Break the circle.")
            elif len(path) == MAX_DEPTH:
                raise HierarchyError(start, f"Put at most {MAX_DEPTH} levels above it.")
            else:
                on_path.add(above)
                path.append((above, iter(skills[above].broader)))


def _fill(connection: sqlite3.Connection, contents: Contents, version: str) -> None:
    skills = sorted(contents.skills, key=lambda one: one.uri)
    ids = {one.uri: number for number, one in enumerate(skills)}
    write = connection.executemany
    about = {"version": version, "schema_version": str(SCHEMA_VERSION)}
    write("INSERT INTO about VALUES (?, ?)", about.items())
    write("INSERT INTO framework VALUES (?, ?, ?, ?)", map(astuple, contents.frameworks))
    write(
        "INSERT INTO skill VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (ids[one.uri], one.uri, one.framework, one.label, one.kind, one.code, one.description)
            for one in skills
        ),
    )
    write(
        "INSERT INTO alternative VALUES (?, ?, ?)",
        (
            (ids[one.uri], position, label)
            for one in skills
            for position, label in enumerate(one.alternatives)
        ),
    )
    write(
        "INSERT INTO broader VALUES (?, ?)",
        {(ids[one.uri], ids[above]) for one in skills for above in one.broader},
    )
    write(
        "INSERT INTO link VALUES (?, ?, ?)",
        {(ids[one.uri], link.kind, link.skill) for one in skills for link in one.links},
    )
    for one in contents.occupations:
        code = one.code
        row = (code, one.framework, one.title, one.description, one.job_zone)
        connection.execute("INSERT INTO occupation VALUES (?, ?, ?, ?, ?)", row)
        write(
            "INSERT INTO title VALUES (?, ?, ?)",
            ((code, position, title) for position, title in enumerate(one.titles)),
        )
        write(
            "INSERT INTO task VALUES (?, ?, ?, ?, ?)",
            ((code, n, task.task_id, task.text, task.core) for n, task in enumerate(one.tasks)),
        )
        write(
            "INSERT INTO need VALUES (?, ?, ?, ?, ?, ?)",
            (
                (code, ids[need.skill], need.importance, need.level, need.hot, need.in_demand)
                for need in one.needs
            ),
        )
        write(
            "INSERT INTO related VALUES (?, ?, ?)",
            ((code, position, other) for position, other in enumerate(one.related)),
        )
    write("INSERT INTO area VALUES (?, ?)", contents.areas.items())
    write(
        "INSERT INTO wage VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                *(one.soc, one.area, json.dumps(one.hourly), json.dumps(one.annual)),
                *(one.employment, one.capped),
            )
            for one in contents.wages
        ),
    )
