"""Tags achievements as they are published, and all of them again under a new taxonomy.

One replica at a time does it, in a process that starts when there is something to tag and ends
when there is nothing for a while. A new taxonomy is taken up as soon as it is there, and announced.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
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
from talent_skills.errors import TaxonomyError
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


@dataclass(frozen=True)
class InUse:
    """A taxonomy, and who tags by it."""

    version: str
    frameworks: list[Framework]
    workers: Workers


class Tagging:
    """`taxonomy`: a built folder, or a link to one that is led to another some day; `model`: that
    of the language model. Raises TaxonomyError where there is none."""

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
        self._taxonomy = taxonomy
        self._model = model
        self._every_seconds = every_seconds
        self._idle_seconds = idle_seconds
        self._released = ""
        self._in_use = self._opened(None)

    async def run(self, stop: asyncio.Event) -> None:
        async def tag_often(epoch: int, ended: asyncio.Event) -> None:
            while not ended.is_set():
                try:
                    now = self.in_use
                    await self._release(now)
                    if await self._some(now) == SOME:
                        continue
                except Exception as error:
                    if not passes_by_itself(error):
                        raise
                    logger.warning("achievements wait to be tagged: %s", type(error).__name__)
                await until(ended, self._every_seconds)

        await Lease(self._store, "tagging").hold(stop, tag_often)

    async def in_text(self, text: str) -> tuple[list[SkillTag], str]:
        """The skills that a text names, on any replica, and the version of the taxonomy. Raises
        UNAVAILABLE."""
        now = self.in_use
        return await _tagged(now, tagging_worker.of_text, text), now.version

    async def close(self) -> None:
        await self._in_use.workers.close()

    @property
    def in_use(self) -> InUse:
        """What the folder has now; while that cannot be read, as before."""
        try:
            self._in_use = self._opened(self._in_use)
        except TaxonomyError as error:
            logger.warning("the taxonomy cannot be read: %s", error)
        return self._in_use

    def _opened(self, before: InUse | None) -> InUse:
        folder = self._taxonomy.resolve()
        with closing(Taxonomy.open(folder)) as there:
            if before is not None and there.version == before.version:
                return before
            # Who tagged by the one before ends when idle.
            workers = Workers(
                count=1,
                idle_seconds=self._idle_seconds,
                deadline_seconds=DEADLINE_SECONDS,
                start=tagging_worker.start,
                start_arguments=(folder, self._model, there.version),
            )
            return InUse(there.version, there.frameworks(), workers)

    async def _release(self, now: InUse) -> None:
        """Announce the taxonomy, if it is another than before."""

        async def work(session: Session) -> None:
            version = await self._tags.released(session, now.version)
            if version is not None:
                event = taxonomy_event(now.version, now.frameworks, version, ACTOR, self._clock)
                await self._outbox.append(session, event)

        if self._released != now.version:
            await self._outbox.transact(work)
            self._released = now.version

    async def announce_again(self) -> int:
        """Of the taxonomy: 1, or 0 where none was announced yet, or another than is here."""
        now = self.in_use

        async def work(session: Session) -> int:
            found = await self._tags.raise_release(session)
            if found is None or found[0] != now.version:
                return 0
            event = taxonomy_event(now.version, now.frameworks, found[1], ACTOR, self._clock)
            await self._outbox.append(session, event)
            return 1

        return await self._outbox.transact(work)

    async def _some(self, now: InUse) -> int:
        """Tag some achievements; how many."""
        some = await self._tags.untagged(now.version, SOME)
        for achievement in some:
            found = await _tagged(now, tagging_worker.of_terms, achievement.terms)
            await self._keep(achievement, found, now.version)
        counter.add(len(some))
        return len(some)

    async def _keep(self, achievement: Achievement, found: list[SkillTag], taxonomy: str) -> None:
        async def work(session: Session) -> None:
            earlier = await self._tags.get(achievement.key, session)
            made = tagged(achievement, earlier, found, taxonomy)
            kept = await self._tags.put(session, made)
            await self._outbox.append(session, tags_event(kept, ACTOR, self._clock))

        await self._outbox.transact(work)


async def _tagged(
    now: InUse, work: Callable[Given, list[SkillTag]], *args: Given.args, **kwargs: Given.kwargs
) -> list[SkillTag]:
    try:
        return await now.workers.run(work, *args, **kwargs)
    except NotDone:
        raise Problem(Reason.UNAVAILABLE, what="the tagger") from None
