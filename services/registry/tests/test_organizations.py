import pytest
from talent_proto.events.v1 import catalog_pb2
from talent_proto.registry.v1 import registry_pb2 as pb


async def test_an_organization_without_a_did_gets_one_that_resolves(registry):
    college = registry.provider()
    organization = await college.registered()
    port = registry.settings.http_port
    assert organization.did == f"did:web:127.0.0.1%3A{port}:organizations:{college.org_id}"
    assert organization.vetting == catalog_pb2.VETTING_STATE_PENDING
    document = (await registry.http.get(f"/organizations/{college.org_id}/did.json")).json()
    assert document["id"] == organization.did
    method = document["verificationMethod"][0]
    assert method["publicKeyMultibase"].startswith("z6Mk")
    assert method["id"] in document["assertionMethod"]


async def test_registering_is_done_once(registry, refused, eventually):
    college = registry.provider()
    request = college.registration()
    first = await college.stub.RegisterOrganization(request)
    assert await college.stub.RegisterOrganization(request) == first
    request.name = "Another name"
    async with refused() as refusal:
        await college.stub.RegisterOrganization(request)
    assert (refusal.reason, refusal.field) == ("ALREADY_EXISTS", "request_id")
    # The same under a new request_id is no new registration either.
    assert await college.registered() == first.organization

    async def announced():
        return await registry.organization_events()

    events = await eventually(announced)
    assert [event.type for event in events] == ["OrganizationRegistered"]


async def test_a_did_belongs_to_one_organization(registry, refused):
    did = "did:key:z6MkjoriXdbyWD25YXTed114F8hdJrLXQ567xxPHAUKxpKkS"
    await registry.provider().registered(did=did)
    async with refused() as refusal:
        await registry.provider().registered(did=did)
    assert (refusal.reason, refusal.field) == ("ALREADY_EXISTS", "did")


async def test_a_did_at_the_registrys_address_is_its_own_organizations(registry, refused):
    victim, thief = registry.provider(), registry.provider()
    prefix = f"did:web:127.0.0.1%3A{registry.settings.http_port}"
    own = f"{prefix}:organizations:{victim.org_id}"
    for did in (own, own.replace("organizations", "%6Frganizations"), prefix.replace("A", "a")):
        async with refused() as refusal:
            await thief.registered(did=did)
        assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "did")
    organization = await victim.registered(did=own)
    assert organization.did == own
    assert await victim.registered() == organization
    assert (await registry.http.get(f"/organizations/{victim.org_id}/did.json")).is_success


async def test_only_a_vetted_portal_operator_is_named(registry, refused):
    operator, college, agency = registry.provider(), registry.provider(), registry.agency()
    role = [catalog_pb2.ORGANIZATION_ROLE_PORTAL_OPERATOR]
    await operator.registered(role=role)
    async with refused() as refusal:
        await college.registered(portal_operator_org_id=operator.org_id)
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "portal_operator_org_id")
    vet = pb.VetOrganizationRequest(request_id="v1", org_id=operator.org_id)
    await agency.stub.VetOrganization(vet)
    registered = await college.registered(portal_operator_org_id=operator.org_id)
    assert registered.portal_operator_org_id == operator.org_id
    # A repeat is answered whatever became of the operator.
    await agency.stub.SuspendOrganization(
        pb.SuspendOrganizationRequest(request_id="s1", org_id=operator.org_id, reason_code="FRAUD")
    )
    assert await college.registered(portal_operator_org_id=operator.org_id) == registered


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", "MISSING_FIELD"),
        ("name", "x" * 201, "TOO_LARGE"),
        ("role", [], "MISSING_FIELD"),
        ("role", [99], "INVALID_FIELD"),
        ("role", [3], "ROLE_NEEDED"),
        ("did", "did:example:1", "INVALID_FIELD"),
        ("url", "javascript:alert(1)", "INVALID_FIELD"),
        ("url", "https://college.example/<b>", "INVALID_FIELD"),
        ("url", "https://college.example/" + "x" * 500, "TOO_LARGE"),
        ("request_id", "", "MISSING_FIELD"),
        ("request_id", "x" * 129, "TOO_LARGE"),
        ("portal_operator_org_id", "nobody", "INVALID_FIELD"),
    ],
)
async def test_a_wrong_field_is_named(registry, refused, field, value, reason):
    college = registry.provider()
    async with refused() as refusal:
        await college.registered(**{field: value})
    assert refusal.reason == reason
    assert refusal.field == (None if reason == "ROLE_NEEDED" else field)
    async with refused() as refusal:
        await college.stub.GetOrganization(pb.GetOrganizationRequest(org_id=college.org_id))
    assert refusal.reason == "NOT_FOUND"


