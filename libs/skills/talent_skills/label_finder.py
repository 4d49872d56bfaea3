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
from talent_skills.words import american, stem

# What is worth less is only suggested. On the labeled sentences of the dev sets, of what is worth
# more and stands where people named some skill, 88 % is that skill; docs/tagging.md tells how this
# was counted.
ASSERTED = 0.75
MEND = "Run make setup, and import again what you had imported."
_TOKEN = re.compile(r"[^\W_]+[+#]*|[,;:()\[\]•·|!?\r\n\"“”]|\.(?=\s|$)|(?<=\s)[-–—/](?=\s)")
_BREAK = -1
_UNKNOWN = -2
_NEAR = 6  # tokens: so far away another name tells that a plain word is one
_GLUE = tuple("&'’-@")  # "R&D", "C-level"
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
            raise TaxonomyError(str(folder), MEND) from None
        return cls(found["version"], found["skills"], [Name(*row) for row in found["names"]])

    def find(self, text: str) -> list[Found]:
        """In order, none overlapping another; of several at one place the longest."""
        tokens = [(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]
        numbers = [self._number_of(word) for word, _, _ in tokens]
        found: list[Found] = []
        unsure: list[tuple[int, Name]] = []
        proper: set[int] = set()  # tokens of products' names, and of what is written like one
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
                if self._is_proper(name.skill):
                    proper.update(range(position, after))
            position = after
        if unsure:
            found += _among_their_like(text, tokens, unsure, proper)
            found.sort(key=lambda one: one.start)
        return found

    def _longest(
        self, text: str, tokens: list[tuple[str, int, int]], numbers: list[int], first: int
    ) -> tuple[Name | None, int]:
        """What begins here, and where the text goes on. A sure one goes before a longer one."""
        best, after = self._of_a_word.get(american(tokens[first][0].lower())), first + 1
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

    def _is_proper(self, skill: int) -> bool:
        return self.kinds[skill] is Kind.TECHNOLOGY or not self.labels[skill].islower()

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


def _among_their_like(
    text: str,
    tokens: list[tuple[str, int, int]],
    unsure: list[tuple[int, Name]],
    proper: set[int],
) -> list[Found]:
    """Those plain words that stand alone near another skill's name, or beside a cue."""
    listed = proper.union(position for position, _ in unsure)
    kept: list[Found] = []
    for position, name in unsure:
        _, start, end = tokens[position]
        if text[start - 1 : start] in _GLUE or text[end : end + 1] in _GLUE:
            continue
        around = tokens[max(position - 2, 0) : position] + tokens[position + 1 : position + 2]
        cued = any(stem(word.lower()) in _CUES for word, _, _ in around)
        near = any(one in proper for one in range(position - _NEAR, position + _NEAR + 1))
        alone = all(
            beside in listed or _is_loose(tokens[beside][0])
            for beside in (position - 1, position + 1)
            if 0 <= beside < len(tokens)
        )
        if cued or (near and alone):
            kept.append(Found(name.skill, start, end, name.worth))
    return kept


def _is_loose(token: str) -> bool:
    """Punctuation, a joining word or a cue."""
    word = token.lower()
    return not word[0].isalnum() or word in _JOINING or stem(word) in _CUES
