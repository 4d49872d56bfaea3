"""What a skill claim is worth: proficiency on one common scale, and what stands behind it.

Pure data and functions, useful on their own.
"""

from talent_skills.basis import LEARNING_CONTEXTS, Basis, basis_of
from talent_skills.crosswalk import CROSSWALK, Crosswalk, ScaleByCode, ScaleByNumber
from talent_skills.scale import LEVELS, NOT_STATED, SCALE_URI, Level, Proficiency, level_uri

__all__ = [
    "CROSSWALK",
    "LEARNING_CONTEXTS",
    "LEVELS",
    "NOT_STATED",
    "SCALE_URI",
    "Basis",
    "Crosswalk",
    "Level",
    "Proficiency",
    "ScaleByCode",
    "ScaleByNumber",
    "basis_of",
    "level_uri",
]
