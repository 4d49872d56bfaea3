"""The meaning of every occupation's titles, computed once at set-up and mapped into memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talent_skills.errors import TaxonomyError
from talent_skills.frameworks import Occupation
from talent_skills.ranking import Embeds
from talent_skills.taxonomy import Taxonomy

FILE_NAME = "occupation-vectors.npy"
# Alternative titles have none and are found by words: a full release has over fifty thousand.


@dataclass(frozen=True)
class OccupationVectors:
    """A row of `vectors` for each text: `rows` says whose, `about` whether it is a title."""

    codes: list[str]
    rows: NDArray[np.int64]
    about: NDArray[np.bool_]
    vectors: NDArray[np.float16]

    @classmethod
    def open(cls, folder: Path, taxonomy: Taxonomy) -> OccupationVectors:
        """As `write_occupation_vectors` wrote them for this taxonomy. Raises TaxonomyError."""
        occupations = list(taxonomy.occupations())
        texts = list(_texts(occupations))
        try:
            vectors: NDArray[np.float16] = np.load(folder / FILE_NAME, mmap_mode="r")
        except FileNotFoundError:
            vectors = np.zeros((0, 0), np.float16)
        if len(vectors) != len(texts):
            raise TaxonomyError(str(folder), "Its occupations have no vectors. Run make setup.")
        return cls(
            codes=[one.code for one in occupations],
            rows=np.array([row for row, _, _ in texts], np.int64),
            about=np.array([about for _, about, _ in texts], np.bool_),
            vectors=vectors,
        )

    def likeness(self, texts: Sequence[str], embedder: Embeds) -> tuple[NDArray[np.float64], ...]:
        """How much each text means the likeliest title of each occupation, and what is said of it;
        both a row for each text, in the order of `codes`."""
        said = self.vectors @ embedder.embed(texts).T
        of_title = np.zeros((len(self.codes), len(texts)))
        of_all = np.zeros((len(self.codes), len(texts)))
        np.maximum.at(of_title, self.rows[~self.about], said[~self.about])
        np.maximum.at(of_all, self.rows[self.about], said[self.about])
        return of_title.T, of_all.T


def write_occupation_vectors(folder: Path, taxonomy: Taxonomy, embedder: Embeds) -> None:
    texts = [text for _, _, text in _texts(list(taxonomy.occupations()))]
    np.save(folder / FILE_NAME, embedder.embed(texts).astype(np.float16))


def _texts(occupations: Sequence[Occupation]) -> Iterator[tuple[int, bool, str]]:
    """Of each its row, whether it is more than a title, and the text."""
    for row, one in enumerate(occupations):
        for title in dict.fromkeys(single_titles(one.title)):
            yield row, False, title
        yield row, True, f"{one.title}. {one.description.partition('.')[0]}."


def single_titles(title: str) -> list[str]:
    """ "Welders, Cutters, and Brazers" are three, and all of them."""
    plain = re.sub(r"\(.*?\)", "", title)
    parts = [part.strip() for part in re.split(r",|\band\b", plain)]
    return [title, *(part for part in parts if part and part.lower() != "all other")]
