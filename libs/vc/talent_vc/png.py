"""Credentials in the text chunks of PNG pictures.

Open Badges 3.0, section 5.3.1, and the Open Badges 2.0 baking specification: an iTXt chunk whose
keyword says what is in it. The pixels are never looked at here.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from talent_vc.document import MAX_BYTES
from talent_vc.errors import ParseError, TooLargeError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
OPEN_BADGES_3 = "openbadgecredential"
OPEN_BADGES_2 = "openbadges"
KEYWORDS = (OPEN_BADGES_3, OPEN_BADGES_2, "clrcredential")
MAX_CHUNKS = 5_000
_TEXT_KINDS = (b"iTXt", b"tEXt", b"zTXt")


def find_texts(data: bytes) -> list[bytes]:
    """Every credential in the picture, as it was put in. `ParseError` for a damaged picture."""
    return [_text(kind, content) for kind, content in _chunks(data) if _holds_one(kind, content)]


def put_text(data: bytes, keyword: str, payload: bytes) -> bytes:
    """The picture with the payload in an iTXt chunk."""
    header, *rest = _chunks(data)
    # Not compressed (flag and method 0), no language, no translated keyword.
    text = (b"iTXt", keyword.encode() + b"\0\0\0\0\0" + payload)
    return SIGNATURE + b"".join(_written(*chunk) for chunk in (header, text, *rest))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk up to IEND (PNG, sections 5.2 and 5.3)."""
    position = len(SIGNATURE)
    for count in range(MAX_CHUNKS):
        head = data[position : position + 8]
        if len(head) < 8:
            raise _damaged()
        length, kind = struct.unpack(">I4s", head)
        end = position + 8 + length
        content, check = data[position + 8 : end], data[end : end + 4]
        if len(check) < 4 or zlib.crc32(content, zlib.crc32(kind)) != int.from_bytes(check):
            raise _damaged()
        if (kind == b"IHDR") != (count == 0):
            raise _damaged()
        yield kind, content
        if kind == b"IEND":
            return
        position = end + 4
    raise TooLargeError(f"Send a picture with at most {MAX_CHUNKS} parts.")


def _written(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I4s", len(content), kind) + content + check.to_bytes(4)


def _holds_one(kind: bytes, content: bytes) -> bool:
    keyword = content.partition(b"\0")[0]
    return kind in _TEXT_KINDS and keyword.decode("latin-1") in KEYWORDS


def _text(kind: bytes, content: bytes) -> bytes:
    rest = content.partition(b"\0")[2]
    if kind == b"tEXt":  # what the first badges had, with an address in it
        return rest
    if kind == b"zTXt":
        return _unpacked(rest[1:])
    fields = rest[2:].split(b"\0", 2)  # after the flag and the method: two texts, then this one
    if len(fields) < 3 or rest[0] > 1:
        raise _damaged()
    return _unpacked(fields[2]) if rest[0] else fields[2]


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, MAX_BYTES + 1)
    except zlib.error:
        raise _damaged() from None
    if len(text) > MAX_BYTES:
        raise TooLargeError(f"Send a credential of at most {MAX_BYTES} bytes.")
    if not unpacker.eof:
        raise _damaged()
    return text


def _damaged() -> ParseError:
    return ParseError("Send the picture again, as it was given out: this copy is damaged.")
