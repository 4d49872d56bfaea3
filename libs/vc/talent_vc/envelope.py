"""Opening whatever a credential comes in: JSON, a token, a baked picture, a QR code, an address.

What it is shows from the bytes themselves. What a sender says of them is never asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from talent_vc import png, qr
from talent_vc.baked import limit_picture, unbake
from talent_vc.document import MAX_BYTES, Document, read_credential
from talent_vc.errors import ElsewhereError, ParseError, UnsupportedFormatError
from talent_vc.loading import Loader
from talent_vc.tokens import (
    Token,
    is_enveloped,
    looks_like_token,
    read_enveloped,
    read_token,
)

JPEG = b"\xff\xd8\xff"
_BLANK = b" \t\r\n"
_ADDRESS = re.compile(r"https?://[^\s<>\"]{1,2000}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """`token` is the JWT or SD-JWT that secures the document, "" where its proofs are inside;
    `signed` is what was read from it.

    `container` says what it came in: "json", "jwt", "png", "svg" or "qr"; `payload` is what was
    in there, the bytes that anyone else would be sent.
    """

    document: Document
    token: str = ""
    container: str = "json"
    signed: Token | None = None
    payload: bytes = b""

    @property
    def status_claim(self) -> Any:
        """What the token says of its own status (Token Status List, section 6.2)."""
        return self.signed.payload.get("status") if self.signed else None


def open_envelope(data: bytes) -> Envelope:
    """What the bytes hold.

    `ParseError` where that is no credential, `TooLargeError` and `TooDeepError` past the limits,
    `UnsupportedFormatError` where it may be one of a kind that is not read here, and
    `ElsewhereError` where there is only an address.
    """
    return _open_picture(data) if is_picture(data) else _open_text(data, "")


def is_picture(data: bytes) -> bool:
    """Whether these bytes are opened as a picture, which takes longer than anything else."""
    start = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
    return data.startswith((png.SIGNATURE, JPEG)) or start.startswith(b"<")


def open_with(loader: Loader, data: bytes) -> Envelope:
    """`open_envelope`, and what is at the address where there is only that. Raises `LoadError`."""
    try:
        return open_envelope(data)
    except ElsewhereError as error:
        return open_envelope(loader.load(error.url))


def open_document(document: Document, container: str = "json", data: bytes = b"") -> Envelope:
    """A document that was read from JSON, or the token in one that only holds a token."""
    if not is_enveloped(document):
        return Envelope(document, "", container, None, data)
    text, token = read_enveloped(document)
    return Envelope(token.document, text, container, token, data)


def _open_picture(data: bytes) -> Envelope:
    limit_picture(data)
    baked = None if data.startswith(JPEG) else unbake(data)
    if baked is not None:
        return _open_text(baked.payload, baked.container)
    drawn = not data.startswith((png.SIGNATURE, JPEG))
    codes = qr.read_drawn_codes(data) if drawn else qr.read_codes(data)
    return _open_text(_pick(codes).encode(), "qr")


def _pick(texts: list[str]) -> str:
    """The one text that is a credential, or else the one address."""
    whole = [text for text in texts if _holds_credential(text)]
    found = whole or [text for text in texts if _ADDRESS.fullmatch(text.strip())]
    if not found:
        raise ParseError("Send a picture with a credential in it: this one has none.")
    if len(found) > 1:
        raise ParseError("Send a picture with one credential in it: this one has several.")
    return found[0]


def _holds_credential(text: str) -> bool:
    return text.lstrip().startswith(("{", "eyJ", "VP1-"))


def _open_text(data: bytes, container: str) -> Envelope:
    if looks_like_token(data):
        token = read_token(_ascii(data))
        return Envelope(token.document, _ascii(data), container or "jwt", token, data)
    start = data[:64].lstrip(_BLANK)
    if start[:8].lower().startswith((b"https:/", b"http:/")) and len(data) < MAX_BYTES:
        address = _ADDRESS.fullmatch(_ascii(data))
        if address is None or not address[0].lower().startswith("https:"):
            raise ParseError("Give an address that starts with https://.")
        raise ElsewhereError(address[0])
    if start.startswith(b"VP1-"):
        raise UnsupportedFormatError("vp1")
    return open_document(read_credential(data), container or "json", data)


def _ascii(data: bytes) -> str:
    try:
        return data.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise ParseError("Send a token or an address in plain ASCII.") from error
