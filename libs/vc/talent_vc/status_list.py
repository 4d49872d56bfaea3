"""Bitstring Status List 1.0: building, reading and asking a list.

https://www.w3.org/TR/vc-bitstring-status-list/
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from talent_vc.document import Document
from talent_vc.errors import StatusError
from talent_vc.instants import timestamp
from talent_vc.jwk import read_base64url
from talent_vc.packing import GZIP, MAX_BYTES, unpack

MIN_ENTRIES = 131_072  # section 6.1: with fewer, a list tells holders apart
MAX_SIZE = 16  # bits of an entry: each value needs a message, so more cannot be meant


def build_status_list(
    *,
    list_id: str,
    issuer: str,
    purpose: str | Sequence[str],
    valid_from: datetime,
    set_bits: Iterable[int] = (),
    values: Mapping[int, int] | None = None,
    size: int = 1,
    valid_until: datetime | None = None,
    ttl: timedelta | None = None,
    entries: int = MIN_ENTRIES,
) -> Document:
    """An unsigned BitstringStatusListCredential; `sign` it. `list_id` is the URL it is served at.

    `purpose` is "revocation", "suspension", "refresh", "message", or several of them. `set_bits`
    are the indexes whose value is 1 (revoked, suspended); `values` gives others, of `size` bits
    each. `ttl` is how long a copy of the list may be used.
    """
    if not 1 <= size <= MAX_SIZE:
        raise StatusError(f"Make entries of 1 to {MAX_SIZE} bits.")
    given = {**dict.fromkeys(set_bits, 1), **(values or {})}
    document: Document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": list_id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": timestamp(valid_from),
        "credentialSubject": {
            "id": f"{list_id}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose if isinstance(purpose, str) else list(purpose),
            "encodedList": _encode(given, size, entries),
        },
    }
    if ttl is not None:
        document["credentialSubject"]["ttl"] = ttl // timedelta(milliseconds=1)
    if valid_until:
        document["validUntil"] = timestamp(valid_until)
    return document


def status_entry(
    *,
    list_url: str,
    index: int,
    purpose: str,
    messages: Sequence[str] = (),
    reference: str = "",
) -> Document:
    """The `credentialStatus` entry that points at entry `index` of a list.

    `messages` says what each value of the entry means, from 0 up; there are 2, 4, 8 … of them, and
    that decides how many bits the entry has. `reference` is a URL where they are explained.
    """
    entry: Document = {
        "id": f"{list_url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }
    if messages:
        size = len(messages).bit_length() - 1
        if len(messages) != 1 << size or not 1 <= size <= MAX_SIZE:
            raise StatusError("Give a message for each value: 2, 4, 8 or another power of 2.")
        entry["statusSize"] = size
        entry["statusMessage"] = [
            {"status": hex(value), "message": message} for value, message in enumerate(messages)
        ]
    if reference:
        entry["statusReference"] = reference
    return entry


class StatusList:
    """A decoded list: `get(index)` is the value of an entry; `len` is the number of bits."""

    def __init__(self, bits: bytes) -> None:
        self._bits = bits
        self._length = len(bits) * 8

    @classmethod
    def decode(
        cls, encoded: str, *, multibase: bool = True, max_bytes: int = MAX_BYTES
    ) -> StatusList:
        """From `encodedList` (multibase "u", GZIP). `StatusError` for anything malformed,
        or more than `max_bytes` when unpacked. A list shorter than `MIN_ENTRIES` is read: the
        minimum guards the holders' privacy, while its bits say what they say.

        Without `multibase` as earlier specifications had it: no "u", and padding is allowed.
        """
        if multibase and not encoded.startswith("u"):
            mend = "Give encodedList in base64url multibase, starting with u."
            raise StatusError(mend, reason="list-encoding")
        try:
            packed = read_base64url(encoded[1:] if multibase else encoded.rstrip("="))
        except ValueError as error:
            mend = "Give an encodedList in base64url."
            raise StatusError(mend, reason="list-encoding") from error
        return cls(unpack(packed, GZIP, max_bytes))

    def __len__(self) -> int:
        return self._length

    def to_bytes(self) -> bytes:
        """The bits, eight in a byte, bit 0 leftmost."""
        return self._bits

    def get(self, index: int, size: int = 1) -> int:
        """The value of entry `index` of a list whose entries have `size` bits. Bit 0 is the
        leftmost (section 3.2). Raises `StatusError` outside the list."""
        end = (index + 1) * size
        if index < 0 or end > self._length:
            mend = f"Give an index from 0 to {self._length // size - 1}."
            raise StatusError(mend, reason="list-range")
        if size == 1:
            return self._bits[index >> 3] >> (7 - (index & 7)) & 1
        around = int.from_bytes(self._bits[index * size >> 3 : (end + 7) >> 3])
        return around >> (-end & 7) & ((1 << size) - 1)


def _encode(values: Mapping[int, int], size: int, entries: int) -> str:
    if entries < MIN_ENTRIES or entries % 8:
        raise StatusError(f"Make a list of at least {MIN_ENTRIES} entries, a multiple of 8.")
    bits = bytearray(entries * size // 8)
    for index, value in values.items():
        if not 0 <= index < entries or not 0 <= value < 1 << size:
            raise StatusError(f"Give an index from 0 to {entries - 1}, a value of {size} bits.")
        for place in range(size):
            bit = index * size + place
            bits[bit >> 3] |= (value >> (size - 1 - place) & 1) << (7 - (bit & 7))
    # Without a time in its header: the same bits give the same bytes.
    packed = zlib.compress(bytes(bits), wbits=GZIP)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
