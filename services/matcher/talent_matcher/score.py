"""How well a holder fits a job: whole numbers in, whole numbers out.

The same profile, job, weights and date give the same fit on every machine, so there are no
fractions here, and time is the date that is passed in.

A requirement has a share of the points by its importance. Of all that a holder shows for it, the
assertion of the greatest worth counts, once: score = sum(share × worth).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple, Protocol

from talent_matcher.distances import UNKNOWN, Distances
from talent_matcher.evidence import NOBODY, classify, evidence, level, worth
from talent_matcher.gates import gates, skill_gate
from talent_matcher.model import (
    Assertion,
    Contribution,
    EvidenceClass,
    Favors,
    Fit,
    Gate,
    GateOutcome,
    Importance,
    Job,
    Missing,
    NotScored,
    OrgId,
    Profile,
    Relation,
    Requirement,
    Skill,
    SkillUri,
)
from talent_matcher.weights import FULL, Weights

MILLION = FULL**2
CODE = "2"  # raised whenever the same input gives another fit

# Whoever has a more specific skill has the one that is asked for.
OPENS = frozenset({Relation.EXACT, Relation.NARROWER})


class Near(Protocol):
    """Which skills count beside the one that is asked for: one step away, never further."""

    @property
    def version(self) -> str: ...
    def near(self, skill: SkillUri) -> Mapping[SkillUri, Relation]: ...


class Apart:
    """No skill is near another."""

    version = ""

    def near(self, skill: SkillUri) -> Mapping[SkillUri, Relation]:
        return MappingProxyType({})


@dataclass(frozen=True)
class Known:
    """What is known beside a profile and a job."""

    relations: Near = field(default_factory=Apart)
    distances: Distances = UNKNOWN
    favors: Mapping[OrgId, Favors] = field(default_factory=lambda: MappingProxyType({}))
    named: Favors = NOBODY  # of all employers together


ALONE = Known()


class Counting(NamedTuple):
    """An assertion that counts for a requirement. `worth` is in millionths."""

    worth: int
    relation: Relation
    assertion: Assertion
    found: EvidenceClass

    @property
    def order(self) -> tuple[int, Relation, str, SkillUri]:
        """Best first; equals in an order that does not depend on the profile's."""
        one = self.assertion
        return (-self.worth, self.relation, one.proof.assertion_id, one.skill)


@dataclass(frozen=True)
class Scorer:
    """One job on one day, by one table of weights: how well people fit it."""

    job: Job
    weights: Weights
    as_of: date
    known: Known = ALONE

    def fit(self, profile: Profile) -> Fit | None:
        """None when there is nothing to announce: a gate is closed, the holder has excluded the
        employer, or the job asks for nothing."""
        if not considered(profile, self.job, self.as_of):
            return None
        found = self.counting(profile)
        its_gates = self._gates(profile, found)
        return None if _closed(its_gates) else self._scored(found, its_gates)

    def whatever_gates_say(self, profile: Profile) -> Fit:
        """Also where a gate is closed: what the score would be without it."""
        found = self.counting(profile)
        return self._scored(found, self._gates(profile, found))

    def all_gates(self, profile: Profile) -> tuple[Gate, ...]:
        """Closed ones included: why somebody is not announced."""
        return self._gates(profile, self.counting(profile))

    def is_open(self, profile: Profile) -> bool:
        """Whether every gate is open. Weighs only skills that nobody may lack."""
        return not _closed(self._other_gates(profile)) and self.lacks_nothing(profile)

    def lacks_nothing(self, profile: Profile) -> bool:
        """Whether no skill is missing that nobody may lack."""
        return not self._needed or not _closed(self._skill_gates(self.counting(profile)))

    def suits(self, profile: Profile) -> bool:
        """Whether the pair is scored, and every gate is open that needs no skill."""
        is_closed = _closed(self._other_gates(profile))
        return considered(profile, self.job, self.as_of) and not is_closed

    @property
    def skills(self) -> Collection[SkillUri]:
        """Those that count; no other assertion makes a difference."""
        return self._asking

    def counting(self, profile: Profile) -> dict[int, list[Counting]]:
        """What counts for the requirements, by their number and in their order: best first. Those
        for which nothing does are not there."""
        job, as_of, weights = self.job, self.as_of, self.weights
        asking, favors = self._asking, self._favors
        found: defaultdict[int, list[Counting]] = defaultdict(list)
        for one in profile.assertions:
            if one.skill not in asking or not holds(one, as_of):
                continue
            its_class = classify(one, as_of, weights, favors)
            is_favored = its_class.validator_org or its_class.criteria_of
            # Without favors of one employer alone it is known from another one, mostly.
            behind = evidence(its_class, weights, favors if is_favored else NOBODY)
            proof = one.proof
            for number, relation in asking[one.skill]:
                wanted = job.requirements[number]
                if wanted.accepted and proof.basis not in wanted.accepted:
                    continue
                of_level = level(proof.level, wanted.level, weights)
                value = worth(relation, behind, of_level, weights)
                if value:
                    found[number].append(Counting(value, relation, one, its_class))
        for counts in found.values():
            if len(counts) > 1:
                counts.sort(key=lambda one: one.order)
        return {number: found[number] for number in sorted(found)}

    @cached_property
    def _favors(self) -> Favors:
        return self.known.favors.get(self.job.employer, NOBODY)

    @cached_property
    def _asking(self) -> Mapping[SkillUri, Sequence[tuple[int, Relation]]]:
        """Of each skill that counts: for which requirements, by their number, and as what."""
        found: defaultdict[SkillUri, list[tuple[int, Relation]]] = defaultdict(list)
        for number, wanted in enumerate(self.job.requirements):
            for skill, relation in counting_skills(wanted, self.known.relations).items():
                found[skill].append((number, relation))
        return dict(found)

    @cached_property
    def _most(self) -> list[int]:
        return maxima(self.job.requirements, self.weights)

    @cached_property
    def _needed(self) -> list[int]:
        """The requirements that nobody may lack, by number."""
        return [number for number, one in enumerate(self.job.requirements) if one.gate]

    @cached_property
    def _lacking(self) -> list[Missing]:
        """Each requirement, to whom shows nothing of it."""
        return [Missing(one.skill, one.importance, one.level) for one in self.job.requirements]

    def _gates(self, profile: Profile, found: Mapping[int, Sequence[Counting]]) -> tuple[Gate, ...]:
        others = self._other_gates(profile)
        return (*self._skill_gates(found), *others) if self._needed else others

    def _skill_gates(self, found: Mapping[int, Sequence[Counting]]) -> Iterator[Gate]:
        for number in self._needed:
            levels = [c.assertion.proof.level for c in found.get(number, ()) if c.relation in OPENS]
            yield skill_gate(self.job.requirements[number], levels)

    def _other_gates(self, profile: Profile) -> tuple[Gate, ...]:
        return gates(profile, self.job, self.weights, self.as_of, self.known.distances)

    def _scored(self, found: Mapping[int, Sequence[Counting]], its_gates: tuple[Gate, ...]) -> Fit:
        best = [(number, counts[0]) for number, counts in found.items()]
        most = self._most
        worths = [most[number] * one.worth for number, one in best]
        score = sum(worths) // MILLION
        points = shares_of(score, worths)
        shown = [one.assertion for _, one in best]
        return Fit(  # in their order, as below: by name takes half as long again
            score,
            tuple([self._contribution(*one, its) for one, its in zip(best, points, strict=True)]),
            its_gates,
            self._missing(best),
            _joined((self.known.relations.version, *[one.taxonomy for one in shown])),
            _joined(tuple([one.crosswalk for one in shown])),
        )

    def _missing(self, best: Iterable[tuple[int, Counting]]) -> tuple[Missing, ...]:
        """What nothing is shown of, or too low a level."""
        missing: list[Missing | None] = [*self._lacking]
        for number, one in best:
            wanted, shown = self.job.requirements[number], one.assertion.proof.level
            is_low = 0 < shown < wanted.level
            missing[number] = (
                Missing(wanted.skill, wanted.importance, wanted.level, shown) if is_low else None
            )
        return tuple(filter(None, missing))

    def _contribution(self, number: int, best: Counting, points: int) -> Contribution:
        wanted, (_, relation, one, its_class) = self.job.requirements[number], best
        skill = wanted.skill
        return Contribution(
            skill,
            wanted.importance,
            wanted.level,
            points,
            self._most[number],
            one.proof,
            relation,
            None if one.skill == skill.uri else Skill(one.skill, one.label),
            its_class.age,
            bool(its_class.validator_org),
            bool(its_class.criteria_of),
        )


