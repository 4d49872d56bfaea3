"""Profiles in a small part of the space: whoever is not being looked at need not be an object.

Of an assertion only its ids and dates are one person's own. All else is the same for everybody with
the same course, or the same claim, and is kept once; so are the limits that people state.
"""

import marshal
from collections.abc import Collection
from datetime import date
from operator import attrgetter
from sys import intern
from typing import Any

from talent_matcher.index.shared import SavedValues, Shared
from talent_matcher.model import Assertion, Favors, HolderId, Profile, Proof, SkillUri

# In the order in which Proof and Assertion take them; what is one person's own stands in between.
_PROOF = ("basis", "outcome", "level", "issuer_trusted", "issuer_did", "issuer_name")
_PROOF += ("achievement_name",)
_MORE_PROOF = ("validator", "artifact", "criteria", "testing", "context", "derivation")
_REST = ("validator_org", "criteria_of", "taxonomy", "crosswalk", "label")
_LIMITS = ("licenses", "place", "hours", "shifts", "pay_floor")
_MORE_LIMITS = ("commute_miles", "excluded_orgs", "recipient_org")
_proof, _more_proof = attrgetter(*_PROOF), attrgetter(*_MORE_PROOF)
_rest, _limits = attrgetter(*_REST), attrgetter(*_LIMITS, *_MORE_LIMITS)

OWN = 7  # what one person's assertion has of its own: number, two ids, four dates
Said = tuple[SkillUri, tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]


class Packing:
    """Packs profiles into bytes that this one alone can read, or one that took up what it `saved`.
    Bytes that are not kept any more go through `forget`."""

    def __init__(self) -> None:
        self._said: Shared[Said] = Shared()
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
        self._limits.restore(limits)

    def pack(self, profile: Profile) -> bytes:
        limits = zip((*_LIMITS, *_MORE_LIMITS), _limits(profile), strict=True)
        own: list[Any] = []
        evidence: dict[str, str] = {}  # one object of equal ids: marshal writes it once
        for one in profile.assertions:
            proof = one.proof
            evidence_id = evidence.setdefault(proof.evidence_id, proof.evidence_id)
            said = self._said.take(_said(one))
            own += (said, proof.assertion_id, evidence_id)
            for day in (proof.awarded, one.valid_from, one.valid_until, one.shown_on):
                own.append(day.toordinal() if day else None)
        return marshal.dumps((tuple(self._limits.take(one) for one in limits), tuple(own)))

    def unpack(
        self,
        packed: bytes,
        holder: HolderId,
        version: tuple[int, int],
        skills: Collection[SkillUri] | None = None,
    ) -> Profile:
        """`skills`: only assertions of these."""
        limits, own = marshal.loads(packed)  # noqa: S302 - its own bytes
        shown: list[Assertion] = []
        said, fromordinal = self._said.values, date.fromordinal
        numbers = own[::OWN]
        if skills is None:
            chosen = range(len(numbers))
        else:
            chosen = [at for at, number in enumerate(numbers) if said[number][0] in skills]
        for at in chosen:
            skill, proof, more, rest = said[numbers[at]]
            its = own[at * OWN + 1 : (at + 1) * OWN]
            assertion_id, evidence_id, awarded, begins, ends, shown_on = its
            day = awarded and fromordinal(awarded)
            its_proof = Proof._make((assertion_id, *proof, evidence_id, day, *more))
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
            for (_, _, _, (validator_org, criteria_of, *_)), number in self._said
            if validator_org in favors.validators or criteria_of in favors.criteria
        )

    def says(self, packed: bytes, numbers: frozenset[int]) -> bool:
        """Whether any of these is in a profile."""
        _, own = marshal.loads(packed)  # noqa: S302 - its own bytes
        return not numbers.isdisjoint(own[::OWN])

    def forget(self, packed: bytes) -> None:
        limits, own = marshal.loads(packed)  # noqa: S302 - its own bytes
        for number in limits:
            self._limits.give_back(number)
        for number in own[::OWN]:
            self._said.give_back(number)


def _said(one: Assertion) -> Said:
    return _shared(one.skill, _proof(one.proof), _more_proof(one.proof), _rest(one))


def _shared(
    skill: SkillUri, proof: tuple[Any, ...], more: tuple[Any, ...], rest: tuple[Any, ...]
) -> Said:
    # Issuers, courses and skills have many combinations, and few names.
    return SkillUri(intern(skill)), _interned(proof), more, _interned(rest)


def _interned(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(intern(value) if type(value) is str else value for value in values)
