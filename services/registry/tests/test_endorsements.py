"""Employers and associations stand behind criteria: told to all, each apart from the others."""

import pytest
from talent_proto.events.v1 import catalog_pb2, skills_pb2
from talent_proto.operations.v1 import operations_pb2
from talent_proto.registry.v1 import endorsements_pb2 as pb
from talent_proto.registry.v1 import registry_pb2

from .conftest import Client, Running, request_id

CATALOG = "talent.catalog.v1"
EMPLOYER = {"role": [catalog_pb2.ORGANIZATION_ROLE_EMPLOYER], "type": 4}
GUILD = {"type": skills_pb2.VALIDATOR_TYPE_INDUSTRY_ASSOCIATION}


async def vetted(registry: Running, org_id: str, **changed) -> Client:
    one = registry.client("employer", "provider", org_id=org_id)
    await one.registered(name=f"{org_id} Inc.", **changed)
    request = registry_pb2.VetOrganizationRequest(request_id=request_id(), org_id=org_id)
    await registry.agency().stub.VetOrganization(request)
    return one


async def endorse(one: Client, achievement, **changed):
    stated = {"request_id": request_id(), "achievement_id": achievement.id}
    request = pb.EndorseCriteriaRequest(**stated | changed)
    return (await one.endorsements.EndorseCriteria(request)).endorsement


async def withdraw(one: Client, achievement):
    request = pb.WithdrawEndorsementRequest(
        request_id=request_id(), achievement_id=achievement.id, achievement_version="1"
    )
    await one.endorsements.WithdrawEndorsement(request)


async def endorsers(one: Client, **asked) -> list[tuple[str, str]]:
    found = await one.endorsements.ListEndorsements(pb.ListEndorsementsRequest(**asked))
    return [(each.endorser_org_id, each.achievement_version) for each in found.endorsement]


async def told(registry: Running) -> list:
    return [one for one in await registry.events(CATALOG) if one.type == "CriteriaEndorsed"]


async def test_several_endorse_one_achievement_and_the_topic_loses_none_of_them(
    registry, eventually
):
    school = registry.provider("school")
    achievement = await school.ready()
    shop = await vetted(registry, "shop", **EMPLOYER)
    guild = await vetted(registry, "guild", **GUILD)
    first = await endorse(shop, achievement)
    assert (first.endorser_name, first.achievement_version) == ("shop Inc.", "1")
    await endorse(guild, achievement)
    assert await endorsers(school, achievement_id=achievement.id) == [("guild", "1"), ("shop", "1")]
    await withdraw(shop, achievement)
    assert await endorsers(school, achievement_id=achievement.id) == [("guild", "1")]
    assert await endorsers(school, endorser_org_id="shop") == []

    async def all_told():
        found = await told(registry)
        return found if len(found) == 3 else None

    last = {one.key: one for one in await eventually(all_told)}  # what compaction leaves
    key = f"{achievement.id}@1"
    assert {name: one.event.withdrawn for name, one in last.items()} == {
        f"{key}/endorsed/shop": True,
        f"{key}/endorsed/guild": False,
    }
    versions = {
        name: [one.version.n for one in await told(registry) if one.key == name] for name in last
    }
    assert versions == {f"{key}/endorsed/shop": [1, 2], f"{key}/endorsed/guild": [1]}
    assert key in {one.key for one in await registry.events(CATALOG)}


async def test_anybody_reads_on_the_web_who_endorses_an_achievement(registry):
    achievement = await registry.provider("school").ready()
    await endorse(await vetted(registry, "shop", **EMPLOYER), achievement)
    page = (await registry.http.get(f"{achievement.id}/endorsements")).json()
    (found,) = page["endorsement"]
    assert (found["endorserName"], found["endorserType"]) == (
        "shop Inc.",
        "VALIDATOR_TYPE_EMPLOYER",
    )
    request = registry_pb2.SuspendOrganizationRequest(
        request_id=request_id(), org_id="shop", reason_code="fraud"
    )
    await registry.agency().stub.SuspendOrganization(request)
    assert not (await registry.http.get(f"{achievement.id}/endorsements")).json()["endorsement"]


