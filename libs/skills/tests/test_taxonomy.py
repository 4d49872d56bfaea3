"""A taxonomy is written once, whole or not at all, and says everything that its sources said."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_skills.errors import TaxonomyError
from talent_skills.frameworks import Contents, Kind, Occupation, together
from talent_skills.taxonomy import Taxonomy
from talent_skills.taxonomy_file import digest, write_taxonomy

from .builders import TRADES, skill, trades, uri


def written(folder: Path, contents: Contents) -> Taxonomy:
    write_taxonomy(folder, contents)
    return Taxonomy.open(folder)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    contents = trades()
    taxonomy = written(tmp_path, contents)
    assert taxonomy.frameworks() == [TRADES]
    assert {one.uri: one for one in taxonomy.skills()} == {one.uri: one for one in contents.skills}
    assert list(taxonomy.occupations()) == list(contents.occupations)
    assert taxonomy.areas() == contents.areas
    assert taxonomy.skill(uri("nothing")) is None
    assert taxonomy.occupation("99-9999.00") is None


def test_wages_are_found_by_the_code_of_the_job(tmp_path: Path) -> None:
    taxonomy = written(tmp_path, trades())
    assert taxonomy.wage("51-4121.00", "26") == trades().wages[0]
    assert taxonomy.wage("51-4121", "26") == trades().wages[0]
    assert taxonomy.wage("51-4121.00") is None


def test_skills_are_found_by_what_they_are_and_what_is_above_them(tmp_path: Path) -> None:
    taxonomy = written(tmp_path, trades())
    assert [one.label for one in taxonomy.skills(Kind.GROUP)] == ["joining metal"]
    assert taxonomy.narrower(uri("welding")) == [uri("MIG welding")]


def test_the_version_is_that_of_the_contents_in_any_order(tmp_path: Path) -> None:
    contents = trades()
    turned = replace(contents, skills=contents.skills[::-1])
    assert write_taxonomy(tmp_path, contents) == write_taxonomy(tmp_path, turned)
    more = together([contents, Contents(skills=(skill("brazing"),))])
    assert digest(more) != digest(contents)
    assert written(tmp_path, more).version == digest(more)


def test_all_that_is_read_makes_the_same_version_again(tmp_path: Path) -> None:
    taxonomy = written(tmp_path, trades())
    assert digest(taxonomy.contents()) == taxonomy.version
    assert written(tmp_path, taxonomy.contents()).version == taxonomy.version


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (Contents(skills=(skill("welding"),)), "twice"),
        (Contents(skills=(replace(skill("sawing"), framework="https://other.example"),)), "other"),
        (Contents(skills=(skill("sawing", "cutting"),)), "cutting"),
        (Contents(skills=(skill("a", "b"), skill("b", "c"), skill("c", "a"))), "itself"),
        (Contents(skills=(skill("a", "a"),)), "itself"),
        (Contents(wages=(trades().wages[0],)), "twice"),
        (Contents(occupations=(Occupation("1", "https://other.example", "Cook"),)), "other"),
        (Contents(occupations=(Occupation("1", TRADES.uri, "Cook", related=("2",)),)), "Add 2"),
    ],
)
def test_what_does_not_fit_is_named_and_the_old_one_stays(
    tmp_path: Path, wrong: Contents, where: str
) -> None:
    version = write_taxonomy(tmp_path, trades())
    with pytest.raises(TaxonomyError, match=where):
        write_taxonomy(tmp_path, together([trades(), wrong]))
    assert Taxonomy.open(tmp_path).version == version


def test_a_hierarchy_of_any_depth_is_refused(tmp_path: Path) -> None:
    deep = [skill("0"), *(skill(str(n), str(n - 1)) for n in range(1, 40))]
    with pytest.raises(TaxonomyError, match="levels"):
        write_taxonomy(tmp_path, Contents(frameworks=(TRADES,), skills=tuple(deep[::-1])))


@settings(max_examples=60)
@given(edges=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14))
def test_a_circle_is_found_wherever_it_is(edges: set[tuple[int, int]]) -> None:
    from talent_skills.taxonomy_file import check

    above = {n: [b for a, b in sorted(edges) if a == n] for n in range(8)}
    reach = {n: set(above[n]) for n in range(8)}
    for _ in range(8):
        reach = {n: reach[n].union(*(reach[m] for m in reach[n])) for n in reach}
    circular = any(n in reach[n] for n in reach)
    skills = tuple(skill(str(n), *map(str, above[n])) for n in range(8))
    contents = Contents(frameworks=(TRADES,), skills=skills)
    if circular:
        with pytest.raises(TaxonomyError, match="itself"):
            check(contents)
    else:
        check(contents)


def test_without_a_file_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="make setup"):
        Taxonomy.open(tmp_path)
    (tmp_path / "taxonomy.sqlite").write_bytes(b"not a database at all, however long it is")
    with pytest.raises(TaxonomyError, match="make setup"):
        Taxonomy.open(tmp_path)
