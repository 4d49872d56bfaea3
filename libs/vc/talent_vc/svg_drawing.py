"""The flat shapes of an SVG picture on paper: enough of SVG to see the QR codes that programs draw.

Rectangles and paths of straight lines, moved and scaled. All else is left out, since a general
renderer can be kept busy for minutes by a picture that a stranger makes up for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from xml.parsers import expat

from PIL import Image, ImageColor, ImageDraw

from talent_vc.errors import TooLargeError

SIDE = 1_000  # pixels
PAPER = 255
MAX_BYTES = 2_000_000
MAX_POINTS = 300_000
MAX_PAINTED = 50 * SIDE * SIDE
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d\d?)?", re.ASCII)
_TRANSFORM = re.compile(r"(translate|scale)\s{0,9}\(([^()]{0,99})\)")
_STEP = re.compile(r"([A-DF-Za-df-z])([^A-DF-Za-df-z]*)")
_STYLE = re.compile(r"(fill|stroke|stroke-width)\s*:\s*([^;]+)")
Point = tuple[float, float]


def draw(data: bytes) -> Image.Image:
    """Shades of gray. The picture is one that `read_svg` has read: bounded and well formed.

    `TooLargeError` for more of it, more points or more paint than any code needs.
    """
    if len(data) > MAX_BYTES:
        raise _too_much()
    drawing = _Drawing()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = drawing.start
    parser.EndElementHandler = drawing.end
    parser.Parse(data, True)
    return drawing.paper


class _Style:
    """What an element has from those around it: where it is, and what it is drawn with."""

    def __init__(self, around: _Style | None, attributes: Mapping[str, str]) -> None:
        named = {**attributes, **dict(_STYLE.findall(attributes.get("style", "")[:500]))}
        self.fill = named.get("fill", around.fill if around else "black")
        self.stroke = named.get("stroke", around.stroke if around else "none")
        self.width = _number(named.get("stroke-width"), around.width if around else 1.0)
        self.scale = around.scale if around else (1.0, 1.0)
        self.shift = around.shift if around else (0.0, 0.0)
        for kind, text in _TRANSFORM.findall(attributes.get("transform", "")[:500]):
            numbers = _numbers(text) or [0.0]
            if kind == "translate":
                self.shift = self.place((numbers[0], numbers[1] if len(numbers) > 1 else 0.0))
            else:
                self.scale = (self.scale[0] * numbers[0], self.scale[1] * numbers[-1])

    def place(self, point: Point) -> Point:
        (x, y), (across, down) = self.shift, self.scale
        return x + across * point[0], y + down * point[1]


class _Drawing:
    def __init__(self) -> None:
        self.paper = Image.new("L", (SIDE, SIDE), PAPER)
        self._pen = ImageDraw.Draw(self.paper)
        self._styles: list[_Style] = []
        self._points = 0
        self._painted = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        style = _Style(self._styles[-1] if self._styles else None, attributes)
        if not self._styles:
            _fit(style, attributes)
        self._styles.append(style)
        kind = name.rpartition(" ")[2]
        if kind == "rect":
            x, y = (_number(attributes.get(side), 0.0) for side in ("x", "y"))
            sides = [attributes.get(side, "") for side in ("width", "height")]
            # One in percent is the background.
            width, height = (1e6 if "%" in side else _number(side, 0.0) for side in sides)
            self._fill([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], style)
        elif kind == "path":
            self._path(attributes.get("d", ""), style)

    def end(self, name: str) -> None:
        self._styles.pop()

    def _path(self, text: str, style: _Style) -> None:
        first = 0.0  # which way around the first part goes: one the other way is a hole in it
        for points in _parts(text):
            way = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*points, points[0]]))
            first = first or way
            self._fill(points, style, hole=way * first < 0)
            if style.stroke != "none":
                # Codes are drawn with level lines, each a rectangle.
                half, line = style.width / 2, _stroked(style)
                for (left, y), (right, end) in pairwise(points):
                    if y == end:
                        top, low = y - half, y + half
                        self._fill([(left, top), (right, top), (right, low), (left, low)], line)

    def _fill(self, points: list[Point], style: _Style, *, hole: bool = False) -> None:
        self._points += len(points)
        shade = _shade(style.fill)
        if self._points > MAX_POINTS:
            raise _too_much()
        if shade is None or len(points) < 3:
            return
        placed = [tuple(map(_pixel, style.place(point))) for point in points]
        across, down = ({point[axis] for point in placed} for axis in (0, 1))
        left, right, top, low = min(across), max(across), min(down), max(down)
        self._painted += (right - left + len(points)) * (low - top)
        if self._painted > MAX_PAINTED:
            raise _too_much()
        shade = PAPER if hole else shade
        if len(across) == len(down) == 2:
            self._pen.rectangle((left, top, right - 1, low - 1), fill=shade)
        elif len(across) > 1 and len(down) > 1:
            self._pen.polygon(placed, fill=shade)


def _fit(style: _Style, attributes: Mapping[str, str]) -> None:
    """Fill the paper with what the root shows (SVG 1.1, section 7.7)."""
    box = _numbers(attributes.get("viewBox", ""))
    if len(box) != 4:
        box = [0.0, 0.0, *(_number(attributes.get(side), 100.0) for side in ("width", "height"))]
    longer = max(box[2], box[3])
    scale = SIDE / longer if longer > 0 else 1.0
    style.scale = (scale, scale)
    style.shift = (-box[0] * scale, -box[1] * scale)


def _parts(text: str) -> Iterator[list[Point]]:
    """The lines that a path is made of (SVG 1.1, section 8.3), up to the first curve."""
    points: list[Point] = []
    x = y = 0.0
    for step in _STEP.finditer(text):
        command, written = step.groups()
        kind, numbers = command.upper(), _numbers(written)
        if kind not in "MLHVZ":
            return
        if kind in "MZ" and points:
            yield points
            x, y = points[0] if kind == "Z" else (x, y)
            points = []
        points = points or ([] if kind in "MZ" else [(x, y)])
        each = 2 if kind in "ML" else 1
        for at in range(0, len(numbers) - each + 1, each):
            from_x, from_y = (x, y) if command.islower() else (0.0, 0.0)
            if kind != "V":
                x = from_x + numbers[at]
            if kind != "H":
                y = from_y + numbers[at + each - 1]
            points.append((x, y))
        if len(points) > MAX_POINTS:
            raise _too_much()
    if points:
        yield points


def _stroked(style: _Style) -> _Style:
    line = _Style(style, {"fill": style.stroke})
    line.stroke = "none"
    return line


def _shade(color: str) -> int | None:
    """How light a color is; None for no color."""
    color = color.strip()
    if color in ("none", "transparent"):
        return None
    try:
        red, green, blue = ImageColor.getrgb(color)[:3]
    except ValueError:
        return 0  # as `currentColor` is
    return (red * 299 + green * 587 + blue * 114) // 1000


def _pixel(value: float) -> int:
    return round(min(value, SIDE)) if value > 0 else 0  # also for what is no number


def _numbers(text: str) -> list[float]:
    return [float(number) for number in _NUMBER.findall(text)]


def _number(text: str | None, otherwise: float) -> float:
    return next(iter(_numbers(text or "")), otherwise)


def _too_much() -> TooLargeError:
    return TooLargeError("Send a simpler picture, with little but the code in it.")
