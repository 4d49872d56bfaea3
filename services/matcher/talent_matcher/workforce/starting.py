"""A job that starts from somebody of an employer's own staff. Only what they can do and what their
job is called goes into it: no name, and no words of the file that are not known as a skill.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from talent_jobs.bounds import DescriptionError
from talent_proto.events.v1 import skills_pb2
from talent_skills.taxonomy import Taxonomy

from talent_matcher.workforce.staff import Employee

if TYPE_CHECKING:
    from talent_jobs.drafting import Draft, Drafter

# Of somebody's skills, those that they know best; more would make a posting that nobody reads.
MOST_SKILLS = 12
# Everything that is required keeps somebody away.
MOST_REQUIRED = 4


def like_employee(
    person: Employee,
    title: str,
    *,
    drafter: "Drafter",
    taxonomy: Taxonomy,
    catalog: Mapping[str, skills_pb2.SkillReference],
    employer: str,
    state: str,
    zip3: str,
) -> "Draft":
    """`title`: of the job; empty takes the person's. Raises DescriptionError."""
    called = title.strip() or _job_of(person)
    if not called:
        mend = "Type what the job is called. Your list does not say it of this person."
        raise DescriptionError("title", mend)
    # What the file meant when it was read may be gone from the catalog or the taxonomy since.
    uris: list[str] = [one.skill.uri for one in person.skills]
    labels = {uri: catalog[uri].label or uri for uri in uris if uri in catalog}
    known = [
        (one.skill.uri, one.level)
        for one in sorted(person.skills, key=lambda one: -one.level)
        if one.skill.uri in labels or taxonomy.skill(one.skill.uri)
    ]
    if known:
        best = known[:MOST_SKILLS]
        made = drafter.from_skills(
            called, best, employer, state, zip3, labels=labels, required=MOST_REQUIRED
        )
        if not all(one.durable for one in made.job.skills):
            note = f"This person can do more. Here are the {MOST_SKILLS} skills they know best."
            return _noted(made, note) if len(known) > len(best) else made
    made = drafter.from_title(called, employer, state, zip3)
    return _noted(made, "Your list names no skills of this person. Here are the usual ones.")


def _job_of(person: Employee) -> str:
    """Empty for words that name the person, such as "Ana's helper"."""
    words = re.findall(r"\w+", person.title.casefold())
    named = set(re.findall(r"\w+", person.name.casefold()))
    return "" if named.intersection(words) else person.title.strip()


def _noted(made: "Draft", note: str) -> "Draft":
    return replace(made, notes=(note, *made.notes))
