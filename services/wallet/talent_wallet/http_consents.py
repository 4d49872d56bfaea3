"""Consents: given, seen and taken back; the standing rule is one of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from talent_kit.errors import Problem, Reason
from talent_kit.ids import uuid7

from talent_wallet.changes import Change
from talent_wallet.model import Consent, Purpose, StandingRule
from talent_wallet.requests import Answer, Mine, Once, Wallet, once
from talent_wallet.settings import WalletSettings

router = APIRouter(tags=["consents"])
MOST = 1000  # records or organizations named in one consent
RECIPIENTS = {
    Purpose.DISCOVERY: "vetted_employers",
    Purpose.APPLICATION: "vetted_employers",
    Purpose.RESEARCH: "researchers",
    Purpose.AGENCY_REPORTING: "agency",
    Purpose.STANDING_ACCEPTANCE: "trusted_issuers",
}


Identifier = Annotated[str, Field(max_length=100)]


class ConsentIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    purpose: Literal["discovery", "application", "research", "agency_reporting"]
    expires_at: AwareDatetime | None = None
    records: list[Identifier] = Field(
        default=[], max_length=MOST
    )  # credential ids; empty: all accepted
    recipient_org_id: str = Field("", max_length=100)  # empty: all of the class
    excluded_org_ids: list[Identifier] = Field(default=[], max_length=MOST)
    notice_version: str = Field("1", max_length=100)
    language: str = Field("en-US", max_length=35)
    granted_by: Literal["self", "parent", "guardian"] = "self"


class ConsentOut(BaseModel):
    consent_id: str
    version: int
    purpose: Purpose
    stands: bool
    records: list[str]
    recipient_class: str
    recipient_org_id: str
    recipient_org_ids: list[str]  # of a standing rule: the issuers it names
    excluded_org_ids: list[str]
    granted_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    notice_version: str
    language: str
    granted_by: str


class ConsentsOut(BaseModel):
    consents: list[ConsentOut]


class StandingRuleBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    enabled: bool
    # "trusted": whoever the agency vouches for; or these organizations.
    issuers: Literal["trusted"] | list[Identifier] = Field(default="trusted", max_length=MOST)


async def _settings(request: Request) -> WalletSettings:
    settings: WalletSettings = request.app.state.settings
    return settings


Settings = Annotated[WalletSettings, Depends(_settings)]


@router.get("/consents")
async def list_consents(me: Mine, wallet: Wallet) -> ConsentsOut:
    """All that were ever given, newest first."""
    now = wallet.clock.now()
    found = await wallet.store.consents_of(me.holder_id)
    return ConsentsOut(consents=[_shown(consent, now) for consent in found])


@router.post("/consents", status_code=201)
async def grant(
    body: ConsentIn, me: Mine, wallet: Wallet, settings: Settings, request: Once
) -> ConsentOut:
    """Agree to one purpose. Takes the place of an agreement to the same purpose."""
    now = wallet.clock.now()
    expires_at = body.expires_at or now + timedelta(days=settings.consent_days)
    if expires_at <= now:
        raise Problem(Reason.INVALID_FIELD, field="expires_at", mend="use a time to come")
    if expires_at > now + timedelta(days=settings.longest_consent_days):
        mend = f"use a time in the next {settings.longest_consent_days} days"
        raise Problem(Reason.INVALID_FIELD, field="expires_at", mend=mend)

    async def work(change: Change) -> Answer:
        purpose = Purpose(body.purpose)
        known = await wallet.store.records(change.session, body.records)
        own = {one.line_id for one in (await wallet.lock(change, me.holder_id)).own_work}
        for credential_id in body.records:
            if credential_id in own:
                continue
            if credential_id not in known or known[credential_id].holder_id != me.holder_id:
                raise Problem(Reason.NOT_FOUND, field="records", what="record")
        consent = Consent(
            consent_id=uuid7(),
            holder_id=me.holder_id,
            purpose=purpose,
            version=1,
            granted_at=_milliseconds(change.now),
            expires_at=_milliseconds(expires_at),
            records=tuple(body.records),
            recipient_class="" if body.recipient_org_id else RECIPIENTS[purpose],
            recipient_party=body.recipient_org_id,
            excluded_org_ids=tuple(body.excluded_org_ids),
            notice_version=body.notice_version,
            language=body.language,
            granted_by=body.granted_by,
        )
        await wallet.grant(change, consent)
        change.refresh.add(me.holder_id)
        return _shown(consent, change.now).model_dump(mode="json")

    return ConsentOut.model_validate(await once(wallet, me, request, work))


@router.post("/consents/{consent_id}/withdraw")
async def withdraw(consent_id: str, me: Mine, wallet: Wallet, request: Once) -> ConsentOut:
    """Take a consent back. Nobody is shown anything under it once this has returned."""

    async def work(change: Change) -> Answer:
        consent = await wallet.store.consent(change.session, consent_id)
        if consent is None or consent.holder_id != me.holder_id:
            raise Problem(Reason.NOT_FOUND, what="consent")
        if consent.withdrawn_at is None:
            consent = await wallet.withdraw(change, consent)
            holder = change.holders[me.holder_id]
            rule = holder.standing_rule
            if rule and rule.consent_id == consent_id:
                change.holders[me.holder_id] = replace(holder, standing_rule=None)
            change.refresh.add(me.holder_id)
        return _shown(consent, change.now).model_dump(mode="json")

    return ConsentOut.model_validate(await once(wallet, me, request, work))


@router.get("/standing-rule")
async def get_standing_rule(me: Mine, wallet: Wallet) -> StandingRuleBody:
    holder = await wallet.store.holder(me.holder_id)
    rule = holder.standing_rule if holder else None
    if rule is None or wallet.clock.now() >= rule.expires_at:
        return StandingRuleBody(enabled=False)
    return _rule(rule)


@router.put("/standing-rule")
async def put_standing_rule(
    body: StandingRuleBody, me: Mine, wallet: Wallet, settings: Settings
) -> StandingRuleBody:
    """Accept records without being asked, those that wait included. A consent of its own."""
    org_ids = () if body.issuers == "trusted" else tuple(body.issuers)
    if body.enabled and body.issuers == []:
        raise Problem(Reason.MISSING_FIELD, field="issuers")

    async def work(change: Change) -> StandingRuleBody:
        holder = await wallet.lock(change, me.holder_id)
        rule = holder.standing_rule
        if not body.enabled:
            await wallet.end_standing(change, me.holder_id, Purpose.STANDING_ACCEPTANCE)
            rule = None
        elif rule is None or rule.org_ids != org_ids or change.now >= rule.expires_at:
            rule = await _grant_rule(change, org_ids)
        change.holders[me.holder_id] = replace(change.holders[me.holder_id], standing_rule=rule)
        change.refresh.add(me.holder_id)
        return _rule(rule) if rule else StandingRuleBody(enabled=False)

    async def _grant_rule(change: Change, org_ids: tuple[str, ...]) -> StandingRule:
        now = _milliseconds(change.now)
        consent = Consent(
            consent_id=uuid7(),
            holder_id=me.holder_id,
            purpose=Purpose.STANDING_ACCEPTANCE,
            version=1,
            granted_at=now,
            expires_at=now + timedelta(days=settings.consent_days),
            recipient_class="" if org_ids else RECIPIENTS[Purpose.STANDING_ACCEPTANCE],
            recipient_org_ids=org_ids,
            notice_version="1",
        )
        await wallet.grant(change, consent)
        return StandingRule(consent.consent_id, consent.expires_at, org_ids)

    return await wallet.run(me.acting, work)


def _rule(rule: StandingRule) -> StandingRuleBody:
    return StandingRuleBody(enabled=True, issuers=list(rule.org_ids) or "trusted")


def _shown(consent: Consent, now: datetime) -> ConsentOut:
    return ConsentOut(
        consent_id=consent.consent_id,
        version=consent.version,
        purpose=consent.purpose,
        stands=consent.stands(now),
        records=list(consent.records),
        recipient_class=consent.recipient_class,
        recipient_org_id=consent.recipient_party,
        recipient_org_ids=list(consent.recipient_org_ids),
        excluded_org_ids=list(consent.excluded_org_ids),
        granted_at=consent.granted_at,
        expires_at=consent.expires_at,
        withdrawn_at=consent.withdrawn_at,
        notice_version=consent.notice_version,
        language=consent.language,
        granted_by=consent.granted_by,
    )


def _milliseconds(instant: datetime) -> datetime:
    """As exact as the database keeps an instant."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
