"""What a taxonomy is made of: frameworks, their skills and occupations, and wages.

Plain values. Readers of other people's releases give `Contents`; `taxonomy_file` writes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing a skill is. A GROUP only holds others: nobody is tagged with it."""

    SKILL = "skill"
    KNOWLEDGE = "knowledge"
    ATTITUDE = "attitude"
    LANGUAGE = "language"
    TRANSVERSAL = "transversal"
    TECHNOLOGY = "technology"
    COMPETENCY = "competency"
    GROUP = "group"


class LinkKind(StrEnum):
    """What another skill is to a skill, beside being above it."""

    SAME = "same"
    BROADER = "broader"
    NARROWER = "narrower"
    RELATED = "related"
    ESSENTIAL_FOR = "essential-for"
    OPTIONAL_FOR = "optional-for"


@dataclass(frozen=True, slots=True)
class Framework:
    """Somebody's published vocabulary. `attribution` is shown wherever it is used."""

    uri: str
    name: str
    version: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Link:
    """To a skill of any framework, which need not be in the taxonomy."""

    kind: LinkKind
    skill: str


@dataclass(frozen=True, slots=True)
class Skill:
    """`broader`: the URIs above it. `code`: how its framework numbers it."""

    uri: str
    framework: str
    label: str
    kind: Kind
    code: str = ""
    description: str = ""
    alternatives: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that people of an occupation do. `task_id` is "" where the source has none;
    `core` is None where it does not tell a core task from a supplemental one."""

    text: str
    task_id: str = ""
    core: bool | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """A skill that an occupation asks for. O*NET's scales: `importance` 1 to 5, `level` 0 to 7;
    None where the source has no figure, or advises against using it. `hot`: many employers ask for
    this technology; `in_demand`: those of this occupation do."""

    skill: str
    importance: float | None = None
    level: float | None = None
    hot: bool = False
    in_demand: bool = False


@dataclass(frozen=True, slots=True)
class Occupation:
    """`code`: O*NET-SOC, such as "47-2111.00". `job_zone`: 1 (little preparation) to 5. `related`:
    the codes of occupations like it, the nearest first."""

    code: str
    framework: str
    title: str
    description: str = ""
    titles: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    needs: tuple[Need, ...] = ()
    job_zone: int | None = None
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wage:
    """What people of an occupation earn in an area, in US cents before taxes.

    `soc`: SOC code of six digits, such as "47-2111". `area`: "US" or the FIPS code of a state.
    Percentiles 10, 25, 50, 75 and 90; None where the source does not release one. A figure that
    stands for "this much or more" is in `capped`.
    """

    soc: str
    area: str
    hourly: tuple[int | None, ...]
    annual: tuple[int | None, ...]
    employment: int | None = None
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """All of one taxonomy, or what one source adds to it."""

    frameworks: tuple[Framework, ...] = ()
    skills: tuple[Skill, ...] = ()
    occupations: tuple[Occupation, ...] = ()
    areas: dict[str, str] = field(default_factory=dict[str, str])
    wages: tuple[Wage, ...] = ()


def together(parts: Iterable[Contents]) -> Contents:
    """Several sources as one."""
    frameworks: list[Framework] = []
    skills: list[Skill] = []
    occupations: list[Occupation] = []
    areas: dict[str, str] = {}
    wages: list[Wage] = []
    for part in parts:
        frameworks += part.frameworks
        skills += part.skills
        occupations += part.occupations
        areas |= part.areas
        wages += part.wages
    return Contents(tuple(frameworks), tuple(skills), tuple(occupations), areas, tuple(wages))
