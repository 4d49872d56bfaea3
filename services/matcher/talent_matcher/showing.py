"""Who is shown in one shard for which job, and how much of that the world was told.

A shard is one partition of profiles. What is to be announced gathers in `pending`, the latest
change of each pair only, and stays there until `announced` says that it is out. Of what went out
without that being known, whatever follows is announced.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from talent_matcher.index.crowd import Crowd, tie_of
from talent_matcher.model import Fit, HolderId, JobId

Key = TypeVar("Key")
Value = TypeVar("Value")
Version = tuple[int, int]
Pair = tuple[JobId, HolderId]
Rank = tuple[int, int, HolderId]  # minus the score, tie, who: best first


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be announced of a pair. `now` is None for a withdrawal, `before` for a find."""

    job_id: JobId
    holder_id: HolderId
    now: Fit | None
    before: Fit | None
    profile_version: Version
    job_version: Version
    weights: str = ""  # the version that `now` was scored by


@dataclass(slots=True)
class Shard:
    """The state of one profile partition, and how much of it is announced."""

    epoch: int
    crowd: Crowd
    shown: defaultdict[JobId, dict[HolderId, Fit]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    shown_jobs: defaultdict[HolderId, set[JobId]] = field(default_factory=lambda: defaultdict(set))
    full: set[JobId] = field(default_factory=set[JobId])  # others may wait for a place
    last: dict[JobId, Rank] = field(default_factory=dict[JobId, Rank])  # of those shown, if known
    sent: dict[Pair, Fit] = field(default_factory=dict[Pair, Fit])
    told: dict[Pair, Version] = field(default_factory=dict[Pair, Version])  # by which announcement
    pending: dict[Pair, Change] = field(default_factory=dict[Pair, Change])
    unsure: set[Pair] = field(default_factory=set[Pair])  # on their way out, or lost on it
    n: int = 0  # announcements made in this epoch

    def begin(self, announced: Mapping[Pair, Fit]) -> None:
        """With what an earlier owner announced."""
        for (job_id, holder_id), there in announced.items():
            self.shown[job_id][holder_id] = there
            self.shown_jobs[holder_id].add(job_id)
            self.sent[(job_id, holder_id)] = there

    def show(self, pair: Pair, now: Fit | None, job_version: Version, weights: str) -> None:
        """Show a pair, or None for no longer, and note what that changes for the world."""
        job_id, holder = pair
        if now == self.shown.get(job_id, {}).get(holder):
            return
        self.last.pop(job_id, None)
        if now is not None:
            self.shown[job_id][holder] = now
            self.shown_jobs[holder].add(job_id)
        else:
            del self.shown[job_id][holder]
            if not self.shown[job_id]:
                del self.shown[job_id]
            discard(self.shown_jobs, holder, job_id)
        before = self.sent.get(pair)
        if now == before and pair not in self.unsure:
            self.pending.pop(pair, None)  # back to what is announced
            return
        profile_version = self.crowd.versions.get(holder, (0, 0))
        self.pending[pair] = Change(
            job_id, holder, now, before, profile_version, job_version, weights
        )

    def last_of(self, job_id: JobId) -> Rank:
        """Of those who are shown the one that drops out first."""
        found = self.last.get(job_id)
        if found is None:
            shown = self.shown[job_id]
            found = max((-fit.score, tie_of(holder), holder) for holder, fit in shown.items())
            self.last[job_id] = found
        return found

    def leaving(self, changes: Iterable[Change]) -> None:
        """These pending changes are being sent: until they are `announced`, out or not."""
        self.unsure.update((change.job_id, change.holder_id) for change in changes)

    def announced(self, changes: Iterable[Change]) -> None:
        """These changes are out; what was decided since they were `leaving` stays pending."""
        for change in changes:
            pair = (change.job_id, change.holder_id)
            self.unsure.discard(pair)
            if change.now is None:
                self.sent.pop(pair, None)
            else:
                self.sent[pair] = change.now
            later = self.pending.pop(pair)
            if later is not change and later.now != change.now:
                self.pending[pair] = replace(later, before=change.now)


def discard(sets: dict[Key, set[Value]], key: Key, value: Value) -> None:
    """Take a value out of its set; an empty set is not kept."""
    there = sets.get(key)
    if there is not None:
        there.discard(value)
        if not there:
            del sets[key]
