"""From the plain words of a program to a match, with nobody who aligned anything."""

from talent_cli.actors import Services
from talent_proto.events.v1.skills_pb2 import SkillReference

from tests.waiting import eventually
from tests.world import achievement, found_town, item, job, unique

# No other test of the shared network asks for it.
SHEARING = SkillReference(
    uri="http://data.europa.eu/esco/skill/f313b675-d15b-4ed9-94ac-7ad3f83649eb",
    label="shearing of wool",
)


async def test_a_skill_in_plain_words_becomes_a_match(services: Services) -> None:
    town = await found_town(services)
    identifier = f"https://{unique('program')}.example/farm"
    program = achievement(identifier, skills=(), name="Farm basics")
    program.description = "Graduates shear sheep and clean pens."
    await town.provider.publish_achievement(program)
    posted = await town.employer.post_job(unique("job"), job("Farm hand", (SHEARING,), level=0))
    ana = town.holder()
    await ana.open()
    await town.provider.publish_one(item(identifier, ana.email))

    (found,) = await eventually(lambda: town.matches(posted.job.job_id))
    (contribution,) = found.match.contribution
    assert contribution.skill.uri == SHEARING.uri
    assert found.match.versions.taxonomy
