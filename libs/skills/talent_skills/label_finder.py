"""Names of skills as they stand in a text: exact, fast, and without a language model.

For millions of lines. The tagger finds its exact labels by this too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from talent_skills.errors import TaxonomyError
from talent_skills.frameworks import Kind
from talent_skills.label_names import FILE_NAME, Name
from talent_skills.words import stem

# What is worth less is only suggested. On the labeled sentences of the dev sets 80 % of what is
# worth more is the skill that people chose there; docs/tagging.md tells how that was counted.
ASSERTED = 0.75
_TOKEN = re.compile(r"[^\W_]+[+#]*|[,;:()\[\]•·|!?\r\n\"“”]|\.(?=\s|$)|(?<=\s)[-–—/](?=\s)")
_BREAK = -1
_UNKNOWN = -2
_LIKE_WORDS = 6  # how far away another name tells that a plain word is one
_JOINING = frozenset(re.findall(r"\w+", "and or in with of using use like as ms"))
# Beside these a plain word is a skill's name: "programs in R", "fluent Polish", "Go developer".
_CUES = frozenset(
    stem(word)
    for word in re.findall(
        r"\w+",
        "code coding developer developing fluent fluency framework language microsoft native"
        " program programmer programming proficient proficiency script scripting software speak"
        " speaking spoken written",
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    """`skill`: its number in the finder's lists. It stands at `start` up to `end`."""

    skill: int
    start: int
    end: int
    worth: float


class LabelFinder:
    """Of one taxonomy's names. Skill number n has uris[n], labels[n] and kinds[n]."""

    def __init__(
        self, version: str, skills: Sequence[tuple[str, str, str]], names: Sequence[Name]
    ) -> None:
        self.version = version
        self.uris = [uri for uri, _, _ in skills]
        self.labels = [label for _, label, _ in skills]
        self.kinds = [Kind(kind) for _, _, kind in skills]
        self._of_a_word = {name.key: name for name in names if " " not in name.key}
        # Names of several words as a tree: from a node by a word's number to the next node.
        self._numbers: dict[str, int] = {}
        self._next: dict[tuple[int, int], int] = {}
        self._ends: dict[int, Name] = {}
        for name in names:
            if " " in name.key:
                self._ends[self._path(name.key)] = name
        self._number_of = lru_cache(maxsize=200_000)(self._number)

    @classmethod
    def open(cls, folder: Path) -> LabelFinder:
        """As set-up wrote it. Raises TaxonomyError where it did not."""
        try:
            found = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        except OSError:
            raise TaxonomyError(str(folder), "Build the taxonomy: run make setup.") from None
        return cls(found["version"], found["skills"], [Name(*row) for row in found["names"]])

    def find(self, text: str) -> list[Found]:
        """In order, none overlapping another; of several at one place the longest."""
        tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
        numbers = [self._number_of(word) for word, _, _ in tokens]
        found: list[Found] = []
        unsure: list[tuple[int, Name]] = []
        position = 0
        while position < len(tokens):
            name, after = self._longest(text, tokens, numbers, position)
            if name is None:
                position += 1
                continue
            if name.plain:
                unsure.append((position, name))
            else:
                start, end = tokens[position][1], tokens[after - 1][2]
                found.append(Found(name.skill, start, end, name.worth))
            position = after
        if unsure:
            found += self._among_their_like(text, tokens, unsure, found)
            found.sort(key=lambda one: one.start)
        return found

    def _longest(
        self, text: str, tokens: list[tuple[str, int, int]], numbers: list[int], first: int
    ) -> tuple[Name | None, int]:
        """What begins here, and where the text goes on. A sure one goes before a longer one."""
        best, after = self._of_a_word.get(tokens[first][0].lower()), first + 1
        if best and best.written and best.written != tokens[first][0]:
            best = None
        node, last = 0, first
        while last < len(tokens) and numbers[last] >= 0:
            node = self._next.get((node, numbers[last]), 0)
            if not node:
                break
            last += 1
            name = self._ends.get(node)
            if name is None:
                continue
            written = text[tokens[first][1] : tokens[last - 1][2]]
            better = name.worth >= ASSERTED or not best or best.worth < ASSERTED or best.plain
            if better and name.written in ("", written):
                best, after = name, last
        return best, after

    def _among_their_like(
        self,
        text: str,
        tokens: list[tuple[str, int, int]],
        unsure: list[tuple[int, Name]],
        found: list[Found],
    ) -> list[Found]:
        """Those plain words that stand alone, beside another skill's name or a telling word."""
        sure = [one for one in found if self._is_proper(text, one)]
        kept: list[Found] = []
        for position, name in unsure:
            word, start, end = tokens[position]
            if text[start - 1 : start] in tuple("&'’-.@#") or text[end : end + 1] in tuple("&'’-@"):
                continue
            before = _words(tokens[max(position - _LIKE_WORDS, 0) : position])
            after = _words(tokens[position + 1 : position + 1 + _LIKE_WORDS])
            cued = any(stem(near) in _CUES for near in (*before[-2:], *after[:1]))
            near = (
                tokens[max(position - _LIKE_WORDS, 0)][1],
                tokens[min(position + _LIKE_WORDS, len(tokens) - 1)][2],
            )
            listed = any(near[0] <= one.start and one.end <= near[1] for one in sure)
            alone = _stands_alone(before[-1:], word) and _stands_alone(after[:1], word)
            if cued or (listed and alone):
                kept.append(Found(name.skill, start, end, name.worth))
        return kept

    def _is_proper(self, text: str, found: Found) -> bool:
        """A product, or what is written like one."""
        product = self.kinds[found.skill] is Kind.TECHNOLOGY
        return product or not text[found.start : found.end].islower()

    def _path(self, key: str) -> int:
        """The node of a name; nodes are numbered from 1, and the tree begins at 0."""
        node = 0
        for word in key.split():
            number = self._numbers.setdefault(word, len(self._numbers))
            node = self._next.setdefault((node, number), len(self._next) + 1)
        return node

    def _number(self, token: str) -> int:
        if not token[0].isalnum():
            return _BREAK
        return self._numbers.get(stem(token.lower()), _UNKNOWN)


def _words(tokens: Sequence[tuple[str, int, int]]) -> list[str]:
    return [word for word, _, _ in tokens]


def _stands_alone(beside: Sequence[str], word: str) -> bool:
    """Nothing is there, or punctuation, or a joining word, or another name."""
    return all(
        not near[0].isalnum()
        or near.lower() in _JOINING
        or stem(near.lower()) in _CUES
        or (not near.islower() and not word.islower() and len(near) > 1 and near.isalpha())
        for near in beside
    )
