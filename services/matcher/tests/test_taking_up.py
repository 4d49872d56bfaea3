"""A taxonomy that is released while a matcher runs: jobs are matched by it, without a restart."""

from dataclasses import replace
from pathlib import Path

import pytest
from talent_kit.events import outgoing
from talent_proto.events.v1 import tagging_pb2
from talent_skills.frameworks import Contents, Framework, Kind, Skill
from talent_skills.taxonomy_file import write_taxonomy

from .builders import BLUEPRINTS, WELDING, assertion_message, requirement_message

FRAMEWORK = Framework("https://skills.example", "Example", "1", "By Example.")
JOINING, SOLDERING = "https://skills.example/joining", "https://skills.example/soldering"
WELDED = Skill(WELDING, FRAMEWORK.uri, "weld", Kind.SKILL)
JOINED = Skill(JOINING, FRAMEWORK.uri, "join metal", Kind.SKILL)
READ = Skill(BLUEPRINTS, FRAMEWORK.uri, "read blueprints", Kind.SKILL)
SOLDERED = Skill(SOLDERING, FRAMEWORK.uri, "solder", Kind.SKILL, broader=(JOINING,))
FIRST = (WELDED, JOINED, READ)
SECOND = (replace(WELDED, broader=(JOINING,)), JOINED, READ, SOLDERED)


class Disk:
    """A machine's taxonomies, and the link to the one in use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.link = folder / "current"

    def put(self, name: str, *skills: Skill) -> str:
        """As an import does; the version."""
        folder = self.folder / name
        folder.mkdir()
        version = write_taxonomy(folder, Contents((FRAMEWORK,), skills))
        fresh = self.folder / "fresh"
        fresh.symlink_to(folder)
        fresh.replace(self.link)
        return version


@pytest.fixture
def disk(tmp_path):
    return Disk(tmp_path)


async def release(world, version):
    head = world.header(world.next("taxonomy"))
    event = tagging_pb2.TaxonomyReleased(header=head, taxonomy_version=version)
    await world.producer.send_all([outgoing("talent.catalog.v1", "taxonomy", event)])


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("there_first", [True, False])
async def test_matches_follow_a_release(world, org_id, disk, there_first):
    await release(world, disk.put("first", *FIRST))
    replica = await world.start(skills_dir=disk.link, snapshot_dir=disk.folder / "snapshots")
    employer = world.employer(replica, org_id)
    joining = await employer.post(requirement_message(JOINING), threshold=300)
    reading = await employer.post(requirement_message(BLUEPRINTS), threshold=300)
    await world.profile("welder", assertion_message(WELDING))
    await world.profile("reader", assertion_message(BLUEPRINTS))
    await employer.candidates(reading, 1)
    assert await employer.candidates(joining, 0) == []

    # Other machines may have it earlier than this one, or later.
    if there_first:
        version = disk.put("second", *SECOND)
        await release(world, version)
    else:
        await release(world, write_taxonomy(disk.folder, Contents((FRAMEWORK,), SECOND)))
        version = disk.put("second", *SECOND)
    await employer.candidates(joining, 1)
    (found,) = (await employer.matches(joining)).match
    assert version in found.match.versions.taxonomy
    (as_before,) = (await employer.matches(reading)).match
    assert version not in as_before.match.versions.taxonomy  # that score is as it was

    # What it alone knows may be asked for.
    await world.profile("solderer", assertion_message(SOLDERING))
    assert await employer.candidates(await employer.post(requirement_message(SOLDERING)), 1)
    await employer.close()
    await replica.end()

    # A matcher that was away meanwhile goes on from its snapshot, and by what it has now.
    await release(world, disk.put("third", *FIRST, SOLDERED))
    later = await world.start(skills_dir=disk.link, snapshot_dir=disk.folder / "snapshots")
    employer = world.employer(later, org_id)
    await employer.candidates(joining, 1)
    (found,) = (await employer.matches(joining)).match
    assert found.match.contribution[0].shown_skill.uri == SOLDERING
    await employer.close()
    await later.end()
