"""Why a candidate is where they are, and what would be without a credential."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_matcher.counterfactual import explained, rank_of, without_each
from talent_matcher.model import Basis, Outcome
from talent_matcher.score import ALONE
from talent_matcher.weights import FULL, WEIGHTS
from talent_proto.events.v1 import jobs_pb2
from talent_proto.matcher.v1 import explanations_pb2 as pb

from .builders import (
    BLUEPRINTS,
    SAFETY,
    TODAY,
    WELDING,
    assertion,
    assertion_message,
    fit,
    job,
    profile,
    requirement,
    requirement_message,
)
from .conftest import refused

SKILLS = st.sampled_from([WELDING, BLUEPRINTS, SAFETY])
SHOWN = st.lists(
    st.builds(
        assertion,
        SKILLS,
        assertion_id=st.uuids().map(str),
        evidence_id=st.sampled_from(["c1", "c2", "c3"]),
        basis=st.sampled_from(Basis),
        outcome=st.sampled_from([Outcome.VALID, Outcome.UNDETERMINED, Outcome.REVOKED]),
        level=st.integers(0, 5),
    ),
    max_size=6,
)
WANTED = st.lists(
    st.builds(requirement, SKILLS, level=st.integers(0, 5)),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one.skill.uri,
)


@given(SHOWN, WANTED)
def test_the_points_that_are_explained_sum_to_the_score(shown, wanted):
    person = profile()._replace(assertions=tuple(shown))
    found = fit(person, job(*wanted), WEIGHTS, TODAY)
    told = explained(person, job(*wanted), WEIGHTS, TODAY, ALONE)
    assert sum(one.points for one in told) == (found.score if found else 0)
    for one in told:
        exact = one.max_points * one.relation * one.evidence * one.level / FULL**3
        assert abs(one.points - exact) < 2


@given(SHOWN, WANTED)
def test_without_a_credential_nobody_scores_higher(shown, wanted):
    person = profile()._replace(assertions=tuple(shown))
    found = fit(person, job(*wanted), WEIGHTS, TODAY)
    if found is None:
        return
    for one in without_each(found, person, job(*wanted), WEIGHTS, TODAY, ALONE):
        left = tuple(each for each in shown if each.proof.evidence_id != one.evidence_id)
        again = fit(person._replace(assertions=left), job(*wanted), WEIGHTS, TODAY)
        assert one.score == (again.score if again else None)
        assert (one.score or 0) <= found.score


def test_a_rank_is_one_more_than_those_with_as_many_points():
    assert [rank_of(score, [900, 700, 700]) for score in (950, 900, 700, 1)] == [1, 2, 4, 4]


@pytest.mark.asyncio(loop_scope="module")
async def test_an_employer_sees_every_factor_and_what_would_be_without(world, employer):
    job_id = await employer.post(
        requirement_message(WELDING),
        requirement_message(BLUEPRINTS, importance=jobs_pb2.IMPORTANCE_PREFERRED),
    )
    await world.profile("holder-1", assertion_message(WELDING))
    (candidate,) = await employer.candidates(job_id, 1)
    request = pb.ExplainMatchRequest(job_id=job_id, candidate_id=candidate)
    told = await employer.explanations.ExplainMatch(request)
    assert (told.rank, told.shown) == (1, 1)
    assert told.match.holder_id == ""
    assert sum(one.points for one in told.requirement) == told.match.score
    codes = [one.code for one in told.requirement[0].factor]
    assert {"basis", "criteria", "document", "issuer", "age"} <= set(codes)
    (without,) = told.without
    assert (without.score, without.rank) == (0, 0)
    assert without.evidence_id == told.match.contribution[0].evidence_id
    assert without.sentence == (
        "Without the credential MIG Welder, this person would not be shown."
    )
    assert "It rests on a test by set criteria: gives 85 percent." in told.requirement[0].sentence
    assert any("does not show" in one.lower() for one in told.sentence)


@pytest.mark.asyncio(loop_scope="module")
async def test_nobody_elses_candidate_is_explained(world, matcher, employer):
    job_id = await employer.post()
    await world.profile("holder-1")
    (candidate,) = await employer.candidates(job_id, 1)
    await world.organization("org-else")
    other = world.employer(matcher, "org-else")
    async with refused() as refusal:
        request = pb.ExplainMatchRequest(job_id=job_id, candidate_id=candidate)
        await other.explanations.ExplainMatch(request)
    await other.close()
    assert refusal.reason in {"NOT_FOUND", "NOT_YOURS"}
