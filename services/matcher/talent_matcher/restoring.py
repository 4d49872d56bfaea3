"""What shards are restored from: what is announced of their holders, and the holders' profiles.

Reading goes on beside everything else; only what was read is then put into the engine.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from talent_kit.consumer import read_to_end
from talent_kit.events import Record
from talent_kit.producer import partition_of
from talent_kit.settings import CommonSettings
from talent_kit.topics import find_topic
from talent_kit.versions import Version

from talent_matcher import messages
from talent_matcher.engine import Pair
from talent_matcher.model import Fit, HolderId, JobId, Profile

PROFILES, MATCHES = "talent.profiles.v1", "talent.matches.v1"
UNREADABLE = Fit(score=0)  # an announcement that is corrected or withdrawn, whatever it said
Take = Callable[[int, HolderId, tuple[int, int], Profile | None], None]  # the first: a partition
logger = logging.getLogger(__name__)


@dataclass
class Announced:
    """What is announced of a shard's holders; withdrawn pairs have None."""

    pairs: dict[Pair, tuple[Version, Fit | None]] = field(
        default_factory=dict[Pair, tuple[Version, Fit | None]]
    )

    @property
    def epoch(self) -> int:
        """The highest that ever announced something."""
        return max((version.epoch for version, _ in self.pairs.values()), default=0)

    def present(self) -> dict[Pair, Fit]:
        return {pair: fit for pair, (_, fit) in self.pairs.items() if fit is not None}

    def add(self, record: Record) -> None:
        job_id, _, holder_id = record.key.partition("/")
        pair = (JobId(job_id), HolderId(holder_id))
        version, known = record.version, self.pairs.get(pair)
        if known is not None and known[0] >= version:
            return
        self.pairs[pair] = (version, None if record.value is None else UNREADABLE)
        if record.value is not None:
            self.pairs[pair] = (version, messages.fit(record.event.match))


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
    partitions: Sequence[int],
    zone: ZoneInfo,
    take: Take,
    given_up: asyncio.Event,
) -> None:
    """Hands every profile to `take`; None for a withdrawal. An older one may come after a newer."""
    async with aclosing(read_to_end(settings, PROFILES, partitions)) as records:
        async for record in records:
            if given_up.is_set():
                break
            with _left_out(record):
                at, holder = (record.version.epoch, record.version.n), HolderId(record.key)
                take(record.partition, holder, at, profile_of(record, zone))


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
