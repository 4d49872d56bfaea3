"""What came of matching, pair by pair, for an agency's check of fairness. No attribute of a person
is known here: whoever asks joins these outcomes with the answers that the wallet keeps."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from talent_kit.audit import AuditEntry
from talent_kit.callers import Caller, Role, require
from talent_kit.errors import Problem, Reason
from talent_proto.matcher.v1 import outcomes_pb2 as pb
from talent_proto.matcher.v1 import outcomes_pb2_grpc as pb_grpc

from talent_matcher.store import MatcherStore, StoredEngagement
from talent_matcher.view import Present, View

NAME = "talent.matcher.v1.OutcomeService"
AT_ONCE = 500  # outcomes in one message


class OutcomeService(pb_grpc.OutcomeServiceServicer):
    """`behind` says why the view may not show the present, or None."""

    def __init__(
        self, *, view: View, store: MatcherStore, behind: Callable[[], str | None]
    ) -> None:
        self._view = view
        self._store = store
        self._behind = behind

    async def ListOutcomes(  # noqa: N802
        self, request: pb.ListOutcomesRequest, context: Any
    ) -> AsyncIterator[pb.ListOutcomesResponse]:
        caller = require(Role.AGENCY)
        why = self._behind()
        if why is not None:
            raise Problem(Reason.NOT_READY, why=why)
        await self._store.record_reads(_entry(caller, request.employer_org_id))
        acted: set[tuple[str, str]] = set()
        async for some in self._store.all_engagements(request.employer_org_id, AT_ONCE):
            acted |= {(one.engagement.job_id, one.engagement.holder_id) for one in some}
            yield pb.ListOutcomesResponse(outcome=[self._acted(one) for one in some])
        untouched = self._untouched(request.employer_org_id, acted)
        while shown := list(islice(untouched, AT_ONCE)):
            yield pb.ListOutcomesResponse(outcome=shown)

    def _acted(self, stored: StoredEngagement) -> pb.Outcome:
        engagement = stored.engagement
        there = self._view.visible(engagement.job_id, engagement.holder_id)
        outcome = pb.Outcome(
            holder_id=engagement.holder_id,
            job_id=engagement.job_id,
            employer_org_id=engagement.employer_org_id,
            score=there.match.score if there else 0,
            pool_state=engagement.pool_state,
            contact_state=engagement.contact_state,
            disposition=engagement.disposition,
        )
        outcome.acted_at.FromDatetime(stored.updated_at)
        return outcome

    def _untouched(self, employer: str, acted: set[tuple[str, str]]) -> Iterator[pb.Outcome]:
        """Pairs that are shown and nobody has acted on."""
        for one in self._shown(employer):
            match = one.match
            if (match.job_id, match.holder_id) not in acted:
                yield pb.Outcome(
                    holder_id=match.holder_id,
                    job_id=match.job_id,
                    employer_org_id=match.employer_org_id,
                    score=match.score,
                )

    def _shown(self, employer: str) -> Iterable[Present]:
        employers = [employer] if employer else self._view.employers()
        return chain.from_iterable(self._view.of_employer(one) for one in employers)


def _entry(caller: Caller, employer: str) -> AuditEntry:
    return AuditEntry("OUTCOMES_READ", caller, "", employer or "all employers")
