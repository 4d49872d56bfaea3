"""An audit shows groups, never a person."""

from hypothesis import given
from hypothesis import strategies as st
from talent_fairness.audit import audit
from talent_fairness.groups import RACE, SEX, Answers, Race, Sex, cell_of, cells
from talent_fairness.rates import Count
from talent_fairness.suppression import LEAST, hidden

ONE = st.builds(
    Answers,
    sex=st.none() | st.sampled_from(Sex),
    races=st.frozensets(st.sampled_from([one for one in Race if one is not Race.TWO_OR_MORE])),
    birth_year=st.none() | st.integers(1930, 2012),
    disability=st.none() | st.booleans(),
    limited_english=st.none() | st.booleans(),
)
SIZES = st.integers(0, 30)


def many(count: int, chosen: int, **answers) -> list[tuple[Answers, bool]]:
    return [(Answers(**answers), n < chosen) for n in range(count)]


def test_who_is_hispanic_is_counted_there_alone():
    answers = Answers(races=frozenset({Race.HISPANIC, Race.WHITE}))
    assert cell_of(answers, [RACE], 2026) == ("hispanic",)


def test_two_races_are_a_group_of_their_own():
    answers = Answers(races=frozenset({Race.ASIAN, Race.WHITE}))
    assert cell_of(answers, [RACE], 2026) == ("two-or-more",)


def test_who_gave_no_answer_is_counted_as_unknown_and_in_no_group():
    people = many(20, 5, sex=Sex.FEMALE) + many(20, 5, sex=Sex.MALE) + many(15, 15)
    table = audit("shown", people, year=2026).tables[0]
    assert [(one.cell, one.people) for one in table.rates] == [(("female",), 20), (("male",), 20)]
    assert table.unknown == 15


def test_age_turns_forty_in_the_year_of_the_birthday():
    people = many(10, 1, birth_year=1986) + many(10, 1, birth_year=1987)
    table = next(one for one in audit("x", people, year=2026).tables if one.categories == ("age",))
    assert {one.cell[0]: one.people for one in table.rates} == {"40-or-older": 10, "under-40": 10}


def test_a_group_of_nine_is_hidden_and_another_with_it():
    people = [
        *many(9, 9, races=frozenset({Race.ASIAN})),
        *many(30, 5, races=frozenset({Race.BLACK})),
        *many(40, 5, races=frozenset({Race.WHITE})),
    ]
    table = audit("shown", people, year=2026).tables[1]
    assert [one.cell for one in table.rates] == [("white",)]
    assert set(table.hidden) == {("asian",), ("black",)}


def test_the_number_of_unknown_does_not_give_a_lone_group_away():
    people = many(9, 3, sex=Sex.MALE, races=frozenset({Race.ASIAN})) + many(30, 5, sex=Sex.MALE)
    by_sex, by_race, *_ = audit("shown", people, year=2026).tables
    assert (by_sex.rates[0].people, by_sex.unknown) == (39, 0)
    assert (by_race.hidden, by_race.unknown) == ((("asian",),), None)


@given(st.dictionaries(st.sampled_from(cells([SEX, RACE])), SIZES.map(lambda n: Count(n, n // 2))))
def test_no_row_or_column_leaves_a_single_group_hidden(counted):
    secret = hidden(counted)
    for position in (0, 1):
        for group in {cell[position] for cell in counted}:
            line = [c for c, n in counted.items() if c[position] == group and n.people]
            inside = [cell for cell in line if cell in secret]
            assert len(inside) != 1 or len(line) == 1
    assert all(n.people >= LEAST for c, n in counted.items() if n.people and c not in secret)


@given(st.lists(st.tuples(ONE, st.booleans()), max_size=120))
def test_no_shown_group_is_smaller_than_the_least(people):
    for table in audit("shown", people, year=2026).tables:
        assert all(one.people >= LEAST for one in table.rates)
        assert not {one.cell for one in table.rates} & set(table.hidden)
        assert table.unknown is None or table.unknown == 0 or table.unknown >= LEAST


@given(st.lists(st.tuples(ONE, st.booleans()), max_size=60), st.randoms())
def test_the_order_of_people_changes_nothing(people, random):
    again = list(people)
    random.shuffle(again)
    assert audit("x", people, year=2026) == audit("x", again, year=2026)
