"""Words of a text, by their stems, and the phrases that a skill may be named by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import snowballstemmer  # pyright: ignore[reportMissingTypeStubs]

# "c++", "c#", "node.js", "tcp/ip", "third-party" are one word each, and also their parts.
_WORD = re.compile(r"[a-z0-9][a-z0-9+#.\-/]*[a-z0-9+#]|[a-z0-9][+#]*")
_JOINT = re.compile(r"[-/.]")
# Phrases end at these; a slash or dash only where it stands alone.
_BREAK = re.compile(r"[,;:()•!?|\n]|\s[-–—/]\s|\.(?=\s|$)")
_TOKEN = re.compile(r"\S+")
_SUFFIX = re.compile(r"\s*\([^)]*\)\s*$")
_EDGE = "\"'.“”‘’*[]<>"
LONGEST_PHRASE = 4  # words
_ISE = re.compile(r"(?<=\w\w\w)is(?=(?:e|ed|es|er|ers|ing|ation|ations|able)$)")
_YSE = re.compile(r"(?<=\wl)ys(?=(?:e|ed|es|er|ers|ing)$)")
_OUR = re.compile(r"(?<=\w\w)our(?=(?:s|ed|ing|al|able|ful|less|ite|hood|er|ers)?$)")
_AMERICAN = {
    "aluminium": "aluminum",
    "centre": "center",
    "centres": "centers",
    "defence": "defense",
    "dietician": "dietitian",
    "enrol": "enroll",
    "fibre": "fiber",
    "fibres": "fibers",
    "jewellery": "jewelry",
    "labelling": "labeling",
    "licence": "license",
    "licences": "licenses",
    "modelling": "modeling",
    "mould": "mold",
    "moulds": "molds",
    "moulding": "molding",
    "orthopaedic": "orthopedic",
    "paediatric": "pediatric",
    "paediatrics": "pediatrics",
    "plough": "plow",
    "programme": "program",
    "programmes": "programs",
    "sulphur": "sulfur",
    "travelling": "traveling",
    "tyre": "tire",
    "tyres": "tires",
}
# They say nothing of what a label is about.
COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by for from in into is its of on or other that the their this to"
        " use using with",
    )
)
# A phrase neither starts nor ends with one of these.
LOOSE = COMMON | frozenset(
    re.findall(
        r"\w+",
        "about all also any but can do does eg etc had has have he i if including it may more"
        " most must no not our out she should so such than then they up we what when where which"
        " who will within you your",
    )
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Where it stands in its text."""

    text: str
    start: int
    end: int


def stems(text: str) -> Iterator[str]:
    """Of each word, and of each part of a compound, in order."""
    for word in _WORD.findall(text.lower()):
        if _JOINT.search(word):
            yield word
            yield from (stem(part) for part in _JOINT.split(word) if part)
        else:
            yield stem(word)


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    return _STEMMER.stemWord(american(word))


@lru_cache(maxsize=100_000)
def american(word: str) -> str:
    """One spelling for "organise" and "organize": ESCO is British, our texts are not. Nobody sees
    the result, so that it does no harm where a word only looks alike ("exercize")."""
    if word in _AMERICAN:
        return _AMERICAN[word]
    word = _ISE.sub("iz", _YSE.sub("yz", word))
    return _OUR.sub("or", word)


def without_suffix(label: str) -> str:
    """ "Java (computer programming)": what stands behind tells labels apart and is not in texts."""
    return _SUFFIX.sub("", label)


def phrases(text: str) -> list[Phrase]:
    """Every run of one to four words that stays within its clause; the whole text if none does."""
    found: list[Phrase] = []
    start = 0
    for end in [*(match.start() for match in _BREAK.finditer(text)), len(text)]:
        found += _runs(text, start, end)
        start = end
    return found or [Phrase(text, 0, len(text))]


def _runs(text: str, start: int, end: int) -> Iterator[Phrase]:
    words = [(m.start(), m.end()) for m in _TOKEN.finditer(text, start, end)]
    words = [word for word in (_trimmed(text, *word) for word in words) if word]
    loose = [text[a:b].lower() in LOOSE for a, b in words]
    for first in range(len(words)):
        if loose[first]:
            continue
        for last in range(first, min(first + LONGEST_PHRASE, len(words))):
            if not loose[last]:
                a, b = words[first][0], words[last][1]
                yield Phrase(text[a:b], a, b)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Without what the break left, and without quotes and full stops around it."""
    while start < end and (text[start] in _EDGE or _BREAK.match(text[start])):
        start += 1
    while start < end and text[end - 1] in _EDGE:
        end -= 1
    return (start, end) if start < end else None


_STEMMER = cast("Any", snowballstemmer).stemmer("english")
