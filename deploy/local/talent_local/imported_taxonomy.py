"""A taxonomy that an agency imported. It lies beside the one that set-up builds, and wins.

Each version is a folder of its own, made whole before the link `current` leads to it: whoever reads
has the old one or the new one, never a part. `sources.json` in it says what was imported, from
where, with a digest, and onto which version of set-up's own.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from talent_skills.embedding import Embedder
from talent_skills.errors import TaxonomyError
from talent_skills.frameworks import Contents, together
from talent_skills.importing import Change, changes, merge, read
from talent_skills.label_names import write_label_names
from talent_skills.label_vectors import LabelVectors, write_label_vectors
from talent_skills.occupation_vectors import write_occupation_vectors
from talent_skills.taxonomy import Taxonomy
from talent_skills.taxonomy_file import check, digest, write_taxonomy

from talent_local.home import Home


@dataclass(frozen=True)
class Source:
    """`sha256` is of the file, or of all files of the folder one after the other."""

    path: str
    sha256: str
    frameworks: list[str]
    imported_at: str


@dataclass(frozen=True)
class Import:
    """What an import would do: `contents` is the taxonomy that results."""

    contents: Contents
    changes: list[Change]
    sources: list[Source]
    version: str


def plan(home: Home, paths: Iterable[Path], release: str = "") -> Import:
    """Read and check everything; write nothing. Raises TaxonomyError."""
    parts = [(path, read(path, release)) for path in paths]
    added = together(part for _, part in parts)
    known = _contents(home.skills)
    contents = merge(known, added)
    check(contents)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    new = [
        Source(str(path.absolute()), _sha256(path), [one.uri for one in part.frameworks], now)
        for path, part in parts
    ]
    replaced = {one.uri for one in added.frameworks}
    old = [one for one in sources(home) if not replaced.issuperset(one.frameworks)]
    return Import(contents, changes(known, added), [*old, *new], digest(contents))


def put_in_use(home: Home, planned: Import) -> None:
    """Write the planned taxonomy with what tagging needs, then let everybody see it. To be called
    while `alone`."""
    built = home.built_skills
    fresh = home.imported / "new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    write_taxonomy(fresh, planned.contents)
    with closing(Taxonomy.open(built)) as of_setup, closing(Taxonomy.open(fresh)) as taxonomy:
        embedder = Embedder(home.language_model, threads=os.cpu_count() or 1)
        write_label_vectors(fresh, taxonomy, embedder, LabelVectors.open(built, of_setup))
        write_occupation_vectors(fresh, taxonomy, embedder)
        write_label_names(fresh, taxonomy, LabelVectors.open(fresh, taxonomy), embedder, built)
        about = {
            "built_on": of_setup.version,
            "sources": [asdict(source) for source in planned.sources],
        }
    (fresh / "sources.json").write_text(json.dumps(about, indent=1))
    before, folder = home.skills, home.imported / planned.version
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    home.use_skills(folder)
    _clear(home, {before, folder.resolve()})


def reset(home: Home) -> None:
    """Back to the taxonomy of set-up. To be called while `alone`."""
    before = home.skills
    home.use_skills(home.built_skills)
    _clear(home, {before})


@contextmanager
def alone(home: Home) -> Generator[None]:
    """One import at a time: a second one would undo the first. Raises TaxonomyError."""
    home.imported.mkdir(parents=True, exist_ok=True)
    with (home.imported / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TaxonomyError("import", "Another import is running. Wait for it.") from None
        yield


def is_imported(home: Home) -> bool:
    return home.skills.resolve() != home.built_skills.resolve()


def sources(home: Home) -> list[Source]:
    """What the taxonomy in use was imported from; none where it is set-up's own."""
    return [Source(**row) for row in _about(home)["sources"]] if is_imported(home) else []


def built_on(home: Home) -> str:
    """The version of set-up's taxonomy that the imported one stands on."""
    return _about(home)["built_on"]


def _about(home: Home) -> dict:
    return json.loads((home.skills / "sources.json").read_text())


def _contents(folder: Path) -> Contents:
    with closing(Taxonomy.open(folder)) as taxonomy:
        return taxonomy.contents()


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    files = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
    for each in files:
        with each.open("rb") as file:
            while block := file.read(1 << 20):
                found.update(block)
    return found.hexdigest()


def _clear(home: Home, keep: set[Path]) -> None:
    """What was in use before is kept: services read it until they have taken up the new one."""
    for one in home.imported.iterdir():
        if one.is_dir() and not one.is_symlink() and one.resolve() not in keep:
            shutil.rmtree(one, ignore_errors=True)
