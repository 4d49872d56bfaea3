"""A whole service: sign-in, errors, health, dead letters and the orderly end, over the wire."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import grpc
import httpx
import pytest
from fastapi import Body, Depends, FastAPI
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from pydantic import BaseModel
from talent_kit.auth import Caller, Role, SignedIn, caller, channel, require, require_role
from talent_kit.consumer import Consumer
from talent_kit.dead_letters import TOPIC as DEAD_LETTERS
from talent_kit.dead_letters import DeadLetters
from talent_kit.errors import Problem, Reason
from talent_kit.events import received
from talent_kit.grpc_client import FixedToken
from talent_kit.grpc_errors import problem_of
from talent_kit.operations import NAME as OPERATIONS
from talent_kit.producer import Message, partition_of
from talent_kit.server import ServiceSettings, serve
from talent_local.parts import free_port
from talent_proto.matcher.v1 import matcher_pb2, matcher_pb2_grpc
from talent_proto.operations.v1 import operations_pb2 as pb
from talent_proto.operations.v1.operations_pb2_grpc import OperationsServiceStub
from talent_proto.registry.v1 import registry_pb2, registry_pb2_grpc

from .builders import CLOCK, JOBS, job_posted
from .conftest import eventually

VERIFY = "/talent.registry.v1.RegistryService/GetOrganization"


class KitSettings(ServiceSettings):
    pass


class Registry(registry_pb2_grpc.RegistryServiceServicer):
    async def GetOrganization(self, request, context):
        return registry_pb2.GetOrganizationResponse()

    async def GetCredential(self, request, context):
        raise {
            "problem": Problem(Reason.NOT_FOUND, field="credential_id", what="credential"),
            "away": ConnectionError(),
            "bug": KeyError("Ada Lovelace"),
        }[request.credential_id]

    async def PublishCredentials(self, request_iterator, context):
        require(Role.PROVIDER)
        async for _ in request_iterator:
            yield registry_pb2.PublishCredentialsResponse()


class Matcher(matcher_pb2_grpc.MatcherServiceServicer):
    async def WatchMatches(self, request, context):
        yield matcher_pb2.WatchMatchesResponse(cursor=caller().subject)


class Posting(BaseModel):
    title: str
    pay: int


def web_app() -> FastAPI:
    app = FastAPI(title="kit")

    @app.get("/me")
    async def me(signed_in: SignedIn) -> dict[str, str]:
        return {"subject": signed_in.subject, "email": signed_in.email}

    @app.get("/agency")
    async def agency(signed_in: Annotated[Caller, Depends(require_role(Role.AGENCY))]) -> str:
        return signed_in.subject

    @app.post("/postings")
    async def post(posting: Annotated[Posting, Body()]) -> Posting:
        if posting.pay < 0:
            raise Problem(Reason.INVALID_FIELD, field="pay", mend="use a number above zero")
        return posting

    @app.get("/bug")
    async def bug() -> None:
        raise KeyError("Ada Lovelace")

    return app


@dataclass
class Running:
    grpc: str
    http: str
    issuer: Any
    stop: asyncio.Event
    task: asyncio.Task[None]

    def channel(self, *roles: Role, subject: str = "someone", org: str = "org-1") -> Any:
        token = self.issuer.token(subject=subject, org_id=org, roles=list(roles))
        return channel(self.grpc, FixedToken(token))


@asynccontextmanager
async def service(settings, issuer, **parts) -> AsyncIterator[Running]:
    settings = KitSettings(
        **settings.model_dump() | {"oidc_issuer": issuer.url},
        grpc_port=free_port(),
        http_port=free_port(),
    )
    stop = asyncio.Event()
    task = asyncio.create_task(
        serve(
            settings,
            name="kit",
            http=web_app(),
            grpc_services=[
                (registry_pb2_grpc.add_RegistryServiceServicer_to_server, Registry()),
                (matcher_pb2_grpc.add_MatcherServiceServicer_to_server, Matcher()),
            ],
            grpc_names=["talent.registry.v1.RegistryService", "talent.matcher.v1.MatcherService"],
            public_methods=[VERIFY],
            stop=stop,
            **parts,
        )
    )
    http = f"http://127.0.0.1:{settings.http_port}"
    async with httpx.AsyncClient(base_url=http) as client:
        await eventually(lambda: is_up(client))
    yield Running(f"127.0.0.1:{settings.grpc_port}", http, issuer, stop, task)
    stop.set()
    await task


async def is_up(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx.TransportError:
        return False


async def refused(call: Any) -> Problem:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call
    problem = problem_of(error.value)
    assert problem is not None, error.value
    return problem


async def test_grpc_refuses_with_reason_and_field(settings, issuer):
    async with service(settings, issuer) as running, running.channel() as connected:
        registry = registry_pb2_grpc.RegistryServiceStub(connected)

        async def ask(credential_id: str) -> Problem:
            request = registry_pb2.GetCredentialRequest(credential_id=credential_id)
            return await refused(registry.GetCredential(request))

        problem = await ask("problem")
        assert problem.reason is Reason.NOT_FOUND
        assert problem.field == "credential_id"
        assert problem.arguments == {"what": "credential"}
        assert (await ask("away")).reason is Reason.UNAVAILABLE
        assert (await ask("bug")).reason is Reason.INTERNAL


async def test_grpc_needs_a_good_token_and_role(settings, issuer):
    async with service(settings, issuer) as running:
        request = registry_pb2.GetCredentialRequest(credential_id="problem")
        for token, reason in (
            (None, Reason.NOT_SIGNED_IN),
            ("nonsense", Reason.NOT_SIGNED_IN),
            (issuer.token(subject="a", seconds=-3600), Reason.TOKEN_EXPIRED),
            (issuer.token(subject="a")[:-4] + "AAAA", Reason.NOT_SIGNED_IN),
        ):
            async with channel(running.grpc, FixedToken(token) if token else None) as connected:
                registry = registry_pb2_grpc.RegistryServiceStub(connected)
                assert (await refused(registry.GetCredential(request))).reason is reason
                if token is None:  # public methods need none
                    await registry.GetOrganization(registry_pb2.GetOrganizationRequest())
        async with running.channel(Role.EMPLOYER) as connected:
            registry = registry_pb2_grpc.RegistryServiceStub(connected)
            # Nothing is sent: a client that still sends when it is refused may miss the answer.
            problem = await refused(registry.PublishCredentials().read())
            assert problem.reason is Reason.ROLE_NEEDED
            assert problem.arguments == {"role": "provider"}


async def test_streams_know_their_caller(settings, issuer):
    async with service(settings, issuer) as running:
        async with running.channel(Role.PROVIDER) as connected:
            registry = registry_pb2_grpc.RegistryServiceStub(connected)
            requests = [registry_pb2.PublishCredentialsRequest()] * 3
            assert len([one async for one in registry.PublishCredentials(iter(requests))]) == 3
        async with running.channel(subject="watcher") as connected:
            watch = matcher_pb2_grpc.MatcherServiceStub(connected).WatchMatches
            found = [one.cursor async for one in watch(matcher_pb2.WatchMatchesRequest())]
            assert found == ["watcher"]


async def test_malformed_protobuf_is_refused_as_bad_input(settings, issuer):
    async with service(settings, issuer) as running, running.channel(Role.PROVIDER) as connected:
        prefix = "/talent.registry.v1.RegistryService/"
        problem = await refused(connected.unary_unary(prefix + "GetCredential")(b"\xff\xff"))
        assert problem.reason is Reason.INVALID_FIELD
        assert problem.field == "the request message"
        call = connected.stream_stream(prefix + "PublishCredentials")(iter([b"\xff\xff"]))
        assert (await refused(call.read())).reason is Reason.INVALID_FIELD


async def test_http_answers_problems(settings, issuer):
    async with (
        service(settings, issuer) as running,
        httpx.AsyncClient(base_url=running.http) as client,
    ):
        bearer = {"authorization": f"Bearer {issuer.token(subject='ada', roles=['holder'])}"}
        malformed = ("INVALID_FIELD", "body")
        for answer, status, reason, field in (
            (await client.get("/me"), 401, "NOT_SIGNED_IN", None),
            (
                await client.get("/me", headers={"authorization": "Bearer x"}),
                401,
                "NOT_SIGNED_IN",
                None,
            ),
            (await client.get("/agency", headers=bearer), 403, "ROLE_NEEDED", None),
            (await client.get("/nowhere"), 404, "NOT_FOUND", None),
            (await client.get("/bug"), 500, "INTERNAL", None),
            (await client.post("/postings", json={"pay": 1}), 422, "MISSING_FIELD", "title"),
            (
                await client.post("/postings", json={"title": "x", "pay": "y"}),
                422,
                "INVALID_FIELD",
                "pay",
            ),
            (
                await client.post("/postings", json={"title": "x", "pay": -1}),
                422,
                "INVALID_FIELD",
                "pay",
            ),
            (await client.post("/postings", content=b"x" * 9_000_000), 413, "TOO_LARGE", "body"),
            (await client.post("/postings", **json_text(b'{"title": ')), 422, *malformed),
            (await client.post("/postings", **json_text(b'{"title": "\xff"}')), 422, *malformed),
            (await client.post("/postings", **json_text(b"[" * 500_000)), 422, *malformed),
            (await client.post("/postings", content=chunks()), 413, "TOO_LARGE", "body"),
        ):
            body = answer.json()
            assert answer.headers["content-type"] == "application/problem+json"
            assert (answer.status_code, body["reason"], body["field"]) == (status, reason, field)
            assert "Lovelace" not in answer.text
        assert (await client.get("/me", headers=bearer)).json() == {"subject": "ada", "email": ""}


def json_text(content: bytes) -> dict[str, Any]:
    return {"content": content, "headers": {"content-type": "application/json"}}


async def chunks():
    for _ in range(9):
        yield b"x" * 1_000_000


async def test_health_and_reflection_need_no_sign_in(settings, issuer, store):
    why: dict[str, str | None] = {"view": None}
    parts = {"store": store, "ready": {"view": lambda: why["view"]}}
    async with (
        service(settings, issuer, **parts) as running,
        httpx.AsyncClient(base_url=running.http) as client,
        channel(running.grpc) as connected,
    ):
        assert (await client.get("/healthz")).json() == {"status": "alive"}
        check = health_pb2_grpc.HealthStub(connected).Check

        async def status():
            return (await check(health_pb2.HealthCheckRequest())).status

        await eventually(lambda: is_status(status, health_pb2.HealthCheckResponse.SERVING))
        names = await asyncio.to_thread(reflected, running.grpc)
        assert "talent.registry.v1.RegistryService" in names
        why["view"] = "it is behind"
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["why_not"] == {"view": "it is behind"}
        await eventually(lambda: is_status(status, health_pb2.HealthCheckResponse.NOT_SERVING))


async def test_grpc_health_does_not_serve_before_readiness_is_known(
    settings, issuer, store, monkeypatch
):
    answered, stop = asyncio.Event(), asyncio.Event()
    monkeypatch.setattr(store, "ping", answered.wait)
    settings = KitSettings(
        **settings.model_dump() | {"oidc_issuer": issuer.url}, grpc_port=free_port()
    )
    served = asyncio.create_task(
        serve(settings, name="kit", http=web_app(), store=store, stop=stop, grpc_names=["one"])
    )
    async with channel(f"127.0.0.1:{settings.grpc_port}") as connected:
        check = health_pb2_grpc.HealthStub(connected).Check

        async def status(service: str = ""):
            request = health_pb2.HealthCheckRequest(service=service)
            return (await check(request, wait_for_ready=True)).status

        for service in ("", "one"):
            assert await status(service) == health_pb2.HealthCheckResponse.NOT_SERVING
        answered.set()
        await eventually(lambda: is_status(status, health_pb2.HealthCheckResponse.SERVING))
    stop.set()
    await served


async def is_status(ask, wanted) -> bool:
    return await ask() == wanted


def reflected(address: str) -> list[str]:
    with grpc.insecure_channel(address) as connected:
        return list(ProtoReflectionDescriptorDatabase(connected).get_services())


async def test_an_organization_beyond_its_rate_is_refused(settings, issuer):
    slow = settings.model_copy(update={"requests_per_minute": 3})
    async with service(slow, issuer) as running, running.channel() as connected:
        registry = registry_pb2_grpc.RegistryServiceStub(connected)
        for _ in range(3):
            await registry.GetOrganization(registry_pb2.GetOrganizationRequest())
        problem = await refused(registry.GetOrganization(registry_pb2.GetOrganizationRequest()))
        assert problem.reason is Reason.RATE_LIMITED


async def test_sigterm_ends_a_service_in_order(settings, issuer, store):
    order = []

    async def work(stop):
        await stop.wait()
        order.append("task")

    async def close():
        order.append("closed")

    async with service(settings, issuer, store=store, tasks=[work], on_close=[close]) as running:
        os.kill(os.getpid(), signal.SIGTERM)
        await running.task
    assert order == ["task", "closed"]


async def test_a_service_whose_task_fails_ends_with_its_error(settings, issuer):
    async def work(stop):
        await asyncio.sleep(0.5)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        async with service(settings, issuer, tasks=[work]) as running:
            await asyncio.wait([running.task])


async def test_dead_letters_are_listed_shown_and_replayed(bus, issuer, store, audit, producer):
    mended, handled = asyncio.Event(), []

    async def handler(records):
        if not mended.is_set():
            raise ValueError
        handled.extend(record.key for record in records)

    consumer = Consumer(
        bus,
        group="kit-test",
        handlers={"JobPosted": handler},
        topics=[JOBS],
        producer=producer,
        clock=CLOCK,
    )
    await producer.send_all([job_posted("a"), job_posted("b"), job_posted("c")])

    async def republish():
        return 7

    parts = {"store": store, "audit": audit, "consumers": [consumer], "producer": producer}
    async with (
        service(bus, issuer, republish=republish, **parts) as running,
        running.channel(Role.OPERATOR, subject="op") as connected,
        running.channel(Role.EMPLOYER) as stranger,
    ):
        operations = OperationsServiceStub(connected)

        async def listed():
            found = (await operations.ListDeadLetters(pb.ListDeadLettersRequest())).dead_letter
            return found if len(found) == 3 else None

        letters = await eventually(listed)
        first = await operations.ListDeadLetters(pb.ListDeadLettersRequest(page_size=2))
        second = await operations.ListDeadLetters(
            pb.ListDeadLettersRequest(page_size=2, page_token=first.next_page_token)
        )
        assert [*first.dead_letter, *second.dead_letter] == letters
        assert not second.next_page_token

        ident = letters[0].dead_letter_id
        shown = await operations.GetDeadLetter(pb.GetDeadLetterRequest(dead_letter_id=ident))
        assert shown.record_available
        assert not shown.dead_letter.HasField("replayed_at")

        replay = pb.ReplayDeadLetterRequest(dead_letter_id=ident)
        problem = await refused(operations.ReplayDeadLetter(replay))
        assert (problem.reason, problem.arguments) == (Reason.REPLAY_FAILED, {"code": "ValueError"})
        mended.set()
        done = await operations.ReplayDeadLetter(replay)
        assert done.dead_letter.HasField("replayed_at")
        assert len(handled) == 1

        gone = pb.GetDeadLetterRequest(dead_letter_id="no/0/0/such")
        assert (await refused(operations.GetDeadLetter(gone))).reason is Reason.NOT_FOUND
        denied = OperationsServiceStub(stranger).ListDeadLetters(pb.ListDeadLettersRequest())
        assert (await refused(denied)).reason is Reason.ROLE_NEEDED
        assert (await operations.Republish(pb.RepublishRequest())).republished == 7

        async with running.channel(Role.AGENCY) as agency:
            log = OperationsServiceStub(agency)

            async def read():
                answer = await log.ListAuditEntries(pb.ListAuditEntriesRequest(object_id=ident))
                return answer.entry if len(answer.entry) >= 3 else None

            entries = await eventually(read)
            actions = [entry.action for entry in entries[:3]]
            assert actions == ["DEAD_LETTER_READ", "DEAD_LETTER_REPLAY", "DEAD_LETTER_REPLAY"]
            assert entries[0].actor_id == "op"
            answer = await log.ListAuditEntries(pb.ListAuditEntriesRequest())
            assert "DEAD_LETTERS_LIST" in {entry.action for entry in answer.entry}
        assert OPERATIONS in await asyncio.to_thread(reflected, running.grpc)


async def test_a_replay_of_a_record_that_is_gone_or_replaced_says_who_republishes(
    bus, issuer, store, audit, producer
):
    consumer = Consumer(
        bus, group="kit-test", handlers={}, topics=[JOBS], producer=producer, clock=CLOCK
    )
    await producer.send_all([job_posted("present")])
    place = partition_of("present", 2)
    for offset in (0, 99):
        record = received(job_posted("before"), partition=place, offset=offset)
        await DeadLetters(producer, "kit-test", CLOCK).put(record, ValueError())
    parts = {"store": store, "audit": audit, "consumers": [consumer], "producer": producer}
    async with (
        service(bus, issuer, **parts) as running,
        running.channel(Role.AGENCY) as connected,
    ):
        operations = OperationsServiceStub(connected)
        for offset in (0, 99):
            ident = f"{JOBS}/{place}/{offset}/kit-test"
            replay = pb.ReplayDeadLetterRequest(dead_letter_id=ident)
            problem = await refused(operations.ReplayDeadLetter(replay))
            assert problem.reason is Reason.RECORD_GONE
            assert problem.arguments == {"owner": "matcher"}
            shown = await operations.GetDeadLetter(pb.GetDeadLetterRequest(dead_letter_id=ident))
            assert not shown.record_available


async def test_poison_among_the_dead_letters_hides_none_of_them(
    bus, issuer, store, audit, producer
):
    consumer = Consumer(
        bus, group="kit-test", handlers={}, topics=[JOBS], producer=producer, clock=CLOCK
    )
    for type_, value in ((b"DeadLettered", b"\xff"), (b"Nonsense", b""), (b"JobPosted", b"")):
        headers = [("ce_type", type_)]
        assert not await producer.send([Message(DEAD_LETTERS, "poison", value, headers)])
    await DeadLetters(producer, "kit-test", CLOCK).put(received(job_posted("a")), ValueError())
    parts = {"store": store, "audit": audit, "consumers": [consumer], "producer": producer}
    async with (
        service(bus, issuer, **parts) as running,
        running.channel(Role.OPERATOR) as connected,
    ):
        operations = OperationsServiceStub(connected)
        listed = await operations.ListDeadLetters(pb.ListDeadLettersRequest())
        assert [one.dead_letter_id for one in listed.dead_letter] == [f"{JOBS}/0/0/kit-test"]
