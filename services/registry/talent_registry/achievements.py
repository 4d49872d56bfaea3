"""Publishing achievements: a version, once published, never changes."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from talent_kit.audit import Audit, AuditEntry
from talent_kit.callers import Caller
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.ids import ctid, uuid7
from talent_kit.outbox import Outbox
from talent_kit.store import Session
from talent_kit.versions import Version

from talent_registry.addresses import Addresses
from talent_registry.announce import achievement_event
from talent_registry.catalog import Achievement, Terms, check
from talent_registry.model import Organization
from talent_registry.store import RegistryStore, Request

FILLED_IN = ("id", "creator", "ctid")
KEPT = 200


class Achievements:
    def __init__(
        self,
        *,
        store: RegistryStore,
        outbox: Outbox,
        audit: Audit,
        addresses: Addresses,
        clock: Clock,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._audit = audit
        self._addresses = addresses
        self._clock = clock
        self._published: OrderedDict[tuple[str, str], Achievement] = OrderedDict()

    async def find(self, achievement_id: str, version: str) -> Achievement | None:
        """One version, from memory if it was asked before, as it never changes; or the newest."""
        wanted = (achievement_id, version)
        found = self._published.get(wanted)
        if found is not None:
            self._published.move_to_end(wanted)
            return found
        found = await self._store.achievement(achievement_id, version)
        if found is not None and version:
            self._published[wanted] = found
            if len(self._published) > KEPT:
                self._published.popitem(last=False)
        return found

    async def get(self, achievement_id: str, version: str = "") -> Achievement:
        found = await self._store.achievement(achievement_id, version)
        if found is None:
            raise Problem(Reason.NOT_FOUND, field="achievement_id", what="achievement")
        return found

    async def named(self, request: Any) -> Achievement:
        """The one that a request has to name by `achievement_id` and `achievement_version`."""
        if not request.achievement_id:
            raise Problem(Reason.MISSING_FIELD, field="achievement_id")
        return await self.get(request.achievement_id, request.achievement_version)

    async def publish(
        self, caller: Caller, organization: Organization, request: Request, terms: Terms
    ) -> Achievement:
        check(terms)
        if terms.get("creator", organization.org_id) != organization.org_id:
            mend = "leave it empty, it is your organization"
            raise Problem(Reason.INVALID_FIELD, field="achievement.creator", mend=mend)

        async def work(session: Session) -> str:
            achievement = await self._made(session, organization, terms)
            known = await self._store.achievement(
                achievement.achievement_id, achievement.achievement_version, session
            )
            if known is None:
                await self._add(session, caller, achievement)
            elif not _same(known.terms, terms):
                raise Problem(
                    Reason.ALREADY_EXISTS, field="achievement.version", what="achievement version"
                )
            return achievement.key

        key = await self._store.once(request, work)
        achievement_id, _, version = key.rpartition("@")
        return await self.get(achievement_id, version)

    async def _made(
        self, session: Session, organization: Organization, terms: Terms
    ) -> Achievement:
        """The achievement with what the registry fills in."""
        identifier = uuid7()
        achievement_id = terms.get("id") or self._addresses.achievement(identifier)
        earlier = await self._store.achievement(achievement_id, session=session)
        if earlier is not None and earlier.org_id != organization.org_id:
            raise Problem(Reason.NOT_YOURS, field="achievement.id", what="achievement")
        # A new version is the same resource to the outside.
        known_ctid = earlier.terms["ctid"] if earlier else ctid(identifier)
        filled: dict[str, Any] = {
            **terms,
            "id": achievement_id,
            "creator": organization.org_id,
            "ctid": terms.get("ctid") or known_ctid,
        }
        return Achievement(
            achievement_id=achievement_id,
            achievement_version=terms["version"],
            org_id=organization.org_id,
            order=uuid7(),
            terms=filled,
            version=Version(self._store.epoch, 1),
        )

    async def _add(self, session: Session, caller: Caller, achievement: Achievement) -> None:
        await self._store.add_achievement(session, achievement)
        entry = AuditEntry("ACHIEVEMENT_PUBLISHED", caller, object_id=achievement.key)
        await self._audit.append(session, entry)
        await self._outbox.append(session, achievement_event(achievement, caller, self._clock))


def _same(known: Mapping[str, Any], asked: Terms) -> bool:
    """Whether it says the same, apart from what was left to the registry."""
    names = set(known) | set(asked)
    left = {name for name in FILLED_IN if not asked.get(name)}
    return all(known.get(name) == asked.get(name) for name in names - left)
