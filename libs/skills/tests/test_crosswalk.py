import math

from hypothesis import given
from hypothesis import strategies as st
from talent_skills import CROSSWALK, LEVELS, NOT_STATED, SCALE_URI, Proficiency, level_uri
from talent_skills.crosswalk import ONET_LEVEL

numbers = st.floats(allow_nan=True, allow_infinity=True)
onet = st.floats(min_value=0, max_value=7)


def at(ordinal: float, **changed: float) -> Proficiency:
    return Proficiency(ONET_LEVEL, ordinal=ordinal, **changed)


def test_each_common_level_maps_to_itself():
    for level in LEVELS:
        assert CROSSWALK.step(level.uri) == (SCALE_URI, str(level.number))
        stated = Proficiency(SCALE_URI, level_code=str(level.number))
        assert CROSSWALK.normalize(stated) == level.number


@given(onet, onet)
def test_a_higher_onet_level_is_never_a_lower_common_level(one: float, other: float):
    low, high = sorted((one, other))
    assert CROSSWALK.normalize(at(low)) <= CROSSWALK.normalize(at(high))


def test_onet_covers_the_whole_common_scale():
    assert [CROSSWALK.normalize(at(n)) for n in range(8)] == [0, 1, 2, 3, 3, 4, 5, 5]


@given(numbers, numbers, numbers, st.text(max_size=8), st.text(max_size=8))
def test_a_scale_that_nobody_mapped_is_not_stated(
    ordinal: float, low: float, high: float, code: str, name: str
):
    unknown = Proficiency(f"https://scale.example/{name}", "", code, "Expert", ordinal, low, high)
    assert CROSSWALK.normalize(unknown) == NOT_STATED


@given(numbers)
def test_the_answer_is_always_on_the_scale(ordinal: float):
    level = CROSSWALK.normalize(at(ordinal))
    assert level in range(6)
    if math.isnan(ordinal) or not 0 < ordinal <= 7:
        assert level == NOT_STATED


def test_other_ends_than_the_mapped_ones_are_not_stated():
    assert CROSSWALK.normalize(at(5, minimum=0, maximum=7)) == 4
    assert CROSSWALK.normalize(at(5, minimum=0, maximum=100)) == NOT_STATED


def test_only_steps_of_mapped_scales_have_a_meaning():
    assert CROSSWALK.step(level_uri(6)) is None
    assert CROSSWALK.step("https://scale.example/#3") is None
    assert CROSSWALK.step("3") is None
    assert CROSSWALK.normalize(None) == NOT_STATED
