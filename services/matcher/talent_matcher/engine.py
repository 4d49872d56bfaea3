"""The engine: which pairs are announced, as a function of the events applied so far.

No I/O. A shard is one partition of profiles; every shard sees all jobs. Whichever of a profile
and a job comes second scores the pair. What is to be announced gathers in `pending`, the latest
change of each pair only, and stays there until `announced` says that it is out. Of what went out
without that being known, whatever follows is announced.
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from talent_matcher import score
from talent_matcher.model import Fit, HolderId, Job, JobId, Profile, Requirement, SkillUri
from talent_matcher.score import ALONE, Known
from talent_matcher.weights import Weights

Key = TypeVar("Key")
Value = TypeVar("Value")
Version = tuple[int, int]
Pair = tuple[JobId, HolderId]
STEP = 256  # pairs between two moments at which the caller may do something else


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be announced of a pair. `now` is None for a withdrawal, `before` for a find."""

    job_id: JobId
    holder_id: HolderId
    now: Fit | None
    before: Fit | None
    profile_version: Version
    job_version: Version


@dataclass(slots=True)
class Shard:
    """The state of one profile partition, and how much of it is announced."""

    epoch: int
    profiles: dict[HolderId, Profile] = field(default_factory=dict[HolderId, Profile])
    versions: dict[HolderId, Version] = field(default_factory=dict[HolderId, Version])
    holders: defaultdict[SkillUri, set[HolderId]] = field(default_factory=lambda: defaultdict(set))
    eligible: defaultdict[JobId, dict[HolderId, Fit]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    eligible_jobs: defaultdict[HolderId, set[JobId]] = field(
        default_factory=lambda: defaultdict(set)
    )
    shown: defaultdict[JobId, dict[HolderId, Fit]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    sent: dict[Pair, Fit] = field(default_factory=dict[Pair, Fit])
    pending: dict[Pair, Change] = field(default_factory=dict[Pair, Change])
    unsure: set[Pair] = field(default_factory=set[Pair])  # on their way out, or lost on it
    n: int = 0  # announcements made in this epoch


class Engine:
    """One writer at a time calls it. Iterators that it returns must be run to their end."""

    def __init__(self, weights: Weights, known: Known = ALONE) -> None:
        self._weights = weights
        self._known = known
        self.as_of: date | None = None  # nothing is scored before the first date
        self.shards: dict[int, Shard] = {}
        self.jobs: dict[JobId, Job] = {}
        self.pairs_scored = 0
        self._job_versions: dict[JobId, Version] = {}
        self._jobs_of: defaultdict[SkillUri, set[JobId]] = defaultdict(set)  # any that counts
        self._skills_of: dict[JobId, frozenset[SkillUri]] = {}

    def open_shard(self, partition: int, epoch: int, announced: Mapping[Pair, Fit]) -> Shard:
        """Begin with what an earlier owner announced; profiles follow, then `settle`."""
        shard = self.shards[partition] = Shard(epoch)
        for (job_id, holder_id), there in announced.items():
            shard.shown[job_id][holder_id] = there
            shard.sent[(job_id, holder_id)] = there
        return shard

    def restore(
        self, partition: int, holder: HolderId, at: Version, profile: Profile | None
    ) -> None:
        """Take a profile, or its withdrawal, without scoring."""
        shard = self.shards[partition]
        if shard.versions.get(holder, (-1, 0)) < at:
            shard.versions[holder] = at
            self._replace(shard, holder, profile)

    def settle(self, partition: int) -> Iterator[None]:
        """Score a restored shard whole; only differences to what was announced become pending."""
        shard = self.shards[partition]
        yield from self._score_all(shard)

    def close_shard(self, partition: int) -> None:
        self.shards.pop(partition, None)

    def put_profile(
        self, partition: int, holder: HolderId, at: Version, profile: Profile | None
    ) -> bool:
        """Apply a profile, or None for its withdrawal. False: something newer was there."""
        shard = self.shards[partition]
        if shard.versions.get(holder, (-1, 0)) >= at:
            return False
        shard.versions[holder] = at
        self._replace(shard, holder, profile)
        self._score_holder(shard, holder)
        return True

    def put_job(self, job_id: JobId, at: Version, job: Job | None) -> Iterator[None]:
        """Apply an open job, or None for one that is closed."""
        if self._job_versions.get(job_id, (-1, 0)) >= at:
            return
        self._job_versions[job_id] = at
        self.jobs.pop(job_id, None)
        if job is not None:
            self.jobs[job_id] = job
        self._list_skills(job_id)
        for shard in list(self.shards.values()):
            yield from self._score_job(shard, job_id)

    def related(self, changed: Collection[SkillUri]) -> Iterator[None]:
        """Other skills are near these now: score the jobs that ask for them again."""
        asking = [
            job_id
            for job_id, job in sorted(self.jobs.items())
            if any(wanted.skill.uri in changed for wanted in job.requirements)
        ]
        for job_id in asking:
            self._list_skills(job_id)
            for shard in list(self.shards.values()):
                yield from self._score_job(shard, job_id)

    def forget_job(self, job_id: JobId) -> None:
        """Nothing more is told of a closed job: its version need not be known any more."""
        if job_id not in self.jobs:
            self._job_versions.pop(job_id, None)

    def advance(self, as_of: date) -> Iterator[None]:
        """Move the date. Only what begins or ends between the two dates is scored again."""
        before = self.as_of
        if before is not None and as_of <= before:
            return
        self.as_of = as_of
        for shard in list(self.shards.values()):
            if before is None:
                yield from self._score_all(shard)
                continue
            for holder in sorted(shard.profiles):
                turns = shard.profiles[holder].turns(self._weights.age_years)
                if any(before < day <= as_of for day in turns):
                    self._score_holder(shard, holder)
                    yield
            for job_id in sorted(self.jobs):
                last = self.jobs[job_id].valid_through
                if last is not None and before <= last < as_of:
                    yield from self._score_job(shard, job_id)

    def leaving(self, partition: int, changes: Iterable[Change]) -> None:
        """These pending changes are being sent: until they are `announced`, out or not."""
        pairs = ((change.job_id, change.holder_id) for change in changes)
        self.shards[partition].unsure.update(pairs)

    def announced(self, partition: int, changes: Iterable[Change]) -> None:
        """These pending changes are out."""
        shard = self.shards[partition]
        for change in changes:
            pair = (change.job_id, change.holder_id)
            del shard.pending[pair]
            shard.unsure.discard(pair)
            if change.now is None:
                shard.sent.pop(pair, None)
            else:
                shard.sent[pair] = change.now

    def _list_skills(self, job_id: JobId) -> None:
        for uri in self._skills_of.pop(job_id, ()):
            _discard(self._jobs_of, uri, job_id)
        job = self.jobs.get(job_id)
        if job is not None:
            relations = self._known.relations
            counting = (score.counting_skills(one, relations) for one in job.requirements)
            self._skills_of[job_id] = frozenset().union(*counting)
            for uri in self._skills_of[job_id]:
                self._jobs_of[uri].add(job_id)

    def _replace(self, shard: Shard, holder: HolderId, profile: Profile | None) -> None:
        before = shard.profiles.pop(holder, None)
        for one in before.assertions if before else ():
            _discard(shard.holders, one.skill, holder)
        if profile is not None:
            shard.profiles[holder] = profile
            for one in profile.assertions:
                shard.holders[one.skill].add(holder)

    def _score_all(self, shard: Shard) -> Iterator[None]:
        jobs = sorted(self.jobs.keys() | shard.shown.keys() | shard.eligible.keys())
        for job_id in jobs:
            yield from self._score_job(shard, job_id)

    def _score_job(self, shard: Shard, job_id: JobId) -> Iterator[None]:
        holders = set(shard.eligible.get(job_id, ())) | set(shard.shown.get(job_id, ()))
        job = self.jobs.get(job_id)
        if job is not None:
            holders |= self._candidates(shard, job)
        for count, holder in enumerate(sorted(holders)):
            self._score_pair(shard, job_id, holder)
            if count % STEP == STEP - 1:
                yield
        self._choose(shard, job_id)
        yield

    def _candidates(self, shard: Shard, job: Job) -> set[HolderId]:
        gated = [
            set[HolderId]().union(*(shard.holders.get(uri, ()) for uri in self._opening(wanted)))
            for wanted in job.requirements
            if wanted.gate
        ]
        if gated:
            return set.intersection(*gated)
        return set().union(*(shard.holders.get(uri, ()) for uri in self._skills_of[job.job_id]))

    def _opening(self, wanted: Requirement) -> list[SkillUri]:
        counting = score.counting_skills(wanted, self._known.relations)
        return [uri for uri, relation in counting.items() if relation in score.OPENS]

    def _score_holder(self, shard: Shard, holder: HolderId) -> None:
        profile = shard.profiles.get(holder)
        jobs = set(shard.eligible_jobs.get(holder, ()))
        for one in profile.assertions if profile else ():
            jobs |= self._jobs_of.get(one.skill, set())
        for job_id in sorted(jobs):
            self._score_pair(shard, job_id, holder)
            self._choose_one(shard, job_id, holder)

    def _score_pair(self, shard: Shard, job_id: JobId, holder: HolderId) -> None:
        job, profile = self.jobs.get(job_id), shard.profiles.get(holder)
        found: Fit | None = None
        if job is not None and profile is not None and self.as_of is not None:
            self.pairs_scored += 1
            found = score.fit(profile, job, self._weights, self.as_of, self._known)
            least = self._threshold(job)
            if holder in shard.shown.get(job_id, ()):
                least = max(1, least - self._weights.hysteresis)
            if found is not None and found.score < least:
                found = None
        if found is not None:
            shard.eligible[job_id][holder] = found
            shard.eligible_jobs[holder].add(job_id)
        elif holder in shard.eligible.get(job_id, ()):
            self._drop(shard, job_id, holder)

    def _drop(self, shard: Shard, job_id: JobId, holder: HolderId) -> None:
        del shard.eligible[job_id][holder]
        if not shard.eligible[job_id]:
            del shard.eligible[job_id]
        _discard(shard.eligible_jobs, holder, job_id)

    def _choose_one(self, shard: Shard, job_id: JobId, holder: HolderId) -> None:
        """`_choose` after one pair was scored: while there is room for all, the others stay."""
        eligible, shown = shard.eligible.get(job_id, {}), shard.shown.get(job_id, {})
        others = len(eligible) - (holder in eligible)
        if len(eligible) > self._cap(job_id) or others != len(shown) - (holder in shown):
            self._choose(shard, job_id)
        elif self.as_of is not None:
            self._show(shard, (job_id, holder), eligible.get(holder))

    def _choose(self, shard: Shard, job_id: JobId) -> None:
        """Show the best of a job, as many as its cap allows; equal scores by holder id."""
        if self.as_of is None:
            return
        eligible = shard.eligible.get(job_id, {})
        cap = self._cap(job_id)
        chosen = set(eligible)
        if len(eligible) > cap:
            best = heapq.nsmallest(cap, eligible, key=lambda one: (-eligible[one].score, one))
            chosen = set(best)
            # Who is no longer shown needs the whole threshold to come in again.
            least = self._threshold(self.jobs[job_id])
            for holder in [one for one in eligible if one not in chosen]:
                if eligible[holder].score < least:
                    self._drop(shard, job_id, holder)
        for holder in sorted(chosen | shard.shown.get(job_id, {}).keys()):
            self._show(shard, (job_id, holder), eligible[holder] if holder in chosen else None)

    def _threshold(self, job: Job) -> int:
        return job.threshold or self._weights.threshold

    def _cap(self, job_id: JobId) -> int:
        job = self.jobs.get(job_id)
        return (job.cap if job else 0) or self._weights.cap

    def _show(self, shard: Shard, pair: Pair, now: Fit | None) -> None:
        """Show a pair, or None for no longer, and note what that changes for the world."""
        job_id, holder = pair
        if now == shard.shown.get(job_id, {}).get(holder):
            return
        if now is not None:
            shard.shown[job_id][holder] = now
        else:
            del shard.shown[job_id][holder]
            if not shard.shown[job_id]:
                del shard.shown[job_id]
        before = shard.sent.get(pair)
        if now == before and pair not in shard.unsure:
            shard.pending.pop(pair, None)  # back to what is announced
            return
        profile_at = shard.versions.get(holder, (0, 0))
        job_at = self._job_versions.get(job_id, (0, 0))
        shard.pending[pair] = Change(job_id, holder, now, before, profile_at, job_at)


def _discard(sets: dict[Key, set[Value]], key: Key, value: Value) -> None:
    """Take a value out of its set; an empty set is not kept."""
    there = sets.get(key)
    if there is not None:
        there.discard(value)
        if not there:
            del sets[key]
