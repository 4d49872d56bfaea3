"""DecisionService: an auditor's question why somebody was, or was not, announced on a day."""

# ruff: noqa: N802 - methods are named by the contract

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from talent_kit.audit import AuditEntry
from talent_kit.callers import Role, require
from talent_kit.clock import Clock
from talent_kit.errors import PASSING, Problem, Reason
from talent_proto.events.v1 import matches_pb2
from talent_proto.matcher.v1 import decisions_pb2 as pb
from talent_proto.matcher.v1 import decisions_pb2_grpc as pb_grpc

from talent_matcher.decision_store import Decision, DecisionStore
from talent_matcher.explain import explain
from talent_matcher.messages import civil_date, stamp
from talent_matcher.past import Pasts
from talent_matcher.peers import Peers
from talent_matcher.store import MatcherStore

NAME = "talent.matcher.v1.DecisionService"
NEVER = "Nothing was announced of this person for this job up to that day."
WITHDRAWN = "The match had been withdrawn by then."
THAT_DAY = "This is how the profile and the job of that day stand to each other:"
TODAY = "This is how they stand today:"
IN_WORDS = "In the words that the employer reads:"
CLOSED = {
    "skill": "The job takes nobody who does not show {skill} at the level asked for.",
    "license": "The person shows no {type} license for {jurisdiction} that the job accepts.",
    "place": "The person is outside the area of the job.",
    "shift": "The person cannot work the times of the job.",
    "hours": "The person cannot work the hours of the job.",
    "pay": "The job pays less than the person would take.",
}
FAR = "The person is about {miles} miles away, farther than they would go."
TOO_FEW = "The score is {score}; the job asks for {threshold}."
ENOUGH = "The score is {score}, and every condition is met."
AFTER_THE_LAST = (
    "The score is {score}, and every condition is met. But the job shows {cap} people at most, and "
    "this person is number {place} or later."
)
OTHERS = (
    "The job shows {cap} people at most. At the end of that day it showed {shown}, the last of "
    "them with a score of {least}."
)
TAXONOMY = (
    "Which skills are near others is told by taxonomy {now}; that day it was {then}. The score may "
    "have been another."
)
NOT_SCORED = {
    pb.NOT_SCORED_ASKS_FOR_NOTHING: "The job asks for no skill, so nobody is matched with it.",
    pb.NOT_SCORED_INTERNAL: "The job is for the employer's own people only.",
    pb.NOT_SCORED_EMPLOYER_EXCLUDED: "The person does not want to be shown to this employer.",
    pb.NOT_SCORED_FOR_ANOTHER: "The profile is meant for another employer only.",
    pb.NOT_SCORED_OVER: "The last day of the job has passed.",
}
NOT_THERE = "There is no such profile or job now."
NOT_NOW = "How they stand today cannot be told at this moment. Try again in a minute."


class Decisions(pb_grpc.DecisionServiceServicer):
    def __init__(
        self,
        *,
        decisions: DecisionStore,
        pasts: Pasts,
        peers: Peers,
        store: MatcherStore,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._decisions = decisions
        self._pasts = pasts
        self._peers = peers
        self._store = store
        self._clock = clock
        self._zone = zone

    async def ExplainDecision(
        self, request: pb.ExplainDecisionRequest, context: Any
    ) -> pb.ExplainDecisionResponse:
        caller = require(Role.AGENCY)
        for field in ("job_id", "holder_id"):
            if not getattr(request, field):
                raise Problem(Reason.MISSING_FIELD, field=field)
        on = _day(request)
        entry = AuditEntry("DECISION_READ", caller, request.holder_id, request.job_id)
        await self._store.record_reads(entry)
        until = datetime.combine(on + timedelta(1), time(), self._zone)
        found = await self._decisions.of_pair(request.job_id, request.holder_id, until)
        last = found[0].match if found else None
        answer = pb.ExplainDecisionResponse(
            announced=last is not None, decision=[_decision(one) for one in found]
        )
        if last is not None:
            answer.sentence.extend(_in_words(last))
            return answer
        answer.sentence.append(WITHDRAWN if found else NEVER)
        if on >= self._clock.today() or not await self._add_past(answer, request, on, until):
            await self._add_present(answer, request)
        return answer

    async def _add_past(
        self,
        answer: pb.ExplainDecisionResponse,
        request: pb.ExplainDecisionRequest,
        on: date,
        until: datetime,
    ) -> bool:
        """Whether all that there is to say of that day is known."""
        past = await self._pasts.of_pair(request.job_id, request.holder_id, on, until)
        if past.state is None:
            answer.sentence.append(past.why)
            return past.known
        answer.that_day.CopyFrom(past.state)
        answer.sentence.append(THAT_DAY)
        answer.sentence.extend(in_the_way_then(past.state))
        return True

    async def _add_present(
        self, answer: pb.ExplainDecisionResponse, request: pb.ExplainDecisionRequest
    ) -> None:
        try:
            present = await self._peers.standing(request.job_id, request.holder_id)
        except Problem as problem:
            if problem.reason not in PASSING:
                raise
            answer.sentence.append(NOT_NOW)
            return
        if present is None:
            answer.sentence.append(NOT_THERE)
            return
        answer.present.CopyFrom(present)
        answer.sentence.append(TODAY)
        answer.sentence.extend(in_the_way(present))


def in_the_way(present: pb.PresentState) -> list[str]:
    """What keeps the pair from being announced today; that nothing does is said too."""
    if present.not_scored in NOT_SCORED:
        return [NOT_SCORED[present.not_scored]]
    shut = matches_pb2.GATE_OUTCOME_CLOSED
    closed = [one for one in present.gate if one.outcome == shut]
    if closed:
        return [_closed(one) for one in closed]
    sentence = ENOUGH
    if present.score < present.threshold:
        sentence = TOO_FEW
    elif present.place > present.cap:
        sentence = AFTER_THE_LAST
    numbers = {name: getattr(present, name) for name in ("score", "threshold", "cap", "place")}
    return [sentence.format(**numbers), *_in_words(present.match)]


def in_the_way_then(past: pb.PastState) -> list[str]:
    """What kept the pair from being announced that day."""
    told = in_the_way(past.standing)
    if past.shown:
        cap = past.standing.cap
        told.append(OTHERS.format(cap=cap, shown=past.shown, least=past.least_score))
    if past.taxonomy not in ("", past.near_by):
        told.append(TAXONOMY.format(now=past.near_by or "none", then=past.taxonomy))
    return told


def _closed(gate: matches_pb2.Gate) -> str:
    if gate.arguments.get("miles"):
        return FAR.format(**gate.arguments)
    return CLOSED[gate.code].format(**gate.arguments)


def _in_words(match: matches_pb2.Match) -> list[str]:
    sentences = explain(match)
    return [IN_WORDS, *sentences] if sentences else []


def _day(request: pb.ExplainDecisionRequest) -> date:
    try:
        on = civil_date(request.on)
        if on is not None and on < date.max:
            return on
    except (ValueError, OverflowError):
        pass
    raise Problem(Reason.INVALID_FIELD, field="on", mend="use a day that is in the calendar")


def _decision(one: Decision) -> pb.Decision:
    return pb.Decision(at=stamp(one.at), match=one.match)
