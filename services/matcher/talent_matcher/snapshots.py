"""Snapshots of shards on this machine's disk: a start reads them, and of Kafka what came after.

They hold what the topic of profiles holds, so only this service's user may read them, and none is
older than what the topic still withdraws. A file is one line that says what it belongs to, pieces
that `pickle` made, and a seal under the network's key: nothing is unpickled that a matcher of this
network did not write. Whatever is doubtful is refused, and the shard is read from Kafka whole.
"""

import json
import logging
import marshal
import os
import pickle
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

from talent_kit.settings import CommonSettings
from talent_kit.topics import find_topic

from talent_matcher.distances import Distances
from talent_matcher.index.saved import Load, Meanings, SavedCrowd, dump_parts, load_parts
from talent_matcher.place import Place
from talent_matcher.relations import Links
from talent_matcher.settled import Settled
from talent_matcher.showing import Pair

PROFILES = "talent.profiles.v1"
MAX_AGE = timedelta(days=7)  # docs: events, rule 6; a withdrawal stays in the topic for 30
PART_SECONDS = 3600  # then the writer of a file has died
SEAL = 32
READ = 1 << 20
PIECE = 4 << 20  # bytes that the disk has at most to write at once
# What decides what is kept and how it is scored. After a change of it nothing kept is relied on.
DECIDES = ("messages", "model", "score", "evidence", "gates", "distances", "weights")
DECIDES += ("weight_table", "statements", "settled", "snapshots")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    place: Place
    settled: Settled
    links: Links


@dataclass(frozen=True, slots=True)
class Opened:
    """A snapshot, and what its crowd is then filled from."""

    snapshot: Snapshot
    meanings: Meanings
    load: Load


class Refused(Exception):
    """A snapshot that must not be used."""


class Snapshots:
    """All calls block."""

    def __init__(self, folder: Path, settings: CommonSettings, distances: Distances) -> None:
        self._folder = folder
        self._topic = settings.topic(PROFILES)
        self._key = settings.secret("pairwise-hmac.key")
        self._terms = {
            "code": _code(),
            "places": distances.version,
            "zone": settings.state_time_zone,
            "partitions": find_topic(PROFILES).partition_count(settings),
            "bytes": marshal.version,
        }
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def write(
        self, partition: int, snapshot: Snapshot, crowd: SavedCrowd, written_at: datetime
    ) -> None:
        """In place of the one before. Raises OSError."""
        head = {**self._belongs_to(partition), "written_at": written_at.isoformat()}
        with NamedTemporaryFile(  # which only its owner may read
            dir=self._folder, suffix=".part", delete=False
        ) as file:
            try:
                sealing = _Sealing(file, self._seal())
                sealing.write(json.dumps(head).encode() + b"\n")
                dump = partial(_dump, sealing)
                settled = snapshot.settled
                dump((snapshot.place, snapshot.links, replace(settled, told={})))
                dump_parts(((*pair, *at) for pair, at in settled.told.items()), dump)
                crowd.write(dump)
                file.write(sealing.seal.digest())
                sealing.flush()
                file.close()
                os.replace(file.name, self._file(partition))
            except BaseException:
                os.unlink(file.name)
                raise

    @contextmanager
    def open(self, partition: int, now: datetime) -> Iterator[Opened | None]:
        """None where there is none that may be used."""
        try:
            file = self._file(partition).open("rb")
        except FileNotFoundError:
            yield None
            return
        with file:
            try:
                opened = self._opened(file, partition, now)
            except (Refused, OSError) as error:
                logger.warning("the snapshot of shard %d is refused: %s", partition, error)
                opened = None
            yield opened

    def clear(self, now: datetime) -> None:
        """Delete what is too old, whosever it was."""
        for path in self._folder.glob("*.snapshot"):
            with suppress(FileNotFoundError), path.open("rb") as file:
                try:
                    _, age = _head(file, now)
                except Refused:
                    age = timedelta.max
                if age > MAX_AGE:
                    path.unlink()
        for path in self._folder.glob("*.part"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > PART_SECONDS:
                    path.unlink()

    def _opened(self, file: BinaryIO, partition: int, now: datetime) -> Opened:
        head, age = _head(file, now)
        if not timedelta(0) <= age <= MAX_AGE:
            raise Refused(f"it is {age.days} days old")
        for name, value in self._belongs_to(partition).items():
            if head.get(name) != value:
                raise Refused(f"it belongs to another {name}")
        begin = file.tell()
        self._check_seal(file)
        file.seek(begin)
        load: Load = partial(pickle.load, file)
        place, links, settled = load()
        told: dict[Pair, tuple[int, int]] = {}
        for jobs, holders, epochs, ns in load_parts(load):
            pairs = zip(jobs, holders, strict=True)
            told.update(zip(pairs, zip(epochs, ns, strict=True), strict=True))
        return Opened(Snapshot(place, replace(settled, told=told), links), load(), load)

    def _check_seal(self, file: BinaryIO) -> None:
        left = file.seek(0, os.SEEK_END) - SEAL
        file.seek(0)
        seal = self._seal()
        while left > 0 and (part := file.read(min(READ, left))):
            seal.update(part)
            left -= len(part)
        if not compare_digest(file.read(SEAL), seal.digest()):
            raise Refused("it is damaged, or another network's")

    def _seal(self) -> Any:
        return blake2b(key=self._key[:64], person=b"talent-snapshot", digest_size=SEAL)

    def _file(self, partition: int) -> Path:
        return self._folder / f"{self._topic}-{partition}.snapshot"

    def _belongs_to(self, partition: int) -> dict[str, Any]:
        return {**self._terms, "topic": self._topic, "partition": partition}


class _Sealing:
    """Brings all to the disk piece by piece: a gigabyte that the system writes at once, when it
    likes, is half a second in which no commit of a database on that disk ends."""

    def __init__(self, file: Any, seal: Any) -> None:
        self._file = file
        self._waiting = 0  # bytes that the disk may not have yet
        self.seal = seal

    def write(self, data: Any) -> int:
        self.seal.update(data)
        whole = memoryview(data).cast("B")
        for begin in range(0, len(whole), PIECE):
            self._waiting += self._file.write(whole[begin : begin + PIECE])
            if self._waiting >= PIECE:
                self.flush()
        return len(whole)

    def flush(self) -> None:
        self._file.flush()
        os.fdatasync(self._file.fileno())
        self._waiting = 0


def _head(file: BinaryIO, now: datetime) -> tuple[dict[str, Any], timedelta]:
    """What a file belongs to, and its age."""
    try:
        head: dict[str, Any] = json.loads(file.readline(READ))
        return head, now - datetime.fromisoformat(head.pop("written_at"))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("it is damaged") from None


def _dump(file: Any, piece: Any) -> None:
    pickle.dump(piece, file, 5)


def _code() -> str:
    here = Path(__file__).parent
    files = [*(here / f"{name}.py" for name in DECIDES), *sorted((here / "index").glob("*.py"))]
    found = blake2b(digest_size=16)
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()
