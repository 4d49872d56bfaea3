"""All present matches, and the changes that led to them, in every replica.

Fed by a tail of talent.matches.v1. The order of changes is this replica's own; a place in it is
told to others as one offset per partition, which means the same in every replica.
"""

import asyncio
from collections import OrderedDict, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from talent_kit.events import Record
from talent_kit.versions import Version
from talent_proto.events.v1 import matches_pb2

from talent_matcher.pseudonyms import Pseudonyms

Position = Mapping[int, int]  # partition → the offset that comes next


@dataclass(frozen=True, slots=True)
class Present:
    """A pair that is announced now."""

    match: matches_pb2.Match
    candidate_id: str
    version: Version

    @property
    def rank(self) -> tuple[int, str]:
        """Best first; equal scores in an order that says nothing."""
        return (-self.match.score, self.candidate_id)


@dataclass(frozen=True, slots=True)
class Logged:
    """One change: `present` is None for a withdrawal."""

    partition: int
    offset: int
    job_id: str
    holder_id: str
    employer: str  # empty when it is not known: a withdrawal of what was not seen before
    found: bool
    present: Present | None


class View:
    """`log_size` changes and `withdrawn_kept` versions of withdrawn pairs are kept."""

    def __init__(self, pseudonyms: Pseudonyms, *, log_size: int, withdrawn_kept: int) -> None:
        self._pseudonyms = pseudonyms
        self._log: deque[Logged] = deque()
        self._log_size = log_size
        self._first = 0  # number of the oldest change in the log
        self._floor: dict[int, int] = {}  # changes before this offset are forgotten
        self._next: dict[int, int] = {}
        self._jobs: defaultdict[str, dict[str, Present]] = defaultdict(dict)
        self._candidates: dict[tuple[str, str], Present] = {}
        self._jobs_of: defaultdict[str, set[str]] = defaultdict(set)
        self._withdrawn: OrderedDict[tuple[str, str], Version] = OrderedDict()
        self._withdrawn_kept = withdrawn_kept
        self._grown = asyncio.Event()

    async def apply(self, records: Sequence[Record]) -> None:
        for record in records:
            self._apply(record)
        self.wake()

    def wake(self) -> None:
        """Let everybody who waits for a change look again."""
        self._grown.set()
        self._grown = asyncio.Event()

    def of_job(self, job_id: str) -> list[Present]:
        """Present matches, best first."""
        return sorted(self._jobs.get(job_id, {}).values(), key=lambda one: one.rank)

    def of_employer(self, org_id: str) -> list[Present]:
        """Present matches of all jobs, job by job."""
        return [one for job in sorted(self._jobs_of.get(org_id, ())) for one in self.of_job(job)]

    def count(self, job_id: str) -> int:
        return len(self._jobs.get(job_id, ()))

    def candidate(self, job_id: str, candidate_id: str) -> Present | None:
        return self._candidates.get((job_id, candidate_id))

    @property
    def end(self) -> int:
        """The number that the next change will have."""
        return self._first + len(self._log)

    def position(self) -> dict[int, int]:
        """Where this view stands, behind all changes."""
        return dict(self._next)

    def forgot(self, position: Position) -> bool:
        """Whether changes after `position` are no longer in the log."""
        return any(position.get(partition, 0) < floor for partition, floor in self._floor.items())

    def reached(self, position: Position) -> bool:
        """Whether this view has seen all that `position` has."""
        return all(self._next.get(part, 0) >= offset for part, offset in position.items())

    async def catch_up(self, position: Position, seconds: float) -> bool:
        """Wait until `position` is reached; False when it was not within some seconds."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not self.reached(position):
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            await self.grown(self.end, left)
        return True

    def changes(self, start: int, most: int) -> tuple[list[Logged], int] | None:
        """Up to `most` changes from number `start`, and the number after them. None when they are
        forgotten: the reader was too slow."""
        if start < self._first:
            return None
        begin = start - self._first
        part = [self._log[i] for i in range(begin, min(begin + most, len(self._log)))]
        return part, start + len(part)

    @property
    def oldest(self) -> int:
        return self._first

    async def grown(self, start: int, seconds: float) -> None:
        """Return when there is a change number `start`, or after some seconds."""
        growing = self._grown
        if self.end > start:
            return
        try:
            async with asyncio.timeout(seconds):
                await growing.wait()
        except TimeoutError:
            return

    def _apply(self, record: Record) -> None:
        self._next[record.partition] = record.offset + 1
        job_id, _, holder_id = record.key.partition("/")
        before = self._jobs[job_id].get(holder_id)
        known = before.version if before else self._withdrawn.get((job_id, holder_id))
        if known is not None and record.version <= known:
            return  # a repeat, or a sender that lost its shard
        present: Present | None = None
        if record.value is not None:
            match = record.event.match
            name = self._pseudonyms.candidate(holder_id, match.employer_org_id)
            present = Present(match, name, record.version)
        self._replace(job_id, holder_id, before, present, record.version)
        stated = present or before
        self._remember(
            Logged(
                partition=record.partition,
                offset=record.offset,
                job_id=job_id,
                holder_id=holder_id,
                employer=stated.match.employer_org_id if stated else "",
                found=record.type == "MatchFound",
                present=present,
            )
        )

    def _replace(
        self, job_id: str, holder_id: str, before: Present | None, now: Present | None, at: Version
    ) -> None:
        if now is not None:
            self._withdrawn.pop((job_id, holder_id), None)
            self._jobs[job_id][holder_id] = now
            self._candidates[(job_id, now.candidate_id)] = now
            self._jobs_of[now.match.employer_org_id].add(job_id)
            return
        self._withdrawn[(job_id, holder_id)] = at
        if len(self._withdrawn) > self._withdrawn_kept:
            self._withdrawn.popitem(last=False)
        if before is not None:
            del self._jobs[job_id][holder_id]
            del self._candidates[(job_id, before.candidate_id)]
        if not self._jobs[job_id]:
            del self._jobs[job_id]
            if before is not None:
                self._jobs_of[before.match.employer_org_id].discard(job_id)

    def _remember(self, change: Logged) -> None:
        self._log.append(change)
        if len(self._log) > self._log_size:
            oldest = self._log.popleft()
            self._first += 1
            self._floor[oldest.partition] = oldest.offset + 1
