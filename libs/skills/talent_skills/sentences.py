"""A text in sentences, each with its place: prose, bullets, headings, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A list of tools without a full stop may go on for pages; a language model reads 256 tokens.
LONGEST = 600  # characters
_LINE = re.compile(r"[^\r\n]+")
_BULLET = re.compile(r"\s*(?:[•·▪●○◦‣➢✓*–—-]\s*|\(?(?:\d{1,2}|[a-z])[.)]\s+)?")
_END = re.compile(r"[.!?]+[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9•·▪●])|\s+[•·▪●]\s+")
# A full stop after one of these, or after a letter alone ("B. S.", "U.S."), ends nothing.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|vs|approx|incl|min|max|no|nos|inc|ltd|co|corp|dept|st|mr|mrs|ms|dr|prof"
    r"|sr|jr|fig|est|yrs?|hrs?|ph\.d)|\b[a-z])\.$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\s*\d{1,2}\.")  # of an item: "2. Read drawings"
_GAP = re.compile(r"[;,|]\s+|\s+")
_WRAPPED = 40  # characters of a line that may go on in the next


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where it stands in its text, without what surrounds it."""

    text: str
    start: int
    end: int


def sentences(text: str) -> list[Sentence]:
    """In order; none is empty, and none overlaps another."""
    return [
        Sentence(text[start:end], start, end)
        for block in _blocks(text)
        for whole in _split(text, *block)
        for start, end in _pieces(text, *_trimmed(text, *whole))
    ]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Lines; one that was only wrapped goes on in the next."""
    start = end = -1
    for line in _LINE.finditer(text):
        goes_on = (
            start >= 0
            and text[end : line.start()].count("\n") <= 1
            and end - start >= _WRAPPED
            and text[end - 1] not in ".!?:;"
            and line.group()[0].islower()
        )
        if not goes_on:
            if start >= 0:
                yield start, end
            start = line.start()
        end = line.end()
    if start >= 0:
        yield start, end


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _END.finditer(text, start, end):
        stop = match.start() + len(match.group().rstrip())
        numbered = _NUMBER.fullmatch(text, start, stop)
        if not numbered and not _ABBREVIATION.search(text, max(start, stop - 8), stop):
            yield start, stop
            start = match.end()
    yield start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without space around it, and without its bullet."""
    bullet = _BULLET.match(text, start, end)
    start = bullet.end() if bullet else start
    while start < end and (text[end - 1].isspace() or text[end - 1] in "•·▪●"):
        end -= 1
    return start, end


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Of bearable length."""
    while end - start > LONGEST:
        gaps = list(_GAP.finditer(text, start + LONGEST // 2, start + LONGEST))
        strong = [gap for gap in gaps if gap.group()[0] in ";,|"]
        last = (strong or gaps)[-1] if gaps else None
        yield start, last.start() if last else start + LONGEST
        start = last.end() if last else start + LONGEST
    if start < end:
        yield start, end
