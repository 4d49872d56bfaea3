from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_matcher.gates import length, overlap, week
from talent_matcher.model import (
    AssessmentKind,
    Basis,
    Criteria,
    Derivation,
    GateOutcome,
    Hours,
    Importance,
    License,
    LicenseRequirement,
    LicenseState,
    Outcome,
    Pay,
    PayPeriod,
    Place,
)
from talent_matcher.score import shares
from talent_matcher.weights import WEIGHTS

from .builders import BLUEPRINTS, SAFETY, TODAY, WELDING, assertion, fit, job, profile, requirement

SKILLS = [WELDING, BLUEPRINTS, SAFETY]
assertions = st.builds(
    assertion,
    st.sampled_from(SKILLS),
    assertion_id=st.uuids().map(str),
    basis=st.sampled_from(Basis),
    outcome=st.sampled_from(Outcome),
    level=st.integers(0, 5),
    issuer_trusted=st.booleans(),
    valid_until=st.none() | st.dates(TODAY - timedelta(9), TODAY + timedelta(9)),
)
requirements = st.lists(
    st.builds(
        requirement,
        st.sampled_from(SKILLS),
        importance=st.sampled_from(Importance),
        level=st.integers(0, 5),
        gate=st.booleans(),
        trainable=st.booleans(),
        accepted=st.frozensets(st.sampled_from(Basis), max_size=2),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda one: one.skill.uri,
)


def scored(holder, wanted, as_of=TODAY):
    return fit(holder, wanted, WEIGHTS, as_of)


def gate(holder, wanted, code):
    found = scored(holder, wanted)
    return next(one.outcome for one in found.gates if one.code == code) if found else None


@given(st.lists(assertions, max_size=8), requirements)
def test_contributions_sum_exactly_to_the_score(shown, wanted):
    found = scored(profile(*shown, version=(1, 1)), job(*wanted))
    if found is not None:
        assert sum(one.points for one in found.contributions) == found.score <= 1000
        assert all(one.points <= one.max_points for one in found.contributions)


@given(st.lists(assertions, max_size=6), requirements, st.randoms())
def test_the_order_of_assertions_changes_nothing(shown, wanted, random):
    shuffled = random.sample(shown, len(shown))
    assert scored(profile(*shown), job(*wanted)) == scored(profile(*shuffled), job(*wanted))


@given(st.integers(0, 2000), st.lists(st.integers(0, 50), min_size=1, max_size=9))
def test_shares_sum_to_the_whole(total, parts):
    assert sum(shares(total, parts)) == (total if sum(parts) else 0)


def test_everything_asked_for_and_proven_is_a_thousand():
    found = scored(profile(), job())
    assert found.score == 1000
    assert found.missing == ()


def test_a_perfectly_signed_attendance_is_worth_less_than_a_test():
    attended = scored(profile(assertion(basis=Basis.COMPLETED)), job())
    assert attended.score == 800


@pytest.mark.parametrize(
    ("changed", "score"),
    [
        ({"outcome": Outcome.REVOKED}, 0),
        ({"outcome": Outcome.UNDETERMINED}, 600),
        ({"issuer_trusted": False}, 700),
        ({"basis": Basis.SELF_ASSERTED, "outcome": Outcome.NO_DOCUMENT}, 550),
        ({"basis": Basis.ASSESSED, "outcome": Outcome.NO_DOCUMENT}, 400),
        ({"artifact": False}, 960),
        ({"criteria": Criteria.STATED}, 980),
        ({"testing": AssessmentKind.NAMED}, 980),
        ({"context": False}, 970),
        ({"derivation": Derivation.TAGGED}, 800),
        ({"derivation": Derivation.SUGGESTED}, 0),
        ({"shown_on": None}, 900),
        ({"shown_on": TODAY.replace(year=2023)}, 950),
        ({"shown_on": TODAY.replace(year=2016)}, 800),
        ({"level": 2}, 600),
        ({"level": 1}, 300),
        ({"level": 0}, 600),
        ({"level": 5}, 1000),
    ],
)
def test_each_factor_counts(changed, score):
    assert scored(profile(assertion(**changed)), job()).score == score


def test_a_level_that_is_too_low_is_named_as_missing():
    (missing,) = scored(profile(assertion(level=2)), job()).missing
    assert (missing.required_level, missing.level) == (3, 2)


def test_what_has_ended_or_not_begun_does_not_count():
    yesterday, tomorrow = TODAY - timedelta(1), TODAY + timedelta(1)
    assert scored(profile(assertion(valid_until=yesterday)), job()).score == 0
    assert scored(profile(assertion(valid_from=tomorrow)), job()).score == 0
    assert scored(profile(assertion(valid_until=TODAY)), job()).score == 1000


def test_a_job_without_requirements_never_matches():
    empty = job(requirement())
    assert fit(profile(), type(empty)("j", "o", (1, 1), ()), WEIGHTS, TODAY) is None


def test_an_excluded_employer_and_an_internal_job_never_match():
    assert scored(profile(excluded_orgs=frozenset({"org-employer"})), job()) is None
    assert scored(profile(), job(internal=True)) is None


def test_a_gated_skill_closes_without_it_and_says_when_the_level_is_unknown():
    wanted = job(requirement(gate=True))
    assert scored(profile(assertion(BLUEPRINTS)), wanted) is None
    assert scored(profile(assertion(level=2)), wanted) is None
    assert gate(profile(assertion(level=0)), wanted, "skill") is GateOutcome.NOT_STATED
    lower_but_proven = assertion(level=2, assertion_id="a")
    own_word = assertion(level=3, basis=Basis.SELF_ASSERTED, outcome=Outcome.NO_DOCUMENT)
    assert gate(profile(lower_but_proven, own_word), wanted, "skill") is GateOutcome.OPEN


def test_only_accepted_evidence_counts():
    wanted = job(requirement(accepted=frozenset({Basis.ASSESSED}), gate=True))
    assert scored(profile(assertion(basis=Basis.COMPLETED)), wanted) is None


def test_a_license_opens_when_verified_and_pending_only_where_accepted():
    def nurse(state, accept=False, valid_until=None):
        shown = License("LPN", "US-CO", state, valid_until)
        wanted = job(licenses=(LicenseRequirement("LPN", "US-CO", accept),))
        return gate(profile(licenses=(shown,)), wanted, "license")

    assert nurse(LicenseState.VERIFIED) is GateOutcome.OPEN
    assert nurse(LicenseState.CLAIMED) is None
    assert nurse(LicenseState.CLAIMED, accept=True) is GateOutcome.OPEN_PENDING
    assert nurse(LicenseState.VERIFIED, valid_until=TODAY - timedelta(1)) is None


def test_a_license_is_known_by_its_name_however_it_is_typed():
    def driver(kind, jurisdiction):
        wanted = job(licenses=(LicenseRequirement("Driver's license", "US-CO"),))
        shown = License(kind, jurisdiction, LicenseState.VERIFIED)
        return gate(profile(licenses=(shown,)), wanted, "license")

    assert driver(" driver's  LICENSE", "US-CO") is GateOutcome.OPEN
    assert driver("Driver's license", "US-WY") is None
    assert driver("Drivers license", "US-CO") is None


@pytest.mark.parametrize(
    ("here", "miles", "outcome"),
    [
        (Place("US-CO", "08031"), 0, GateOutcome.OPEN),
        (Place("US-CO", "", "802"), 0, GateOutcome.OPEN),
        (Place("US-CO"), 0, GateOutcome.NOT_STATED),  # a state is wide
        (Place(), 0, GateOutcome.NOT_STATED),
        (Place("US-CO", "08005"), 40, GateOutcome.NOT_STATED),
        (Place("US-CO", "08005"), 10, None),
        (Place("US-WY", "56021"), 90, None),
    ],
)
def test_place(here, miles, outcome):
    wanted = job(place=Place("US-CO", "08031", "802"))
    assert gate(profile(place=here, commute_miles=miles), wanted, "place") is outcome


@pytest.mark.parametrize("here", [Place("US-CO"), Place("US-CO", "08031", "802")])
def test_nobody_is_said_to_live_near_a_job_of_which_only_the_state_is_known(here):
    wanted = job(place=Place("US-CO"))
    assert gate(profile(place=here), wanted, "place") is GateOutcome.NOT_STATED
    assert gate(profile(place=Place("US-WY")), wanted, "place") is None


def test_a_remote_job_is_open_from_anywhere():
    there = job(place=Place("US-CO", "08031"), remote=True)
    assert gate(profile(place=Place("US-WY")), there, "place") is GateOutcome.OPEN


def test_shifts_overlap_over_midnight_and_over_the_end_of_the_week():
    nights = week([(day, 22 * 60, 6 * 60) for day in range(7)])
    assert length(nights) == 7 * 8 * 60
    assert overlap(nights, week([(0, 0, 6 * 60)])) == 6 * 60
    assert gate(profile(shifts=nights), job(shifts=nights), "shift") is GateOutcome.OPEN
    days = week([(day, 8 * 60, 16 * 60) for day in range(5)])
    assert gate(profile(shifts=nights), job(shifts=days), "shift") is None


def test_wide_windows_ask_only_for_the_hours_of_the_job():
    wanted = job(shifts=week([(d, 360, 1320) for d in range(7)]), hours=Hours(20, 20))
    mornings = week([(d, 480, 720) for d in range(5)])
    assert gate(profile(shifts=mornings), wanted, "shift") is GateOutcome.OPEN


def test_hours_and_pay():
    assert gate(profile(hours=Hours(0, 20)), job(hours=Hours(30, 40)), "hours") is None
    assert gate(profile(hours=Hours(0, 40)), job(hours=Hours(30, 40)), "hours") is GateOutcome.OPEN
    floor = Pay(2500, "USD", PayPeriod.HOUR)
    yearly = Pay(52_000_00, "USD", PayPeriod.YEAR)
    assert gate(profile(pay_floor=floor), job(top_pay=yearly), "pay") is GateOutcome.OPEN
    less = Pay(51_000_00, "USD", PayPeriod.YEAR)
    assert gate(profile(pay_floor=floor), job(top_pay=less), "pay") is None
    other = Pay(90_000_00, "CAD", PayPeriod.YEAR)
    assert gate(profile(pay_floor=floor), job(top_pay=other), "pay") is GateOutcome.NOT_STATED


def test_a_match_tells_nobody_a_pay_floor():
    floor = Pay(2500, "USD", PayPeriod.HOUR)
    found = scored(profile(pay_floor=floor), job(top_pay=Pay(3000, "USD", PayPeriod.HOUR)))
    assert "2500" not in str(found.gates)


def test_a_job_past_its_last_day_does_not_match():
    assert scored(profile(), job(valid_through=date(2026, 11, 22))) is None
    assert scored(profile(), job(valid_through=TODAY)).score == 1000
