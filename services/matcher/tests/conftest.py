"""A matcher over real parts: Kafka, database, issuer, and a wallet that answers over gRPC."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import grpc
import httpx
import pytest_asyncio
from talent_kit.callers import Role
from talent_kit.clock import ManualClock
from talent_kit.errors import Reason
from talent_kit.events import Record, header, outgoing, tombstone
from talent_kit.grpc_client import FixedToken, channel
from talent_kit.grpc_errors import problem_of
from talent_kit.producer import Producer
from talent_kit.reading import read_to_end
from talent_kit.store import Store
from talent_kit.versions import Version
from talent_local.issuer import Issuer
from talent_local.issuer.clients import load_clients
from talent_local.parts import free_port
from talent_local.secret_files import ensure_secrets
from talent_matcher import app
from talent_matcher.settings import MatcherSettings
from talent_proto.events.v1 import (
    catalog_pb2,
    common_pb2,
    engagements_pb2,
    jobs_pb2,
    profiles_pb2,
    skills_pb2,
)
from talent_proto.matcher.v1 import (
    decisions_pb2_grpc,
    drafts_pb2_grpc,
    explanations_pb2_grpc,
    scoring_pb2_grpc,
)
from talent_proto.matcher.v1 import matcher_pb2 as pb
from talent_proto.matcher.v1 import matcher_pb2_grpc as pb_grpc
from talent_proto.wallet.v1 import consent_pb2, consent_pb2_grpc

from .builders import LABELS, job_message, profile_message

NOON = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
TEST = common_pb2.Actor(id="test")


def request_id() -> str:
    return uuid.uuid4().hex


async def eventually(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """The condition's value, as soon as it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if isinstance(value, Awaitable):
            value = await value
        if value:
            return value
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come true in time")


class Refusal:
    """`async with refused() as refusal: …`, then `refusal.reason` and `refusal.field`."""

    reason = ""
    field = ""
    code: Any = None
    sentence = ""


@asynccontextmanager
async def refused() -> AsyncIterator[Refusal]:
    refusal = Refusal()
    try:
        yield refusal
    except grpc.aio.AioRpcError as error:
        refusal.code = error.code()
        if problem := problem_of(error):
            refusal.reason, refusal.field = problem.reason.value, problem.field or ""
            refusal.sentence = problem.sentence()
    else:
        raise AssertionError("it was not refused")


class Wallet(consent_pb2_grpc.ConsentServiceServicer):
    """Answers for everybody but those who have withdrawn. Speaks the real protocol."""

    def __init__(self) -> None:
        self.withdrawn: set[str] = set()
        self.asked: list[consent_pb2.CheckConsentsRequest] = []
        self.meanwhile: Callable[[], Awaitable[None]] | None = None  # before the next answer
        self.port = free_port()
        self._server: Any = None

    async def CheckConsents(self, request, context):
        self.asked.append(request)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            await meanwhile()
        allowed = [one for one in request.holder_id if one not in self.withdrawn]
        return consent_pb2.CheckConsentsResponse(allowed_holder_id=allowed)

    async def up(self) -> None:
        self._server = grpc.aio.server()
        consent_pb2_grpc.add_ConsentServiceServicer_to_server(self, self._server)
        self._server.add_insecure_port(f"127.0.0.1:{self.port}")
        await self._server.start()

    async def down(self) -> None:
        await self._server.stop(None)


@dataclass
class Stream:
    """A client of WatchMatches that keeps what arrives."""

    call: Any
    updates: list[pb.MatchUpdate] = field(default_factory=list)
    responses: int = 0
    cursor: str = ""
    ended: Any = None
    task: Any = None

    def start(self) -> "Stream":
        self.task = asyncio.create_task(self._read())
        return self

    async def _read(self) -> None:
        try:
            async for response in self.call:
                self.responses += 1
                self.updates.extend(response.update)
                self.cursor = response.cursor or self.cursor
            self.ended = grpc.StatusCode.OK
        except grpc.aio.AioRpcError as error:
            self.ended = error.code()

    def said(self) -> list[tuple[str, str]]:
        """(kind, candidate) of each update."""
        kinds = [(one.WhichOneof("change"), one) for one in self.updates]
        return [(kind, getattr(one, kind).candidate_id) for kind, one in kinds]

    async def end(self) -> None:
        self.call.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


