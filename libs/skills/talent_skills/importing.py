"""Reading whatever an agency brings, and what it changes in a taxonomy."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from talent_skills.case_package import is_case, read_case_package
from talent_skills.ctdl_framework import is_ctdl, read_ctdl
from talent_skills.errors import TaxonomyError
from talent_skills.esco_release import is_esco, read_esco_release
from talent_skills.frameworks import Contents, Kind, together
from talent_skills.json_files import read_json
from talent_skills.onet_release import is_onet, read_onet_release
from talent_skills.tables import Release
from talent_skills.taxonomy_file import check


def read(path: Path, release: str = "") -> Contents:
    """A folder or ZIP of O*NET or ESCO, or a JSON file of CTDL-ASN or CASE. Raises TaxonomyError.

    `release`: the number of an O*NET or ESCO release whose files do not say it.
    """
    contents = _read(path, release)
    if not contents.skills:
        raise TaxonomyError(str(path), "There is no skill in it.")
    try:
        check(contents)
    except TaxonomyError as error:
        raise TaxonomyError(f"{path.name}, {error.where}", error.mend) from None
    return contents


def merge(known: Contents, added: Contents) -> Contents:
    """A framework that is known is replaced as a whole; wages and the other frameworks stay."""
    replaced = {one.uri for one in added.frameworks}
    kept = replace(
        known,
        frameworks=tuple(one for one in known.frameworks if one.uri not in replaced),
        skills=tuple(one for one in known.skills if one.framework not in replaced),
        occupations=tuple(one for one in known.occupations if one.framework not in replaced),
    )
    return together([kept, added])


@dataclass(frozen=True)
class Difference:
    """Between two lists of names by key."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Change:
    """What becomes of one framework. `before` and `after` are its versions: some have none."""

    name: str
    known: bool
    before: str
    after: str
    skills: Difference
    occupations: Difference


def changes(known: Contents, added: Contents) -> list[Change]:
    """What `merge` would change, a row for each framework that is added."""
    versions = {one.uri: one.version for one in known.frameworks}
    return [
        Change(
            name=one.name,
            known=one.uri in versions,
            before=versions.get(one.uri, ""),
            after=one.version,
            skills=_difference(_skills(known, one.uri), _skills(added, one.uri)),
            occupations=_difference(_occupations(known, one.uri), _occupations(added, one.uri)),
        )
        for one in added.frameworks
    ]


def _difference(before: dict[str, str], after: dict[str, str]) -> Difference:
    return Difference(
        added=tuple(sorted(after[key] for key in after.keys() - before.keys())),
        removed=tuple(sorted(before[key] for key in before.keys() - after.keys())),
        renamed=tuple(
            sorted(
                (before[key], after[key])
                for key in before.keys() & after.keys()
                if before[key] != after[key]
            )
        ),
    )


def _skills(contents: Contents, framework: str) -> dict[str, str]:
    return {
        one.uri: one.label
        for one in contents.skills
        if one.framework == framework and one.kind is not Kind.GROUP
    }


def _occupations(contents: Contents, framework: str) -> dict[str, str]:
    return {one.code: one.title for one in contents.occupations if one.framework == framework}


def _read(path: Path, release: str) -> Contents:
    if path.is_dir() or zipfile.is_zipfile(path):
        tables = Release(path)
        if is_onet(tables):
            return read_onet_release(tables, release)
        if is_esco(tables):
            return read_esco_release(tables, release)
        raise TaxonomyError(
            str(path), "It has neither O*NET's “Occupation Data.txt” nor ESCO's “skills_en.csv”."
        )
    value = read_json(path)
    if is_case(value):
        return read_case_package(path, value)
    if is_ctdl(value):
        return read_ctdl(path, value)
    raise TaxonomyError(str(path), "It is neither a CASE package nor a CTDL-ASN framework.")
