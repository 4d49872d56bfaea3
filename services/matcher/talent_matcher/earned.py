"""What somebody would show who had earned an achievement today: the assertions of a credential that
its issuer signed and every check of which passed. The same terms as a wallet makes of a real one.
"""

from dataclasses import dataclass
from datetime import date

from talent_skills import CROSSWALK, LEARNING_CONTEXTS, basis_of

from talent_matcher.curriculum import Curriculum, InWords, Taught
from talent_matcher.model import (
    Assertion,
    AssessmentKind,
    Basis,
    Criteria,
    Derivation,
    License,
    LicenseState,
    Outcome,
    Profile,
    Proof,
    SkillUri,
    ValidatorType,
)
from talent_matcher.programs import Program

# A credential of these types carries the number of a license.
LICENSES = frozenset({"License", "Certification"})


@dataclass(frozen=True, slots=True)
class Issuer:
    org_id: str
    did: str
    name: str
    type: ValidatorType
    trusted: bool  # the agency approved it


@dataclass(frozen=True, slots=True)
class Earned:
    assertions: tuple[Assertion, ...] = ()
    licenses: tuple[License, ...] = ()

    def added_to(self, profile: Profile) -> Profile:
        return profile._replace(
            assertions=(*profile.assertions, *self.assertions),
            licenses=(*profile.licenses, *self.licenses),
        )


def earned(
    program: Program,
    taught: tuple[Curriculum, tuple[InWords, ...]],
    issuer: Issuer,
    today: date,
    level: int = 0,
) -> Earned:
    """`level`: reached in every skill that is graded; 0 is the one that the program asks for."""
    says, words = taught
    aligned = {one.uri for one in says.skills}
    named = [(Taught(one.uri, one.label), one) for one in words if one.uri not in aligned]
    found = [
        _assertion(program, says, issuer, today, skill, word, level)
        for skill, word in [*((one, None) for one in says.skills), *named]
    ]
    return Earned(tuple(found), _licenses(says, issuer))


def tested(skill: str, label: str, level: int, today: date) -> Assertion:
    """A skill as if a trusted body had tested it today, with nothing else to support it."""
    proof = Proof(
        assertion_id=f"what-if {skill}",
        basis=Basis.ASSESSED,
        outcome=Outcome.VALID,
        level=level,
        issuer_trusted=True,
        awarded=today,
    )
    return Assertion(SkillUri(skill), proof, shown_on=today, label=label)


def _assertion(
    program: Program,
    says: Curriculum,
    issuer: Issuer,
    today: date,
    skill: Taught,
    word: InWords | None,
    level: int,
) -> Assertion:
    basis = basis_of(
        says.achievement_type,
        has_criteria=says.has_criteria,
        has_result=skill.has_result,
        has_evidence=False,
        issuer_is_employer=issuer.type is ValidatorType.EMPLOYER,
    )
    stated = Criteria.STATED if says.has_criteria else Criteria.NOT_STATED
    by_machine = word is not None and not word.accepted
    proof = Proof(
        assertion_id=f"what-if {program.achievement_id} {skill.uri}",
        basis=Basis[basis.name],
        outcome=Outcome.VALID,
        level=(level or skill.level) if skill.graded else 0,
        issuer_trusted=issuer.trusted,
        issuer_did=issuer.did,
        issuer_name=issuer.name,
        achievement_name=program.name,
        evidence_id=f"what-if {program.achievement_id}",
        awarded=today,
        validator=issuer.type,
        criteria=Criteria.RUBRIC if skill.rubric else stated,
        testing=AssessmentKind.NAMED if skill.named else AssessmentKind.NOT_STATED,
        context=says.achievement_type in LEARNING_CONTEXTS,
        derivation=Derivation.TAGGED if by_machine else Derivation.STATED,
    )
    return Assertion(
        SkillUri(skill.uri),
        proof,
        valid_from=today,
        shown_on=today,
        validator_org=issuer.org_id,
        criteria_of=program.achievement_id,
        taxonomy=word.taxonomy if word else "",
        crosswalk=CROSSWALK.version,
        label=skill.label,
    )


def _licenses(says: Curriculum, issuer: Issuer) -> tuple[License, ...]:
    if says.achievement_type not in LICENSES:
        return ()
    state = LicenseState.VERIFIED if issuer.trusted else LicenseState.PRIMARY_SOURCE_PENDING
    return tuple(
        License(says.license_type, jurisdiction, state)
        for jurisdiction in says.jurisdictions or ("",)
    )
