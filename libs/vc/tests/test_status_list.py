"""Status lists: what is put in comes out, and nothing unpacks without a limit."""

import base64
import contextlib
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import StatusError, StatusList, build_status_list

from .builders import NOW


def encoded(set_bits: set[int], entries: int = 131_072) -> str:
    document = build_status_list(
        list_id="https://x.example/1",
        issuer="did:example:x",
        purpose="revocation",
        set_bits=set_bits,
        valid_from=NOW,
        entries=entries,
    )
    return document["credentialSubject"]["encodedList"]


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, 131_071), max_size=50))
def test_bits_survive_encoding(bits: set[int]) -> None:
    decoded = StatusList.decode(encoded(bits))
    assert len(decoded) == 131_072
    assert all(decoded.get(index) for index in bits)
    assert not any(decoded.get(index) for index in range(0, 131_072, 997) if index not in bits)


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
        pack(gzip.compress(bytes(16_384))[:-4]),
        pack(gzip.compress(bytes(16_384)) + b"more"),
        pack(gzip.compress(bytes(100_000_000))),
    ],
)
def test_a_malformed_or_exploding_list_is_an_error(text: str) -> None:
    with pytest.raises(StatusError):
        StatusList.decode(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60).map(pack))
def test_any_text_gives_a_list_or_a_typed_error(text: str) -> None:
    with contextlib.suppress(StatusError):
        StatusList.decode(text)
