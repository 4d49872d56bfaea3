"""Who fits a job that is drafted and not posted: a number, and the best without any name.

What keeps this from being a way to find out about one person is told in docs/job-postings.md. In
short: consent as for a posted job, no number under `least` and no finer one than fives, no ids by
which two answers could be joined, and so many questions a day.
"""

from collections.abc import Iterable
from typing import Literal

from talent_kit.audit import AuditEntry
from talent_kit.callers import Caller
from talent_kit.limits import RateLimit
from talent_proto.events.v1 import jobs_pb2, matches_pb2
from talent_proto.matcher.v1 import drafts_pb2 as pb

from talent_matcher.explain import explain
from talent_matcher.jobs import Jobs
from talent_matcher.model import HolderId
from talent_matcher.network import Network
from talent_matcher.peers import Peers
from talent_matcher.people import People
from talent_matcher.pseudonyms import Pseudonyms
from talent_matcher.store import MatcherStore

STEP = 5
SHOWN = 10
# By these somebody could be known again in the next answer.
TRACES: tuple[Literal["assertion_id", "evidence_id", "awarded"], ...] = (
    "assertion_id",
    "evidence_id",
    "awarded",
)


class Previews:
    """`least`: with fewer people nobody is shown, nor how many they are."""

    def __init__(
        self,
        *,
        jobs: Jobs,
        people: People,
        peers: Peers,
        network: Network,
        pseudonyms: Pseudonyms,
        store: MatcherStore,
        share: RateLimit,
        least: int,
    ) -> None:
        self._jobs = jobs
        self._people = people
        self._peers = peers
        self._network = network
        self._pseudonyms = pseudonyms
        self._store = store
        self._share = share
        self._least = least

    async def of(self, caller: Caller, stated: jobs_pb2.Job) -> pb.PreviewJobResponse:
        """Raises what posting would, NOT_READY, UNAVAILABLE and RATE_LIMITED."""
        job = self._jobs.postable(caller, stated)
        self._people.require_present()
        self._share.take(caller.org_id)
        found, all_ranked = await self._peers.best(job)
        allowed = await self._people.allowed(caller, found)
        there = [holder for holder in found if holder in allowed]
        few = len(there) < self._least
        is_vetted = self._network.is_vetted(caller.org_id)
        seen = [] if few or not is_vetted else there[:SHOWN]
        shown, all_shown = await self._peers.sketches(job, seen)
        at_least = 0 if few else len(there) // STEP * STEP
        await self._record(caller, at_least, shown)
        return pb.PreviewJobResponse(
            at_least=at_least,
            few=few,
            partial=not (all_ranked and all_shown),
            candidates_visible=is_vetted,
            candidate=[self._candidate(match) for match in shown.values()],
        )

    async def _record(self, caller: Caller, at_least: int, shown: Iterable[HolderId]) -> None:
        """Before anybody is shown; questions too, so that an auditor sees who asks many."""
        asked = AuditEntry("JOB_PREVIEWED", caller, details={"at_least": str(at_least)})
        names = [self._pseudonyms.candidate(holder, caller.org_id) for holder in shown]
        people = [AuditEntry("CANDIDATE_PREVIEWED", caller, name) for name in names]
        await self._store.record_reads(asked, *people)

    def _candidate(self, match: matches_pb2.Match) -> pb.PreviewedCandidate:
        seen = self._pseudonyms.for_employer(match)
        for one in seen.contribution:
            for name in TRACES:
                one.ClearField(name)
        return pb.PreviewedCandidate(match=seen, explanation=explain(seen, self._network.taught))
