"""Jobs for a person who looks for one, as the wallet asks for them."""

import pytest
from talent_kit.events import outgoing
from talent_kit.grpc_client import FixedToken, channel
from talent_proto.events.v1 import catalog_pb2, common_pb2, jobs_pb2, profiles_pb2
from talent_proto.matcher.v1 import holder_jobs_pb2 as pb
from talent_proto.matcher.v1 import holder_jobs_pb2_grpc

from .builders import BLUEPRINTS, SAFETY, WELDING, assertion_message, requirement_message
from .conftest import eventually, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")
COLORADO = common_pb2.CoarsePlace(state="US-CO")


@pytest.fixture
def wallet_stub(world, matcher):
    token = world.issuer.token(subject="talent-wallet", roles=["service"])
    return holder_jobs_pb2_grpc.HolderMatchServiceStub(channel(matcher.target, FixedToken(token)))


def someone(*assertions, **changed) -> profiles_pb2.TalentProfile:
    return profiles_pb2.TalentProfile(assertion=assertions, **{"place": COLORADO, **changed})


async def program(world, *uris: str, **changed) -> str:
    """A program of an approved school that tests these skills; its id."""
    identifier = f"https://school.example/{'-'.join(uri[-6:] for uri in uris)}"
    await world.organization("school", type=1)
    stated = {
        "id": identifier,
        "version": "1",
        "name": f"Course {len(uris)}",
        "achievement_type": "Assessment",
        "criteria": catalog_pb2.Criteria(narrative="Pass."),
        "alignment": [catalog_pb2.Alignment(target_url=uri) for uri in uris],
    }
    event = catalog_pb2.AchievementPublished(
        header=world.header(world.next(identifier)),
        achievement=catalog_pb2.Achievement(**{**stated, **changed}),
        org_id="school",
    )
    await world.producer.send_all([outgoing("talent.catalog.v1", f"{identifier}@1", event)])
    return identifier


async def own_jobs(stub, employer_org: str, count: int, **asked) -> list[pb.HolderJob]:
    """So many jobs of this employer, once they are known."""

    async def there():
        found, token = [], ""
        while True:
            request = pb.JobsForHolderRequest(page_token=token, **asked)
            answer = await stub.JobsForHolder(request)
            found += [one for one in answer.job if one.job.employer_org_id == employer_org]
            token = answer.next_page_token
            if not token:
                return (found,) if len(found) == count else None

    (found,) = await eventually(there)
    return found


async def test_open_jobs_come_best_first_and_say_why(wallet_stub, employer, org_id):
    both = await employer.post(requirement_message(WELDING), requirement_message(BLUEPRINTS))
    weld = await employer.post(requirement_message(WELDING))
    person = someone(assertion_message(WELDING))
    best, second = await own_jobs(wallet_stub, org_id, 2, profile=person)
    assert (best.job.job_id, second.job.job_id) == (weld, both)
    for one in (best, second):
        assert one.reach == pb.REACH_IN_REACH
        assert sum(each.points for each in one.contribution) == one.score >= one.threshold
        assert one.employer_name == f"{org_id} Inc."
    assert [one.skill.uri for one in second.missing] == [BLUEPRINTS]
    assert any("You do not show it yet." in one for one in second.sentence)
    assert any("You have Welding (MIG), level 3 of 5." in one for one in second.sentence)


async def test_a_closed_job_says_what_is_in_the_way(wallet_stub, employer, org_id):
    await employer.post(
        requirement_message(WELDING),
        requirement_message(SAFETY, gate=True),
        license_requirement=[jobs_pb2.LicenseRequirement(type="CDL", jurisdiction="US-CO")],
    )
    person = someone(assertion_message(WELDING))
    (one,) = await own_jobs(wallet_stub, org_id, 1, profile=person, reach=pb.REACH_CLOSED)
    assert one.score > 0
    assert one.sentence[0].startswith("This employer takes nobody who does not show Shop safety")
    assert one.sentence[1].startswith("You need the CDL license for US-CO.")
    assert await own_jobs(wallet_stub, org_id, 0, profile=person) == []


async def test_the_pages_of_a_list_are_the_list(wallet_stub, employer, org_id):
    for _ in range(5):
        await employer.post(requirement_message(WELDING))
    person = someone(assertion_message(WELDING))
    found = await own_jobs(wallet_stub, org_id, 5, profile=person)
    paged = await own_jobs(wallet_stub, org_id, 5, profile=person, page_size=2)
    assert [one.job.job_id for one in paged] == [one.job.job_id for one in found]


async def test_jobs_of_an_employer_that_is_not_approved_are_not_shown(world, wallet_stub, matcher):
    await world.organization("pending", vetting=catalog_pb2.VETTING_STATE_PENDING)
    await world.organization("approved")
    for org_id in ("pending", "approved"):
        employer = world.employer(matcher, org_id)
        await employer.post(requirement_message(WELDING))
        await employer.close()
    person = someone(assertion_message(WELDING))
    await own_jobs(wallet_stub, "approved", 1, profile=person)
    assert await own_jobs(wallet_stub, "pending", 0, profile=person) == []
    left_out = someone(assertion_message(WELDING), excluded_org_id=["approved"])
    assert await own_jobs(wallet_stub, "approved", 0, profile=left_out) == []


