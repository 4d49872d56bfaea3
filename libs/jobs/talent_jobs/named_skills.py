"""A skill that lines of work name or mean, and when that is enough to put it into a draft.

The tagger reads each line on its own, and by meaning alone it is right in two of five; what it
finds counts only where the whole job means it too. The figures are those with which the drafts of
docs/job-postings.md had the fewest skills to strike out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from talent_skills.words import COMMON, stem, stems

# A skill that words only suggest counts when it is this sure, when several lines suggest it, or
# when it is at the core of the job.
SURE, OFTEN = 0.68, 2
# How much a label means what the job is about.
LEAST, NEAR, CORE = 0.27, 0.32, 0.42
LEAST_OWN = 0.18  # where an employer names the skill itself; Excel, SQL and Spanish are like no job
# What one does to all kinds of things: other verbs must stand in the lines themselves, so that
# "prescription" makes nobody "prescribe medication".
_GENERAL = (
    "use operate perform provide maintain apply handle assist ensure prepare keep work implement"
    " support carry conduct take do technique method setting basic good"
)
_ANY_WORK = frozenset(map(stem, _GENERAL.split()))
# Who is over nobody does not do so, whatever the lines about those who are over them say.
_IN_CHARGE_OF = "supervise manage coordinate direct lead instruct recruit organise"
_IN_CHARGE = frozenset(map(stem, _IN_CHARGE_OF.split()))
_OVER_OTHERS = re.compile(
    r"(?:evaluate|develop|train|oversee)\b.*"
    r"\b(?:staff|personnel|employees|workers|work|teams?|others|operations|people|operators)\b"
    r"|.*\bpersonnel management\b"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The stems that lines have, and of them those of what is done: who gives what is prescribed,
    or works with who is prescribing, does not prescribe. Of "welding" it is the word itself.
    """

    all: frozenset[str]
    done: frozenset[str]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Words:
        lines = list(lines)
        words = [word for line in lines for word in re.findall(r"[a-z]+", line.lower())]
        return cls(
            all=frozenset(one for line in lines for one in stems(line)) | _ANY_WORK | COMMON,
            done=_ANY_WORK.union(
                word if word.endswith("ing") else stem(word)
                for word in words
                if not word.endswith("ed")
            ),
        )


@dataclass(slots=True)
class Named:
    """`like`: how much its label means what the job is about. `meant`: no line names it, but the
    job as a whole means it. `is_name`: of a tool or a language, which no other words mean."""

    uri: str
    label: str
    occupation: str
    score: float = 0.0
    count: int = 0
    asserted: bool = False
    meant: bool = False
    is_name: bool = False
    like: float = 0.0

    @property
    def rank(self) -> float:
        return self.like + 0.2 * self.score + 0.05 * min(self.count, 4)

    @property
    def is_for_those_in_charge(self) -> bool:
        first = stem(self.label.lower().split()[0])
        return first in _IN_CHARGE or bool(_OVER_OTHERS.match(self.label))

    def counts(self, words: Words, *, own: bool) -> bool:
        """`words`: of the lines. `own`: they are an employer's own."""
        if self.asserted:
            return (own and self.is_name) or self.like >= (LEAST_OWN if own else LEAST)
        if " " not in self.label:  # one word by meaning alone: "coining" of a cashier
            return False
        first = self.label.lower().split()[0]
        if not {first, stem(first)} & words.done:
            return False
        is_said = words.all.issuperset(stems(self.label))
        if self.meant:
            return is_said
        if own:
            return self.score >= SURE and self.like >= CORE
        is_sure = self.score >= SURE
        enough = is_sure or (is_said and (self.count >= OFTEN or self.like >= CORE))
        return enough and self.like >= NEAR

    def says_what(self, other: Named) -> bool:
        """Whether one label is the other with more words: "hair" and "wash hair"."""
        own, others = frozenset(stems(self.label)), frozenset(stems(other.label))
        return own <= others or others <= own
