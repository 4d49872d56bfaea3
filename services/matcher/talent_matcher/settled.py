"""A shard at a moment when all that it shows was announced: what a later process goes on from.

Only what changed since is scored again. The rest is as it was: a pair's fit depends on its profile,
its job, the weights, what is known of skills and employers, and the date, and on nothing else.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from talent_matcher.model import Favors, HolderId, Job, JobId, OrgId, SkillUri
from talent_matcher.showing import Pair, Shard, Version

Reached = Mapping[HolderId, Collection[JobId]]


@dataclass(frozen=True, slots=True)
class Settled:
    """`told`: the version of each announcement that stands. `full`: jobs for which others wait."""

    as_of: date
    weights: str
    jobs: Mapping[JobId, Version]
    favors: Mapping[OrgId, Favors]
    told: Mapping[Pair, Version]
    full: frozenset[JobId]

    def jobs_that_changed(
        self,
        jobs: Mapping[JobId, Job],
        favors: Mapping[OrgId, Favors],
        skills: Collection[SkillUri],
        as_of: date,
    ) -> set[JobId]:
        """New ones, closed ones, and those that ask or count differently; others are near some
        `skills` now."""
        versions = {job_id: job.version for job_id, job in jobs.items()}
        found = {job_id for job_id, _ in versions.items() ^ self.jobs.items()}
        employers = {employer for employer, _ in favors.items() ^ self.favors.items()}
        for job_id, job in jobs.items():
            ended = job.valid_through is not None and self.as_of <= job.valid_through < as_of
            asks = skills and any(one.skill.uri in skills for one in job.requirements)
            if ended or asks or job.employer in employers:
                found.add(job_id)
        return found

    def jobs_with_others(
        self, shard: Shard, reached: Reached, caps: Mapping[JobId, int]
    ) -> set[JobId]:
        """Where more than those who changed, and what these have `reached`, makes a difference:
        others were announced since, may be shown instead, or have to go."""
        found: set[JobId] = set()
        touched: set[JobId] = set()
        for (job_id, holder), _ in shard.told.items() ^ self.told.items():
            (touched if holder in reached else found).add(job_id)
        coming: Counter[JobId] = Counter()
        for holder, job_ids in reached.items():
            coming.update(one for one in job_ids if holder not in shard.shown.get(one, ()))
            touched |= shard.shown_jobs.get(holder, set())
        for job_id in touched | coming.keys():
            there = len(shard.shown.get(job_id, ())) + coming[job_id]
            if job_id in self.full or there > caps.get(job_id, 0):
                found.add(job_id)
        return found
