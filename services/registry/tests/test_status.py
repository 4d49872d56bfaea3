import json

from talent_proto.events.v1 import credentials_pb2
from talent_proto.registry.v1 import registry_pb2 as pb


async def list_url(answer, purpose):
    document = json.loads(answer.credential)
    entries = {entry["statusPurpose"]: entry for entry in document["credentialStatus"]}
    return entries[purpose]["statusListCredential"]


async def test_a_revocation_is_in_the_list_and_announced(registry, eventually, verify, refused):
    college = registry.provider()
    achievement = await college.ready()
    answer = await college.issued(achievement)
    neighbor = await college.issued(achievement)
    url = await list_url(answer, "revocation")
    before = await registry.http.get(url)
    assert before.headers["content-type"] == "application/vc"
    tag = before.headers["etag"]
    unchanged = await registry.http.get(url, headers={"If-None-Match": tag})
    assert unchanged.status_code == 304

    record = (await college.change("Revoke", answer.credential_id)).credential
    assert record.status == credentials_pb2.CREDENTIAL_STATUS_REVOKED
    after = await registry.http.get(url, headers={"If-None-Match": tag})
    assert after.status_code == 200
    assert after.headers["etag"] != tag
    assert (await verify(answer.credential)).outcome == "revoked"
    assert (await verify(neighbor.credential)).outcome == "valid"

    async def announced():
        events = await registry.events("talent.credentials.v1")
        return [event for event in events if event.type == "CredentialStatusChanged"]

    event = (await eventually(announced))[0]
    assert event.version.n == 2
    assert event.event.reason_code == "R1"
    shown = event.event.status_list_version
    assert [(entry.status_list_credential, f'"{entry.version}"') for entry in shown] == [
        (url, after.headers["etag"])
    ]
    for step in ("Revoke", "Suspend", "Reinstate"):
        async with refused() as refusal:
            await college.change(step, answer.credential_id)
        assert refusal.reason == "WRONG_STATE"


async def test_a_suspension_ends_when_it_is_reinstated(registry, verify, refused):
    college = registry.provider()
    answer = await college.issued(await college.ready())
    async with refused() as refusal:
        await college.change("Reinstate", answer.credential_id)
    assert refusal.reason == "WRONG_STATE"
    await college.change("Suspend", answer.credential_id)
    assert (await verify(answer.credential)).outcome == "suspended"
    await college.change("Reinstate", answer.credential_id)
    assert (await verify(answer.credential)).outcome == "valid"


async def test_a_repeated_change_is_done_once(registry, refused):
    college = registry.provider()
    answer = await college.issued(await college.ready())
    first = await college.change("Suspend", answer.credential_id, request_id="s1")
    assert await college.change("Suspend", answer.credential_id, request_id="s1") == first
    async with refused() as refusal:
        await college.change("Revoke", answer.credential_id, request_id="s1")
    assert (refusal.reason, refusal.field) == ("ALREADY_EXISTS", "request_id")


async def test_another_providers_credential_cannot_be_revoked(registry, refused, verify):
    college, other = registry.provider(), registry.provider()
    answer = await college.issued(await college.ready())
    await other.registered()
    async with refused() as refusal:
        await other.change("Revoke", answer.credential_id)
    assert (refusal.reason, refusal.field) == ("NOT_YOURS", "credential_id")
    async with refused() as refusal:
        await college.change("Revoke", "nothing")
    assert (refusal.reason, refusal.field) == ("NOT_FOUND", "credential_id")
    assert (await verify(answer.credential)).outcome == "valid"


async def test_no_two_credentials_share_a_place(registry):
    college = registry.provider()
    achievement = await college.ready()
    results = await college.stream([college.item(college.draft(achievement)) for _ in range(50)])
    places = set()
    for result in results:
        wanted = pb.GetCredentialRequest(credential_id=result.accepted.credential_id)
        stored = (await college.stub.GetCredential(wanted)).credential
        entries = json.loads(stored.credential)["credentialStatus"]
        assert len({entry["statusListIndex"] for entry in entries}) == 1
        places.add(entries[0]["id"])
    assert len(places) == 50


async def test_an_unknown_list_is_not_found(registry):
    answer = await registry.http.get("/v1/status-lists/none")
    assert answer.status_code == 404
    assert answer.json()["reason"] == "NOT_FOUND"
