"""What stands behind a claim, read from the kind of achievement and what came with it.

The strength of the signature is another question, and never part of the answer.
"""

from enum import StrEnum


class Basis(StrEnum):
    SELF_ASSERTED = "self_asserted"
    EMPLOYER_ATTESTED = "employer_attested"
    COMPLETED = "completed"
    ASSESSED = "assessed"
    LICENSED = "licensed"


# Open Badges 3.0, section B.2 (AchievementType). A type in neither set, extensions included, is
# "completed": taking part is all that it is known to say.
LICENSES = frozenset({"License"})
# Given for passing an assessment, wherever the criteria say what was assessed.
ASSESSMENTS = frozenset(
    {
        "Assessment",
        "Certification",
        "Competency",
        "JourneymanCertificate",
        "MasterCertificate",
        "QualityAssuranceCredential",
    }
)
# Given for belonging or being thanked: no result makes them an assessment of a skill.
HONORS = frozenset({"Award", "CommunityService", "Membership"})
# Where a skill was learned, as far as the type says it.
LEARNING_CONTEXTS = {
    "ApprenticeshipCertificate": "apprenticeship",
    "JourneymanCertificate": "apprenticeship",
    "Fieldwork": "fieldwork",
    "CommunityService": "community service",
    "CoCurricular": "activity beside class",
}


def basis_of(
    achievement_type: str,
    *,
    has_criteria: bool,
    has_result: bool,
    has_evidence: bool,
    issued_to_self: bool = False,
    issuer_is_employer: bool = False,
) -> Basis:
    """The basis of a skill claim that a credential makes.

    A validated skill was observed against defined criteria by somebody qualified. So nothing is
    "assessed" without criteria, and what is merely a course, a degree or a badge needs a result
    or evidence for the skill as well. What an employer says of its own people without that is
    attested. A credential that people give themselves is their own claim.
    """
    if issued_to_self:
        return Basis.SELF_ASSERTED
    if achievement_type in LICENSES:
        return Basis.LICENSED
    observed = achievement_type in ASSESSMENTS or has_result or has_evidence
    if has_criteria and observed and achievement_type not in HONORS:
        return Basis.ASSESSED
    return Basis.EMPLOYER_ATTESTED if issuer_is_employer else Basis.COMPLETED
