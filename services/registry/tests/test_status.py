import json
import os
from datetime import UTC, datetime, timedelta

from talent_kit.clock import SystemClock
from talent_proto.events.v1 import credentials_pb2
from talent_proto.operations.v1 import operations_pb2
from talent_proto.registry.v1 import registry_pb2 as pb
from talent_registry import app
from talent_registry.model import OrgId
from talent_registry.statuses import StatusPlaces


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
    valid_from = datetime.fromisoformat(before.json()["validFrom"])
    assert timedelta(minutes=59) < datetime.now(UTC) - valid_from < timedelta(minutes=65)
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
        assert (refusal.reason, refusal.field) == ("WRONG_STATE", "credential_id")


async def test_a_suspension_ends_when_it_is_reinstated(registry, verify, refused):
    college = registry.provider()
    answer = await college.issued(await college.ready())
    async with refused() as refusal:
        await college.change("Reinstate", answer.credential_id)
    assert (refusal.reason, refusal.field) == ("WRONG_STATE", "credential_id")
    await college.change("Suspend", answer.credential_id)
    assert (await verify(answer.credential)).outcome == "suspended"
    await college.change("Reinstate", answer.credential_id)
    assert (await verify(answer.credential)).outcome == "valid"


async def test_a_reason_is_a_code(registry, refused):
    college = registry.provider()
    answer = await college.issued(await college.ready())
    for reason_code in ("Ana cheated", "1", "x" * 65, "émis"):
        async with refused() as refusal:
            await college.change("Revoke", answer.credential_id, reason_code=reason_code)
        assert (refusal.reason, refusal.field) == ("INVALID_FIELD", "reason_code")
    await college.change("Revoke", answer.credential_id, reason_code="issued_in_error")


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


async def test_full_lists_are_followed_by_new_ones(registry):
    built = await app.build(registry.settings)
    org_id, clock = OrgId("org-full"), SystemClock(registry.settings.zone)
    (first,) = await StatusPlaces(built.lists, clock).take(org_id, 1)
    while await built.lists.reserve(org_id, 20_000) is not None:
        pass
    (second,) = await StatusPlaces(built.lists, clock).take(org_id, 1)
    assert second.revocation_list_id != first.revocation_list_id
    await built.store.close()


async def test_signing_goes_on_after_the_key_encryption_key_was_rotated(registry, verify):
    college = registry.provider()
    achievement = await college.ready()
    folder = registry.settings.secrets_dir
    (folder / "kek.key").rename(folder / "kek-old.key")
    (folder / "kek.key").write_bytes(os.urandom(32))
    assert await app.rotate_kek(registry.settings) == 1
    assert await app.rotate_kek(registry.settings) == 0
    answer = await college.issued(achievement)
    assert (await verify(answer.credential)).outcome == "valid"


async def test_every_write_and_read_of_a_person_is_audited(registry, eventually):
    college = registry.provider()
    answer = await college.issued(await college.ready())
    await college.stub.GetCredential(pb.GetCredentialRequest(credential_id=answer.credential_id))
    await college.change("Revoke", answer.credential_id)
    wanted = operations_pb2.ListAuditEntriesRequest(object_id=answer.credential_id)

    agency = registry.agency()

    async def sealed():
        found = (await agency.operations.ListAuditEntries(wanted)).entry
        # Reading the audit log is audited too.
        entries = [entry for entry in found if entry.action != "AUDIT_READ"]
        return entries if len(entries) == 3 else None

    entries = await eventually(sealed)
    actions = ["CREDENTIAL_PUBLISHED", "CREDENTIAL_READ", "CREDENTIAL_REVOKED"]
    assert [entry.action for entry in entries] == actions
    assert len({entry.subject for entry in entries}) == 1
    assert "ana" not in str(entries)
