"""Which O*NET occupations a job title means. What is not found is said, and never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from talent_skills.occupation_vectors import OccupationVectors, single_titles
from talent_skills.ranking import Embeds
from talent_skills.taxonomy import Taxonomy

from talent_jobs.description import OccupationPart
from talent_jobs.everyday_titles import EVERYDAY, GENERAL
from talent_jobs.likeness import Likeness

# By meaning, of titles at least this likely, four of five were right (docs/job-postings.md). Less
# likely ones are only offered to choose from.
SURE, LIKELY, POSSIBLE = 0.6, 0.4, 0.05
MOST_PARTS = 3
MAX_TITLE = 200
_PARTS = re.compile(r"\s*(?:/|;|,|\+|&|\band\b|\bwho(?: also)?\b|\bplus\b|\balso\b)\s*", re.I)
_WORDS = re.compile(r"[a-z0-9#+]+")
_EXCEPT = re.compile(r"\(.*?\)|,? except\b.*", re.I)
# What is said beside the name of a job; "manager (m/f/d)", "CDL driver - nights".
_BEHIND = re.compile(r"\s[-–—|]\s|[,:(]|\b(?:with|at|for)\b")
_BESIDE = re.compile(
    r"\(.*?\)|<.*?>|\b(?:full|part)[- ]time\b|\b(?:entry[- ]level|nights?|evenings?|weekends?"
    r"|seasonal|temporary|experienced|certified|senior|junior|sr|jr|needed|wanted|hiring|urgent(?:ly)?)\b",
    re.I,
)
# As people shorten or say it, and as O*NET writes it.
_LONG = {
    "tech": "technician", "techs": "technicians", "asst": "assistant", "mgr": "manager",
    "rep": "representative", "supv": "supervisor", "sup": "supervisor", "admin": "administrative",
    "acct": "accounting", "maint": "maintenance", "vet": "veterinary", "bike": "bicycle",
    "auto": "automotive", "guy": "worker", "man": "worker", "lady": "worker", "gal": "worker",
    "person": "worker", "hand": "worker", "mech": "mechanic", "eng": "engineer", "dr": "driver",
    "hs": "high school",
}  # fmt: skip


class Way(StrEnum):
    """How an occupation was found: by its own title, one that people use, or a like meaning."""

    TITLE = "title"
    EVERYDAY = "everyday"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Hit:
    """`score`: 0 to 1."""

    code: str
    title: str
    score: float
    way: Way


class OccupationFinder:
    def __init__(self, taxonomy: Taxonomy, vectors: OccupationVectors, embedder: Embeds) -> None:
        occupations = list(taxonomy.occupations())
        self._likeness = Likeness(occupations, vectors, embedder)
        self._titles = {one.code: one.title for one in occupations}
        # The whole name of an occupation, and what may be the name of several.
        self._names: dict[str, tuple[str, Way]] = {}
        self._shared: dict[str, list[str]] = {}
        for title, code in EVERYDAY.items():
            if code in self._titles:
                self._names[_plain(title)] = (code, Way.EVERYDAY)
        for one in occupations:
            for words in _spellings(one.title):
                self._names.setdefault(words, (one.code, Way.TITLE))
            for title in (*_roles(one.title), *one.titles):
                for words in _spellings(title):
                    self._shared.setdefault(words, []).append(one.code)
        # What people are called: the last words, of one and of many.
        self._called = {name.split()[-1] for name in (*self._names, *self._shared) if name}

    def find(self, title: str, most: int = 3) -> list[Hit]:
        """The occupation of one title, and others that it may be by its meaning, best first; none
        is an answer too."""
        plain = _BESIDE.sub(" ", title[:MAX_TITLE])
        for said in dict.fromkeys((title, _BEHIND.split(plain)[0])):
            hits = self._hits(said, most)
            says_little = set(_plain(said).split()) <= GENERAL
            if hits and hits[0].score >= SURE and (not says_little or hits[0].way is Way.EVERYDAY):
                return hits
        return []

    def names_work(self, line: str) -> bool:
        """Whether a word of it says what somebody is: "line cook" does, and "Joe's Diner" not."""
        words = _spelled(_plain(line)).split()
        return not self._called.isdisjoint((*words, *map(_singular, words)))

    def choices(self, title: str, told: Sequence[str] = (), most: int = 4) -> list[Hit]:
        """For a title that `find` knows no occupation of: which it may be, to choose from. `told`:
        the lines of its posting."""
        return self._hits(title, most, told)

    def _hits(self, title: str, most: int, told: Sequence[str] = ()) -> list[Hit]:
        said = _BESIDE.sub(" ", title[:MAX_TITLE])
        if not _plain(said):
            said = title[:MAX_TITLE]
        words = _plain(said)
        if not words:
            return []
        spelled = _spelled(words)
        likely = self._likeness.of(spelled, told)
        order = [int(row) for row in np.argsort(-likely, kind="stable")[:most]]
        possible = [(self._likeness.codes[row], round(float(likely[row]), 3)) for row in order]
        by_code = dict(zip(self._likeness.codes, likely.tolist(), strict=True))
        found = self._named(words, by_code) or self._named(spelled, by_code)
        hits = [Hit(found[0], self._titles[found[0]], 1.0, found[1])] if found else []
        for code, score in possible:
            if score >= POSSIBLE and code not in {hit.code for hit in hits}:
                hits.append(Hit(code, self._titles[code], score, Way.MEANING))
        return hits[:most]

    def parts(self, title: str) -> list[OccupationPart]:
        """The occupations that a role is made of; the first has the largest share. "Office manager
        who also keeps the books and drives the van" is three."""
        whole = self.find(title, 1)
        if whole and whole[0].way is Way.TITLE and whole[0].score == 1 and not _joins(title):
            return [OccupationPart(whole[0].code, whole[0].title)]
        codes: dict[str, str] = {}
        for part in _PARTS.split(title[:MAX_TITLE]):
            for hit in self.find(part, 1) if part.strip() else ():
                codes.setdefault(hit.code, hit.title)
        if len(codes) < 2:
            return [OccupationPart(hit.code, hit.title) for hit in whole]
        chosen = list(codes.items())[:MOST_PARTS]
        rest = 40 // (len(chosen) - 1)
        shares = [100 - rest * (len(chosen) - 1), *[rest] * (len(chosen) - 1)]
        return [
            OccupationPart(code, its_title, share)
            for (code, its_title), share in zip(chosen, shares, strict=True)
        ]

    def _named(self, words: str, likely: Mapping[str, float]) -> tuple[str, Way] | None:
        """By the whole title, or the longest known one within: "night shift line cook" has "line
        cook". The last words of a title say what it is. Everything else within, one word alone, and
        what may be the name of several must be likely by meaning too."""
        listed = words.split()
        for length in range(len(listed), 0, -1):
            for start in range(len(listed) - length, -1, -1):
                part = " ".join(listed[start : start + length])
                is_whole = length == len(listed)
                is_last = start + length == len(listed) and length > 1
                code, way = self._names.get(part, ("", Way.TITLE))
                if code and (is_whole or is_last or likely[code] >= POSSIBLE):
                    return code, way
                shared = max(self._shared.get(part, ()), key=likely.__getitem__, default="")
                least = POSSIBLE if is_whole and length > 1 else LIKELY
                if shared and likely[shared] >= least:
                    return shared, Way.TITLE
        return None


def _spellings(title: str) -> set[str]:
    return {_plain(title), _singular(_plain(title))}


def _roles(title: str) -> list[str]:
    """ "Welders, Cutters, and Brazers" are three; of "Bus Drivers, School" only the first is a
    role. "Engineers, All Other" are the engineers that are none of the others."""
    if "All Other" in title:
        return []
    parts = single_titles(_EXCEPT.sub("", title))[1:]
    return [part for part in parts if part.endswith(("s", "men"))]


def _joins(title: str) -> bool:
    return _PARTS.search(title.strip()) is not None


def _plain(title: str) -> str:
    return " ".join(_WORDS.findall(title.lower()))


def _spelled(words: str) -> str:
    return " ".join(_LONG.get(word, word) for word in words.split())


def _singular(words: str) -> str:
    """ "registered nurses" as people write it. Only for looking up, so wrong ones do no harm."""
    head, _, last = words.rpartition(" ")
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("s", "")):
        if last.endswith(ending) and not last.endswith("ss"):
            last = last.removesuffix(ending) + instead
            break
    return f"{head} {last}".strip()
