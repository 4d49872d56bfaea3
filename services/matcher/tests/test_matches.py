import grpc
import pytest
from talent_kit import pages
from talent_kit.errors import Problem, Reason
from talent_kit.events import outgoing
from talent_kit.producer import Producer
from talent_kit.versions import Version
from talent_proto.events.v1 import (
    catalog_pb2,
    engagements_pb2,
    jobs_pb2,
    matches_pb2,
    profiles_pb2,
)
from talent_proto.matcher.v1 import matcher_pb2 as pb

from .builders import BLUEPRINTS, WELDING, assertion_message, requirement_message
from .conftest import eventually, refused, request_id

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_profile_then_a_job_match(world, employer):
    await world.profile("holder-1")
    job_id = await employer.post()
    await employer.candidates(job_id, 1)
    (found,) = (await employer.matches(job_id)).match
    assert found.match.score == sum(one.points for one in found.match.contribution) == 1000
    assert found.explanation[0] == (
        "Has Welding (MIG), level 3 of 5. You asked for level 3. Front Range Trades Academy "
        "tested this on May 4, 2026 (MIG Welder), and the record checks out today. It comes with a "
        "rubric, a supervised test, a work sample and the setting it was shown in."
    )
    assert found.match.versions.weights
    assert (found.match.as_of.year, found.match.as_of.month, found.match.as_of.day) == (
        2026,
        11,
        23,
    )


async def test_a_job_then_a_profile_match_and_a_revocation_takes_it_back(world, employer):
    job_id = await employer.post(requirement_message(), requirement_message(BLUEPRINTS))
    await world.profile("holder-1", assertion_message(), assertion_message(BLUEPRINTS))
    await eventually(lambda: employer.scores(job_id))
    # One of two credentials is revoked, then the other.
    await world.profile("holder-1", assertion_message(BLUEPRINTS))

    async def halved():
        return await employer.scores(job_id) == [500]

    await eventually(halved)
    await world.profile("holder-1", assertion_message("https://skills.example/safety"))

    async def nobody():
        return await employer.scores(job_id) == []

    await eventually(nobody)


async def test_a_withdrawn_profile_withdraws_its_matches_and_a_late_resend_changes_nothing(
    world, employer
):
    job_id = await employer.post()
    await world.profile("holder-1")
    late = world.next("holder-1")  # of a profile that comes after the withdrawal
    await employer.candidates(job_id, 1)
    await world.withdraw("holder-1")
    await employer.candidates(job_id, 0)
    await world.producer.send_all([world.profile_event("holder-1", late)])
    await world.profile("holder-2")
    await employer.candidates(job_id, 1)
    told = [one for one in await world.records("talent.matches.v1") if job_id in one.key]
    assert [(one.key, one.type) for one in told if one.key.endswith("/holder-1")] == [
        (f"{job_id}/holder-1", "MatchFound"),
        (f"{job_id}/holder-1", "MatchWithdrawn"),
    ]


async def test_no_consent_no_person_and_no_wallet_nobody(world, employer, wallet):
    job_id = await employer.post()
    await world.profile("holder-1")
    await world.profile("holder-2")
    await employer.candidates(job_id, 2)
    wallet.withdrawn.add("holder-1")
    (left,) = (await employer.matches(job_id)).match
    await wallet.down()
    async with refused() as refusal:
        await employer.matches(job_id)
    assert refusal.reason == "UNAVAILABLE"
    assert "no person is shown" in refusal.sentence
    async with refused() as refusal:
        request = pb.GetMatchRequest(job_id=job_id, candidate_id=left.candidate_id)
        await employer.stub.GetMatch(request)
    assert refusal.reason == "UNAVAILABLE"
    await wallet.up()

    async def back():
        try:
            return [one.candidate_id for one in (await employer.matches(job_id)).match]
        except grpc.aio.AioRpcError:
            return None

    assert await eventually(back) == [left.candidate_id]


async def test_without_matches_the_wallet_is_not_asked(employer, wallet):
    job_id = await employer.post()
    assert (await employer.matches(job_id)).candidates_visible
    assert wallet.asked == []


