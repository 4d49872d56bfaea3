import math

import httpx
import pytest
from talent_proto.registry.v1 import registry_pb2 as pb


async def test_a_published_achievement_is_whole(registry, eventually):
    college = registry.provider()
    await college.registered()
    achievement = await college.published(
        estimated_cost={"minor_units": 120_000, "currency": "USD"},
        jurisdiction=["US-CO"],
        credits_available=3,
    )
    assert achievement.id.startswith(f"{registry.settings.public_url}/v1/achievements/")
    assert achievement.ctid.startswith("ce-")
    assert achievement.creator == college.org_id
    assert achievement.estimated_cost.minor_units == 120_000

    async def announced():
        events = await registry.events("talent.catalog.v1")
        return [event for event in events if event.type == "AchievementPublished"]

    event = (await eventually(announced))[0]
    assert event.key == f"{achievement.id}@1"
    assert event.event.achievement == achievement
    served = await httpx.AsyncClient(trust_env=False).get(achievement.id)
    assert served.json()["name"] == achievement.name


async def test_a_published_version_never_changes(registry, refused):
    college = registry.provider()
    first = await college.ready()
    assert await college.published(id=first.id) == first
    async with refused() as refusal:
        await college.published(id=first.id, name="Another name")
    assert (refusal.reason, refusal.field) == ("ALREADY_EXISTS", "achievement.version")
    second = await college.published(id=first.id, version="2", name="Another name")
    assert second.ctid == first.ctid
    newest = await college.stub.GetAchievement(pb.GetAchievementRequest(achievement_id=first.id))
    assert newest.achievement == second
    one = pb.GetAchievementRequest(achievement_id=first.id, version="1")
    assert (await college.stub.GetAchievement(one)).achievement == first


async def test_an_achievement_of_another_organization_gets_no_new_version(registry, refused):
    achievement = await registry.provider().ready()
    other = registry.provider()
    await other.registered()
    async with refused() as refusal:
        await other.published(id=achievement.id, version="2")
    assert (refusal.reason, refusal.field) == ("NOT_YOURS", "achievement.id")


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("version", "", "achievement.version"),
        ("version", "a b", "achievement.version"),
        ("name", "", "achievement.name"),
        ("description", "", "achievement.description"),
        ("criteria", {}, "achievement.criteria"),
        ("criteria", {"id": "no address"}, "achievement.criteria.id"),
        ("id", "no address", "achievement.id"),
        ("creator", "somebody", "achievement.creator"),
        ("in_language", "English!", "achievement.in_language"),
        ("achievement_type", "Trophy", "achievement.achievement_type"),
        ("alignment", [{"target_url": "https://a.example"}], "achievement.alignment.target_name"),
        (
            "alignment",
            [{"target_name": "A", "target_url": "x"}],
            "achievement.alignment.target_url",
        ),
        ("result_description", [{"id": "urn:x:1"}], "achievement.result_description.name"),
        ("jurisdiction", ["Colorado"], "achievement.jurisdiction"),
        ("credits_available", math.nan, "achievement.credits_available"),
        ("credits_available", math.inf, "achievement.credits_available"),
        ("credits_available", -math.inf, "achievement.credits_available"),
        ("estimated_duration", "8 weeks", "achievement.estimated_duration"),
        ("estimated_cost", {"minor_units": 5}, "achievement.estimated_cost.currency"),
        (
            "estimated_cost",
            {"minor_units": -5, "currency": "USD"},
            "achievement.estimated_cost.minor_units",
        ),
        ("credits_available", -1, "achievement.credits_available"),
        ("related", ["nothing"], "achievement.related"),
        ("description", "x" * 300_000, "achievement"),
    ],
)
async def test_a_wrong_field_is_named(registry, refused, field, value, named):
    college = registry.provider()
    await college.registered()
    async with refused() as refusal:
        await college.published(**{field: value})
    assert refusal.field == named
    listed = await college.stub.ListAchievements(pb.ListAchievementsRequest(org_id=college.org_id))
    assert not listed.achievement


async def test_achievements_are_listed_by_page(registry):
    college, other = registry.provider(), registry.provider()
    await other.ready()
    await college.registered()
    names = [f"Level {number}" for number in range(5)]
    for name in names:
        await college.published(name=name)
    listed, token = [], ""
    while True:
        page = await other.stub.ListAchievements(
            pb.ListAchievementsRequest(page_size=2, page_token=token, org_id=college.org_id)
        )
        listed += [achievement.name for achievement in page.achievement]
        token = page.next_page_token
        if not token:
            break
    assert listed == names


async def test_publishing_needs_the_role_and_a_registration(registry, refused):
    async with refused() as refusal:
        await registry.client("employer").published()
    assert refusal.reason == "ROLE_NEEDED"
    async with refused() as refusal:
        await registry.provider().published()
    assert refusal.reason == "WRONG_STATE"
