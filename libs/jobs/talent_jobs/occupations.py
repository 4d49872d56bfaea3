"""Which O*NET occupations a job title means. What is not found is said, and never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from talent_skills.occupation_vectors import OccupationVectors, single_titles
from talent_skills.ranking import Embeds
from talent_skills.taxonomy import Taxonomy

from talent_jobs.description import OccupationPart
from talent_jobs.everyday_titles import EVERYDAY

LIKE = 0.55  # by meaning: of 45 everyday titles tried, those under this were mostly wrong
MOST_PARTS = 3
MAX_TITLE = 200
_PARTS = re.compile(r"\s*(?:/|;|,|\+|&|\band\b|\bwho(?: also)?\b|\bplus\b|\balso\b)\s*", re.I)
_WORDS = re.compile(r"[a-z0-9#+]+")


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
        self._vectors = vectors
        self._embedder = embedder
        self._titles: dict[str, str] = {}
        self._by_words: dict[str, tuple[str, Way]] = {}
        for one in taxonomy.occupations():
            self._titles[one.code] = one.title
            # "Engineers, All Other" are the engineers that are none of the others.
            names = [one.title] if "All Other" in one.title else single_titles(one.title)
            for title in (*names, *one.titles):
                for words in (_plain(title), _singular(_plain(title))):
                    self._by_words.setdefault(words, (one.code, Way.TITLE))
        for title, code in EVERYDAY.items():
            if code in self._titles:
                self._by_words.setdefault(_plain(title), (code, Way.EVERYDAY))

    def find(self, title: str, most: int = 3) -> list[Hit]:
        """The likeliest occupations of one title, best first; none is an answer too."""
        words = _plain(title[:MAX_TITLE])
        if not words:
            return []
        likely = self._vectors.like(title[:MAX_TITLE], self._embedder, most)
        likeliest = likely[0][0] if likely[0][1] >= LIKE else ""
        found = self._by_words.get(words) or self._longest_within(words, likeliest)
        hits = [Hit(found[0], self._titles[found[0]], 1.0, found[1])] if found else []
        for code, score in likely:
            if score >= LIKE and code not in {hit.code for hit in hits}:
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

    def _longest_within(self, words: str, likeliest: str) -> tuple[str, Way] | None:
        """The longest known title among the words: "night shift line cook" has "line cook". One
        word of a title, such as "helper" or "agent", must be the likeliest by its meaning too."""
        listed = words.split()
        for length in range(len(listed), 0, -1):
            # The last words of a title say what it is; the first what kind of it.
            for start in range(len(listed) - length, -1, -1):
                found = self._by_words.get(" ".join(listed[start : start + length]))
                if found and (length > 1 or found[1] is Way.EVERYDAY or found[0] == likeliest):
                    return found
        return None


def _joins(title: str) -> bool:
    return _PARTS.search(title.strip()) is not None


def _plain(title: str) -> str:
    return " ".join(_WORDS.findall(title.lower()))


def _singular(words: str) -> str:
    """ "registered nurses" as people write it. Only for looking up, so wrong ones do no harm."""
    head, _, last = words.rpartition(" ")
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ches", "ch"), ("s", "")):
        if last.endswith(ending) and not last.endswith("ss"):
            last = last.removesuffix(ending) + instead
            break
    return f"{head} {last}".strip()
