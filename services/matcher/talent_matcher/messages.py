"""Between the contract's messages and the matcher's own values."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp
from talent_proto.events.v1 import (
    common_pb2,
    jobs_pb2,
    matches_pb2,
    profiles_pb2,
    skills_pb2,
)

from talent_matcher.gates import week
from talent_matcher.model import (
    Assertion,
    AssessmentKind,
    Basis,
    Contribution,
    Criteria,
    Derivation,
    Fit,
    Gate,
    GateOutcome,
    HolderId,
    Hours,
    Importance,
    Job,
    JobId,
    License,
    LicenseRequirement,
    LicenseState,
    Missing,
    OrgId,
    Outcome,
    Pay,
    PayPeriod,
    Place,
    Profile,
    Proof,
    Relation,
    Requirement,
    Skill,
    SkillUri,
    ValidatorType,
    Week,
)
from talent_matcher.score import CODE
from talent_matcher.showing import Change
from talent_matcher.statements import criteria_key

Version = tuple[int, int]
CREDENTIAL = "credential"  # evidence that is the document itself, and no artifact
TAGGED = "tagged_by_"  # how a skill was found in the words of its source


def profile(message: profiles_pb2.TalentProfile, at: Version, zone: ZoneInfo) -> Profile:
    """A holder's profile; instants become dates in the state's zone."""
    limits = message.limits
    floor = limits.pay_floor
    return Profile(
        holder_id=HolderId(message.holder_id),
        version=at,
        assertions=tuple(
            _assertion(one, zone)
            for one in message.assertion
            # What an employer keeps for itself has no business here; never match on it.
            if one.scope != skills_pb2.ASSERTION_SCOPE_EMPLOYER_PRIVATE
        ),
        licenses=tuple(
            License(
                one.type, one.jurisdiction, LicenseState(one.state), civil_date(one.valid_until)
            )
            for one in message.license
        ),
        place=_place(message.place),
        hours=Hours(limits.weekly_hours_min, limits.weekly_hours_max),
        shifts=_week(limits.shift_window),
        pay_floor=_pay(floor.amount, floor.period),
        commute_miles=limits.commute_radius_miles,
        excluded_orgs=frozenset(message.excluded_org_id),
        recipient_org=message.recipient_org_id,
    )


def job(message: jobs_pb2.Job, at: Version) -> Job:
    """A job as matching sees it."""
    salary = message.base_salary
    top = salary.max if salary.max.minor_units else salary.min
    return Job(
        job_id=JobId(message.job_id),
        employer=OrgId(message.employer_org_id),
        version=at,
        requirements=tuple(
            Requirement(
                skill=skill(one.skill),
                importance=Importance(one.importance),
                level=one.required_level,
                gate=one.gate,
                accepted=frozenset(Basis(basis) for basis in one.evidence_accepted),
                trainable=one.trainable_on_job,
            )
            for one in message.requirement
        ),
        licenses=tuple(
            LicenseRequirement(one.type, one.jurisdiction, one.accept_pending)
            for one in message.license_requirement
        ),
        remote=message.job_location_type == jobs_pb2.JOB_LOCATION_TYPE_REMOTE,
        place=_place(message.place),
        hours=Hours(message.weekly_hours.min, message.weekly_hours.max),
        shifts=_week(message.shift_window),
        top_pay=_pay(top, salary.unit),
        valid_through=civil_date(message.valid_through),
        threshold=message.threshold,
        cap=message.match_cap,
        internal=message.visibility == jobs_pb2.JOB_VISIBILITY_INTERNAL,
    )


def match(change: Change, now: Fit, *, employer: str, epoch: int, as_of: date) -> matches_pb2.Match:
    """The announcement of a pair, with every version that led to it."""
    return matches_pb2.Match(
        job_id=change.job_id,
        holder_id=change.holder_id,
        employer_org_id=employer,
        score=now.score,
        contribution=[contribution_message(one) for one in now.contributions],
        gate=[gate_message(one) for one in now.gates],
        missing=[missing_message(one) for one in now.missing],
        versions=matches_pb2.MatchVersions(
            profile=_version(change.profile_version),
            job=_version(change.job_version),
            weights=change.weights,
            taxonomy=now.taxonomy,
            crosswalk=now.crosswalk,
            code=CODE,
        ),
        as_of=date_message(as_of),
        shard_epoch=epoch,
    )


def fit(message: matches_pb2.Match) -> Fit:
    """What a match says of the pair: the reverse of `match`, as far as it is compared."""
    return Fit(
        score=message.score,
        contributions=tuple(_contribution(one) for one in message.contribution),
        gates=tuple(
            Gate(one.code, GateOutcome(one.outcome), tuple(sorted(one.arguments.items())))
            for one in message.gate
        ),
        missing=tuple(
            Missing(skill(one.skill), Importance(one.importance), one.required_level, one.level)
            for one in message.missing
        ),
    )


def civil_date(message: common_pb2.CivilDate) -> date | None:
    """None when it is not stated. Raises ValueError for a day that no calendar has."""
    return date(message.year, message.month, message.day) if message.year else None


def gate_message(one: Gate) -> matches_pb2.Gate:
    return matches_pb2.Gate(
        code=one.code,
        outcome=matches_pb2.GateOutcome.ValueType(one.outcome),
        arguments=dict(one.arguments),
    )


def missing_message(one: Missing) -> matches_pb2.Missing:
    return matches_pb2.Missing(
        skill=skill_message(one.skill),
        importance=jobs_pb2.Importance.ValueType(one.importance),
        required_level=one.required_level,
        level=one.level,
    )


def stamp(at: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(at)
    return made


def date_message(value: date) -> common_pb2.CivilDate:
    return common_pb2.CivilDate(year=value.year, month=value.month, day=value.day)


def _assertion(one: skills_pb2.SkillAssertion, zone: ZoneInfo) -> Assertion:
    tested_on, awarded = civil_date(one.assessment.date), _day(one, "awarded", zone)
    seen = [day for day in (tested_on, awarded, _day(one, "activity_end", zone)) if day]
    return Assertion(
        skill=SkillUri(one.skill.uri),
        proof=Proof(
            assertion_id=one.assertion_id,
            basis=Basis(one.basis),
            outcome=Outcome(one.verification_outcome),
            level=one.normalized_level,
            issuer_trusted=one.issuer_trusted,
            issuer_did=one.issuer.did,
            issuer_name=one.issuer_name,
            achievement_name=one.achievement_name,
            evidence_id=one.evidence[0].id if one.evidence else one.source_credential_id,
            awarded=tested_on or awarded,
            validator=ValidatorType(one.validator.type),
            artifact=any(item.type != CREDENTIAL for item in one.evidence),
            criteria=_criteria(one),
            testing=_testing(one.assessment),
            context=bool(one.learning_context),
            derivation=_derivation(one.derivation),
        ),
        valid_from=_day(one, "valid_from", zone),
        valid_until=_day(one, "valid_until", zone),
        shown_on=max(seen, default=None),
        validator_org=one.validator.org_id,
        # A stranger can name any achievement: whose criteria they are is taken from those whom the
        # agency approved.
        criteria_of=criteria_key(one.achievement_id, one.criteria_version)
        if one.issuer_trusted and one.achievement_id
        else "",
        label=one.skill.label,
        taxonomy=one.taxonomy_version,
        crosswalk=one.crosswalk_version,
    )


def _contribution(one: matches_pb2.Contribution) -> Contribution:
    return Contribution(
        skill=skill(one.skill),
        importance=Importance(one.importance),
        required_level=one.required_level,
        points=one.points,
        max_points=one.max_points,
        proof=Proof(
            assertion_id=one.assertion_id,
            basis=Basis(one.basis),
            outcome=Outcome(one.verification_outcome),
            level=one.level,
            issuer_trusted=one.issuer_trusted,
            issuer_did=one.issuer_did,
            issuer_name=one.issuer_name,
            achievement_name=one.achievement_name,
            evidence_id=one.evidence_id,
            awarded=civil_date(one.awarded),
            validator=ValidatorType(one.validator_type),
            artifact=one.artifact,
            criteria=Criteria(one.criteria),
            testing=AssessmentKind(one.testing),
            context=one.context,
            derivation=Derivation(one.reading),
        ),
        relation=Relation(one.relation),
        shown=skill(one.shown_skill) if one.HasField("shown_skill") else None,
        age=one.age_step,
        trusted_validator=one.employer_trusts_validator,
        endorsed_criteria=one.employer_endorses_criteria,
    )


def contribution_message(one: Contribution) -> matches_pb2.Contribution:
    proof = one.proof
    return matches_pb2.Contribution(
        factor="skill",
        skill=skill_message(one.skill),
        importance=jobs_pb2.Importance.ValueType(one.importance),
        points=one.points,
        max_points=one.max_points,
        assertion_id=proof.assertion_id,
        basis=skills_pb2.AssertionBasis.ValueType(proof.basis),
        verification_outcome=skills_pb2.VerificationOutcome.ValueType(proof.outcome),
        level=proof.level,
        required_level=one.required_level,
        evidence_id=proof.evidence_id,
        achievement_name=proof.achievement_name,
        issuer_name=proof.issuer_name,
        issuer_did=proof.issuer_did,
        issuer_trusted=proof.issuer_trusted,
        awarded=date_message(proof.awarded) if proof.awarded else None,
        relation=matches_pb2.SkillRelation.ValueType(one.relation),
        shown_skill=skill_message(one.shown) if one.shown else None,
        validator_type=skills_pb2.ValidatorType.ValueType(proof.validator),
        artifact=proof.artifact,
        criteria=matches_pb2.CriteriaKind.ValueType(proof.criteria),
        testing=matches_pb2.TestingKind.ValueType(proof.testing),
        context=proof.context,
        reading=matches_pb2.ReadingKind.ValueType(proof.derivation),
        age_step=one.age,
        employer_trusts_validator=one.trusted_validator,
        employer_endorses_criteria=one.endorsed_criteria,
    )


def _criteria(one: skills_pb2.SkillAssertion) -> Criteria:
    if one.rubric_id:
        return Criteria.RUBRIC
    return Criteria.STATED if one.criteria_id or one.criteria_stated else Criteria.NOT_STATED


def _testing(one: skills_pb2.Assessment) -> AssessmentKind:
    if one.proctored:
        return AssessmentKind.PROCTORED
    named = one.method or one.score or one.date.year
    return AssessmentKind.NAMED if named else AssessmentKind.NOT_STATED


def _derivation(one: skills_pb2.Derivation) -> Derivation:
    by_machine = one.method.startswith(TAGGED) and not one.accepted_by
    return Derivation.TAGGED if by_machine else Derivation.STATED


def skill(one: skills_pb2.SkillReference) -> Skill:
    return Skill(SkillUri(one.uri), one.label, one.framework_uri, one.framework_version, one.ctid)


def skill_message(one: Skill) -> skills_pb2.SkillReference:
    return skills_pb2.SkillReference(
        uri=one.uri,
        label=one.label,
        framework_uri=one.framework_uri,
        framework_version=one.framework_version,
        ctid=one.ctid,
    )


def _place(message: common_pb2.CoarsePlace) -> Place:
    return Place(message.state, message.county_fips, message.zip3)


def _pay(amount: common_pb2.Money, period: int) -> Pay | None:
    stated = amount.minor_units > 0 and period != PayPeriod.UNSPECIFIED
    return Pay(amount.minor_units, amount.currency, PayPeriod(period)) if stated else None


def _week(windows: Iterable[common_pb2.ShiftWindow]) -> Week:
    # A window without a day says nothing.
    return week([(one.day - 1, one.start_minute, one.end_minute) for one in windows if one.day])


def _day(
    message: skills_pb2.SkillAssertion,
    field: Literal["activity_end", "awarded", "valid_from", "valid_until"],
    zone: ZoneInfo,
) -> date | None:
    if not message.HasField(field):
        return None
    return _civil(getattr(message, field).seconds, zone)


@lru_cache(maxsize=1 << 16)
def _civil(seconds: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(seconds, zone).date()


def _version(at: Version) -> common_pb2.AggregateVersion:
    return common_pb2.AggregateVersion(epoch=at[0], n=at[1])
