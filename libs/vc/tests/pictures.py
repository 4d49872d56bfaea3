"""Makes small pictures: blank ones, and ones with QR codes on them."""

import io
import struct
import zlib

import segno
from PIL import Image

SVG = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- <svg> a badge -->\n'
    b'<svg xmlns="http://www.w3.org/2000/svg" aria-label="a > b" viewBox="0 0 9 9">'
    b'<rect width="9" height="9"/></svg>'
)


def make_png(size: tuple[int, int] = (3, 2)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, "PNG")
    return file.getvalue()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content).to_bytes(4)
    return struct.pack(">I4s", len(content), kind) + content + check


def with_chunks(*chunks: bytes) -> bytes:
    """A picture with these before its last chunk."""
    data = make_png()
    return data[:-12] + b"".join(chunks) + data[-12:]


def itxt(keyword: str, text: bytes, *, compressed: bool = False) -> bytes:
    flag = b"\1\0" if compressed else b"\0\0"
    packed = zlib.compress(text) if compressed else text
    return png_chunk(b"iTXt", keyword.encode() + b"\0" + flag + b"\0\0" + packed)


def make_qr(*texts: str, kind: str = "png") -> bytes:
    """A picture with the codes side by side; an SVG has one."""
    codes = [segno.make(text, error="l", micro=False) for text in texts]
    file = io.BytesIO()
    if kind == "svg":
        codes[0].save(file, kind="svg")
        return file.getvalue()
    pictures: list[Image.Image] = []
    for code in codes:
        one = io.BytesIO()
        code.save(one, kind="png", scale=4)
        pictures.append(Image.open(one).convert("L"))
    width, height = sum(one.width for one in pictures), max(one.height for one in pictures)
    sheet = Image.new("L", (width, height), 255)
    left = 0
    for one in pictures:
        sheet.paste(one, (left, 0))
        left += one.width
    sheet.save(file, kind.upper())
    return file.getvalue()
