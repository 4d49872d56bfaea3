"""`talent taxonomy`, as a person at a terminal uses it."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from talent_local.home import Home
from talent_skills.embedding import Embedder
from talent_skills.frameworks import Contents, Framework, Kind, Occupation, Skill, Task
from talent_skills.label_vectors import write_label_vectors
from talent_skills.taxonomy import Taxonomy
from talent_skills.taxonomy_file import write_taxonomy

OWN = Framework("https://skills.example/own", "Trades", "3", "Trades by Example.")


@pytest.fixture
def home(tmp_path: Path, stack_home: Home) -> Home:
    found = Home(tmp_path / "home")
    (found.data / "models").symlink_to(stack_home.language_model.parent)
    found.built_skills.mkdir()
    build(found, "sawing")
    return found


def build(home: Home, label: str) -> str:
    """As set-up does; the version."""
    contents = Contents(
        (OWN,),
        (Skill(f"{OWN.uri}/1", OWN.uri, label, Kind.SKILL),),
        (
            Occupation("51-7041.00", OWN.uri, "Sawyers", tasks=(Task("Saw."),)),
            Occupation("51-7099.00", OWN.uri, "Woodworkers, All Other"),
        ),
    )
    version = write_taxonomy(home.built_skills, contents)
    with closing(Taxonomy.open(home.built_skills)) as taxonomy:
        write_label_vectors(home.built_skills, taxonomy, Embedder(home.language_model))
    return version


@pytest.fixture
def welding(tmp_path: Path) -> Path:
    return welding_file(tmp_path, *(f"weld {number:02}" for number in range(12)))


def welding_file(folder: Path, *labels: str) -> Path:
    uri = "https://case.example"
    items = [
        {"identifier": str(number), "uri": f"{uri}/{number}", "fullStatement": label}
        for number, label in enumerate(labels)
    ]
    document = {"identifier": "doc", "uri": f"{uri}/doc", "title": "Welding", "creator": "Board"}
    path = folder / "welding.json"
    path.write_text(json.dumps({"CFDocument": document, "CFItems": items}))
    return path


def talent(home: Home, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "talent_cli", "taxonomy", *map(str, words)),
        env={**os.environ, "TALENT_HOME": str(home.root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_what_is_known_is_shown_with_its_source(home: Home) -> None:
    lines = talent(home, "show").stdout.splitlines()
    with closing(Taxonomy.open(home.built_skills)) as taxonomy:
        assert lines[0] == f"Taxonomy version {taxonomy.version}"
    told = "Trades 3: 1 skill, 0 groups, 2 occupations (1 without tasks)"
    assert lines[1:4] == [told, f"  {OWN.uri}", f"  {OWN.attribution}"]


def test_an_import_is_shown_tried_made_and_dropped(home: Home, welding: Path) -> None:
    dry = talent(home, "import", welding, "--dry-run").stdout
    assert "Welding: it is new" in dry
    assert "12 skills added\n    + weld 00\n" in dry
    assert "+ … and 2 more" in dry
    assert "Nothing was written" in dry
    assert "Welding" not in talent(home, "show").stdout

    done = talent(home, "import", welding).stdout
    version = done.splitlines()[-1].split()[2]
    assert f"It would be version {version}." in dry
    shown = talent(home, "show").stdout
    assert f"Taxonomy version {version}" in shown
    assert "Welding: 12 skills, 0 groups\n" in shown
    assert "  Welding, published by Board." in shown
    assert f"from {welding}" in shown
    assert "Trades 3: 1 skill," in shown

    renamed = welding_file(welding.parent, "weld pipes", *(f"weld {n:02}" for n in range(1, 11)))
    changed = talent(home, "import", renamed, "--dry-run").stdout
    assert "1 skill removed\n    - weld 11\n" in changed
    assert "1 skill renamed\n    ~ weld 00 → weld pipes\n" in changed

    assert talent(home, "import", "--reset").stdout == "The taxonomy of set-up is in use.\n"
    assert "Welding" not in talent(home, "show").stdout


@pytest.mark.slow
def test_after_an_upgrade_it_says_what_to_do(home: Home, welding: Path) -> None:
    talent(home, "import", welding)
    assert "Set-up has built" not in talent(home, "show").stdout
    newer = build(home, "sawing wood")
    assert f"Set-up has built version {newer} since." in talent(home, "show").stdout

    with closing(sqlite3.connect(home.skills / "taxonomy.sqlite")) as older, older:
        older.execute("UPDATE about SET value = '0' WHERE name = 'schema_version'")
    for words in (("show",), ("import", str(welding))):
        assert "--reset drops it" in talent(home, *words).stderr
    assert talent(home, "import", "--reset").returncode == 0
    assert talent(home, "import", welding).returncode == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import",), "Give what is to be imported, or --reset alone."),
        (("import", "--reset", "x.json"), "Give what is to be imported, or --reset alone."),
        (("import", "x.json", "y.json", "--release", "1"), "--release goes with one path."),
        (("import", "x.json"), "x.json: It cannot be read"),
    ],
)
def test_what_is_wrong_is_one_sentence(home: Home, words: tuple[str, ...], told: str) -> None:
    done = talent(home, *words)
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
