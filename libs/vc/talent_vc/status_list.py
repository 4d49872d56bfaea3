"""Bitstring Status List 1.0: building, reading and asking a list."""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Iterable
from datetime import datetime

from talent_vc.document import Document
from talent_vc.errors import StatusError
from talent_vc.instants import timestamp

MIN_ENTRIES = 131_072  # section 6.1: with fewer, a list tells holders apart
MAX_BYTES = 16_000_000


def build_status_list(
    *,
    list_id: str,
    issuer: str,
    purpose: str,
    set_bits: Iterable[int],
    valid_from: datetime,
    valid_until: datetime | None = None,
    entries: int = MIN_ENTRIES,
) -> Document:
    """An unsigned BitstringStatusListCredential; `sign` it. `list_id` is the URL it is served at.

    `set_bits` are the indexes whose bit is 1 (revoked, suspended). `purpose` is "revocation" or
    "suspension".
    """
    document: Document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": list_id,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": timestamp(valid_from),
        "credentialSubject": {
            "id": f"{list_id}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": _encode(set_bits, entries),
        },
    }
    if valid_until:
        document["validUntil"] = timestamp(valid_until)
    return document


def status_entry(*, list_url: str, index: int, purpose: str) -> Document:
    """The `credentialStatus` entry that points at bit `index` of a list."""
    return {
        "id": f"{list_url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_url,
    }


class StatusList:
    """A decoded list: `get(index)` is the bit; `len` is the number of entries."""

    def __init__(self, bits: bytes) -> None:
        self._bits = bits

    @classmethod
    def decode(cls, encoded: str, *, max_bytes: int = MAX_BYTES) -> StatusList:
        """From `encodedList` (multibase "u", GZIP). `StatusError` for anything malformed,
        or more than `max_bytes` when unpacked. A list shorter than `MIN_ENTRIES` is read: the
        minimum guards the holders' privacy, while its bits say what they say."""
        if not encoded.startswith("u"):
            raise StatusError("Give encodedList in base64url multibase, starting with u.")
        try:
            packed = base64.b64decode(
                encoded[1:] + "=" * (-len(encoded[1:]) % 4), altchars=b"-_", validate=True
            )
            unpacker = zlib.decompressobj(wbits=31)
            bits = unpacker.decompress(packed, max_bytes + 1)
        except (binascii.Error, ValueError, zlib.error) as error:
            raise StatusError("Give an encodedList that is GZIP in base64url.") from error
        if len(bits) > max_bytes:
            raise StatusError(f"Give a list of at most {max_bytes} bytes when unpacked.")
        if not unpacker.eof or unpacker.unused_data:
            raise StatusError("Give an encodedList that is one whole GZIP stream.")
        return cls(bits)

    def __len__(self) -> int:
        return len(self._bits) * 8

    def get(self, index: int) -> bool:
        """Bit 0 is the leftmost (section 3.2). Raises `StatusError` outside the list."""
        if not 0 <= index < len(self):
            raise StatusError(f"Give an index from 0 to {len(self) - 1}.")
        return bool(self._bits[index >> 3] & (0x80 >> (index & 7)))


def _encode(set_bits: Iterable[int], entries: int) -> str:
    if entries < MIN_ENTRIES or entries % 8:
        raise StatusError(f"Make a list of at least {MIN_ENTRIES} entries, a multiple of 8.")
    bits = bytearray(entries // 8)
    for index in set_bits:
        if not 0 <= index < entries:
            raise StatusError(f"Give an index from 0 to {entries - 1}.")
        bits[index >> 3] |= 0x80 >> (index & 7)
    # mtime 0: the same bits give the same bytes.
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
