"""Names of skills are found as they stand in a text, and everyday words are left alone."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_local.home import Home
from talent_skills.errors import TaxonomyError
from talent_skills.label_finder import ASSERTED, LabelFinder


@pytest.fixture(scope="module")
def finder(stack_home: Home) -> LabelFinder:
    return LabelFinder.open(stack_home.skills)


def found(finder: LabelFinder, text: str) -> dict[str, str]:
    """What is asserted: the text and the skill's label."""
    return {
        text[one.start : one.end]: finder.labels[one.skill]
        for one in finder.find(text)
        if one.worth >= ASSERTED
    }


@pytest.mark.parametrize(
    ("text", "written", "label"),
    [
        ("Knows computer science well", "computer science", "computer science"),
        ("COMPUTER SCIENCE", "COMPUTER SCIENCE", "computer science"),
        ("You manage staffs in two shifts", "manage staffs", "manage staff"),
        ("resource management", "resource management", "manage resources"),
        ("Build services in java.", "java", "Java (computer programming)"),
        ("Uses Microsoft Excel daily", "Microsoft Excel", "Microsoft Excel"),
        ("Uses Excel daily", "Excel", "Microsoft Excel"),
        ("Runs on Azure today", "Azure", "Microsoft Azure software"),
        ("Writes Angular daily", "Angular", "Google Angular"),
        ("Good with Microsoft Office", "Microsoft Office", "Microsoft Office software"),
        ("Uses Amazon Web Services", "Amazon Web Services", "Amazon Web Services AWS software"),
        (
            "Knows electronic health records",
            "electronic health records",
            "Electronic health record EHR software",
        ),
        ("C++ and C#", "C++", "C++"),
        ("node.js", "node.js", "Node.js"),
        ("knows labor legislation", "labor legislation", "labour legislation"),
    ],
)
def test_a_name_is_found_in_its_forms(
    finder: LabelFinder, text: str, written: str, label: str
) -> None:
    assert found(finder, text).get(written) == label


@pytest.mark.parametrize(
    "text",
    [
        "You can lead and plan our processes",
        "Access to patient records, in a word: teams go to market",
        "Access Control for the front door",
        "Go to our site. Teams of five. Word of mouth.",
        "R&D for the C-level, plan B, vitamin C",
        "Our source is open; a spark of curiosity; less waste",
        "We excel at what we do and slack off never",
        "A passion for getting things done; you drive, meet and share slides",
        "The CNS Group; ICE and GRASS",
        "computer, science",
        "polish the floors",
        "You will be responsible for a site built from scratch",
        "",
        "…",
    ],
)
def test_everyday_words_are_not_skills(finder: LabelFinder, text: str) -> None:
    assert found(finder, text) == {}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Word, Excel and Access", {"Word", "Excel", "Access"}),
        ("Programming in R", {"R"}),
        ("R, Python or C", {"R", "Python", "C"}),
        ("Go developer", {"Go"}),
        ("Excel, AWS and SQL", {"Excel", "AWS", "SQL"}),
        ("Fluent in Polish.", {"Polish"}),
    ],
)
def test_a_plain_word_among_its_like_is_one(
    finder: LabelFinder, text: str, written: set[str]
) -> None:
    assert set(found(finder, text)) == written


words = st.sampled_from(
    [
        "computer",
        "science",
        "SQL",
        "R",
        "Word",
        "Excel,",
        "manage",
        "staff",
        "in",
        "and",
        "• ",
        "Go",
    ]
)


@given(text=st.one_of(st.text(max_size=200), st.lists(words, max_size=20).map(" ".join)))
def test_names_stand_where_they_say_and_apart(finder: LabelFinder, text: str) -> None:
    end = 0
    for one in finder.find(text):
        assert end <= one.start < one.end <= len(text)
        assert text[one.start : one.end].strip() == text[one.start : one.end]
        assert 0 < one.worth <= 1
        end = one.end


@given(
    before=st.text(alphabet="qxz", min_size=1, max_size=5),
    space=st.text(alphabet=" \t", min_size=1, max_size=4),
)
def test_letters_around_and_space_between_do_not_matter(
    finder: LabelFinder, before: str, space: str
) -> None:
    text = f"{before};{space}computer{space}science"
    assert f"computer{space}science" in found(finder, text)


def test_a_million_characters_take_a_moment(finder: LabelFinder) -> None:
    text = "Knows computer science, Excel and Word; can lead teams of R developers. " * 14_000
    began = time.process_time()
    assert len(finder.find(text)) >= 4 * 14_000
    assert time.process_time() - began < 30


def test_without_its_file_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError, match="make setup"):
        LabelFinder.open(tmp_path)
