"""Token Status List: bytes as the specification prints them, and typed errors for all else."""

import base64
import contextlib
import json
import re
import zlib
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import StatusError, TokenStatusList, build_token_status_list

from . import specifications
from .builders import NOW

DRAFT = "oauth-wg+draft-ietf-oauth-status-list"
ONE_BIT = dict.fromkeys((0, 3, 4, 5, 7, 8, 9, 13, 15), 1)
TWO_BITS = {0: 1, 1: 2, 3: 3, 5: 1, 7: 1, 8: 1, 9: 2, 10: 3, 11: 3}


def claim(values: dict[int, int], size: int, entries: int) -> dict[str, Any]:
    url = "https://example.com/statuslists/1"
    claims = build_token_status_list(
        list_url=url, values=values, size=size, entries=entries, issued=NOW
    )
    return claims["status_list"]


@pytest.mark.parametrize(
    ("values", "size", "entries", "content", "printed"),
    [
        (ONE_BIT, 1, 16, b"\xb9\xa3", "eNrbuRgAAhcBXQ"),
        (TWO_BITS, 2, 12, b"\xc9\x44\xf9", "eNo76fITAAPfAgc"),
    ],
)
def test_the_printed_examples_come_out_byte_for_byte(
    values: dict[int, int], size: int, entries: int, content: bytes, printed: str
) -> None:
    """Sections 4.1 and 4.2."""
    assert claim(values, size, entries) == {"bits": size, "lst": printed}
    decoded = TokenStatusList.decode({"bits": size, "lst": printed})
    assert decoded.to_bytes() == content
    assert len(decoded) == entries
    assert [decoded.get(index) for index in range(entries)] == [
        values.get(index, 0) for index in range(entries)
    ]


@specifications.needs(DRAFT)
@pytest.mark.parametrize(
    ("size", "file"),
    [
        (1, "status_list_encoding1_long_json"),
        (2, "status_list_encoding2_long_json"),
        (4, "status_list_encoding4_json"),
        (8, "status_list_encoding8_json"),
    ],
)
def test_the_long_test_vectors_come_out_byte_for_byte(size: int, file: str) -> None:
    """Appendix "Test vectors for Status List encoding": 2^20 entries each."""
    printed = json.loads(re.sub(r"\n\s*", "", specifications.printed(DRAFT, f"examples/{file}.md")))
    text = specifications.printed(DRAFT, "draft-ietf-oauth-status-list.md").split(
        "# Test vectors for Status List"
    )[1]
    section = text.split(f"## {size}-bit")[1].split("JSON encoding")[0]
    stated = re.findall(r"status\[(\d+)\]\s*=\s*0b(\d+)", section)
    values = {int(index): int(value, 2) for index, value in stated}
    assert claim(values, size, 2**20) == printed
    decoded = TokenStatusList.decode(printed)
    assert {index: decoded.get(index) for index in values} == values


@settings(max_examples=100)
@given(st.data(), st.sampled_from([1, 2, 4, 8]), st.integers(1, 5000))
def test_values_survive_encoding(data: st.DataObject, size: int, entries: int) -> None:
    indexes, numbers = st.integers(0, entries - 1), st.integers(0, (1 << size) - 1)
    values = data.draw(st.dictionaries(indexes, numbers, max_size=30))
    decoded = TokenStatusList.decode(claim(values, size, entries))
    assert all(decoded.get(index) == values.get(index, 0) for index in range(entries))
    for outside in (-1, len(decoded), 10**9):
        with pytest.raises(StatusError) as error:
            decoded.get(outside)
        assert error.value.reason == "list-range"


def pack(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


GOOD = zlib.compress(b"\xb9\xa3")


@pytest.mark.parametrize(
    "status_list",
    [
        None,
        [],
        {},
        {"bits": 1},
        {"lst": pack(GOOD)},
        {"bits": 3, "lst": pack(GOOD)},
        {"bits": True, "lst": pack(GOOD)},
        {"bits": "1", "lst": pack(GOOD)},
        {"bits": 1, "lst": pack(GOOD) + "="},
        {"bits": 1, "lst": "not base64"},
        {"bits": 1, "lst": pack(GOOD[:-1])},
        {"bits": 1, "lst": pack(GOOD + b"more")},
        {"bits": 1, "lst": pack(b"plain")},
        {"bits": 1, "lst": pack(zlib.compress(bytes(100_000_000)))},
    ],
)
def test_a_malformed_or_exploding_list_is_an_error(status_list: object) -> None:
    with pytest.raises(StatusError):
        TokenStatusList.decode(status_list)


@settings(max_examples=200)
@given(st.text(max_size=60) | st.binary(max_size=60).map(pack), st.sampled_from([1, 2, 4, 8]))
def test_any_text_gives_a_list_or_a_typed_error(text: str, size: int) -> None:
    with contextlib.suppress(StatusError):
        TokenStatusList.decode({"bits": size, "lst": text})


def test_the_claims_say_who_what_and_how_long() -> None:
    claims = build_token_status_list(
        list_url="https://example.com/statuslists/1",
        values={},
        entries=8,
        issued=NOW,
        expires=NOW + timedelta(days=1),
        ttl=timedelta(hours=12),
        issuer="https://example.com",
    )
    seconds = int(NOW.timestamp())
    assert claims["sub"] == "https://example.com/statuslists/1"
    assert claims["iss"] == "https://example.com"
    assert (claims["iat"], claims["exp"], claims["ttl"]) == (seconds, seconds + 86_400, 43_200)


@pytest.mark.parametrize(("values", "size"), [({0: 2}, 1), ({8: 1}, 1), ({-1: 1}, 1), ({}, 3)])
def test_what_does_not_fit_is_not_made(values: dict[int, int], size: int) -> None:
    with pytest.raises(StatusError):
        claim(values, size, 8)
