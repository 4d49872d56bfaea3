"""Tells the world what the engine decided, in versions of a shard's epoch, which one replica has.

Whoever finds somebody else sending waits, and all that has gathered by then goes out together: one
look at the epochs and one answer of Kafka serve many.
"""

import logging
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from opentelemetry.metrics import get_meter
from talent_kit.clock import Clock
from talent_kit.events import Outgoing, header, outgoing, tombstone
from talent_kit.producer import Producer
from talent_kit.versions import Version
from talent_proto.events.v1 import matches_pb2

from talent_matcher import messages
from talent_matcher.actor import ACTOR
from talent_matcher.engine import Engine
from talent_matcher.restoring import MATCHES
from talent_matcher.showing import Change, Shard
from talent_matcher.store import MatcherStore

AT_ONCE = 1000  # announcements sent together
logger = logging.getLogger(__name__)
announced = get_meter("talent_matcher").create_counter("talent.matcher.announced")


class Announcing:
    """One caller at a time; the engine may go on meanwhile, but closes no shard with changes."""

    def __init__(
        self, engine: Engine, store: MatcherStore, producer: Producer, clock: Clock
    ) -> None:
        self._engine = engine
        self._store = store
        self._producer = producer
        self._clock = clock

    async def send(self, still: AbstractAsyncContextManager[Any]) -> list[int]:
        """Send all that is pending, until some shards are found to be another replica's: these are
        told. Within `still` nobody decides anything: what is half decided does not go out. Raises
        UNAVAILABLE; what is not sent stays pending."""
        while waiting := {one: its for one, its in self._engine.shards.items() if its.pending}:
            epochs = await self._store.shard_epochs(list(waiting))
            lost = [one for one, its in waiting.items() if epochs.get(one) != its.epoch]
            if lost:
                logger.warning("shards %s went to another replica", lost)
                return lost
            async with still:
                parts = _next(waiting.values())
                sent = [self._leaving(shard, changes) for shard, changes in parts]
            await self._producer.send_all([one for its in sent for one in its])
            for (shard, changes), its in zip(parts, sent, strict=True):
                _announced(shard, changes, its)
        return []

    def _leaving(self, shard: Shard, changes: Sequence[Change]) -> list[Outgoing]:
        shard.leaving(changes)
        return [self._message(shard, change) for change in changes]

    def _message(self, shard: Shard, change: Change) -> Outgoing:
        shard.n += 1
        version = Version(shard.epoch, shard.n)
        key = f"{change.job_id}/{change.holder_id}"
        job = self._engine.jobs.get(change.job_id)
        if change.now is None or job is None or self._engine.as_of is None:
            return tombstone(MATCHES, key, "MatchWithdrawn", version)
        match = messages.match(
            change,
            change.now,
            employer=job.employer,
            epoch=shard.epoch,
            as_of=self._engine.as_of,
        )
        head = header(version=version, actor=ACTOR, clock=self._clock)
        if change.before is None:
            return outgoing(MATCHES, key, matches_pb2.MatchFound(header=head, match=match))
        changed = matches_pb2.MatchChanged(
            header=head, match=match, previous_score=change.before.score
        )
        return outgoing(MATCHES, key, changed)


def _next(waiting: Iterable[Shard]) -> list[tuple[Shard, list[Change]]]:
    """What goes out now: of each shard in order, and not too much in all."""
    parts: list[tuple[Shard, list[Change]]] = []
    left = AT_ONCE
    for shard in waiting:
        changes = [shard.pending[pair] for pair in sorted(shard.pending)[:left]]
        parts.append((shard, changes))
        left -= len(changes)
    return parts


def _announced(shard: Shard, changes: Sequence[Change], sent: Sequence[Outgoing]) -> None:
    shard.announced(changes)
    for change, message in zip(changes, sent, strict=True):
        pair = (change.job_id, change.holder_id)
        shard.told[pair] = (message.version.epoch, message.version.n)
        if change.now is None:
            del shard.told[pair]
    announced.add(len(changes))
