"""What shards are restored from: what is announced of their holders, and the holders' profiles.

Reading goes on beside everything else; only what was read is then put into the engine.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

from talent_kit.consumer import read_to_end
from talent_kit.events import Record, event_class
from talent_kit.producer import partition_of
from talent_kit.settings import CommonSettings
from talent_kit.topics import find_topic
from talent_kit.versions import Version

from talent_matcher import messages
from talent_matcher.index.crowd import Crowd
from talent_matcher.model import Fit, HolderId, JobId, Profile
from talent_matcher.place import Place
from talent_matcher.showing import Pair
from talent_matcher.showing import Version as At
from talent_matcher.snapshots import PROFILES, Snapshot

MATCHES = "talent.matches.v1"
UNREADABLE = Fit(score=0)  # an announcement that is corrected or withdrawn, whatever it said
logger = logging.getLogger(__name__)


class Told:  # noqa: PLW1641 - as little as a fit is it looked up
    """A fit as it was announced: one as any other, but only read when it is looked at. Of a
    million few are."""

    __slots__ = ("_fit", "_type", "_value")

    def __init__(self, type: str, value: bytes) -> None:
        self._type = type
        self._value = value
        self._fit: Fit | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._read(), name)

    def __eq__(self, other: object) -> bool:
        return self._read() == other

    def _read(self) -> Fit:
        if self._fit is None:
            event: Any = event_class(self._type).FromString(self._value)
            self._fit = messages.fit(event.match)
            self._value = b""
        return self._fit


@dataclass
class Announced:
    """What is announced of a shard's holders; withdrawn pairs have no value."""

    pairs: dict[Pair, tuple[Version, Record]] = field(
        default_factory=dict[Pair, tuple[Version, Record]]
    )

    @property
    def epoch(self) -> int:
        """The highest that ever announced something."""
        return max((version.epoch for version, _ in self.pairs.values()), default=0)

    def present(self, known: Mapping[Pair, At]) -> tuple[dict[Pair, Fit], dict[Pair, At]]:
        """The pairs that are announced, and by which version, where that can be read. Of those
        that are `known` to stand by it, nothing is read before somebody asks."""
        fits: dict[Pair, Fit] = {}
        told: dict[Pair, At] = {}
        for pair, (version, record) in self.pairs.items():
            if record.value is None:
                continue
            at = (version.epoch, version.n)
            if known.get(pair) == at:
                fits[pair], told[pair] = cast(Fit, Told(record.type, record.value)), at
                continue
            fits[pair] = UNREADABLE
            with _left_out(record):
                fits[pair] = messages.fit(record.event.match)
                told[pair] = at
        return fits, told

    def add(self, record: Record) -> None:
        job_id, _, holder_id = record.key.partition("/")
        pair = (JobId(job_id), HolderId(holder_id))
        version, known = record.version, self.pairs.get(pair)
        if known is None or known[0] < version:
            self.pairs[pair] = (version, record)


@dataclass(slots=True)
class Gathered:
    """The people of a shard that is not open yet; those who `changed` since the snapshot, where
    there is one."""

    crowd: Crowd
    snapshot: Snapshot | None = None
    changed: set[HolderId] = field(default_factory=set[HolderId])
    place: Place = field(default_factory=Place)
    _known_again: int = 0
    _other: int = 0

    @property
    def start(self) -> int:
        """The offset to read from."""
        return min(self.place.marks, default=self.place.next)

    @property
    def is_sound(self) -> bool:
        """Once all is read: whether the snapshot is of the log that was read."""
        return self.snapshot is None or (self._known_again > 0 and self._other == 0)

    def take(self, record: Record, as_of: date | None, zone: ZoneInfo) -> None:
        """An older one may come after a newer."""
        before = self.snapshot.place.marks.get(record.offset) if self.snapshot else None
        if before is not None:
            self._known_again += before == record.event_id
            self._other += before != record.event_id
        self.place.passed(record)
        at, holder = (record.version.epoch, record.version.n), HolderId(record.key)
        if self.crowd.newer(holder, at):
            self.crowd.put(holder, at, profile_of(record, zone), as_of)
            if self.snapshot is not None:
                self.changed.add(holder)


async def read_announced(
    settings: CommonSettings, partitions: Sequence[int], given_up: asyncio.Event
) -> dict[int, Announced]:
    """Of several shards in one pass: their pairs lie in all partitions of the topic."""
    count = find_topic(PROFILES).partition_count(settings)
    found = {partition: Announced() for partition in partitions}
    async with aclosing(read_to_end(settings, MATCHES)) as records:
        async for record in records:
            if given_up.is_set():
                break
            shard = found.get(partition_of(record.key.partition("/")[2], count))
            if shard is not None:
                with _left_out(record):
                    shard.add(record)
    return found


async def read_profiles(
    settings: CommonSettings,
    gathered: Mapping[int, Gathered],
    as_of: Callable[[], date | None],
    given_up: asyncio.Event,
) -> None:
    """Of some partitions, from where each stands: to those who gather them."""
    starts = {partition: one.start for partition, one in gathered.items()}
    zone = settings.zone
    async with aclosing(read_to_end(settings, PROFILES, gathered, starts)) as records:
        async for record in records:
            if given_up.is_set():
                break
            with _left_out(record):
                gathered[record.partition].take(record, as_of(), zone)


def profile_of(record: Record, zone: ZoneInfo) -> Profile | None:
    """None for a withdrawal."""
    if record.value is None:
        return None
    at = (record.version.epoch, record.version.n)
    return messages.profile(record.event.profile, at, zone)


@contextmanager
def _left_out(record: Record) -> Iterator[None]:
    """A record that cannot be read, such as one of the dead letters, must not stop a shard."""
    try:
        yield
    except Exception as error:
        place = f"{record.topic}/{record.partition}/{record.offset}"
        logger.error("%s is left out of a restored shard: %s", place, type(error).__name__)
