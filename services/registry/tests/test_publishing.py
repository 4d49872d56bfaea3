import asyncio
import json
import math

import grpc
import pytest
from talent_proto.events.v1 import credentials_pb2
from talent_proto.registry.v1 import registry_pb2 as pb
from talent_vc.document import MAX_BYTES


async def published_events(registry, count):
    events = await registry.events("talent.credentials.v1")
    return events if len(events) >= count else None


async def test_an_issued_credential_is_signed_stored_and_announced(registry, eventually, verify):
    college = registry.provider()
    achievement = await college.ready()
    answer = await college.issued(achievement, license_number="W-1", credits_earned=3)
    document = json.loads(answer.credential)
    assert document["id"] == f"urn:uuid:{answer.credential_id}"
    assert "ana@example.org" not in answer.credential.decode()
    assert {entry["statusPurpose"] for entry in document["credentialStatus"]} == {
        "revocation",
        "suspension",
    }
    assert (await verify(answer.credential)).outcome == "valid"

    events = await eventually(lambda: published_events(registry, 1))
    event = events[0].event
    assert events[0].key == event.credential_id == answer.credential_id
    assert event.credential == answer.credential
    assert event.digest == answer.digest
    assert event.status == credentials_pb2.CREDENTIAL_STATUS_ACTIVE
    assert event.license_number == "W-1"
    assert len(event.recipient.email_hmac) == 64
    assert event.recipient.identifier[0].hashed
    assert event.header.actor.org_id == college.org_id


async def test_a_stream_answers_every_item_after_the_commit(registry, eventually):
    college = registry.provider()
    achievement = await college.ready()
    batches = [[college.item(college.draft(achievement)) for _ in range(30)] for _ in range(3)]
    results = await college.stream(*batches)
    assert [result.request_id for result in results] == [
        item.request_id for batch in batches for item in batch
    ]
    assert all(result.HasField("accepted") for result in results)
    for result in results[:3]:
        wanted = pb.GetCredentialRequest(credential_id=result.accepted.credential_id)
        stored = (await college.stub.GetCredential(wanted)).credential
        assert stored.digest == result.accepted.digest
    events = await eventually(lambda: published_events(registry, 90))
    assert {event.key: event.event.digest for event in events} == {
        result.accepted.credential_id: result.accepted.digest for result in results
    }
    assert len(events) == 90


async def test_a_bad_item_never_fails_its_neighbors(registry):
    college = registry.provider()
    achievement = await college.ready()
    good = college.draft(achievement)
    batch = [
        college.item(good),
        college.item(college.draft(achievement, achievement_id="urn:none")),
        college.item(good),
        college.item(college.draft(achievement, recipient_email="no address")),
        college.item(pb.SignedCredential(credential=b"{")),
        pb.PublishItem(request_id="empty"),
        college.item(good, request_id=""),
        college.item(good),
    ]
    results = await college.stream(batch)
    outcomes = [
        result.rejected.field if result.HasField("rejected") else "accepted" for result in results
    ]
    assert outcomes == [
        "accepted",
        "draft.achievement_id",
        "accepted",
        "draft.recipient_email",
        "signed.credential",
        "content",
        "request_id",
        "accepted",
    ]
    assert all(result.rejected.detail for result in results if result.HasField("rejected"))


async def test_repeated_items_are_answered_and_not_stored_again(registry, eventually):
    college = registry.provider()
    achievement = await college.ready()
    item = college.item(college.draft(achievement))
    other = college.item(college.draft(achievement, term="Fall"), request_id=item.request_id)
    results = await college.stream([item, item, other], [item], [other])
    first, again, refused_item, later, refused_later = results
    assert not first.accepted.repeated_request
    assert again.accepted.repeated_request
    assert later.accepted.repeated_request
    assert {r.accepted.credential_id for r in (first, again, later)} == {
        first.accepted.credential_id
    }
    assert refused_item.rejected.reason == refused_later.rejected.reason == "ALREADY_EXISTS"
    assert len(await eventually(lambda: published_events(registry, 1))) == 1


async def test_the_same_request_raced_is_stored_once(registry, eventually):
    college = registry.provider()
    achievement = await college.ready()
    shared = college.item(college.draft(achievement))
    batches = [
        [shared, *(college.item(college.draft(achievement)) for _ in range(5))] for _ in range(4)
    ]
    all_results = await asyncio.gather(*(college.stream(batch) for batch in batches))
    results = [result for results in all_results for result in results]
    assert all(result.HasField("accepted") for result in results)
    raced = [r.accepted for r in results if r.request_id == shared.request_id]
    assert len({accepted.credential_id for accepted in raced}) == 1
    assert [accepted.repeated_request for accepted in raced].count(False) == 1
    assert len(await eventually(lambda: published_events(registry, 21))) == 21


