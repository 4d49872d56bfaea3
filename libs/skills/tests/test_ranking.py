"""Sentences are matched to labels by meaning and by words, with the real model."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from talent_local.home import Home
from talent_skills.embedding import SIZE, Embedder
from talent_skills.errors import TaxonomyError
from talent_skills.ranking import Ranker
from talent_skills.remembering import Remembering
from talent_skills.words import phrases

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
    assert float(alone[0] @ beside[0]) > 0.99999


@pytest.mark.parametrize("sentence", ["", "   ", "…", "\n", "x" * 5000, "word " * 400])
def test_any_text_gets_an_order(embedder: Embedder, sentence: str) -> None:
    assert sorted(best(embedder, sentence, 4)) == sorted(LABELS)


def test_without_a_model_it_says_what_to_do(stack_home: Home) -> None:
    with pytest.raises(TaxonomyError, match="make setup"):
        Embedder(stack_home.logs)


def test_what_is_remembered_is_the_same_and_bounded(embedder: Embedder) -> None:
    asked: list[str] = []

    class Counted:
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            asked.extend(texts)
            return embedder.embed(texts)

    remembering = Remembering(Counted(), kept=2)
    first = remembering.embed(["welding", "welding", "staff"])
    again = remembering.embed(["staff", "welding"])
    assert asked == ["welding", "staff"]
    assert np.array_equal(first[[2, 1]], again)
    remembering.embed(["third"])
    remembering.embed(["welding"])
    remembering.embed(["staff"])
    assert asked == ["welding", "staff", "third", "staff"]
    assert remembering.embed([]).shape == (0, SIZE)


def test_only_labels_out_of_reach_are_left_out(embedder: Embedder) -> None:
    sentence = "Strong Java, some Excel and a little welding on the side"
    ranker = Ranker(LABELS, embedder.embed(LABELS), embedder)
    scores = ranker.scores(sentence)
    for least in (0.0, 0.4, 0.6, 0.8, 1.2):
        lifted = ranker.lift(ranker.possible(sentence, least), phrases(sentence))
        reached = {one.label: one.score for one in lifted if one.score >= least}
        assert reached == pytest.approx(
            {n: score for n, score in enumerate(scores.tolist()) if score >= least}, abs=1e-5
        )
        assert all(one.phrase.text in sentence for one in lifted)
