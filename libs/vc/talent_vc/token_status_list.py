"""Token Status List: the list in the claims of a token, and the claim that names an entry of it.

draft-ietf-oauth-status-list, sections 4 and 5. Values stand in a byte from its lowest bit up, the
other way round than in a Bitstring Status List.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from talent_vc.document import Document
from talent_vc.errors import StatusError
from talent_vc.jwk import read_base64url
from talent_vc.packing import MAX_BYTES, ZLIB, unpack

SIZES = (1, 2, 4, 8)
VALID, INVALID, SUSPENDED = 0, 1, 2  # section 7.1: what values mean; others are an application's


class TokenStatusList:
    """A decoded list: `get(index)` is the value of an entry of `size` bits."""

    def __init__(self, content: bytes, size: int) -> None:
        self._content = content
        self.size = size

    @classmethod
    def decode(cls, status_list: object, *, max_bytes: int = MAX_BYTES) -> TokenStatusList:
        """From the claim `status_list`; `StatusError` for anything malformed or too large."""
        fields = cast("Document", status_list) if isinstance(status_list, dict) else {}
        size: Any = fields.get("bits")
        if type(size) is not int or size not in SIZES:
            raise StatusError("Give bits as 1, 2, 4 or 8.", field="/status_list/bits")
        try:
            packed = read_base64url(fields.get("lst"))
        except ValueError as error:
            mend = "Give lst in base64url without padding."
            raise StatusError(mend, field="/status_list/lst", reason="list-encoding") from error
        return cls(unpack(packed, ZLIB, max_bytes), size)

    def __len__(self) -> int:
        return len(self._content) * 8 // self.size

    def to_bytes(self) -> bytes:
        return self._content

    def get(self, index: int) -> int:
        """Raises `StatusError` outside the list."""
        first = index * self.size
        if index < 0 or first >> 3 >= len(self._content):
            raise StatusError(f"Give an index from 0 to {len(self) - 1}.", reason="list-range")
        return self._content[first >> 3] >> (first & 7) & ((1 << self.size) - 1)


def build_token_status_list(
    *,
    list_url: str,
    values: Mapping[int, int],
    entries: int,
    size: int = 1,
    issued: datetime,
    expires: datetime | None = None,
    ttl: timedelta | None = None,
    issuer: str = "",
) -> Document:
    """The claims of a Status List Token; sign them with the type `statuslist+jwt`.

    `values`: index -> 1 for revoked, 2 for suspended (which takes a `size` of 2 bits).
    """
    claims: Document = {
        "sub": list_url,
        "iat": int(issued.timestamp()),
        "status_list": {"bits": size, "lst": _encode(values, size, entries)},
    }
    if issuer:
        claims["iss"] = issuer
    if expires is not None:
        claims["exp"] = int(expires.timestamp())
    if ttl is not None:
        claims["ttl"] = int(ttl.total_seconds())
    return claims


def _encode(values: Mapping[int, int], size: int, entries: int) -> str:
    if size not in SIZES:
        raise StatusError("Make entries of 1, 2, 4 or 8 bits.")
    content = bytearray((entries * size + 7) // 8)
    for index, value in values.items():
        if not 0 <= index < entries or not 0 <= value < 1 << size:
            raise StatusError(f"Give an index from 0 to {entries - 1}, a value of {size} bits.")
        content[index * size >> 3] |= value << (index * size & 7)
    packed = zlib.compress(bytes(content), level=9)
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
