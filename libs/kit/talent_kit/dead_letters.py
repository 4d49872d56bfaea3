"""Dead letters: a reference to each record that could not be handled, never its payload."""

import hashlib
import time
from collections import deque
from collections.abc import Callable

from talent_proto.events.v1 import common_pb2
from talent_proto.events.v1.dead_letters_pb2 import DeadLettered

from talent_kit import telemetry
from talent_kit.clock import Clock
from talent_kit.events import Record, header, outgoing
from talent_kit.failures import reason_of
from talent_kit.producer import Producer
from talent_kit.versions import Version

TOPIC = "talent.dead-letters.v1"
LONGEST = 500  # characters; a strange record may have a type or key that fits no letter


class Budget:
    """How many dead letters a partition may make in a minute."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._now = now
        self._made: deque[float] = deque()

    def take(self) -> bool:
        """Count one; False when it would be one too many."""
        now = self._now()
        while self._made and now - self._made[0] >= 60:
            self._made.popleft()
        if len(self._made) >= self._per_minute:
            return False
        self._made.append(now)
        return True


class DeadLetters:
    """Where one consumer group puts what it cannot handle."""

    def __init__(self, producer: Producer, group: str, clock: Clock) -> None:
        self._producer = producer
        self._group = group
        self._clock = clock

    async def put(self, record: Record, error: BaseException) -> None:
        """Returns when the dead letter is acknowledged. Raises UNAVAILABLE."""
        reason, field = reason_of(error)
        stated = header(
            version=Version(1, record.offset + 1),
            actor=common_pb2.Actor(id=self._group),
            clock=self._clock,
        )
        stated.cause_id = record.event_id[:LONGEST]
        letter = DeadLettered(
            header=stated,
            group=self._group,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            reason=reason,
            field=field,
            digest=hashlib.sha256(record.value or b"").hexdigest(),
            type=record.type[:LONGEST],
        )
        await self._producer.send_all([outgoing(TOPIC, record.key[:LONGEST], letter)])
        telemetry.dead_letters.add(1, {"group": self._group, "reason": reason})
