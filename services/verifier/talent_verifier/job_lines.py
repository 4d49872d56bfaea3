"""From what was uploaded to lines: NDJSON as it arrives, or the files of a ZIP.

Nothing here trusts a size that the upload states: what counts is what was read. Files are never
written anywhere, so their names are but labels.
"""

import json
import re
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from io import BytesIO

from talent_kit.errors import Problem, Reason

from talent_verifier.jobs import JobLimits, Line
from talent_verifier.wording import shown

ZIP = b"PK\x03\x04"
ENTRY = b"PK\x01\x02"  # begins each entry of the directory (APPNOTE 6.3.10, section 4.3.12)
# Those that can be unpacked piece by piece; 4 kB of the others may give megabytes at once.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
RATIO = 100  # JSON shrinks to a tenth or so
SLACK = 100  # bytes, so that a tiny file may shrink more
ENCRYPTED = 0x1
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError),
    *(NotImplementedError, OSError, ValueError),
)
NOT_MEANT = re.compile(r"(^|/)(\.[^./]|__MACOSX/)")  # what a computer adds by itself
MARK = b"\xef\xbb\xbf"  # some editors begin a file so


class Unreadable(Exception):
    """One file of a ZIP cannot be read; the message says what to mend."""


async def ndjson(chunks: AsyncIterator[bytes], longest: int) -> AsyncIterator[Line]:
    """A line for each that is not blank, numbered as in the file.

    One longer than `longest` bytes is told to be so, and takes no memory.
    """
    number, kept, length = 1, bytearray(), 0
    async for chunk in chunks:
        for count, piece in enumerate(chunk.split(b"\n")):
            if count:  # before each piece but the first, a line has ended
                if line := _line(number, bytes(kept), length, longest):
                    yield line
                number, kept, length = number + 1, bytearray(), 0
            length += len(piece)
            if length <= longest:
                kept += piece
    if line := _line(number, bytes(kept), length, longest):
        yield line


def unzipped(data: bytes, limits: JobLimits) -> Iterator[Line]:
    """A line for each file, in the order of the directory. Raises Problem for the whole.

    One that is too large, locked, broken, or shrunk like no document ever is says so.
    """
    if data.count(ENTRY) > limits.lines:
        raise too_many_lines(limits)  # before the directory is read: it takes memory
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except BROKEN:
        mend = "send a ZIP file that can be opened"
        raise Problem(Reason.INVALID_FIELD, field="body", mend=mend) from None
    number = total = 0
    for entry in archive.infolist():
        # Of a file without a name `is_dir` cannot tell.
        if not entry.filename or entry.is_dir() or NOT_MEANT.search(entry.filename):
            continue
        number += 1
        try:
            content, mend = _content(archive, entry, limits), ""
        except Unreadable as error:
            content, mend = b"", str(error)
        total += len(content)
        if total > limits.bytes:
            raise too_many_bytes(limits)
        yield Line(number, content, shown(entry.filename), mend)


def too_many_lines(limits: JobLimits) -> Problem:
    return Problem(Reason.TOO_LARGE, field="body", limit=f"{limits.lines} credentials")


def too_many_bytes(limits: JobLimits) -> Problem:
    return Problem(Reason.TOO_LARGE, field="body", limit=f"{limits.bytes} bytes")


def too_long(longest: int) -> str:
    return f"Send at most {longest} bytes."


def _line(number: int, kept: bytes, length: int, longest: int) -> Line | None:
    if length > longest:
        return Line(number, b"", mend=too_long(longest))
    content = (kept.removeprefix(MARK) if number == 1 else kept).strip()
    return Line(number, unquoted(content)) if content else None


def unquoted(content: bytes) -> bytes:
    """A token may stand as it is, or as the JSON string that many tools make of it."""
    if content[:1] != b'"':
        return content
    try:
        return str(json.loads(content)).encode()
    except (ValueError, RecursionError):
        return content


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: JobLimits) -> bytes:
    if entry.flag_bits & ENCRYPTED:
        raise Unreadable("Pack it without a password.")
    if entry.compress_type not in METHODS:
        raise Unreadable("Pack it in the usual way, which is called deflate.")
    try:
        with archive.open(entry) as file:
            content = file.read(limits.line_bytes + 1)
    except BROKEN:
        raise Unreadable("Pack it again: this file in the ZIP is damaged.") from None
    if len(content) > limits.line_bytes:
        raise Unreadable(too_long(limits.line_bytes))
    if len(content) > RATIO * (entry.compress_size + SLACK):
        raise Unreadable("Pack a real credential: this file is almost empty of content.")
    return content
