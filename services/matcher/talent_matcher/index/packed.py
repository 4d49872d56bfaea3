"""Profiles in a small part of the space: whoever is not being looked at need not be an object.

Of an assertion only its ids and dates are one person's own. All else is the same for everybody with
the same course, or the same claim, and is kept once; so are the limits that people state.
"""

import marshal
import struct
from collections.abc import Collection, Sequence
from datetime import date
from operator import attrgetter
from sys import intern
from typing import Any

from talent_matcher.index.shared import SavedValues, Shared
from talent_matcher.model import Assertion, Favors, HolderId, Profile, Proof, SkillUri

_LIMITS = ("licenses", "place", "hours", "shifts", "pay_floor")
_LIMITS += ("commute_miles", "excluded_orgs", "recipient_org")  # as Profile takes them
_limits = attrgetter(*_LIMITS)

_HEAD = struct.Struct(f"<{len(_LIMITS) + 1}I")
_OWN = struct.Struct("<2I")
_NUMBER = 4  # bytes

Said = tuple[SkillUri, tuple[Any, ...], tuple[Any, ...]]  # the last of Proof, and of Assertion


class Packing:
    """Packs profiles into bytes that this one alone can read, or one that took up what it `saved`.
    Bytes that are not kept any more go through `forget`."""

    def __init__(self) -> None:
        self._said: Shared[Said] = Shared()
        self._skills: list[SkillUri] = []  # of which each says it: most are asked only for that
        self._limits: Shared[tuple[str, Any]] = Shared()

    def __len__(self) -> int:
        """How many values are kept for those who share them."""
        return len(self._said) + len(self._limits)

    def saved(self) -> tuple[SavedValues[Said], SavedValues[tuple[str, Any]]]:
        """What its bytes refer to, at this moment."""
        return self._said.saved(), self._limits.saved()

    def restore(self, said: SavedValues[Said], limits: SavedValues[tuple[str, Any]]) -> None:
        """Take up what another one saved, while this one is empty."""
        values, taken = said
        self._said.restore(([one and _shared(*one) for one in values], taken))
        self._skills = [one[0] if one else SkillUri("") for one in self._said.values]
        self._limits.restore(limits)

    def pack(self, profile: Profile) -> bytes:
        """Numbers: of the limits, how many assertions, what each of these says, and where its
        document and its id are: behind the numbers, each once."""
        limits = zip(_LIMITS, _limits(profile), strict=True)
        numbers = [self._limits.take(one) for one in limits]
        numbers += [len(profile.assertions), *map(self._number, profile.assertions)]
        begin = len(numbers) * _NUMBER + len(profile.assertions) * _OWN.size
        own: dict[Any, int] = {}
        behind = bytearray()
        for one in profile.assertions:
            for value in (_document(one), one.proof.assertion_id):
                if value not in own:
                    own[value] = begin + len(behind)
                    behind += marshal.dumps(value)
                numbers.append(own[value])
        return struct.pack(f"<{len(numbers)}I", *numbers) + behind

    def unpack(
        self,
        packed: bytes,
        holder: HolderId,
        version: tuple[int, int],
        skills: Collection[SkillUri] | None = None,
    ) -> Profile:
        """`skills`: only assertions of these."""
        limits, numbers = _numbers(packed)
        said, of_skill, fromordinal = self._said.values, self._skills, date.fromordinal
        chosen = range(len(numbers))
        if skills is not None:
            chosen = [at for at, number in enumerate(numbers) if of_skill[number] in skills]
        first = _HEAD.size + len(numbers) * _NUMBER
        shown: list[Assertion] = []
        for at in chosen:
            skill, proof, rest = said[numbers[at]]
            its_document, its_id = _OWN.unpack_from(packed, first + at * _OWN.size)
            document = marshal.loads(packed[its_document:])  # noqa: S302 - its own bytes
            evidence_id, awarded, begins, ends, shown_on = document
            assertion_id = marshal.loads(packed[its_id:])  # noqa: S302 - its own bytes
            day = awarded and fromordinal(awarded)
            its_proof = Proof._make((assertion_id, *proof, evidence_id, day))
            begin, end = begins and fromordinal(begins), ends and fromordinal(ends)
            seen = shown_on and fromordinal(shown_on)
            shown.append(Assertion._make((skill, its_proof, begin, end, seen, *rest)))
        of_limits = self._limits.values
        stated = [of_limits[number][1] for number in limits]
        return Profile(holder, version, tuple(shown), *stated)

    def favored(self, favors: Favors) -> frozenset[int]:
        """The numbers of what is said by such a validator, or measured by such criteria."""
        return frozenset(
            number
            for (_, _, (validator_org, criteria_of, *_)), number in self._said
            if validator_org in favors.validators or criteria_of in favors.criteria
        )

    def says(self, packed: bytes, numbers: frozenset[int]) -> bool:
        """Whether any of these is in a profile."""
        return not numbers.isdisjoint(_numbers(packed)[1])

    def forget(self, packed: bytes) -> None:
        limits, said = _numbers(packed)
        for number in limits:
            self._limits.give_back(number)
        for number in said:
            self._said.give_back(number)

    def _number(self, one: Assertion) -> int:
        said = _shared(one.skill, one.proof[1:-2], one[5:])
        number = self._said.take(said)
        self._skills[number : number + 1] = [said[0]]  # in place of another's, or behind all
        return number


def _numbers(packed: bytes) -> tuple[Sequence[int], Sequence[int]]:
    """Of the limits, and of what each assertion says."""
    *limits, count = _HEAD.unpack_from(packed)
    return limits, struct.unpack_from(f"<{count}I", packed, _HEAD.size)


def _document(one: Assertion) -> tuple[str, int | None, int | None, int | None, int | None]:
    """What all assertions of a credential have in common that is one person's own."""
    days = (one.proof.awarded, one.valid_from, one.valid_until, one.shown_on)
    awarded, begins, ends, shown_on = (day and day.toordinal() for day in days)
    return (one.proof.evidence_id, awarded, begins, ends, shown_on)


def _shared(skill: SkillUri, proof: tuple[Any, ...], rest: tuple[Any, ...]) -> Said:
    # Issuers, courses and skills have many combinations, and few names.
    return SkillUri(intern(skill)), _interned(proof), _interned(rest)


def _interned(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(intern(value) if type(value) is str else value for value in values)