class Employer:
    """A signed-in employer."""

    def __init__(self, target: str, token: str) -> None:
        self.channel = channel(target, FixedToken(token))
        self.stub: Any = pb_grpc.MatcherServiceStub(self.channel)
        self.decisions: Any = decisions_pb2_grpc.DecisionServiceStub(self.channel)
        self.explanations: Any = explanations_pb2_grpc.ExplanationServiceStub(self.channel)
        self.scoring: Any = scoring_pb2_grpc.ScoringServiceStub(self.channel)
        self.drafts: Any = drafts_pb2_grpc.JobDraftServiceStub(self.channel)

    async def post(self, *requirements: jobs_pb2.Requirement, **changed: Any) -> str:
        """The id of a new job, posted once the organization and the skills are known."""
        job = job_message(*requirements, **changed)
        request = pb.PostJobRequest(request_id=request_id(), job=job)

        async def posted() -> str | None:
            try:
                return (await self.stub.PostJob(request)).job.job.job_id
            except grpc.aio.AioRpcError as error:
                problem = problem_of(error)
                if problem and problem.reason in {Reason.WRONG_STATE, Reason.UNKNOWN_SKILL}:
                    return None
                raise

        return await eventually(posted)

    async def matches(self, job_id: str, **changed: Any) -> pb.ListMatchesResponse:
        return await self.stub.ListMatches(pb.ListMatchesRequest(job_id=job_id, **changed))

    async def scores(self, job_id: str) -> list[int]:
        return [one.match.score for one in (await self.matches(job_id)).match]

    async def candidates(self, job_id: str, count: int) -> list[str]:
        """The candidates' names, once there are so many."""

        async def there() -> list[str] | None:
            found = [one.candidate_id for one in (await self.matches(job_id)).match]
            return [*found, ""] if len(found) == count else None

        return (await eventually(there))[:-1]

    def watch(self, job_id: str = "", cursor: str = "") -> Stream:
        request = pb.WatchMatchesRequest(job_id=job_id, cursor=cursor)
        return Stream(self.stub.WatchMatches(request)).start()

    async def close(self) -> None:
        await self.channel.close()


@dataclass
class Replica:
    settings: MatcherSettings
    stop: asyncio.Event
    task: asyncio.Task[None]

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.settings.grpc_port}"

    async def ready(self) -> None:
        async def serving() -> bool:
            if self.task.done():
                self.task.result()
            try:
                async with httpx.AsyncClient(timeout=2) as client:
                    url = f"http://127.0.0.1:{self.settings.http_port}/readyz"
                    return (await client.get(url)).is_success
            except httpx.HTTPError:
                return False

        await eventually(serving, 40)

    async def end(self) -> None:
        self.stop.set()
        await self.task


