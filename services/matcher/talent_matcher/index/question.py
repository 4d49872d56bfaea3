"""A job as the kernels read it: the skills that count for each requirement, and their tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from talent_matcher import score
from talent_matcher.evidence import NOBODY
from talent_matcher.index.facets import Facets
from talent_matcher.index.interned import Interned
from talent_matcher.index.worth import Wanted, Worth
from talent_matcher.model import Favors, Job, SkillUri
from talent_matcher.score import Known
from talent_matcher.weights import Weights

Array = Any


@dataclass(frozen=True, slots=True)
class Question:
    """`list_skill`, `list_table`: for each skill that counts; `list_end`: for each requirement,
    where its lists end; `gated`: whether nobody may lack it; `values` of each facet; `favors` of
    the employer."""

    list_skill: Array
    list_table: Array
    list_end: Array
    gated: Array
    values: Sequence[int]
    favors: Favors


def question(
    job: Job,
    weights: Weights,
    known: Known,
    skills: Interned[SkillUri],
    worth: Worth,
    facets: Facets,
) -> Question:
    """Numbers what is new in the job; `worth.settle` before it is asked."""
    list_skill: list[int] = []
    list_table: list[int] = []
    list_end: list[int] = []
    for wanted, share in zip(
        job.requirements, score.maxima(job.requirements, weights), strict=True
    ):
        for uri, relation in score.counting_skills(wanted, known.relations).items():
            list_skill.append(skills.number(uri))
            wants = Wanted(share, wanted.level, wanted.accepted, relation)
            list_table.append(worth.table(wants))
        list_end.append(len(list_skill))
    return Question(
        list_skill=np.array(list_skill, np.uint32),
        list_table=np.array(list_table, np.int32),
        list_end=np.array(list_end, np.int32),
        gated=np.array([wanted.gate for wanted in job.requirements], np.uint8),
        values=facets.job(job),
        favors=known.favors.get(job.employer, NOBODY),
    )
