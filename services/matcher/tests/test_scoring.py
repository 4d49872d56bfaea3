"""Weights that an agency sets, and what an employer says of its own: at work, over Kafka."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import grpc
import httpx
import pytest
import pytest_asyncio
from talent_kit.grpc_client import FixedToken, channel
from talent_kit.grpc_errors import problem_of
from talent_proto.events.v1 import scoring_pb2, skills_pb2
from talent_proto.matcher.v1 import decisions_pb2, explanations_pb2, scoring_pb2_grpc
from talent_proto.matcher.v1 import scoring_pb2 as pb
from talent_proto.operations.v1 import operations_pb2, operations_pb2_grpc

from .builders import WELDING, assertion_message
from .conftest import eventually, refused, request_id

pytestmark = pytest.mark.asyncio(loop_scope="module")
MIG = "https://academy.example/mig"


def shown(**changed):
    """Assessed, and nothing else supports it: 850 points."""
    bare = {
        "evidence": [],
        "rubric_id": "",
        "assessment": skills_pb2.Assessment(),
        "learning_context": "",
        "achievement_id": MIG,
        "criteria_version": "1",
        "validator": skills_pb2.Validator(org_id="org-guild"),
    }
    return assertion_message(WELDING, **bare | changed)


@pytest_asyncio.fixture(loop_scope="module")
async def agency(world, matcher):
    agency = world.agency(matcher)
    yield agency
    await agency.close()


@pytest_asyncio.fixture(loop_scope="module")
async def guild(world, employer):
    """An association that the matcher knows of."""
    await world.organization("org-guild", type=skills_pb2.VALIDATOR_TYPE_INDUSTRY_ASSOCIATION)

    async def known():
        try:
            return await trust(employer, "org-guild")
        except grpc.aio.AioRpcError as error:
            assert problem_of(error).field == "validator_org_id[0]"  # noqa: PT017 - not yet
            return None

    await eventually(known)
    await trust(employer)
    return "org-guild"


async def table(caller, version=""):
    return await caller.scoring.GetWeights(pb.GetWeightsRequest(version=version))


async def adopt(agency, version, replaces="", **changed):
    """The table in force with some numbers changed: `basis__ASSESSED=840`."""
    numbers = dict((await table(agency)).table.weight)
    numbers |= {name.replace("__", "."): value for name, value in changed.items()}
    made = scoring_pb2.WeightsTable(version=version, weight=numbers)
    request = pb.SetWeightsRequest(request_id=request_id(), table=made, replaces=replaces)
    return await agency.scoring.SetWeights(request)


async def trust(employer, *validators, etag=None):
    if etag is None:
        there = await employer.scoring.GetTrustedValidators(pb.GetTrustedValidatorsRequest())
        etag = there.etag
    request = pb.SetTrustedValidatorsRequest(
        request_id=request_id(), validator_org_id=validators, if_match=etag
    )
    return await employer.scoring.SetTrustedValidators(request)


async def score(employer, job_id, points):
    """The only match of a job, once it has so many points."""

    async def there():
        found = await matches(employer, job_id)
        return found[0] if [one.match.score for one in found] == [points] else None

    return await eventually(there, 60)


async def matches(employer, job_id):
    try:
        return (await employer.matches(job_id)).match
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.UNAVAILABLE:  # shards change hands
            raise
        return []


async def announced(world, job_id):
    return [one for one in await world.records("talent.matches.v1") if one.key.startswith(job_id)]


async def test_an_employer_who_names_a_validator_finds_its_people_and_reads_why(
    world, matcher, employer, guild
):
    other = world.employer(matcher, "org-other")
    await world.organization("org-other")
    await world.profile("holder-1", shown())
    job_id, elsewhere = await employer.post(), await other.post()
    high = await employer.post(threshold=880)
    await score(employer, job_id, 850)
    before = await score(other, elsewhere, 850)

    named = await trust(employer, guild)
    assert [one.name for one in named.validator] == ["org-guild Inc."]
    found = await score(employer, job_id, 900)
    assert found.match.contribution[0].employer_trusts_validator
    assert any("You trust who checked it." in one for one in found.explanation)
    await score(employer, high, 900)  # nobody reached it before
    assert (await other.matches(elsewhere)).match[0].match == before.match
    request = explanations_pb2.ExplainMatchRequest(job_id=job_id, candidate_id=found.candidate_id)
    told = await employer.explanations.ExplainMatch(request)
    assert "employer_trusts" in {one.code for one in told.requirement[0].factor}

    records = await world.records("talent.scoring.v1")
    last = [one for one in records if one.type == "ValidatorsTrusted"][-1]
    assert last.key == f"validators/{found.match.employer_org_id}"
    assert list(last.event.validator_org_id) == [guild]
    await trust(employer)
    await score(employer, job_id, 850)
    await eventually(lambda: withdrawn(world, high))
    await other.close()


async def withdrawn(world, job_id):
    found = await announced(world, job_id)
    return found and found[-1].type == "MatchWithdrawn"


async def test_criteria_that_an_employer_endorses_count_more_for_it_until_it_takes_that_back(
    world, employer, org_id
):
    other = "org-bystander"
    await world.profile("holder-1", shown())
    await world.profile("holder-2", shown(criteria_version="2"))
    await world.profile("holder-3", shown(issuer_trusted=False))
    job_id = await employer.post(threshold=880)
    await world.endorse(other, MIG, "1")
    await world.endorse(org_id, MIG, "1")
    found = await score(employer, job_id, 900)  # not the other version, nor a stranger's claim
    assert found.match.contribution[0].employer_endorses_criteria
    assert any("You stand behind what had to be shown" in one for one in found.explanation)
    await world.endorse(org_id, MIG, "1", withdrawn=True)
    await eventually(lambda: withdrawn(world, job_id))


async def test_whom_an_employer_trusts_is_its_own_and_only_what_can_be(employer, world, matcher):
    async with refused() as refusal:
        await trust(employer, "org-nobody-knows")
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "validator_org_id[0]")
    async with refused() as refusal:
        await trust(employer, *(f"org-{n}" for n in range(51)))
    assert refusal.reason == "TOO_LARGE"
    await trust(employer)
    async with refused() as refusal:
        await trust(employer, etag="")
    assert (refusal.reason, refusal.field) == ("STALE_VERSION", "if_match")
    holder = world.employer(matcher, "org-x", roles=["holder"])
    async with refused() as refusal:
        await trust(holder)
    assert refusal.reason == "ROLE_NEEDED"
    await holder.close()


async def test_the_agency_sets_the_weights_and_every_match_says_by_which(
    world, matcher, employer, agency
):
    await world.profile("holder-1", shown(), assertion_message(WELDING, assertion_id="a2"))
    await world.profile("holder-2", shown())
    job_id = await employer.post()
    await employer.candidates(job_id, 2)
    first = await table(employer)
    assert first.in_force
    before = len(await announced(world, job_id))

    await adopt(agency, "lower", first.table.version, basis__ASSESSED=800)

    async def rescored():
        found = (await employer.matches(job_id)).match
        return {one.match.score: one.match.versions.weights for one in found}

    # The other has 850 + 150 by either table, less what is 50 too little now: 950.
    async def lower():
        found = await rescored()
        return found if found.keys() == {950, 800} else None

    assert set((await eventually(lower)).values()) == {"lower"}
    assert len(await announced(world, job_id)) == before + 2
    await adopt(agency, "same", "lower", level__NOT_STATED=590)
    await adopt(agency, "back", "same", basis__ASSESSED=850)

    async def back():
        return (await rescored()).keys() == {1000, 850}

    await eventually(back)
    assert len(await announced(world, job_id)) == before + 4  # "same" announced nothing

    # An auditor reads by which weights each decision was made, and those weights.
    today = datetime.now(UTC).astimezone(ZoneInfo("America/Denver")).date()
    on = {"year": today.year, "month": today.month, "day": today.day}
    asked = decisions_pb2.ExplainDecisionRequest(job_id=job_id, holder_id="holder-2", on=on)

    async def decided():
        answer = await agency.decisions.ExplainDecision(asked)
        return answer if len(answer.decision) == 3 else None

    answer = await eventually(decided)
    by = [(one.match.score, one.match.versions.weights) for one in answer.decision]
    assert by == [(850, "back"), (800, "lower"), (850, first.table.version)]
    for points, version in by:
        weight = (await table(agency, version)).table.weight
        assert weight["basis.ASSESSED"] == points

    entry = await world.audited("WEIGHTS_ADOPTED", "lower")
    assert entry["details"] == {"replaces": first.table.version}
    assert (await table(employer, "lower")).table.weight["basis.ASSESSED"] == 800
    listed = await employer.scoring.ListWeights(pb.ListWeightsRequest(page_size=2))
    names = [one.version for one in listed.weights]
    request = pb.ListWeightsRequest(page_size=2, page_token=listed.next_page_token)
    rest = await employer.scoring.ListWeights(request)
    names += [one.version for one in rest.weights]
    assert names == ["back", "same", "lower", first.table.version]

    async with channel(matcher.target) as stranger:
        asked_by_nobody = scoring_pb2_grpc.ScoringServiceStub(stranger)
        shown_to_all = await asked_by_nobody.GetWeights(pb.GetWeightsRequest())
        assert shown_to_all.table.version == "back"
        with pytest.raises(grpc.aio.AioRpcError):
            await asked_by_nobody.GetTrustedValidators(pb.GetTrustedValidatorsRequest())
    url = f"http://127.0.0.1:{matcher.settings.http_port}/v1/weights"
    async with httpx.AsyncClient(timeout=5) as anyone:
        page = (await anyone.get(url)).json()
        old = (await anyone.get(url, params={"version": "lower"})).json()
        nothing = await anyone.get(url, params={"version": "none"})
    assert page["table"]["version"] == "back"
    assert {one["name"]: one["value"] for one in old["row"]}["basis.ASSESSED"] == 800
    assert nothing.status_code == 404


async def test_a_table_that_is_not_sound_changes_nothing(agency, employer):
    before = await table(agency)
    for changed, field in (
        ({"basis__ASSESSED": 2000}, "table.weight[basis.ASSESSED]"),
        ({"relation__RELATED": 999}, "table.weight[relation.RELATED]"),
        ({"no__such": 1}, "table.weight[no.such]"),
    ):
        async with refused() as refusal:
            await adopt(agency, "bad", **changed)
        assert (refusal.reason, refusal.field) == ("INVALID_FIELD", field)
    async with refused() as refusal:
        await adopt(agency, before.table.version)
    assert (refusal.reason, refusal.field) == ("ALREADY_EXISTS", "table.version")
    async with refused() as refusal:
        await adopt(agency, "late", "an-earlier-one")
    assert (refusal.reason, refusal.field) == ("STALE_VERSION", "replaces")
    async with refused() as refusal:
        await adopt(employer, "mine")
    assert refusal.reason == "ROLE_NEEDED"
    async with refused() as refusal:
        await table(employer, "none")
    assert (refusal.reason, refusal.field) == ("NOT_FOUND", "version")
    assert await table(agency) == before


async def test_a_repeated_request_adopts_once(world, agency):
    there = (await table(agency)).table
    made = scoring_pb2.WeightsTable(version="once", weight=there.weight)
    request = pb.SetWeightsRequest(request_id="once", table=made)
    assert await agency.scoring.SetWeights(request) == await agency.scoring.SetWeights(request)
    found = [one for one in await world.records("talent.scoring.v1") if one.key == "weights"]
    assert [one.event.table.version for one in found].count("once") <= 1


async def test_a_second_replica_and_a_republish_bring_the_same_and_announce_nothing(
    world, employer, org_id, agency, guild
):
    await world.profile("holder-1", shown())
    job_id = await employer.post()
    await trust(employer, guild)
    await adopt(agency, "twins", basis__ASSESSED=810)
    await score(employer, job_id, 860)
    before = len(await announced(world, job_id))
    second = await world.start()
    twin = world.employer(second, org_id)
    for one in (employer, twin):
        await score(one, job_id, 860)
    token = world.issuer.token(subject="agent", org_id="agency", roles=["agency"])
    async with channel(second.target, FixedToken(token)) as opened:
        stub = operations_pb2_grpc.OperationsServiceStub(opened)
        assert (await stub.Republish(operations_pb2.RepublishRequest())).republished

    async def republished():
        found = await world.records("talent.scoring.v1")
        return [one for one in found if one.key == "weights"][-1].event.table.version == "twins"

    await eventually(republished)
    await trust(twin)  # through the other replica
    for one in (employer, twin):
        await score(one, job_id, 810)
    assert len(await announced(world, job_id)) == before + 1
    await second.end()
    await twin.close()
