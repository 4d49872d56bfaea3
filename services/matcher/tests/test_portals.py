import pytest
from aiokafka.errors import KafkaError
from talent_kit import telemetry
from talent_proto.events.v1 import catalog_pb2
from talent_proto.matcher.v1 import matcher_pb2 as pb

from .builders import assertion_message
from .conftest import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told(world, operator, job_id, count):
    async def there():
        try:
            found = await world.records(f"talent.matches.v1.{operator}")
        except KafkaError:
            return None
        # A repeat has the version of the first, and means nothing new.
        found = {(one.key, one.version): one for one in found if one.key.startswith(job_id)}
        return list(found.values()) if len(found) == count else None

    return await eventually(there)


async def test_a_portal_operator_reads_its_employers_matches_under_pseudonyms(
    world, employer, org_id
):
    await world.organization("org-portal")
    await world.organization(org_id, portal_operator_org_id="org-portal")
    job_id = await employer.post()
    await world.profile("holder-1")
    (name,) = await employer.candidates(job_id, 1)
    (found,) = await told(world, "org-portal", job_id, 1)
    assert (found.key, found.type) == (f"{job_id}/{name}", "MatchFound")
    assert found.event.match.holder_id == name
    assert b"holder-1" not in found.value
    assert b"credential-1" not in found.value
    await world.withdraw("holder-1")
    found, gone = await told(world, "org-portal", job_id, 2)
    assert (gone.key, gone.type, gone.value) == (found.key, "MatchWithdrawn", None)


async def test_a_providers_trace_does_not_reach_an_operator(world, employer, org_id):
    await world.organization("org-traced")
    await world.organization(org_id, portal_operator_org_id="org-traced")
    job_id = await employer.post()
    await world.profile("holder-1")
    await employer.candidates(job_id, 1)
    trace = telemetry.extracted({"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"})
    with telemetry.tracer.start_as_current_span("publish", trace):
        await world.profile("holder-2")
    found = await told(world, "org-traced", job_id, 2)
    inside = [one for one in await world.records("talent.matches.v1") if job_id in one.key]
    assert "ab" * 16 in inside[-1].header("traceparent")
    assert [one.header("traceparent") for one in found] == ["", ""]


async def standing(world, operator, job_id):
    """Whom an operator that keeps to the versions shows for a job."""
    latest = {}
    try:
        found = await world.records(f"talent.matches.v1.{operator}")
    except KafkaError:
        return None
    for one in found:
        if one.key.startswith(job_id) and (
            one.key not in latest or latest[one.key].version < one.version
        ):
            latest[one.key] = one
    return {key.split("/")[1] for key, one in latest.items() if one.value is not None}


async def stands(world, operator, job_id, names):
    async def so():
        return await standing(world, operator, job_id) == set(names)

    await eventually(so)


async def test_an_operator_sees_who_leaves_and_enters_a_jobs_best(world, employer, org_id):
    await world.organization("org-best")
    await world.organization(org_id, portal_operator_org_id="org-best")
    job_id = await employer.post(match_cap=1)
    await world.profile("holder-1", assertion_message(normalized_level=2))
    (first,) = await employer.candidates(job_id, 1)
    await told(world, "org-best", job_id, 1)
    for number in range(2, 6):  # also in other shards than the first
        await world.profile(f"holder-{number}")

    async def better():
        found = await employer.matches(job_id)
        return found.match[0].candidate_id if found.match[0].match.score == 1000 else None

    await eventually(better)

    async def follows():
        seen = {one.candidate_id for one in (await employer.matches(job_id)).match}
        return first not in seen and seen == await standing(world, "org-best", job_id)

    await eventually(follows)
    for number in range(2, 6):
        await world.withdraw(f"holder-{number}")
    await stands(world, "org-best", job_id, [first])


async def test_an_operator_follows_a_jobs_new_cap(world, employer, org_id):
    await world.organization("org-cap")
    await world.organization(org_id, portal_operator_org_id="org-cap")
    job_id = await employer.post(match_cap=2)
    await world.profile("holder-1")
    await world.profile("holder-2", assertion_message(normalized_level=2))
    names = await employer.candidates(job_id, 2)
    await stands(world, "org-cap", job_id, names)
    job = (await employer.stub.GetJob(pb.GetJobRequest(job_id=job_id))).job
    job.job.match_cap = 1
    await employer.stub.UpdateJob(pb.UpdateJobRequest(job=job.job, if_match=job.etag))
    await stands(world, "org-cap", job_id, names[:1])


async def test_what_an_operator_is_sent_is_in_the_audit_log(world, employer, org_id):
    await world.organization("org-audited")
    await world.organization(org_id, portal_operator_org_id="org-audited")
    job_id = await employer.post()
    await world.profile("holder-1")
    (found,) = await told(world, "org-audited", job_id, 1)
    entry = await world.audited("CANDIDATE_SENT", job_id)
    assert entry["subject"] == found.key.split("/")[1]
    assert entry["details"] == {"operator": "org-audited"}


async def test_vetting_opens_and_suspension_closes_an_operators_topic(world, employer, org_id):
    await world.organization("org-late")
    pending = catalog_pb2.VETTING_STATE_PENDING
    await world.organization(org_id, pending, portal_operator_org_id="org-late")
    job_id = await employer.post()
    await world.profile("holder-1")

    async def counted():
        found = await employer.matches(job_id)
        return found.total == 1 and not found.candidates_visible

    await eventually(counted)
    await world.organization(org_id, portal_operator_org_id="org-late")
    await told(world, "org-late", job_id, 1)
    suspended = catalog_pb2.VETTING_STATE_SUSPENDED
    await world.organization(org_id, suspended, portal_operator_org_id="org-late")
    found, gone = await told(world, "org-late", job_id, 2)
    assert (gone.key, gone.value) == (found.key, None)


async def test_a_suspended_operator_reads_nothing(world, employer, org_id):
    await world.organization("org-gone")
    await world.organization(org_id, portal_operator_org_id="org-gone")
    job_id = await employer.post()
    await world.profile("holder-1")
    await told(world, "org-gone", job_id, 1)
    await world.organization("org-gone", catalog_pb2.VETTING_STATE_SUSPENDED)
    found, gone = await told(world, "org-gone", job_id, 2)
    assert (gone.key, gone.value) == (found.key, None)
