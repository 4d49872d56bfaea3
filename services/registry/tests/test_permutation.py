import os
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from talent_registry import bits
from talent_registry.permutation import ENTRIES, permute


@given(st.binary(min_size=16, max_size=32), st.lists(st.integers(0, ENTRIES - 1), unique=True))
def test_no_two_positions_share_an_index(key: bytes, positions: list[int]) -> None:
    indexes = {permute(key, position) for position in positions}
    assert len(indexes) == len(positions)
    assert all(0 <= index < ENTRIES for index in indexes)


def test_every_index_is_used_once() -> None:
    key = os.urandom(32)
    assert len({permute(key, position) for position in range(ENTRIES)}) == ENTRIES


def test_neighbors_do_not_stay_neighbors() -> None:
    indexes = [permute(b"a key", position) for position in range(1000)]
    near = sum(abs(a - b) < 100 for a, b in pairwise(indexes))
    assert near < 20


@given(st.sets(st.integers(0, ENTRIES - 1), max_size=20))
def test_bits_that_are_set_are_found_and_cleared(indexes: set[int]) -> None:
    state = bits.empty()
    for index in indexes:
        state = bits.with_bit(state, index, True)
    assert set(bits.indexes(state)) == indexes
    for index in indexes:
        state = bits.with_bit(state, index, False)
    assert state == bits.empty()


def test_bit_0_is_the_highest_of_the_first_byte() -> None:
    assert bits.with_bit(bits.empty(), 0, True)[0] == 0x80
