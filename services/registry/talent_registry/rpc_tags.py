"""SkillTagService: what the tagger found in an achievement, and what its provider says of it."""

# ruff: noqa: N802 - methods are named by the contract

from typing import Any

from talent_kit.audit import Audit, AuditEntry
from talent_kit.callers import Caller, Role, require
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.outbox import Outbox
from talent_kit.store import Session
from talent_proto.registry.v1 import skill_tags_pb2 as pb
from talent_proto.registry.v1 import skill_tags_pb2_grpc as pb_grpc

from talent_registry.achievements import Achievements
from talent_registry.announce import tags_event
from talent_registry.catalog import Achievement
from talent_registry.convert import tag_message
from talent_registry.requests import write_of
from talent_registry.store import RegistryStore
from talent_registry.tag_store import TagStore
from talent_registry.tagging import Tagging
from talent_registry.tags import SkillTags, decided

NAME = "talent.registry.v1.SkillTagService"
MOST_DECISIONS = 500


class SkillTagServicer(pb_grpc.SkillTagServiceServicer):
    def __init__(
        self,
        *,
        store: RegistryStore,
        tags: TagStore,
        achievements: Achievements,
        outbox: Outbox,
        audit: Audit,
        clock: Clock,
        tagging: Tagging,
    ) -> None:
        self._store = store
        self._tags = tags
        self._achievements = achievements
        self._outbox = outbox
        self._audit = audit
        self._clock = clock
        self._tagging = tagging

    async def GetSkillTags(
        self, request: pb.GetSkillTagsRequest, context: Any
    ) -> pb.GetSkillTagsResponse:
        require(Role.PROVIDER, Role.EMPLOYER, Role.AGENCY, Role.SERVICE)
        achievement = await self._achievements.named(request)
        return pb.GetSkillTagsResponse(tags=self._message(await self._of(achievement)))

    async def DecideSkillTags(
        self, request: pb.DecideSkillTagsRequest, context: Any
    ) -> pb.DecideSkillTagsResponse:
        caller = require(Role.PROVIDER)
        achievement = await self._achievements.named(request)
        if achievement.org_id != caller.org_id:
            raise Problem(Reason.NOT_YOURS, field="achievement_id", what="achievement")
        if not request.decision:
            raise Problem(Reason.MISSING_FIELD, field="decision")
        if len(request.decision) > MOST_DECISIONS:
            limit = f"{MOST_DECISIONS} decisions"
            raise Problem(Reason.TOO_LARGE, field="decision", limit=limit)

        async def work(session: Session) -> str:
            await self._decide(session, caller, achievement, request)
            return achievement.key

        await self._store.once(write_of(caller, request), work)
        return pb.DecideSkillTagsResponse(tags=self._message(await self._of(achievement)))

    async def _decide(
        self,
        session: Session,
        caller: Caller,
        achievement: Achievement,
        request: pb.DecideSkillTagsRequest,
    ) -> None:
        before = await self._of(achievement, session)
        decisions = [(one.skill_uri, one.accepted) for one in request.decision]
        now = self._clock.now()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)  # as the database keeps it
        after = decided(before, decisions, caller.subject, now)
        if after == before:
            return
        kept = await self._tags.put(session, after)
        await self._audit.append(
            session,
            *(
                AuditEntry(
                    "SKILL_TAG_ACCEPTED" if accepted else "SKILL_TAG_REJECTED",
                    caller,
                    object_id=achievement.key,
                    details={"skill": uri},
                )
                for uri, accepted in decisions
            ),
        )
        await self._outbox.append(session, tags_event(kept, caller, self._clock))

    async def _of(self, achievement: Achievement, session: Session | None = None) -> SkillTags:
        found = await self._tags.get(achievement.key, session)
        if found is None:
            what = "skill tag of this achievement yet; ask again in a moment"
            raise Problem(Reason.NOT_FOUND, field="achievement_id", what=what)
        return found

    def _message(self, tags: SkillTags) -> pb.SkillTags:
        return pb.SkillTags(
            achievement_id=tags.achievement_id,
            achievement_version=tags.achievement_version,
            tag=[tag_message(one) for one in tags.tags],
            taxonomy_version=tags.taxonomy,
            # What the licenses of the taxonomy's frameworks ask to be shown.
            attribution=[one.attribution for one in self._tagging.in_use.frameworks],
        )
