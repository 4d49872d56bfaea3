"""What a person changes in a drafted job, and what stays as it was drafted."""

import json

import pytest
from starlette.datastructures import FormData
from talent_kit.errors import Problem
from talent_portal.writing import changed

TASK = {"text": "Weld frames.", "source": {"kind": "onet-task", "id": "7"}}
JOB = {
    "title": "Welder",
    "duties": [TASK, {"text": "Read drawings.", "source": {"kind": "onet-task", "id": "8"}}],
    "skills": [
        {"uri": "urn:weld", "label": "weld", "required": True},
        {"uri": "urn:read", "label": "read drawings", "required": False},
        {"uri": "urn:team", "label": "work in teams", "durable": True},
    ],
    "pay": {"least": 2000, "most": 3000, "period": "hour", "year": 2025, "area": "Colorado"},
}
AS_IT_IS = {
    "described": json.dumps(JOB),
    "title": "Welder",
    "duties": "Weld frames.\r\nRead drawings.",
    "skill-0": "needed",
    "skill-1": "plus",
    "least": "20.00",
    "most": "30.00",
}


def after(**given: str):
    return changed(FormData({**AS_IT_IS, **given}))


def test_nothing_changed_is_the_draft():
    assert after() == JOB


def test_a_line_of_ones_own_is_ones_own_and_the_others_keep_their_source():
    assert after(duties="- Weld frames.\n\nSweep the shop.")["duties"] == [
        TASK,
        {"text": "Sweep the shop.", "source": {"kind": "employer"}},
    ]


def test_skills_are_raised_and_left_out_and_durable_ones_stay():
    skills = after(**{"skill-0": "out", "skill-1": "needed"})["skills"]
    assert [(one["uri"], one.get("required")) for one in skills] == [
        ("urn:read", True),
        ("urn:team", None),
    ]


@pytest.mark.parametrize(
    ("least", "most", "pay"),
    [
        ("21.50", "24", {"least": 2150, "most": 2400, "period": "hour"}),
        ("$1,250", "", {"least": 125000, "most": 125000, "period": "hour"}),
        ("", "", None),
    ],
)
def test_a_pay_of_ones_own_is_no_longer_the_surveys(least, most, pay):
    assert after(least=least, most=most)["pay"] == pay


@pytest.mark.parametrize("given", [{"least": "a lot"}, {"described": "["}, {"described": "3"}])
def test_what_cannot_be_read_is_refused_with_what_to_do(given):
    with pytest.raises(Problem) as refusal:
        after(**given)
    assert refusal.value.arguments["mend"]
