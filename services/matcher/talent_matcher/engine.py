"""The engine: which pairs are announced, as a function of the events applied so far.

No I/O. A shard is one partition of profiles; every shard sees all jobs. Whichever of a profile
and a job comes second scores the pair. An index over people finds the best for a job, one over jobs
finds those that a person reaches; only pairs that are shown, or might stay so, are scored one by
one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date

from talent_matcher.evidence import NOBODY
from talent_matcher.index.crowd import Crowd, tie_of
from talent_matcher.index.market import Market
from talent_matcher.model import (
    Favors,
    Fit,
    HolderId,
    Job,
    JobId,
    OrgId,
    Profile,
    SkillUri,
)
from talent_matcher.openings import Openings
from talent_matcher.score import ALONE, Known, Scorer
from talent_matcher.settled import Settled
from talent_matcher.showing import Pair, Rank, Shard, Version, discard
from talent_matcher.standings import Standings
from talent_matcher.weights import Weights

STEP = 256  # pairs between two moments at which the caller may do something else
PEOPLE_AT_ONCE = 500  # looked at in one part of a `refresh`


class Engine:
    """One writer at a time calls it. Iterators that it returns must be run to their end."""

    def __init__(self, weights: Weights, known: Known = ALONE) -> None:
        self._weights = weights
        self._favors = dict(known.favors)
        self._known = replace(known, favors=self._favors)
        self.as_of: date | None = None  # nothing is scored before the first date
        self.shards: dict[int, Shard] = {}
        self.jobs: dict[JobId, Job] = {}
        self.pairs_scored = 0
        self._job_versions: dict[JobId, Version] = {}
        self._jobs_of: defaultdict[OrgId, set[JobId]] = defaultdict(set)
        self._stale: dict[JobId, None] = {}  # jobs to `refresh`, in order
        self._moved: set[SkillUri] = set()  # and those that ask for one of these
        self._market = Market(weights, self._known)

    @property
    def weights(self) -> Weights:
        return self._weights

    def crowd(self) -> Crowd:
        """Of a shard that is not open yet: `gather` its people."""
        return Crowd(self._market.people(), self._weights.age_years)

    def gather(self, crowd: Crowd, holder: HolderId, at: Version, profile: Profile | None) -> None:
        """Take a profile, or its withdrawal, without scoring."""
        if crowd.newer(holder, at):
            crowd.put(holder, at, profile, self.as_of)

    def open_shard(
        self,
        partition: int,
        epoch: int,
        announced: Mapping[Pair, Fit],
        crowd: Crowd | None = None,
        told: Mapping[Pair, Version] | None = None,
    ) -> Shard:
        """Begin with what an earlier owner announced, and the people gathered so far; `settle`
        once all are there."""
        shard = self.shards[partition] = Shard(
            epoch, self.crowd() if crowd is None else crowd, told=dict(told or {})
        )
        shard.begin(announced)
        return shard

    def restore(
        self, partition: int, holder: HolderId, at: Version, profile: Profile | None
    ) -> None:
        """Take a profile, or its withdrawal, without scoring."""
        self.gather(self.shards[partition].crowd, holder, at, profile)

    def settle(self, partition: int) -> Iterator[None]:
        """Score a restored shard whole; only differences to what was announced become pending."""
        shard = self.shards[partition]
        yield from self._number(shard)
        if self.as_of is not None:
            # A date may have passed while they were gathered.
            for holder in shard.crowd.due(self.as_of):
                shard.crowd.again(holder, self.as_of)
                yield
        yield from self._score_all(shard)

    def settled(self, partition: int) -> Settled | None:
        """As it stands, with all people in `crowd.saved`; None while something is to be
        announced."""
        shard = self.shards[partition]
        if self.as_of is None or shard.pending or shard.unsure or not self.is_fresh:
            return None
        return Settled(
            as_of=self.as_of,
            weights=repr(self._weights),
            jobs={job_id: job.version for job_id, job in self.jobs.items()},
            favors=dict(self._favors),
            told=dict(shard.told),
            full=frozenset(shard.full),
        )

    def resume(
        self,
        partition: int,
        settled: Settled,
        changed: set[HolderId],
        skills: Collection[SkillUri] = (),
    ) -> Iterator[None]:
        """As `settle`, of a shard whose people were `settled` but for those who `changed` since.
        Others are near some `skills` now."""
        as_of, shard = self.as_of, self.shards[partition]
        if as_of is None or settled.as_of > as_of or settled.weights != repr(self._weights):
            yield from self.settle(partition)
            return
        yield from self._number(shard)
        for holder in shard.crowd.due(as_of):
            shard.crowd.again(holder, as_of)
            changed.add(holder)
            yield
        reached: dict[HolderId, Mapping[JobId, int]] = {}
        for holder in sorted(changed):
            profile = shard.crowd.profile(holder)
            reached[holder] = self._market.reached(profile, as_of) if profile else {}
            yield
        shard.full |= settled.full & self.jobs.keys()
        caps = {job_id: self._cap(job_id) for job_id in self.jobs}
        whole = settled.jobs_that_changed(self.jobs, self._favors, skills, as_of)
        whole |= settled.jobs_with_others(shard, reached, caps)
        whole |= shard.shown.keys() - self.jobs.keys()
        for job_id in sorted(whole):
            yield from self._score_job(shard, job_id)
        for holder, its in reached.items():
            for job_id in sorted((its.keys() | shard.shown_jobs.get(holder, set())) - whole):
                self._choose(shard, job_id, holder, its.get(job_id))
            yield

    def close_shard(self, partition: int) -> None:
        self.shards.pop(partition, None)

    def put_profile(
        self, partition: int, holder: HolderId, at: Version, profile: Profile | None
    ) -> bool:
        """Apply a profile, or None for its withdrawal. False: something newer was there."""
        shard = self.shards[partition]
        if not shard.crowd.newer(holder, at):
            return False
        before = shard.crowd.put(holder, at, profile, self.as_of)
        self._score_holder(shard, holder, profile, _changed_skills(before, profile))
        return True

    def put_job(self, job_id: JobId, at: Version, job: Job | None) -> Iterator[None]:
        """Apply an open job, or None for one that is closed."""
        if self._job_versions.get(job_id, (-1, 0)) >= at:
            return
        self._job_versions[job_id] = at
        before = self.jobs.pop(job_id, None)
        if before is not None:
            discard(self._jobs_of, before.employer, job_id)
        if job is not None:
            self.jobs[job_id] = job
            self._jobs_of[job.employer].add(job_id)
            if job.employer in self._favors and not self._is_named:
                self._stale[job_id] = None
        self._market.put(job_id, job, self._weights.threshold_of(job) if job else 0)
        for shard in list(self.shards.values()):
            yield from self._score_job(shard, job_id)

    def relate(self, changed: Collection[SkillUri]) -> None:
        """Other skills are near these now: `refresh` the jobs that ask for them."""
        self._moved |= set(changed)

    def favor(self, employer: OrgId, favors: Favors) -> None:
        """What counts more for an employer from now on. `refresh` what that changes."""
        if favors == self._favors.get(employer, NOBODY):
            return
        self._favors[employer] = favors
        # Who was named once stays told apart from others, which by itself changes no score.
        named = self._known.named
        if not (favors.validators <= named.validators and favors.criteria <= named.criteria):
            both = named.validators | favors.validators, named.criteria | favors.criteria
            self._known = replace(self._known, named=Favors(*both))
            self._market.name(self._known.named)
        self._stale |= dict.fromkeys(sorted(self._jobs_of.get(employer, ())))

    def weigh(self, weights: Weights) -> None:
        """Score by these weights from now on; they differ in what counts for a score, not in
        gates, caps or years of age. `refresh` all jobs."""
        self._weights = weights
        self._market.weigh(weights)
        self._stale = dict.fromkeys(sorted(self.jobs))

    @property
    def is_fresh(self) -> bool:
        """Whether nothing is left to `refresh`."""
        return not self._stale and not self._moved and self._is_named

    def refresh(self) -> Iterator[None]:
        """A part of what `favor`, `weigh` and `relate` left to do; other events may come between
        two."""
        if self.as_of is not None:
            for shard in self.shards.values():
                if not shard.crowd.is_named:
                    shard.crowd.name(self.as_of, PEOPLE_AT_ONCE)
                    return
        self._find_asking()
        for job_id in list(self._stale)[:1]:
            self._put_again(job_id)
            for shard in list(self.shards.values()):
                yield from self._score_job(shard, job_id)
            del self._stale[job_id]

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
            due = shard.crowd.due(as_of)
            # All of them first: whoever is asked for afterwards is ranked by today's worth.
            for holder in due:
                shard.crowd.again(holder, as_of)
                yield
            if before is None:
                yield from self._score_all(shard)
                continue
            for holder in due:
                profile = shard.crowd.profile(holder)
                if profile is not None:
                    turned = profile.turned(before, as_of, self._weights.age_years)
                    self._score_holder(shard, holder, profile, turned)
                    yield
            for job_id in sorted(self.jobs):
                last = self.jobs[job_id].valid_through
                if last is not None and before <= last < as_of:
                    yield from self._score_job(shard, job_id)

    def standings(self) -> Standings | None:
        """How the people here stand with a job; None before the first date."""
        if self.as_of is None:
            return None
        return Standings(
            self.shards, self.jobs, self._market, self._weights, self.as_of, self._known
        )

    def openings(self) -> Openings | None:
        """The open jobs, for somebody who need not be among the people; None before the first
        date."""
        if self.as_of is None:
            return None
        return Openings(self.jobs, self._market, self._weights, self.as_of, self._known)

    @property
    def _is_named(self) -> bool:
        # Before the first date nobody is in an index yet.
        return self.as_of is None or all(one.crowd.is_named for one in self.shards.values())

    def _number(self, shard: Shard) -> Iterator[None]:
        """Before a shard opens: what its people are asked is what they are scored by."""
        self._find_asking()
        for job_id in self._stale:
            self._put_again(job_id)
        while self.as_of is not None and not shard.crowd.is_named:
            shard.crowd.name(self.as_of, STEP)
            yield

    def _find_asking(self) -> None:
        """All at once: a framework may come with ten thousand skills."""
        if self._moved:
            for job_id, job in sorted(self.jobs.items()):
                if any(wanted.skill.uri in self._moved for wanted in job.requirements):
                    self._stale[job_id] = None
            self._moved.clear()

    def _put_again(self, job_id: JobId) -> None:
        job = self.jobs.get(job_id)
        if job is not None:
            self._market.put(job_id, job, self._weights.threshold_of(job))

    def _score_all(self, shard: Shard) -> Iterator[None]:
        for job_id in sorted(self.jobs.keys() | shard.shown.keys()):
            yield from self._score_job(shard, job_id)

    def _score_job(self, shard: Shard, job_id: JobId) -> Iterator[None]:
        """Score a job that is new or has changed, or of which all may have."""
        if self.as_of is None:
            return
        shown, scorer = dict(shard.shown.get(job_id, {})), self._scorer(job_id)
        best = self._best(shard, job_id)
        fits: dict[HolderId, Fit] = {}
        ranks = {holder: (score, tie, holder) for score, tie, holder in best}
        for count, holder in enumerate(sorted(shown.keys() - ranks.keys())):
            found = self._fit(shard, scorer, holder)
            if found is not None:
                fits[holder] = found
                ranks[holder] = (-found.score, tie_of(holder), holder)
            if count % STEP == STEP - 1:
                yield
        chosen = {holder for _, _, holder in sorted(ranks.values())[: self._cap(job_id)]}
        for count, holder in enumerate(sorted(chosen | shown.keys())):
            now = fits.get(holder) or self._fit(shard, scorer, holder) if holder in chosen else None
            self._show(shard, (job_id, holder), now)
            if count % STEP == STEP - 1:
                yield
        yield

    def _best(self, shard: Shard, job_id: JobId) -> list[Rank]:
        """The best who reach the whole threshold, as many as may be shown."""
        shard.full.discard(job_id)
        asked = self._market.questions.get(job_id)
        if asked is None or self.as_of is None:
            return []
        cap, threshold = self._cap(job_id), self._weights.threshold_of(self.jobs[job_id])
        best = shard.crowd.best(asked, cap, threshold, self.as_of)
        if len(best) == cap:
            shard.full.add(job_id)
        return best

    def _score_holder(
        self,
        shard: Shard,
        holder: HolderId,
        profile: Profile | None,
        skills: frozenset[SkillUri] | None,
    ) -> None:
        """Score a person: with all jobs, or with those to which one of these skills may count."""
        if self.as_of is None:
            return
        shown = shard.shown_jobs.get(holder, set())
        reached: Mapping[JobId, int] = {}
        if profile is not None and skills is not None:
            asking, reached = self._market.reached_by(profile, skills, self.as_of)
            shown = shown & asking
        elif profile is not None:
            reached = self._market.reached(profile, self.as_of)
        for job_id in sorted(reached.keys() | shown):
            self._choose(shard, job_id, holder, reached.get(job_id))

    def _choose(self, shard: Shard, job_id: JobId, holder: HolderId, score: int | None) -> None:
        """After one pair was scored: all others of the job are as they were. `score` is None for
        one under the threshold."""
        shown, scorer = shard.shown.get(job_id, {}), self._scorer(job_id)
        if holder in shown:
            now = self._fit(shard, scorer, holder)
            falls = now is None or now.score < shown[holder].score
            self._show(shard, (job_id, holder), now)
            if falls and job_id in shard.full:
                self._fill(shard, job_id)
        elif score is not None:
            if len(shown) < self._cap(job_id):
                self._show(shard, (job_id, holder), self._fit(shard, scorer, holder))
                return
            shard.full.add(job_id)
            last = shard.last_of(job_id)
            if (-score, tie_of(holder), holder) < last:
                self._show(shard, (job_id, last[2]), None)
                self._show(shard, (job_id, holder), self._fit(shard, scorer, holder))

    def _fill(self, shard: Shard, job_id: JobId) -> None:
        """One fell or left where others may wait: the best of all are shown. The fits of those
        who are shown are those of today."""
        shown, scorer = dict(shard.shown.get(job_id, {})), self._scorer(job_id)
        ranks = {holder: (-fit.score, tie_of(holder), holder) for holder, fit in shown.items()}
        ranks |= {holder: (score, tie, holder) for score, tie, holder in self._best(shard, job_id)}
        chosen = {holder for _, _, holder in sorted(ranks.values())[: self._cap(job_id)]}
        for holder in sorted(chosen ^ shown.keys()):
            now = self._fit(shard, scorer, holder) if holder in chosen else None
            self._show(shard, (job_id, holder), now)

    def _scorer(self, job_id: JobId) -> Scorer | None:
        """None for a job that is closed."""
        job = self.jobs.get(job_id)
        if job is None or self.as_of is None:
            return None
        return Scorer(job, self._weights, self.as_of, self._known)

    def _fit(self, shard: Shard, scorer: Scorer | None, holder: HolderId) -> Fit | None:
        """How well a pair fits, if that is enough to be shown: who is shown stays a little below
        the threshold."""
        profile = scorer and shard.crowd.profile(holder, scorer.skills)
        if profile is None or scorer is None:
            return None
        self.pairs_scored += 1
        job, found = scorer.job, scorer.fit(profile)
        is_shown = holder in shard.shown.get(job.job_id, ())
        least = self._weights.kept_from(job) if is_shown else self._weights.threshold_of(job)
        return found if found is not None and found.score >= least else None

    def _cap(self, job_id: JobId) -> int:
        job = self.jobs.get(job_id)
        return self._weights.cap_of(job) if job else self._weights.cap

    def _show(self, shard: Shard, pair: Pair, now: Fit | None) -> None:
        job_version = self._job_versions.get(pair[0], (0, 0))
        shard.show(pair, now, job_version, self._weights.version)


def _changed_skills(before: Profile | None, now: Profile | None) -> frozenset[SkillUri] | None:
    """The skills in which two profiles differ, if they differ in nothing else that counts."""
    if before is None or now is None:
        return None
    if before._replace(version=now.version, assertions=now.assertions) != now:
        return None
    return frozenset(one.skill for one in {*before.assertions} ^ {*now.assertions})
