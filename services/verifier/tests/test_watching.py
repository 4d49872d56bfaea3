"""What an answer of a host means for a watched document, without any edge."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from talent_verifier.model import Patience
from talent_verifier.own_times import OwnTimes, own_times, says_the_same
from talent_verifier.watching import (
    ANY,
    SETTLED_AFTER,
    Watched,
    WatchTerms,
    as_of,
    bucket_keys,
    changed,
    confirmed,
    document_id,
    failed,
    index_keys,
    keys,
)

from .builders import START

MINUTE = timedelta(minutes=1)
TERMS = WatchTerms(
    good=5 * MINUTE,
    shortest=timedelta(seconds=30),
    longest=60 * MINUTE,
    stale=timedelta(days=1),
    patience=Patience(timedelta(seconds=2), timedelta(hours=6)),
)
URL = "https://college.example/list"


def had(times: OwnTimes | None = None, **headers: str) -> Watched:
    """A document that was had at START and stored."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    row = changed(Watched(URL), "1", times or OwnTimes(), None, named, START, TERMS, 0.5)
    return replace(row, writes=1)


def again(row: Watched, digest: str, *indexes: int) -> Watched:
    return changed(row, digest, OwnTimes(), indexes, {}, START + MINUTE, TERMS, 0.5)


@pytest.mark.parametrize(
    ("row", "good"),
    [
        (had(), 5 * MINUTE),
        (had(OwnTimes(ttl=10 * MINUTE)), 10 * MINUTE),
        (had(OwnTimes(ttl=timedelta(days=7))), 60 * MINUTE),
        (had(OwnTimes(ttl=timedelta(seconds=1))), timedelta(seconds=30)),
        (had(OwnTimes(ttl=10 * MINUTE), cache_control="max-age=60"), 10 * MINUTE),
        (had(cache_control="public, max-age=600"), 10 * MINUTE),
        (had(cache_control="no-cache"), timedelta(seconds=30)),
        (had(cache_control="s-max-age=9, max-agent=9"), 5 * MINUTE),
    ],
)
def test_it_is_asked_for_again_before_its_time_is_over(row: Watched, good: timedelta) -> None:
    assert row.ask_at
    assert 0.8 <= (row.ask_at - START) / good <= 0.9
    assert row.usable_until
    assert row.usable_until >= START + good


def test_it_is_asked_for_when_its_validity_ends() -> None:
    row = had(OwnTimes(turns=(START + MINUTE, START + 2 * MINUTE)))
    assert row.ask_at == row.ends_at == START + MINUTE


def test_a_new_document_changes_no_verdict_and_another_content_does() -> None:
    row = had()
    assert (row.effect, row.work) == (1, None)
    same = confirmed(row, {}, START + MINUTE, TERMS, 0.5)
    assert (same.effect, same.work) == (1, None)
    other = again(row, "2", 7, 9)
    assert other.effect == 2
    assert other.work
    assert other.work.indexes == (7, 9)


def test_a_change_before_the_work_on_the_last_one_is_done_is_for_all() -> None:
    other = again(again(had(), "2", 7), "3", 9)
    assert other.work
    assert other.work.indexes is None


def test_an_end_of_its_validity_is_for_all_unless_another_edition_is_there_in_time() -> None:
    end = START + MINUTE
    row = had(OwnTimes(turns=(end,)))
    assert as_of(row, end - MINUTE / 60, TERMS) == row
    over = as_of(row, end, TERMS)
    assert (over.effect, over.turns) == (2, ())
    assert over.work
    assert over.work.indexes is None
    renewed = changed(row, "2", OwnTimes(), (), {}, end, TERMS, 0.5)
    assert renewed.work
    assert renewed.work.indexes == ()


def test_many_ends_close_together_are_taken_together() -> None:
    row = had(OwnTimes(turns=tuple(START + n * MINUTE / 60 for n in range(1, 10))))
    over = as_of(row, START + MINUTE / 60, TERMS)
    assert over.turns == (START + MINUTE / 60 + TERMS.shortest,)


