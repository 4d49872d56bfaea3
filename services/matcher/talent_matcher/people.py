"""Matches as their employer may see them: consented to at this moment, under pseudonyms."""

from collections.abc import Callable, Iterable, Sequence

from talent_kit import pages
from talent_kit.audit import AuditEntry
from talent_kit.callers import Caller
from talent_kit.errors import Problem, Reason
from talent_proto.matcher.v1 import matcher_pb2 as pb

from talent_matcher.consent import Consents
from talent_matcher.explain import explain
from talent_matcher.jobs import Jobs
from talent_matcher.network import Network
from talent_matcher.pseudonyms import Pseudonyms
from talent_matcher.store import MatcherStore, StoredEngagement
from talent_matcher.view import Present, View


class People:
    """The one way to a person. `behind` says why the view may not show the present, or None."""

    def __init__(
        self,
        *,
        view: View,
        jobs: Jobs,
        network: Network,
        consents: Consents,
        store: MatcherStore,
        pseudonyms: Pseudonyms,
        behind: Callable[[], str | None],
        page_size: int,
    ) -> None:
        self._view = view
        self._jobs = jobs
        self._network = network
        self._consents = consents
        self._store = store
        self._pseudonyms = pseudonyms
        self._behind = behind
        self._page_size = page_size

    async def page(self, caller: Caller, request: pb.ListMatchesRequest) -> pb.ListMatchesResponse:
        """A page, best first. An employer that is not vetted gets the count alone."""
        await self._jobs.owned(caller, request.job_id)
        self.require_present()
        found = self._view.of_job(request.job_id)
        if not self._network.is_vetted(caller.org_id):
            return pb.ListMatchesResponse(total=len(found), candidates_visible=False)
        size = pages.page_size(request.page_size, self._page_size)
        position = pages.decode(request.page_token)
        after = (pages.number(position, "rank", -1001), str(position.get("candidate", "")))
        rest = [one for one in found if one.rank > after]
        page = rest[:size]
        rank, candidate = page[-1].rank if page else after
        more = len(rest) > size
        return pb.ListMatchesResponse(
            match=await self.shown(caller, page),
            next_page_token=pages.encode({"rank": rank, "candidate": candidate}) if more else "",
            total=len(found),
            candidates_visible=True,
        )

    async def get(self, caller: Caller, request: pb.GetMatchRequest) -> pb.GetMatchResponse:
        await self._jobs.owned(caller, request.job_id)
        there = self._there(caller, request.job_id, request.candidate_id)
        shown = await self.shown(caller, [there] if there else [])
        if not shown:
            raise _no_such_candidate()
        return pb.GetMatchResponse(match=shown[0])

    async def present(self, caller: Caller, job_id: str, candidate_id: str) -> Present:
        """A candidate who may be shown now. Raises NOT_VETTED, NOT_FOUND, UNAVAILABLE."""
        there = self._there(caller, job_id, candidate_id)
        allowed = await self.allowed(caller, [there.match.holder_id] if there else [])
        if there is None or there.match.holder_id not in allowed:
            raise _no_such_candidate()
        return there

    async def shown(self, caller: Caller, found: Sequence[Present]) -> list[pb.CandidateMatch]:
        """Those of `found` who may be shown now, in order. That they were is recorded first."""
        allowed = await self.allowed(caller, [one.match.holder_id for one in found])
        visible = [one for one in found if one.match.holder_id in allowed]
        if not visible:
            return []
        await self._store.record_reads(*(self._entry(caller, one) for one in visible))
        pairs = [(one.match.job_id, one.match.holder_id) for one in visible]
        engagements = await self._store.engagements_of_pairs(pairs)
        return [
            self._candidate(one, engagements.get(pair))
            for one, pair in zip(visible, pairs, strict=True)
        ]

    async def allowed(self, caller: Caller, holder_ids: Iterable[str]) -> frozenset[str]:
        """Asks the wallet, unless there is nobody to ask about. Raises UNAVAILABLE."""
        holders = sorted(set(holder_ids))
        return await self._consents.allowed(holders, caller.org_id) if holders else frozenset()

    def require_vetted(self, caller: Caller) -> None:
        if not self._network.is_vetted(caller.org_id):
            name = self._network.name(caller.org_id) or caller.org_id
            raise Problem(Reason.NOT_VETTED, field="org_id of the token", org=name)

    def require_present(self) -> None:
        """Raises NOT_READY when this replica may be behind what holders decided."""
        why = self._behind()
        if why is not None:
            raise Problem(Reason.NOT_READY, why=why)

    def _there(self, caller: Caller, job_id: str, candidate_id: str) -> Present | None:
        if not candidate_id:
            raise Problem(Reason.MISSING_FIELD, field="candidate_id")
        self.require_present()
        self.require_vetted(caller)
        return self._view.candidate(job_id, candidate_id)

    def _entry(self, caller: Caller, one: Present) -> AuditEntry:
        return AuditEntry("CANDIDATE_SHOWN", caller, one.candidate_id, one.match.job_id)

    def _candidate(self, one: Present, stored: StoredEngagement | None) -> pb.CandidateMatch:
        candidate = pb.CandidateMatch(
            candidate_id=one.candidate_id,
            match=self._pseudonyms.for_employer(one.match),
            explanation=explain(one.match, self._network.taught),
        )
        if stored is not None:
            engagement = stored.engagement
            candidate.pool_state = engagement.pool_state
            candidate.contact_state = engagement.contact_state
            candidate.disposition = engagement.disposition
            candidate.engagement_id = engagement.engagement_id
        return candidate


def _no_such_candidate() -> Problem:
    return Problem(Reason.NOT_FOUND, field="candidate_id", what="candidate for this job")
