"""Skills across a staff, who could do a job, and what would bring most people there.

A person of the staff is scored by the functions that score candidates. What a file says is the word
of the one who filled it in: no document stands behind it, and every license is only claimed.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from talent_matcher.model import (
    Assertion,
    Basis,
    Contribution,
    Fit,
    Gate,
    GateOutcome,
    HolderId,
    Importance,
    Job,
    License,
    LicenseState,
    Missing,
    Outcome,
    Profile,
    Proof,
    Relation,
    Skill,
    SkillUri,
)
from talent_matcher.score import Known, Near, Scorer
from talent_matcher.weights import Weights
from talent_matcher.workforce.staff import Employee

LEVELS = 5
_NEAR = {
    Relation.NARROWER: "Has {shown}, a kind of {asked}",
    Relation.BROADER: "Has {shown}, which is wider than {asked}",
    Relation.RELATED: "Has {shown}, which is close to {asked}",
}


@dataclass(frozen=True)
class Nearby:
    """What is near the skills of one job: a copy that another thread may use."""

    version: str
    skills: Mapping[SkillUri, Mapping[SkillUri, Relation]]

    @classmethod
    def of(cls, job: Job, relations: Near) -> "Nearby":
        asked = [one.skill.uri for one in job.requirements]
        return cls(relations.version, {uri: dict(relations.near(uri)) for uri in asked})

    def near(self, skill: SkillUri) -> Mapping[SkillUri, Relation]:
        return self.skills.get(skill, {})


@dataclass(frozen=True)
class EmployeeFit:
    """`closed`: conditions that would keep a candidate out."""

    employee: Employee
    fit: Fit
    closed: tuple[Gate, ...]

    def has_sentences(self) -> list[str]:
        return [_has(one) for one in self.fit.contributions]

    def needs_sentences(self) -> list[str]:
        """What is missing, then conditions that are not met."""
        claimed = {one.type.casefold() for one in self.employee.licenses}
        return [
            *(_needs(one) for one in self.fit.missing),
            *(_license(one, claimed) for one in self.closed if one.code == "license"),
        ]


@dataclass
class SkillCount:
    skill: Skill
    at_level: list[int] = field(default_factory=lambda: [0] * (LEVELS + 1))  # 0 is not stated

    @property
    def count(self) -> int:
        return sum(self.at_level)


@dataclass(frozen=True)
class Target:
    """A skill of a job, and who lacks it; `one_away` lack nothing else that is required."""

    missing: Missing
    lacking: int
    one_away: tuple[Employee, ...]


def skills_across(staff: Iterable[Employee]) -> list[SkillCount]:
    """The most frequent first."""
    found: dict[SkillUri, SkillCount] = {}
    for employee in staff:
        for shown in employee.skills:
            count = found.setdefault(shown.skill.uri, SkillCount(shown.skill))
            count.at_level[shown.level] += 1
    return sorted(found.values(), key=lambda one: (-one.count, one.skill.label, one.skill.uri))


def departments(staff: Iterable[Employee]) -> list[tuple[str, int]]:
    """The largest first."""
    counts = Counter(one.department for one in staff)
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def who_fits(
    staff: Iterable[Employee], job: Job, near: Near, weights: Weights, as_of: date
) -> Iterator[EmployeeFit]:
    """Everybody, as the staff is ordered."""
    conditions = Scorer(job, weights, as_of, Known(relations=near))
    open_to_all = replace(conditions, job=_without_conditions(job))

    @cache  # most of a large staff show the same for a job: nothing
    def scored(profile: Profile) -> tuple[Fit | None, tuple[Gate, ...]]:
        gates = conditions.all_gates(profile)
        closed = tuple(one for one in gates if one.outcome is GateOutcome.CLOSED)
        return open_to_all.fit(profile), closed

    for employee in staff:
        found, closed = scored(_profile(employee, job, conditions.skills))
        if found is not None:  # None only where the job asks for nothing
            yield EmployeeFit(employee, found, closed)


def best_first(fits: Iterable[EmployeeFit]) -> list[EmployeeFit]:
    """Those who have any of the skills."""
    some = (one for one in fits if one.fit.score)
    return sorted(
        some, key=lambda one: (-one.fit.score, one.employee.name, one.employee.employee_id)
    )


def targets(fits: Sequence[EmployeeFit]) -> list[Target]:
    """The skill that brings most people there first."""
    asked: dict[SkillUri, Missing] = {}
    lacking: Counter[SkillUri] = Counter()
    away: dict[SkillUri, list[Employee]] = {}
    for one in fits:
        for missing in one.fit.missing:
            asked.setdefault(missing.skill.uri, missing)
            lacking[missing.skill.uri] += 1
        required = lacks(one)
        if len(required) == 1:
            away.setdefault(required[0].skill.uri, []).append(one.employee)
    found = [
        Target(missing, lacking[uri], tuple(away.get(uri, ()))) for uri, missing in asked.items()
    ]
    return sorted(found, key=lambda one: (-len(one.one_away), -one.lacking, one.missing.skill.uri))


def lacks(one: EmployeeFit) -> list[Missing]:
    """What is required and missing, or shown at too low a level."""
    return [missing for missing in one.fit.missing if missing.importance != Importance.PREFERRED]


def _profile(employee: Employee, job: Job, counts: Collection[SkillUri]) -> Profile:
    """As far as it matters for the job."""
    return Profile(
        holder_id=HolderId(""),  # equal for all who show the same
        version=(0, 0),
        assertions=tuple(
            Assertion(
                one.skill.uri,
                Proof(one.skill.uri, Basis.SELF_ASSERTED, Outcome.NO_DOCUMENT, level=one.level),
                label=one.skill.label,
            )
            for one in employee.skills
            if one.skill.uri in counts
        ),
        licenses=tuple(
            License(wanted.type, wanted.jurisdiction, LicenseState.CLAIMED)
            for wanted in job.licenses
            for held in employee.licenses
            if held.type.casefold() == wanted.type.casefold()
            and held.jurisdiction in {"", wanted.jurisdiction}
        ),
    )


def _without_conditions(job: Job) -> Job:
    """The same, so that everybody has a score: conditions are told apart from it."""
    open_ones = tuple(replace(one, gate=False) for one in job.requirements)
    return replace(job, requirements=open_ones, licenses=(), internal=False, valid_through=None)


def _has(one: Contribution) -> str:
    asked = one.skill.label or one.skill.uri
    if one.shown is not None and one.relation in _NEAR:
        has = _NEAR[one.relation].format(shown=one.shown.label or one.shown.uri, asked=asked)
    else:
        has = f"Has {asked}"
    return f"{has}, level {one.proof.level} of {LEVELS}." if one.proof.level else f"{has}."


def _needs(one: Missing) -> str:
    name = one.skill.label or one.skill.uri
    wish = " This is a plus, not a must." if one.importance == Importance.PREFERRED else ""
    at = f" at level {one.required_level}" if one.required_level else ""
    has = f"; has level {one.level}" if one.level else ""
    return f"Needs {name}{at}{has}.{wish}"


def _license(gate: Gate, claimed: set[str]) -> str:
    arguments = dict(gate.arguments)
    name = f"{arguments['type']} license for {arguments['jurisdiction']}"
    if arguments["type"].casefold() in claimed:
        return f"Your file names the {name}. Look at it before you rely on it."
    return f"Needs the {name}."
