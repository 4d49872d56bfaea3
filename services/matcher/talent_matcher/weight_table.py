"""The weights that an agency sets, by name: shown to all, and checked before they are taken.

What is not here is not for an agency to weigh: gates, caps, and the ages at which evidence comes to
count less. A table is refused where more of something would count for less, because then adding a
skill, or having one checked, could lower a score.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise
from types import MappingProxyType as Frozen
from typing import Any

from talent_kit.errors import Problem, Reason

from talent_matcher.model import (
    AssessmentKind,
    Basis,
    Criteria,
    Derivation,
    Importance,
    Outcome,
    Relation,
    ValidatorType,
)
from talent_matcher.weights import FULL, WEIGHTS, Weights

FIELD = "table.weight"
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True)
class Row:
    """One weight. `read`: its value in a table of weights."""

    name: str
    meaning: str
    min: int
    max: int
    read: Callable[[Weights], int]


KINDS: dict[str, tuple[str, dict[IntEnum, str]]] = {
    "importance": (
        "How much a skill weighs that is {}",
        {Importance.REQUIRED: "required", Importance.PREFERRED: "a plus"},
    ),
    "relation": (
        "The person's own skill is {}",
        {
            Relation.EXACT: "the one asked for",
            Relation.NARROWER: "a kind of the one asked for",
            Relation.BROADER: "wider than the one asked for",
            Relation.RELATED: "close to the one asked for",
        },
    ),
    "basis": (
        "It rests on {}",
        {
            Basis.SELF_ASSERTED: "the person's own word",
            Basis.COMPLETED: "a finished program",
            Basis.EMPLOYER_ATTESTED: "the word of an employer",
            Basis.ASSESSED: "a test by set criteria",
            Basis.LICENSED: "a license",
        },
    ),
    "criteria": (
        "Added where {}",
        {
            Criteria.STATED: "it is written down what had to be shown",
            Criteria.RUBRIC: "a rubric tells the levels apart",
        },
    ),
    "testing": (
        "Added where {}",
        {
            AssessmentKind.NAMED: "a test is named",
            AssessmentKind.PROCTORED: "somebody watched the test",
        },
    ),
    "outcome": (
        "The record {}",
        {
            Outcome.VALID: "is genuine and current",
            Outcome.UNDETERMINED: "could not be checked in full",
            Outcome.NO_DOCUMENT: "is missing",
        },
    ),
    "validator": (
        "The skill was checked by {}",
        {
            ValidatorType.UNSPECIFIED: "an organization of a kind that is not stated",
            ValidatorType.COLLEGE: "a college",
            ValidatorType.TRAINING_PROVIDER: "a training provider",
            ValidatorType.INDUSTRY_ASSOCIATION: "an industry association",
            ValidatorType.EMPLOYER: "an employer",
            ValidatorType.GOVERNMENT: "a government office",
        },
    ),
    "derivation": (
        "The skill {}",
        {
            Derivation.STATED: "is named by the record, or a person confirmed it",
            Derivation.TAGGED: "was found by a machine in the words of a program",
            Derivation.SUGGESTED: "was suggested by a machine and waits for a person",
        },
    ),
}


def _rows() -> Iterator[Row]:
    yield from _kinds("importance")
    meaning = "What the weight of a skill is divided by that can be learned on the job"
    yield _one("trainable_divisor", meaning, 1, 10)
    yield from _kinds("relation")
    yield from _kinds("basis")
    yield _one("artifact", "Added where there is something to look at, such as a work sample")
    yield from _kinds("criteria")
    yield from _kinds("testing")
    yield _one("context", "Added where it is said in what setting the skill was shown")
    yield _one("trusted_validator", "Added where this employer trusts who checked the skill")
    yield _one("endorsed_criteria", "Added where this employer stands behind the criteria")
    yield from _kinds("outcome")
    yield _one("untrusted_issuer", "The agency has not approved who gave the record")
    yield from _kinds("validator")
    yield from _kinds("derivation")
    for at, years in enumerate(WEIGHTS.age_years):
        meaning = f"The skill was shown less than {years} years ago"
        yield Row(f"age.UNDER_{years}_YEARS", meaning, 0, FULL, lambda w, at=at: w.ages[at][1])
    oldest = WEIGHTS.age_years[-1]
    meaning = f"The skill was shown {oldest} years ago or longer"
    yield Row(f"age.{oldest}_YEARS_OR_MORE", meaning, 0, FULL, lambda w: w.older)
    meaning = "It is not known when the skill was shown"
    yield Row("age.NOT_DATED", meaning, 0, FULL, lambda w: w.undated)
    for at in range(len(WEIGHTS.levels_below)):
        meaning = f"The level is {at + 1} below the one asked for"
        yield Row(f"level.{at + 1}_BELOW", meaning, 0, FULL, lambda w, at=at: w.levels_below[at])
    yield Row("level.NOT_STATED", "The level is not known", 0, FULL, lambda w: w.level_not_stated)
    yield _one("threshold", "From this score on a match is shown, unless the job says otherwise", 1)
    yield _one("hysteresis", "It stays until the score is this much below that", 0, 200)


def _one(name: str, meaning: str, least: int = 0, most: int = FULL) -> Row:
    return Row(name, meaning, least, most, lambda weights: getattr(weights, name))


def _kinds(field: str) -> Iterator[Row]:
    meaning, kinds = KINDS[field]
    least, most = (1, 100) if field == "importance" else (0, FULL)
    for kind, said in kinds.items():
        yield Row(
            f"{field}.{kind.name}",
            meaning.format(said),
            least,
            most,
            lambda weights, kind=kind: getattr(weights, field)[kind],
        )


ROWS = tuple(_rows())
# Each may be no more than the one before it: it is less of the same.
FALLING = (
    ("importance.REQUIRED", "importance.PREFERRED", "trainable_divisor"),
    ("relation.EXACT", "relation.NARROWER", "relation.BROADER", "relation.RELATED"),
    *((f"basis.{one.name}", "basis.SELF_ASSERTED") for one in WEIGHTS.basis),
    ("criteria.RUBRIC", "criteria.STATED"),
    ("testing.PROCTORED", "testing.NAMED"),
    ("outcome.VALID", "outcome.UNDETERMINED", "outcome.NO_DOCUMENT"),
    ("derivation.STATED", "derivation.TAGGED", "derivation.SUGGESTED"),
    tuple(row.name for row in ROWS if row.name.startswith("age.") and row.name != "age.NOT_DATED"),
    tuple(row.name for row in ROWS if row.name.endswith("_BELOW")),
    ("threshold", "hysteresis"),
)


def numbers_of(weights: Weights) -> dict[str, int]:
    return {row.name: row.read(weights) for row in ROWS}


def weights_of(version: str, numbers: Mapping[str, int]) -> Weights:
    """A table as it is scored by. Raises MISSING_FIELD or INVALID_FIELD, with the weight's name."""
    if not version:
        raise Problem(Reason.MISSING_FIELD, field="table.version")
    if VERSION.fullmatch(version) is None:
        mend = 'use up to 40 letters, digits, dots and dashes, such as "2027-01"'
        raise Problem(Reason.INVALID_FIELD, field="table.version", mend=mend)
    _check(numbers)
    return replace(
        WEIGHTS,
        version=version,
        ages=tuple((years, numbers[f"age.UNDER_{years}_YEARS"]) for years in WEIGHTS.age_years),
        older=numbers[f"age.{WEIGHTS.age_years[-1]}_YEARS_OR_MORE"],
        undated=numbers["age.NOT_DATED"],
        levels_below=tuple(
            numbers[f"level.{at + 1}_BELOW"] for at in range(len(WEIGHTS.levels_below))
        ),
        level_not_stated=numbers["level.NOT_STATED"],
        **_plain(numbers),
    )


