"""Why was somebody not announced on a day that is over: profile and job of that day answer."""

from datetime import timedelta

import pytest
import pytest_asyncio
from talent_kit.events import outgoing
from talent_kit.producer import partition_of
from talent_kit.store import Store
from talent_matcher import event_log
from talent_matcher.decisions import CLOSED
from talent_matcher.past import NO_JOB, NO_PROFILE, NOT_KEPT
from talent_proto.events.v1 import matches_pb2, scoring_pb2, skills_pb2, tagging_pb2
from talent_proto.matcher.v1 import matcher_pb2
from talent_proto.matcher.v1 import scoring_pb2 as scoring_rpc

from .builders import (
    BLUEPRINTS,
    SAFETY,
    WELDING,
    assertion_message,
    requirement_message,
)
from .conftest import eventually, request_id
from .test_decisions import TODAY, question

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def auditor(world, matcher):
    """On the day after: what is over is told by the matcher's clock, the log has the broker's."""
    auditor = world.agency(matcher)
    world.clock.advance(timedelta(days=(TODAY - world.clock.today()).days + 1))
    yield auditor
    await auditor.close()


async def asked(auditor, job_id, holder, **known):
    """The answer, once the log has what it takes: the fields that are named, as they are named."""

    async def there():
        answer = await auditor.decisions.ExplainDecision(question(job_id, holder))
        state = answer.that_day
        is_there = {name: getattr(state.standing, name) for name in known} == known
        return answer if answer.HasField("that_day") and is_there else None

    return await eventually(there)


async def test_a_score_too_low_is_told_with_what_it_is_made_of(world, employer, auditor):
    welder = await employer.post(
        requirement_message(WELDING), requirement_message(SAFETY), threshold=900
    )
    await world.profile("low", assertion_message(WELDING))
    answer = await asked(auditor, welder, "low")
    assert not answer.announced
    assert not answer.HasField("present")
    state = answer.that_day
    assert 0 < state.standing.score < state.standing.threshold == 900
    match = state.standing.match
    assert match.score == state.standing.score == sum(one.points for one in match.contribution)
    assert match.versions.weights
    assert match.versions.code
    assert f"The score is {state.standing.score}; the job asks for 900." in answer.sentence
    assert "Does not show Shop safety, which you asked for." in answer.sentence


async def test_it_is_told_by_what_was_there_that_day_and_not_by_what_came_since(
    world, employer, auditor
):
    job_id = await employer.post(requirement_message(BLUEPRINTS), threshold=400)
    await world.profile("early", assertion_message(WELDING))
    await asked(auditor, job_id, "early", score=0)
    store = await Store.connect(world.settings, "matcher")
    # As if all of it had been a day ago, and the rest today.
    await earlier(store.db, timedelta(days=1))
    await world.profile("early", assertion_message(BLUEPRINTS))
    await employer.candidates(job_id, 1)

    async def knows_today():
        found = await auditor.decisions.ExplainDecision(question(job_id, "early"))
        return found if found.announced else None

    assert await eventually(knows_today)
    yesterday = question(job_id, "early", TODAY - timedelta(1))
    answer = await auditor.decisions.ExplainDecision(yesterday)
    assert (answer.announced, answer.that_day.standing.score) == (False, 0)
    assert "Does not show Blueprint reading, which you asked for." in answer.sentence
    as_of = answer.that_day.standing.as_of
    assert (as_of.month, as_of.day) == ((TODAY - timedelta(1)).month, (TODAY - timedelta(1)).day)
    await store.close()


async def earlier(db, by: timedelta) -> None:
    """Have all that is in the log be so much earlier."""
    async for document in db.event_log.find({}):
        if "events" not in document:
            began = {"$set": {"at": document["at"] - by}}
            await db.event_log.update_one({"_id": document["_id"]}, began)
            continue
        moved = [
            event_log.Logged(**{**vars(one), "at": one.at - by})
            for one in event_log._unpacked(document)
        ]
        made = event_log._document(moved, document["expires_at"])
        await db.event_log.replace_one({"_id": document["_id"]}, made)


async def test_a_closed_gate_is_told(world, employer, auditor):
    job_id = await employer.post(requirement_message(BLUEPRINTS, gate=True))
    await world.profile("closed", assertion_message(WELDING))
    answer = await asked(auditor, job_id, "closed")
    assert CLOSED["skill"].format(skill="Blueprint reading") in answer.sentence
    assert any(
        one.outcome == matches_pb2.GATE_OUTCOME_CLOSED for one in answer.that_day.standing.gate
    )
    assert not answer.that_day.standing.HasField("match")


