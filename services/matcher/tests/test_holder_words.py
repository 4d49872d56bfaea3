"""What a person reads about a job."""

import pytest
from talent_matcher.explain import explain
from talent_matcher.holder_words import CLOSED, tell
from talent_proto.events.v1 import jobs_pb2, matches_pb2, skills_pb2

SKILL = skills_pb2.SkillReference(uri="urn:mig", label="MIG welding")
ARGUMENTS = {"skill": "MIG welding", "type": "CDL", "jurisdiction": "US-CO"}


def told(*gates, contributions=(), missing=(), taught=lambda uri: ()) -> list[str]:
    return tell(contributions, gates, missing, taught)


@pytest.mark.parametrize("code", sorted(CLOSED))
def test_every_closed_gate_has_its_words(code):
    gate = matches_pb2.Gate(code=code, outcome=matches_pb2.GATE_OUTCOME_CLOSED, arguments=ARGUMENTS)
    (sentence,) = told(gate)
    assert sentence.endswith(".")
    assert "{" not in sentence


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (matches_pb2.GATE_OUTCOME_OPEN, "about 40 miles away."),
        (matches_pb2.GATE_OUTCOME_NOT_STATED, "See whether that works"),
        (matches_pb2.GATE_OUTCOME_CLOSED, "farther than you said"),
    ],
)
def test_a_distance_that_is_known_is_told(outcome, words):
    gate = matches_pb2.Gate(code="place", outcome=outcome, arguments={"miles": "40"})
    (sentence,) = told(gate)
    assert words in sentence


def test_what_is_in_the_way_comes_first_and_the_most_points_before_fewer():
    strong = matches_pb2.Contribution(
        skill=SKILL,
        points=500,
        level=4,
        basis=skills_pb2.ASSERTION_BASIS_ASSESSED,
        verification_outcome=skills_pb2.VERIFICATION_OUTCOME_VALID,
        achievement_name="MIG Welder",
        issuer_name="School",
        issuer_trusted=True,
        criteria=matches_pb2.CRITERIA_KIND_STATED,
    )
    strong.awarded.year, strong.awarded.month, strong.awarded.day = 2026, 5, 4
    own = matches_pb2.Contribution(
        skill=SKILL, points=100, basis=skills_pb2.ASSERTION_BASIS_SELF_ASSERTED
    )
    lacking = matches_pb2.Missing(
        skill=skills_pb2.SkillReference(label="drawings"),
        importance=jobs_pb2.IMPORTANCE_PREFERRED,
        required_level=2,
    )
    pay = matches_pb2.Gate(code="pay", outcome=matches_pb2.GATE_OUTCOME_OPEN)
    shift = matches_pb2.Gate(code="shift", outcome=matches_pb2.GATE_OUTCOME_CLOSED)
    assert told(
        pay,
        shift,
        contributions=[own, strong],
        missing=[lacking],
        taught=lambda uri: ["Reading drawings at School", "B", "C"],
    ) == [
        "The work times do not fit the times you said you can work.",
        "The job would like drawings at level 2. You do not show it yet. "
        "Taught in Reading drawings at School, B.",
        "You have MIG welding, level 4 of 5. School tested this on May 4, 2026 (MIG Welder). "
        "It comes with criteria in writing.",
        "You have MIG welding, level not stated. "
        "This is your own word. A record that proves it would count for more.",
        "The pay is what you asked for or more.",
    ]


def test_wage_records_are_no_employer_who_vouches():
    one = matches_pb2.Contribution(
        skill=SKILL,
        basis=skills_pb2.ASSERTION_BASIS_EMPLOYER_ATTESTED,
        verification_outcome=skills_pb2.VERIFICATION_OUTCOME_VALID,
        validator_type=skills_pb2.VALIDATOR_TYPE_GOVERNMENT,
        issuer_name="The labor department",
        issuer_trusted=True,
    )
    (own,) = told(contributions=[one])
    (employers,) = explain(matches_pb2.Match(contribution=[one]))
    for sentence in (own, employers):
        assert "Records of wages at The labor department show the work behind this" in sentence
        assert "employer" not in sentence
