"""From events to the model, and from the model to events."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from talent_kit.events import Record
from talent_kit.telemetry import going_on
from talent_proto.events.v1 import catalog_pb2, skills_pb2, verifications_pb2
from talent_proto.events.v1.credentials_pb2 import CredentialPublished, CredentialStatusChanged
from talent_vc import Check, Outcome, Overall, Part

from talent_verifier.model import (
    Cause,
    Issuer,
    IssuerTrust,
    Organization,
    Published,
    StatusChanged,
    ValidatorType,
    Verdict,
    Vetting,
)

OUTCOMES = {
    Overall.UNPARSEABLE: skills_pb2.VERIFICATION_OUTCOME_UNPARSEABLE,
    Overall.INVALID: skills_pb2.VERIFICATION_OUTCOME_INVALID,
    Overall.REVOKED: skills_pb2.VERIFICATION_OUTCOME_REVOKED,
    Overall.SUSPENDED: skills_pb2.VERIFICATION_OUTCOME_SUSPENDED,
    Overall.EXPIRED: skills_pb2.VERIFICATION_OUTCOME_EXPIRED,
    Overall.NOT_YET_VALID: skills_pb2.VERIFICATION_OUTCOME_NOT_YET_VALID,
    Overall.UNDETERMINED: skills_pb2.VERIFICATION_OUTCOME_UNDETERMINED,
    Overall.VALID: skills_pb2.VERIFICATION_OUTCOME_VALID,
}
CHECK_OUTCOMES = {
    Outcome.PASSED: verifications_pb2.CHECK_OUTCOME_PASSED,
    Outcome.FAILED: verifications_pb2.CHECK_OUTCOME_FAILED,
    Outcome.NOT_CHECKED: verifications_pb2.CHECK_OUTCOME_NOT_CHECKED,
    Outcome.NOT_APPLICABLE: verifications_pb2.CHECK_OUTCOME_NOT_APPLICABLE,
}
CHECK_OUTCOMES_READ = {number: outcome for outcome, number in CHECK_OUTCOMES.items()}
TRUSTS = {
    IssuerTrust.TRUSTED: verifications_pb2.ISSUER_TRUST_TRUSTED,
    IssuerTrust.UNKNOWN: verifications_pb2.ISSUER_TRUST_UNKNOWN,
    IssuerTrust.SUSPENDED: verifications_pb2.ISSUER_TRUST_SUSPENDED,
}
TYPES = {
    ValidatorType.UNSPECIFIED: skills_pb2.VALIDATOR_TYPE_UNSPECIFIED,
    ValidatorType.COLLEGE: skills_pb2.VALIDATOR_TYPE_COLLEGE,
    ValidatorType.TRAINING_PROVIDER: skills_pb2.VALIDATOR_TYPE_TRAINING_PROVIDER,
    ValidatorType.INDUSTRY_ASSOCIATION: skills_pb2.VALIDATOR_TYPE_INDUSTRY_ASSOCIATION,
    ValidatorType.EMPLOYER: skills_pb2.VALIDATOR_TYPE_EMPLOYER,
    ValidatorType.GOVERNMENT: skills_pb2.VALIDATOR_TYPE_GOVERNMENT,
}
TYPES_READ = {number: type for type, number in TYPES.items()}
VETTINGS_READ = {
    catalog_pb2.VETTING_STATE_VETTED: Vetting.VETTED,
    catalog_pb2.VETTING_STATE_SUSPENDED: Vetting.SUSPENDED,
}


def published(record: Record) -> Published:
    event: CredentialPublished = record.event
    return Published(
        credential_id=_named(event.credential_id, record),
        org_id=event.org_id,
        version=record.version,
        content=event.credential,
        digest=event.digest,
        cause=Cause(record.event_id, going_on(record)),
    )


def status_changed(record: Record) -> StatusChanged:
    event: CredentialStatusChanged = record.event
    return StatusChanged(
        credential_id=_named(event.credential_id, record),
        org_id=event.org_id,
        version=record.version,
        list_versions={
            changed.status_list_credential: changed.version for changed in event.status_list_version
        },
        cause=Cause(record.event_id, going_on(record)),
    )


def organization(record: Record) -> Organization:
    """Of any of the three events about organizations: each carries the whole of it."""
    stated: catalog_pb2.Organization = record.event.organization
    return Organization(
        org_id=_named(stated.org_id, record),
        did=stated.did,
        name=stated.name,
        # A type that a newer registry knows and we do not is no reason to refuse the rest.
        type=TYPES_READ.get(stated.type, ValidatorType.UNSPECIFIED),
        vetting=VETTINGS_READ.get(stated.vetting, Vetting.PENDING),
    )


class Shared:
    """What many verdicts say alike, in bytes: workers tell what is the same of many credentials by
    one object, which is put into words once.

    Bytes of messages one after the other are those of a message with all their fields
    (https://protobuf.dev/programming-guides/encoding/#last-one-wins).
    """

    def __init__(self) -> None:
        # With the object itself, which keeps its id from being used again.
        self._made: dict[int, tuple[object, bytes]] = {}

    def of(self, judged: Verdict) -> bytes:
        """A Verdict message with nothing but its checks, its issuer and its instant."""
        return self.checks(judged) + self._joined((judged.issuer, judged.verified_at))

    def checks(self, judged: Verdict) -> bytes:
        """A Verdict message with nothing but its checks; `checks_of` reads it."""
        there = self._made.get(id(judged.checks))
        if there is None:
            there = judged.checks, self._joined(judged.checks)
            self._made[id(judged.checks)] = there
        return there[1]

    def _joined(self, told: Iterable[Check | Issuer | datetime]) -> bytes:
        made = self._made
        parts: list[bytes] = []
        for one in told:
            there = made.get(id(one))
            if there is None:
                there = made[id(one)] = one, _alone(one).SerializeToString()
            parts.append(there[1])
        return b"".join(parts)


def checks_of(encoded: bytes) -> tuple[Check, ...]:
    """The checks of a Verdict message."""
    told = verifications_pb2.Verdict.FromString(encoded)
    return tuple(
        Check(one.code, CHECK_OUTCOMES_READ[one.outcome], dict(one.arguments), one.about)
        for one in told.check
    )


def _alone(told: Check | Issuer | datetime) -> verifications_pb2.Verdict:
    """A verdict that says nothing else."""
    if isinstance(told, Check):
        return verifications_pb2.Verdict(check=[check(told)])
    if isinstance(told, Issuer):
        return verifications_pb2.Verdict(
            issuer_did=told.did,
            issuer_org_id=told.org_id,
            issuer_name=told.name,
            issuer_type=TYPES[told.type],
            issuer_trust=TRUSTS[told.trust],
        )
    made = verifications_pb2.Verdict()
    made.verified_at.FromDatetime(told)
    return made


def verdict(
    judged: Verdict, credential_id: str = "", shared: Shared | None = None
) -> verifications_pb2.Verdict:
    made = verifications_pb2.Verdict()
    state(made, judged, credential_id, shared or Shared())
    return made


def state(
    made: verifications_pb2.Verdict, judged: Verdict, credential_id: str, shared: Shared
) -> None:
    """Put a verdict into a message that has nothing yet."""
    made.MergeFromString(shared.of(judged))
    made.credential_id = credential_id
    made.digest = judged.digest
    made.outcome = OUTCOMES[judged.outcome]
    if judged.parts:
        made.part.extend([_part(one) for one in judged.parts])
    if judged.next_change:
        made.next_change_at.FromDatetime(judged.next_change)


def _part(one: Part) -> verifications_pb2.VerdictPart:
    judged = verifications_pb2.Verdict(
        outcome=OUTCOMES[one.verdict.outcome],
        check=[check(found) for found in one.verdict.checks],
        issuer_did=one.verdict.issuer,
        part=[_part(inner) for inner in one.verdict.parts],
    )
    return verifications_pb2.VerdictPart(about=one.about, kind=one.kind, verdict=judged)


def check(one: Check) -> verifications_pb2.Check:
    return verifications_pb2.Check(
        code=one.code,
        outcome=CHECK_OUTCOMES[one.outcome],
        arguments=dict(one.arguments),
        about=one.about,
    )


def _named(identifier: Any, record: Record) -> str:
    if not identifier:
        raise ValueError(f"{record.type} names nothing")
    return str(identifier)
