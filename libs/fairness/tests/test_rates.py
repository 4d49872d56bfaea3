"""Rates and ratios are those of an independent library, and say what a rule asks for."""

import pandas
import pytest
from fairlearn.metrics import MetricFrame, count, demographic_parity_ratio, selection_rate
from hypothesis import given
from hypothesis import strategies as st
from talent_fairness.rates import Count, counts, rates, scored_high

PEOPLE = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.booleans()), min_size=1, max_size=200
)


def rates_of(people):
    cells = [(group,) for group in "abc"]
    return rates(counts([((group,), chosen) for group, chosen in people], cells))


@given(PEOPLE)
def test_rates_are_those_of_fairlearn(people):
    found = rates(
        counts([((group,), chosen) for group, chosen in people], [("a",), ("b",), ("c",)])
    )
    groups = pandas.Series([group for group, _ in people])
    chosen = pandas.Series([int(chosen) for _, chosen in people])
    frame = MetricFrame(
        metrics={"rate": selection_rate, "people": count},
        y_true=chosen,
        y_pred=chosen,
        sensitive_features=groups,
    )
    assert {one.cell[0]: (one.rate, one.people) for one in found} == {
        group: (pytest.approx(row.rate), row.people) for group, row in frame.by_group.iterrows()
    }


@given(PEOPLE)
def test_the_least_impact_ratio_is_fairlearns_parity_ratio(people):
    found = rates(
        counts([((group,), chosen) for group, chosen in people], [("a",), ("b",), ("c",)])
    )
    if not any(chosen for _, chosen in people):
        assert all(one.ratio is None for one in found)
        return
    if any(one.ratio is None for one in found):  # a group under two percent is not compared
        return
    theirs = demographic_parity_ratio(
        [int(chosen) for _, chosen in people],
        [int(chosen) for _, chosen in people],
        sensitive_features=[group for group, _ in people],
    )
    assert min(one.ratio for one in found) == pytest.approx(theirs)


def test_the_example_of_the_uniform_guidelines_questions_and_answers():
    # Question 12 of the EEOC's Questions and Answers: 80 whites of whom 48 are hired, 40 blacks of
    # whom 12 are. 30 % over 60 % is a half: adverse impact.
    white, black = rates({("white",): Count(80, 48), ("black",): Count(40, 12)})
    assert (white.ratio, white.under_four_fifths) == (1, False)
    assert (black.ratio, black.under_four_fifths) == (pytest.approx(0.5), True)
    assert black.chance < 0.01


def test_small_numbers_say_how_little_they_say():
    _, second = rates({("a",): Count(12, 6), ("b",): Count(12, 4)})
    assert second.under_four_fifths
    assert second.ratio_low < 0.8 < second.ratio_high
    assert second.chance > 0.5


def test_a_group_of_less_than_two_percent_sets_no_standard_and_gets_no_ratio():
    large, tiny = rates({("a",): Count(990, 300), ("b",): Count(10, 10)})
    assert large.ratio == 1
    assert tiny.ratio is None
    assert tiny.rate == 1


def test_scoring_rate_counts_scores_above_the_median_of_all():
    assert scored_high([1, 2, 3, 4]) == [False, False, True, True]
    assert scored_high([0, 0, 0, 9]) == [False, False, False, True]
    assert scored_high([]) == []
