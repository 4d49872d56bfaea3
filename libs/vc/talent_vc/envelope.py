"""What a reader finds in bytes: a credential or presentation, and what it came in."""

from __future__ import annotations

from dataclasses import dataclass

from talent_vc.document import Document, read_credential
from talent_vc.errors import ParseError, UnsupportedFormatError
from talent_vc.tokens import Token, looks_like_token, read_token

# Formats that carry credentials and are not read here: no judgment, rather than a wrong one.
_OTHER_FORMATS = {b"\x89PNG": "png", b"<svg": "svg", b"<?xml": "svg"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """`token` is the JWT or SD-JWT that secures the document, "" where its proofs are inside;
    `signed` is what was read from it.

    `container` is what it was found in: "json" or "jwt".
    """

    document: Document
    token: str = ""
    container: str = "json"
    signed: Token | None = None


def open_envelope(data: bytes) -> Envelope:
    """Raises `ParseError` for bytes that are no credential, and `UnsupportedFormatError`."""
    start = data[:64].lstrip()
    for prefix, name in _OTHER_FORMATS.items():
        if start.startswith(prefix):
            raise UnsupportedFormatError(name)
    if looks_like_token(data):
        return _open_token(data)
    return Envelope(read_credential(data))


def _open_token(data: bytes) -> Envelope:
    try:
        text = data.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise ParseError("Send a token in plain ASCII.") from error
    token = read_token(text)
    return Envelope(token.document, text, "jwt", token)
