"""Small values: versions, page tokens, limits, problems, ids."""

import contextlib
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_kit import limits, pages
from talent_kit.errors import TABLE, Problem, Reason
from talent_kit.events import UnknownEvent, event_class
from talent_kit.grpc_errors import status
from talent_kit.ids import ctid, uuid7
from talent_kit.limits import RateLimit
from talent_kit.topics import find_topic, load_topics
from talent_kit.versions import EPOCH_MAX, N_MAX, Version

versions = st.builds(Version, st.integers(0, EPOCH_MAX), st.integers(0, N_MAX))


@given(versions, versions)
def test_packed_versions_keep_their_order(a: Version, b: Version):
    assert (a < b) == (a.packed < b.packed)
    assert a.packed < 2**63
    assert Version.from_packed(a.packed) == a == Version.parse(str(a))


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_the_next_version_is_always_newer(epoch: int, n: int, present: int):
    version = Version(epoch, n)
    assert version.next(present) > version


positions = st.dictionaries(st.text(max_size=20), st.text(max_size=50) | st.integers(), max_size=5)


@given(positions)
def test_a_page_token_gives_back_its_position(position: dict[str, str | int]):
    assert pages.decode(pages.encode(position)) == position


@given(st.text(min_size=1))
def test_a_foreign_page_token_is_refused_or_read_but_never_crashes(token: str):
    with contextlib.suppress(Problem):
        assert isinstance(pages.decode(token), dict)


@pytest.mark.parametrize("value", ["7", "x", 2**63])
def test_a_page_token_with_another_kind_of_place_is_refused(value):
    assert pages.number({"at": 7}, "at", 0) == 7
    assert pages.number({}, "at", -1) == -1
    with pytest.raises(Problem) as refused:
        pages.number({"at": value}, "at", 0)
    assert refused.value.field == "page_token"


def test_a_page_is_never_larger_than_its_maximum():
    assert [pages.page_size(n, 100, 20) for n in (0, 7, 100, 1000)] == [20, 7, 100, 100]
    with pytest.raises(Problem, match="page_size"):
        pages.page_size(-1, 100)


def test_an_organization_has_its_share_of_requests_and_no_more():
    now = [0.0]
    limit = RateLimit(60, lambda: now[0])
    for _ in range(60):
        limit.take("a")
    with pytest.raises(Problem) as refused:
        limit.take("a")
    assert refused.value.arguments == {"seconds": "1"}
    limit.take("b")
    now[0] += 1
    limit.take("a")


def test_many_callers_cost_one_walk_a_second(monkeypatch: pytest.MonkeyPatch):
    now, walks = [0.0], []
    limit = RateLimit(60, lambda: now[0])
    monkeypatch.setattr(limits, "MANY", 10)
    forget = limit._forget_idle
    monkeypatch.setattr(limit, "_forget_idle", lambda at: (walks.append(at), forget(at)))
    for n in range(100):
        limit.take(f"caller-{n}")
    assert walks == [0.0]
    now[0] = 60.0
    limit.take("last")
    assert list(limit._buckets) == ["last"]


def test_every_reason_has_a_row_and_a_sentence():
    assert set(TABLE) == set(Reason)
    problem = Problem(Reason.INVALID_FIELD, field="job.pay", mend="use a number above zero")
    assert problem.sentence() == "Check job.pay: use a number above zero."
    found = status(problem, problem.sentence())
    assert len(found.details) == 2


def test_ids_are_uuids_of_version_seven_in_order_of_time():
    ids = [uuid7() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert all(uuid.UUID(one).version == 7 for one in ids)
    assert [one[:13] for one in ids] == sorted(one[:13] for one in ids)
    assert ctid(ids[0]) == f"ce-{ids[0]}"


def test_events_are_found_by_their_short_name():
    assert event_class("JobPosted").DESCRIPTOR.full_name == "talent.events.v1.JobPosted"
    with pytest.raises(UnknownEvent):
        event_class("EventHeader")


def test_every_topic_is_declared_with_its_partitioning():
    assert find_topic("talent.matches.v1.org-7").partitioned_by_first
    assert find_topic("talent.matches.v1").cleanup == "compact"
    assert not find_topic("talent.profiles.v1").partitioned_by_first
    assert len(load_topics()) == 12
