"""How a pair stood on a day that is over, computed anew from what the log has of that day."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from talent_kit.events import Record
from talent_proto.matcher.v1 import decisions_pb2 as pb

from talent_matcher import messages
from talent_matcher.distances import Distances
from talent_matcher.event_log import EventLog, Logged, key_of
from talent_matcher.model import Favors, Job, OrgId, Profile
from talent_matcher.network import JOBS
from talent_matcher.relations import Relations
from talent_matcher.restoring import MATCHES
from talent_matcher.score import Known, Scorer
from talent_matcher.scoring_store import ScoringStore
from talent_matcher.shards import present_state
from talent_matcher.snapshots import PROFILES
from talent_matcher.standings import stand
from talent_matcher.statements import Statements, employer_of
from talent_matcher.weight_table import adopted
from talent_matcher.weights import WEIGHTS, Weights

CATALOG, TAXONOMY = "talent.catalog.v1", "taxonomy"
STATEMENTS = ("CriteriaEndorsed", "ValidatorsTrusted")
MOST_STATEMENTS = 1000  # documents with what an employer favors
NOT_KEPT = "What profile and job said that day is not in the log, which began later or is over."
NO_PROFILE = "At the end of that day the person shared no profile with employers."
NO_JOB = "At the end of that day the job was not open."


@dataclass(frozen=True)
class Past:
    """`why`: what there is to say where there is no `state`. `known`: whether that is all."""

    state: pb.PastState | None = None
    why: str = ""
    known: bool = True


class Pasts:
    def __init__(
        self,
        *,
        log: EventLog,
        scoring: ScoringStore,
        relations: Relations,
        distances: Distances,
        zone: ZoneInfo,
    ) -> None:
        self._log = log
        self._scoring = scoring
        self._relations = relations
        self._distances = distances
        self._zone = zone

    async def of_pair(self, job_id: str, holder_id: str, on: date, until: datetime) -> Past:
        """At the end of a day, which is `until`."""
        if not self._log.reaches(until):
            return Past(why=NOT_KEPT, known=False)
        posted = await self._log.last(key_of(JOBS, job_id), until)
        shown = await self._log.last(key_of(PROFILES, holder_id), until)
        # Of what was said before the log began, only what still stood then is in it.
        if None in (posted, shown) and until <= await self._log.began():
            return Past(why=NOT_KEPT, known=False)
        if posted is None or posted.type != "JobPosted":
            return Past(why=NO_JOB)
        if shown is None or shown.value is None:
            return Past(why=NO_PROFILE)
        profile = messages.profile(shown.event.profile, _at(shown), self._zone)
        scorer = await self._scorer(messages.job(posted.event.job, _at(posted)), on, until)
        return Past(await self._state(scorer, profile, posted, until))

    async def _scorer(self, job: Job, on: date, until: datetime) -> Scorer:
        favors = await self._favors(job.employer, until)
        known = Known(self._relations, self._distances, {job.employer: favors}, named=favors)
        return Scorer(job, await self._weights(until), on, known)

    async def _state(
        self, scorer: Scorer, profile: Profile, posted: Logged, until: datetime
    ) -> pb.PastState:
        standing = stand(scorer, profile)
        released = await self._log.last(key_of(CATALOG, TAXONOMY), until)
        state = pb.PastState(
            standing=present_state(standing),
            taxonomy=released.event.taxonomy_version if released else "",
            near_by=self._relations.version,
        )
        if standing.score >= standing.threshold and posted.at >= await self._log.began():
            job_id = scorer.job.job_id
            found = await self._log.standing_among(key_of(MATCHES, f"{job_id}/"), until)
            # Each shard announces so many; an employer is shown the best of all.
            scores = sorted(-one.event.match.score for one in found or ())[: standing.cap]
            state.shown, state.least_score = len(scores), -max(scores, default=0)
        return state

    async def _weights(self, until: datetime) -> Weights:
        stored = await self._scoring.before(until)
        return adopted(stored.table.version, stored.table.weight) if stored else WEIGHTS

    async def _favors(self, employer: OrgId, until: datetime) -> Favors:
        statements, favors = Statements(), Favors()
        said = await self._log.all(_favored_by(employer), until, MOST_STATEMENTS)
        for one in reversed(said):
            now = statements.apply(one)
            if now is not None:
                _, favors = now
        return favors


def found_also(record: Record) -> str:
    """All statements of an employer are found together."""
    return _favored_by(employer_of(record)) if record.type in STATEMENTS else ""


def _favored_by(employer: OrgId) -> str:
    return f"favors {employer}"


def _at(logged: Logged) -> tuple[int, int]:
    version = logged.version
    return (version.epoch, version.n)
