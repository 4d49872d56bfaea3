"""Calls that no client of the contract would make."""

import grpc
import pytest
from talent_kit.grpc_client import channel
from talent_proto.registry.v1 import registry_pb2 as pb
from talent_proto.registry.v1 import registry_pb2_grpc as pb_grpc
from talent_registry.rpc import NAME

MALFORMED = b"\x0a\xff\xff\xff\xff\x0f cut off"


@pytest.fixture
async def bare(registry):
    """A channel that brings no token of its own."""
    async with channel(f"127.0.0.1:{registry.settings.grpc_port}") as opened:
        yield opened


def signed_in(issuer, **changed):
    claims = {"subject": "sub-1", "org_id": "org-raw", "roles": ["provider"], **changed}
    return (("authorization", f"Bearer {issuer.token(**claims)}"),)


def is_a_clear_refusal(refusal):
    return refusal.reason == "INVALID_FIELD" and "Protocol Buffers" in refusal.problem.sentence()


async def test_malformed_bytes_are_refused_and_nothing_is_stored(registry, issuer, bare, refused):
    college = registry.provider("org-raw")
    register = bare.unary_unary(f"/{NAME}/RegisterOrganization")
    async with refused() as refusal:
        await register(MALFORMED, metadata=signed_in(issuer))
    assert is_a_clear_refusal(refusal)
    async with refused() as refusal:
        await college.stub.GetOrganization(pb.GetOrganizationRequest(org_id="org-raw"))
    assert refusal.reason == "NOT_FOUND"
    await college.registered()
    call = bare.stream_stream(f"/{NAME}/PublishCredentials")(metadata=signed_in(issuer))
    await call.write(MALFORMED)
    async with refused() as refusal:
        while await call.read() is not grpc.aio.EOF:
            pass
    assert is_a_clear_refusal(refusal)
    assert not (await college.stub.ListCredentials(pb.ListCredentialsRequest())).credential


async def test_a_missing_and_an_expired_token_are_refused(registry, issuer, bare, refused):
    stub = pb_grpc.RegistryServiceStub(bare)
    request = registry.provider().registration()
    expired = signed_in(issuer, seconds=-3600)
    for metadata, reason in (((), "NOT_SIGNED_IN"), (expired, "TOKEN_EXPIRED")):
        async with refused() as refusal:
            await stub.RegisterOrganization(request, metadata=metadata)
        assert refusal.reason == reason
        call = stub.PublishCredentials(metadata=metadata)
        async with refused() as refusal:
            await call.read()
        assert refusal.reason == reason
    assert not (
        await registry.agency().stub.ListOrganizations(pb.ListOrganizationsRequest())
    ).organization
