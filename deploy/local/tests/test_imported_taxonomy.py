"""An imported taxonomy lies beside set-up's own, whole or not at all, until it is dropped."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from talent_local import imported_taxonomy
from talent_local.home import Home
from talent_local.imported_taxonomy import Import, alone, plan, put_in_use, reset, sources
from talent_skills.embedding import Embedder
from talent_skills.errors import TaxonomyError
from talent_skills.frameworks import Contents, Framework, Kind, Skill
from talent_skills.label_vectors import LabelVectors, write_label_vectors
from talent_skills.tagger import Tagger
from talent_skills.taxonomy import Taxonomy
from talent_skills.taxonomy_file import write_taxonomy

SETUP = Framework("https://skills.example/setup", "Set-up's", "1", "By Example.")


@pytest.fixture
def home(tmp_path: Path, stack_home: Home) -> Home:
    """With a built taxonomy of one skill, and the real language model."""
    found = Home(tmp_path / "home")
    (found.data / "models").symlink_to(stack_home.language_model.parent)
    build(found, "sawing")
    return found


def build(home: Home, label: str) -> None:
    """As set-up does."""
    folder = home.built_skills
    folder.mkdir(exist_ok=True)
    skill = Skill(f"{SETUP.uri}/1", SETUP.uri, label, Kind.SKILL)
    write_taxonomy(folder, Contents((SETUP,), (skill,)))
    with closing(Taxonomy.open(folder)) as taxonomy:
        write_label_vectors(folder, taxonomy, Embedder(home.language_model))


def framework(path: Path, name: str, *labels: str) -> Path:
    """A CTDL-ASN file."""
    uri = f"https://skills.example/{name}"
    graph: list[dict[str, Any]] = [
        {"@id": uri, "@type": "ceasn:CompetencyFramework", "ceasn:name": name},
        *(
            {
                "@id": f"{uri}/{number}",
                "@type": "ceasn:Competency",
                "ceasn:isPartOf": uri,
                "ceasn:competencyText": label,
            }
            for number, label in enumerate(labels)
        ),
    ]
    path.write_text(json.dumps({"@graph": graph}))
    return path


def put(home: Home, planned: Import) -> None:
    with alone(home):
        put_in_use(home, planned)


def labels(home: Home) -> list[str]:
    with closing(Taxonomy.open(home.skills)) as taxonomy:
        return sorted(skill.label for skill in taxonomy.skills())


def test_imports_add_up_until_they_are_dropped(home: Home, tmp_path: Path) -> None:
    put(home, plan(home, [framework(tmp_path / "a.json", "A", "welding", "brazing")]))
    assert labels(home) == ["brazing", "sawing", "welding"]
    put(home, plan(home, [framework(tmp_path / "b.json", "B", "baking")]))
    assert labels(home) == ["baking", "brazing", "sawing", "welding"]
    again = plan(home, [framework(tmp_path / "a.json", "A", "welding of pipes")])
    assert again.changes[0].skills.renamed == (("welding", "welding of pipes"),)
    assert again.changes[0].skills.removed == ("brazing",)
    before = home.skills
    put(home, again)
    assert labels(home) == ["baking", "sawing", "welding of pipes"]
    assert [Path(one.path).name for one in sources(home)] == ["b.json", "a.json"]
    # What was in use before is still read by services that run.
    kept = {one.name for one in home.imported.iterdir() if one.is_dir() and not one.is_symlink()}
    assert kept == {again.version, before.name}
    with alone(home):
        reset(home)
    assert labels(home) == ["sawing"]
    assert sources(home) == []


def test_every_label_has_its_vector(home: Home, tmp_path: Path) -> None:
    put(home, plan(home, [framework(tmp_path / "a.json", "A", "welding", "Sawing")]))
    with closing(Taxonomy.open(home.skills)) as taxonomy:
        vectors = LabelVectors.open(home.skills, taxonomy)
    fresh = Embedder(home.language_model).embed(vectors.labels)
    assert len(vectors.labels) == len(vectors.vectors) == 3
    assert np.all((fresh * vectors.vectors).sum(axis=1) > 0.99)


def test_its_skills_are_found_in_texts(home: Home, tmp_path: Path) -> None:
    put(home, plan(home, [framework(tmp_path / "a.json", "A", "Weld pipes by MIG")]))
    [tag] = Tagger.open(home.skills, home.language_model).tag("You weld pipes by MIG.").tags
    assert (tag.label, tag.asserted) == ("Weld pipes by MIG", True)


def test_setup_does_not_overwrite_it(home: Home, tmp_path: Path) -> None:
    put(home, plan(home, [framework(tmp_path / "a.json", "A", "welding")]))
    before = imported_taxonomy.built_on(home)
    build(home, "sawing wood")
    assert labels(home) == ["sawing", "welding"]
    with closing(Taxonomy.open(home.built_skills)) as own:
        assert own.version != before == imported_taxonomy.built_on(home)


def test_a_home_that_shares_its_data_has_imported_nothing(home: Home, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "data").symlink_to(home.data)
    assert sources(Home(other)) == []
    Home(other).link_skills()
    assert sources(Home(other)) == []


def test_a_link_leads_services_to_what_is_in_use(home: Home, tmp_path: Path) -> None:
    def found() -> list[str]:
        with closing(Taxonomy.open(home.current_skills)) as taxonomy:
            return sorted(skill.label for skill in taxonomy.skills())

    home.link_skills()
    assert found() == ["sawing"]
    put(home, plan(home, [framework(tmp_path / "a.json", "A", "welding")]))
    home.link_skills()
    assert found() == labels(home) == ["sawing", "welding"]
    home.root.rename(tmp_path / "elsewhere")
    assert labels(Home(tmp_path / "elsewhere")) == ["sawing", "welding"]
    home = Home(tmp_path / "elsewhere")
    with alone(home):
        reset(home)
    assert found() == ["sawing"]


def test_what_an_earlier_version_imported_stays_in_use(home: Home, tmp_path: Path) -> None:
    put(home, plan(home, [framework(tmp_path / "a.json", "A", "welding")]))
    version = home.skills.name
    home.current_skills.unlink()
    home.current_skills.write_text(version)  # it named the folder in a file
    assert labels(home) == ["sawing", "welding"]
    home.link_skills()
    assert home.current_skills.is_symlink()
    assert labels(home) == ["sawing", "welding"]


def test_planning_writes_nothing(home: Home, tmp_path: Path) -> None:
    plan(home, [framework(tmp_path / "a.json", "A", "welding")])
    assert labels(home) == ["sawing"]
    assert not home.imported.exists()


def test_a_wrong_file_among_right_ones_leaves_all_as_it_was(home: Home, tmp_path: Path) -> None:
    good = framework(tmp_path / "a.json", "A", "welding")
    bad = framework(tmp_path / "b.json", "B", "")
    with pytest.raises(TaxonomyError, match=r"b\.json.*competencyText"):
        plan(home, [good, bad])
    with pytest.raises(TaxonomyError, match="twice"):
        plan(home, [good, good])
    assert labels(home) == ["sawing"]


def test_an_import_that_dies_on_its_way_is_not_seen(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = plan(home, [framework(tmp_path / "a.json", "A", "welding")])
    with monkeypatch.context() as patch:
        patch.setattr(imported_taxonomy, "write_label_vectors", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            put(home, planned)
    assert labels(home) == ["sawing"]
    put(home, planned)
    assert labels(home) == ["sawing", "welding"]


def test_one_import_at_a_time(home: Home) -> None:
    with alone(home), pytest.raises(TaxonomyError, match="Another import"), alone(home):
        pass
    with alone(home):
        pass
