"""ConsentService: who may be shown now, and who they are once they agreed."""

from typing import Any

from talent_kit.callers import Caller, Role, require
from talent_kit.errors import Problem, Reason
from talent_proto.events.v1 import holders_pb2
from talent_proto.wallet.v1 import consent_pb2 as pb
from talent_proto.wallet.v1 import consent_pb2_grpc as pb_grpc

from talent_wallet import wire
from talent_wallet.changes import Acting, Change, Changes
from talent_wallet.model import InvitationState, Vetting
from talent_wallet.sealing import Vault

MOST = 1000
DISCOVERY = holders_pb2.CONSENT_PURPOSE_DISCOVERY


class ConsentService(pb_grpc.ConsentServiceServicer):
    def __init__(self, changes: Changes, vault: Vault) -> None:
        self._changes = changes
        self._store = changes.store
        self._vault = vault

    async def CheckConsents(  # noqa: N802
        self, request: pb.CheckConsentsRequest, context: Any
    ) -> pb.CheckConsentsResponse:
        require(Role.SERVICE)
        if len(request.holder_id) > MOST:
            raise Problem(Reason.TOO_LARGE, field="holder_id", limit=f"{MOST} holders")
        if request.purpose != DISCOVERY:
            mend = "use CONSENT_PURPOSE_DISCOVERY"
            raise Problem(Reason.INVALID_FIELD, field="purpose", mend=mend)
        if not request.recipient_org_id:
            raise Problem(Reason.MISSING_FIELD, field="recipient_org_id")
        now = self._changes.clock.now()
        allowed = await self._store.discoverable(
            list(request.holder_id), request.recipient_org_id, now
        )
        return pb.CheckConsentsResponse(
            allowed_holder_id=[one for one in request.holder_id if one in allowed],
            checked_at=wire.stamp(now),
        )

    async def RevealContact(  # noqa: N802
        self, request: pb.RevealContactRequest, context: Any
    ) -> pb.RevealContactResponse:
        caller = require(Role.EMPLOYER)
        if not request.engagement_id:
            raise Problem(Reason.MISSING_FIELD, field="engagement_id")
        return await self._changes.run(
            _acting(caller), lambda change: self._reveal(change, request.engagement_id, caller)
        )

    async def _reveal(
        self, change: Change, engagement_id: str, caller: Caller
    ) -> pb.RevealContactResponse:
        found = await self._store.invitations(change.session, [engagement_id])
        invitation = found.get(engagement_id)
        if invitation is None:
            raise Problem(Reason.NOT_FOUND, field="engagement_id", what="engagement")
        if invitation.employer_org_id != caller.org_id:
            raise Problem(Reason.NOT_YOURS, field="engagement_id", what="engagement")
        if invitation.state is not InvitationState.ACCEPTED:
            mend = "wait until the person accepts"
            raise Problem(Reason.WRONG_STATE, state=invitation.state.value, mend=mend)
        known = await self._store.organizations(change.session, [caller.org_id])
        employer = known.get(caller.org_id)
        if employer is None or employer.vetting is not Vetting.VETTED:
            name = employer.name if employer else caller.org_id
            raise Problem(Reason.NOT_VETTED, field="org_id of the token", org=name)
        sealed = await self._store.person(invitation.holder_id, change.session)
        if sealed is None:
            raise Problem(Reason.NOT_FOUND, what="holder")
        person = self._vault.open(invitation.holder_id, sealed)
        change.note(
            "CONTACT_REVEALED",
            invitation.holder_id,
            engagement_id,
            employer_org_id=caller.org_id,
        )
        return pb.RevealContactResponse(
            name=person.name, email=person.email, accepted_at=wire.stamp(invitation.answered_at)
        )


def _acting(caller: Caller) -> Acting:
    return Acting(
        caller.subject, caller.org_id, frozenset(map(str, caller.roles)), caller.on_behalf_of
    )
