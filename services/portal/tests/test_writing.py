"""What a person changes in a drafted job, and what stays as it was drafted."""

import json

import pytest
from starlette.datastructures import FormData
from talent_jobs.description import Evidence
from talent_kit.errors import Problem
from talent_portal.asked_skills import EVIDENCE, LEVELS
from talent_portal.writing import changed
from talent_skills.scale import LEVELS as SCALE

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


def after(**given: str | list[str]):
    fields = {**AS_IT_IS, **given}.items()
    pairs = [(name, one if isinstance(one, list) else [one]) for name, one in fields]
    return changed(FormData([(name, value) for name, values in pairs for value in values]))


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


def test_a_level_brings_what_it_looks_like_and_the_proof_that_counts_is_kept():
    levels = {"level-0": "4", "evidence-0": ["assessed", "completed", "magic"], "level-1": "0"}
    weld, read, _ = after(**levels)["skills"]
    assert (weld["level"], weld["looks_like"]) == (4, "Does hard tasks alone and helps others.")
    assert weld["evidence"] == ["completed", "assessed"]
    assert read == JOB["skills"][1]


def test_any_level_and_any_proof_take_back_what_was_asked():
    asked = {**JOB["skills"][0], "level": 3, "looks_like": "Alone.", "evidence": ["licensed"]}
    described = json.dumps({**JOB, "skills": [asked]})
    (kept,) = after(described=described, **{"level-0": "3", "evidence-0": "licensed"})["skills"]
    assert kept == asked
    (kept,) = after(described=described, **{"level-0": "0"})["skills"]
    assert (kept["level"], kept["looks_like"], kept["evidence"]) == (0, "", [])


def test_levels_and_proof_are_those_of_the_network():
    assert {one.number: one.description for one in SCALE} == LEVELS
    assert list(EVIDENCE) == [one.value for one in Evidence]


LICENSES = [
    {"type": "Driver's license", "jurisdiction": "US-CO"},
    {"type": "Food handler's card", "jurisdiction": "US-CO", "accept_pending": True},
]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, [("Driver's license", False), ("Food handler's card", True)]),
        (
            {"license-0": "needed", "pending-0": "yes", "license-1": "needed"},
            [("Driver's license", True), ("Food handler's card", False)],
        ),
        ({"license-0": "out", "license-1": "out", "pending-1": "yes"}, []),
    ],
    ids=["as drafted", "as checked", "left out"],
)
def test_a_pending_license_is_enough_only_where_the_employer_says_so(given, kept):
    licenses = after(described=json.dumps({**JOB, "licenses": LICENSES}), **given)["licenses"]
    assert [(one["type"], one.get("accept_pending", False)) for one in licenses] == kept


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


WEEK = {"job_type": "part-time", "work_place": "on-site", "hours-least": "20", "hours-most": "25"}


def test_who_starts_from_a_title_states_when_and_where():
    times = {"shift-0-start": "06:30", "shift-0-end": "14:00", "zip": "80205"}
    said = {"transport": "Bus 15 stops here", "driving": "no"}
    assert after(**WEEK, **times, **said)["conditions"] == {
        "job_type": "part-time",
        "work_place": "on-site",
        "hours": [20, 25],
        "shifts": [{"day": 1, "start": 390, "end": 840}],
        "zip3": "802",
        "transport": "Bus 15 stops here",
        "driving": False,
    }


def test_shifts_that_stay_are_as_they_were_and_one_that_is_emptied_is_gone():
    late, early = {"day": 2, "start": 960, "end": 1440}, {"day": 1, "start": 360, "end": 840}
    place = {"state": "US-CO", "time_zone": "America/Denver", "shifts": [late, early]}
    stay = {
        **{"job_type": "full-time", "work_place": "on-site"},
        **{"shift-0-start": "06:00", "shift-0-end": "14:00"},
        **{"shift-1-start": "16:00", "shift-1-end": "00:00"},
    }
    described = json.dumps({**JOB, "conditions": place})
    assert after(described=described, **stay)["conditions"] == place
    gone = {**stay, "shift-0-start": "", "shift-0-end": ""}
    kept = after(described=described, **gone)["conditions"]
    assert (kept["shifts"], kept["time_zone"]) == ([late], "America/Denver")


@pytest.mark.parametrize(
    "given",
    [
        {"least": "a lot"},
        {"described": "["},
        {"described": "3"},
        {**WEEK, "hours-least": "many"},
        {**WEEK, "shift-3-start": "08:00"},
        {**WEEK, "zip": "Denver"},
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(given):
    with pytest.raises(Problem) as refusal:
        after(**given)
    assert refusal.value.arguments["mend"]
