"""The demo's morning: organizations sign up and are approved, courses and jobs are published."""

from dataclasses import dataclass

from talent_proto.events.v1.catalog_pb2 import OrganizationRole, VettingState
from talent_proto.matcher.v1.matcher_pb2 import PostJobRequest
from talent_proto.matcher.v1.matcher_pb2_grpc import MatcherServiceAsyncStub
from talent_proto.registry.v1.registry_pb2 import (
    PublishAchievementRequest,
    RegisterOrganizationRequest,
    VetOrganizationRequest,
)
from talent_proto.registry.v1.registry_pb2_grpc import RegistryServiceAsyncStub

from talent_cli.demo.state import Course, Opening, Organization, State
from talent_cli.network import Metadata, Network
from talent_cli.waiting import until_known


@dataclass(frozen=True)
class Desk:
    """A caller's metadata by organization, made once."""

    by_org: dict[str, Metadata]
    agency: Metadata


def open_desks(network: Network, state: State) -> Desk:
    """A signed-in caller for each organization."""
    by_org = {
        org.org_id: network.metadata(f"{org.org_id}-staff", [role], org_id=org.org_id)
        for role, orgs in (("provider", state.providers), ("employer", state.employers))
        for org in orgs
    }
    agency = network.metadata("agency-staff", ["agency"], org_id="agency")
    return Desk(by_org, agency)


async def sign_up(registry: RegistryServiceAsyncStub, desk: Desk, state: State) -> None:
    """Register every organization; the agency approves each."""
    for role, orgs in (
        (OrganizationRole.ORGANIZATION_ROLE_PROVIDER, state.providers),
        (OrganizationRole.ORGANIZATION_ROLE_EMPLOYER, state.employers),
    ):
        for org in orgs:
            await _sign_up(registry, desk, org, role)


async def _sign_up(
    registry: RegistryServiceAsyncStub,
    desk: Desk,
    org: Organization,
    role: OrganizationRole.ValueType,
) -> None:
    answer = await registry.RegisterOrganization(
        RegisterOrganizationRequest(
            request_id=f"demo-{org.org_id}", name=org.name, role=[role], type=org.type
        ),
        metadata=desk.by_org[org.org_id],
    )
    if answer.organization.vetting != VettingState.VETTING_STATE_VETTED:
        await registry.VetOrganization(
            VetOrganizationRequest(request_id=f"demo-{org.org_id}", org_id=org.org_id),
            metadata=desk.agency,
        )


async def publish_courses(
    registry: RegistryServiceAsyncStub, desk: Desk, courses: tuple[Course, ...]
) -> None:
    """Publish what the providers teach."""
    for course in courses:
        await registry.PublishAchievement(
            PublishAchievementRequest(request_id=f"demo-{course.slug}", achievement=course.message),
            metadata=desk.by_org[course.provider],
        )


async def post_jobs(
    matcher: MatcherServiceAsyncStub, desk: Desk, openings: tuple[Opening, ...]
) -> dict[str, Opening]:
    """Post the openings; job id → opening."""
    posted: dict[str, Opening] = {}
    for opening in openings:
        request = PostJobRequest(request_id=f"demo-{opening.slug}", job=opening.message)
        metadata = desk.by_org[opening.employer]
        # The matcher learns of employers and skills from events, a moment after the registry.
        answer = await until_known(lambda: matcher.PostJob(request, metadata=metadata))  # noqa: B023
        posted[answer.job.job.job_id] = opening
    return posted
