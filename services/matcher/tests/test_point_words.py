"""What a person reads of each point, and of what would be without a credential."""

import pytest
from talent_matcher.evidence import class_of, factors
from talent_matcher.model import (
    AssessmentKind,
    Basis,
    Criteria,
    Derivation,
    Favors,
    ValidatorType,
)
from talent_matcher.point_words import ordinal, point_by_point, without_it
from talent_matcher.weights import WEIGHTS
from talent_proto.events.v1 import matches_pb2
from talent_proto.matcher.v1 import explanations_pb2 as pb

from .builders import assertion

GIVEN = matches_pb2.Contribution(
    relation=matches_pb2.SKILL_RELATION_NARROWER, level=2, required_level=3
)


def said(*found: pb.Factor) -> list[str]:
    requirement = pb.ExplainedRequirement(
        relation_thousandths=900, evidence_thousandths=895, level_thousandths=600, factor=found
    )
    return list(point_by_point(requirement, GIVEN))


def factor(code: str, value: str, thousandths: int, adds: bool = False) -> pb.Factor:
    return pb.Factor(code=code, value=value, thousandths=thousandths, adds=adds)


def test_each_factor_says_what_it_is_about_and_how_much_it_counts():
    assert said(
        factor("basis", "ASSESSED", 850, adds=True),
        factor("criteria", "RUBRIC", 40, adds=True),
        factor("document", "VALID", 1000),
        factor("age", "UNDER_6_YEARS", 950),
    ) == [
        "The person's own skill is a kind of the one asked for: counts for 90 percent.",
        "It rests on a test by set criteria: gives 85 percent.",
        "A rubric tells the levels apart: adds 4 percent.",
        "The record is genuine and current: counts in full.",
        "The skill was shown less than 6 years ago: counts for 95 percent.",
        "What stands behind it, taken together: counts for 89.5 percent.",
        "Level 2 is shown, and level 3 is asked for: counts for 60 percent.",
    ]


def test_every_factor_that_gives_points_has_plain_words():
    favors = Favors(frozenset({"org"}), frozenset({"criteria"}))
    of_favored = ("org", "criteria")
    classes = [
        class_of(
            assertion(
                basis=basis,
                outcome=outcome,
                artifact=True,
                criteria=criteria,
                testing=testing,
                context=True,
                validator=validator,
                derivation=derivation,
                issuer_trusted=trusted,
            ).proof,
            age,
            *(of_favored if trusted else ("", "")),
        )
        for basis in [*Basis][1:]
        for outcome in WEIGHTS.outcome
        for criteria, testing in zip(Criteria, AssessmentKind, strict=True)
        for validator in ValidatorType
        for derivation in Derivation
        for trusted in (True, False)
        for age in range(len(WEIGHTS.ages) + 2)
    ]
    seen = {one for found in classes for one in factors(found, WEIGHTS, favors)}
    for one in seen:
        words = said(factor(one.code, one.value, one.thousandths, one.adds))[1]
        assert one.value not in words
        assert "{" not in words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"score": 600, "rank": 61}, "would be 61st instead of 14th."),
        ({"score": 0}, "would not be shown."),
        ({"score": 690, "rank": 14}, "would still be 14th, with 690 points instead of 700."),
        ({"score": 700, "rank": 14}, "would have as many points."),
    ],
)
def test_what_would_be_without_a_credential_is_a_sentence(changed, words):
    one = pb.Without(achievement_name="MIG Welder", **changed)
    start = "Without the credential MIG Welder, this person "
    assert without_it(one, 700, 14) == start + words


def test_a_credential_without_a_name_is_known_by_its_issuer():
    told = without_it(pb.Without(issuer_name="School"), 700, 14)
    assert told.startswith("Without one credential of School, this person")


def test_places_are_counted_as_people_count():
    places = [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 61, 112)]
    assert places == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "61st", "112th"]


def test_a_persons_own_word_is_not_blamed_for_a_record():
    assert said(factor("document", "NO_DOCUMENT", 1000))[1] == (
        "A person's own word needs no record: counts in full."
    )
