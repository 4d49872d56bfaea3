"""A taxonomy that is imported while the registry runs is announced, and tags everything again."""

import json
from contextlib import closing

import pytest
from talent_local.home import Home
from talent_local.imported_taxonomy import alone, plan, put_in_use
from talent_proto.registry.v1 import skill_tags_pb2, text_tags_pb2
from talent_skills.embedding import Embedder
from talent_skills.frameworks import Contents, Framework, Kind, Skill
from talent_skills.label_vectors import write_label_vectors
from talent_skills.taxonomy import Taxonomy
from talent_skills.taxonomy_file import write_taxonomy

from .conftest import Running

FORKLIFT = "operate a forklift"
PLATES = "welding of three test plates"
WORDS = {
    "description": f"Graduates {FORKLIFT}.",
    "criteria": {"narrative": f"An instructor watches {PLATES}."},
}


@pytest.fixture
def home(tmp_path, stack_home: Home) -> Home:
    """With a taxonomy of one skill that set-up built, and the real language model."""
    home = Home(tmp_path / "home")
    (home.data / "models").symlink_to(stack_home.language_model.parent)
    home.built_skills.mkdir()
    framework = Framework("https://skills.example/setup", "Set-up's", "1", "By Example.")
    skill = Skill(f"{framework.uri}/1", framework.uri, FORKLIFT, Kind.SKILL)
    write_taxonomy(home.built_skills, Contents((framework,), (skill,)))
    with closing(Taxonomy.open(home.built_skills)) as taxonomy:
        write_label_vectors(home.built_skills, taxonomy, Embedder(home.language_model))
    put(home, "First", FORKLIFT)
    return home


@pytest.fixture
def settings(settings, home: Home):
    return settings.model_copy(update={"skills_dir": home.current_skills})


def put(home: Home, name: str, label: str) -> None:
    """Import a framework of one skill, beside what is there."""
    uri = f"https://trades.example/{name.lower()}"
    competency = {"ceasn:isPartOf": uri, "ceasn:competencyText": label}
    graph = [
        {"@id": uri, "@type": "ceasn:CompetencyFramework", "ceasn:name": name},
        {"@id": f"{uri}/1", "@type": "ceasn:Competency", **competency},
    ]
    path = home.root / f"{name}.json"
    path.write_text(json.dumps({"@graph": graph}))
    with alone(home):
        put_in_use(home, plan(home, [path]))


async def test_an_import_while_it_runs_is_announced_and_tags_all_again(
    registry: Running, home: Home, eventually
):
    school = registry.provider("school")
    await school.registered()
    achievement = await school.published(**WORDS)
    request = skill_tags_pb2.GetSkillTagsRequest(achievement_id=achievement.id)

    async def labels() -> list[str]:
        tagged = [
            one.event
            for one in await registry.events("talent.catalog.v1")
            if one.type == "AchievementTagged"
        ]
        return [tag.skill.label for tag in tagged[-1].tag] if tagged else []

    async def renewed() -> bool:
        return PLATES in await labels()

    await eventually(labels)
    assert not await renewed()
    put(home, "Second", PLATES)
    await eventually(renewed)

    tags = (await school.tags.GetSkillTags(request)).tags
    assert any("Second" in one for one in tags.attribution)
    told = [
        one.event.taxonomy_version
        for one in await registry.events("talent.catalog.v1")
        if one.type == "TaxonomyReleased"
    ]
    assert len(told) == 2
    assert told[-1] == tags.taxonomy_version
    text = text_tags_pb2.TagTextRequest(text="You will see.")
    answer = await registry.client("service").texts.TagText(text)
    assert answer.taxonomy_version == told[-1]
