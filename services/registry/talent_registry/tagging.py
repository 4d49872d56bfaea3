"""Tags achievements as they are published, and all of them again under a new taxonomy.

One replica at a time does it, in a process that starts when there is something to tag and ends
when there is nothing for a while. A new taxonomy is taken up at the next start of the registry.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import ParamSpec

from opentelemetry.metrics import get_meter
from talent_kit.clock import Clock
from talent_kit.errors import Problem, Reason
from talent_kit.failures import passes_by_itself
from talent_kit.leases import Lease
from talent_kit.outbox import Outbox
from talent_kit.store import Session, Store
from talent_kit.waiting import until
from talent_kit.workers import NotDone, Workers
from talent_proto.events.v1 import common_pb2
from talent_skills.frameworks import Framework
from talent_skills.taxonomy import Taxonomy

from talent_registry import tagging_worker
from talent_registry.announce import tags_event, taxonomy_event
from talent_registry.catalog import Achievement
from talent_registry.tag_store import TagStore
from talent_registry.tags import SkillTag, tagged

Given = ParamSpec("Given")

DEADLINE_SECONDS = 60.0  # for one text, with the start of the process
SOME = 20  # achievements between two looks at the clock
ACTOR = common_pb2.Actor(id="registry", roles=["service"])
logger = logging.getLogger(__name__)
counter = get_meter("talent_registry").create_counter("talent.registry.achievements_tagged")


class Tagging:
    """`taxonomy`: a built folder; `model`: that of the language model."""

    def __init__(
        self,
        store: Store,
        tags: TagStore,
        outbox: Outbox,
        clock: Clock,
        *,
        taxonomy: Path,
        model: Path,
        every_seconds: float,
        idle_seconds: float,
    ) -> None:
        self._store = store
        self._tags = tags
        self._outbox = outbox
        self._clock = clock
        self._every_seconds = every_seconds
        self._released = False
        with closing(Taxonomy.open(taxonomy)) as opened:
            self.version = opened.version
            self.frameworks: list[Framework] = opened.frameworks()
        self._workers = Workers(
            count=1,
            idle_seconds=idle_seconds,
            deadline_seconds=DEADLINE_SECONDS,
            start=tagging_worker.start,
            start_arguments=(taxonomy, model, self.version),
        )

    async def run(self, stop: asyncio.Event) -> None:
        async def tag_often(epoch: int, ended: asyncio.Event) -> None:
            while not ended.is_set():
                try:
                    await self._release()
                    if await self._some() == SOME:
                        continue
                except Exception as error:
                    if not passes_by_itself(error):
                        raise
                    logger.warning("achievements wait to be tagged: %s", type(error).__name__)
                await until(ended, self._every_seconds)

        await Lease(self._store, "tagging").hold(stop, tag_often)

    async def in_text(self, text: str) -> list[SkillTag]:
        """The skills that a text names, on any replica. Raises UNAVAILABLE."""
        return await self._tagged(tagging_worker.of_text, text)

    async def close(self) -> None:
        await self._workers.close()

    async def _release(self) -> None:
        """Announce the taxonomy, if it is another than before."""

        async def work(session: Session) -> None:
            version = await self._tags.released(session, self.version)
            if version is not None:
                event = taxonomy_event(self.version, self.frameworks, version, ACTOR, self._clock)
                await self._outbox.append(session, event)

        if not self._released:
            await self._outbox.transact(work)
            self._released = True

    async def announce_again(self) -> int:
        """Of the taxonomy: 1, or 0 where none was announced yet, or another than is here."""

        async def work(session: Session) -> int:
            found = await self._tags.raise_release(session)
            if found is None or found[0] != self.version:
                return 0
            event = taxonomy_event(self.version, self.frameworks, found[1], ACTOR, self._clock)
            await self._outbox.append(session, event)
            return 1

        return await self._outbox.transact(work)

    async def _some(self) -> int:
        """Tag some achievements; how many."""
        some = await self._tags.untagged(self.version, SOME)
        for achievement in some:
            now = await self._tagged(tagging_worker.of_terms, achievement.terms)
            await self._keep(achievement, now)
        counter.add(len(some))
        return len(some)

    async def _tagged(
        self,
        work: Callable[Given, list[SkillTag]],
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> list[SkillTag]:
        try:
            return await self._workers.run(work, *args, **kwargs)
        except NotDone:
            raise Problem(Reason.UNAVAILABLE, what="the tagger") from None

    async def _keep(self, achievement: Achievement, now: list[SkillTag]) -> None:
        async def work(session: Session) -> None:
            earlier = await self._tags.get(achievement.key, session)
            made = tagged(achievement, earlier, now, self.version)
            kept = await self._tags.put(session, made)
            await self._outbox.append(session, tags_event(kept, ACTOR, self._clock))

        await self._outbox.transact(work)