async def test_an_unvetted_employer_sees_counts_until_the_agency_vets_it(world, matcher):
    await world.organization("org-new", catalog_pb2.VETTING_STATE_PENDING)
    new = world.employer(matcher, "org-new")
    job_id = await new.post()
    await world.profile("holder-1")

    async def counted():
        found = await new.matches(job_id)
        assert not found.match
        assert not found.candidates_visible
        return found.total == 1

    await eventually(counted)
    stream = new.watch(job_id)
    await eventually(lambda: stream.ended)
    assert stream.ended.name == "FAILED_PRECONDITION"
    await world.organization("org-new", catalog_pb2.VETTING_STATE_VETTED)

    async def visible():
        return (await new.matches(job_id)).match

    (found,) = await eventually(visible)
    request = pb.GetMatchRequest(job_id=job_id, candidate_id=found.candidate_id)
    assert (await new.stub.GetMatch(request)).match.match.score == 1000
    await world.organization("org-new", catalog_pb2.VETTING_STATE_SUSPENDED)

    async def hidden():
        return not (await new.matches(job_id)).candidates_visible

    await eventually(hidden)
    person = {"job_id": job_id, "candidate_id": found.candidate_id}
    for call, request in (
        (new.stub.GetMatch, pb.GetMatchRequest(**person)),
        (new.stub.Shortlist, pb.ShortlistRequest(request_id=request_id(), **person)),
        (new.stub.RequestContact, pb.RequestContactRequest(request_id=request_id(), **person)),
        (new.stub.ListTalentPool, pb.ListTalentPoolRequest(job_id=job_id)),
    ):
        async with refused() as refusal:
            await call(request)
        assert (refusal.reason, refusal.field) == ("NOT_VETTED", "org_id of the token")
    told = await world.records("talent.engagements.v1")
    assert not [one for one in told if one.key.startswith(job_id)]


async def test_two_employers_cannot_compare_notes(world, matcher, employer):
    await world.organization("org-other")
    other = world.employer(matcher, "org-other")
    await world.profile("holder-1")
    theirs = await other.post()
    ours = await employer.post()
    (mine,), (its,) = await employer.candidates(ours, 1), await other.candidates(theirs, 1)
    assert mine != its
    seen = [(await one.matches(job)).match[0] for one, job in ((employer, ours), (other, theirs))]
    texts = [str(one) for one in seen]
    assert all("holder-1" not in text and "credential-1" not in text for text in texts)
    first, second = (one.match.contribution[0] for one in seen)
    assert first.evidence_id != second.evidence_id
    assert first.assertion_id != second.assertion_id
    assert first.issuer_did == second.issuer_did == "did:web:academy.example"
    for call, request in (
        (employer.stub.ListMatches, pb.ListMatchesRequest(job_id=theirs)),
        (employer.stub.GetJob, pb.GetJobRequest(job_id=theirs)),
        (employer.stub.ListTalentPool, pb.ListTalentPoolRequest(job_id=theirs)),
        (
            employer.stub.GetMatch,
            pb.GetMatchRequest(job_id=theirs, candidate_id=its),
        ),
    ):
        async with refused() as refusal:
            await call(request)
        assert (refusal.reason, refusal.field) == ("NOT_YOURS", "job_id")


async def test_nobody_changes_another_employers_job(world, matcher, employer):
    await world.organization("org-other")
    other = world.employer(matcher, "org-other")
    await world.profile("holder-1")
    await employer.post()  # the employer and the skills are known
    theirs = await other.post()
    (its,) = await other.candidates(theirs, 1)
    job = (await other.stub.GetJob(pb.GetJobRequest(job_id=theirs))).job
    mine = jobs_pb2.Job()
    mine.CopyFrom(job.job)
    mine.employer_org_id = ""
    reason, hired = jobs_pb2.JOB_CLOSE_REASON_FILLED, engagements_pb2.DISPOSITION_HIRED
    person = {"job_id": theirs, "candidate_id": its}
    for name, changed in (
        ("UpdateJob", {"job": mine, "if_match": job.etag}),
        ("CloseJob", {"job_id": theirs, "reason": reason}),
        ("Shortlist", person),
        ("Pass", {**person, "reason_code": "other"}),
        ("RequestContact", person),
        ("RecordOutcome", {**person, "disposition": hired}),
    ):
        request = getattr(pb, f"{name}Request")(request_id=request_id(), **changed)
        async with refused() as refusal:
            await getattr(employer.stub, name)(request)
        assert (refusal.reason, refusal.field) == ("NOT_YOURS", "job_id"), name
    assert (await other.stub.GetJob(pb.GetJobRequest(job_id=theirs))).job == job
    assert len([one for one in await world.records("talent.jobs.v1") if one.key == theirs]) == 1
    told = await world.records("talent.engagements.v1")
    assert not [one for one in told if one.key.startswith(theirs)]


async def test_opening_one_match_asks_the_wallet_once(world, employer, wallet):
    job_id = await employer.post()
    await world.profile("holder-1")
    (candidate,) = await employer.candidates(job_id, 1)
    wallet.asked.clear()
    request = pb.GetMatchRequest(job_id=job_id, candidate_id=candidate)
    await employer.stub.GetMatch(request)
    assert len(wallet.asked) == 1
    wallet.withdrawn.add("holder-1")
    async with refused() as refusal:
        await employer.stub.GetMatch(request)
    assert (refusal.reason, refusal.field) == ("NOT_FOUND", "candidate_id")