async def test_an_endorsement_is_of_one_version(registry):
    school = registry.provider("school")
    achievement = await school.ready()
    shop = await vetted(registry, "shop", **EMPLOYER)
    await endorse(shop, achievement)
    await school.published(id=achievement.id, version="2")
    await endorse(shop, achievement)  # the newest
    assert await endorsers(shop, achievement_id=achievement.id) == [("shop", "1"), ("shop", "2")]
    first = {"achievement_id": achievement.id, "achievement_version": "1"}
    assert await endorsers(shop, **first) == [("shop", "1")]


async def test_pages_go_through_all_of_them(registry):
    school = registry.provider("school")
    await school.registered()
    shop = await vetted(registry, "shop", **EMPLOYER)
    for number in range(3):
        await endorse(shop, await school.published(version=f"v{number}"))
    seen, token = [], ""
    while True:
        request = pb.ListEndorsementsRequest(endorser_org_id="shop", page_size=2, page_token=token)
        page = await shop.endorsements.ListEndorsements(request)
        seen += [one.achievement_version for one in page.endorsement]
        token = page.next_page_token
        if not token:
            break
    assert sorted(seen) == ["v0", "v1", "v2"]


async def test_a_repeat_endorses_once_and_is_in_the_audit_log(registry, eventually):
    achievement = await registry.provider("school").ready()
    shop = await vetted(registry, "shop", **EMPLOYER)
    request = pb.EndorseCriteriaRequest(request_id="once", achievement_id=achievement.id)
    first = await shop.endorsements.EndorseCriteria(request)
    assert await shop.endorsements.EndorseCriteria(request) == first
    await endorse(shop, achievement)
    assert len(await eventually(lambda: told(registry))) == 1
    agency, key = registry.agency(), f"{achievement.id}@1/endorsed/shop"

    async def sealed():
        wanted = operations_pb2.ListAuditEntriesRequest(object_id=key)
        return (await agency.operations.ListAuditEntries(wanted)).entry

    assert (await eventually(sealed))[0].action == "CRITERIA_ENDORSED"
    again = await registry.client("operator").operations.Republish(
        operations_pb2.RepublishRequest()
    )
    assert again.republished

    async def twice():
        found = await told(registry)
        return found if len(found) == 2 else None

    assert [one.version.n for one in await eventually(twice)] == [1, 2]


async def test_who_may_not_endorse_is_told_why(registry, refused):
    school = registry.provider("school")
    achievement = await school.ready()
    other = await vetted(registry, "other-school")
    async with refused() as refusal:
        await endorse(other, achievement)
    assert refusal.reason == "WRONG_STATE"
    unvetted = registry.client("employer", org_id="new-shop")
    await unvetted.registered(**EMPLOYER)
    async with refused() as refusal:
        await endorse(unvetted, achievement)
    assert refusal.reason == "NOT_VETTED"
    guild = await vetted(registry, "guild", **GUILD)
    own = await guild.published()
    async with refused() as refusal:
        await endorse(guild, own)
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "achievement_id")
    async with refused() as refusal:
        await endorse(registry.client("holder"), achievement)
    assert refusal.reason == "ROLE_NEEDED"
    async with refused() as refusal:
        await withdraw(guild, achievement)
    assert (refusal.reason, refusal.field) == ("NOT_FOUND", "achievement_id")


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"achievement_id": ""}, "achievement_id"), ({"request_id": ""}, "request_id")],
)
async def test_a_request_that_lacks_something_is_refused(registry, refused, changed, field):
    achievement = await registry.provider("school").ready()
    shop = await vetted(registry, "shop", **EMPLOYER)
    async with refused() as refusal:
        await endorse(shop, achievement, **changed)
    assert (refusal.reason, refusal.field) == ("MISSING_FIELD", field)
    async with refused() as refusal:
        await endorsers(shop)
    assert refusal.reason == "MISSING_FIELD"
