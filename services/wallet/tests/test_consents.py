from datetime import timedelta

import grpc
import pytest
from talent_kit.clock import ManualClock
from talent_kit.ids import uuid7
from talent_proto.wallet.v1 import consent_pb2

from .builders import published, verified
from .conftest import DISCOVERY, Person, RunningWallet, eventually

PROFILES = "talent.profiles.v1"


async def types(wallet: RunningWallet, topic: str, holder_id: str) -> list[str]:
    return [one.type for one in await wallet.events(topic, holder_id)]


async def consented(
    wallet: RunningWallet, name: str = "ana", **fields: object
) -> tuple[Person, str]:
    person = await wallet.person(name)
    consent = await person.post("/consents", {"purpose": "discovery", **fields})
    return person, consent["consent_id"]


async def test_once_a_withdrawal_has_returned_nobody_is_allowed_and_a_tombstone_follows(
    wallet: RunningWallet,
):
    ana, consent_id = await consented(wallet)
    assert await wallet.allowed(ana.holder_id, "somebody") == [ana.holder_id]
    await ana.post(f"/consents/{consent_id}/withdraw")
    assert await wallet.allowed(ana.holder_id) == []

    async def told() -> bool:
        return await types(wallet, PROFILES, ana.holder_id) == [
            "TalentProfileUpdated",
            "TalentProfileWithdrawn",
        ]

    await eventually(told)
    records = await wallet.events(PROFILES, ana.holder_id)
    assert records[1].value is None
    assert records[1].version > records[0].version
    consents = await wallet.events("talent.holders.v1", ana.holder_id)
    assert [one.type for one in consents] == ["ConsentGranted", "ConsentWithdrawn"]
    assert consents[1].event.consent.HasField("withdrawn_at")

    async def audited() -> bool:
        actions = {one.action for one in await wallet.audit(consent_id)}
        # Reading the log is in the log, too.
        return actions - {"AUDIT_READ"} == {"CONSENT_GRANTED", "CONSENT_WITHDRAWN"}

    await eventually(audited)


async def test_a_consent_that_runs_out_ends_by_itself(
    timed_wallet: RunningWallet, clock: ManualClock
):
    ends = (clock.now() + timedelta(hours=1)).isoformat()
    ana, _ = await consented(timed_wallet, expires_at=ends)
    assert await timed_wallet.allowed(ana.holder_id) == [ana.holder_id]
    clock.advance(timedelta(hours=1))
    assert await timed_wallet.allowed(ana.holder_id) == []

    async def withdrawn() -> bool:
        found = await types(timed_wallet, PROFILES, ana.holder_id)
        return found[-1:] == ["TalentProfileWithdrawn"]

    await eventually(withdrawn)


async def test_an_excluded_employer_gets_no_answer_and_the_event_names_it(wallet: RunningWallet):
    ana, _ = await consented(wallet, excluded_org_ids=["old-boss"])
    assert await wallet.allowed(ana.holder_id, org_id="old-boss") == []
    assert await wallet.allowed(ana.holder_id, org_id="acme") == [ana.holder_id]
    profile = await eventually(lambda: wallet.profile(ana.holder_id))
    assert list(profile.excluded_org_id) == ["old-boss"]


async def test_a_new_consent_takes_the_place_of_the_old_one(wallet: RunningWallet):
    ana, first = await consented(wallet)
    second = (await ana.post("/consents", {"purpose": "discovery"}))["consent_id"]
    standing = [one for one in (await ana.get("/consents"))["consents"] if one["stands"]]
    assert [one["consent_id"] for one in standing] == [second]
    assert first != second

    async def announced() -> bool:
        profile = await wallet.profile(ana.holder_id)
        return profile and profile.consent_id == second

    await eventually(announced)
    versions = [one.version for one in await wallet.events("talent.holders.v1", ana.holder_id)]
    assert versions == sorted(set(versions))
    assert len(versions) == 3


