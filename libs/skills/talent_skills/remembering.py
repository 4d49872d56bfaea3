"""Meanings that were asked for lately, kept: postings repeat each other's phrases."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talent_skills.embedding import SIZE
from talent_skills.ranking import Embeds

KEPT = 20_000  # texts: 31 MB


class Remembering:
    """An embedder that asks another one only for what it does not remember."""

    def __init__(self, embedder: Embeds, kept: int = KEPT) -> None:
        self._embedder = embedder
        self._kept = kept
        self._rows: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A row of length 1 for each text."""
        found: dict[str, NDArray[np.float32]] = {}
        for text in texts:
            if text in self._rows:
                self._rows.move_to_end(text)
                found[text] = self._rows[text]
        missing = list(dict.fromkeys(text for text in texts if text not in found))
        if missing:
            for text, row in zip(missing, self._embedder.embed(missing), strict=True):
                found[text] = self._rows[text] = row
        while len(self._rows) > self._kept:
            self._rows.popitem(last=False)
        return np.array([found[text] for text in texts], np.float32).reshape(len(texts), SIZE)
