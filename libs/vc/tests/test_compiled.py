"""Compiled contexts say of every document what the general algorithm says, or leave it to that."""

import json
import tracemalloc
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talent_vc import ContextLoader, CredentialError, Document, LinkedDataError, canonical_quads
from talent_vc.files import manifest_documents
from talent_vc.jsonld import canonicalize, compiled_quads, expand, is_compiled
from talent_vc.statements import write_statements

from . import documents
from .builders import make_badge
from .test_vectors import ENTRIES, FOLDER, MANIFEST

MANY = settings(
    max_examples=400,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
ODD = ContextLoader({url: [("", document)] for url, document in documents.CONTEXTS.items()})


def by_the_general_algorithm(document: Document, contexts: ContextLoader, sha384: bool) -> str:
    return canonicalize(write_statements(expand(document, contexts)), sha384=sha384)


def assert_the_same(document: Document, contexts: ContextLoader, sha384: bool = False) -> None:
    """The same canonical form, or the same error in the same words."""
    found: list[Any] = []
    for read in (canonical_quads, by_the_general_algorithm):
        try:
            found.append(read(document, contexts, sha384=sha384))
        except CredentialError as error:
            found.append((type(error), error.mend, error.field))
    assert found[0] == found[1]
    is_covered(document, contexts)


def is_covered(document: Document, contexts: ContextLoader) -> bool:
    covered = compiled_quads(document, contexts) is not None
    assert is_compiled(document, contexts) is covered
    return covered


def test_a_badge_needs_no_general_algorithm(contexts: ContextLoader) -> None:
    quads = compiled_quads(make_badge(), contexts)
    assert quads is not None
    assert quads.canonical() == by_the_general_algorithm(make_badge(), contexts, sha384=False)


@MANY
@given(data=st.data(), sha384=st.booleans())
def test_a_changed_badge_reads_the_same(
    contexts: ContextLoader, data: st.DataObject, sha384: bool
) -> None:
    badge = make_badge()
    names = [
        *("id", "type", "@id", "@type", "@value", "@language", "@graph", "@context", "@reverse"),
        *("proof", "creator", "result", "alignment", "source", "tag", "related", "unknown", "a:b"),
    ]
    assert_the_same(documents.changed(badge, data, names), contexts, sha384)


@MANY
@given(document=documents.documents)
def test_any_document_reads_the_same(document: Document) -> None:
    assert_the_same(document, ODD)


COVERED: list[Document] = [
    {"id": "urn:a", "type": "Thing", "name": ["x", "x", None], "known": "urn:b"},
    {"type": "Scoped", "name": "x", "inner": {"name": "y", "type": "Thing"}, "mine": "urn:a"},
    {"type": ["Scoped", "Thing"], "inner": {"mine": "urn:b"}},
    {"type": "Scoped", "inner": {"id": "urn:b"}},
    {"type": "Spreading", "title": "x", "part": {"extra": "z", "part": {"title": "y"}}},
    {"part": [{"name": "x", "type": "Thing"}, {"part": {"name": "y", "extra": 1}}]},
    {"part2": {"name": "x", "part": {"name": "y"}}},
    {"list": ["x", 1, {"name": "y"}, None], "steps": [], "set": [[]][0]},
    {"graph": {"name": "x", "known": {"title": "y"}}, "graphs": [{"name": "x"}, {"name": "y"}]},
    {"choice": "Thing", "size": "1.50", "whole": 3, "plain": True, "date": "2026-01-01T00:00:00Z"},
    {"known": {"@context": documents.OTHER, "more": "x", "type": "Thing"}},
    {"other": {"name": "x", "more": "y"}, "type": "https://terms.example/Full"},
    {"name": 'quote " backslash \\ line \u2028 next \x85 bell \x07 delete \x7f last \uffff'},
    {"known": ["https://ü.example/", "did:web:host%3A1:a#b", "urn:x"]},
]


@pytest.mark.parametrize("document", COVERED)
@pytest.mark.parametrize("sha384", [False, True])
def test_what_contexts_scope_contain_and_coerce_is_covered(
    document: Document, sha384: bool
) -> None:
    document = {"@context": documents.URL, **document}
    assert is_covered(document, ODD)
    assert canonical_quads(document, ODD)
    assert_the_same(document, ODD, sha384)


@pytest.mark.parametrize(
    "document",
    [
        {"byId": {"urn:a": {"name": "x"}}},
        {"of": {"id": "urn:a"}, "id": "urn:b"},
        {"nest": {"name": "x"}},
        {"also": [{"id": "urn:a", "name": "x"}]},
        {"odd": {"any": ["json"]}},
        {"name": {"@value": "x", "@language": "en"}},
        {"english": "x"},
        {"based": {"known": "urn:a"}},
        {"known": "gen:d"},
        {"ex:name": "x"},
        {"@context": {"own": "https://own.example/"}, "own": "x"},
    ],
)
def test_the_rest_is_left_to_the_general_algorithm(document: Document) -> None:
    context = document.get("@context", {})
    document = {**document, "@context": [documents.URL, context] if context else documents.URL}
    assert not is_covered(document, ODD)
    assert canonical_quads(document, ODD) == by_the_general_algorithm(document, ODD, sha384=False)


def test_a_text_may_hold_other_ends_of_lines(contexts: ContextLoader) -> None:
    """U+2028 and U+0085 end a line for Python, yet not in N-Quads."""
    one = make_badge(name="a\u2028x", description="b\u2028y\x85")
    other = make_badge(name="a\u2028y", description="b\u2028x\x85")
    assert canonical_quads(one, contexts) != canonical_quads(other, contexts)
    assert 'name> "a\u2028x"' in canonical_quads(one, contexts)
    assert_the_same(one, contexts)


@pytest.mark.parametrize("text", ["a\u2028x", "C:\\temp", "\b\f\x07", 'a "b"', "\uffff"])
@pytest.mark.parametrize("name", ["set", "graphs"])
def test_a_text_in_parts_that_look_alike_stays_what_it_is(text: str, name: str) -> None:
    """Parts that look alike, and those in unnamed graphs, take other ways to the same form."""
    alike = {"@context": documents.URL, name: [{"title": text}, {"title": text}]}
    other = {"@context": documents.URL, "title": text}
    spelled = canonical_quads(other, ODD).partition("name> ")[2].removesuffix(" .\n")
    assert canonical_quads(alike, ODD).count(f" {spelled} ") == 2
    assert_the_same(alike, ODD)


@pytest.mark.parametrize("value", [2**53, float("inf"), {"deep": [-(2**60)]}])
def test_json_that_has_no_canonical_form_is_a_typed_error(value: Any) -> None:
    with pytest.raises(LinkedDataError, match="JCS"):
        canonical_quads({"@context": documents.URL, "odd": value}, ODD)


def test_what_strangers_name_is_not_kept(contexts: ContextLoader) -> None:
    badge = make_badge()
    canonical_quads(badge, contexts)
    urls = [*badge["@context"], "https://w3id.org/security/data-integrity/v2"]
    tracemalloc.start()
    try:
        for n in range(2000):
            kinds = ["VerifiableCredential", "OpenBadgeCredential", f"https://e.example/{n}"]
            kinds.append("https://e.example/" + "x" * 900)
            canonical_quads({**badge, "type": kinds}, contexts)
        for n in range(40):
            kinds = ["VerifiableCredential", f"https://e.example/{n}" + "x" * 100_000]
            canonical_quads({**badge, "type": kinds}, contexts)
        for order in permutations([*urls, *urls], 4):
            canonical_quads({**badge, "@context": [*badge["@context"], *order]}, contexts)
        assert tracemalloc.get_traced_memory()[0] < 30e6
        deep: Document = {"name": "x"}
        for _ in range(20):
            deep = {"part": {"type": "Scoped", "part2": deep}}
        for n in range(100):
            nested = {"part": deep, "part2": {"type": ["Scoped", "Thing"][n % 2], "part": deep}}
            assert_the_same({"@context": documents.URL, **nested}, ODD)
        assert tracemalloc.get_traced_memory()[0] < 60e6
    finally:
        tracemalloc.stop()


def test_a_loader_that_is_no_longer_used_is_forgotten() -> None:
    tracemalloc.start()
    try:
        for n in range(30):
            terms = {f"term{i}": f"https://e.example/{n}/{i}" for i in range(1000)}
            found = ContextLoader({"urn:c": [("", {"@context": terms})]})
            assert canonical_quads({"@context": "urn:c", "term1": "x"}, found)
        assert tracemalloc.get_traced_memory()[0] < 20e6
    finally:
        tracemalloc.stop()


needs_vectors = pytest.mark.skipif(not ENTRIES, reason=f"no vectors in {FOLDER}")
JSON = [entry["file"] for entry in ENTRIES if entry["kind"] in ("credential", "presentation")]


@pytest.fixture(scope="module")
def all_contexts(contexts: ContextLoader) -> ContextLoader:
    given_ = {url: json.loads(data) for url, data in manifest_documents(MANIFEST).items()}
    return contexts.with_documents({u: d for u, d in given_.items() if "@context" in d})


def _read(file: str) -> Document | None:
    try:
        document = json.loads((FOLDER / file).read_bytes())
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


@needs_vectors
@pytest.mark.parametrize("file", JSON)
def test_a_vector_reads_the_same(file: str, all_contexts: ContextLoader) -> None:
    document = _read(file)
    if document is None:
        return
    for sha384 in (False, True):
        assert_the_same(document, all_contexts, sha384)
        unsecured = {name: value for name, value in document.items() if name != "proof"}
        assert_the_same(unsecured, all_contexts, sha384)


@needs_vectors
@settings(MANY, max_examples=500)
@given(data=st.data())
def test_a_changed_vector_reads_the_same(all_contexts: ContextLoader, data: st.DataObject) -> None:
    document = _read(data.draw(st.sampled_from(JSON)))
    if document is not None:
        names = ["id", "type", "@id", "@value", "@context", "@list", "proof", "name", "holder", "x"]
        assert_the_same(documents.changed(document, data, names), all_contexts)
