"""A text gets the skills that it names, each with its place, by the real model and taxonomy."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talent_local.home import Home
from talent_skills.errors import TextTooLong
from talent_skills.tagger import LONGEST_TEXT, Method, Tag, Tagger

POSTING = """Office manager (part-time)

You will:
• Keep the books in QuickBooks and Excel
• Supervise office workers and manage staff
• Use customer relationship management software

We expect computer science or accounting techniques, and fluent Polish.
"""


@pytest.fixture(scope="module")
def tagger(stack_home: Home) -> Tagger:
    return Tagger.open(stack_home.skills, stack_home.language_model)


def asserted(tagger: Tagger, text: str) -> set[tuple[str, str]]:
    return {
        (tag.label, " ".join(text[tag.start : tag.end].lower().split()))
        for tag in tagger.tag(text).tags
        if tag.asserted
    }


def test_a_posting_names_its_skills(tagger: Tagger) -> None:
    found = tagger.tag(POSTING)
    labels = {tag.label for tag in found.tags if tag.asserted}
    expected = {"Microsoft Excel", "manage staff", "computer science", "accounting techniques"}
    assert expected | {"Polish"} <= labels
    assert found.language == "en"
    assert len(found.taxonomy_version) == 16


def test_what_is_said_in_other_words_is_suggested(tagger: Tagger) -> None:
    text = "You keep calm in stressed situations"
    [tag] = [tag for tag in tagger.tag(text).tags if tag.label == "handle stressful situations"]
    assert tag.method is Method.MEANING
    assert not tag.asserted
    assert "stressed" in text[tag.start : tag.end]


def test_a_line_that_is_nearly_a_label_is_asserted(tagger: Tagger) -> None:
    tags = tagger.tag("Collaborating with designers").tags
    assert [tag.label for tag in tags if tag.asserted] == ["collaborate with designers"]


def test_each_line_of_a_work_history_is_enough(tagger: Tagger) -> None:
    assert {label for label, _ in asserted(tagger, "2019-2023 Python, SQL, AutoCAD")} == {
        "Python (computer programming)",
        "SQL",
        "Autodesk AutoCAD",
    }


def test_another_language_gets_only_names_that_are_the_same(tagger: Tagger) -> None:
    text = "Buscamos una persona con experiencia en Java y SQL para el equipo de soldadura."
    found = tagger.tag(text)
    assert found.language == "es"
    assert {tag.label for tag in found.tags} == {"Java (computer programming)", "SQL"}
    assert all(tag.asserted and tag.method is Method.LABEL for tag in found.tags)


@pytest.mark.parametrize(
    "text", ["", "  \n\t ", "•", "…", "1234", "\x00", "\ud800 abc", "🙂" * 50, "x" * 3000]
)
def test_text_without_skills_has_none(tagger: Tagger, text: str) -> None:
    assert asserted(tagger, text) == set()


def test_too_much_text_is_refused_by_its_size(tagger: Tagger) -> None:
    with pytest.raises(TextTooLong, match=r"500,000 characters.*50,000.*parts"):
        tagger.tag("a" * 500_000)
    tagger.tag("a " * (LONGEST_TEXT // 2))


def test_one_place_has_one_skill(tagger: Tagger) -> None:
    tags = tagger.tag(POSTING).tags
    assert list(tags) == sorted(tags, key=lambda tag: tag.start)
    for before, after in pairwise(tags):
        assert before.end <= after.start


lines = st.sampled_from(
    [
        "Manage staff.",
        "computer science",
        "• Use Excel, Word and Access",
        "We offer a dental plan and free parking.",
        "Sends letters to customers",
        "Fluent in Polish",
        "Must lift 50 pounds",
        "",
        "ß İ ﬁ",
    ]
)
some = settings(max_examples=25, suppress_health_check=list(HealthCheck))


@some
@given(text=st.lists(lines, max_size=6).map("\n".join) | st.text(max_size=80))
def test_tags_stand_where_they_say(tagger: Tagger, text: str) -> None:
    for tag in tagger.tag(text).tags:
        assert 0 <= tag.start < tag.end <= len(text)
        assert 0 <= tag.score <= 1
        assert text[tag.start : tag.end].strip() == text[tag.start : tag.end]


@some
@given(before=st.lists(lines, max_size=4), after=st.lists(lines, max_size=4))
def test_other_sentences_do_not_remove_a_tag(
    tagger: Tagger, before: list[str], after: list[str]
) -> None:
    own = "You manage staff and know computer science, Excel and Access."
    text = "\n".join([*before, "", own, "", *after])
    assert asserted(tagger, own) <= asserted(tagger, text)
    assert len(asserted(tagger, own)) == 4


@some
@given(order=st.permutations(["Manage staff.", "• Use Excel", "Knows computer science."]))
def test_order_of_lines_does_not_matter(tagger: Tagger, order: list[str]) -> None:
    assert asserted(tagger, "\n".join(order)) == {
        ("manage staff", "manage staff"),
        ("Microsoft Excel", "excel"),
        ("computer science", "computer science"),
    }


@some
@given(space=st.text(alphabet=" \t", min_size=1, max_size=5), newline=st.sampled_from("\n\r"))
def test_space_does_not_matter(tagger: Tagger, space: str, newline: str) -> None:
    text = f"{space}Manage{space}staff{space}{newline}{newline}{space}Use Excel{space}"
    assert {label for label, _ in asserted(tagger, text)} == {"manage staff", "Microsoft Excel"}


def test_the_same_text_has_the_same_tags(tagger: Tagger, stack_home: Home) -> None:
    fresh = Tagger.open(stack_home.skills, stack_home.language_model)
    tags: tuple[Tag, ...] = fresh.tag(POSTING).tags
    assert tags == tagger.tag(POSTING).tags == tagger.tag(POSTING).tags
