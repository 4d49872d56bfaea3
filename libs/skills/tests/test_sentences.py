"""A text comes apart into sentences that stand where they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_skills.sentences import LONGEST, sentences


def texts(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Weld pipes. Read drawings!", ["Weld pipes.", "Read drawings!"]),
        ("Duties\n\n• Weld pipes\n• Read drawings", ["Duties", "Weld pipes", "Read drawings"]),
        ("1. Weld pipes\n2) Read drawings\n- Lift", ["Weld pipes", "Read drawings", "Lift"]),
        ("You weld • You lift", ["You weld", "You lift"]),
        ("Tools, e.g. Excel and approx. 3 others.", ["Tools, e.g. Excel and approx. 3 others."]),
        (
            "A B.S. Degree from a U.S. School is fine.",
            ["A B.S. Degree from a U.S. School is fine."],
        ),
        ("Works with Dr. Smith. Lifts.", ["Works with Dr. Smith.", "Lifts."]),
        ("Node.js and ASP.NET 4.5 are used.", ["Node.js and ASP.NET 4.5 are used."]),
        ("", []),
        (" \r\n \t\n", []),
    ],
)
def test_prose_bullets_and_abbreviations(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_a_line_that_was_only_wrapped_goes_on() -> None:
    text = "You join pipes and plates of steel in our own\nworkshop by MIG welding.\nBenefits"
    assert texts(text) == [text.removesuffix("\nBenefits"), "Benefits"]


def test_a_list_without_end_is_cut_between_its_items() -> None:
    found = texts(", ".join(["MIG welding"] * 300))
    assert len(found) > 5
    assert all(len(one) <= LONGEST and one.startswith("MIG") for one in found)


pieces = st.sampled_from(["Weld pipes. ", "e.g. ", "\n", "• ", "x" * 700, " ", "A", "ß", "1. "])


@given(text=st.one_of(st.text(max_size=300), st.lists(pieces, max_size=30).map("".join)))
def test_sentences_stand_where_they_say_and_lose_no_word(text: str) -> None:
    found = sentences(text)
    end = 0
    for sentence in found:
        assert sentence.start >= end
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text.strip()
        assert len(sentence.text) <= LONGEST
        end = sentence.end
    starts, ends = [one.start for one in found], [one.end for one in found]
    gaps = zip([0, *ends], [*starts, len(text)], strict=True)
    left_out = "".join(text[a:b] for a, b in gaps)
    assert not any(len(word) > 3 and word.isalpha() for word in left_out.split())
