"""Artifacts are built from packages, and only from files that are as declared."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from talent_local.data import Package, PackageError, Wanted, build, is_built, load_packages
from talent_local.home import Home

OB_303 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


@pytest.fixture
def home(tmp_path: Path, stack_home: Home) -> Home:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "npm").symlink_to(stack_home.cache / "npm")
    return Home(tmp_path)


@pytest.mark.slow
def test_everything_in_the_list_is_built(home: Home) -> None:
    packages = load_packages()
    build(home, packages)
    index = json.loads((home.data / "contexts" / "index.json").read_text())
    for entries in index.values():
        for entry in entries:
            content = (home.data / "contexts" / entry["file"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == entry["sha256"]
            assert "@context" in json.loads(content)
    # Two publishers carry two editions of this one; the newest comes first.
    assert [entry["file"][:2] for entry in index[OB_303]] == ["ob", "co"]
    for package in packages:
        for wanted in package.files:
            assert not wanted.path.startswith("assets/") or (home.data / wanted.path).is_file()
    assert is_built(home)


def test_a_file_that_changed_is_refused_and_nothing_is_built(home: Home) -> None:
    first = load_packages()[0]
    changed = replace(first, files=(replace(first.files[0], sha256="0" * 64),))
    with pytest.raises(PackageError, match="not the declared file"):
        build(home, [changed])
    assert not is_built(home)


def test_another_version_is_refused(home: Home) -> None:
    with pytest.raises(PackageError, match=r"not 0\.0\.1"):
        build(home, [replace(load_packages()[0], version="0.0.1")])


def test_a_missing_file_is_named(home: Home) -> None:
    wanted = Wanted(file="openbadgeslib/no.json", sha256="", context="https://example.com/c")
    with pytest.raises(PackageError, match=r"has no openbadgeslib/no\.json"):
        build(home, [Package("pypi", "openbadgeslib", "4.6.3", (wanted,))])
