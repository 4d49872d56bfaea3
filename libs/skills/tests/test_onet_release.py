"""O*NET's release is read whole; what does not fit is named by file, row and column."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from talent_skills.errors import TaxonomyError
from talent_skills.frameworks import Contents, Kind, Need, Task
from talent_skills.importing import read
from talent_skills.onet_package import ONET_URI, software_uri

from .releases import ONET, changed, text, write_folder, write_zip

SHARED = Path(__file__).parents[4] / "shared" / "data" / "onet"
ELEMENT = "https://www.onetonline.org/find/descriptor/result/"


def by_code(contents: Contents) -> dict[str, Any]:
    return {one.code: one for one in contents.occupations}


def test_a_release_is_read_with_everything_that_it_says(tmp_path: Path) -> None:
    contents = read(write_folder(tmp_path / "db_29_3_text", ONET))
    assert [(one.uri, one.version) for one in contents.frameworks] == [(ONET_URI, "29.3")]
    welder = by_code(contents)["51-4121.00"]
    assert welder.titles == ("Fabricator", "Aluminum Welder")
    assert welder.tasks == (
        Task('Weld "T" joints.', "17", core=True),
        Task("Clean parts.", "18", core=False),
    )
    assert welder.needs == (
        Need(f"{ELEMENT}2.A.1.a", importance=3.12, level=2.75),
        Need(f"{ELEMENT}2.C.2.a", importance=1.5, level=None),  # "not relevant"
        Need(software_uri("Autodesk AutoCAD"), hot=True, in_demand=True),
    )
    assert welder.job_zone == 3
    assert welder.related == ("51-4122.00", "51-9199.00")
    machine = by_code(contents)["51-4122.00"]
    assert machine.tasks == (Task('"Tack" parts.', "19"),)
    assert machine.needs == (Need(software_uri("Autodesk AutoCAD"), hot=True),)
    assert by_code(contents)["51-9199.00"].tasks == ()


def test_skills_stand_in_their_groups(tmp_path: Path) -> None:
    skills = {one.label: one for one in read(write_folder(tmp_path / "db_29_3", ONET)).skills}
    labels = {one.uri: one.label for one in skills.values()}
    assert {label: (one.kind, *map(labels.get, one.broader)) for label, one in skills.items()} == {
        "Basic Skills": (Kind.GROUP,),
        "Content": (Kind.GROUP, "Basic Skills"),
        "Reading Comprehension": (Kind.SKILL, "Content"),
        "Knowledge": (Kind.GROUP,),
        "Manufacturing and Production": (Kind.GROUP, "Knowledge"),
        "Production and Processing": (Kind.KNOWLEDGE, "Manufacturing and Production"),
        "Computer aided design CAD software": (Kind.GROUP,),
        "Autodesk AutoCAD": (Kind.TECHNOLOGY, "Computer aided design CAD software"),
    }


def test_a_zip_and_compressed_tables_of_other_names_are_the_same_release(tmp_path: Path) -> None:
    whole = read(write_folder(tmp_path / "db_29_3_text", ONET))
    assert read(write_zip(tmp_path / "db_29_3_text.zip", ONET)) == whole
    other = tmp_path / "tables"
    other.mkdir()
    for name, table in ONET.items():
        tsv = name.lower().replace(" ", "_").replace(".txt", ".tsv")
        (other / f"{tsv}.gz").write_bytes(gzip.compress(text(tsv, table).encode()))
    assert read(other, release="29.3") == whole
    (other / "README.md").write_text("# The O*NET 29.3 Database\n")
    assert read(other) == whole


def test_a_release_without_a_number_asks_for_it(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="--release"):
        read(write_folder(tmp_path / "onet", ONET))


WRONG = {
    "an unknown scale": (
        ("Skills.txt", 2, "Scale ID", "IJ"),
        r"Skills\.txt, row 2, column Scale ID: “IJ” is not one of “IM”, “LV”",
    ),
    "importance off its scale": (
        ("Skills.txt", 2, "Data Value", "5.01"),
        r"Skills\.txt, row 2, column Data Value: 5\.01 is not between 1 and 5",
    ),
    "a level off its scale": (("Knowledge.txt", 3, "Data Value", "7.5"), r"row 3.*0 and 7"),
    "no number": (("Skills.txt", 3, "Data Value", "high"), r"row 3.*“high” is not a number"),
    "not even a number": (("Skills.txt", 3, "Data Value", "nan"), r"row 3.*between"),
    "a flag of another kind": (("Skills.txt", 3, "Not Relevant", "?"), r"row 3.*“\?”"),
    "a rating of nobody": (
        ("Skills.txt", 3, "O*NET-SOC Code", "51-4121.99"),
        r"row 3, column O\*NET-SOC Code: “51-4121\.99” is not in the occupation data",
    ),
    "a rating of nothing": (("Skills.txt", 2, "Element ID", "2.A.9"), r"row 2.*content model"),
    "the same rating twice": (("Skills.txt", 3, "Scale ID", "IM"), r"row 3.*repeats row 2"),
    "the same task twice": (("Task Statements.txt", 3, "Task ID", "17"), r"row 3.*row 2"),
    "the same occupation twice": (
        ("Occupation Data.txt", 3, "O*NET-SOC Code", "51-4121.00"),
        r"row 3.*row 2",
    ),
    "no code": (("Occupation Data.txt", 3, "O*NET-SOC Code", "Welder"), r"row 3.*47-2111"),
    "no title": (("Occupation Data.txt", 4, "Title", ""), r"row 4, column Title: It is empty"),
    "a task of an odd type": (("Task Statements.txt", 2, "Task Type", "core?"), r"row 2"),
    "an odd job zone": (("Job Zones.txt", 2, "Job Zone", "6"), r"row 2, column Job Zone"),
    "like an unknown one": (
        ("Related Occupations.txt", 2, "Related O*NET-SOC Code", "11-1011.00"),
        r"row 2, column Related",
    ),
    "two at one place": (("Related Occupations.txt", 2, "Index", "1"), r"row 3, column Index"),
    "technology without a name": (("Technology Skills.txt", 2, "Example", " "), r"row 2.*Example"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_fit_is_named(tmp_path: Path, case: str) -> None:
    change, told = WRONG[case]
    folder = write_folder(tmp_path / "db_29_3_text", changed(ONET, *change))
    with pytest.raises(TaxonomyError, match=told):
        read(folder)


def test_missing_tables_are_named_all_at_once(tmp_path: Path) -> None:
    some = {name: table for name, table in ONET.items() if name[0] not in "JK"}
    with pytest.raises(TaxonomyError, match="missing: knowledge, job_zones"):
        read(write_folder(tmp_path / "db_29_3_text", some))


@pytest.mark.parametrize("name", [name for name in ONET if name != "Interests.txt"])
@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda table: [[f"{c}?" for c in table[0]], *table[1:]], "row 1.*columns are missing"),
        (lambda table: [*table, [*table[-1], "more"]], "header"),
        (lambda table: [*table, table[-1][:-1]], "header"),
        (lambda table: table[:1], "no rows"),
        (lambda table: [], "no rows"),
        (lambda table: [[*table[0], table[0][0]]], "twice"),
    ],
)
def test_every_table_is_checked(
    tmp_path: Path, name: str, spoil: Callable[[list[list[str]]], list[list[str]]], told: str
) -> None:
    spoiled = {**ONET, name: spoil([list(row) for row in ONET[name]])}
    with pytest.raises(TaxonomyError, match=f"{re.escape(name)}.*{told}"):
        read(write_folder(tmp_path / "db_29_3_text", spoiled))


@pytest.mark.skipif(not SHARED.exists(), reason="O*NET's tables are not here")
def test_the_release_of_may_2025_is_read_to_the_last_row() -> None:
    contents = read(SHARED)
    occupations = contents.occupations
    assert contents.frameworks[0].version == "29.3"
    assert len(occupations) == 1016
    assert sum(len(one.tasks) for one in occupations) == 18_796
    assert sum(not one.tasks for one in occupations) == 93
    assert sum(task.core is True for one in occupations for task in one.tasks) == 13_417
    assert sum(one.job_zone is not None for one in occupations) == 923
    assert sum(len(one.related) for one in occupations) == 18_460
    kinds = [one.kind for one in contents.skills]
    assert [kinds.count(kind) for kind in (Kind.SKILL, Kind.KNOWLEDGE)] == [35, 33]
    technology = {one.uri for one in contents.skills if one.kind is Kind.TECHNOLOGY}
    needs = [need for one in occupations for need in one.needs]
    assert sum(need.skill in technology for need in needs) == 32_681
    assert sum(need.in_demand for need in needs) == 2032 + 307
    assert len(needs) - 32_681 == (61_530 // 2) + (58_014 // 2)
