"""From the plain words of a program to a match, with nobody who aligned anything."""

from talent_cli.actors import Services
from talent_proto.events.v1.skills_pb2 import SkillReference
from talent_proto.matcher.v1.matcher_pb2 import ListMatchesRequest

from tests.waiting import eventually
from tests.world import achievement, found_town, item, job, unique

FORKLIFT = SkillReference(
    uri="http://data.europa.eu/esco/skill/28cb374e-6261-4133-8371-f9a5470145da",
    label="operate forklift",
)


async def test_a_skill_in_plain_words_becomes_a_match(services: Services) -> None:
    town = await found_town(services)
    identifier = f"https://{unique('program')}.example/warehouse"
    program = achievement(identifier, skills=(), name="Warehouse basics")
    program.description = "Graduates operate a forklift and load trucks."
    await town.provider.publish_achievement(program)
    posted = await town.employer.post_job(unique("job"), job("Driver", (FORKLIFT,), level=0))
    ana = town.holder()
    await ana.open()
    await town.provider.publish_one(item(identifier, ana.email))

    async def matched():
        answer = await services.matcher.ListMatches(
            ListMatchesRequest(job_id=posted.job.job_id, page_size=100),
            metadata=town.employer.metadata,
        )
        return list(answer.match)

    (found,) = await eventually(matched)
    (contribution,) = found.match.contribution
    assert contribution.skill.uri == FORKLIFT.uri
    assert found.match.versions.taxonomy
