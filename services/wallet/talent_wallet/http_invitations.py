"""Requests for contact, and the holder's answers. Only acceptance reveals who the holder is."""

from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel
from talent_kit.errors import Problem, Reason
from talent_kit.events import Outgoing, header, outgoing
from talent_kit.versions import Version
from talent_proto.events.v1 import engagements_pb2

from talent_wallet import wire
from talent_wallet.changes import Change, Changes
from talent_wallet.http_holders import SigningIn
from talent_wallet.model import Invitation, InvitationState
from talent_wallet.requests import Answer, Me, Mine, Once, Wallet, once
from talent_wallet.signing_in import SignIn

router = APIRouter(tags=["invitations"])
ENGAGEMENTS = "talent.engagements.v1"


class InvitationOut(BaseModel):
    engagement_id: str
    job_id: str
    job_title: str
    employer_org_id: str
    employer_name: str
    state: InvitationState
    closed: bool  # the employer took it back
    requested_at: datetime
    answered_at: datetime | None


class InvitationsOut(BaseModel):
    invitations: list[InvitationOut]


@router.get("/invitations")
async def list_invitations(me: Mine, wallet: Wallet) -> InvitationsOut:
    """Newest first."""
    found = await wallet.store.invitations_of(me.holder_id)
    return InvitationsOut(invitations=[_shown(invitation) for invitation in found])


@router.post("/invitations/{engagement_id}/accept")
async def accept(
    engagement_id: str, me: Mine, wallet: Wallet, signing_in: SigningIn, request: Once
) -> InvitationOut:
    """Let this employer know the holder's name and e-mail address, so there has to be one."""
    return await _answer(engagement_id, me, wallet, signing_in, request, InvitationState.ACCEPTED)


@router.post("/invitations/{engagement_id}/decline")
async def decline(
    engagement_id: str, me: Mine, wallet: Wallet, signing_in: SigningIn, request: Once
) -> InvitationOut:
    return await _answer(engagement_id, me, wallet, signing_in, request, InvitationState.DECLINED)


async def _answer(
    engagement_id: str,
    me: Me,
    wallet: Changes,
    signing_in: SignIn,
    request: Once,
    state: InvitationState,
) -> InvitationOut:
    async def work(change: Change) -> Answer:
        found = await wallet.store.invitations(change.session, [engagement_id])
        invitation = found.get(engagement_id)
        if invitation is None or invitation.holder_id != me.holder_id:
            raise Problem(Reason.NOT_FOUND, what="invitation")
        if invitation.state is state:
            return _shown(invitation).model_dump(mode="json")
        if invitation.state is not InvitationState.REQUESTED:
            mend = "an invitation is answered once"
            raise Problem(Reason.WRONG_STATE, state=invitation.state.value, mend=mend)
        if invitation.closed:
            mend = "the employer has taken it back"
            raise Problem(Reason.WRONG_STATE, state="closed", mend=mend)
        person = await signing_in.person(me.holder_id, change.session)
        if state is InvitationState.ACCEPTED and not person.email:
            mend = "confirm your e-mail address where you sign in, then sign in again"
            raise Problem(
                Reason.WRONG_STATE, field="email", state="without an e-mail address", mend=mend
            )
        version = Version(change.epoch, 1)
        answered = replace(
            invitation, state=state, answered_at=change.now, answer_version=version.packed
        )
        await wallet.store.save_invitations(change.session, [answered])
        change.events.append(answer_event(change, wallet, answered))
        change.note(
            f"CONTACT_{state.value.upper()}",
            me.holder_id,
            engagement_id,
            employer_org_id=invitation.employer_org_id,
        )
        return _shown(answered).model_dump(mode="json")

    return InvitationOut.model_validate(await once(wallet, me, request, work))


def answer_event(change: Change, wallet: Changes, invitation: Invitation) -> Outgoing:
    """The answer under a key of its own, so that each key has one writer."""
    accepted = invitation.state is InvitationState.ACCEPTED
    kind = engagements_pb2.ContactAccepted if accepted else engagements_pb2.ContactDeclined
    event = kind(
        header=header(
            version=Version.from_packed(invitation.answer_version),
            actor=change.acting,
            clock=wallet.clock,
            occurred_at=invitation.answered_at,
        ),
        answer=wire.answer_message(invitation),
    )
    return outgoing(ENGAGEMENTS, f"{invitation.job_id}/{invitation.holder_id}/answer", event)


def _shown(invitation: Invitation) -> InvitationOut:
    return InvitationOut(
        engagement_id=invitation.engagement_id,
        job_id=invitation.job_id,
        job_title=invitation.job_title,
        employer_org_id=invitation.employer_org_id,
        employer_name=invitation.employer_name,
        state=invitation.state,
        closed=invitation.closed,
        requested_at=invitation.requested_at,
        answered_at=invitation.answered_at,
    )
