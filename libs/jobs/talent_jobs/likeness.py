"""How likely a title in other words is each occupation: by meaning, by the words that the
occupation's tasks use, and by whether both speak of people in charge.

The weights are those that were most often right on half of 1,400 titles that people gave O*NET
for their own work and that no name leads to; docs/job-postings.md has the figures of the others.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from talent_skills.frameworks import Occupation
from talent_skills.occupation_vectors import OccupationVectors
from talent_skills.ranking import Embeds
from talent_skills.words import stems

TITLE, ABOUT, WORDS = 6.6, 11.8, 3.5
TOLD, TELLING = 40.0, 8  # lines of a posting: most speak of the firm, or of any work
OTHER_RANK, OTHER_SCHOOL, MILITARY, ALL_OTHER = -1.6, -2.2, -1.7, -2.5
_IN_CHARGE = re.compile(r"supervis|manager|administrator|director", re.I)
_LEADS = re.compile(
    r"supervis|manager|director|\blead|foreman|chief|\bhead\b|superintend|coordinat", re.I
)
_TEACHES = re.compile(r"professor|instructor|faculty|lecturer", re.I)
_UNKNOWN = 7.0  # what a word of no occupation weighs: about as much as the rarest


class Likeness:
    def __init__(
        self, occupations: Iterable[Occupation], vectors: OccupationVectors, embedder: Embeds
    ) -> None:
        known = list(occupations)
        self.codes = [one.code for one in known]
        self._vectors = vectors
        self._embedder = embedder
        self._words = [frozenset(stems(_said(one))) for one in known]
        counts = Counter(word for words in self._words for word in words)
        self._weights = {word: math.log(len(known) / (1 + count)) for word, count in counts.items()}
        self._in_charge = np.array([bool(_IN_CHARGE.search(one.title)) for one in known])
        self._teaches = np.array(["Postsecondary" in one.title for one in known])
        self._always = np.array(
            [
                MILITARY * one.code.startswith("55") + ALL_OTHER * ("All Other" in one.title)
                for one in known
            ]
        )

    def of(self, title: str, told: Sequence[str] = ()) -> NDArray[np.float64]:
        """For each of `codes` how likely it is, in the order of `codes`; they sum to 1. `told`:
        what else is said of the work, line by line."""
        (of_title,), (of_all,) = self._vectors.likeness([title], self._embedder)
        points = TITLE * of_title + ABOUT * of_all + WORDS * self._shared(title) + self._always
        points += OTHER_RANK * (self._in_charge != bool(_LEADS.search(title)))
        points += OTHER_SCHOOL * (self._teaches != bool(_TEACHES.search(title)))
        if told:
            _, of_lines = self._vectors.likeness(told, self._embedder)
            points += TOLD * np.sort(of_lines, axis=0)[-TELLING:].mean(axis=0)
        likely = np.exp(points - points.max())
        return likely / likely.sum()

    def _shared(self, title: str) -> NDArray[np.float64]:
        """The part of the title's words that each occupation's text has, most the rare."""
        words = sorted(set(stems(title)))
        weights = {word: self._weights.get(word, _UNKNOWN) for word in words}
        whole = sum(weights.values()) or 1.0
        return (
            np.array([sum(weights[word] for word in words if word in said) for said in self._words])
            / whole
        )


def in_charge(occupation: str) -> bool:
    """Whether an occupation is over other people, by its title."""
    return bool(_IN_CHARGE.search(occupation) or "Chefs" in occupation)


def _said(one: Occupation) -> str:
    return " ".join((one.title, one.description, *(task.text for task in one.tasks)))
