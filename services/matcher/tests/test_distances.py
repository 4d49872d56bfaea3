"""How far a job is from a person, by areas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_local.home import Home
from talent_matcher.distances import Distances, Part, fives
from talent_matcher.model import GateOutcome, Place
from talent_matcher.score import Known, Scorer
from talent_matcher.weights import WEIGHTS

from .builders import TODAY, job, profile, requirement

DENVER, BOULDER = Place("US-CO", "08031", "802"), Place("US-CO", "08013", "803")
CHEYENNE, GREELEY = Place("US-WY", "56021", "820"), Place("US-CO", "08123", "806")
EL_PASO = Place("US-CO", "08041")


@pytest.fixture(scope="module")
def known() -> Known:
    file = Home.find().data / "places" / "centers.csv"
    assert file.exists(), "run make setup"
    return Known(distances=Distances.open(file))


def place_gate(known: Known, here: Place, there: Place, commute: int = 0):
    person = profile(place=here, commute_miles=commute)
    wanted = job(requirement(), place=there)
    (found,) = (
        one
        for one in Scorer(wanted, WEIGHTS, TODAY, known).all_gates(person)
        if one.code == "place"
    )
    return found


@pytest.mark.parametrize(
    ("here", "there", "least", "most"),
    [
        (DENVER, BOULDER, 20, 35),
        (DENVER, EL_PASO, 55, 75),
        (GREELEY, CHEYENNE, 35, 65),
        (Place("US-NY", "36061"), Place("US-CA", "06037"), 2400, 2500),
    ],
)
def test_miles_between_middles(known: Known, here: Place, there: Place, least: int, most: int):
    miles = known.distances.miles(here, there)
    assert miles is not None
    assert least <= miles <= most
    assert miles % 5 == 0
    assert known.distances.miles(there, here) == miles


@pytest.mark.parametrize(
    ("here", "there", "commute", "outcome"),
    [
        (BOULDER, DENVER, 40, GateOutcome.OPEN),
        (BOULDER, DENVER, 0, GateOutcome.NOT_STATED),  # as far as people usually go
        (BOULDER, DENVER, 20, GateOutcome.NOT_STATED),  # they may live at its edge
        (BOULDER, DENVER, 5, GateOutcome.CLOSED),
        (EL_PASO, DENVER, 0, GateOutcome.CLOSED),
        (EL_PASO, DENVER, 75, GateOutcome.OPEN),
        (GREELEY, CHEYENNE, 60, GateOutcome.OPEN),  # the border of a state is none
        (Place("US-CO"), DENVER, 0, GateOutcome.NOT_STATED),
        (Place("US-CO", "08031"), Place("US-CO", "", "802"), 0, GateOutcome.OPEN),
        (Place("US-CO", "08999"), DENVER, 10, GateOutcome.CLOSED),  # nobody knows where it is
        (Place("US-CO", "08999"), DENVER, 60, GateOutcome.NOT_STATED),
    ],
)
def test_who_can_get_there(
    known: Known, here: Place, there: Place, commute: int, outcome: GateOutcome
):
    assert place_gate(known, here, there, commute).outcome is outcome


def test_a_gate_says_how_far_it_is_and_nothing_of_how_far_they_would_go(known: Known):
    near, far = (place_gate(known, BOULDER, DENVER, commute) for commute in (40, 80))
    assert near == far
    assert dict(near.arguments) == {"miles": str(known.distances.miles(BOULDER, DENVER))}


def test_without_a_map_counties_alone_decide(tmp_path):
    nowhere = Known(distances=Distances.open(tmp_path / "centers.csv"))
    assert place_gate(nowhere, BOULDER, DENVER, 20).outcome is GateOutcome.CLOSED


AREAS = st.tuples(st.sampled_from("ABC"), st.sampled_from("123"))
PARTS = st.dictionaries(
    AREAS,
    st.tuples(st.floats(25, 49), st.floats(-124, -67), st.integers(1, 60)),
    min_size=1,
)
NAMES = st.tuples(st.sampled_from(["", *"ABC"]), st.sampled_from(["", *"123"]))


@given(PARTS, NAMES, NAMES)
def test_a_distance_is_the_same_both_ways_and_none_within_an_area(parts, one, other):
    distances = Distances([Part(*area, *where) for area, where in parts.items()])
    here, there = Place("US-CO", *one), Place("US-CO", *other)
    miles = distances.miles(here, there)
    assert miles == distances.miles(there, here)
    assert miles is None or 0 <= miles < 3500
    assert distances.miles(here, here) in (0, None)
    for county, zip3 in parts:
        whole, part = Place("US-CO", county), Place("US-CO", county, zip3)
        assert distances.miles(whole, part) == 0
        assert distances.miles(Place("US-CO", "", zip3), part) == 0


@given(st.integers(0, 500))
def test_miles_in_fives_are_never_less(miles):
    assert miles <= fives(miles) < miles + 5
