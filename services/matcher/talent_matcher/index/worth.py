"""What an assertion is worth to a requirement, as tables that a kernel can look up.

All that the worth of an assertion depends on is a small number, its *code*: its evidence (basis,
document, trust) and its level. All that it depends on in a requirement is another, its *table*. The
entries are made by the functions of `evidence` that score a pair, so that the two cannot differ.

What an employer favors is no part of a table, or each employer would have tables of its own.
Evidence that somebody may favor has a code of its own, which to most is worth what it is without
the name. An employer who favors it reads, in its place, the code of the same evidence *starred*.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from talent_matcher.evidence import NOBODY, classify, evidence, level, worth
from talent_matcher.index.interned import Interned
from talent_matcher.model import Assertion, Basis, EvidenceClass, Favors, Relation
from talent_matcher.score import OPENS
from talent_matcher.weights import Weights

LEVELS = 6  # not stated, and 1 to 5
MOST = 8000  # kinds of evidence, before no more are told apart by a name: a code is two bytes
STAR = "*"  # in place of the name of a validator, or of criteria, that an employer favors
STARRED = Favors(frozenset({STAR}), frozenset({STAR}))
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


class Worth:
    """`points[table, code]`: share times worth, which sum to a score in millionths. `opens`:
    whether the assertion opens the gate of a requirement that nobody may lack. `named`: whom and
    what any employer favors; whoever was numbered before somebody was named is numbered again."""

    def __init__(self, weights: Weights, named: Favors = NOBODY) -> None:
        self._weights = weights
        self.named = named
        self._evidence: Interned[EvidenceClass] = Interned()
        self._starred: list[tuple[int, ...]] = []  # of each: as it is, by validator, criteria, both
        self._named: defaultdict[str, list[int]] = defaultdict(list)  # evidence of each name
        self._names: Interned[tuple[str, str]] = Interned()  # of a validator, or of criteria
        self._names.number(("", ""))
        self._by: list[tuple[int, int]] = []  # of each evidence, the numbers of its names
        self._read: Array = np.zeros((0, 6), np.int32)  # of each, both of these
        self._wanted: Interned[Wanted] = Interned()
        self._behind: list[int] = []  # of each evidence, its worth
        self.points: Array = np.zeros((0, 0), np.int32)
        self.opens: Array = np.zeros((0, 0), np.uint8)

    def weigh(self, weights: Weights) -> None:
        """From now on by these weights. Codes and tables keep their numbers."""
        self._weights = weights
        self._behind.clear()
        self.points, self.opens = self.points[:0], self.opens[:0]

    def code(self, one: Assertion, as_of: date) -> int:
        found = classify(one, as_of, self._weights, self.named)
        return self._number(found) * LEVELS + one.proof.level

    @property
    def kinds(self) -> list[EvidenceClass]:
        """Of evidence, by number: a code is that, and a level."""
        return list(self._evidence.values)

    def codes(self, kinds: Iterable[EvidenceClass]) -> list[int]:
        """Of these, at each level."""
        numbers = [self._number(one) for one in kinds]
        return [number * LEVELS + level for number in numbers for level in range(LEVELS)]

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
        for found in self._evidence.values[len(self._behind) :]:
            self._behind.append(evidence(found, self._weights, STARRED))
        for row, wanted in enumerate(self._wanted.values):
            begin = known[1] if row < known[0] else 0
            found = self._worths(wanted, begin // LEVELS)
            enough = np.array([not shown or shown >= wanted.level for shown in range(LEVELS)])
            opening = (found > 0) & enough & (wanted.relation in OPENS)
            points[row, begin:] = wanted.share * found.reshape(-1)
            opens[row, begin:] = opening.reshape(-1)
        self.points, self.opens = points, opens
        both = [(*by, *read) for by, read in zip(self._by, self._starred, strict=True)]
        self._read = np.array(both, np.int32).reshape(len(both), 6)

    def to(self, favors: Favors, codes: Array) -> Array:
        """The codes that an employer who favors these reads in place of others."""
        found = [self._to(favors, code) for code in codes.tolist()]
        return np.array(found, codes.dtype)

    def read(self, codes: Array) -> tuple[Array, Array]:
        """For each code: the numbers of the names by which an employer may favor it (0 is none), of
        a validator and of criteria; and the codes that are read in its place by one who favors
        neither, the first, the second, or both. Of what is `settled`."""
        kinds, shown = np.divmod(codes.astype(np.int32), LEVELS)
        found = self._read[kinds]
        read = found[:, 2:] * LEVELS + shown[:, None]
        return np.ascontiguousarray(found[:, :2]), read.astype(np.uint16)

    @property
    def names(self) -> int:
        """How many there are."""
        return len(self._names)

    def numbers_of(self, favors: Favors) -> list[int]:
        """Of the names that are favored, those that any evidence has."""
        pairs = [("validator", one) for one in favors.validators]
        pairs += [("criteria", one) for one in favors.criteria]
        return [number for one in pairs if (number := self._names.find(one)) >= 0]

    def asked(self, tables: Array, favors: Favors) -> tuple[Array, Array, Array]:
        """Points, opens and the numbers of tables in them, as an employer reads them."""
        self.settle()
        if not (favors.validators or favors.criteria):
            return self.points, self.opens, tables
        used, places = np.unique(tables, return_inverse=True)
        points, opens = self.points[used], self.opens[used]
        names = favors.validators | favors.criteria
        kinds = {number for name in names for number in self._named.get(name, ())}
        first = np.array(sorted(kinds), np.int64)[:, None] * LEVELS
        codes = (first + np.arange(LEVELS)).reshape(-1)
        starred = self.to(favors, codes)
        points[:, codes], opens[:, codes] = points[:, starred], opens[:, starred]
        return points, opens, places.astype(np.int32)

    def _to(self, favors: Favors, code: int) -> int:
        number, shown = divmod(code, LEVELS)
        found = self._evidence.values[number]
        by_validator = found.validator_org in favors.validators
        by_criteria = found.criteria_of in favors.criteria
        return self._starred[number][by_validator + 2 * by_criteria] * LEVELS + shown

    def _number(self, found: EvidenceClass) -> int:
        number = self._evidence.find(found)
        if number < 0:
            if len(self._evidence) >= MOST:
                found = found._replace(validator_org="", criteria_of="")
            number = self._numbered(found)
        return number

    def _numbered(self, found: EvidenceClass) -> int:
        number = self._evidence.number(found)
        if number == len(self._starred):
            for name in {found.validator_org, found.criteria_of} - {"", STAR}:
                self._named[name].append(number)
            validator, criteria = STAR * bool(found.validator_org), STAR * bool(found.criteria_of)
            self._by.append(
                (
                    self._name("validator", found.validator_org),
                    self._name("criteria", found.criteria_of),
                )
            )
            self._starred.append(())
            names = (("", ""), (validator, ""), ("", criteria), (validator, criteria))
            self._starred[number] = (
                (number,) * len(names)
                if STAR in found
                else (number, *(self._numbered(_named(found, *one)) for one in names[1:]))
            )
        return number

    def _name(self, kind: str, name: str) -> int:
        return self._names.number((kind, name)) if name not in ("", STAR) else 0

    def _worths(self, wanted: Wanted, begin: int) -> Array:
        """Of each evidence from `begin` on, at each level."""
        behind: Any = np.array(self._behind[begin:], np.int64)[:, None]
        of_level: Any = np.array(
            [level(shown, wanted.level, self._weights) for shown in range(LEVELS)], np.int64
        )
        found: Any = worth(wanted.relation, behind, of_level, self._weights)
        if wanted.accepted:
            kinds: Sequence[EvidenceClass] = self._evidence.values[begin:]
            found = found * np.array([one.basis in wanted.accepted for one in kinds])[:, None]
        return found


def _named(found: EvidenceClass, validator_org: str, criteria_of: str) -> EvidenceClass:
    return found._replace(validator_org=validator_org, criteria_of=criteria_of)
