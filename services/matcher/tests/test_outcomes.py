"""What an agency reads to check fairness: pairs and what came of them, no attribute of anybody."""

import grpc
import pytest
from talent_kit.grpc_client import FixedToken, channel
from talent_proto.events.v1 import engagements_pb2 as ev
from talent_proto.matcher.v1 import outcomes_pb2 as pb
from talent_proto.matcher.v1 import outcomes_pb2_grpc as pb_grpc

from .conftest import eventually
from .test_pool import Pair

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def outcomes(world, matcher, *, role="agency", employer=""):
    token = world.issuer.token(subject="auditor", roles=[role], org_id="agency")
    async with channel(matcher.target, FixedToken(token)) as opened:
        call = pb_grpc.OutcomeServiceStub(opened).ListOutcomes(
            pb.ListOutcomesRequest(employer_org_id=employer)
        )
        return [one async for some in call for one in some.outcome]


async def test_an_agency_reads_who_was_shown_and_what_employers_did(
    world, matcher, employer, org_id
):
    job_id = await employer.post()
    await world.profile("holder-1")
    await world.profile("holder-2")
    first, _ = await employer.candidates(job_id, 2)
    await Pair(employer, job_id, first).do("Shortlist")

    shortlisted, shown = await outcomes(world, matcher, employer=org_id)
    assert {shortlisted.holder_id, shown.holder_id} == {"holder-1", "holder-2"}
    assert shortlisted.pool_state == ev.POOL_STATE_SHORTLISTED
    assert shortlisted.HasField("acted_at")
    assert not shown.HasField("acted_at")
    assert shown.score == shortlisted.score > 0
    assert await world.audited("OUTCOMES_READ", org_id)


async def test_what_an_employer_did_stays_when_the_match_has_ended(
    world, matcher, employer, org_id
):
    job_id = await employer.post()
    await world.profile("holder-1")
    (candidate,) = await employer.candidates(job_id, 1)
    await Pair(employer, job_id, candidate).do("Shortlist")
    await world.withdraw("holder-1")

    async def ended():
        (found,) = await outcomes(world, matcher, employer=org_id)
        return found if not found.score else None

    assert (await eventually(ended)).pool_state == ev.POOL_STATE_SHORTLISTED


@pytest.mark.parametrize("role", ["employer", "holder", "provider", "service"])
async def test_nobody_else_reads_them(world, matcher, role):
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await outcomes(world, matcher, role=role)
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED
