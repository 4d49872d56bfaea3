"""From accepted records to what others may see. Pure: the same input gives the same profile.

The two axes of an assertion stay apart all the way: `basis` is what stands behind the claim,
`outcome` whether the document is authentic and current.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from talent_skills import CROSSWALK, SCALE_URI, Basis, Proficiency, basis_of

from talent_wallet.model import (
    AchievementTags,
    Assertion,
    Claims,
    Consent,
    Holder,
    IssuerType,
    License,
    Outcome,
    OwnSkill,
    Profile,
    Record,
    RecordState,
    Skill,
    SkillClaim,
    TaggedSkill,
    Trust,
    Verdict,
    publishable,
)
from talent_wallet.work import COUNTING, FoundSkills, FoundState, WorkSource, decided
from talent_wallet.work_lines import Line, noon, own_lines, record_lines

LICENSE_TYPES = frozenset({"License", "Certification"})


class Pseudonyms:
    """Ids that say nothing outside the network, and are the same each time."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: str, *parts: str) -> str:
        text = "\n".join((kind, *parts)).encode()
        return hmac.digest(self._key, text, hashlib.sha256)[:16].hex()


def compute_profile(
    holder: Holder,
    records: Iterable[Record],
    consent: Consent | None,
    pseudonyms: Pseudonyms,
    tags: Mapping[str, AchievementTags],
    found: Mapping[str, FoundSkills],
) -> Profile:
    """What the holder shows under `consent` (None: what a consent to everything would show).

    Takes in accepted records that are `publishable`, as far as the consent covers them, with the
    skills that their own words name (`tags`, by id@version of the achievement), the holder's own
    claims, and their work history with the skills in its words (`found`, by digest of the words).
    The order of `records` makes no difference.
    """
    covered = frozenset(consent.records) if consent else frozenset[str]()
    shown = [
        record
        for record in sorted(records, key=lambda record: record.credential_id)
        if record.state is RecordState.ACCEPTED
        and publishable(record)
        and (not covered or record.credential_id in covered)
    ]
    assertions = [
        one
        for record in shown
        for one in _from_record(record, pseudonyms, tags.get(record.achievement))
    ]
    assertions += [_own(holder, skill, pseudonyms.of) for skill in holder.own_skills]
    lines = [
        *own_lines(holder, covered),
        *(one for record in shown for one in record_lines(record)),
    ]
    assertions += [one for line in lines for one in _from_work(holder, line, pseudonyms, found)]
    licenses = [one for record in shown for one in _license(record)]
    return Profile(
        holder_id=holder.holder_id,
        assertions=tuple(sorted(assertions, key=lambda one: (one.skill.uri, one.assertion_id))),
        licenses=tuple(licenses),
        employment=tuple(line.shown for line in lines),
        limits=holder.limits,
        consent=consent,
    )


def record_basis(record: Record) -> Basis | None:
    """The strongest basis that this credential gives any of its skills; None if unread."""
    if record.claims is None:
        return None
    has_result = any(claim.has_result for claim in record.claims.skills)
    return _basis(record.claims, record.verdict, has_result)


def _from_record(
    record: Record, pseudonyms: Pseudonyms, tags: AchievementTags | None
) -> Iterable[Assertion]:
    claims, verdict, outcome = record.claims, record.judged, record.outcome
    if claims is None or verdict is None or outcome is None:
        return
    evidence = [(pseudonyms.of("evidence", record.credential_id), "credential", record.digest)]
    evidence += [
        (pseudonyms.of("evidence", record.credential_id, item.json_pointer), item.type, "")
        for item in claims.artifacts
    ]
    # Without a `source` of its own the issuer is who observed the skill.
    own = claims.validator_did in {"", verdict.issuer_did}
    aligned = {claim.skill.uri for claim in claims.skills}
    named = [one for one in (tags.tags if tags else ()) if one.skill.uri not in aligned]
    for claim, tag in [*((one, None) for one in claims.skills), *((_claim(t), t) for t in named)]:
        yield Assertion(
            assertion_id=pseudonyms.of("assertion", record.credential_id, claim.skill.uri),
            skill=claim.skill,
            basis=_basis(claims, verdict, claim.has_result),
            outcome=outcome,
            proficiency=claim.proficiency,
            normalized_level=CROSSWALK.normalize(claim.proficiency),
            crosswalk_version=CROSSWALK.version,
            derivation=f"tagged_by_{tag.method}" if tag else "credential_alignment",
            confidence=tag.score if tag else 1.0,
            accepted_by=tag.accepted_by if tag else "",
            taxonomy=tags.taxonomy if tag and tags else "",
            issuer_did=verdict.issuer_did,
            issuer_org_id=verdict.issuer_org_id,
            issuer_type=verdict.issuer_type,
            issuer_name=verdict.issuer_name,
            issuer_trusted=verdict.issuer_trust is Trust.TRUSTED,
            validator_did=verdict.issuer_did if own else claims.validator_did,
            validator_org_id=verdict.issuer_org_id if own else "",
            validator_type=verdict.issuer_type if own else IssuerType.UNSPECIFIED,
            credential_id=record.credential_id,
            json_pointer=claim.json_pointer,
            evidence=tuple(evidence),
            achievement_name=claims.name,
            achievement_id=record.achievement.rpartition("@")[0],
            criteria_stated=claims.has_criteria,
            criteria_id=claims.criteria_id,
            criteria_version=claims.achievement_version,
            rubric_id=claim.rubric_id,
            assessment=claim.assessment,
            score=claim.score,
            learning_context=claims.learning_context,
            activity_start=claims.activity_start,
            activity_end=claims.activity_end,
            awarded=claims.awarded,
            valid_from=claims.valid_from,
            valid_until=claims.valid_until,
        )


