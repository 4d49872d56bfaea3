"""What a person changes on the page that shows a file of staff, before it is imported."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData
from talent_kit.errors import Problem, Reason
from talent_portal.staff_form import Meaning, content_field, in_words, looked_at, said
from talent_proto.matcher.v1 import workforce_pb2 as pb

FORKLIFT = Meaning("forklift, “big”", "http://x/1", "operate forklift")


@given(st.binary(max_size=500))
def test_a_file_travels_through_the_page_as_it_is(content: bytes):
    file = pb.WorkforceFile(content=content)
    assert looked_at(FormData({"content": content_field(file)})) == file


def test_columns_and_meanings_are_as_the_person_says():
    fields = [
        ("content", "YQ=="),
        ("column-0", "2"),
        ("column-7", "1"),
        ("column-x", "3"),
        ("means", FORKLIFT.value),
        ("means", Meaning("b", "u", "B").value),
        ("can", Meaning("Welder", "http://x/2", "weld").value),
    ]
    file = looked_at(FormData(fields))
    assert [(one.column, one.holds) for one in file.mapping] == [(0, 2), (7, 1)]
    assert [(one.words, one.skill_uri) for one in file.meaning] == [
        ("forklift, “big”", "http://x/1"),
        ("b", "u"),
    ]
    assert [(one.title, one.skill_uri) for one in file.title_skill] == [("Welder", "http://x/2")]
    assert said(FormData(fields), "means")[0] == FORKLIFT


@pytest.mark.parametrize(
    "changed",
    [
        {"content": "é"},
        {"content": "YQ="},
        {"column-0": "99"},
        {"column-0": "0"},
        {"column-0": "²"},
        {"means": "["},
        {"means": "3"},
        {"means": '["a"]'},
        {"can": "{}"},
    ],
)
def test_what_no_page_of_ours_sends_is_refused_with_what_to_do(changed: dict[str, str]):
    with pytest.raises(Problem) as refusal:
        looked_at(FormData({"content": "YQ==", **changed}))
    assert in_words(refusal.value) == "We cannot use this file: choose the file once more."


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (Problem(Reason.STALE_VERSION, field="digest"), "You have changed something."),
        (
            Problem(Reason.INVALID_FIELD, field="row 3, column B", mend="This is not a date"),
            "Nothing was imported. Row 3, column B: This is not a date.",
        ),
        (Problem(Reason.TOO_LARGE, field="file", limit="8 MB"), "This is too large."),
    ],
)
def test_refusals_are_told_in_plain_words(problem: Problem, says: str):
    assert in_words(problem).startswith(says)
