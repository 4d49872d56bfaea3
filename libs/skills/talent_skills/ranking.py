"""The labels that a sentence is about, best first.

Three scores add up: the sentence's meaning against the label's; the best of its phrases', for
sentences that name several skills; and how many of the label's words are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from talent_skills.coverage import Coverage
from talent_skills.words import Phrase, phrases

# Chosen on the two dev sets of ../shared/data/skills; they are flat around these.
OF_THE_SENTENCE = 0.5
OF_A_PHRASE = 0.5
OF_THE_WORDS = 0.25
HIGHEST = OF_THE_SENTENCE + OF_A_PHRASE + OF_THE_WORDS


class Embeds(Protocol):
    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class Possible:
    """Labels that a phrase may still lift to what is wanted, and their scores without one."""

    labels: NDArray[np.intp]
    scores: NDArray[np.float32]


class Lifted(NamedTuple):
    """A label with its score and the phrase that it is most like."""

    label: int
    score: float
    phrase: Phrase


class Ranker:
    """Of a list of labels; `vectors`: their embeddings, a row each."""

    def __init__(
        self, labels: Sequence[str], vectors: NDArray[np.floating], embedder: Embeds
    ) -> None:
        self.labels = labels
        self._vectors = vectors.astype(np.float32)
        self._coverage = Coverage(labels)
        self._embedder = embedder

    def rank(self, sentence: str, count: int) -> list[tuple[int, float]]:
        """Numbers of the labels with their scores, best first."""
        scores = self.scores(sentence)
        best = np.argsort(-scores, kind="stable")[:count]
        return [(int(number), float(scores[number])) for number in best]

    def scores(self, sentence: str) -> NDArray[np.float32]:
        """Of every label, 0 to HIGHEST."""
        parts = self._embedder.embed([phrase.text for phrase in phrases(sentence)])
        return self._whole(sentence) + OF_A_PHRASE * (parts @ self._vectors.T).max(0)

    def possible(self, sentence: str, least: float) -> Possible:
        """Looking at the whole sentence alone, which labels may score `least` or more."""
        whole = self._whole(sentence)
        labels = np.flatnonzero(whole + OF_A_PHRASE >= least)
        return Possible(labels, whole[labels])

    def lift(self, possible: Possible, parts: Sequence[Phrase]) -> list[Lifted]:
        """These labels with their scores, best first; `parts` are the phrases that count."""
        meanings = self._embedder.embed([phrase.text for phrase in parts])
        likeness = meanings @ self._vectors[possible.labels].T
        scores = possible.scores + OF_A_PHRASE * likeness.max(0)
        places = likeness.argmax(0)
        return [
            Lifted(int(possible.labels[n]), float(scores[n]), parts[int(places[n])])
            for n in np.argsort(-scores, kind="stable")
        ]

    def _whole(self, sentence: str) -> NDArray[np.float32]:
        likeness = self._embedder.embed([sentence])[0] @ self._vectors.T
        return OF_THE_SENTENCE * likeness + OF_THE_WORDS * self._coverage.scores(sentence)