async def test_what_an_achievement_would_open(world, wallet_stub, employer, org_id):
    rare = "https://skills.example/rare"
    school = await program(world, rare, BLUEPRINTS)
    closed = await employer.post(requirement_message(rare, required_level=0, gate=True))
    both = [requirement_message(WELDING), requirement_message(rare, required_level=0)]
    rises = await employer.post(*both, threshold=100)
    person = someone(assertion_message(WELDING))
    await own_jobs(wallet_stub, org_id, 1, profile=person)
    asked = pb.WhatIfRequest(profile=person, achievement=[{"achievement_id": school}])
    answer = await wallet_stub.WhatIf(asked)
    found = {one.now.job.job_id: one for one in answer.job if one.now.job.employer_org_id == org_id}
    assert found[closed].score_before == 0
    assert found[closed].reach_before == pb.REACH_CLOSED
    assert found[closed].now.reach == pb.REACH_IN_REACH
    assert found[rises].reach_before == pb.REACH_IN_REACH
    assert found[rises].now.score > found[rises].score_before > 0
    assert answer.come_into_reach == 1
    assert answer.rise == len(answer.job) - 1
    assert answer == await wallet_stub.WhatIf(asked)

    pages, token = [], ""
    while True:
        request = pb.WhatIfRequest(
            profile=person, achievement=asked.achievement, page_size=1, page_token=token
        )
        page = await wallet_stub.WhatIf(request)
        pages += page.job
        token = page.next_page_token
        if not token:
            break
    assert pages == list(answer.job)

    helpful = await wallet_stub.ProgramsForHolder(pb.ProgramsForHolderRequest(profile=person))
    first = helpful.program[0]
    assert (first.achievement_id, first.come_into_reach) == (school, 1)
    assert list(first.job_title) == ["Welder"]
    assert (first.org_name, [one.uri for one in first.skill]) == ("school Inc.", [BLUEPRINTS, rare])


async def test_a_skill_with_a_level_may_be_imagined_too(wallet_stub, employer, org_id):
    job_id = await employer.post(requirement_message(SAFETY, required_level=4))
    asked = pb.WhatIfRequest(profile=someone(), skill=[{"skill_uri": SAFETY, "level": 4}])

    async def opened():
        answer = await wallet_stub.WhatIf(asked)
        return [one for one in answer.job if one.now.job.job_id == job_id]

    (one,) = await eventually(opened)
    assert (one.score_before, one.now.score) == (0, 850)


async def test_nothing_of_a_person_who_asks_is_kept_or_told(world, wallet_stub, employer, org_id):
    job_id = await employer.post(requirement_message(WELDING))
    person = someone(assertion_message(WELDING), holder_id="nobody-knows")
    await own_jobs(wallet_stub, org_id, 1, profile=person)
    assert (await employer.matches(job_id)).total == 0
    for topic in ("talent.matches.v1", "talent.profiles.v1"):
        assert not [one for one in await world.records(topic) if "nobody-knows" in one.key]


@pytest.mark.parametrize(
    ("asked", "field", "reason"),
    [
        ({}, "achievement or skill", "MISSING_FIELD"),
        (
            {"achievement": [{"achievement_id": "urn:none"}]},
            "achievement[0].achievement_id",
            "NOT_FOUND",
        ),
        ({"skill": [{"skill_uri": "urn:none"}]}, "skill[0].skill_uri", "UNKNOWN_SKILL"),
        ({"skill": [{"skill_uri": WELDING, "level": 6}]}, "skill[0].level", "INVALID_FIELD"),
        ({"skill": [{"skill_uri": WELDING}] * 21}, "achievement and skill", "TOO_LARGE"),
    ],
)
async def test_a_bad_question_names_its_field(wallet_stub, asked, field, reason):
    async with refused() as refusal:
        await wallet_stub.WhatIf(pb.WhatIfRequest(profile=someone(), **asked))
    assert (refusal.field, refusal.reason) == (field, reason)


@pytest.mark.parametrize("role", ["holder", "employer", "agency"])
async def test_only_services_ask(world, matcher, role):
    token = world.issuer.token(subject="someone", roles=[role], org_id="org")
    stub = holder_jobs_pb2_grpc.HolderMatchServiceStub(channel(matcher.target, FixedToken(token)))
    for call, request in (
        (stub.JobsForHolder, pb.JobsForHolderRequest()),
        (stub.WhatIf, pb.WhatIfRequest()),
        (stub.ProgramsForHolder, pb.ProgramsForHolderRequest()),
    ):
        async with refused() as refusal:
            await call(request)
        assert refusal.reason == "ROLE_NEEDED"
