from talent_matcher.explain import explain
from talent_proto.events.v1 import jobs_pb2, matches_pb2, skills_pb2

from .builders import BLUEPRINTS, skill_message


def contribution(**changed):
    stated = {
        "factor": "skill",
        "skill": skill_message(),
        "points": 500,
        "basis": skills_pb2.ASSERTION_BASIS_ASSESSED,
        "verification_outcome": skills_pb2.VERIFICATION_OUTCOME_VALID,
        "level": 3,
        "required_level": 3,
        "achievement_name": "MIG Welder",
        "issuer_name": "Front Range Trades Academy",
        "issuer_trusted": True,
        "awarded": {"year": 2026, "month": 5, "day": 4},
    }
    return matches_pb2.Contribution(**{**stated, **changed})


def first(**changed):
    return explain(matches_pb2.Match(contribution=[contribution(**changed)]))[0]


def test_a_tested_skill():
    assert first() == (
        "Has Welding (MIG), level 3 of 5. You asked for level 3. Front Range Trades Academy "
        "tested this on May 4, 2026 (MIG Welder), and the record checks out today."
    )


def test_what_stands_behind_a_skill_is_named():
    said = first(
        criteria=matches_pb2.CRITERIA_KIND_RUBRIC,
        testing=matches_pb2.TESTING_KIND_PROCTORED,
        artifact=True,
    )
    assert said.endswith("It comes with a rubric, a supervised test and a work sample.")
    assert first(context=True).endswith("It comes with the setting it was shown in.")


def test_a_credential_without_a_name_leaves_no_mark():
    assert "tested this on May 4, 2026, and" in first(achievement_name="")


def test_a_persons_own_word_without_a_level():
    said = first(
        basis=skills_pb2.ASSERTION_BASIS_SELF_ASSERTED,
        verification_outcome=skills_pb2.VERIFICATION_OUTCOME_NO_DOCUMENT,
        level=0,
    )
    assert said == (
        "Has Welding (MIG), level not stated. You asked for level 3. "
        "The candidate says so; no record stands behind it."
    )


def test_training_by_an_issuer_that_is_not_approved():
    said = first(basis=skills_pb2.ASSERTION_BASIS_COMPLETED, issuer_trusted=False)
    assert said.endswith(
        "This comes from training at Front Range Trades Academy, finished on May 4, 2026 "
        "(MIG Welder), and the record checks out today. The agency has not approved this issuer."
    )


def test_every_basis_and_outcome_that_gives_points_has_words():
    outcomes = (
        skills_pb2.VERIFICATION_OUTCOME_NO_DOCUMENT,
        skills_pb2.VERIFICATION_OUTCOME_VALID,
        skills_pb2.VERIFICATION_OUTCOME_UNDETERMINED,
    )
    for basis in skills_pb2.AssertionBasis.values()[1:]:
        for outcome in outcomes:
            assert first(basis=basis, verification_outcome=outcome).endswith(".")


def test_what_is_missing_and_the_conditions_of_work():
    missing = matches_pb2.Missing(
        skill=skill_message(BLUEPRINTS), importance=jobs_pb2.IMPORTANCE_PREFERRED
    )
    pending = matches_pb2.Gate(
        code="license",
        outcome=matches_pb2.GATE_OUTCOME_OPEN_PENDING,
        arguments={"type": "LPN", "jurisdiction": "US-CO"},
    )
    remote = matches_pb2.Gate(
        code="place", outcome=matches_pb2.GATE_OUTCOME_OPEN, arguments={"remote": "yes"}
    )
    hours = matches_pb2.Gate(code="hours", outcome=matches_pb2.GATE_OUTCOME_NOT_STATED)
    assert explain(matches_pb2.Match(missing=[missing], gate=[pending, remote, hours])) == [
        "Does not show Blueprint reading, which you prefer.",
        "Says they hold the LPN license for US-CO. This is not confirmed yet.",
        "The job is remote, so place does not matter.",
    ]


def test_a_level_that_is_too_low_is_a_gap_with_programs_of_its_own():
    match = matches_pb2.Match(
        contribution=[contribution(level=1)],
        missing=[matches_pb2.Missing(skill=skill_message(), level=1, required_level=3)],
    )
    assert explain(match, lambda uri: ["MIG II at Front Range College"])[1:] == [
        "Shows Welding (MIG) at level 1. You asked for level 3. "
        "Taught in MIG II at Front Range College."
    ]


def test_a_near_skill_says_what_it_is_to_the_one_asked_for():
    said = first(
        relation=matches_pb2.SKILL_RELATION_NARROWER,
        shown_skill=skills_pb2.SkillReference(uri="urn:tig", label="TIG welding"),
    )
    assert said.startswith("Has TIG welding, a kind of ")


def test_a_skill_that_was_found_in_words_says_so():
    assert "nobody has confirmed it yet" in first(reading=matches_pb2.READING_KIND_TAGGED)


def test_what_an_employer_favors_is_said_to_them():
    said = first(employer_trusts_validator=True, employer_endorses_criteria=True)
    assert said.endswith("You trust who checked it. You stand behind what had to be shown for it.")