async def test_better_people_up_to_the_cap_are_told(world, employer, auditor):
    job_id = await employer.post(requirement_message(WELDING), threshold=300, match_cap=1)
    # Each shard announces so many.
    count = world.settings.kafka_partitions
    behind = next(
        name
        for name in (f"behind-{n}" for n in range(99))
        if partition_of(name, count) == partition_of("better", count)
    )
    await world.profile("better", assertion_message(WELDING))
    await employer.candidates(job_id, 1)
    await world.profile(behind, assertion_message(WELDING, normalized_level=2))

    async def told():
        answer = await auditor.decisions.ExplainDecision(question(job_id, behind))
        return answer if answer.that_day.shown else None

    answer = await eventually(told)
    state = answer.that_day
    assert state.standing.threshold <= state.standing.score < state.least_score
    assert state.shown == state.standing.cap == 1
    assert any(f"with a score of {state.least_score}." in one for one in answer.sentence)


async def test_what_the_employer_favored_that_day_counts(world, employer, auditor, org_id):
    bare = {
        **{"evidence": [], "rubric_id": "", "learning_context": "", "assessment": None},
        "validator": skills_pb2.Validator(org_id="org-academy"),
    }
    job_id = await employer.post(requirement_message(WELDING), threshold=990)
    await world.profile("plain", assertion_message(WELDING, **bare))
    before = (await asked(auditor, job_id, "plain")).that_day.standing.score
    event = scoring_pb2.ValidatorsTrusted(
        header=world.header(world.next(f"validators/{org_id}")),
        employer_org_id=org_id,
        validator_org_id=["org-academy"],
    )
    sent = outgoing("talent.scoring.v1", f"validators/{org_id}", event)
    await world.producer.send_all([sent])

    async def counted():
        answer = await auditor.decisions.ExplainDecision(question(job_id, "plain"))
        return answer if answer.that_day.standing.score > before else None

    answer = await eventually(counted)
    assert answer.that_day.standing.match.contribution[0].employer_trusts_validator


async def test_nothing_shared_and_nothing_open_is_told(world, employer, auditor):
    job_id = await employer.post(requirement_message(WELDING), threshold=990)
    await world.profile("gone", assertion_message(WELDING, normalized_level=1))
    await asked(auditor, job_id, "gone")
    await world.withdraw("gone")

    async def says(holder, sentence):
        answer = await auditor.decisions.ExplainDecision(question(job_id, holder))
        return answer.sentence[-1] == sentence and not answer.HasField("present")

    await eventually(lambda: says("gone", NO_PROFILE))
    assert await says("nobody", NO_PROFILE)
    close = matcher_pb2.CloseJobRequest(request_id=request_id(), job_id=job_id, reason=1)
    await employer.stub.CloseJob(close)
    await eventually(lambda: says("gone", NO_JOB))


async def test_of_a_day_before_the_log_it_is_told_that_nothing_is_known(world, employer, auditor):
    job_id = await employer.post(requirement_message(WELDING))
    await world.profile("later", assertion_message(WELDING))
    await employer.candidates(job_id, 1)
    for days in (300, 3000):
        before = question(job_id, "later", TODAY - timedelta(days))
        answer = await auditor.decisions.ExplainDecision(before)
        assert NOT_KEPT in answer.sentence
        assert answer.HasField("present")


async def test_the_weights_and_the_taxonomy_of_that_day_are_told(world, employer, auditor):
    job_id = await employer.post(requirement_message(WELDING), threshold=990)
    await world.profile("weighed", assertion_message(WELDING, normalized_level=2))
    first = (await asked(auditor, job_id, "weighed")).that_day
    event = tagging_pb2.TaxonomyReleased(
        header=world.header(world.next("taxonomy")), taxonomy_version="one of that day"
    )
    await world.producer.send_all([outgoing("talent.catalog.v1", "taxonomy", event)])
    in_force = await auditor.scoring.GetWeights(scoring_rpc.GetWeightsRequest())
    table = in_force.table
    table.version, table.weight["level.1_BELOW"] = "later", table.weight["level.2_BELOW"]
    request = scoring_rpc.SetWeightsRequest(request_id=request_id(), table=table)
    await auditor.scoring.SetWeights(request)
    world.clock.advance(timedelta(days=1))

    async def of(day):
        found = await auditor.decisions.ExplainDecision(question(job_id, "weighed", day))
        return found if found.that_day.taxonomy == "one of that day" else None

    # The matcher's clock is a day ahead of the log's: the table came a day after the taxonomy.
    before, after = [
        await eventually(lambda day=day: of(day)) for day in (TODAY, TODAY + timedelta(1))
    ]
    assert before.that_day.standing.match.versions.weights == first.standing.match.versions.weights
    assert before.that_day.standing.score == first.standing.score
    assert after.that_day.standing.match.versions.weights == "later"
    assert after.that_day.standing.score < first.standing.score
    assert any("that day it was one of that day." in one for one in before.sentence)
