"""Valid things with one changed field."""

from datetime import UTC, date, datetime
from typing import Any

from talent_matcher.model import (
    Assertion,
    AssessmentKind,
    Basis,
    Criteria,
    Fit,
    HolderId,
    Importance,
    Job,
    JobId,
    OrgId,
    Outcome,
    Profile,
    Proof,
    Requirement,
    Skill,
    SkillUri,
)
from talent_matcher.score import ALONE, Known, Scorer
from talent_matcher.weights import Weights
from talent_proto.events.v1 import common_pb2, jobs_pb2, profiles_pb2, skills_pb2

TODAY = date(2026, 11, 23)
SHOWN = date(2026, 5, 4)
WELDING = "https://skills.example/welding-mig"
BLUEPRINTS = "https://skills.example/blueprints"
SAFETY = "https://skills.example/safety"
LABELS = {WELDING: "Welding (MIG)", BLUEPRINTS: "Blueprint reading", SAFETY: "Shop safety"}


def proof(**changed: Any) -> Proof:
    stated: dict[str, Any] = {
        "assertion_id": "assertion-1",
        "basis": Basis.ASSESSED,
        "outcome": Outcome.VALID,
        "level": 3,
        "issuer_trusted": True,
        "issuer_name": "Front Range Trades Academy",
        "artifact": True,
        "criteria": Criteria.RUBRIC,
        "testing": AssessmentKind.PROCTORED,
        "context": True,
    }
    return Proof(**{**stated, **changed})


def assertion(skill: str = WELDING, **changed: Any) -> Assertion:
    names = ("valid_from", "valid_until", "shown_on", "validator_org", "criteria_of", "label")
    own = {name: changed.pop(name) for name in names if name in changed}
    return Assertion(SkillUri(skill), proof(**changed), **{"shown_on": SHOWN, **own})


def profile(*assertions: Assertion, **changed: Any) -> Profile:
    stated: dict[str, Any] = {"holder_id": HolderId("holder-1"), "version": (1, 1)}
    return Profile(**{**stated, "assertions": assertions or (assertion(),), **changed})


def requirement(skill: str = WELDING, **changed: Any) -> Requirement:
    stated: dict[str, Any] = {
        "skill": Skill(SkillUri(skill), LABELS.get(skill, skill)),
        "importance": Importance.REQUIRED,
        "level": 3,
    }
    return Requirement(**{**stated, **changed})


def job(*requirements: Requirement, **changed: Any) -> Job:
    stated: dict[str, Any] = {
        "job_id": JobId("job-1"),
        "employer": OrgId("org-employer"),
        "version": (1, 1),
    }
    return Job(**{**stated, "requirements": requirements or (requirement(),), **changed})


def fit(
    holder: Profile, wanted: Job, weights: Weights, as_of: date, known: Known = ALONE
) -> Fit | None:
    return Scorer(wanted, weights, as_of, known).fit(holder)


# The same as messages of the contract.


def skill_message(uri: str = WELDING) -> skills_pb2.SkillReference:
    return skills_pb2.SkillReference(uri=uri, label=LABELS.get(uri, uri))


def assertion_message(uri: str = WELDING, **changed: Any) -> skills_pb2.SkillAssertion:
    stated: dict[str, Any] = {
        "assertion_id": f"assertion-{uri[-7:]}",
        "skill": skill_message(uri),
        "basis": skills_pb2.ASSERTION_BASIS_ASSESSED,
        "verification_outcome": skills_pb2.VERIFICATION_OUTCOME_VALID,
        "normalized_level": 3,
        "issuer": skills_pb2.Validator(did="did:web:academy.example", org_id="org-academy"),
        "issuer_trusted": True,
        "evidence": [skills_pb2.Evidence(id="evidence-1", type="Photo")],
        "rubric_id": "https://academy.example/mig/rubric",
        "assessment": skills_pb2.Assessment(method="PerformanceTest", proctored=True),
        "learning_context": "Shop floor",
        "source_credential_id": "credential-1",
        "achievement_name": "MIG Welder",
        "issuer_name": "Front Range Trades Academy",
        "scope": skills_pb2.ASSERTION_SCOPE_NETWORK,
        "taxonomy_version": "1",
        "crosswalk_version": "1",
    }
    message = skills_pb2.SkillAssertion(**{**stated, **changed})
    message.awarded.FromDatetime(datetime(2026, 5, 4, 18, tzinfo=UTC))
    return message


def profile_message(
    holder_id: str, *assertions: skills_pb2.SkillAssertion, **changed: Any
) -> profiles_pb2.TalentProfile:
    return profiles_pb2.TalentProfile(
        holder_id=holder_id,
        assertion=assertions or (assertion_message(),),
        consent_id=f"consent-{holder_id}",
        consent_version=1,
        **changed,
    )


def requirement_message(uri: str = WELDING, **changed: Any) -> jobs_pb2.Requirement:
    stated: dict[str, Any] = {
        "skill": skill_message(uri),
        "importance": jobs_pb2.IMPORTANCE_REQUIRED,
        "required_level": 3,
    }
    return jobs_pb2.Requirement(**{**stated, **changed})


def job_message(*requirements: jobs_pb2.Requirement, **changed: Any) -> jobs_pb2.Job:
    stated: dict[str, Any] = {
        "title": "Welder",
        "requirement": requirements or (requirement_message(),),
        "place": common_pb2.CoarsePlace(state="US-CO"),
        "visibility": jobs_pb2.JOB_VISIBILITY_PUBLIC,
    }
    return jobs_pb2.Job(**{**stated, **changed})