async def test_single_items_at_once_are_stored_together_and_answered_each(registry, eventually):
    college, other = registry.provider(), registry.provider()
    achievements = [await college.ready(), await other.ready()]
    shared = college.draft(achievements[0])
    requests = [
        (client, pb.IssueCredentialRequest(request_id=request_id, draft=draft))
        for request_id, client, draft in [
            *((f"a{n}", college, shared) for n in range(5)),
            *((f"a{n}", other, other.draft(achievements[1])) for n in range(5)),
            *(("same", college, shared) for _ in range(4)),
            ("a0", college, college.draft(achievements[0], term="Fall")),
            ("bad", college, college.draft(achievements[0], achievement_id="urn:none")),
        ]
    ]
    answers = await asyncio.gather(
        *(client.stub.IssueCredential(request) for client, request in requests),
        return_exceptions=True,
    )
    assert len({answer.credential_id for answer in answers[:10] if hasattr(answer, "digest")}) >= 9
    assert len({(same.credential_id, same.credential) for same in answers[10:14]}) == 1
    assert isinstance(answers[15], grpc.aio.AioRpcError)
    # Of two contents under one request_id, one is taken.
    assert [isinstance(answers[i], grpc.aio.AioRpcError) for i in (0, 14)].count(True) == 1
    events = await eventually(lambda: published_events(registry, 11))
    assert len(events) == 11
    assert {event.event.header.actor.org_id for event in events} == {college.org_id, other.org_id}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"achievement_id": ""}, "draft.achievement_id"),
        ({"achievement_version": "7"}, "draft.achievement_id"),
        ({"recipient_email": ""}, "draft.recipient"),
        ({"recipient_did": "mailto:a@b.c"}, "draft.recipient_did"),
        ({"result": [{"result_description": "urn:x:9"}]}, "draft.result.result_description"),
        ({"credits_earned": -1}, "draft.credits_earned"),
        ({"credits_earned": math.nan}, "draft.credits_earned"),
        ({"credits_earned": math.inf}, "draft.credits_earned"),
        ({"valid_until": {"seconds": 1_700_000_000}}, "draft.valid_until"),
        ({"evidence": [{"id": "not an address"}]}, "draft.evidence.id"),
        ({"term": "x" * 2000}, "draft.term"),
        (
            {"valid_from": {"seconds": 1_800_000_000}, "valid_until": {"seconds": 1_700_000_000}},
            "draft.valid_until",
        ),
        ({"valid_from": {"seconds": 1 << 60}}, "draft.valid_from"),
    ],
)
async def test_a_wrong_field_of_a_draft_is_named(registry, refused, changed, named):
    college = registry.provider()
    achievement = await college.ready()
    async with refused() as refusal:
        await college.issued(achievement, **changed)
    assert refusal.field == named
    listed = await college.stub.ListCredentials(pb.ListCredentialsRequest())
    assert not listed.credential


async def test_another_organizations_achievement_cannot_be_issued(registry, refused):
    achievement = await registry.provider().ready()
    other = registry.provider()
    await other.registered()
    async with refused() as refusal:
        await other.issued(achievement)
    assert (refusal.reason, refusal.field) == ("NOT_YOURS", "draft.achievement_id")


async def test_credentials_are_shown_to_their_issuer_and_to_services(registry, refused):
    college, other = registry.provider(), registry.provider()
    achievement = await college.ready()
    issued = [await college.issued(achievement) for _ in range(3)]
    wanted = pb.GetCredentialRequest(credential_id=issued[0].credential_id)
    shown = (await college.stub.GetCredential(wanted)).credential
    assert shown.credential == issued[0].credential
    assert (await registry.client("service").stub.GetCredential(wanted)).credential == shown
    async with refused() as refusal:
        await other.stub.GetCredential(wanted)
    assert refusal.reason == "NOT_YOURS"
    page = await college.stub.ListCredentials(pb.ListCredentialsRequest(page_size=2))
    assert [record.credential_id for record in page.credential] == sorted(
        answer.credential_id for answer in issued
    )[:2]
    rest = pb.ListCredentialsRequest(page_size=2, page_token=page.next_page_token)
    assert len((await college.stub.ListCredentials(rest)).credential) == 1
    assert not (await other.stub.ListCredentials(pb.ListCredentialsRequest())).credential


async def test_a_draft_that_verifiers_would_not_read_is_refused_alone(registry):
    college = registry.provider()
    achievement = await college.ready()
    sizes = (10, 5_000_000, MAX_BYTES - 1_000, 10)
    drafts = [college.draft(achievement, evidence=[{"narrative": "x" * size}]) for size in sizes]
    results = await college.stream([college.item(draft) for draft in drafts])
    rejected = [result.rejected for result in results if result.HasField("rejected")]
    assert [result.HasField("accepted") for result in results] == [True, False, False, True]
    assert {(row.reason, row.field) for row in rejected} == {("TOO_LARGE", "draft")}
    assert all(f"{MAX_BYTES} bytes" in row.detail for row in rejected)
    listed = await college.stub.ListCredentials(pb.ListCredentialsRequest())
    assert len(listed.credential) == 2


async def test_too_large_a_batch_is_refused(registry, refused):
    college = registry.provider()
    await college.registered()
    batch = [pb.PublishItem(request_id=str(number)) for number in range(1001)]
    async with refused() as refusal:
        await college.stream(batch)
    assert (refusal.reason, refusal.field) == ("TOO_LARGE", "item")
