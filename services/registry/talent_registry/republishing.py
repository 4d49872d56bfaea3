"""Announcing every aggregate again, for consumers that lost theirs.

Each batch is a transaction that raises the versions of what it announces, so that it cannot
overtake a change that happens meanwhile.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from talent_kit.clock import Clock
from talent_kit.events import Outgoing
from talent_kit.outbox import Outbox
from talent_kit.store import Session
from talent_proto.events.v1 import common_pb2

from talent_registry.announce import (
    achievement_event,
    credential_event,
    endorsement_event,
    organization_event,
    tags_event,
)
from talent_registry.endorsement_store import EndorsementStore
from talent_registry.store import RegistryStore
from talent_registry.tag_store import TagStore
from talent_registry.tagging import Tagging

T = TypeVar("T")
ACTOR = common_pb2.Actor(id="registry", roles=["service"])


class Republishing:
    def __init__(
        self,
        store: RegistryStore,
        tags: TagStore,
        tagging: Tagging,
        endorsements: EndorsementStore,
        outbox: Outbox,
        clock: Clock,
        size: int,
    ) -> None:
        self._store = store
        self._tags = tags
        self._tagging = tagging
        self._endorsements = endorsements
        self._outbox = outbox
        self._clock = clock
        self._size = size

    async def run(self) -> int:
        """How many aggregates were announced."""
        store, clock = self._store, self._clock
        organizations = await self._all(
            store.raise_organizations,
            lambda item: organization_event(item, ACTOR, clock),
            lambda item: item.org_id,
        )
        achievements = await self._all(
            store.raise_achievements,
            lambda item: achievement_event(item, ACTOR, clock),
            lambda item: item.order,
        )
        taxonomies = await self._tagging.announce_again()
        tags = await self._all(
            self._tags.raise_tags,
            lambda item: tags_event(item, ACTOR, clock),
            lambda item: item.key,
        )
        endorsements = await self._all(
            self._endorsements.raise_endorsements,
            lambda item: endorsement_event(item, ACTOR, clock),
            lambda item: item.key,
        )
        credentials = await self._all(
            store.raise_credentials,
            lambda item: credential_event(item, ACTOR, clock),
            lambda item: item.credential_id,
        )
        return organizations + achievements + taxonomies + tags + endorsements + credentials

    async def _all(
        self,
        raise_some: Callable[[Session, str, int], Awaitable[Sequence[T]]],
        event: Callable[[T], Outgoing],
        position: Callable[[T], str],
    ) -> int:
        done, after = 0, ""
        while True:
            items = await self._some(raise_some, event, after)
            if not items:
                return done
            done += len(items)
            after = position(items[-1])

    async def _some(
        self,
        raise_some: Callable[[Session, str, int], Awaitable[Sequence[T]]],
        event: Callable[[T], Outgoing],
        after: str,
    ) -> Sequence[T]:
        async def work(session: Session) -> Sequence[T]:
            items = await raise_some(session, after, self._size)
            await self._outbox.append(session, *map(event, items))
            return items

        return await self._outbox.transact(work)
