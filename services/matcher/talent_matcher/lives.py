"""The lives of the topic of matches: made anew, its offsets begin anew and old places mean nothing.

A Kafka client of ours does not learn a topic's id, so a life has ended when the topic ends before
a place that was once reached in it.
"""

import asyncio
import logging

from pymongo.errors import PyMongoError
from talent_kit.reading import end_offsets
from talent_kit.settings import CommonSettings
from talent_kit.waiting import until

from talent_matcher.restoring import MATCHES
from talent_matcher.store import Life, MatcherStore
from talent_matcher.view import View

logger = logging.getLogger(__name__)


class Lives:
    """`run` remembers how far the topic has come."""

    def __init__(self, life: Life, store: MatcherStore, view: View, every_seconds: float) -> None:
        self._life = life
        self._store = store
        self._view = view
        self._every = every_seconds

    async def run(self, stop: asyncio.Event) -> None:
        stopped = False
        while not stopped:
            stopped = await until(stop, self._every)
            try:
                await self._store.remember_reached(self._life, self._view.position())
            except PyMongoError as error:
                logger.warning("how far matches have come waits: %s", type(error).__name__)


async def present_life(settings: CommonSettings, store: MatcherStore) -> Life:
    """The topic's life at this start; a new one when it was made anew."""
    return await store.life(await end_offsets(settings, MATCHES))