def _claim(tag: TaggedSkill) -> SkillClaim:
    """What the words of the achievement say, of no level and with no result of their own."""
    return SkillClaim(tag.skill, tag.json_pointer)


def _basis(claims: Claims, verdict: Verdict | None, has_result: bool) -> Basis:
    employer = verdict is not None and verdict.issuer_type is IssuerType.EMPLOYER
    return basis_of(
        claims.achievement_type,
        has_criteria=claims.has_criteria,
        has_result=has_result,
        has_evidence=bool(claims.artifacts),
        issued_to_self=bool(claims.subject_did) and claims.subject_did == claims.issuer_did,
        issuer_is_employer=employer,
    )


def _own(holder: Holder, own: OwnSkill, pseudonym: Callable[..., str]) -> Assertion:
    proficiency = Proficiency(SCALE_URI, level_code=str(own.level)) if own.level else None
    return Assertion(
        assertion_id=pseudonym("assertion", holder.holder_id, own.uri),
        skill=Skill(own.uri, own.label),
        basis=Basis.SELF_ASSERTED,
        outcome=Outcome.NO_DOCUMENT,
        proficiency=proficiency,
        normalized_level=CROSSWALK.normalize(proficiency),
        crosswalk_version=CROSSWALK.version,
        derivation="self_asserted",
    )


def _from_work(
    holder: Holder, line: Line, pseudonyms: Pseudonyms, found: Mapping[str, FoundSkills]
) -> Iterable[Assertion]:
    """The skills in the words of a line, of no level. How long the work lasted is told and weighs
    nothing; when it ended does, where others attest it."""
    work, record = line.shown.work, line.record
    words = found.get(work.words)
    verdict = record.judged if record else None
    # Who was still there when a credential was issued, was there until then.
    issued = record.claims.valid_from if record and record.claims else None
    for one in decided(line.line_id, words, holder.work_decisions):
        if one.state not in COUNTING:
            continue
        made = Assertion(
            assertion_id=pseudonyms.of("assertion", holder.holder_id, line.line_id, one.uri),
            skill=Skill(one.uri, one.label),
            basis=Basis.SELF_ASSERTED,
            outcome=Outcome.NO_DOCUMENT,
            proficiency=None,
            normalized_level=0,
            crosswalk_version=CROSSWALK.version,
            derivation=f"tagged_by_{one.method}",
            confidence=one.score,
            accepted_by="holder" if one.state is FoundState.ACCEPTED else "",
            taxonomy=words.taxonomy if words else "",
            achievement_name=work.title,
            activity_start=noon(work.start),
            activity_end=noon(work.end) or issued,
        )
        yield _attested(made, record, verdict, line, pseudonyms) if record and verdict else made


def _attested(
    made: Assertion, record: Record, verdict: Verdict, line: Line, pseudonyms: Pseudonyms
) -> Assertion:
    """The same out of a credential: what its issuer says, if they are somebody who knows."""
    claims = record.claims or Claims()
    knows = line.shown.source is not WorkSource.SELF
    return replace(
        made,
        basis=Basis.EMPLOYER_ATTESTED if knows else Basis.SELF_ASSERTED,
        outcome=record.outcome or Outcome.UNDETERMINED,
        issuer_did=verdict.issuer_did,
        issuer_org_id=verdict.issuer_org_id,
        issuer_type=verdict.issuer_type,
        issuer_name=verdict.issuer_name,
        issuer_trusted=verdict.issuer_trust is Trust.TRUSTED,
        validator_did=verdict.issuer_did,
        validator_org_id=verdict.issuer_org_id,
        validator_type=verdict.issuer_type,
        credential_id=record.credential_id,
        evidence=((pseudonyms.of("evidence", record.credential_id), "credential", record.digest),),
        awarded=claims.awarded,
        valid_from=claims.valid_from,
        valid_until=claims.valid_until,
    )


def _license(record: Record) -> Iterable[License]:
    """A numbered license. Verified when it comes from the body that keeps it and all is checked;
    else its check at the source is still to be done."""
    claims, verdict = record.claims, record.judged
    if claims is None or verdict is None or not claims.license_number:
        return
    if claims.achievement_type not in LICENSE_TYPES:
        return
    verified = record.outcome is Outcome.VALID and verdict.issuer_trust is Trust.TRUSTED
    for jurisdiction in record.jurisdictions or ("",):
        yield License(
            type=claims.achievement_code or claims.name,
            jurisdiction=jurisdiction,
            state="verified" if verified else "primary_source_pending",
            credential_id=record.credential_id,
            valid_until=claims.valid_until,
        )
