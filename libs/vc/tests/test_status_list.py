"""Status lists: what is put in comes out, and nothing unpacks without a limit."""

import base64
import contextlib
import gzip
import tracemalloc
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import Document, StatusError, StatusList, build_status_list, status_entry

from .builders import NOW


def build(**changes: Any) -> Document:
    arguments: dict[str, Any] = {
        "list_id": "https://x.example/1",
        "issuer": "did:example:x",
        "purpose": "revocation",
        "valid_from": NOW,
    }
    return build_status_list(**{**arguments, **changes})


def encoded(set_bits: set[int], entries: int = 131_072, **changes: Any) -> str:
    document = build(set_bits=set_bits, entries=entries, **changes)
    return document["credentialSubject"]["encodedList"]


@settings(max_examples=40)
@given(st.sets(st.integers(0, 131_071), max_size=50))
def test_bits_survive_encoding(bits: set[int]) -> None:
    decoded = StatusList.decode(encoded(bits))
    assert len(decoded) == 131_072
    assert all(decoded.get(index) for index in bits)
    assert not any(decoded.get(index) for index in range(0, 131_072, 997) if index not in bits)


@settings(max_examples=60)
@given(st.data(), st.integers(1, 16))
def test_values_of_any_size_survive_encoding(data: st.DataObject, size: int) -> None:
    indexes, numbers = st.integers(0, 131_071), st.integers(0, (1 << size) - 1)
    values = data.draw(st.dictionaries(indexes, numbers, max_size=30))
    decoded = StatusList.decode(encoded(set(), values=values, size=size))
    assert len(decoded) == 131_072 * size
    assert all(decoded.get(index, size) == value for index, value in values.items())
    others = [index for index in range(0, 131_072, 997) if index not in values]
    assert not any(decoded.get(index, size) for index in others)


@settings(max_examples=100)
@given(st.binary(min_size=1, max_size=40), st.integers(1, 16))
def test_values_stand_side_by_side_from_the_left(bits: bytes, size: int) -> None:
    """Section 3.2: the value at the position of the index times the size."""
    written = "".join(f"{byte:08b}" for byte in bits)
    whole = [written[at : at + size] for at in range(0, len(written), size)]
    read = [StatusList(bits).get(index, size) for index in range(len(written) // size)]
    assert read == [int(part, 2) for part in whole if len(part) == size]
    with pytest.raises(StatusError):
        StatusList(bits).get(len(written) // size, size)


def test_an_empty_list_is_encoded_as_the_specification_prints_it() -> None:
    """Bitstring Status List 1.0, the examples of section 2.2 and appendix B.2."""
    printed = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert encoded(set()) == printed
    assert StatusList.decode(printed).to_bytes() == bytes(16_384)


def test_a_list_without_multibase_is_read_where_an_earlier_specification_allows_it() -> None:
    plain = encoded({3})[1:]
    for text in (plain, plain + "=" * (-len(plain) % 4)):
        assert StatusList.decode(text, multibase=False).get(3) == 1
        with pytest.raises(StatusError):
            StatusList.decode(text)


def test_a_list_states_what_it_is_for_and_how_long_a_copy_is_good() -> None:
    subject = build(purpose=["revocation", "message"], ttl=timedelta(minutes=5))
    assert subject["credentialSubject"]["statusPurpose"] == ["revocation", "message"]
    assert subject["credentialSubject"]["ttl"] == 300_000


def test_messages_decide_how_many_bits_an_entry_has() -> None:
    entry = status_entry(
        list_url="https://x.example/1",
        index=5,
        purpose="message",
        messages=["pending", "accepted", "rejected", "appealed"],
        reference="https://x.example/words",
    )
    assert entry["statusSize"] == 2
    assert entry["statusMessage"][3] == {"status": "0x3", "message": "appealed"}
    assert entry["statusReference"] == "https://x.example/words"
    for wrong in (["one"], ["one", "two", "three"]):
        with pytest.raises(StatusError):
            status_entry(list_url="https://x.example", index=5, purpose="message", messages=wrong)


@pytest.mark.parametrize(
    "changes", [{"size": 0}, {"size": 17}, {"values": {1: 2}}, {"values": {1: -1}}]
)
def test_what_does_not_fit_is_not_made(changes: dict[str, Any]) -> None:
    with pytest.raises(StatusError):
        build(**changes)


def test_the_first_bit_is_the_leftmost() -> None:
    packed = base64.urlsafe_b64decode(encoded({0})[1:] + "==")
    assert gzip.decompress(packed)[0] == 0x80


@pytest.mark.parametrize("index", [-1, 131_072])
def test_an_index_outside_is_an_error(index: int) -> None:
    with pytest.raises(StatusError):
        StatusList.decode(encoded(set())).get(index)
    with pytest.raises(StatusError):
        encoded({index})


def test_a_short_list_is_not_made() -> None:
    with pytest.raises(StatusError):
        encoded(set(), entries=1024)


def pack(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        "zabc",
        "u!!!",
        pack(b"no gzip"),
        pack(gzip.compress(bytes(16_384), mtime=0)[:-4]),
        pack(gzip.compress(bytes(16_384), mtime=0) + b"more"),
        pack(gzip.compress(bytes(100_000_000), mtime=0)),
        encoded(set()) + "=",
        encoded(set()) + "\n",
    ],
)
def test_a_malformed_or_exploding_list_is_an_error(text: str) -> None:
    with pytest.raises(StatusError):
        StatusList.decode(text)


def test_a_list_that_would_fill_the_memory_is_never_unpacked() -> None:
    bomb = pack(gzip.compress(bytes(1_000_000_000), compresslevel=1))
    tracemalloc.start()
    try:
        with pytest.raises(StatusError) as error:
            StatusList.decode(bomb)
        assert error.value.reason == "list-too-large"
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


@settings(max_examples=200)
@given(st.text(max_size=60) | st.binary(max_size=60).map(pack))
def test_any_text_gives_a_list_or_a_typed_error(text: str) -> None:
    with contextlib.suppress(StatusError):
        StatusList.decode(text)
