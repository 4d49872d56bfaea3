"""Unpacking what a stranger compressed, up to a limit."""

from __future__ import annotations

import zlib

from talent_vc.errors import StatusError

MAX_BYTES = 16_000_000
GZIP = 31  # RFC 1952, as zlib's `wbits` names it
ZLIB = 15  # RFC 1950


def unpack(packed: bytes, form: int, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes within one whole stream; `StatusError` for anything else, or for more than
    `max_bytes` of them. No more than that is ever unpacked."""
    try:
        unpacker = zlib.decompressobj(wbits=form)
        data = unpacker.decompress(packed, max_bytes + 1)
    except zlib.error as error:
        mend = "Give a list that is compressed as its specification says."
        raise StatusError(mend, reason="list-encoding") from error
    if len(data) > max_bytes:
        mend = f"Give a list of at most {max_bytes} bytes when unpacked."
        raise StatusError(mend, reason="list-too-large")
    if not unpacker.eof or unpacker.unused_data:
        mend = "Give a list that is one whole compressed stream."
        raise StatusError(mend, reason="list-encoding")
    return data
