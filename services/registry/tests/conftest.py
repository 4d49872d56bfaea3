"""A registry over real parts, and a client of it for each kind of caller."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from talent_kit.events import Record
from talent_kit.grpc_client import FixedToken, channel
from talent_kit.grpc_errors import problem_of
from talent_kit.reading import read_to_end
from talent_local.home import Home
from talent_local.issuer import Issuer
from talent_local.parts import free_port
from talent_proto.events.v1 import catalog_pb2, credentials_pb2
from talent_proto.operations.v1 import operations_pb2_grpc
from talent_proto.registry.v1 import (
    endorsements_pb2_grpc,
    skill_tags_pb2_grpc,
    text_tags_pb2_grpc,
)
from talent_proto.registry.v1 import registry_pb2 as pb
from talent_proto.registry.v1 import registry_pb2_grpc as pb_grpc
from talent_registry import app
from talent_registry.settings import RegistrySettings
from talent_vc import (
    ContextLoader,
    DictLoader,
    Options,
    Verdict,
    needed_documents,
    read_credential,
    verify_bytes,
)

RESULT = "urn:uuid:5c1a2f3e-0000-4000-8000-000000000001"
PASSED = "urn:uuid:5c1a2f3e-0000-4000-8000-000000000002"


def request_id() -> str:
    return uuid.uuid4().hex


@dataclass
class Client:
    """One caller of a running registry, with builders of valid requests."""

    stub: Any
    operations: Any
    tags: Any
    endorsements: Any
    texts: Any
    org_id: str

    def registration(self, **changed: Any) -> pb.RegisterOrganizationRequest:
        fields: dict[str, Any] = {
            "request_id": request_id(),
            "name": "Front Range Community College",
            "role": [catalog_pb2.ORGANIZATION_ROLE_PROVIDER],
            "type": 1,
            "url": "https://college.example",
        }
        return pb.RegisterOrganizationRequest(**(fields | changed))

    def achievement(self, **changed: Any) -> pb.PublishAchievementRequest:
        fields: dict[str, Any] = {
            "version": "1",
            "achievement_type": "Certificate",
            "name": "Welding, level 1",
            "description": "Safe shielded metal arc welding in flat position.",
            "criteria": {"narrative": "Three practical tests, observed by an instructor."},
            "alignment": [
                {
                    "target_name": "Welding",
                    "target_url": "https://skills.example/welding",
                    "target_framework": "Example skills",
                }
            ],
            "result_description": [
                {
                    "id": RESULT,
                    "name": "Outcome",
                    "result_type": "RubricCriterionLevel",
                    "rubric_criterion_level": [{"id": PASSED, "name": "Passed", "level": "3"}],
                }
            ],
        }
        achievement = catalog_pb2.Achievement(**(fields | changed))
        return pb.PublishAchievementRequest(request_id=request_id(), achievement=achievement)

    def draft(self, achievement: catalog_pb2.Achievement, **changed: Any) -> pb.CredentialDraft:
        fields: dict[str, Any] = {
            "achievement_id": achievement.id,
            "achievement_version": achievement.version,
            "result": [credentials_pb2.Result(result_description=RESULT, achieved_level=PASSED)],
        }
        if "recipient_did" not in changed:
            fields["recipient_email"] = "ana@example.org"
        return pb.CredentialDraft(**(fields | changed))

    def item(self, content: pb.CredentialDraft | pb.SignedCredential, **changed: Any) -> Any:
        kind = "draft" if isinstance(content, pb.CredentialDraft) else "signed"
        return pb.PublishItem(**({"request_id": request_id(), kind: content} | changed))

    async def registered(self, **changed: Any) -> catalog_pb2.Organization:
        answer = await self.stub.RegisterOrganization(self.registration(**changed))
        return answer.organization

    async def published(self, **changed: Any) -> catalog_pb2.Achievement:
        answer = await self.stub.PublishAchievement(self.achievement(**changed))
        return answer.achievement

    async def ready(self) -> catalog_pb2.Achievement:
        """An achievement of a registered organization."""
        await self.registered()
        return await self.published()

    async def issued(self, achievement: catalog_pb2.Achievement, **changed: Any) -> Any:
        return await self.stub.IssueCredential(
            pb.IssueCredentialRequest(
                request_id=request_id(), draft=self.draft(achievement, **changed)
            )
        )

    async def stream(self, *batches: list[Any]) -> list[Any]:
        """The results of all batches, each sent after the answer to the one before."""
        call = self.stub.PublishCredentials()
        results: list[Any] = []
        for batch in batches:
            await call.write(pb.PublishCredentialsRequest(item=batch))
            answer = await call.read()
            if answer is grpc.aio.EOF:
                break
            results.extend(answer.result)
        await call.done_writing()
        assert await call.read() is grpc.aio.EOF
        return results

    async def change(self, step: str, credential_id: str, **changed: Any) -> Any:
        """Suspend, Reinstate or Revoke."""
        kind = getattr(pb, f"{step}CredentialRequest")
        fields = {"request_id": request_id(), "credential_id": credential_id, "reason_code": "R1"}
        return await getattr(self.stub, f"{step}Credential")(kind(**(fields | changed)))


class Refusal:
    """`async with refused() as refusal: …`, then `refusal.reason` and `refusal.field`."""

    reason = ""
    field = ""

    async def __aenter__(self) -> "Refusal":
        return self

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> bool:
        assert isinstance(error, grpc.aio.AioRpcError), error or "nothing was refused"
        problem = problem_of(error)
        assert problem is not None, error
        self.reason, self.field, self.problem = problem.reason.value, problem.field, problem
        return True


class Running:
    """A running registry."""

    def __init__(self, settings: RegistrySettings, issuer: Issuer) -> None:
        self.settings = settings
        self._issuer = issuer
        self._channels: list[grpc.aio.Channel] = []
        self.http = httpx.AsyncClient(base_url=settings.public_url, trust_env=False)

    def client(self, *roles: str, org_id: str = "", token: str | None = None) -> Client:
        org_id = org_id or f"org-{uuid.uuid4().hex[:8]}"
        token = token or self._issuer.token(subject=f"sub-{org_id}", org_id=org_id, roles=roles)
        opened = channel(f"127.0.0.1:{self.settings.grpc_port}", FixedToken(token))
        self._channels.append(opened)
        operations = operations_pb2_grpc.OperationsServiceStub(opened)
        tags = skill_tags_pb2_grpc.SkillTagServiceStub(opened)
        endorsements = endorsements_pb2_grpc.EndorsementServiceStub(opened)
        stub = pb_grpc.RegistryServiceStub(opened)
        texts = text_tags_pb2_grpc.TextTagServiceStub(opened)
        return Client(stub, operations, tags, endorsements, texts, org_id)

    def provider(self, org_id: str = "") -> Client:
        return self.client("provider", org_id=org_id)

    def agency(self) -> Client:
        return self.client("agency", org_id="agency-1")

    async def events(self, topic: str) -> list[Record]:
        return [record async for record in read_to_end(self.settings, topic)]

    async def organization_events(self) -> list[Record]:
        found = await self.events("talent.catalog.v1")
        return [record for record in found if record.type.startswith("Organization")]

    async def close(self) -> None:
        await self.http.aclose()
        for opened in self._channels:
            await opened.close()


@pytest.fixture(scope="session")
def contexts(stack_home: Home) -> ContextLoader:
    return ContextLoader.from_folder(stack_home.contexts)


@pytest.fixture
def verify(registry: Running, contexts: ContextLoader) -> Any:
    """Verifies a credential by what the registry serves over HTTP, as anyone would."""
    options = Options(insecure_hosts=(f"127.0.0.1:{registry.settings.http_port}",))

    async def verify(credential: bytes) -> Verdict:
        documents: dict[str, bytes] = {}
        asked = needed_documents(read_credential(credential), options)
        while asked:
            url = asked.pop()
            if url not in documents:
                answer = await registry.http.get(url)
                answer.raise_for_status()
                documents[url] = answer.content
                if "@context" in answer.json() and "issuer" in answer.json():
                    asked += needed_documents(answer.json(), options)
        return verify_bytes(
            credential,
            at=datetime.now(UTC) + timedelta(seconds=1),
            contexts=contexts,
            loader=DictLoader(documents),
            options=options,
        )

    return verify


@pytest.fixture
def refused() -> type[Refusal]:
    return Refusal


@pytest.fixture
def settings(
    kafka_bootstrap: str,
    mongo_url: str,
    issuer: Issuer,
    namespace: str,
    tmp_path: Path,
    stack_home: Home,
) -> RegistrySettings:
    for name in ("recipient-hmac.key", "pairwise-hmac.key", "kek.key"):
        (tmp_path / name).write_bytes(os.urandom(32))
    http_port = free_port()
    return RegistrySettings(
        kafka_bootstrap=kafka_bootstrap,
        kafka_namespace=namespace,
        mongo_url=mongo_url,
        mongo_database_prefix=namespace,
        oidc_issuer=issuer.url,
        secrets_dir=tmp_path,
        data_dir=stack_home.data,
        skills_dir=stack_home.skills,
        grpc_port=free_port(),
        http_port=http_port,
        public_url=f"http://127.0.0.1:{http_port}",
        log_level="WARNING",
        signing_processes=1,
    )


@pytest.fixture
async def registry(settings: RegistrySettings, issuer: Issuer) -> AsyncIterator[Running]:
    await app.run_migrations(settings)
    stop = asyncio.Event()
    serving = asyncio.create_task(app.run(settings, stop))
    running = Running(settings, issuer)
    try:
        await eventually(lambda: _ready(running), serving)
        yield running
    finally:
        await running.close()
        stop.set()
        await serving


async def _ready(running: Running) -> bool:
    try:
        return (await running.http.get("/readyz")).is_success
    except httpx.TransportError:
        return False


async def eventually(condition: Any, alive: asyncio.Task[None] | None = None) -> Any:
    """What `condition` gives, once it is true."""
    async with asyncio.timeout(30):
        while True:
            if alive is not None and alive.done():
                await alive
            found = await condition()
            if found:
                return found
            await asyncio.sleep(0.05)


@pytest.fixture(name="eventually")
def _eventually() -> Any:
    return eventually