class World:
    """What surrounds a matcher, told as the other services tell it."""

    def __init__(
        self, settings: Callable[..., MatcherSettings], issuer: Issuer, wallet: Wallet
    ) -> None:
        self._settings = settings
        self.settings = settings()
        self.issuer = issuer
        self.wallet = wallet
        self.clock = ManualClock(NOON)
        self.producer = Producer(self.settings, "test")
        self._versions: dict[str, int] = {}
        self._holders: set[str] = set()
        self._replicas: list[Replica] = []

    async def start(self, **changed: Any) -> Replica:
        """A replica of the matcher, ready."""
        settings = self._settings(**changed)
        stop = asyncio.Event()
        running = app.run(settings, clock=self.clock, stop=stop)
        replica = Replica(settings, stop, asyncio.create_task(running))
        self._replicas.append(replica)
        await replica.ready()
        return replica

    def agency(self, replica: Replica) -> Employer:
        """Somebody of the agency, with the same stubs."""
        token = self.issuer.token(subject="auditor", roles=["agency"], org_id="agency")
        return Employer(replica.target, token)

    def employer(self, replica: Replica, org_id: str, **changed: Any) -> Employer:
        claims: dict[str, Any] = {"subject": "ed", "org_id": org_id, "roles": [Role.EMPLOYER]}
        return Employer(replica.target, self.issuer.token(**{**claims, **changed}))

    async def close(self) -> None:
        for replica in self._replicas:
            replica.stop.set()
        await asyncio.gather(*(replica.task for replica in self._replicas))
        await self.producer.stop()

    def next(self, key: str) -> Version:
        self._versions[key] = self._versions.get(key, 0) + 1
        return Version(1, self._versions[key])

    def header(self, version: Version) -> common_pb2.EventHeader:
        return header(version=version, actor=TEST, clock=self.clock)

    async def organization(
        self,
        org_id: str,
        vetting: catalog_pb2.VettingState = catalog_pb2.VETTING_STATE_VETTED,
        **changed: Any,
    ) -> None:
        organization = catalog_pb2.Organization(
            org_id=org_id,
            did=f"did:web:{org_id}.example",
            name=f"{org_id} Inc.",
            roles=[catalog_pb2.ORGANIZATION_ROLE_EMPLOYER],
            vetting=vetting,
            **changed,
        )
        event = catalog_pb2.OrganizationRegistered(
            header=self.header(self.next(org_id)), organization=organization
        )
        await self.producer.send_all([outgoing("talent.catalog.v1", org_id, event)])

    async def skills(self) -> None:
        achievement = catalog_pb2.Achievement(
            id="https://academy.example/mig",
            version="1",
            name="MIG Welder",
            alignment=[
                catalog_pb2.Alignment(target_url=uri, target_name=label)
                for uri, label in LABELS.items()
            ],
        )
        event = catalog_pb2.AchievementPublished(
            header=self.header(self.next("achievement")), achievement=achievement
        )
        await self.producer.send_all([outgoing("talent.catalog.v1", "mig@1", event)])

    def profile_event(
        self, holder_id: str, version: Version, *assertions: skills_pb2.SkillAssertion, **kw: Any
    ) -> Any:
        event = profiles_pb2.TalentProfileUpdated(
            header=self.header(version), profile=profile_message(holder_id, *assertions, **kw)
        )
        return outgoing("talent.profiles.v1", holder_id, event)

    async def profile(
        self, holder_id: str, *assertions: skills_pb2.SkillAssertion, **changed: Any
    ) -> None:
        version = self.next(holder_id)
        self._holders.add(holder_id)
        await self.producer.send_all(
            [self.profile_event(holder_id, version, *assertions, **changed)]
        )

    async def withdraw(self, holder_id: str) -> None:
        version = self.next(holder_id)
        gone = tombstone("talent.profiles.v1", holder_id, "TalentProfileWithdrawn", version)
        await self.producer.send_all([gone])

    async def clear(self) -> None:
        """Everybody leaves: the next test begins with nobody."""
        for holder_id in sorted(self._holders):
            await self.withdraw(holder_id)
        self._holders.clear()
        self.wallet.withdrawn.clear()
        self.wallet.asked.clear()

    async def endorse(
        self, org_id: str, achievement_id: str, version: str, withdrawn: bool = False
    ) -> None:
        """As the registry tells it."""
        key = f"{achievement_id}@{version}/endorsed/{org_id}"
        event = catalog_pb2.CriteriaEndorsed(
            header=self.header(self.next(key)),
            achievement_id=achievement_id,
            achievement_version=version,
            endorser_org_id=org_id,
            withdrawn=withdrawn,
        )
        await self.producer.send_all([outgoing("talent.catalog.v1", key, event)])

    async def answer(self, state: engagements_pb2.Engagement, accepted: bool = True) -> None:
        """The holder's answer to a request for contact, as the wallet tells it."""
        key = f"{state.job_id}/{state.holder_id}/answer"
        kind = engagements_pb2.ContactAccepted if accepted else engagements_pb2.ContactDeclined
        answer = engagements_pb2.ContactAnswer(
            engagement_id=state.engagement_id,
            job_id=state.job_id,
            holder_id=state.holder_id,
            employer_org_id=state.employer_org_id,
        )
        event = kind(header=self.header(self.next(key)), answer=answer)
        await self.producer.send_all([outgoing("talent.engagements.v1", key, event)])

    async def records(self, topic: str) -> list[Record]:
        return [record async for record in read_to_end(self.settings, topic)]

    async def audited(self, action: str, object_id: str) -> dict[str, Any]:
        """The only entry of the audit log that says so."""
        store = await Store.connect(self.settings, "matcher")
        rows = await store.db["audit"].find({"entries.object_id": object_id}).to_list(None)
        await store.close()
        entries = [entry for row in rows for entry in row["entries"]]
        (found,) = [
            one for one in entries if (one["action"], one["object_id"]) == (action, object_id)
        ]
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wallet() -> AsyncIterator[Wallet]:
    wallet = Wallet()
    await wallet.up()
    yield wallet
    await wallet.down()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    kafka_bootstrap: str, mongo_url: str, issuer: Issuer, stack_home: Any, wallet: Wallet
) -> AsyncIterator[World]:
    """Known skills; no matcher yet. Shared by the tests of a module, for speed."""
    ensure_secrets(stack_home)
    secret = load_clients(stack_home.secrets)["talent-matcher"]
    name = f"m{uuid.uuid4().hex[:8]}"

    def settings(**changed: Any) -> MatcherSettings:
        stated: dict[str, Any] = {
            "kafka_bootstrap": kafka_bootstrap,
            "kafka_namespace": name,
            "mongo_url": mongo_url,
            "mongo_database_prefix": name,
            "oidc_issuer": issuer.url,
            "oidc_client_id": "talent-matcher",
            "oidc_client_secret": secret,
            "secrets_dir": stack_home.secrets,
            "data_dir": stack_home.data,
            "skills_dir": stack_home.built_skills,
            "wallet_target": f"127.0.0.1:{wallet.port}",
            "grpc_port": free_port(),
            "http_port": free_port(),
            "timer_seconds": 0.2,
            "watch_silence_seconds": 0.3,
            # Machines that run tests are busy; the rule itself has a test of its own.
            "profile_lag_ms": 5000,
            "consent_seconds": 5,
        }
        return MatcherSettings(**{**stated, **changed})

    world = World(settings, issuer, wallet)
    await app.migrate(world.settings)
    await world.skills()
    yield world
    await world.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def matcher(world: World) -> Replica:
    return await world.start()


@pytest_asyncio.fixture(loop_scope="module")
async def org_id(world: World) -> AsyncIterator[str]:
    """A vetted employer of this test alone."""
    name = f"org-{uuid.uuid4().hex[:6]}"
    await world.organization(name)
    yield name
    await world.clear()


@pytest_asyncio.fixture(loop_scope="module")
async def employer(world: World, matcher: Replica, org_id: str) -> AsyncIterator[Employer]:
    employer = world.employer(matcher, org_id)
    yield employer
    await employer.close()
