"""What a reader finds in bytes: a credential or presentation, and what it came in."""

from __future__ import annotations

from dataclasses import dataclass

from talent_vc.document import Document, read_credential
from talent_vc.errors import UnsupportedFormatError

# Formats that carry credentials and are not read here: no judgment, rather than a wrong one.
_OTHER_FORMATS = {b"eyJ": "jwt", b"\x89PNG": "png", b"<svg": "svg", b"<?xml": "svg"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """`token` is the JWT or SD-JWT that secures the document, "" where its proofs are inside.

    `container` is what it was found in: "json".
    """

    document: Document
    token: str = ""
    container: str = "json"


def open_envelope(data: bytes) -> Envelope:
    """Raises `ParseError` for bytes that are no credential, and `UnsupportedFormatError`."""
    start = data[:64].lstrip()
    for prefix, name in _OTHER_FORMATS.items():
        if start.startswith(prefix):
            raise UnsupportedFormatError(name)
    return Envelope(read_credential(data))
