"""Skills that people with a job title usually use: a hint for lists that state no skills, for a
person to accept. Found as a job is drafted, so that they meet what jobs ask for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from talent_matcher.model import Skill, SkillUri
from talent_matcher.workforce.staff import Employee

if TYPE_CHECKING:
    from talent_jobs.drafting import Drafter

MOST = 5  # titles: each takes a second or two


@dataclass(frozen=True, slots=True)
class TitleHint:
    """`count`: people with this title who state no skill."""

    title: str
    count: int
    occupation: str
    skills: tuple[Skill, ...]


def hints(staff: Iterable[Employee], drafter: "Drafter") -> list[TitleHint]:
    """Of the most frequent titles; of those that name no occupation there is none."""
    counts = Counter(one.title for one in staff if one.title and not one.skills)
    found: list[TitleHint] = []
    for title, count in counts.most_common(MOST):
        occupation, skills = _usual(drafter, title)
        if skills:
            found.append(TitleHint(title, count, occupation, skills))
    return found


@lru_cache(maxsize=500)
def _usual(drafter: "Drafter", title: str) -> tuple[str, tuple[Skill, ...]]:
    job = drafter.from_title(title, "").job
    skills = (Skill(SkillUri(one.uri), one.label) for one in job.skills if not one.durable)
    return ", ".join(one.title for one in job.occupations), tuple(skills)
