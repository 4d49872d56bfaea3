"""Organizations and people who act on a network through its public APIs.

For the demo, the tests and the benchmarks: what a provider, an employer, the agency and a holder
would do with a client of their own.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from talent_proto.events.v1.catalog_pb2 import Achievement, OrganizationRole
from talent_proto.events.v1.jobs_pb2 import Job
from talent_proto.events.v1.skills_pb2 import ValidatorType
from talent_proto.matcher.v1.matcher_pb2 import PostedJob, PostJobRequest
from talent_proto.matcher.v1.matcher_pb2_grpc import MatcherServiceAsyncStub, MatcherServiceStub
from talent_proto.registry.v1.registry_pb2 import (
    PublishAchievementRequest,
    PublishCredentialsRequest,
    PublishItem,
    PublishResult,
    RegisterOrganizationRequest,
    RevokeCredentialRequest,
    VetOrganizationRequest,
)
from talent_proto.registry.v1.registry_pb2_grpc import RegistryServiceAsyncStub, RegistryServiceStub
from talent_proto.verifier.v1.verifier_pb2_grpc import VerifierServiceAsyncStub, VerifierServiceStub
from talent_proto.wallet.v1.consent_pb2_grpc import ConsentServiceAsyncStub, ConsentServiceStub

from talent_cli.network import CommandError, Metadata, Network
from talent_cli.waiting import until_known


@dataclass(frozen=True)
class Services:
    """Open connections to all services of one network."""

    network: Network
    registry: RegistryServiceAsyncStub
    verifier: VerifierServiceAsyncStub
    matcher: MatcherServiceAsyncStub
    consent: ConsentServiceAsyncStub
    wallet: httpx.AsyncClient


@asynccontextmanager
async def connect(network: Network) -> AsyncIterator[Services]:
    """Connections for as long as the context lasts."""
    async with AsyncExitStack() as stack:
        client = httpx.AsyncClient(base_url=network.wallet_url, timeout=30, trust_env=False)
        await stack.enter_async_context(client)
        channels = {
            name: await stack.enter_async_context(network.channel(name))
            for name in ("registry", "verifier", "matcher", "wallet")
        }
        yield Services(
            network=network,
            registry=RegistryServiceStub(channels["registry"]),
            verifier=VerifierServiceStub(channels["verifier"]),
            matcher=MatcherServiceStub(channels["matcher"]),
            consent=ConsentServiceStub(channels["wallet"]),
            wallet=client,
        )


class Organization:
    """A caller with an organization of its own."""

    role: OrganizationRole.ValueType
    token_role: str
    type: ValidatorType.ValueType

    def __init__(self, services: Services, org_id: str, name: str) -> None:
        self.services = services
        self.org_id = org_id
        self.name = name
        self.metadata: Metadata = services.network.metadata(
            f"{org_id}-staff", [self.token_role], org_id=org_id
        )

    async def sign_up(
        self, *more_roles: OrganizationRole.ValueType, portal_operator_org_id: str = ""
    ) -> None:
        """Register; a repeat changes nothing."""
        request = RegisterOrganizationRequest(
            request_id=f"sign-up-{self.org_id}",
            name=self.name,
            role=[self.role, *more_roles],
            type=self.type,
            portal_operator_org_id=portal_operator_org_id,
        )
        await self.services.registry.RegisterOrganization(request, metadata=self.metadata)


class Provider(Organization):
    role = OrganizationRole.ORGANIZATION_ROLE_PROVIDER
    token_role = "provider"  # noqa: S105 a role, not a secret
    type = ValidatorType.VALIDATOR_TYPE_TRAINING_PROVIDER

    async def publish_achievement(self, achievement: Achievement) -> None:
        """Publish one version; a repeat changes nothing."""
        request_id = f"{achievement.id}@{achievement.version}"
        await self.services.registry.PublishAchievement(
            PublishAchievementRequest(request_id=request_id, achievement=achievement),
            metadata=self.metadata,
        )

    async def publish(
        self, items: Sequence[PublishItem], batch: int = 100
    ) -> AsyncIterator[list[PublishResult]]:
        """Publish by stream; gives the acknowledgments as they come."""

        async def batches() -> AsyncIterator[PublishCredentialsRequest]:
            for start in range(0, len(items), batch):
                yield PublishCredentialsRequest(item=items[start : start + batch])

        call = self.services.registry.PublishCredentials(batches(), metadata=self.metadata)
        try:
            async for response in call:
                yield list(response.result)
        finally:
            # A dropped call that is not canceled stays in flight.
            call.cancel()

    async def publish_one(self, item: PublishItem) -> str:
        """The credential's id. Raises CommandError when it is rejected."""
        async for (result,) in self.publish([item]):
            if result.HasField("accepted"):
                return result.accepted.credential_id
            raise CommandError(f"{item.request_id} was rejected: {result.rejected.detail}")
        raise CommandError(f"{item.request_id} got no answer")

    async def revoke(self, credential_id: str) -> None:
        request = RevokeCredentialRequest(
            request_id=f"revoke-{credential_id}",
            credential_id=credential_id,
            reason_code="issued_in_error",
        )
        await self.services.registry.RevokeCredential(request, metadata=self.metadata)


