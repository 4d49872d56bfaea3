"""Verification jobs over gRPC."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from talent_kit.auth import Role
from talent_kit.grpc_errors import problem_of
from talent_local.issuer import Issuer
from talent_proto.events.v1 import skills_pb2 as skills
from talent_proto.verifier.v1 import verifier_pb2 as pb

from .builders import Provider
from .conftest import Verifier, eventually


def signed_in(issuer: Issuer, org_id: str, role: Role = Role.PROVIDER) -> Any:
    token = issuer.token(subject="clerk", roles=[role], org_id=org_id)
    return (("authorization", f"Bearer {token}"),)


async def sent(
    *messages: pb.CreateVerificationJobRequest,
) -> AsyncIterator[pb.CreateVerificationJobRequest]:
    for message in messages:
        yield message


def request(*credentials: bytes, **first: Any) -> pb.CreateVerificationJobRequest:
    lines = [
        pb.VerificationJobLine(credential=content, file=f"file {n}")
        for n, content in enumerate(credentials)
    ]
    return pb.CreateVerificationJobRequest(line=lines, **first)


async def reason_of(call: Any) -> tuple[str, str | None]:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    problem = problem_of(refused.value)
    assert problem
    return problem.reason.value, problem.field


async def test_a_stream_of_credentials_is_a_job(
    verifier: Verifier, issuer: Issuer, provider: Provider
) -> None:
    auth = signed_in(issuer, "acme")
    badge = provider.badge()
    messages = (
        request(badge, b"no", request_id="spring"),
        request(badge),
        request(b"x" * 5_000_000, badge),
    )

    async def create(*parts: pb.CreateVerificationJobRequest) -> Any:
        return await verifier.rpc.CreateVerificationJob(sent(*parts), metadata=auth)

    job = (await create(*messages)).job
    assert job.line_count == 5
    assert (await create(*messages)).job.job_id == job.job_id
    other = request(badge, request_id="spring")
    assert await reason_of(create(other)) == ("ALREADY_EXISTS", "request_id")

    async def done() -> Any:
        asked = pb.GetVerificationJobRequest(job_id=job.job_id)
        found = (await verifier.rpc.GetVerificationJob(asked, metadata=auth)).job
        return found if found.state == pb.VERIFICATION_JOB_STATE_DONE else None

    finished = await eventually(done)
    counts = {one.outcome: one.count for one in finished.outcome_count}
    assert counts == {
        skills.VERIFICATION_OUTCOME_VALID: 3,
        skills.VERIFICATION_OUTCOME_UNPARSEABLE: 2,
    }
    assert finished.HasField("seconds_left")
    assert finished.finished_at.ToDatetime() == verifier.clock.now().replace(tzinfo=None)

    async def results(after: int) -> list[Any]:
        asked = pb.ListVerificationResultsRequest(job_id=job.job_id, after_line=after)
        stream = verifier.rpc.ListVerificationResults(asked, metadata=auth)
        return [result async for message in stream for result in message.result]

    found = await results(0)
    assert [(one.line, one.file) for one in found] == [
        (1, "file 0"),
        (2, "file 1"),
        (3, "file 0"),
        (4, "file 0"),
        (5, "file 1"),
    ]
    assert found[0].verdict.issuer_did == provider.did
    assert found[0].name == "Structural Welding"
    assert found[0].summary
    assert not found[0].shortened
    assert [one.line for one in await results(3)] == [4, 5]
    assert await results(1 << 63) == []

    listed = await verifier.rpc.ListVerificationJobs(
        pb.ListVerificationJobsRequest(), metadata=auth
    )
    assert [one.job_id for one in listed.job] == [job.job_id]
    asked = pb.DeleteVerificationJobRequest(job_id=job.job_id)
    await verifier.rpc.DeleteVerificationJob(asked, metadata=auth)
    gone = verifier.rpc.DeleteVerificationJob(asked, metadata=auth)
    assert await reason_of(gone) == ("NOT_FOUND", "job_id")


async def test_who_may_not_is_refused(
    verifier: Verifier, issuer: Issuer, provider: Provider
) -> None:
    mine = await verifier.rpc.CreateVerificationJob(
        sent(request(b"x")), metadata=signed_in(issuer, "acme")
    )
    asked = pb.GetVerificationJobRequest(job_id=mine.job.job_id)
    refusals = {
        "NOT_FOUND": signed_in(issuer, "other"),
        "ROLE_NEEDED": signed_in(issuer, "acme", Role.HOLDER),
        "MISSING_FIELD": signed_in(issuer, ""),
        "NOT_SIGNED_IN": (),
    }
    for reason, auth in refusals.items():
        call = verifier.rpc.GetVerificationJob(asked, metadata=auth)
        assert (await reason_of(call))[0] == reason
    auth = signed_in(issuer, "acme")
    for bad, field in (
        (request(), "body"),
        (request(b"x", policy=99), "policy"),
        (request(b"x", request_id="x" * 201), "request_id"),
    ):
        call = verifier.rpc.CreateVerificationJob(sent(bad), metadata=auth)
        assert (await reason_of(call))[1] == field
    call = verifier.rpc.GetVerificationJob(pb.GetVerificationJobRequest(), metadata=auth)
    assert await reason_of(call) == ("MISSING_FIELD", "job_id")
    # The agency's staff may belong to no organization, and has jobs of its own.
    agency = signed_in(issuer, "", Role.AGENCY)
    made = await verifier.rpc.CreateVerificationJob(sent(request(b"x")), metadata=agency)
    asked = pb.GetVerificationJobRequest(job_id=made.job.job_id)
    assert await verifier.rpc.GetVerificationJob(asked, metadata=agency)
