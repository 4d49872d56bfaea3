"""Sentences are matched to labels by meaning and by words, with the real model."""

import pytest
from talent_local.home import Home
from talent_skills.embedding import Embedder
from talent_skills.errors import TaxonomyError
from talent_skills.ranking import Ranker

LABELS = ["use spreadsheets software", "welding", "manage staff", "Java (computer programming)"]


@pytest.fixture(scope="module")
def embedder(stack_home: Home) -> Embedder:
    return Embedder(stack_home.language_model)


def best(embedder: Embedder, sentence: str, count: int = 1) -> list[str]:
    ranker = Ranker(LABELS, embedder.embed(LABELS), embedder)
    return [LABELS[number] for number, _ in ranker.rank(sentence, count)]


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("You lead a team of ten people", "manage staff"),
        ("Daily work with Excel", "use spreadsheets software"),
        ("Welds steel plates", "welding"),
        ("Java or another backend language", "Java (computer programming)"),
    ],
)
def test_the_label_of_a_sentence_comes_first(embedder: Embedder, sentence: str, label: str) -> None:
    assert best(embedder, sentence) == [label]


def test_a_sentence_may_name_several_skills(embedder: Embedder) -> None:
    found = best(embedder, "Strong Java, some Excel and a little welding on the side", 3)
    assert set(found) == set(LABELS) - {"manage staff"}


def test_texts_beside_it_do_not_change_a_meaning(embedder: Embedder) -> None:
    alone = embedder.embed(["welding"])
    beside = embedder.embed(["welding", "a much longer text about other things " * 20])
    assert float(alone[0] @ beside[0]) > 0.99


@pytest.mark.parametrize("sentence", ["", "   ", "…", "\n", "x" * 5000, "word " * 400])
def test_any_text_gets_an_order(embedder: Embedder, sentence: str) -> None:
    assert sorted(best(embedder, sentence, 4)) == sorted(LABELS)


def test_without_a_model_it_says_what_to_do(stack_home: Home) -> None:
    with pytest.raises(TaxonomyError, match="make setup"):
        Embedder(stack_home.logs)
