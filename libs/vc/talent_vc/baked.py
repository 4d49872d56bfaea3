"""Pictures that travel with a credential in them: taking it out, and putting it in."""

from __future__ import annotations

from dataclasses import dataclass

from talent_vc import png, svg
from talent_vc.errors import ParseError, TooLargeError

MAX_PICTURE_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Baked:
    """What was found in a picture of the kind `container` ("png" or "svg")."""

    container: str
    payload: bytes


def unbake(data: bytes) -> Baked | None:
    """The credential in a PNG or SVG picture, or None where the picture has none.

    `ParseError` for a damaged picture, and for one with two credentials in it: two readers would
    see two credentials.
    """
    limit_picture(data)
    if data.startswith(png.SIGNATURE):
        container, found = "png", png.find_texts(data)
    else:
        container, found = "svg", svg.read_svg(data).credentials
    if len(found) > 1:
        raise ParseError("Send a picture with one credential in it: this one has several.")
    return Baked(container, found[0]) if found else None


def bake(picture: bytes, payload: bytes, *, open_badges_2: bool = False) -> bytes:
    """The PNG or SVG picture with a credential in it: JSON, or a compact token.

    `ParseError` for a picture that has one already, or cannot take this one.
    """
    if unbake(picture) is not None:
        raise ParseError("Take a picture that has no credential in it yet.")
    payload = payload.strip()
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        raise ParseError("Send the credential as UTF-8.") from None
    if picture.startswith(png.SIGNATURE):
        keyword = png.OPEN_BADGES_2 if open_badges_2 else png.OPEN_BADGES_3
        baked = png.put_text(picture, keyword, payload)
    else:
        namespace = svg.OPEN_BADGES_2 if open_badges_2 else svg.OPEN_BADGES_3
        is_token = not text.startswith("{")
        baked = svg.put_element(picture, namespace, text, is_token=is_token)
    found = unbake(baked)
    if found is None or found.payload != payload:
        # XML has no room for most control characters, and rewrites line ends.
        raise ParseError("Write the credential on one line, without control characters.")
    return baked


def limit_picture(data: bytes) -> None:
    if len(data) > MAX_PICTURE_BYTES:
        raise TooLargeError(f"Send a picture of at most {MAX_PICTURE_BYTES} bytes.")
