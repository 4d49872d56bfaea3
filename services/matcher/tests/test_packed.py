"""Packed profiles come out as they went in, and leave nothing behind."""

from hypothesis import given
from hypothesis import strategies as st
from talent_matcher.index.packed import Packing
from talent_matcher.model import Profile

from .builders import BLUEPRINTS, SAFETY, WELDING, assertion, profile

PROFILES = st.from_type(Profile)  # every field that there is, whatever it holds


@given(st.lists(PROFILES, max_size=4))
def test_a_profile_comes_out_as_it_went_in(profiles):
    packing = Packing()
    packed = [packing.pack(one) for one in profiles]
    for one, its in zip(profiles, packed, strict=True):
        assert packing.unpack(its, one.holder_id, one.version) == one
        skills = {shown.skill for shown in one.assertions[::2]}
        part = tuple(shown for shown in one.assertions if shown.skill in skills)
        found = packing.unpack(its, one.holder_id, one.version, skills)
        assert found == one._replace(assertions=part)


@given(st.lists(PROFILES, max_size=4), st.randoms())
def test_what_is_forgotten_makes_room_and_the_rest_stays(profiles, random):
    packing = Packing()
    packed = [packing.pack(one) for one in profiles]
    gone = {n for n in range(len(profiles)) if random.random() < 0.5}
    for n in gone:
        packing.forget(packed[n])
    packed += [packing.pack(one) for one in profiles]
    for n, one in enumerate([*profiles, *profiles]):
        if n not in gone:
            assert packing.unpack(packed[n], one.holder_id, one.version) == one
            packing.forget(packed[n])
    assert not len(packing)


def test_what_many_share_is_kept_once():
    packing = Packing()
    people = [
        profile(
            *(
                assertion(skill, assertion_id=f"assertion-{n}-{skill[-6:]}", evidence_id=f"e-{n}")
                for skill in (WELDING, BLUEPRINTS, SAFETY)
            )
        )
        for n in range(100)
    ]
    packed = [packing.pack(one) for one in people]
    assert len(packing) == 3 + 8  # skills with all that is said of them; a person's limits
    assert max(map(len, packed)) < 350
