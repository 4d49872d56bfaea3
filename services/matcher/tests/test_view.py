"""The view alone: what is present, what is remembered, and for how long."""

import asyncio
from datetime import UTC, datetime

import pytest
from talent_kit.clock import ManualClock
from talent_kit.errors import Problem
from talent_kit.events import header, outgoing, received, tombstone
from talent_kit.versions import Version
from talent_matcher.cursors import Cursor, read_cursor
from talent_matcher.pseudonyms import Pseudonyms
from talent_matcher.view import View
from talent_proto.events.v1 import common_pb2, matches_pb2

TOPIC = "talent.matches.v1"
CLOCK = ManualClock(datetime(2026, 11, 23, 19, tzinfo=UTC))
PSEUDONYMS = Pseudonyms(b"k" * 32)


def view(**changed):
    return View(PSEUDONYMS, **{"log_size": 100, "withdrawn_kept": 100, "cap": 500, **changed})


def found(n, holder="h1", epoch=1, offset=0, score=500):
    version = Version(epoch, n)
    match = matches_pb2.Match(job_id="j", holder_id=holder, employer_org_id="o", score=score)
    head = header(version=version, actor=common_pb2.Actor(id="test"), clock=CLOCK)
    event = matches_pb2.MatchFound(header=head, match=match)
    return received(outgoing(TOPIC, f"j/{holder}", event), offset=offset)


def gone(n, holder="h1", epoch=1, offset=0):
    item = tombstone(TOPIC, f"j/{holder}", "MatchWithdrawn", Version(epoch, n))
    return received(item, offset=offset)


async def test_repeats_and_late_resends_are_ignored_also_after_a_withdrawal():
    made = view()
    await made.apply([found(1), gone(2, offset=1), found(1, offset=2)])
    assert made.of_job("j") == []
    await made.apply([found(3, epoch=2, offset=3, score=9), found(9, offset=4, score=1)])
    assert [one.match.score for one in made.of_job("j")] == [9]
    assert made.end == 3


async def test_the_log_is_bounded_and_says_what_it_forgot():
    made = view(log_size=2)
    await made.apply([found(n, f"h{n}", offset=n) for n in range(1, 6)])
    assert made.forgot({0: 3})
    assert not made.forgot({0: 4})
    assert made.changes(0, 10) is None
    changes, after = made.changes(made.oldest, 10)
    assert [one.offset for one in changes] == [4, 5]
    assert after == made.end
    assert made.position() == {0: 6}


async def test_a_reader_waits_for_a_change_and_no_longer():
    made = view()
    waiting = asyncio.create_task(made.catch_up({0: 1}, 10))
    await asyncio.sleep(0)
    await made.apply([found(1)])
    assert await waiting
    assert not await made.catch_up({0: 2}, 0.01)


async def test_a_candidate_is_found_by_pseudonym_and_only_for_the_job():
    made = view()
    await made.apply([found(1)])
    name = PSEUDONYMS.candidate("h1", "o")
    assert made.candidate("j", name).match.holder_id == "h1"
    assert made.candidate("other", name) is None
    assert PSEUDONYMS.candidate("h1", "another") != name


def test_a_cursor_comes_back_as_it_went_and_grows_old():
    now = datetime(2026, 11, 23, 19, tzinfo=UTC)
    cursor = Cursor("life-1", now, {0: 5, 3: 9})
    assert read_cursor(cursor.text(), epoch="life-1", now=now, days=7) == cursor
    with pytest.raises(Problem):
        read_cursor(cursor.text(), epoch="life-2", now=now, days=7)
    with pytest.raises(Problem):
        read_cursor(cursor.text(), epoch="life-1", now=now.replace(month=12, day=1), days=7)


def since(made, start):
    """(holder, found, visible) of each change."""
    changes, _ = made.changes(start, 100)
    return [
        (one.holder_id, one.found, made.visible("j", one.holder_id) is not None) for one in changes
    ]


async def test_the_cap_cuts_by_rank_and_what_drops_out_is_a_change():
    made = view(cap=2)
    await made.apply([found(n, f"h{n}", offset=n, score=n) for n in (1, 2)])
    start = made.end
    await made.apply([found(3, "h3", offset=3, score=3)])
    assert since(made, start) == [("h1", False, False), ("h3", True, True)]
    assert [one.match.holder_id for one in made.of_job("j")] == ["h3", "h2"]
    assert made.count("j") == 2
    assert made.candidate("j", PSEUDONYMS.candidate("h1", "o")) is None
    start = made.end
    await made.apply([gone(4, "h2", offset=4)])
    assert since(made, start) == [("h1", True, True), ("h2", False, False)]
    start = made.end
    made.set_cap("j", 1)
    assert since(made, start) == [("h1", False, False)]
    assert made.count("j") == 1


async def test_an_ignored_repeat_leaves_nothing_behind():
    made = view()
    await made.apply([gone(2), found(1, offset=1)])
    assert made.count("j") == 0
    assert not made._jobs
