"""The JSON form of a job description."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from talent_jobs.bounds import DescriptionError
from talent_jobs.description import JobDescription
from talent_jobs.json_form import MAX_CHARACTERS, from_json, to_json

from .descriptions import description
from .hostile import descriptions

LEAST = {"schema_version": 1, "title": "Cook", "employer": "Ann's", "summary": ""}


@given(descriptions())
def test_what_is_written_is_read_again(job: JobDescription) -> None:
    assert from_json(to_json(job)) == job
    assert from_json(to_json(job).encode()) == job


def test_what_may_be_left_out_has_its_default() -> None:
    assert from_json(json.dumps(LEAST)) == JobDescription("Cook", "Ann's", "")


def test_every_field_is_written() -> None:
    written = json.loads(to_json(description()))
    assert list(written) == ["schema_version", *(one.name for one in fields(JobDescription))]


def _changed(path: str, value: Any) -> str:
    content: Any = json.loads(to_json(description()))
    at = content
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in way:
        at = at[step]
    at[last] = value
    return json.dumps(content)


@pytest.mark.parametrize(
    ("path", "value", "field", "mend"),
    [
        ("title", 5, "title", "must be text"),
        ("title", " ", "title", "empty"),
        ("title", None, "title", "must be text"),
        ("title", "x" * 1001, "title", "up to 1,000"),
        ("employer", "\ud800", "employer", "half a character"),
        ("tittle", "x", "tittle", "No such field"),
        ("schema_version", 2, "schema_version", "must be 1"),
        ("schema_version", True, "schema_version", "must be 1"),
        ("occupations/0/share", 50, "occupations", "add up to 100"),
        ("occupations/0/share", 0, "occupations[0].share", "1 to 100"),
        ("duties/1/text", "", "duties[1].text", "empty"),
        ("duties/1/source/kind", "guess", "duties[1].source.kind", "onet-task"),
        ("duties/0/source/kind", [], "duties[0].source.kind", "onet-task"),
        ("duties", {}, "duties", "list"),
        ("duties", [3], "duties[0]", "object"),
        ("duties", [{"source": {"kind": "employer"}}], "duties[0].text", "missing"),
        ("skills/0/level", 6, "skills[0].level", "0 to 5"),
        ("skills/0/level", True, "skills[0].level", "whole number"),
        ("skills/0/level", 2.0, "skills[0].level", "whole number"),
        ("skills/0/required", 1, "skills[0].required", "true or false"),
        ("skills/0/uri", "javascript:alert(1)", "skills[0].uri", "https://"),
        ("skills/0/uri", "https://a b", "skills[0].uri", "https://"),
        ("skills/0/evidence/0", "hearsay", "skills[0].evidence[0]", "self-asserted"),
        ("pay/least", -1, "pay.least", "above 0"),
        ("pay/most", 1, "pay.most", "not below"),
        ("pay/currency", "usd", "pay.currency", "three capital"),
        ("conditions/hours", [1, 2, 3], "conditions.hours", "list 2"),
        ("conditions/hours", [30, 20], "conditions.hours", "least and the most"),
        ("conditions/shifts/0/day", 8, "conditions.shifts[0].day", "1 (Monday)"),
        ("conditions/shifts/0/end", 1441, "conditions.shifts[0].end", "minutes"),
        ("conditions/state", "Colorado", "conditions.state", "US-CO"),
        ("conditions/zip3", "80202", "conditions.zip3", "3 digits"),
        ("conditions/zip3", "٨٠٢", "conditions.zip3", "3 digits"),
        ("licenses/0/jurisdiction", "CO", "licenses[0].jurisdiction", "US-CO"),
        ("openings", 0, "openings", "1 to"),
        ("posted", "2026-13-01", "posted", "such as 2026-05-31"),
        ("posted", "20260501", "posted", "such as 2026-05-31"),
        ("open_until", "2026-04-30", "open_until", "before"),
        ("attributions", ["a"] * 101, "attributions", "101"),
        ("\x1b[2J", 1, " [2J", "No such field"),
    ],
)
def test_an_error_names_the_field_and_the_mend(
    path: str, value: Any, field: str, mend: str
) -> None:
    with pytest.raises(DescriptionError) as caught:
        from_json(_changed(path, value))
    assert caught.value.field == field
    assert mend in caught.value.mend


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("", "no JSON"),
        ("[]", "object in braces"),
        ('{"title": NaN}', "NaN is no number"),
        ('{"title": "a", "title": "b"}', "twice"),
        ("[" * 100_000, "nested too deep"),
        (b"\xff\xfe", "UTF-8"),
        (" " * (MAX_CHARACTERS + 1), "too long"),
        ('{"a": ' + "9" * 5000 + "}", "no JSON"),
    ],
)
def test_what_is_no_json_is_refused(text: str | bytes, mend: str) -> None:
    with pytest.raises(DescriptionError, match=mend):
        from_json(text)


def test_pay_may_be_left_open() -> None:
    job = replace(description(), pay=None)
    assert from_json(to_json(job)).pay is None
