"""The labels that a sentence is about, best first.

Three scores add up: the sentence's meaning against the label's; the best of its phrases', for
sentences that name several skills; and how many of the label's words are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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
class Weighed:
    """`scores` of every label, 0 to HIGHEST; the likeness of each of `phrases` to each label."""

    scores: NDArray[np.float32]
    phrases: Sequence[Phrase]
    likeness: NDArray[np.float32]

    def place(self, label: int) -> Phrase:
        """The phrase that a label is most like."""
        return self.phrases[int(self.likeness[:, label].argmax())]


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
        return self.weigh(sentence, phrases(sentence)).scores

    def weigh(self, sentence: str, parts: Sequence[Phrase]) -> Weighed:
        """`parts`: the phrases of the sentence that count; at least one."""
        texts = [sentence, *(phrase.text for phrase in parts)]
        likeness = self._embedder.embed(texts) @ self._vectors.T
        scores = (
            OF_THE_SENTENCE * likeness[0]
            + OF_A_PHRASE * likeness[1:].max(0)
            + OF_THE_WORDS * self._coverage.scores(sentence)
        )
        return Weighed(scores, parts, likeness[1:])