class Employer(Organization):
    role = OrganizationRole.ORGANIZATION_ROLE_EMPLOYER
    token_role = "employer"  # noqa: S105 a role, not a secret
    type = ValidatorType.VALIDATOR_TYPE_EMPLOYER

    async def post_job(self, request_id: str, job: Job) -> PostedJob:
        """Post a job, waiting until the matcher knows this employer and these skills."""
        request = PostJobRequest(request_id=request_id, job=job)
        matcher = self.services.matcher
        answer = await until_known(lambda: matcher.PostJob(request, metadata=self.metadata))
        return answer.job


class Agency:
    """The state agency's staff."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.metadata: Metadata = services.network.metadata(
            "agency-staff", ["agency"], org_id="agency"
        )

    async def vet(self, organization: Organization) -> None:
        """Approve an organization; a repeat changes nothing."""
        org_id = organization.org_id
        request = VetOrganizationRequest(request_id=f"vet-{org_id}", org_id=org_id)
        await self._services.registry.VetOrganization(request, metadata=self.metadata)


class Holder:
    """A person at their wallet."""

    def __init__(self, services: Services, subject: str, name: str, email: str) -> None:
        self.subject = subject
        self.name = name
        self.email = email
        self._services = services
        token = services.network.token(subject, ["holder"], email=email, name=name)
        self._headers = {"authorization": f"Bearer {token}"}

    async def open(self, **limits: Any) -> None:
        """Sign in, let trusted providers' records in, state work limits, agree to be found."""
        await self.ask("PUT", "/v1/holders/me", {})
        await self.ask("PUT", "/v1/standing-rule", {"enabled": True, "issuers": "trusted"})
        if limits:
            await self.ask("PUT", "/v1/limits", limits)
        await self.consent()

    async def consent(self) -> str:
        """Agree to be found; the consent's id."""
        return (await self.ask("POST", "/v1/consents", {"purpose": "discovery"}))["consent_id"]

    async def withdraw(self, consent_id: str) -> None:
        await self.ask("POST", f"/v1/consents/{consent_id}/withdraw", {})

    async def records(self) -> list[dict[str, Any]]:
        """All records, over all pages."""
        found: list[dict[str, Any]] = []
        token = ""
        while True:
            page = await self.ask("GET", f"/v1/records?page_size=100&page_token={token}")
            found += page["records"]
            token = page.get("next_page_token", "")
            if not token:
                return found

    async def invitations(self) -> list[dict[str, Any]]:
        return (await self.ask("GET", "/v1/invitations"))["invitations"]

    async def accept(self, engagement_id: str) -> None:
        await self.ask("POST", f"/v1/invitations/{engagement_id}/accept", {})

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One call of the wallet's API. Raises CommandError with the wallet's words."""
        answer = await self._services.wallet.request(method, path, json=body, headers=self._headers)
        if answer.is_error:
            raise CommandError(f"The wallet refused {method} {path}: {answer.text}")
        return answer.json() if answer.content else None
