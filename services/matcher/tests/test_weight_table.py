"""The table of weights by name: read back as it was written, and refused where it is not sound."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_kit.errors import Problem
from talent_matcher.model import Basis, Importance, ValidatorType
from talent_matcher.weight_table import FALLING, KINDS, ROWS, adopted, numbers_of, weights_of
from talent_matcher.weights import WEIGHTS

from .builders import BLUEPRINTS, TODAY, WELDING, assertion, fit, job, profile, requirement

FIRST = numbers_of(WEIGHTS)


def test_the_first_table_is_one_that_an_agency_could_set():
    made = weights_of("2027-01", FIRST)
    assert numbers_of(made) == FIRST
    assert made.version == "2027-01"
    for name in set(WEIGHTS.__dataclass_fields__) - {"version"}:
        assert getattr(made, name) == getattr(WEIGHTS, name), name


def test_every_weight_reaches_the_table_by_its_own_name():
    for row in ROWS:
        value = FIRST[row.name] - 1 if FIRST[row.name] == row.max else FIRST[row.name] + 1
        changed = adopted_as({row.name: value})
        differing = {name for name, one in numbers_of(changed).items() if one != FIRST[name]}
        assert differing == {row.name}


def adopted_as(numbers):
    """Past the rules of order, which have tests of their own."""
    import talent_matcher.weight_table as module

    rules, module.FALLING = module.FALLING, ()
    try:
        return adopted("x", {**FIRST, **numbers})
    finally:
        module.FALLING = rules


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"basis.ASSESSED": 1001}, "table.weight[basis.ASSESSED]"),
        ({"importance.PREFERRED": 0}, "table.weight[importance.PREFERRED]"),
        ({"no.such": 1}, "table.weight[no.such]"),
        ({"validator.COLLEGE": None}, "table.weight[validator.COLLEGE]"),
        ({"relation.BROADER": 950}, "table.weight[relation.BROADER]"),
        ({"basis.COMPLETED": 300}, "table.weight[basis.SELF_ASSERTED]"),
        ({"age.10_YEARS_OR_MORE": 1000}, "table.weight[age.10_YEARS_OR_MORE]"),
        ({"level.2_BELOW": 700}, "table.weight[level.2_BELOW]"),
        ({"trainable_divisor": 3}, "table.weight[trainable_divisor]"),
        ({"threshold": 20}, "table.weight[hysteresis]"),
    ],
)
def test_what_is_not_sound_is_refused_by_the_name_of_the_weight(changed, field):
    numbers = {name: value for name, value in {**FIRST, **changed}.items() if value is not None}
    with pytest.raises(Problem) as refusal:
        weights_of("2027-01", numbers)
    assert refusal.value.field == field
    assert refusal.value.sentence()


@pytest.mark.parametrize("version", ["", "a b", "-x", "x" * 41, "in force"])
def test_a_version_has_a_short_plain_name(version):
    with pytest.raises(Problem) as refusal:
        weights_of(version, FIRST)
    assert refusal.value.field == "table.version"


def test_a_table_of_an_earlier_program_gets_what_is_new_since_then():
    earlier = {name: value for name, value in FIRST.items() if name != "context"}
    assert numbers_of(adopted("old", earlier | {"gone.since": 5})) == FIRST


def falling(numbers):
    """The nearest table that keeps to the rules of order."""
    for _ in FALLING:
        for rule in FALLING:
            for more, less in pairwise(rule):
                numbers[less] = min(numbers[less], numbers[more])
    return numbers


SOUND = st.fixed_dictionaries({row.name: st.integers(row.min, row.max) for row in ROWS}).map(
    falling
)
VALIDATORS = st.sampled_from(ValidatorType)


@given(SOUND, st.integers(0, 5), VALIDATORS, st.booleans())
def test_under_every_table_that_is_taken_points_sum_and_more_never_gives_less(
    numbers, level, kind, trusted
):
    weights = weights_of("any", numbers)
    wanted = job(
        requirement(WELDING, level=3),
        requirement(BLUEPRINTS, importance=Importance.PREFERRED, trainable=True, level=0),
    )
    shown = assertion(WELDING, level=level, validator=kind, issuer_trusted=trusted)
    own = assertion(BLUEPRINTS, basis=Basis.SELF_ASSERTED, assertion_id="own")
    less, more = fit(profile(shown), wanted, weights, TODAY), None
    more = fit(profile(shown, own), wanted, weights, TODAY)
    assert less.score <= more.score <= 1000
    for found in (less, more):
        assert sum(one.points for one in found.contributions) == found.score
        assert all(one.points <= one.max_points for one in found.contributions)


def test_every_kind_that_is_scored_has_a_row_and_every_row_is_told_apart():
    for field, (_, kinds) in KINDS.items():
        assert kinds.keys() == getattr(WEIGHTS, field).keys(), field
    meanings = [row.meaning for row in ROWS]
    assert len(set(meanings)) == len(meanings)