def test_a_change_is_gone_through_again_by_a_pass_that_began_when_all_was_settled() -> None:
    work = again(had(), "2", 7).work
    assert work
    second = work.after_a_pass(work.since + MINUTE / 2)
    assert second == replace(work, look_at=work.since + SETTLED_AFTER)
    assert second.after_a_pass(second.look_at) is None


def test_a_host_that_is_away_is_asked_ever_more_rarely_and_its_copy_serves_for_a_while() -> None:
    row, now, waits = had(), START + 5 * MINUTE, list[float]()
    while row.available:
        row = failed(row, "timeout", now, TERMS, 0.5)
        assert row.ask_at
        waits.append((row.ask_at - now).total_seconds())
        now = row.ask_at
    assert waits[:5] == [2, 4, 8, 16, 32]
    assert START + TERMS.stale <= now
    assert row.effect == 0
    assert row.work
    assert row.work.indexes is None
    back = confirmed(row, {}, now, TERMS, 0.5)
    assert back.effect == row.revision + 1
    assert back.failures == 0


def test_a_new_credential_need_not_wait_for_the_end_of_a_long_back_off() -> None:
    row = Watched(URL)
    for _ in range(12):
        row = failed(row, "timeout", START, TERMS, 0.5)
    assert not row.wants_asking(START + MINUTE / 2)
    assert row.wants_asking(START + MINUTE)


def test_a_verdict_is_found_by_document_and_by_index() -> None:
    one, two = keys("id", {URL: [7, 7]}), keys("id", {URL: []})
    assert len(one) == len(two) == 2
    assert one[0] == two[0]
    document = document_id(URL)
    assert one[0] in bucket_keys(document)
    assert [one[1], two[1]] == index_keys(document, [7, ANY])
    assert len(keys("id", {"https://x.example/" + "x" * 100_000: []})[0]) < 40


@pytest.mark.parametrize(
    ("content", "ttl", "turns"),
    [
        (b'{"credentialSubject": {"ttl": 60000}}', MINUTE, 0),
        (b'{"credentialSubject": {"ttl": "-5"}}', timedelta(0), 0),
        (b'{"credentialSubject": {"ttl": 1e400}}', None, 0),
        (
            b'{"validUntil": "2026-11-23T12:00:00.0005Z", "validFrom": "2026-01-01T00:00:00Z"}',
            None,
            1,
        ),
        (b'{"proof": [{"expires": "2027-01-01T00:00:00Z"}, "x", 7]}', None, 1),
        (b'{"verificationMethod": [{"revoked": "2027-01-01T00:00:00Z"}]}', None, 1),
        # {"exp": 1800000000, "ttl": 43200} between a header and a signature
        (b"eyJh.eyJleHAiOiAxODAwMDAwMDAwLCAidHRsIjogNDMyMDB9.c2ln", timedelta(hours=12), 1),
        (b"eyJh.e.c2ln", None, 0),
        (b"[" * 100_000, None, 0),
        (b"\xff", None, 0),
    ],
)
def test_documents_say_themselves_how_long_they_are_good(
    content: bytes, ttl: timedelta | None, turns: int
) -> None:
    found = own_times(content, START)
    assert found.ttl == ttl
    assert len(found.turns) == turns
    assert all(turn > START and turn.microsecond % 1000 == 0 for turn in found.turns)


def token(header: str, **claims: object) -> bytes:
    parts = [header.encode(), json.dumps(claims).encode(), b"signature"]
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)


def test_a_token_that_was_signed_anew_says_the_same() -> None:
    header = '{"alg":"ES256"}'
    old = token(header, iss="a", iat=1, exp=2, jti="x")
    assert says_the_same(old, token(header, iss="a", iat=3, exp=4))
    assert not says_the_same(old, token(header, iss="b", iat=1, exp=2))
    assert not says_the_same(old, token('{"alg":"none"}', iss="a", iat=1, exp=2))
    assert not says_the_same(old, old.replace(b".", b".!"))
    assert not says_the_same(b'{"a": 1}', b'{"a":1}')
