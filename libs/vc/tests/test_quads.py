"""Canonical labels by hashes alone are those of the whole algorithm (RDFC-1.0)."""

import json
from collections.abc import Iterable
from typing import Any

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld.canon import URDNA2015
from pyld.nquads import parse_nquads
from talent_vc import ContextLoader
from talent_vc.jsonld import canonical_quads, canonicalize
from talent_vc.quads import Quads

from .builders import make_badge
from .test_vectors import CASES, FOLDER, needs_vectors

Node = str | int
Quad = tuple[Node, str, Node, int | None]


def made_of(quads: Iterable[Quad]) -> Quads:
    """Statements about blank nodes with these numbers."""
    made = Quads()
    numbers: dict[int, int] = {}

    def of(node: Any) -> Any:
        if isinstance(node, int) and node not in numbers:
            numbers[node] = made.blank()
        return numbers.get(node, node)

    for subject, predicate, object_, graph in quads:
        if isinstance(object_, int):
            made.link(of(subject), f" {predicate} ", of(object_), of(graph))
        else:
            made.add(of(subject), [f" {predicate} {object_}"], of(graph))
    return made


blanks = st.integers(0, 4)
subjects = st.one_of(blanks, st.sampled_from(["<urn:a>", "<urn:b>"]))
objects = st.one_of(subjects, st.sampled_from(['"x"', '"x"@en', '"1"^^<urn:t>', '"_:b1"']))
predicates = st.sampled_from(["<urn:p>", "<urn:q>"])


def names_no_node_twice(quad: Quad) -> bool:
    """No document gives such a statement, and pyld counts it twice, unlike the specification."""
    nodes = [node for node in quad if isinstance(node, int)]
    return len(nodes) == len(set(nodes))


quads = st.tuples(subjects, predicates, objects, st.one_of(st.none(), blanks)).filter(
    names_no_node_twice
)
in_one_graph = quads.map(lambda quad: (quad[0], quad[1], quad[2], None))


@settings(max_examples=500)
@given(st.lists(st.one_of(in_one_graph, quads), max_size=12), st.booleans())
def test_any_graph_has_the_form_of_the_whole_algorithm(given_: list[Quad], sha384: bool) -> None:
    made = made_of(given_)
    found = made.canonical(sha384=sha384)
    if found is not None:
        assert found == canonicalize(made.text(), sha384=sha384)
        if not sha384:
            assert found == by_pyld(made.text())


def by_pyld(text: str) -> str:
    dataset = parse_nquads(text)
    return URDNA2015().main(dataset, {"format": "application/n-quads"})


@settings(max_examples=300)
@given(st.lists(in_one_graph, max_size=12), st.randoms())
def test_neither_order_nor_numbers_matter(given_: list[Quad], random: Any) -> None:
    other = [*given_, *given_[:2]]
    random.shuffle(other)
    assert made_of(given_).canonical() == made_of(other).canonical()


def test_nodes_that_look_alike_are_left_to_the_whole_algorithm() -> None:
    alike = [(0, "<urn:p>", '"x"', None), (1, "<urn:p>", '"x"', None)]
    assert made_of(alike).canonical() is None
    told_apart = [*alike, (0, "<urn:q>", '"y"', None)]
    assert made_of(told_apart).canonical() is not None


def test_a_blank_node_that_nothing_is_said_of_has_no_label() -> None:
    made = Quads()
    made.blank()
    made.add(made.blank(), [' <urn:p> "x"'])
    assert made.canonical() == '_:c14n0 <urn:p> "x" .\n'


@needs_vectors
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_a_vector_has_its_form_wherever_hashes_suffice(case: dict[str, Any]) -> None:
    document = json.loads((FOLDER / case["file"]).read_text())
    parsed = pyoxigraph.parse(document["input"].encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    labels: dict[str, int] = {}

    def node(term: Any) -> Any:
        if isinstance(term, pyoxigraph.BlankNode):
            return labels.setdefault(term.value, len(labels))
        return None if isinstance(term, pyoxigraph.DefaultGraph) else str(term)

    rows = [(node(q.subject), str(q.predicate), node(q.object), node(q.graph_name)) for q in parsed]
    if any(isinstance(row[3], str) for row in rows):
        return  # a named graph: no JSON-LD of ours makes one
    found = made_of(rows).canonical(sha384=case.get("hash") == "SHA-384")
    assert found in (None, document["canonical"])


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (3, '"3"'),
        (3.0, '"3"'),
        (-0.0, '"0"'),
        (4.5, '"4.5E0"'),
        (1e21, '"1.0E21"'),
        (10**20 - 1, '"99999999999999999999"'),
        (True, '"true"'),
    ],
)
def test_a_number_is_written_by_its_value(
    value: float, written: str, contexts: ContextLoader
) -> None:
    """JSON-LD 1.1 API, section 8.2.2: whether it has a fraction counts, not how JSON spells it."""
    subject = {"type": "AchievementSubject", "creditsEarned": value}
    badge = make_badge(credentialSubject=subject)
    for spelled in (badge, {**badge, "@context": [*badge["@context"], {}]}):  # compiled, and not
        quads = canonical_quads(spelled, contexts)
        assert f"creditsEarned> {written}^^<" in quads
