"""Open jobs like another: by the skills that both ask for, and by occupation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_kit.callers import Role
from talent_matcher.model import Importance, JobId
from talent_matcher.similar_jobs import alike
from talent_proto.events.v1 import catalog_pb2, jobs_pb2
from talent_proto.matcher.v1 import similar_jobs_pb2 as pb
from talent_proto.matcher.v1 import similar_jobs_pb2_grpc as pb_grpc

from .builders import BLUEPRINTS, SAFETY, WELDING, job, requirement, requirement_message
from .conftest import eventually, refused

URIS = [f"urn:skill:{number}" for number in range(4)]
jobs = st.builds(
    lambda number, asked: job(*asked, job_id=JobId(f"job-{number}")),
    st.integers(0, 10**6),
    st.lists(
        st.builds(
            lambda uri, wish: requirement(uri, importance=wish),
            st.sampled_from(URIS),
            st.sampled_from([Importance.REQUIRED, Importance.PREFERRED]),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda one: one.skill.uri,
    ),
)
codes = st.lists(st.sampled_from(["51-4121.00", "43-3031.00"]), max_size=2)


@given(jobs, codes, jobs, codes)
def test_likeness_is_mutual_and_between_nothing_and_all(one, its_codes, other, others_codes):
    there = alike(one, its_codes, [(other, others_codes)])
    back = alike(other, others_codes, [(one, its_codes)])
    assert [found.likeness for found in there] == [found.likeness for found in back]
    assert all(0 < found.likeness <= 1000 for found in there)


@given(jobs, codes)
def test_a_job_is_wholly_like_itself(one, its_codes):
    [found] = alike(one, its_codes, [(one, its_codes)])
    assert (found.likeness, found.same_occupation) == (1000, bool(its_codes))


def test_an_occupation_alone_makes_jobs_a_little_alike():
    other = job(requirement(URIS[1]), job_id=JobId("job-2"))
    [found] = alike(job(requirement(URIS[0])), ["51-4121.00"], [(other, ["51-4121.00"])])
    assert (found.likeness, found.same_occupation) == (250, True)
    assert alike(job(requirement(URIS[0])), ["51-4121.00"], [(other, ["43-3031.00"])]) == []


@pytest.mark.asyncio(loop_scope="module")
async def test_open_jobs_of_all_vetted_employers_are_compared(employer, world, matcher, org_id):
    soc = [jobs_pb2.OccupationShare(code="51-4121.00", share_percent=100)]
    asked = (requirement_message(WELDING), requirement_message(BLUEPRINTS))
    mine = await employer.post(*asked, soc=soc)
    internal = jobs_pb2.JOB_VISIBILITY_INTERNAL
    own = await employer.post(requirement_message(WELDING), visibility=internal, title="Inside")
    vetted, unvetted = f"v-{org_id}", f"u-{org_id}"
    await world.organization(vetted)
    await world.organization(unvetted, catalog_pb2.VETTING_STATE_PENDING)
    theirs, hidden = world.employer(matcher, vetted), world.employer(matcher, unvetted)
    same = await theirs.post(*asked, soc=soc, title="Fabricator")
    await theirs.post(*asked, visibility=internal)
    await theirs.post(requirement_message(SAFETY))
    await hidden.post(*asked)
    similar = pb_grpc.SimilarJobServiceStub(employer.channel)

    async def found() -> list[pb.SimilarJob] | None:
        answer = await similar.ListSimilarJobs(pb.ListSimilarJobsRequest(job_id=mine))
        return list(answer.job) if len(answer.job) == 2 else None

    first, second = await eventually(found)
    assert (first.job_id, first.likeness, first.same_occupation) == (same, 1000, True)
    assert (first.title, first.employer_name, first.own) == ("Fabricator", f"{vetted} Inc.", False)
    assert {one.uri for one in first.shared} == {WELDING, BLUEPRINTS}
    assert (second.job_id, second.likeness, second.own) == (own, 500, True)
    async with refused() as refusal:
        await similar.ListSimilarJobs(pb.ListSimilarJobsRequest(job_id=same))
    assert refusal.reason == "NOT_YOURS"
    holder = world.employer(matcher, org_id, roles=[Role.HOLDER])
    async with refused() as refusal:
        await pb_grpc.SimilarJobServiceStub(holder.channel).ListSimilarJobs(
            pb.ListSimilarJobsRequest(job_id=mine)
        )
    assert refusal.reason == "ROLE_NEEDED"
    for one in (theirs, hidden, holder):
        await one.close()
