"""How the people of these shards stand with a job, for whoever asks about one of them or about all.

Pure, and by the index and the functions that match: what is told here is what would be announced.
Nothing of a question is kept.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from talent_matcher.index.market import Market
from talent_matcher.model import Fit, Gate, HolderId, Job, JobId, NotScored, Profile
from talent_matcher.score import Known, Scorer, not_scored
from talent_matcher.showing import Change, Rank, Shard
from talent_matcher.weights import Weights


@dataclass(frozen=True, slots=True)
class Pairing:
    """All that a fit was made of. `least`: the score that keeps the pair shown."""

    profile: Profile
    job: Job
    weights: Weights
    as_of: date
    known: Known
    fit: Fit
    least: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a pair stands, shown or not. `fit` is None where a gate is closed or the pair is not
    scored."""

    scorer: Scorer
    profile: Profile
    gates: tuple[Gate, ...]
    fit: Fit | None
    place: int = 0  # among the people of its shard; 0 for a score below the threshold

    @property
    def score(self) -> int:
        return self.fit.score if self.fit else 0

    @property
    def threshold(self) -> int:
        return self.scorer.weights.threshold_of(self.scorer.job)

    @property
    def cap(self) -> int:
        return self.scorer.weights.cap_of(self.scorer.job)

    @property
    def not_scored(self) -> NotScored:
        return not_scored(self.profile, self.scorer.job, self.scorer.as_of)


@dataclass(frozen=True, slots=True)
class Standings:
    """Of one moment: make it anew for each question."""

    shards: Mapping[int, Shard]
    jobs: Mapping[JobId, Job]
    market: Market
    weights: Weights
    as_of: date
    known: Known

    def pairing(self, job_id: JobId, holder: HolderId) -> Pairing | None:
        """Of a pair that is shown here; None for one that is not, or is another replica's."""
        job = self.jobs.get(job_id)
        for shard in self.shards.values():
            fit = shard.shown.get(job_id, {}).get(holder)
            profile = shard.crowd.profile(holder)
            if job and fit and profile:
                least = self.weights.kept_from(job)
                return Pairing(profile, job, self.weights, self.as_of, self.known, fit, least)
        return None

    def standing(self, job_id: JobId, holder: HolderId) -> Standing | None:
        """Of any pair whose profile is here; None where it or the job is not."""
        job = self.jobs.get(job_id)
        for shard in self.shards.values():
            profile = shard.crowd.profile(holder)
            if job is not None and profile is not None:
                found = stand(self._scorer(job), profile)
                if found.score < found.threshold:
                    return found
                asked = self.market.question(job)
                place = shard.crowd.place(holder, found.score, asked, self.as_of)
                return replace(found, place=place)
        return None

    def ranked(self, job: Job, among: Collection[int] | None = None) -> list[Rank]:
        """Who of these shards (None: of all here) would be shown for a job that is not posted, best
        first."""
        asked, cap = self.market.question(job), self.weights.cap_of(job)
        found = [
            rank
            for partition, shard in self.shards.items()
            if among is None or partition in among
            for rank in shard.crowd.best(asked, cap, self.weights.threshold_of(job), self.as_of)
        ]
        return sorted(found)[:cap]

    def sketched(self, job: Job, holders: Iterable[HolderId]) -> list[Change]:
        """What would be announced now of such a job and each of these who fits and is here."""
        scorer = self._scorer(job)
        nobody = ((0, 0), (0, 0), self.weights.version)  # versions of what nobody is told
        found: list[Change] = []
        for holder in holders:
            for shard in self.shards.values():
                profile = shard.crowd.profile(holder, scorer.skills)
                fit = scorer.fit(profile) if profile is not None else None
                if fit is not None:
                    found.append(Change(job.job_id, holder, fit, None, *nobody))
        return found

    def _scorer(self, job: Job) -> Scorer:
        return Scorer(job, self.weights, self.as_of, self.known)


def stand(scorer: Scorer, profile: Profile) -> Standing:
    """Without a place."""
    return Standing(scorer, profile, scorer.all_gates(profile), scorer.fit(profile))
