"""What an assertion is worth to a requirement, as tables that a kernel can look up.

All that the worth of an assertion depends on is a small number, its *code*: its evidence (basis,
document, trust) and its level. All that it depends on in a requirement is another, its *table*. The
entries are made by the functions of `evidence` that score a pair, so that the two cannot differ.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from talent_matcher.evidence import classify, evidence, level, worth
from talent_matcher.index.interned import Interned
from talent_matcher.model import Assertion, Basis, EvidenceClass, Favors, Relation
from talent_matcher.score import OPENS
from talent_matcher.weights import Weights

LEVELS = 6  # not stated, and 1 to 5
Array = Any  # numpy's; its precise types say nothing that helps


@dataclass(frozen=True, slots=True)
class Wanted:
    """What counts for a requirement, as far as an assertion's worth depends on it. `share`: the
    most that the requirement can add to a score, in thousandths of it. `relation`: what the skill
    shown is to the one asked for."""

    share: int
    level: int
    accepted: frozenset[Basis]
    relation: Relation
    favors: Favors


class Worth:
    """`points[table, code]`: share times worth, which sum to a score in millionths. `opens`:
    whether the assertion opens the gate of a requirement that nobody may lack."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._evidence: Interned[EvidenceClass] = Interned()
        self._wanted: Interned[Wanted] = Interned()
        self.points: Array = np.zeros((0, 0), np.int32)
        self.opens: Array = np.zeros((0, 0), np.uint8)

    def code(self, one: Assertion, as_of: date, named: Favors) -> int:
        """`named`: as in `classify`."""
        found = classify(one, as_of, self._weights, named)
        return self._evidence.number(found) * LEVELS + one.proof.level

    def table(self, wanted: Wanted) -> int:
        return self._wanted.number(wanted)

    def settle(self) -> None:
        """Make the tables of all that was numbered meanwhile: before a kernel reads them."""
        rows, codes = len(self._wanted), len(self._evidence) * LEVELS
        if self.points.shape == (rows, codes):
            return
        points = np.zeros((rows, codes), np.int32)
        opens = np.zeros((rows, codes), np.uint8)
        known = self.points.shape
        points[: known[0], : known[1]] = self.points
        opens[: known[0], : known[1]] = self.opens
        for row, wanted in enumerate(self._wanted.values):
            for code in range(known[1] if row < known[0] else 0, codes):
                worth = self._worth(wanted, code)
                points[row, code] = wanted.share * worth
                shown = code % LEVELS
                opens[row, code] = (
                    worth > 0 and wanted.relation in OPENS and (shown == 0 or shown >= wanted.level)
                )
        self.points, self.opens = points, opens

    def _worth(self, wanted: Wanted, code: int) -> int:
        found, shown = self._evidence.values[code // LEVELS], code % LEVELS
        if wanted.accepted and found.basis not in wanted.accepted:
            return 0
        behind = evidence(found, self._weights, wanted.favors)
        of_level = level(shown, wanted.level, self._weights)
        return worth(wanted.relation, behind, of_level, self._weights)
