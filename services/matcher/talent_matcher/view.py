"""All present matches, and the changes that led to them, in every replica.

Fed by a tail of talent.matches.v1. The order of changes is this replica's own; a place in it is
told to others as one offset per partition, which means the same in every replica.

Each shard keeps to a job's cap for itself; here the best of all shards are cut to it. Only those
within the cap are visible. Who comes in or drops out because of somebody else is a change too.
"""

import asyncio
from bisect import bisect_left, insort
from collections import OrderedDict, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from talent_kit.events import Record
from talent_kit.versions import Version
from talent_proto.events.v1 import matches_pb2

from talent_matcher.pseudonyms import Pseudonyms

Position = Mapping[int, int]  # partition → the offset that comes next
Rank = tuple[int, str]
NOWHERE = -1  # the partition of a change that no record of its own has brought


@dataclass(frozen=True, slots=True)
class Present:
    """A pair that is announced now."""

    match: matches_pb2.Match
    candidate_id: str
    version: Version

    @property
    def rank(self) -> Rank:
        """Best first; equal scores in an order that says nothing."""
        return (-self.match.score, self.candidate_id)


@dataclass(frozen=True, slots=True)
class Logged:
    """That something has changed of a pair. How it stands now the view itself knows."""

    partition: int
    offset: int
    job_id: str
    holder_id: str
    employer: str  # empty when it is not known: a withdrawal of what was not seen before
    found: bool


class View:
    """`log_size` changes and `withdrawn_kept` versions of withdrawn pairs are kept. `cap` is of
    jobs that state none."""

    def __init__(
        self, pseudonyms: Pseudonyms, *, log_size: int, withdrawn_kept: int, cap: int
    ) -> None:
        self._pseudonyms = pseudonyms
        self._cap = cap
        self._caps: dict[str, int] = {}  # of jobs that state another
        self._log: deque[Logged] = deque()
        self._log_size = log_size
        self._first = 0  # number of the oldest change in the log
        self._floor: dict[int, int] = {}  # changes before this offset are forgotten
        self._next: dict[int, int] = {}
        self._jobs: dict[str, dict[str, Present]] = {}
        self._ranks: dict[str, list[Rank]] = {}  # of each job, in order
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

    def set_cap(self, job_id: str, cap: int) -> None:
        """As a job states it; 0 is the usual one."""
        before, now = self._cap_of(job_id), cap or self._cap
        if now == before:
            return
        if now == self._cap:
            del self._caps[job_id]
        else:
            self._caps[job_id] = now
        ranks = self._ranks.get(job_id, [])
        for rank in ranks[min(before, now) : max(before, now)]:
            self._note(self._candidates[(job_id, rank[1])], found=now > before)
        self.wake()

    def touch(self, job_id: str, holder_id: str) -> None:
        """Something that is shown with a match has changed."""
        there = self.visible(job_id, holder_id)
        if there is not None:
            self._note(there, found=False)
            self.wake()

    def of_job(self, job_id: str) -> list[Present]:
        """Present matches within the cap, best first."""
        best = self._ranks.get(job_id, [])[: self._cap_of(job_id)]
        return [self._candidates[(job_id, name)] for _, name in best]

    def of_employer(self, org_id: str) -> list[Present]:
        """Present matches of all jobs, job by job."""
        return [one for job in sorted(self.jobs_of(org_id)) for one in self.of_job(job)]

    def employers(self) -> list[str]:
        """Those with present matches."""
        return sorted(self._jobs_of)

    def jobs_of(self, org_id: str) -> frozenset[str]:
        """An employer's jobs with present matches."""
        return frozenset(self._jobs_of.get(org_id, ()))

    def holders_of(self, job_id: str) -> frozenset[str]:
        """Whose matches are present, also beyond the cap."""
        return frozenset(self._jobs.get(job_id, ()))

    def count(self, job_id: str) -> int:
        return min(len(self._ranks.get(job_id, ())), self._cap_of(job_id))

    def candidate(self, job_id: str, candidate_id: str) -> Present | None:
        there = self._candidates.get((job_id, candidate_id))
        return there if there is not None and self._is_visible(there) else None

    def visible(self, job_id: str, holder_id: str) -> Present | None:
        """A pair that is present and within the cap."""
        there = self._jobs.get(job_id, {}).get(holder_id)
        return there if there is not None and self._is_visible(there) else None

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
        before = self._jobs.get(job_id, {}).get(holder_id)
        known = before.version if before else self._withdrawn.get((job_id, holder_id))
        if known is not None and record.version <= known:
            return  # a repeat, or a sender that lost its shard
        present: Present | None = None
        if record.value is not None:
            match = record.event.match
            name = self._pseudonyms.candidate(holder_id, match.employer_org_id)
            present = Present(match, name, record.version)
        shown = before is not None and self._is_visible(before)
        self._replace(job_id, holder_id, before, present, record.version)
        stated = present or before
        self._remember(
            Logged(
                partition=record.partition,
                offset=record.offset,
                job_id=job_id,
                holder_id=holder_id,
                employer=stated.match.employer_org_id if stated else "",
                found=not shown,
            )
        )

    def _replace(
        self, job_id: str, holder_id: str, before: Present | None, now: Present | None, at: Version
    ) -> None:
        if before is not None:
            self._take_out(job_id, holder_id, before)
        if now is not None:
            self._withdrawn.pop((job_id, holder_id), None)
            self._put_in(job_id, holder_id, now)
            return
        self._withdrawn[(job_id, holder_id)] = at
        if len(self._withdrawn) > self._withdrawn_kept:
            self._withdrawn.popitem(last=False)

    def _take_out(self, job_id: str, holder_id: str, before: Present) -> None:
        ranks, cap = self._ranks[job_id], self._cap_of(job_id)
        place = bisect_left(ranks, before.rank)
        del ranks[place]
        if place < cap <= len(ranks):  # the first of those below comes in
            self._note(self._candidates[(job_id, ranks[cap - 1][1])], found=True)
        del self._jobs[job_id][holder_id]
        del self._candidates[(job_id, before.candidate_id)]
        if not ranks:
            del self._jobs[job_id], self._ranks[job_id]
            self._jobs_of[before.match.employer_org_id].discard(job_id)

    def _put_in(self, job_id: str, holder_id: str, now: Present) -> None:
        ranks, cap = self._ranks.setdefault(job_id, []), self._cap_of(job_id)
        insort(ranks, now.rank)
        self._jobs.setdefault(job_id, {})[holder_id] = now
        self._candidates[(job_id, now.candidate_id)] = now
        self._jobs_of[now.match.employer_org_id].add(job_id)
        if bisect_left(ranks, now.rank) >= cap:
            self._note(now, found=False)
        elif len(ranks) > cap:  # the last of the best drops out
            self._note(self._candidates[(job_id, ranks[cap][1])], found=False)

    def _cap_of(self, job_id: str) -> int:
        return self._caps.get(job_id, self._cap)

    def _is_visible(self, one: Present) -> bool:
        job_id = one.match.job_id
        return bisect_left(self._ranks[job_id], one.rank) < self._cap_of(job_id)

    def _note(self, one: Present, *, found: bool) -> None:
        match = one.match
        self._remember(
            Logged(NOWHERE, 0, match.job_id, match.holder_id, match.employer_org_id, found)
        )

    def _remember(self, change: Logged) -> None:
        self._log.append(change)
        if len(self._log) > self._log_size:
            oldest = self._log.popleft()
            self._first += 1
            if oldest.partition != NOWHERE:
                self._floor[oldest.partition] = oldest.offset + 1
