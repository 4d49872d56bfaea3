"""Skills in an achievement's words: found, decided by people, found again by a newer taxonomy."""

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_kit.versions import Version
from talent_proto.events.v1 import tagging_pb2
from talent_proto.registry.v1 import skill_tags_pb2 as pb
from talent_registry.tags import DECIDED, SkillTag, SkillTags, TagState, decided, merged

from .conftest import Client, Running, request_id

CATALOG = "talent.catalog.v1"
WORDS = {
    "description": "Graduates operate a forklift and read blueprints.",
    "criteria": {"narrative": "An instructor watches welding of three test plates."},
}


class Tags:
    """A caller of the service of tags."""

    def __init__(self, client: Client) -> None:
        self.stub = client.tags

    async def of(self, achievement_id: str) -> pb.SkillTags | None:
        try:
            request = pb.GetSkillTagsRequest(achievement_id=achievement_id)
            return (await self.stub.GetSkillTags(request)).tags
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.NOT_FOUND:
                raise
            return None

    async def decide(self, achievement_id: str, **decisions: bool) -> pb.SkillTags:
        request = pb.DecideSkillTagsRequest(
            request_id=request_id(),
            achievement_id=achievement_id,
            decision=[
                pb.SkillTagDecision(skill_uri=uri, accepted=accepted)
                for uri, accepted in decisions.items()
            ],
        )
        return (await self.stub.DecideSkillTags(request)).tags


@pytest.fixture
async def school(registry: Running, eventually):
    """A provider with one achievement that is tagged."""
    provider = registry.provider("school")
    await provider.registered()
    achievement = await provider.published(**WORDS)
    tags = Tags(provider)
    return tags, await eventually(lambda: tags.of(achievement.id))


async def told(registry: Running) -> list[tagging_pb2.AchievementTagged]:
    return [one.event for one in await registry.events(CATALOG) if one.type == "AchievementTagged"]


async def test_a_published_achievement_is_tagged_with_the_places_of_its_words(
    registry: Running, school, eventually
):
    _, found = school
    texts = {
        "description": WORDS["description"],
        "criteria.narrative": WORDS["criteria"]["narrative"],
    }
    by_words = {
        texts[one.field][one.start : one.end]: one for one in found.tag if one.field in texts
    }
    assert {"operate a forklift", "blueprints"} & by_words.keys(), by_words.keys()
    assert all(one.skill.uri.startswith("http") for one in found.tag)
    assert any(one.state == tagging_pb2.SKILL_TAG_STATE_ASSERTED for one in found.tag)
    assert "ESCO" in " ".join(found.attribution)
    (event,) = await eventually(lambda: told(registry))
    assert list(event.tag) == list(found.tag)
    assert event.taxonomy_version == found.taxonomy_version


async def test_a_provider_accepts_and_rejects_and_both_are_told(
    registry: Running, school, eventually
):
    tags, found = school
    first, second = found.tag[0].skill.uri, found.tag[1].skill.uri
    after = await tags.decide(found.achievement_id, **{first: True, second: False})
    states = {one.skill.uri: one for one in after.tag}
    assert states[first].state == tagging_pb2.SKILL_TAG_STATE_ACCEPTED
    assert states[second].state == tagging_pb2.SKILL_TAG_STATE_REJECTED
    assert states[first].decided_by == "sub-school"

    async def both() -> list[tagging_pb2.AchievementTagged]:
        events = await told(registry)
        return events if len(events) == 2 else []

    assert list((await eventually(both))[-1].tag) == list(after.tag)


async def test_the_taxonomy_is_told_once(registry: Running, school, eventually):
    async def released():
        return [one for one in await registry.events(CATALOG) if one.type == "TaxonomyReleased"]

    (record,) = await eventually(released)
    assert record.key == "taxonomy"
    assert record.event.taxonomy_version == school[1].taxonomy_version
    assert any(one.attribution for one in record.event.framework)


async def test_another_provider_decides_nothing(registry: Running, school, refused):
    _, found = school
    other = Tags(registry.provider("other-school"))
    async with refused() as refusal:
        await other.decide(found.achievement_id, **{found.tag[0].skill.uri: True})
    assert (refusal.reason, refusal.field) == ("NOT_YOURS", "achievement_id")


async def test_a_skill_that_is_not_tagged_is_refused_and_changes_nothing(school, refused):
    tags, found = school
    async with refused() as refusal:
        await tags.decide(
            found.achievement_id, **{found.tag[0].skill.uri: True, "https://no.example/skill": True}
        )
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "decision[1].skill_uri")
    assert await tags.of(found.achievement_id) == found


URIS = st.sampled_from([f"urn:skill:{n}" for n in range(6)])
TAGS = st.dictionaries(URIS, st.sampled_from(TagState)).map(
    lambda states: [
        SkillTag(uri, uri, "name", 0, 1, 0.5, "label", state) for uri, state in states.items()
    ]
)
FOUND = TAGS.map(lambda tags: [one for one in tags if one.state not in DECIDED])


@given(TAGS, FOUND)
def test_what_a_person_decided_stays_decided_under_every_taxonomy(earlier, now):
    after = {one.uri: one.state for one in merged(earlier, now)}
    before = {one.uri: one.state for one in earlier if one.state in DECIDED}
    assert before.items() <= after.items()
    assert after.keys() == before.keys() | {one.uri for one in now}


@given(TAGS, FOUND)
def test_tagging_again_with_the_same_taxonomy_changes_nothing(earlier, now):
    once = merged(earlier, now)
    assert merged(once, now) == once


def test_a_decision_can_be_changed():
    one = SkillTag("urn:a", "a", "name", 0, 1, 0.7, "meaning", TagState.SUGGESTED)
    tags = SkillTags("x", "1", "school", (one,), "v1", Version(0, 1))
    accepted = decided(tags, [("urn:a", True)], "eve", None)
    assert accepted.tags[0].state is TagState.ACCEPTED
    assert decided(accepted, [("urn:a", False)], "eve", None).tags[0].state is TagState.REJECTED
