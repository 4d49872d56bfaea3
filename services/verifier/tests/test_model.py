"""What facts add up to, without any edge."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from talent_kit.versions import Version
from talent_vc import Check, Outcome, Overall
from talent_verifier.model import (
    Announcement,
    Issuer,
    Patience,
    Published,
    Standing,
    StatusChanged,
    Verdict,
    announcement,
    judged,
    learn,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
NOBODY = Standing("credential", "org")
PATIENCE = Patience(timedelta(seconds=2), timedelta(hours=6))


def published(n: int) -> Published:
    return Published("credential", "org", Version(1, n), b"{}", "digest", "")


def changed(n: int, list_version: int) -> StatusChanged:
    return StatusChanged("credential", "org", Version(1, n), {"list": list_version}, "")


def verdict(outcome: Overall = Overall.VALID) -> Verdict:
    checks = (Check("proof.signature", Outcome.PASSED),)
    return Verdict("digest", outcome, checks, Issuer("did:key:z6Mk"), NOW)


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_facts_add_up_to_the_same_in_either_order(order: list[int]) -> None:
    facts = [published(1), changed(2, 5)]
    standing = learn(NOBODY, [facts[i] for i in order])
    assert (standing.published, standing.status) == (Version(1, 1), Version(1, 2))
    assert standing.list_versions == {"list": 5}


def test_repeats_and_older_facts_change_nothing() -> None:
    standing = learn(NOBODY, [published(3), changed(4, 5)])
    assert learn(standing, [published(3), published(2), changed(4, 9), changed(3, 9)]) is standing


def test_a_list_version_never_goes_back() -> None:
    assert learn(NOBODY, [changed(2, 5), changed(3, 4)]).list_versions == {"list": 5}


def test_the_first_verdict_is_verified_or_rejected_and_later_ones_changes() -> None:
    assert announcement(None, verdict()) is Announcement.VERIFIED
    assert announcement(None, verdict(Overall.EXPIRED)) is Announcement.REJECTED
    assert announcement(verdict(), verdict(Overall.REVOKED)) is Announcement.CHANGED


def test_looking_again_and_seeing_the_same_is_no_news() -> None:
    later = replace(verdict(), verified_at=NOW + timedelta(days=1))
    assert announcement(verdict(), later) is None


def test_what_was_unreachable_is_tried_at_growing_intervals() -> None:
    standing = NOBODY
    waits: list[float] = []
    for _ in range(16):
        standing = judged(
            standing,
            verdict(Overall.UNDETERMINED),
            unreachable=True,
            watched=(),
            patience=PATIENCE,
        )
        assert standing.look_again_at
        waits.append((standing.look_again_at - NOW).total_seconds())
    assert waits[:4] == [2, 4, 8, 16]
    assert waits[-1] == timedelta(hours=6).total_seconds()


def test_what_is_final_depends_on_no_document_any_more() -> None:
    for outcome in Overall:
        standing = judged(
            NOBODY, verdict(outcome), unreachable=False, watched=("list",), patience=PATIENCE
        )
        final = outcome in (Overall.REVOKED, Overall.EXPIRED, Overall.UNPARSEABLE)
        assert standing.watched == (() if final else ("list",))
        assert standing.look_again_at is None
