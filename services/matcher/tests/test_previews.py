"""Who fits a job before it is posted: what is told, and what is not."""

import grpc
import pytest
from talent_jobs.description import (
    Conditions,
    JobDescription,
    NeededSkill,
    OccupationPart,
    PayPeriod,
    PayRange,
    Source,
    SourceKind,
)
from talent_jobs.json_form import to_json
from talent_kit.callers import Role
from talent_kit.grpc_errors import problem_of
from talent_proto.events.v1 import catalog_pb2
from talent_proto.matcher.v1 import drafts_pb2 as pb

from .builders import BLUEPRINTS, WELDING, assertion_message
from .conftest import eventually, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")
PENDING = catalog_pb2.VETTING_STATE_PENDING


def described(*skills: str) -> pb.PreviewJobRequest:
    job = JobDescription(
        title="Welder",
        employer="Summit Lifts",
        summary="",
        occupations=(OccupationPart("51-4121.00", "Welders"),),
        skills=tuple(
            NeededSkill(uri, uri, Source(SourceKind.EMPLOYER), required=True, level=3)
            for uri in skills
        ),
    )
    return pb.PreviewJobRequest(description_json=to_json(job))


async def previewed(employer, *skills: str, at_least: int = 0):
    """Once the organization is known, and so many people."""

    async def there():
        try:
            answer = await employer.drafts.PreviewJob(described(*skills))
        except grpc.aio.AioRpcError as error:
            if (problem := problem_of(error)) and problem.reason.value == "WRONG_STATE":
                return None
            raise
        return answer if answer.at_least >= at_least else None

    return await eventually(there)


async def people(world, count: int, *skills: str) -> None:
    for number in range(count):
        await world.profile(f"holder-{number}", *map(assertion_message, skills or (WELDING,)))


async def test_a_draft_shows_who_fits_as_the_posted_job_would(world, employer):
    await people(world, 7)
    job_id = await employer.post()
    await employer.candidates(job_id, 7)  # so all are known to the engine
    preview = await previewed(employer, WELDING, at_least=5)
    assert (preview.at_least, preview.few, preview.partial) == (5, False, False)
    assert preview.candidates_visible
    posted = (await employer.matches(job_id)).match
    assert [one.match.score for one in preview.candidate] == [one.match.score for one in posted]
    assert preview.candidate[0].match.missing == posted[0].match.missing
    assert preview.candidate[0].explanation


async def test_a_preview_flags_the_description_as_it_is(world, employer):
    await previewed(employer, WELDING)
    job = JobDescription(
        title="Welder",
        employer="Summit Lifts",
        summary="A job for recent graduates.",
        occupations=(OccupationPart("51-4121.00", "Welders"),),
        pay=PayRange(900, 950, PayPeriod.HOUR),
        conditions=Conditions(state="US-CO"),
    )
    preview = await employer.drafts.PreviewJob(pb.PreviewJobRequest(description_json=to_json(job)))
    assert [(one.code, one.words) for one in preview.flag] == [
        ("AGE", "recent graduates"),
        ("PAY_LOW", ""),
    ]


async def test_nobody_can_be_known_again_in_a_preview(world, employer):
    await people(world, 6)
    preview = await previewed(employer, WELDING, at_least=5)
    for one in preview.candidate:
        assert not one.match.holder_id
        assert not one.match.job_id
        assert not one.match.versions.HasField("profile")
        (shown,) = one.match.contribution
        assert not shown.assertion_id
        assert not shown.evidence_id
        assert not shown.HasField("awarded")
    assert "holder-" not in str(preview)
    assert "2026" not in " ".join(preview.candidate[0].explanation)


async def test_fewer_than_five_are_not_told_from_nobody(world, employer):
    nobody = await previewed(employer, BLUEPRINTS)
    await people(world, 4, BLUEPRINTS)
    await people(world, 4, BLUEPRINTS, WELDING)
    job_id = await employer.post()
    await employer.candidates(job_id, 4)  # so they are known to the engine
    some = await previewed(employer, BLUEPRINTS)
    assert some == nobody
    assert (some.at_least, some.few, list(some.candidate)) == (0, True, [])


async def test_who_withdraws_consent_is_counted_and_shown_no_more(world, employer, wallet):
    await people(world, 5)
    await previewed(employer, WELDING, at_least=5)
    wallet.withdrawn.add("holder-3")
    preview = await previewed(employer, WELDING)
    assert preview.few
    assert not preview.candidate


async def test_without_the_wallet_nothing_is_told(world, employer, wallet):
    await people(world, 5)
    await previewed(employer, WELDING, at_least=5)
    await wallet.down()
    try:
        async with refused() as refusal:
            await employer.drafts.PreviewJob(described(WELDING))
    finally:
        await wallet.up()
    assert refusal.reason == "UNAVAILABLE"


async def test_an_employer_that_is_not_vetted_gets_a_number_alone(world, matcher):
    await world.organization("org-new", PENDING)
    newcomer = world.employer(matcher, "org-new")
    await people(world, 6)
    preview = await previewed(newcomer, WELDING, at_least=5)
    await newcomer.close()
    assert (preview.at_least, preview.candidates_visible) == (5, False)
    assert not preview.candidate


async def test_nothing_of_a_preview_is_announced_or_kept(world, employer, org_id):
    await people(world, 5)
    before = [len(await world.records(topic)) for topic in ("talent.jobs.v1", "talent.matches.v1")]
    await previewed(employer, WELDING, at_least=5)
    after = [len(await world.records(topic)) for topic in ("talent.jobs.v1", "talent.matches.v1")]
    assert after == before


async def test_only_employers_preview_and_what_cannot_be_posted_is_refused(
    world, matcher, employer
):
    holder = world.employer(matcher, "org-x", roles=[Role.HOLDER])
    async with refused() as refusal:
        await holder.drafts.PreviewJob(described(WELDING))
    await holder.close()
    assert refusal.reason == "ROLE_NEEDED"
    await previewed(employer, WELDING)
    async with refused() as refusal:
        await employer.drafts.PreviewJob(described("https://skills.example/none"))
    assert refusal.reason == "UNKNOWN_SKILL"


async def test_questions_of_an_organization_are_limited_by_the_day(world, org_id):
    replica = await world.start(previews_a_day=1)
    employer = world.employer(replica, org_id)
    await previewed(employer, WELDING)
    async with refused() as refusal:
        await employer.drafts.PreviewJob(described(WELDING))
    await employer.close()
    assert refusal.reason == "RATE_LIMITED"