async def test_nothing_is_announced_when_nothing_changed(wallet: RunningWallet):
    ana, _ = await consented(wallet)
    skill = {"uri": "urn:skill:x", "label": "Forklift", "level": 2}
    first = await ana.post("/skills", skill)
    again = await ana.post("/skills", skill)
    assert first == again
    last = await ana.post("/skills", {**skill, "level": 3})

    async def announced() -> bool:
        profile = await wallet.profile(ana.holder_id)
        return profile and [one.normalized_level for one in profile.assertion] == [3]

    await eventually(announced)
    assert len(await types(wallet, PROFILES, ana.holder_id)) == 3
    await ana.http.delete(f"/skills/{last['skill_id']}")
    assert (await ana.get("/skills"))["skills"] == []


async def test_without_consent_nothing_leaves(wallet: RunningWallet):
    ana, other = await wallet.person("ana"), await wallet.person("other")
    credential_id = uuid7()
    await ana.put("/standing-rule", {"enabled": True})
    await wallet.send(published(credential_id, did=ana.me["did"]), verified(credential_id))

    async def accepted() -> bool:
        record = await ana.record(credential_id)
        return record and record["state"] == "accepted"

    await eventually(accepted)
    assert not (await ana.get("/profile"))["shown"]
    await other.post("/consents", {"purpose": "discovery"})
    await eventually(lambda: wallet.profile(other.holder_id))
    assert await wallet.events(PROFILES, ana.holder_id) == []


async def test_a_repeated_grant_gets_the_same_answer(wallet: RunningWallet):
    ana = await wallet.person("ana")
    body = {"purpose": "discovery"}
    headers = {"Idempotency-Key": "one"}
    first = await ana.post("/consents", body, **headers)
    assert await ana.post("/consents", body, **headers) == first
    other = await ana.http.post("/consents", json={"purpose": "research"}, headers=headers)
    assert other.status_code == 409
    assert other.json()["reason"] == "ALREADY_EXISTS"
    assert len((await ana.get("/consents"))["consents"]) == 1


async def test_a_standing_rule_is_recorded_with_the_issuers_it_names(wallet: RunningWallet):
    ana = await wallet.person("ana")

    async def agreed(issuers: object) -> tuple[str, list[str]]:
        await ana.put("/standing-rule", {"enabled": True, "issuers": issuers})
        newest = (await ana.get("/consents"))["consents"][0]
        return newest["recipient_class"], newest["recipient_org_ids"]

    assert await agreed("trusted") == ("trusted_issuers", [])
    assert await agreed(["college"]) == ("", ["college"])
    assert await agreed(["college", "guild"]) == ("", ["college", "guild"])

    async def told() -> bool:
        found = await wallet.events("talent.holders.v1", ana.holder_id)
        return bool(found) and list(found[-1].event.consent.recipient.org_id) == [
            "college",
            "guild",
        ]

    await eventually(told)


async def test_a_consent_of_somebody_else_is_out_of_reach(wallet: RunningWallet):
    ana, consent_id = await consented(wallet)
    other = await wallet.person("other")
    answer = await other.http.post(f"/consents/{consent_id}/withdraw")
    assert answer.status_code == 404
    assert await wallet.allowed(ana.holder_id) == [ana.holder_id]


async def test_only_services_ask_about_consent(wallet: RunningWallet):
    request = consent_pb2.CheckConsentsRequest(
        holder_id=["x"], purpose=DISCOVERY, recipient_org_id="acme"
    )
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await wallet.consents("employer", "acme").CheckConsents(request)
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    for changed in ({"holder_id": ["x"] * 1001}, {"purpose": 2}, {"recipient_org_id": ""}):
        fields = {
            "holder_id": ["x"],
            "purpose": DISCOVERY,
            "recipient_org_id": "acme",
            **changed,
        }
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await wallet.consents().CheckConsents(consent_pb2.CheckConsentsRequest(**fields))
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
