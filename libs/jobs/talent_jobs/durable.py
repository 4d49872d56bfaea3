"""Durable skills: how a person works with others and with change. Observed, never scored.

Three are suggested for every job, each with what one can see of it in a talk or a work sample.
"""

from __future__ import annotations

from talent_skills.taxonomy import Taxonomy

from talent_jobs.american import american
from talent_jobs.description import NeededSkill, Source, SourceKind

_ESCO = "http://data.europa.eu/esco/skill/"
OBSERVED = {
    f"{_ESCO}60c78287-22eb-4103-9c8c-28deaa460da0": (
        "Ask about work that went well because of others. Listen for what the others did."
    ),
    f"{_ESCO}a17286c5-238d-4f0b-bc24-29e9121345de": (
        "Explain a short task. See whether the person asks back and does what was said."
    ),
    f"{_ESCO}49de9958-2aa4-4eef-a89d-fe5d5bcd28c4": (
        "Ask about a day when the plan changed. Listen for what the person did first."
    ),
}


def durable_skills(taxonomy: Taxonomy) -> tuple[NeededSkill, ...]:
    """Those that the taxonomy has."""
    return tuple(
        NeededSkill(
            uri=uri,
            label=american(skill.label),
            source=Source(SourceKind.ESCO_SKILL, uri, taxonomy.version),
            required=False,
            durable=True,
            observe=observe,
        )
        for uri, observe in OBSERVED.items()
        if (skill := taxonomy.skill(uri)) is not None
    )
