"""What one organization may have at once."""

import pytest
from talent_proto.matcher.v1 import matcher_pb2 as pb

from .builders import job_message
from .conftest import eventually, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_open_jobs_and_streams_of_an_organization_are_limited(world, org_id):
    replica = await world.start(open_jobs=1, streams=1)
    employer = world.employer(replica, org_id)
    job_id = await employer.post()
    async with refused() as refusal:
        await employer.stub.PostJob(pb.PostJobRequest(job=job_message()))
    assert refusal.reason == "WRONG_STATE"
    assert "at the limit of 1 open jobs: close one" in refusal.sentence

    first = employer.watch(job_id)
    await eventually(lambda: first.cursor)
    second = employer.watch(job_id)
    await eventually(lambda: second.ended)
    assert second.ended.name == "RESOURCE_EXHAUSTED"
    await first.end()

    async def free():
        third = employer.watch(job_id)
        await eventually(lambda: third.cursor or third.ended)
        await third.end()
        return third.cursor

    await eventually(free)
    await employer.close()