async def test_the_agency_vets_and_suspends(registry, refused, eventually):
    college, agency = registry.provider(), registry.agency()
    await college.registered()
    vet = pb.VetOrganizationRequest(request_id="v1", org_id=college.org_id)
    async with refused() as refusal:
        await college.stub.VetOrganization(vet)
    assert refusal.reason == "ROLE_NEEDED"
    told = pb.SuspendOrganizationRequest(
        request_id="s0", org_id=college.org_id, reason_code="Ana Lopez told us"
    )
    async with refused() as refusal:
        await agency.stub.SuspendOrganization(told)
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "reason_code")
    vetted = await agency.stub.VetOrganization(vet)
    assert vetted.organization.vetting == catalog_pb2.VETTING_STATE_VETTED
    suspend = pb.SuspendOrganizationRequest(
        request_id="s1", org_id=college.org_id, reason_code="FRAUD"
    )
    suspended = await agency.stub.SuspendOrganization(suspend)
    assert suspended.organization.vetting == catalog_pb2.VETTING_STATE_SUSPENDED

    async def announced():
        events = await registry.organization_events()
        return events if len(events) == 3 else None

    events = await eventually(announced)
    assert [(event.type, event.version.n) for event in events] == [
        ("OrganizationRegistered", 1),
        ("OrganizationVetted", 2),
        ("OrganizationSuspended", 3),
    ]
    assert events[2].event.reason_code == "FRAUD"


async def test_a_suspended_provider_may_publish_achievements_but_no_credentials(registry, refused):
    college, agency = registry.provider(), registry.agency()
    await college.registered()
    await agency.stub.SuspendOrganization(
        pb.SuspendOrganizationRequest(request_id="s1", org_id=college.org_id, reason_code="FRAUD")
    )
    achievement = await college.published()
    async with refused() as refusal:
        await college.issued(achievement)
    assert refusal.reason == "NOT_VETTED"


async def test_a_provider_that_publishes_stops_when_it_is_suspended(registry, refused):
    college, agency = registry.provider(), registry.agency()
    achievement = await college.ready()
    await college.issued(achievement)
    await agency.stub.SuspendOrganization(
        pb.SuspendOrganizationRequest(request_id="s1", org_id=college.org_id, reason_code="FRAUD")
    )
    async with refused() as refusal:
        await college.issued(achievement)
    assert refusal.reason == "NOT_VETTED"


async def test_organizations_are_listed_by_page(registry, refused):
    clients = [registry.provider() for _ in range(5)]
    for client in clients:
        await client.registered()
    listed, token = [], ""
    while True:
        page = await clients[0].stub.ListOrganizations(
            pb.ListOrganizationsRequest(page_size=2, page_token=token)
        )
        assert len(page.organization) <= 2
        listed += [organization.org_id for organization in page.organization]
        token = page.next_page_token
        if not token:
            break
    assert listed == sorted(client.org_id for client in clients)
    async with refused() as refusal:
        await clients[0].stub.ListOrganizations(pb.ListOrganizationsRequest(page_token="%"))
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "page_token")


async def test_who_is_not_signed_in_does_nothing(registry, refused):
    for token, reason in (("nonsense", "NOT_SIGNED_IN"), ("a.b.c", "NOT_SIGNED_IN")):
        async with refused() as refusal:
            await registry.client(token=token).registered()
        assert refusal.reason == reason
    async with refused() as refusal:
        await registry.client("holder").registered()
    assert refusal.reason == "ROLE_NEEDED"
