"""What an achievement of the catalog would give to whoever earned it."""

import pytest
from talent_matcher.curriculum import curriculum, in_words
from talent_matcher.earned import Issuer, earned
from talent_matcher.model import (
    AssessmentKind,
    Basis,
    Criteria,
    Derivation,
    LicenseState,
    Outcome,
    ValidatorType,
)
from talent_matcher.programs import Program
from talent_proto.events.v1 import catalog_pb2, tagging_pb2
from talent_skills import LEVELS, SCALE_URI

from .builders import BLUEPRINTS, SAFETY, TODAY, WELDING

SCHOOL = Issuer("school", "did:web:school.example", "School", ValidatorType.COLLEGE, True)
PROGRAM = Program("urn:mig", "1", "MIG", "school")


def aligned(*uris: str) -> list[catalog_pb2.Alignment]:
    return [catalog_pb2.Alignment(target_url=uri, target_name=uri[-5:]) for uri in uris]


def rubric(*alignments: catalog_pb2.Alignment, required: int = 0) -> catalog_pb2.ResultDescription:
    return catalog_pb2.ResultDescription(
        id="urn:mig/level",
        name="Bend test",
        required_level=f"urn:mig/level/{required}" if required else "",
        alignment=alignments,
        rubric_criterion_level=[
            catalog_pb2.RubricCriterionLevel(
                id=f"urn:mig/level/{level.number}",
                alignment=[catalog_pb2.Alignment(target_url=level.uri, target_framework=SCALE_URI)],
            )
            for level in LEVELS
        ],
    )


def achievement(**changed) -> catalog_pb2.Achievement:
    stated = {
        "id": "urn:mig",
        "name": "MIG",
        "achievement_type": "Assessment",
        "criteria": catalog_pb2.Criteria(narrative="Pass."),
        "alignment": aligned(WELDING, BLUEPRINTS),
    }
    return catalog_pb2.Achievement(**{**stated, **changed})


def got(made: catalog_pb2.Achievement, words=(), issuer: Issuer = SCHOOL, level: int = 0):
    return earned(PROGRAM, (curriculum(made), words), issuer, TODAY, level)


def levels(found) -> dict[str, int]:
    return {one.skill: one.proof.level for one in found.assertions}


def test_a_trusted_issuer_tested_every_skill_that_it_aligns_to():
    found = got(achievement())
    assert levels(found) == {WELDING: 0, BLUEPRINTS: 0}
    for one in found.assertions:
        assert one.proof.basis is Basis.ASSESSED
        assert one.proof.outcome is Outcome.VALID
        assert one.proof.issuer_trusted
        assert one.proof.criteria is Criteria.STATED
        assert (one.valid_from, one.shown_on, one.criteria_of) == (TODAY, TODAY, "urn:mig")
    assert found.licenses == ()


@pytest.mark.parametrize(
    ("named", "required", "level"), [(0, 0, 0), (4, 0, 4), (0, 3, 3), (5, 3, 5)]
)
def test_the_level_is_the_one_named_or_the_one_required(named, required, level):
    made = achievement(result_description=[rubric(required=required)])
    found = got(made, level=named)
    assert levels(found) == {WELDING: level, BLUEPRINTS: level}
    assert {one.proof.criteria for one in found.assertions} == {Criteria.RUBRIC}
    assert {one.proof.testing for one in found.assertions} == {AssessmentKind.NAMED}


def test_a_grade_is_no_rubric_and_an_apprenticeship_is_a_setting():
    grade = catalog_pb2.ResultDescription(id="urn:mig/grade", name="Final test")
    kind = "ApprenticeshipCertificate"
    found = got(achievement(achievement_type=kind, result_description=[grade]))
    assert {one.proof.criteria for one in found.assertions} == {Criteria.STATED}
    assert {one.proof.testing for one in found.assertions} == {AssessmentKind.NAMED}
    assert {one.proof.context for one in found.assertions} == {True}


def test_a_result_speaks_of_the_skills_that_it_aligns_to_alone():
    found = got(achievement(result_description=[rubric(*aligned(SAFETY))]), level=4)
    assert levels(found) == {WELDING: 0, BLUEPRINTS: 0, SAFETY: 4}


def test_a_course_without_a_test_is_completed_and_an_employers_attested():
    course = achievement(achievement_type="Course")
    assert {one.proof.basis for one in got(course).assertions} == {Basis.COMPLETED}
    shop = Issuer("shop", "did:web:shop.example", "Shop", ValidatorType.EMPLOYER, True)
    found = got(course, issuer=shop)
    assert {one.proof.basis for one in found.assertions} == {Basis.EMPLOYER_ATTESTED}


def test_what_its_words_name_counts_less_until_a_person_accepts_it():
    states = {
        SAFETY: tagging_pb2.SKILL_TAG_STATE_ASSERTED,
        "urn:drawing": tagging_pb2.SKILL_TAG_STATE_ACCEPTED,
        "urn:guess": tagging_pb2.SKILL_TAG_STATE_SUGGESTED,
        WELDING: tagging_pb2.SKILL_TAG_STATE_ASSERTED,
    }
    event = tagging_pb2.AchievementTagged(
        taxonomy_version="t1",
        tag=[tagging_pb2.SkillTag(skill={"uri": uri}, state=one) for uri, one in states.items()],
    )
    found = got(achievement(), in_words(event))
    reading = {one.skill: one.proof.derivation for one in found.assertions}
    assert reading == {
        WELDING: Derivation.STATED,
        BLUEPRINTS: Derivation.STATED,
        SAFETY: Derivation.TAGGED,
        "urn:drawing": Derivation.STATED,
    }


def test_a_license_is_verified_where_the_agency_approved_its_keeper():
    made = achievement(achievement_type="License", human_code="CDL", jurisdiction=["US-CO"])
    (license,) = got(made).licenses
    assert (license.type, license.jurisdiction) == ("CDL", "US-CO")
    assert license.state is LicenseState.VERIFIED
    unknown = Issuer("school", "", "", ValidatorType.UNSPECIFIED, False)
    (license,) = got(made, issuer=unknown).licenses
    assert license.state is LicenseState.PRIMARY_SOURCE_PENDING
