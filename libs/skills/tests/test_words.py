"""Texts come apart into words and phrases that stand where they say."""

from hypothesis import given
from hypothesis import strategies as st
from talent_skills.coverage import Coverage
from talent_skills.words import LONGEST_PHRASE, phrases, stems


def texts(text: str) -> list[str]:
    return [phrase.text for phrase in phrases(text)]


def test_names_of_technology_are_words() -> None:
    assert list(stems("C++, C# and Node.js")) == ["c++", "c#", "and", "node.js", "node", "js"]


def test_words_of_one_stem_are_one() -> None:
    assert list(stems("welding welds welded")) == ["weld"] * 3


def test_both_spellings_of_english_are_one() -> None:
    british = "organised labour programmes analysing a tyre centre behaviours"
    american = "organized labor programs analyzing a tire center behaviors"
    assert list(stems(british)) == list(stems(american))
    assert list(stems("four hours, a tour is wise")) != list(stems("for hors, a tor iz wise"))
    assert len(set(stems("flour floor four for our or is this"))) == 8


def test_a_phrase_stays_in_its_clause_and_has_no_loose_ends() -> None:
    found = texts("Knowledge of MIG welding, and safety rules.")
    assert "MIG welding" in found
    assert "Knowledge of MIG welding" in found
    assert "safety rules" in found
    assert not [text for text in found if "welding, and" in text or text.startswith("of ")]
    assert all(len(text.split()) <= LONGEST_PHRASE for text in found)


def test_a_list_with_slashes_comes_apart() -> None:
    assert {"Excel", "Word"} <= set(texts("Excel / Word"))
    assert texts("TCP/IP") == ["TCP/IP"]


@given(text=st.text(max_size=200))
def test_a_phrase_stands_where_it_says(text: str) -> None:
    found = phrases(text)
    assert found
    for phrase in found:
        assert text[phrase.start : phrase.end] == phrase.text


LABELS = ["welding", "MIG welding", "Java (computer programming)", "use of the", "read drawings"]


def score(text: str) -> dict[str, float]:
    return dict(zip(LABELS, Coverage(LABELS).scores(text).tolist(), strict=True))


def test_a_label_is_covered_where_all_its_words_are_there() -> None:
    found = score("Welds by MIG; reads Java source, never a drawing")
    assert found["welding"] == found["MIG welding"] == 1
    assert found["Java (computer programming)"] == 1
    assert found["read drawings"] == 1
    assert score("Weld it")["MIG welding"] < 0.5
    assert score("nothing of that")["welding"] == 0


@given(text=st.text(max_size=200), more=st.text(max_size=50))
def test_more_text_never_covers_less(text: str, more: str) -> None:
    whole = f"{text}\n{more}"
    before, after = Coverage(LABELS).scores(text), Coverage(LABELS).scores(whole)
    assert (after >= before - 1e-6).all()
    assert (after <= 1 + 1e-5).all()