def considered(profile: Profile, job: Job, as_of: date) -> bool:
    """Whether the pair is scored at all."""
    return not_scored(profile, job, as_of) is NotScored.IT_IS


def not_scored(profile: Profile, job: Job, as_of: date) -> NotScored:
    """Why the pair is not scored, if it is not."""
    if not job.requirements:
        return NotScored.ASKS_FOR_NOTHING
    if job.internal:
        return NotScored.INTERNAL
    if job.employer in profile.excluded_orgs:
        return NotScored.EMPLOYER_EXCLUDED
    if profile.recipient_org not in ("", job.employer):
        return NotScored.FOR_ANOTHER
    is_over = job.valid_through is not None and job.valid_through < as_of
    return NotScored.OVER if is_over else NotScored.IT_IS


def counting_skills(wanted: Requirement, relations: Near) -> dict[SkillUri, Relation]:
    """The skills that count for a requirement, its own first."""
    return {wanted.skill.uri: Relation.EXACT, **relations.near(wanted.skill.uri)}


def holds(one: Assertion, as_of: date) -> bool:
    """Whether an assertion is within its dates, both included."""
    if one.valid_until is not None and one.valid_until < as_of:
        return False
    return one.valid_from is None or one.valid_from <= as_of


def shares(total: int, parts: Sequence[int]) -> list[int]:
    """`total` split in proportion to `parts`, in whole numbers that sum to it: the largest
    remainder gets the next unit, the earlier one where remainders are equal."""
    whole = sum(parts)
    return shares_of(total, [part * total * MILLION // whole for part in parts]) if whole else []


def shares_of(total: int, worths: Sequence[int]) -> list[int]:
    """Millionths rounded so that they sum to `total`."""
    floors = [value // MILLION for value in worths]
    left = total - sum(floors)
    if left:
        rests = [value % MILLION for value in worths]
        by_rest = sorted(range(len(rests)), key=rests.__getitem__, reverse=True)
        for number in by_rest[:left]:
            floors[number] += 1
    return floors


def maxima(requirements: Sequence[Requirement], weights: Weights) -> list[int]:
    """The most that each requirement can add to the score; they sum to FULL."""
    return shares(FULL, [weight(wanted, weights) for wanted in requirements])


def weight(wanted: Requirement, weights: Weights) -> int:
    """Of a requirement among those of its job."""
    # An importance that is not stated counts as required.
    stated = weights.importance.get(wanted.importance, weights.importance[Importance.REQUIRED])
    return stated // weights.trainable_divisor if wanted.trainable else stated


def _closed(some: Iterable[Gate]) -> bool:
    return GateOutcome.CLOSED in [gate.outcome for gate in some]


@lru_cache(maxsize=1 << 10)  # there are few
def _joined(versions: tuple[str, ...]) -> str:
    return ",".join(sorted(set(versions) - {""}))
