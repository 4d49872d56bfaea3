"""How much of a label's words a text has, the rare words counting more.

A lexical score needs no model: 1 where every word of the label is in the text, in any order.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from talent_skills.words import COMMON, stems, without_suffix


class Coverage:
    """Of a list of labels."""

    def __init__(self, labels: Sequence[str]) -> None:
        words = [_words(label) for label in labels]
        often = Counter(word for each in words for word in each)
        weights = {word: math.log(1 + len(labels) / (count + 0.5)) for word, count in often.items()}
        having: defaultdict[str, list[int]] = defaultdict(list)
        for number, each in enumerate(words):
            for word in each:
                having[word].append(number)
        whole = np.array([sum(weights[word] for word in each) for each in words], np.float32)
        # Of each word: the labels that have it, and which share of each label it is.
        self._index = {
            word: (np.array(numbers), weights[word] / whole[numbers])
            for word, numbers in having.items()
        }
        self._count = len(labels)

    def scores(self, text: str) -> NDArray[np.float32]:
        """Of each label, 0 to 1."""
        found = np.zeros(self._count, np.float32)
        for word in set(stems(text)):
            if word in self._index:
                numbers, shares = self._index[word]
                found[numbers] += shares
        return found


def _words(label: str) -> frozenset[str]:
    every = frozenset(stems(without_suffix(label))) or frozenset(stems(label))
    return every - COMMON or every or frozenset([label])
