"""An employer's people as its own file tells of them."""

from dataclasses import dataclass
from datetime import date

from talent_matcher.model import Skill


@dataclass(frozen=True, slots=True)
class ShownSkill:
    """`level`: 1 to 5, 0 where it is not stated. `words`: as the file says it."""

    skill: Skill
    level: int
    words: str


@dataclass(frozen=True, slots=True)
class HeldLicense:
    """Or a certificate. `jurisdiction` is empty where the file does not say."""

    type: str
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class Employee:
    """`unrecognized`: words of the skills columns that name no skill."""

    employee_id: str
    name: str
    number: str = ""
    title: str = ""
    department: str = ""
    started: date | None = None
    skills: tuple[ShownSkill, ...] = ()
    licenses: tuple[HeldLicense, ...] = ()
    unrecognized: tuple[str, ...] = ()
