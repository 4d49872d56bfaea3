"""How a verdict is stored, and read again."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from talent_vc import Check, Outcome, Overall
from talent_verifier.messages import Shared, checks_of, verdict
from talent_verifier.model import Issuer, Standing, Verdict
from talent_verifier.store import verdict_of, verdict_row

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
checks = st.lists(
    st.builds(Check, text, st.sampled_from(Outcome), st.dictionaries(text, text, max_size=3), text),
    min_size=1,
    max_size=5,
).map(tuple)


def judged(found: tuple[Check, ...]) -> Verdict:
    at = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
    return Verdict("digest", Overall.VALID, found, Issuer("did:key:z6Mk"), at)


@given(st.lists(checks, min_size=1, max_size=3))
def test_the_checks_of_many_verdicts_are_read_as_they_were(found: list[tuple[Check, ...]]):
    shared = Shared()
    verdicts = [judged(one) for one in [*found, *found]]
    assert [checks_of(shared.checks(one)) for one in verdicts] == [one.checks for one in verdicts]


@given(checks, checks)
def test_a_verdict_is_read_in_the_form_that_was_written_last(
    found: tuple[Check, ...], earlier: tuple[Check, ...]
):
    now = judged(found)
    listed = verdict_row(now)  # as the version before stores it, and jobs do
    assert verdict_of(listed) == now
    assert verdict_of({**listed, "checks": [], "told": Shared().checks(now)}) == now
    assert verdict_of({**listed, "told": Shared().checks(judged(earlier))}) == now


@given(checks)
def test_what_is_shared_makes_no_difference_to_the_message(found: tuple[Check, ...]):
    shared = Shared()
    first, second = judged(found), judged(found[:1])
    assert verdict(first, "one", shared) == verdict(first, "one")
    assert verdict(second, "two", shared) == verdict(second, "two")


def test_a_standing_but_for_a_change_is_another_one():
    before = Standing("one", "org", revision=1)
    assert before.but(revision=2) == Standing("one", "org", revision=2)
    assert before.revision == 1
