"""Work history: what somebody did, where and when, and the skills that the words of it name.

Pure. A line is a holder's own word or stands in a credential. What is found belongs to the words
alone, so that the same words are read once; whether it is right is the holder's to say.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class WorkSource(StrEnum):
    """Who says that it was so. The names are those of the contract."""

    SELF = "self"
    EMPLOYER = "employer"
    WAGE_RECORDS = "wage_records"


@dataclass(frozen=True)
class Work:
    """`words`: the digest of title and description."""

    employer: str
    title: str
    words: str = ""
    soc_code: str = ""
    start: date | None = None
    end: date | None = None  # None: still there
    place: str = ""
    description: str = ""
    employment_type: str = "unspecified"

    @property
    def text(self) -> str:
        return f"{self.title}\n{self.description}".strip()


def with_digest(made: Work) -> Work:
    return replace(made, words=hashlib.sha256(made.text.encode()).hexdigest())


@dataclass(frozen=True)
class OwnWork:
    """A line that a holder wrote."""

    line_id: str
    work: Work


@dataclass(frozen=True)
class Decision:
    """What a holder says of a skill that was found in a line."""

    line_id: str
    uri: str
    accepted: bool


class FoundState(StrEnum):
    """Suggested ones count for nothing until the holder accepts them."""

    ASSERTED = "asserted"
    SUGGESTED = "suggested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


COUNTING = frozenset({FoundState.ASSERTED, FoundState.ACCEPTED})


@dataclass(frozen=True)
class FoundSkill:
    """A skill in words. `score`: 0 to 1."""

    uri: str
    label: str
    start: int
    end: int
    score: float
    method: str
    state: FoundState


@dataclass(frozen=True)
class FoundSkills:
    """Of the words with this digest."""

    words: str
    skills: tuple[FoundSkill, ...]
    taxonomy: str


def decided(
    line_id: str, found: FoundSkills | None, decisions: Iterable[Decision]
) -> Iterator[FoundSkill]:
    """The skills of one line, with what the holder says of them."""
    said = {one.uri: one.accepted for one in decisions if one.line_id == line_id}
    for one in found.skills if found else ():
        state = one.state
        if one.uri in said:
            state = FoundState.ACCEPTED if said[one.uri] else FoundState.REJECTED
        yield replace(one, state=state)


def line_of_record(credential_id: str, number: int) -> str:
    return f"{credential_id}/{number}"
