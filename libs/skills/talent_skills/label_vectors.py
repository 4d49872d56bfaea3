"""The meaning of every label of a taxonomy, computed once at set-up and mapped into memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from talent_skills.frameworks import Kind
from talent_skills.ranking import Embeds
from talent_skills.taxonomy import Taxonomy

FILE_NAME = "label-vectors.npy"
# Groups are never tagged, and a product's name means nothing to a language model.
EMBEDDED = tuple(kind for kind in Kind if kind not in (Kind.GROUP, Kind.TECHNOLOGY))


@dataclass(frozen=True)
class LabelVectors:
    """A row of `vectors` for each of `labels`; `uris` are their skills'."""

    uris: Sequence[str]
    labels: Sequence[str]
    vectors: NDArray[np.float16]

    @classmethod
    def open(cls, folder: Path, taxonomy: Taxonomy) -> LabelVectors:
        """As `write_label_vectors` wrote them for this taxonomy."""
        skills = [(skill.uri, skill.label) for skill in taxonomy.skills(*EMBEDDED)]
        vectors: NDArray[np.float16] = np.load(folder / FILE_NAME, mmap_mode="r")
        return cls([uri for uri, _ in skills], [label for _, label in skills], vectors)

    def of(self, labels: Sequence[str], embedder: Embeds) -> NDArray[np.float16]:
        """Of any labels: those that are not here are embedded now."""
        rows = {label.lower(): row for row, label in enumerate(self.labels)}
        known = np.array([rows.get(label.lower(), -1) for label in labels])
        found = self.vectors[known]
        others = [number for number, row in enumerate(known) if row < 0]
        if others:
            found[others] = embedder.embed([labels[number] for number in others])
        return found


def write_label_vectors(
    folder: Path, taxonomy: Taxonomy, embedder: Embeds, known: LabelVectors | None = None
) -> None:
    """A row for each skill of the kinds in EMBEDDED, by address. `known`: of the same model."""
    labels = [skill.label for skill in taxonomy.skills(*EMBEDDED)]
    vectors = known.of(labels, embedder) if known else embedder.embed(labels).astype(np.float16)
    np.save(folder / FILE_NAME, vectors)