async def test_what_is_no_message_or_has_no_token_is_refused(matcher, employer):
    method = "/talent.matcher.v1.MatcherService/PostJob"
    raw = employer.channel.unary_unary(method)
    async with refused() as refusal:
        await raw(b"\xff\xff\xff")
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "the request message")
    async with grpc.aio.insecure_channel(matcher.target) as nobody:
        async with refused() as refusal:
            await nobody.unary_unary(method)(pb.PostJobRequest().SerializeToString())
        assert refusal.reason == "NOT_SIGNED_IN"


async def test_a_page_token_of_another_kind_is_refused_by_name(employer):
    job_id = await employer.post()
    async with refused() as refusal:
        await employer.matches(job_id, page_token=pages.encode({"rank": "high"}))
    assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "page_token")


async def test_matches_come_by_page_best_first(world, employer):
    job_id = await employer.post()
    for number in range(5):
        level = 3 if number % 2 else 2
        await world.profile(f"holder-{number}", assertion_message(normalized_level=level))
    await employer.candidates(job_id, 5)
    first = await employer.matches(job_id, page_size=2)
    rest = await employer.matches(job_id, page_size=9, page_token=first.next_page_token)
    assert [one.match.score for one in (*first.match, *rest.match)] == [1000, 1000, 600, 600, 600]
    assert (first.total, rest.next_page_token) == (5, "")


async def test_reads_of_people_are_in_the_audit_log(world, employer):
    job_id = await employer.post()
    await world.profile("holder-1")
    (candidate,) = await employer.candidates(job_id, 1)
    found = await world.audited("CANDIDATE_SHOWN", job_id)
    assert found["subject"] == candidate
    assert "holder-1" not in str(found)


async def test_a_match_event_says_why(world, employer):
    job_id = await employer.post()
    place = {"state": "US-CO", "county_fips": "08031"}
    await world.profile("holder-1", place=place)
    await employer.candidates(job_id, 1)
    records = await world.records("talent.matches.v1")
    (record,) = [one for one in records if one.key == f"{job_id}/holder-1"]
    match = record.event.match
    assert match.holder_id == "holder-1"
    assert match.shard_epoch >= 1
    assert match.versions.profile.n >= 1
    assert match.versions.job.n == 1
    assert match.versions.code
    assert {one.code for one in match.gate} == {"place", "shift", "hours", "pay"}
    assert match.contribution[0].skill.uri == WELDING


async def test_a_poison_profile_hurts_nobody_else(world, employer):
    job_id = await employer.post()
    broken = world.profile_event("holder-broken", Version(1, 1))
    broken.event.profile.license.append(
        profiles_pb2.License(type="X", valid_until={"year": 2026, "month": 2, "day": 30})
    )
    await world.producer.send_all([broken])
    await world.profile("holder-2")
    await employer.candidates(job_id, 1)

    async def dead():
        return await world.records("talent.dead-letters.v1")

    (letter,) = await eventually(dead)
    assert letter.event.group == "matcher"


async def test_a_sender_that_lost_its_shard_changes_nothing(world, employer):
    job_id = await employer.post()
    await world.profile("holder-1")
    await employer.candidates(job_id, 1)
    version = Version(0, 9)
    match = matches_pb2.Match(job_id=job_id, holder_id="holder-1", employer_org_id="org", score=7)
    zombie = matches_pb2.MatchFound(header=world.header(version), match=match)
    await world.producer.send_all([outgoing("talent.matches.v1", f"{job_id}/holder-1", zombie)])
    await world.profile("holder-2")
    await employer.candidates(job_id, 2)
    assert await employer.scores(job_id) == [1000, 1000]


async def test_a_match_whose_acknowledgment_was_lost_is_withdrawn_with_its_job(
    world, employer, monkeypatch
):
    send_all = Producer.send_all

    async def unanswered(self, items):
        await send_all(self, items)
        if any(one.type == "MatchFound" for one in items):
            raise Problem(Reason.UNAVAILABLE, what="the event bus")

    async def last():
        told = [one for one in await world.records("talent.matches.v1") if job_id in one.key]
        return told[-1].type if told else ""

    job_id = await employer.post()
    monkeypatch.setattr(Producer, "send_all", unanswered)
    await world.profile("holder-1")

    async def found():
        return await last() == "MatchFound"

    await eventually(found)
    reason = jobs_pb2.JOB_CLOSE_REASON_FILLED
    await employer.stub.CloseJob(pb.CloseJobRequest(job_id=job_id, reason=reason))

    async def withdrawn():
        return await last() == "MatchWithdrawn"

    await eventually(withdrawn)
