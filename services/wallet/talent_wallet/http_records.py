"""Records: what others issued to the holder, and the holder's decision on each."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import talent_vc
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from talent_kit import pages
from talent_kit.errors import Problem, Reason
from talent_skills import CROSSWALK

from talent_wallet.changes import Change
from talent_wallet.model import (
    Check,
    Claims,
    Organization,
    Record,
    RecordState,
    Trust,
    publishable,
)
from talent_wallet.profile import record_basis
from talent_wallet.requests import Answer, Me, Mine, Once, Wallet, once, own_record

router = APIRouter(tags=["records"])
PAGE = 100
NOT_CHECKED = "not_checked_yet"


class CheckOut(BaseModel):
    code: str
    outcome: str
    sentence: str
    about: str


class VerificationOut(BaseModel):
    """Whether the document is authentic and current; says nothing about the skills."""

    outcome: str
    verified_at: datetime | None
    checks: list[CheckOut]


class IssuerOut(BaseModel):
    did: str
    org_id: str
    name: str
    trusted: bool


class SkillOut(BaseModel):
    uri: str
    label: str
    level: int  # 1 to 5; 0: not stated
    level_as_issued: str


class RecordOut(BaseModel):
    credential_id: str
    state: RecordState
    decided_at: datetime | None
    name: str
    achievement_type: str
    issuer: IssuerOut
    basis: str  # what stands behind the claim, whatever the document is worth
    verification: VerificationOut
    skills: list[SkillOut]
    license_number: str
    awarded: datetime | None
    activity_start: datetime | None
    activity_end: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None
    # Accepted and in order: others see it while the holder agrees to be found.
    can_be_shown: bool


class RecordsOut(BaseModel):
    records: list[RecordOut]
    next_page_token: str


@router.get("/records")
async def list_records(
    me: Mine,
    wallet: Wallet,
    state: RecordState | None = None,
    page_size: int = 0,
    page_token: Annotated[str, Query(max_length=500)] = "",
) -> RecordsOut:
    """The holder's records, newest first."""
    size = pages.page_size(page_size, PAGE, default=50)
    before = str(pages.decode(page_token).get("before", ""))
    found = await wallet.store.page_of_records(
        me.holder_id, state=state, before=before, limit=size + 1
    )
    page = found[:size]
    issuers = await wallet.store.organizations(None, {record.org_id for record in page})
    more = len(found) > size
    return RecordsOut(
        records=[_shown(record, issuers.get(record.org_id)) for record in page],
        next_page_token=pages.encode({"before": page[-1].credential_id}) if more else "",
    )


@router.get("/records/{credential_id}/credential", response_class=Response)
async def get_credential(credential_id: str, me: Mine, wallet: Wallet) -> Response:
    """The credential as its issuer signed it, byte for byte."""
    found = (await wallet.store.records(None, [credential_id])).get(credential_id)
    credential = await wallet.store.credential(credential_id) if found else None
    if found is None or found.holder_id != me.holder_id or credential is None:
        raise Problem(Reason.NOT_FOUND, what="record")
    return Response(credential, media_type="application/vc")


@router.post("/records/{credential_id}/accept")
async def accept(credential_id: str, me: Mine, wallet: Wallet, request: Once) -> RecordOut:
    """Take the record in. A declined one can be accepted later."""
    return await _decide(credential_id, me, wallet, request, RecordState.ACCEPTED)


@router.post("/records/{credential_id}/decline")
async def decline(credential_id: str, me: Mine, wallet: Wallet, request: Once) -> RecordOut:
    """Leave the record out of everything; also one that was accepted before."""
    return await _decide(credential_id, me, wallet, request, RecordState.DECLINED)


async def _decide(
    credential_id: str, me: Me, wallet: Wallet, request: Once, state: RecordState
) -> RecordOut:
    async def work(change: Change) -> Answer:
        record = await own_record(wallet, change, me, credential_id)
        if record.state is not state:
            record = replace(record, state=state, decided_at=change.now)
            change.records[credential_id] = record
            change.refresh.add(me.holder_id)
            change.note(f"RECORD_{state.value.upper()}", me.holder_id, credential_id)
        issuers = await wallet.store.organizations(change.session, [record.org_id])
        return _shown(record, issuers.get(record.org_id)).model_dump(mode="json")

    return RecordOut.model_validate(await once(wallet, me, request, work))


def _shown(record: Record, issuer: Organization | None) -> RecordOut:
    claims = record.claims or Claims()
    verdict = record.judged
    basis = record_basis(record)
    return RecordOut(
        credential_id=record.credential_id,
        state=record.state,
        decided_at=record.decided_at,
        name=claims.name,
        achievement_type=claims.achievement_type,
        issuer=IssuerOut(
            did=verdict.issuer_did if verdict else claims.issuer_did,
            org_id=verdict.issuer_org_id if verdict else record.org_id,
            name=(verdict.issuer_name if verdict else "") or (issuer.name if issuer else ""),
            trusted=verdict is not None and verdict.issuer_trust is Trust.TRUSTED,
        ),
        basis=basis.value if basis else "",
        verification=VerificationOut(
            outcome=record.outcome.value if record.outcome else NOT_CHECKED,
            verified_at=verdict.verified_at if verdict else None,
            checks=[_check(check) for check in verdict.checks] if verdict else [],
        ),
        skills=[
            SkillOut(
                uri=one.skill.uri,
                label=one.skill.label,
                level=CROSSWALK.normalize(one.proficiency),
                level_as_issued=_as_issued(one.proficiency),
            )
            for one in claims.skills
        ],
        license_number=claims.license_number,
        awarded=claims.awarded,
        activity_start=claims.activity_start,
        activity_end=claims.activity_end,
        valid_from=claims.valid_from,
        valid_until=claims.valid_until,
        can_be_shown=record.state is RecordState.ACCEPTED and publishable(record),
    )


def _as_issued(proficiency: Any) -> str:
    return (proficiency.label or proficiency.level_code) if proficiency else ""


def _check(check: Check) -> CheckOut:
    outcome = talent_vc.Outcome(check.outcome.replace("_", "-"))
    sentence = talent_vc.sentence(
        talent_vc.Check(check.code, outcome, check.arguments, check.about)
    )
    return CheckOut(code=check.code, outcome=check.outcome, sentence=sentence, about=check.about)
