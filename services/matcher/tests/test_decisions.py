"""Why was, or was not, somebody announced that day: the log of decisions answers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from talent_matcher.decisions import CLOSED, NOT_SCORED, in_the_way
from talent_matcher.model import NotScored
from talent_proto.events.v1 import common_pb2
from talent_proto.events.v1.matches_pb2 import GATE_OUTCOME_CLOSED, GATE_OUTCOME_OPEN, Gate
from talent_proto.matcher.v1 import decisions_pb2 as pb

from .builders import BLUEPRINTS, assertion_message, requirement_message
from .conftest import eventually, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Records of matches have the instant of the broker's clock.
TODAY = datetime.now(UTC).astimezone(ZoneInfo("America/Denver")).date()


def day(on) -> common_pb2.CivilDate:
    return common_pb2.CivilDate(year=on.year, month=on.month, day=on.day)


def question(job_id: str, holder: str = "holder-1", on=TODAY) -> pb.ExplainDecisionRequest:
    return pb.ExplainDecisionRequest(job_id=job_id, holder_id=holder, on=day(on))


@pytest_asyncio.fixture(loop_scope="module")
async def auditor(world, matcher):
    auditor = world.agency(matcher)
    yield auditor
    await auditor.close()


async def told(auditor, request, decisions: int):
    """Once so many decisions are in the log."""

    async def there():
        answer = await auditor.decisions.ExplainDecision(request)
        return answer if len(answer.decision) == decisions else None

    return await eventually(there)


async def test_an_announcement_is_told_with_its_score_and_versions(world, employer, auditor):
    job_id = await employer.post()
    await world.profile("holder-1")
    await employer.candidates(job_id, 1)
    answer = await told(auditor, question(job_id), 1)
    assert answer.announced
    match = answer.decision[0].match
    assert sum(one.points for one in match.contribution) == match.score
    assert match.versions.weights
    assert match.as_of.year
    assert answer.sentence


async def test_a_withdrawal_stays_in_the_log_and_the_day_before_knows_of_nothing(
    world, employer, auditor
):
    job_id = await employer.post()
    await world.profile("holder-1")
    await employer.candidates(job_id, 1)
    await world.withdraw("holder-1")
    answer = await told(auditor, question(job_id), 2)
    assert not answer.announced
    assert [one.HasField("match") for one in answer.decision] == [False, True]
    before = await auditor.decisions.ExplainDecision(question(job_id, on=TODAY - timedelta(1)))
    assert not before.announced
    assert not before.decision


async def test_who_was_never_announced_is_told_what_stands_in_the_way(world, employer, auditor):
    job_id = await employer.post(requirement_message(BLUEPRINTS, gate=True))
    await world.profile("holder-1", assertion_message())

    async def there():
        answer = await auditor.decisions.ExplainDecision(question(job_id))
        return answer if answer.HasField("present") else None

    answer = await eventually(there)
    assert not answer.announced
    assert answer.present.score == 0
    assert CLOSED["skill"].format(skill="Blueprint reading") in answer.sentence
    assert any("today" in one for one in answer.sentence)


async def test_who_does_not_want_this_employer_is_not_said_to_meet_every_condition(
    world, employer, auditor, org_id
):
    job_id = await employer.post()
    await world.profile("holder-1", excluded_org_id=[org_id])

    async def there():
        answer = await auditor.decisions.ExplainDecision(question(job_id))
        return answer if answer.present.not_scored else None

    answer = await eventually(there)
    assert answer.present.not_scored == pb.NOT_SCORED_EMPLOYER_EXCLUDED
    assert answer.sentence[-1] == "The person does not want to be shown to this employer."


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"not_scored": pb.NOT_SCORED_OVER}, "The last day of the job has passed."),
        ({"not_scored": pb.NOT_SCORED_INTERNAL}, "The job is for the employer's own people only."),
        ({"score": 300}, "The score is 300; the job asks for 400."),
        ({"place": 2}, "The score is 700, and every condition is met."),
        (
            {"place": 3},
            "The score is 700, and every condition is met. But the job shows 2 people at most, "
            "and this person is number 3 or later.",
        ),
    ],
)
async def test_what_is_in_the_way_today_is_said(changed, words):
    stated = {"score": 700, "threshold": 400, "cap": 2}
    assert in_the_way(pb.PresentState(**stated | changed)) == [words]


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        (
            Gate(code="license", arguments={"type": "CDL", "jurisdiction": "US-CO"}),
            "The person shows no CDL license for US-CO that the job accepts.",
        ),
        (
            Gate(code="place", arguments={"miles": "65"}),
            "The person is about 65 miles away, farther than they would go.",
        ),
        *((Gate(code=code), CLOSED[code]) for code in ("place", "shift", "hours", "pay")),
    ],
)
async def test_each_closed_gate_is_said_in_words(gate, words):
    gate.outcome = GATE_OUTCOME_CLOSED
    is_open = Gate(code="hours", outcome=GATE_OUTCOME_OPEN)
    assert in_the_way(pb.PresentState(gate=[gate, is_open])) == [words]


async def test_every_reason_not_to_score_has_its_words():
    assert NOT_SCORED.keys() == {*pb.NotScored.values()} - {pb.NOT_SCORED_UNSPECIFIED}
    assert [*pb.NotScored.values()] == [*NotScored]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"job_id": ""}, "job_id"),
        ({"holder_id": ""}, "holder_id"),
        ({"on": common_pb2.CivilDate(year=2026, month=2, day=30)}, "on"),
        ({"on": common_pb2.CivilDate()}, "on"),
    ],
)
async def test_a_question_that_lacks_something_is_refused(auditor, changed, field):
    stated = {"job_id": "j", "holder_id": "h", "on": day(TODAY)}
    async with refused() as refusal:
        await auditor.decisions.ExplainDecision(pb.ExplainDecisionRequest(**stated | changed))
    assert refusal.field == field


async def test_employers_do_not_read_the_log(employer):
    async with refused() as refusal:
        await employer.decisions.ExplainDecision(question("j"))
    assert refusal.reason == "ROLE_NEEDED"
