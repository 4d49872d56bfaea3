"""Frameworks as JSON: CTDL-ASN and CASE, with what does not fit named by entry and field."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_skills import json_files
from talent_skills.errors import TaxonomyError
from talent_skills.frameworks import Framework, Kind, Link, LinkKind, Skill
from talent_skills.importing import read

from .releases import CTDL, association, case_package, ctdl_framework, write_json

SHARED = Path(__file__).parents[4] / "shared" / "data" / "ctdl"
CASE = "https://case.example"
Spoil = Callable[[Any], object]


def test_a_case_package_is_read(tmp_path: Path) -> None:
    contents = read(write_json(tmp_path / "case.json", case_package()))
    assert contents.frameworks == (
        Framework(
            f"{CASE}/doc",
            "Welding",
            "2026-03-01",
            "Welding, published by Welding Board. License: https://by.example",
        ),
    )
    weld, mig, safety = contents.skills
    assert weld == Skill(
        uri=f"{CASE}/weld",
        framework=f"{CASE}/doc",
        label="Weld steel",
        kind=Kind.COMPETENCY,
        code="W.1",
        description="Weld steel plates in all positions.",
        links=(Link(LinkKind.RELATED, f"{CASE}/safety"),),
    )
    assert (mig.label, mig.broader) == ("Weld with gas shielding.", (f"{CASE}/weld",))
    assert mig.links == (Link(LinkKind.SAME, f"{CASE}/elsewhere"),)
    assert safety.broader == ()


def test_a_package_in_an_answer_of_the_interface_is_the_same(tmp_path: Path) -> None:
    plain = read(write_json(tmp_path / "plain.json", case_package()))
    assert read(write_json(tmp_path / "in.json", {"CFPackage": case_package()})) == plain


def test_a_ctdl_framework_is_read(tmp_path: Path) -> None:
    contents = read(write_json(tmp_path / "ctdl.json", ctdl_framework()))
    assert contents.frameworks == (
        Framework(
            f"{CTDL}fw",
            "Welding",
            "2026-03-01",
            "Welding, published by Welding Board. License: https://by.example",
        ),
    )
    weld, mig = contents.skills
    assert (weld.label, weld.code) == ("Weld steel plates in all positions.", "W.1")
    assert (mig.label, mig.description) == ("MIG weld", "Weld with gas shielding.")
    assert mig.broader == (f"{CTDL}weld",)
    assert mig.links == (
        Link(LinkKind.SAME, "https://other.example/mig"),
        Link(LinkKind.BROADER, "https://other.example/weld"),
    )


@pytest.mark.parametrize(
    "wrap",
    [
        lambda graph: {"envelope_id": "1", "decoded_resource": graph},
        lambda graph: [{"decoded_resource": graph}],
        lambda graph: graph["@graph"],
        lambda graph: {**graph["@graph"][0], "ceasn:hasTopChild": graph["@graph"][1:]},
        lambda graph: {"@graph": graph["@graph"][::-1]},
        lambda graph: {"@graph": graph["@graph"] * 2},
    ],
)
def test_a_framework_is_found_wherever_it_is(tmp_path: Path, wrap: Spoil) -> None:
    plain = read(write_json(tmp_path / "plain.json", ctdl_framework()))
    found = read(write_json(tmp_path / "wrapped.json", wrap(ctdl_framework())))
    assert found.frameworks == plain.frameworks
    assert set(found.skills) == set(plain.skills)


def edited(**terms: object) -> Callable[[int], Spoil]:
    def at(number: int) -> Spoil:
        def spoil(graph: Any) -> object:
            graph["@graph"][number] |= {name.replace("_", ":"): terms[name] for name in terms}
            return graph

        return spoil

    return at


def without(*path: str | int) -> Spoil:
    def spoil(value: Any) -> object:
        inner = value
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        return value

    return spoil


def with_value(new: object, *path: str | int) -> Spoil:
    def spoil(value: Any) -> object:
        inner = value
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = new
        return value

    return spoil


def associated(*more: tuple[str, str, str]) -> Spoil:
    return lambda value: {
        **value,
        "CFAssociations": [*value["CFAssociations"], *(association(*one) for one in more)],
    }


WRONG_CASE: dict[str, tuple[Spoil, str]] = {
    "no title": (without("CFDocument", "title"), "CFDocument, title: It is missing"),
    "no document": (with_value([], "CFDocument"), "CFDocument: It must be an object"),
    "no address": (without("CFItems", 1, "uri"), r"CFItems\[1\], uri"),
    "no statement": (without("CFItems", 1, "fullStatement"), r"CFItems\[1\], fullStatement"),
    "a number": (with_value(7, "CFItems", 0, "fullStatement"), r"CFItems\[0\].*must be text"),
    "no list": (with_value({}, "CFItems"), "CFItems: It must be a list"),
    "an odd item": (with_value("x", "CFItems", 2), r"CFItems\[2\]: It must be an object"),
    "no items": (with_value([], "CFItems"), "is not in CFItems"),
    "nothing at all": (
        lambda value: {**value, "CFItems": [], "CFAssociations": []},
        "There is no skill",
    ),
    "an item twice": (with_value("weld", "CFItems", 1, "identifier"), r"CFItems\[1\].*twice"),
    "an address twice": (with_value(f"{CASE}/weld", "CFItems", 1, "uri"), "twice"),
    "below an unknown one": (
        associated(("isChildOf", "mig", "x")),
        r"CFAssociations\[6\], destinationNodeURI: x is not in CFItems",
    ),
    "an unknown one below": (associated(("isChildOf", "x", "mig")), r"\[6\], originNodeURI: x"),
    "a circle": (associated(("isChildOf", "weld", "mig")), r"c\.json, .*broader than itself"),
    "no node": (without("CFAssociations", 0, "originNodeURI"), r"\[0\], originNodeURI"),
}
WRONG_CTDL: dict[str, tuple[Spoil, str]] = {
    "no framework": (without("@graph", 0), "no ceasn:CompetencyFramework"),
    "no name": (without("@graph", 0, "ceasn:name"), "fw, name: It is missing"),
    "no competency": (
        lambda graph: {"@graph": [{**graph["@graph"][0], "ceasn:hasTopChild": []}]},
        "There is no skill",
    ),
    "no text": (without("@graph", 1, "ceasn:competencyText"), "weld, competencyText"),
    "a number": (edited(ceasn_competencyText=7)(1), "weld, competencyText: It must be text"),
    "no address": (without("@graph", 1, "@id"), "Competency .*Weld steel.*: Give it an address"),
    "a blank address": (with_value("_:b1", "@graph", 1, "@id"), "Give it an address"),
    "an odd reference": (edited(ceasn_hasChild=[7])(1), "weld, hasChild: It must be an address"),
    "a child elsewhere": (edited(ceasn_hasChild="x")(1), "weld, hasChild: x is not in the file"),
    "a parent elsewhere": (edited(ceasn_isChildOf="x")(2), "mig, isChildOf: x is not in the file"),
    "part of another": (edited(ceasn_isPartOf="x")(2), "mig, isPartOf"),
    "twice with other words": (
        with_value(f"{CTDL}weld", "@graph", 2, "@id"),
        "weld, competencyText: It is there twice",
    ),
    "a circle": (edited(ceasn_hasChild=f"{CTDL}weld")(2), r"c\.json, .*broader than itself"),
}


@pytest.mark.parametrize("case", WRONG_CASE)
def test_what_does_not_fit_in_a_case_package_is_named(tmp_path: Path, case: str) -> None:
    spoil, told = WRONG_CASE[case]
    with pytest.raises(TaxonomyError, match=told):
        read(write_json(tmp_path / "c.json", spoil(case_package())))


@pytest.mark.parametrize("case", WRONG_CTDL)
def test_what_does_not_fit_in_a_ctdl_framework_is_named(tmp_path: Path, case: str) -> None:
    spoil, told = WRONG_CTDL[case]
    with pytest.raises(TaxonomyError, match=told):
        read(write_json(tmp_path / "c.json", spoil(ctdl_framework())))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "line 1, column 1: It is no JSON"),
        (b'{"a": 1,\n "b"}', "line 2, column 5: It is no JSON"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": "\xe9"}', "UTF-8"),
        (b"[" * 100_000 + b"]" * 100_000, "deeper than 60"),
        (b"[" * 70 + b"]" * 70, "deeper than 60"),
        (b'{"a": ' + b"9" * 5000 + b"}", "no JSON"),
        (b"{}", "neither a CASE package nor a CTDL-ASN framework"),
        (b"7", "neither"),
    ],
)
def test_what_is_no_framework_is_told_apart(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "f.json"
    path.write_bytes(content)
    with pytest.raises(TaxonomyError, match=f"f\\.json.*{told}"):
        read(path)


def test_a_file_of_any_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "MAX_BYTES", 100)
    with pytest.raises(TaxonomyError, match="over"):
        read(write_json(tmp_path / "f.json", ctdl_framework()))
    with pytest.raises(TaxonomyError, match="cannot be read"):
        read(tmp_path / "missing.json")


ODD = st.sampled_from([None, 0, "", "x", [], {}, [None], {"@id": 1}, [[["x"]]], True])


@settings(max_examples=150)
@given(seed=st.data(), make=st.sampled_from([case_package, ctdl_framework]), odd=ODD)
def test_an_odd_value_anywhere_is_read_or_one_clear_error(
    tmp_path_factory: pytest.TempPathFactory,
    seed: st.DataObject,
    make: Callable[[], dict[str, Any]],
    odd: object,
) -> None:
    value = make()
    inner: Any = value
    while True:
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        key = seed.draw(st.sampled_from(keys))
        if not isinstance(inner[key], dict | list) or not inner[key] or seed.draw(st.booleans()):
            inner[key] = odd
            break
        inner = inner[key]
    with suppress(TaxonomyError):
        read(write_json(tmp_path_factory.mktemp("json") / "f.json", value))


def stated(name: str) -> list[dict[str, Any]]:
    value = json.loads((SHARED / name).read_text("utf-8-sig"))
    return (value.get("decoded_resource") or value)["@graph"]


FILES = sorted(one.name for one in SHARED.glob("sd__Competency-Frameworks_*")) or [""]


@pytest.mark.skipif(not SHARED.exists(), reason="the frameworks of others are not here")
@pytest.mark.parametrize("name", FILES)
def test_frameworks_of_others_are_read_whole(name: str) -> None:
    """Each has one framework; every competency and every line of its hierarchy is there."""
    contents = read(SHARED / name)
    things = {one["@id"]: one for one in stated(name) if one["@type"] == "ceasn:Competency"}
    assert len(contents.frameworks) == 1
    assert contents.frameworks[0].name
    assert {one.uri for one in contents.skills} == set(things)
    below = {
        pair
        for one, thing in things.items()
        for pair in (
            *((one, parent) for parent in listed(thing.get("ceasn:isChildOf"))),
            *((child, one) for child in listed(thing.get("ceasn:hasChild"))),
        )
        if pair[1] in things
    }
    assert {(one.uri, up) for one in contents.skills for up in one.broader} >= below
    assert not [one.label for one in contents.skills if re.search(r"[{}\n]", one.label)]


def listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


@pytest.mark.skipif(not SHARED.exists(), reason="the frameworks of others are not here")
def test_of_the_files_of_others_these_ten_are_frameworks() -> None:
    found: set[str] = set()
    for path in SHARED.glob("*.json"):
        with suppress(TaxonomyError):
            read(path)
            found.add(path.name)
    assert found == set(FILES)
    assert len(found) == 10
