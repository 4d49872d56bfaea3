"""A person who looks for work: what fits, what a credential would open, and that it then does."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from talent_cli.actors import Holder, Services
from talent_proto.events.v1.skills_pb2 import SkillReference

from tests.waiting import eventually
from tests.world import Town, achievement, found_town, item, job, unique

JOBS = "/v1/holders/me/jobs"


async def signed_in(town: Town) -> Holder:
    """Somebody who takes in what trusted providers issue, and does not want to be found."""
    person = town.holder()
    await person.ask("PUT", "/v1/holders/me", {})
    await person.ask("PUT", "/v1/standing-rule", {"enabled": True, "issuers": "trusted"})
    return person


async def jobs_of(person: Holder, org_id: str, reach: str = "in_reach") -> dict[str, Any]:
    """This employer's jobs of all pages, by id."""
    found: dict[str, Any] = {}
    token = ""
    while True:
        page = await person.ask("GET", f"{JOBS}?reach={reach}&page_size=50&page_token={token}")
        found |= {
            one["posting"]["job_id"]: one
            for one in page["jobs"]
            if one["posting"]["employer_org_id"] == org_id
        }
        token = page["next_page_token"]
        if not token:
            return found


async def imagined(person: Holder, body: Mapping[str, Any], count: int) -> Any:
    """What would change, by job id, once so many jobs would come into reach."""
    answer = await person.ask("POST", f"{JOBS}/what-if", {**body, "page_size": 50})
    if answer["come_into_reach"] != count:
        return None
    return {one["now"]["posting"]["job_id"]: one for one in answer["jobs"]}


async def test_what_a_credential_would_open_is_what_it_opens(services: Services) -> None:
    town = await found_town(services)
    for _ in range(3):  # the programs that open most come first, and others open one
        await town.employer.post_job(unique("job"), job("Welder", (town_skill(town),)))
    ana = await signed_in(town)
    assert await jobs_of(ana, town.employer.org_id) == {}
    body = {"achievements": [{"achievement_id": town.achievement_id, "level": 4}]}
    foretold = (await eventually(lambda: imagined(ana, body, 4)))[town.job_id]
    assert (foretold["score_before"], foretold["reach_before"]) == (0, "below")

    helpful = (await ana.ask("GET", "/v1/holders/me/programs"))["programs"]
    own = [one for one in helpful if one["achievement_id"] == town.achievement_id]
    assert [one["come_into_reach"] for one in own] == [4]
    assert set(own[0]["job_titles"]) == {"Welder"}

    # Nothing was kept of the question: all is as before.
    assert await jobs_of(ana, town.employer.org_id) == {}
    earned = item(town.achievement_id, ana.email)
    earned.draft.awarded_date.FromDatetime(datetime.now(UTC))
    await town.provider.publish_one(earned)

    async def opened() -> Any:
        return (await jobs_of(ana, town.employer.org_id)).get(town.job_id)

    now = await eventually(opened)
    assert (
        now["score"]
        == foretold["now"]["score"]
        == sum(one["points"] for one in now["contributions"])
    )
    assert now["sentences"][0].startswith("You have Craft of")
    # Who does not want to be found still is not.
    assert (await ana.ask("GET", "/v1/profile"))["shown"] is False
    later = (await ana.ask("GET", "/v1/holders/me/programs"))["programs"]
    assert town.achievement_id not in {one["achievement_id"] for one in later}


async def test_a_job_in_reach_is_the_match_that_its_employer_sees(services: Services) -> None:
    town = await found_town(services)
    ana = await signed_in(town)
    await ana.consent()
    await town.provider.publish_one(item(town.achievement_id, ana.email))

    (match,) = await eventually(town.matches)
    told = (await jobs_of(ana, town.employer.org_id))[town.job_id]
    assert told["score"] == match.match.score
    assert [one["points"] for one in told["contributions"]] == [
        one.points for one in match.match.contribution
    ]


async def test_what_is_in_the_way_is_said_and_who_teaches_it(services: Services) -> None:
    town = await found_town(services)
    rare = SkillReference(uri=f"https://skills.example/{unique('rare')}", label="Rare craft")
    identifier = f"https://{unique('course')}.example/rare"
    await town.provider.publish_achievement(achievement(identifier, (rare,), name="Rare course"))
    wanted = job("Keeper", (rare, town_skill(town)))
    wanted.requirement[0].gate = True
    posted = await town.employer.post_job(unique("job"), wanted)
    ana = await signed_in(town)
    await town.provider.publish_one(item(town.achievement_id, ana.email))

    async def closed() -> Any:
        return (await jobs_of(ana, town.employer.org_id, "closed")).get(posted.job.job_id)

    one = await eventually(closed)
    assert one["sentences"][0].startswith("This employer takes nobody who does not show Rare craft")
    (missing,) = one["missing"]
    assert [each["name"] for each in missing["taught_in"]] == ["Rare course"]
    assert missing["taught_in"][0]["org_name"] == town.provider.name


def town_skill(town: Town) -> SkillReference:
    return SkillReference(uri=f"https://skills.example/{town.name}", label=f"Craft of {town.name}")
