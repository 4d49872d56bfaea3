"""What differs between two editions of a list, so that only that is looked at again."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import Document, build_status_list, changed_indexes

from .builders import KEY, NOW

indexes = st.sets(st.integers(0, 131_071), max_size=40)


def edition(**changes: Any) -> bytes:
    arguments: dict[str, Any] = {
        "list_id": "https://x.example/1",
        "issuer": KEY.did_key,
        "purpose": "revocation",
        "valid_from": NOW,
    }
    return json.dumps(build_status_list(**{**arguments, **changes})).encode()


@settings(max_examples=60)
@given(indexes, indexes)
def test_exactly_the_bits_that_differ_are_named(before: set[int], after: set[int]) -> None:
    later = NOW + timedelta(days=1)
    new = edition(set_bits=after, valid_from=later, ttl=timedelta(minutes=1))
    assert changed_indexes(edition(set_bits=before), new) == tuple(sorted(before ^ after))


def test_of_an_entry_of_several_bits_its_bits_are_named() -> None:
    old, new = (edition(size=2, values={1000: value}) for value in (1, 2))
    assert changed_indexes(old, new) == (2000, 2001)


def test_too_many_changes_are_not_listed() -> None:
    old, new = edition(), edition(set_bits=range(100))
    assert changed_indexes(old, new, most=100) == tuple(range(100))
    assert changed_indexes(old, new, most=99) is None


def changed(**changes: Any) -> bytes:
    document: Document = json.loads(edition())
    return json.dumps({**document, **changes}).encode()


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"{}",
        b"<html></html>",
        edition(entries=262_144),
        edition(purpose="suspension"),
        edition(issuer="did:example:another"),
        changed(type=["VerifiableCredential"]),
        changed(name="something new"),
    ],
)
def test_where_more_than_bits_and_times_differ_all_may_have_changed(other: bytes) -> None:
    assert changed_indexes(edition(), other) is None
    assert changed_indexes(other, edition()) is None


def test_a_list_of_names_is_the_same_or_not() -> None:
    def names(*ids: str, **changes: Any) -> bytes:
        return json.dumps({"revokedCredential": [{"id": i} for i in ids], **changes}).encode()

    assert changed_indexes(names("a", "b"), names("b", "a", updated="today")) == ()
    assert changed_indexes(names("a"), names("a", "b")) is None
    assert changed_indexes(names("a"), names("a", issuer="did:example:x")) is None
