"""Skills in a text that another service has."""

import pytest
from talent_proto.events.v1 import tagging_pb2
from talent_proto.registry.v1 import text_tags_pb2 as pb

from .conftest import Running

TEXT = "Forklift driver\nLoaded trucks and had to operate a forklift every day. Read blueprints."


async def test_a_service_has_a_text_read_and_nothing_of_it_is_told(registry: Running):
    service = registry.client("service")
    before = await told(registry)
    found = await service.texts.TagText(pb.TagTextRequest(text=TEXT))
    places = {TEXT[one.start : one.end]: one for one in found.tag}
    assert places["operate a forklift"].state == tagging_pb2.SKILL_TAG_STATE_ASSERTED
    assert len({one.skill.uri for one in found.tag}) == len(found.tag)
    assert {one.field for one in found.tag} == {"text"}
    assert found.taxonomy_version
    assert found == await service.texts.TagText(pb.TagTextRequest(text=TEXT))
    assert await told(registry) == before


async def told(registry: Running):
    """What the registry has said of its catalog, but for the taxonomy that it began with."""
    events = await registry.events("talent.catalog.v1")
    return [one.type for one in events if one.type != "TaxonomyReleased"]


@pytest.mark.parametrize(
    ("role", "text", "reason"),
    [
        ("holder", TEXT, "ROLE_NEEDED"),
        ("provider", TEXT, "ROLE_NEEDED"),
        ("service", " \n", "MISSING_FIELD"),
        ("service", "x" * 10_001, "TOO_LARGE"),
    ],
)
async def test_others_and_odd_texts_are_refused(
    registry: Running, refused, role: str, text: str, reason: str
):
    async with refused() as refusal:
        await registry.client(role).texts.TagText(pb.TagTextRequest(text=text))
    assert refusal.reason == reason
