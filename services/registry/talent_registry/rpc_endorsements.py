"""EndorsementService: employers and associations that stand behind an achievement's criteria."""

# ruff: noqa: N802 - methods are named by the contract

from dataclasses import replace
from typing import Any

from talent_kit import pages
from talent_kit.audit import Audit, AuditEntry
from talent_kit.callers import Caller, Role, require
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.outbox import Outbox
from talent_kit.store import Session
from talent_kit.versions import Version
from talent_proto.registry.v1 import endorsements_pb2 as pb
from talent_proto.registry.v1 import endorsements_pb2_grpc as pb_grpc

from talent_registry.achievements import Achievements
from talent_registry.announce import endorsement_event
from talent_registry.catalog import Achievement
from talent_registry.convert import organization_message, timestamp
from talent_registry.endorsement_store import EndorsementStore
from talent_registry.endorsements import Endorsement, check_may_endorse, key_of
from talent_registry.model import Organization
from talent_registry.organizations import Organizations
from talent_registry.requests import write_of
from talent_registry.store import RegistryStore

NAME = "talent.registry.v1.EndorsementService"
MOST = 500  # that one organization stands behind at a time


class EndorsementServicer(pb_grpc.EndorsementServiceServicer):
    def __init__(
        self,
        *,
        store: RegistryStore,
        endorsements: EndorsementStore,
        achievements: Achievements,
        organizations: Organizations,
        outbox: Outbox,
        audit: Audit,
        clock: Clock,
        page_items: int,
    ) -> None:
        self._store = store
        self._endorsements = endorsements
        self._achievements = achievements
        self._organizations = organizations
        self._outbox = outbox
        self._audit = audit
        self._clock = clock
        self._page_items = page_items

    async def EndorseCriteria(
        self, request: pb.EndorseCriteriaRequest, context: Any
    ) -> pb.EndorseCriteriaResponse:
        caller = require(Role.EMPLOYER, Role.PROVIDER)
        achievement = await self._achievements.named(request)
        endorser = await self._organizations.own(caller)
        check_may_endorse(endorser, achievement)
        key = key_of(achievement.key, endorser.org_id)

        async def work(session: Session) -> str:
            there = await self._endorsements.get(session, key)
            if there is None or not there.standing:
                if await self._endorsements.count(session, endorser.org_id) >= MOST:
                    mend = "take one back first"
                    raise Problem(Reason.TOO_MANY, limit=f"{MOST} endorsements", mend=mend)
                version = there.version if there else Version(0, 0)
                await self._put(session, caller, self._given(achievement, endorser, version))
            return key

        await self._store.once(write_of(caller, request), work)
        found = await self._endorsements.standing(
            achievement.achievement_id, achievement.achievement_version, endorser.org_id, "", 1
        )
        if not found:  # a repeated request, and it was taken back since
            raise Problem(Reason.NOT_FOUND, field="achievement_id", what="endorsement any more")
        return pb.EndorseCriteriaResponse(endorsement=_message(found[0], endorser))

    async def WithdrawEndorsement(
        self, request: pb.WithdrawEndorsementRequest, context: Any
    ) -> pb.WithdrawEndorsementResponse:
        caller = require(Role.EMPLOYER, Role.PROVIDER)
        achievement = await self._achievements.named(request)
        key = key_of(achievement.key, caller.org_id)

        async def work(session: Session) -> str:
            there = await self._endorsements.get(session, key)
            if there is None or not there.standing:
                raise Problem(Reason.NOT_FOUND, field="achievement_id", what="endorsement of yours")
            await self._put(session, caller, self._taken_back(there))
            return key

        await self._store.once(write_of(caller, request), work)
        return pb.WithdrawEndorsementResponse()

    async def ListEndorsements(
        self, request: pb.ListEndorsementsRequest, context: Any
    ) -> pb.ListEndorsementsResponse:
        if not request.achievement_id and not request.endorser_org_id:
            raise Problem(Reason.MISSING_FIELD, field="achievement_id or endorser_org_id")
        return await self.page(request)

    async def page(self, request: pb.ListEndorsementsRequest) -> pb.ListEndorsementsResponse:
        size = pages.page_size(request.page_size, self._page_items)
        after = str(pages.decode(request.page_token).get("after", ""))
        asked = (request.achievement_id, request.achievement_version, request.endorser_org_id)
        found = await self._endorsements.standing(*asked, after, size + 1)
        page = found[:size]
        endorsers = await self._endorsements.endorsers([one.org_id for one in page])
        return pb.ListEndorsementsResponse(
            endorsement=[
                _message(one, endorsers[one.org_id]) for one in page if one.org_id in endorsers
            ],
            next_page_token=pages.encode({"after": page[-1].key}) if len(found) > size else "",
        )

    def _given(
        self, achievement: Achievement, endorser: Organization, version: Version
    ) -> Endorsement:
        return Endorsement(
            achievement_id=achievement.achievement_id,
            achievement_version=achievement.achievement_version,
            org_id=endorser.org_id,
            standing=True,
            at=self._clock.now(),
            version=version.next(self._endorsements.epoch),
        )

    def _taken_back(self, there: Endorsement) -> Endorsement:
        version = there.version.next(self._endorsements.epoch)
        return replace(there, standing=False, at=self._clock.now(), version=version)

    async def _put(self, session: Session, caller: Caller, one: Endorsement) -> None:
        await self._endorsements.put(session, one)
        action = "CRITERIA_ENDORSED" if one.standing else "ENDORSEMENT_WITHDRAWN"
        await self._audit.append(session, AuditEntry(action, caller, object_id=one.key))
        await self._outbox.append(session, endorsement_event(one, caller, self._clock))


def _message(one: Endorsement, endorser: Organization) -> pb.Endorsement:
    told = organization_message(endorser)
    return pb.Endorsement(
        achievement_id=one.achievement_id,
        achievement_version=one.achievement_version,
        endorser_org_id=one.org_id,
        endorser_name=told.name,
        endorser_type=told.type,
        endorsed_at=timestamp(one.at),
    )
