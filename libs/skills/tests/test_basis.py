from hypothesis import given
from hypothesis import strategies as st
from talent_skills import Basis, basis_of

NOTHING = {"has_criteria": False, "has_result": False, "has_evidence": False}
types = st.sampled_from(["Course", "Badge", "Degree", "Certification", "License", "ext:Thing", ""])
flags = st.fixed_dictionaries(dict.fromkeys(NOTHING, st.booleans()))


def test_an_attendance_badge_validates_nothing():
    assert basis_of("Badge", **{**NOTHING, "has_criteria": True}) is Basis.COMPLETED


def test_a_result_against_criteria_is_an_assessment():
    assert basis_of("Course", has_criteria=True, has_result=True, has_evidence=False) is (
        Basis.ASSESSED
    )


def test_a_certification_without_criteria_is_not_an_assessment():
    assert basis_of("Certification", **NOTHING) is Basis.COMPLETED
    assert basis_of("Certification", **{**NOTHING, "has_criteria": True}) is Basis.ASSESSED


def test_an_award_is_no_assessment_whatever_comes_with_it():
    everything = dict.fromkeys(NOTHING, True)
    assert basis_of("Award", **everything) is Basis.COMPLETED


def test_an_employer_attests():
    assert basis_of("Badge", **NOTHING, issuer_is_employer=True) is Basis.EMPLOYER_ATTESTED


@given(types, flags, st.booleans())
def test_what_people_give_themselves_is_their_own_claim(kind: str, with_it: dict, employer: bool):
    stated = basis_of(kind, **with_it, issued_to_self=True, issuer_is_employer=employer)
    assert stated is Basis.SELF_ASSERTED


@given(types, flags)
def test_nothing_is_assessed_without_criteria(kind: str, with_it: dict):
    assert basis_of(kind, **{**with_it, "has_criteria": False}) is not Basis.ASSESSED
