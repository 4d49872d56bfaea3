"""A framework that is imported replaces the one of its address, and nothing else."""

import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_skills.errors import TaxonomyError
from talent_skills.frameworks import Contents, Framework, Kind, Occupation, Skill
from talent_skills.importing import Difference, changes, merge, read
from talent_skills.taxonomy import Taxonomy
from talent_skills.taxonomy_file import digest, write_taxonomy

from .builders import TRADES, skill, trades
from .releases import ESCO, ONET, Table, case_package, write_folder, write_json

COOKING = Framework("https://skills.example/cooking", "Cooking", "1", "Cooking by Example.")


def framework(number: int, version: str, labels: dict[int, str]) -> Contents:
    uri = f"https://skills.example/{number}"
    return Contents(
        frameworks=(Framework(uri, f"Framework {number}", version, ""),),
        skills=tuple(
            Skill(f"{uri}/{n}", uri, label, Kind.SKILL) for n, label in sorted(labels.items())
        ),
        occupations=tuple(Occupation(f"{number}-{n}", uri, labels[n]) for n in sorted(labels)),
    )


def test_wages_and_other_frameworks_stay() -> None:
    cooking = Contents((COOKING,), (Skill("https://x", COOKING.uri, "bake", Kind.SKILL),))
    both = merge(trades(), cooking)
    assert both.wages == trades().wages
    assert set(both.skills) == {*trades().skills, *cooking.skills}
    newer = Contents(frameworks=(replace(TRADES, version="4"),), skills=(skill("brazing"),))
    assert merge(both, newer).skills == (*cooking.skills, *newer.skills)
    assert merge(both, newer).occupations == ()
    assert merge(both, newer).wages == trades().wages
    assert merge(both, newer).areas == trades().areas


@settings(max_examples=60)
@given(
    before=st.dictionaries(st.integers(0, 6), st.sampled_from("abc")),
    after=st.dictionaries(st.integers(0, 6), st.sampled_from("abc")),
    seed=st.integers(),
)
def test_changes_lead_from_one_version_to_the_other(
    before: dict[int, str], after: dict[int, str], seed: int
) -> None:
    known = merge(framework(1, "1", before), framework(2, "1", before))
    added = framework(1, "2", after)
    [change] = changes(known, added)
    assert (change.known, change.before, change.after) == (True, "1", "2")
    for found in (change.skills, change.occupations):
        same = [label for n, label in after.items() if before.get(n) == label]
        was = [*same, *found.removed, *(old for old, _ in found.renamed)]
        is_now = [*same, *found.added, *(new for _, new in found.renamed)]
        assert sorted(was) == sorted(before.values())
        assert sorted(is_now) == sorted(after.values())
    merged = merge(known, added)
    assert digest(merge(merged, added)) == digest(merged)
    shuffled = list(merged.skills)
    random.Random(seed).shuffle(shuffled)
    assert digest(replace(merged, skills=tuple(shuffled))) == digest(merged)
    back = merge(merged, framework(1, "1", before))
    assert digest(back) == digest(known)


def test_a_new_framework_is_all_added() -> None:
    [change] = changes(Contents(), framework(1, "1", {1: "weld"}))
    assert not change.known
    assert change.skills == Difference(("weld",), (), ())


def test_what_was_imported_is_written_and_read(tmp_path: Path) -> None:
    onet = read(write_folder(tmp_path / "db_29_3_text", ONET))
    case = read(write_json(tmp_path / "case.json", case_package()))
    contents = merge(merge(trades(), onet_only(onet)), case)
    version = write_taxonomy(tmp_path, contents)
    found = Taxonomy.open(tmp_path)
    assert version == found.version == digest(found.contents())
    assert {one.code for one in found.occupations()} == {
        one.code for one in (*trades().occupations, *onet_only(onet).occupations)
    }


def onet_only(onet: Contents) -> Contents:
    """Under codes that the trades do not have."""
    return replace(
        onet,
        occupations=tuple(
            replace(one, code=f"9{one.code}", related=tuple(f"9{code}" for code in one.related))
            for one in onet.occupations
        ),
    )


def test_a_folder_of_something_else_says_what_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match=r"Occupation Data\.txt.*skills_en\.csv"):
        read(tmp_path)


TABLES = [(ONET, "db_29_3_text", name) for name in ONET] + [
    (ESCO, "ESCO dataset - v1.2.0", name) for name in ESCO
]


@settings(max_examples=150)
@given(
    which=st.sampled_from(TABLES),
    place=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    odd=st.sampled_from(
        ["", " ", "0", "-1", "1e999", "x" * 200_000, '"', "\t", ",", "é", "\x1b[2J"]
    ),
)
def test_an_odd_cell_anywhere_is_read_or_one_clear_error(
    tmp_path_factory: pytest.TempPathFactory,
    which: tuple[Mapping[str, Table], str, str],
    place: tuple[int, int],
    odd: str,
) -> None:
    release, folder, name = which
    rows = [list(row) for row in release[name]]
    row = rows[place[0] % len(rows)]
    row[place[1] % len(row)] = odd
    path = write_folder(tmp_path_factory.mktemp("release") / folder, {**release, name: rows})
    with suppress(TaxonomyError):
        read(path)