def _plain(numbers: Mapping[str, int]) -> dict[str, Any]:
    """The fields of `Weights` that a row is named for, or several by kind."""
    fields: dict[str, Any] = {}
    for row in ROWS:
        field, _, kind = row.name.partition(".")
        if field in {"age", "level"}:
            continue
        fields[field] = numbers[field] if not kind else _by_kind(field, numbers)
    return fields


def _by_kind(field: str, numbers: Mapping[str, int]) -> Frozen[Any, int]:
    return Frozen({kind: numbers[f"{field}.{kind.name}"] for kind in KINDS[field][1]})


def _check(numbers: Mapping[str, int]) -> None:
    names = {row.name for row in ROWS}
    for name in sorted(numbers.keys() - names):
        mend = "there is no such weight, GetWeights lists them all"
        raise Problem(Reason.INVALID_FIELD, field=f"{FIELD}[{name[:100]}]", mend=mend)
    for row in ROWS:
        if row.name not in numbers:
            raise Problem(Reason.MISSING_FIELD, field=f"{FIELD}[{row.name}]")
        if not row.min <= numbers[row.name] <= row.max:
            mend = f"use a whole number from {row.min} to {row.max}"
            raise Problem(Reason.INVALID_FIELD, field=f"{FIELD}[{row.name}]", mend=mend)
    for falling in FALLING:
        for more, less in pairwise(falling):
            if numbers[less] > numbers[more]:
                mend = f"use no more than {more} has, which is {numbers[more]}"
                raise Problem(Reason.INVALID_FIELD, field=f"{FIELD}[{less}]", mend=mend)


def adopted(version: str, numbers: Mapping[str, int]) -> Weights:
    """A table that was taken before, perhaps by a program that had other weights: those that are
    new since then count as at first."""
    first = numbers_of(WEIGHTS)
    return weights_of(version, {**first, **{n: v for n, v in numbers.items() if n in first}})
