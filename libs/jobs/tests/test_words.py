"""Pay, hours, shifts and places in plain words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_jobs.description import Conditions, PayPeriod, PayRange, Shift
from talent_jobs.states import state_name
from talent_jobs.words import amount, hours_in_words, listed, pay_in_words, shifts_in_words

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.mark.parametrize(
    ("pay", "words"),
    [
        (PayRange(2150, 2875, PayPeriod.HOUR), "$21.50 to $28.75 an hour, before taxes"),
        (PayRange(5_200_000, 5_200_000, PayPeriod.YEAR), "$52,000 a year, before taxes"),
        (PayRange(90005, 100000, PayPeriod.WEEK), "$900.05 to $1,000 a week, before taxes"),
        (PayRange(300000, 300001, PayPeriod.MONTH, "JPY"), "JPY 300,000 to JPY 300,001 a month"),
        (PayRange(1500, 2500, PayPeriod.HOUR, "KWD"), "KWD 1.500 to KWD 2.500 an hour"),
        (PayRange(10, 100_000_000_000, PayPeriod.HOUR), "$0.10 to $1,000,000,000 an hour"),
    ],
)
def test_pay_is_said_as_people_say_it(pay: PayRange, words: str) -> None:
    assert pay_in_words(pay).startswith(words)


@given(st.integers(1, 10**12))
def test_no_cent_is_lost(minor: int) -> None:
    assert amount(minor, "USD") * 100 == minor
    said = pay_in_words(PayRange(minor, minor, PayPeriod.HOUR)).split(" ")[0]
    assert Decimal(said.replace("$", "").replace(",", "")) * 100 == minor


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ((0, 0), ""),
        ((20, 0), "At least 20 hours a week"),
        ((0, 20), "Up to 20 hours a week"),
        ((40, 40), "40 hours a week"),
        ((25, 30), "25 to 30 hours a week"),
    ],
)
def test_hours(hours: tuple[int, int], words: str) -> None:
    assert hours_in_words(hours) == words


def test_days_with_the_same_hours_are_said_together() -> None:
    shifts = (Shift(5, 480, 720), Shift(1, 480, 720), Shift(3, 480, 720), Shift(6, 1350, 0))
    assert shifts_in_words(Conditions(shifts=(*shifts, shifts[0]))) == [
        "Monday, Wednesday, and Friday, 8:00 a.m. to noon",
        "Saturday, 10:30 p.m. to midnight",
    ]


@given(st.lists(st.builds(Shift, st.integers(1, 7), st.integers(0, 1440), st.integers(0, 1440))))
def test_every_day_of_every_shift_is_said(shifts: list[Shift]) -> None:
    hours = list(dict.fromkeys((one.start, one.end) for one in shifts))
    said = shifts_in_words(Conditions(shifts=tuple(shifts)))
    assert len(said) == len(hours)
    for one in shifts:
        assert DAYS[one.day - 1] in said[hours.index((one.start, one.end))]


def test_lists_and_states() -> None:
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b, and c"]
    assert listed(["a", "b"], "or") == "a or b"
    assert state_name("US-CO") == "Colorado"
    assert state_name("US-PR") == "Puerto Rico"
    assert state_name("CA-ON") == "CA-ON"
