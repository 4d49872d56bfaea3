"""ESCO's download is read in English; what does not fit is named by file, row and column."""

from pathlib import Path

import pytest
from talent_skills.errors import TaxonomyError
from talent_skills.esco_package import ESCO as FRAMEWORK
from talent_skills.frameworks import Kind, Link, LinkKind
from talent_skills.importing import read

from .releases import ESCO, ISCED, SKILL, changed, write_folder, write_zip

FOLDER = "ESCO dataset - v1.2.0 - classification - en - csv"


def test_a_download_is_read_with_its_hierarchy(tmp_path: Path) -> None:
    contents = read(write_folder(tmp_path / FOLDER, ESCO))
    assert [(one.uri, one.version) for one in contents.frameworks] == [(FRAMEWORK.uri, "1.2.0")]
    found = {one.uri: one for one in contents.skills}
    weld = found[f"{SKILL}weld"]
    assert weld.label == "weld metal"
    assert weld.alternatives == ("do welding", "MIG, TIG weld")
    assert weld.description == "Join metal\nby heat."
    assert weld.broader == (f"{SKILL}S7",)
    assert found[f"{SKILL}spot"].broader == (f"{SKILL}weld",)
    assert found[f"{SKILL}metals"].links == (Link(LinkKind.ESSENTIAL_FOR, f"{SKILL}weld"),)
    assert found[f"{ISCED}0715"].code == "0715"
    assert {one.label: one.kind for one in contents.skills if one.kind is not Kind.GROUP} == {
        "weld metal": Kind.SKILL,
        "types of metal": Kind.KNOWLEDGE,
        "show initiative": Kind.TRANSVERSAL,
        "spot weld": Kind.SKILL,
    }


def test_a_row_that_is_repeated_is_one_skill(tmp_path: Path) -> None:
    table = ESCO["skills_en.csv"]
    whole = read(write_folder(tmp_path / FOLDER, ESCO))
    again = {**ESCO, "skills_en.csv": [*table, *table[1:]]}
    assert read(write_folder(tmp_path / FOLDER, again)) == whole


def test_other_labels_stand_between_bars_too(tmp_path: Path) -> None:
    bars = changed(ESCO, "skills_en.csv", 2, "altLabels", "do welding | MIG, TIG weld")
    whole = read(write_folder(tmp_path / FOLDER, ESCO))
    assert read(write_folder(tmp_path / FOLDER, bars)) == whole


def test_a_language_is_what_stands_below_languages(tmp_path: Path) -> None:
    group = ["", f"{SKILL}L", "languages", "", "", "L"]
    below = ["", f"{SKILL}initiative", "", f"{SKILL}L"]
    languages = {
        "skillGroups_en.csv": [*ESCO["skillGroups_en.csv"], group],
        "broaderRelationsSkillPillar_en.csv": [*ESCO["broaderRelationsSkillPillar_en.csv"], below],
    }
    found = read(write_folder(tmp_path / FOLDER, {**ESCO, **languages})).skills
    assert {one.label: one.kind for one in found}["show initiative"] is Kind.LANGUAGE


def test_a_zip_and_tables_without_a_language_are_the_same_download(tmp_path: Path) -> None:
    whole = read(write_folder(tmp_path / FOLDER, ESCO))
    assert read(write_zip(tmp_path / f"{FOLDER}.zip", ESCO)) == whole
    plain = {name.replace("_en", ""): table for name, table in ESCO.items()}
    assert read(write_folder(tmp_path / "esco", plain), release="1.2.0") == whole


def test_of_several_languages_english_is_read(tmp_path: Path) -> None:
    others = {name.replace("_en", "_fr"): table for name, table in ESCO.items()}
    french = changed(others, "skills_fr.csv", 2, "preferredLabel", "souder")
    found = read(write_folder(tmp_path / FOLDER, {**french, **ESCO}))
    assert "weld metal" in {one.label for one in found.skills}
    german = {name.replace("_en", "_de"): table for name, table in ESCO.items()}
    with pytest.raises(TaxonomyError, match="one language"):
        read(write_folder(tmp_path / "v1.2.0", {**french, **german}))


WRONG = {
    "the same skill twice": (
        ("skills_en.csv", 3, "conceptUri", f"{SKILL}weld"),
        "row 3.*Another row",
    ),
    "a skill that is a group": (("skills_en.csv", 3, "conceptUri", f"{SKILL}S"), "row 3.*Another"),
    "no label": (("skills_en.csv", 4, "preferredLabel", ""), r"row 4, column preferredLabel"),
    "another type": (("skills_en.csv", 4, "skillType", "talent"), r"row 4, column skillType"),
    "another reuse": (("skills_en.csv", 4, "reuseLevel", "much"), r"row 4, column reuseLevel"),
    "below nothing": (
        ("broaderRelationsSkillPillar_en.csv", 4, "broaderUri", f"{SKILL}S9"),
        r"row 4, column broaderUri: “http.*S9” is no skill",
    ),
    "another relation": (
        ("skillSkillRelations_en.csv", 2, "relationType", "nice"),
        r"row 2, column relationType",
    ),
    "needed for nothing": (
        ("skillSkillRelations_en.csv", 2, "relatedSkillUri", f"{SKILL}x"),
        r"row 2, column relatedSkillUri",
    ),
    "a circle": (
        ("broaderRelationsSkillPillar_en.csv", 4, "broaderUri", f"{SKILL}spot"),
        r"SkillPillar_en\.csv, row [45], column broaderUri: .*broader than itself",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_is_named(tmp_path: Path, case: str) -> None:
    change, told = WRONG[case]
    with pytest.raises(TaxonomyError, match=told):
        read(write_folder(tmp_path / FOLDER, changed(ESCO, *change)))


@pytest.mark.parametrize("name", ESCO)
def test_a_missing_table_is_named(tmp_path: Path, name: str) -> None:
    some = {other: table for other, table in ESCO.items() if other != name}
    with pytest.raises(TaxonomyError, match=name.removesuffix(".csv").lower() + r"|skills_en\.csv"):
        read(write_folder(tmp_path / FOLDER, some))
