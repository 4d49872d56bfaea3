"""QR codes in pictures: what each says."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image

from talent_vc.errors import ParseError, TooLargeError
from talent_vc.svg_drawing import draw

MAX_PIXELS = 16_000_000  # what a telephone takes; in gray, that many bytes
MAX_SIDE = 16_000
_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


def read_codes(data: bytes) -> list[str]:
    """The texts of the QR codes in a picture, each once; none is no error.

    `ParseError` for what is not a PNG or JPEG picture, or damaged, or has too many pixels.
    """
    return _codes_on(_gray(data))


def read_drawn_codes(data: bytes) -> list[str]:
    """The same for an SVG picture that `read_svg` has read."""
    return _codes_on(draw(data))


def _codes_on(gray: Image.Image) -> list[str]:
    width, height = gray.size
    pixels = memoryview(gray.tobytes()).cast("B", (height, width))
    codes = zxingcpp.read_barcodes(pixels, formats=_FORMATS, text_mode=zxingcpp.TextMode.Plain)
    return list(dict.fromkeys(code.text for code in codes))


def _gray(data: bytes) -> Image.Image:
    """Shades of gray on white paper. The size is read from the head, before any pixel."""
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MAX_PIXELS or max(picture.size) > MAX_SIDE:
                raise _too_large()
            clear = picture.has_transparency_data
            gray = picture.convert("LA" if clear else "L")
    except TooLargeError:
        raise
    except Image.DecompressionBombError:
        raise _too_large() from None
    except Exception as error:
        # Decoders meet broken pictures with errors of every kind.
        raise ParseError("Send a PNG or JPEG picture: this one cannot be read.") from error
    if not clear:
        return gray
    paper = Image.new("L", gray.size, 255)
    paper.paste(gray.getchannel("L"), mask=gray.getchannel("A"))
    return paper


def _too_large() -> TooLargeError:
    return TooLargeError(f"Send a picture of at most {MAX_PIXELS} pixels.")
