"""Bitstring Status List 1.0: building, reading and asking a list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from talent_vc.document import Document

MIN_ENTRIES = 131_072  # section 6.1: fewer would let a list tell holders apart


def build_status_list(
    *,
    list_id: str,
    issuer: str,
    purpose: str,
    set_bits: Collection[int],
    valid_from: datetime,
    valid_until: datetime | None = None,
    entries: int = MIN_ENTRIES,
) -> Document:
    """An unsigned BitstringStatusListCredential; `sign` it. `list_id` is the URL it is served at.

    `set_bits` are the indexes whose bit is 1 (revoked, suspended). `purpose` is "revocation" or
    "suspension".
    """
    raise NotImplementedError


def status_entry(*, list_url: str, index: int, purpose: str) -> Document:
    """The `credentialStatus` entry that points at bit `index` of a list."""
    raise NotImplementedError


class StatusList:
    """A decoded list: `get(index)` is the bit; `len` is the number of entries."""

    @classmethod
    def decode(cls, encoded: str, *, max_bytes: int = 16_000_000) -> StatusList:
        """From `encodedList` (multibase "u", GZIP). `StatusError` for anything malformed,
        fewer than 131,072 entries, or more than `max_bytes` when unpacked."""
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def get(self, index: int) -> bool:
        """Raises `StatusError` outside the list."""
        raise NotImplementedError
