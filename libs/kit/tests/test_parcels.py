from hypothesis import given
from hypothesis import strategies as st
from talent_kit.parcels import parcels


@given(st.lists(st.integers(0, 20)), st.integers(1, 40), st.one_of(st.none(), st.integers(1, 5)))
def test_all_are_there_in_order_and_no_part_goes_on_beyond_its_limits(sizes, weight, most):
    parts = list(parcels(sizes, weigh=int, weight=weight, most=most))
    assert [one for part in parts for one in part] == sizes
    for part in parts:
        assert part
        assert sum(part[:-1]) < weight
        assert most is None or len(part) <= most
