import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from talent_kit.events import outgoing
from talent_kit.ids import uuid7
from talent_kit.recipient import recipient_hmac
from talent_proto.events.v1 import catalog_pb2, credentials_pb2, skills_pb2, verifications_pb2

from .builders import (
    COLLEGE,
    WELDING,
    as_bytes,
    badge,
    organization,
    published,
    stated,
    status_changed,
    verified,
)
from .conftest import RunningWallet, eventually, keys

REVOKED = skills_pb2.VERIFICATION_OUTCOME_REVOKED


async def test_a_credential_before_its_verdict_and_a_verdict_before_its_credential(
    wallet: RunningWallet,
):
    ana = await wallet.person("ana")
    early, late = uuid7(), uuid7()
    await wallet.send(published(early, did=ana.me["did"]), verified(late))
    await eventually(lambda: ana.record(early))
    assert (await ana.record(early))["verification"]["outcome"] == "not_checked_yet"
    await wallet.send(verified(early), published(late, did=ana.me["did"]))

    async def both_valid() -> bool:
        return {one["verification"]["outcome"] for one in await ana.records()} == {"valid"} and (
            set(keys(await ana.records())) == {early, late}
        )

    await eventually(both_valid)
    record = await ana.record(early)
    assert record["state"] == "offered"
    assert record["basis"] == "assessed"
    assert record["issuer"] == {
        "did": COLLEGE,
        "org_id": "college",
        "name": "Front Range College",
        "trusted": True,
    }
    assert record["skills"][0]["level"] == 3
    assert record["verification"]["checks"][0]["sentence"]


async def test_a_holder_finds_what_was_addressed_to_their_email_before_they_came(
    wallet: RunningWallet,
):
    credential_id = uuid7()
    hmac = recipient_hmac(wallet.settings.secret("recipient-hmac.key"), "Bo@Example.org ")
    await wallet.send(published(credential_id, email_hmac=hmac), verified(credential_id))
    other = await wallet.person("other")
    bo = await wallet.person("bo")
    await eventually(lambda: bo.record(credential_id))
    assert await other.records() == []
    original = await bo.http.get(f"/records/{credential_id}/credential")
    assert original.content == as_bytes(badge())
    answer = await other.http.get(f"/records/{credential_id}/credential")
    assert answer.status_code == 404


async def test_a_declined_record_stays_out_of_the_profile(wallet: RunningWallet):
    ana = await wallet.person("ana")
    kept, declined = uuid7(), uuid7()
    for one in (kept, declined):
        await wallet.send(published(one, did=ana.me["did"]), verified(one))
    await eventually(lambda: ana.record(kept))
    await eventually(lambda: ana.record(declined))
    await ana.post("/consents", {"purpose": "discovery"})
    await ana.post(f"/records/{kept}/accept")
    await ana.post(f"/records/{declined}/decline")
    shown = (await ana.get("/profile"))["profile"]
    assert [one["source_credential_id"] for one in shown["assertion"]] == [kept]

    async def announced() -> bool:
        profile = await wallet.profile(ana.holder_id)
        return profile and [one.source_credential_id for one in profile.assertion] == [kept]

    await eventually(announced)
    assert (await ana.record(declined))["state"] == "declined"


async def test_a_burst_under_a_standing_rule_lands_in_the_profile_whole(wallet: RunningWallet):
    ana = await wallet.person("ana")
    await ana.post("/consents", {"purpose": "discovery"})
    assert (await ana.put("/standing-rule", {"enabled": True, "issuers": "trusted"}))["enabled"]
    ids = [uuid7() for _ in range(20)]
    events = [published(one, did=ana.me["did"]) for one in ids]
    # Both topics at once: credentials and verdicts of one holder from many partitions.
    await asyncio.gather(wallet.send(*events), wallet.send(*(verified(one) for one in ids)))

    async def all_there() -> bool:
        profile = await wallet.profile(ana.holder_id)
        return profile and {one.source_credential_id for one in profile.assertion} == set(ids)

    await eventually(all_there)
    versions = [one.version for one in await wallet.events("talent.profiles.v1", ana.holder_id)]
    assert versions == sorted(set(versions))
    assertion = (await wallet.profile(ana.holder_id)).assertion[0]
    assert assertion.skill.uri == WELDING
    assert assertion.basis == skills_pb2.ASSERTION_BASIS_ASSESSED
    assert assertion.verification_outcome == skills_pb2.VERIFICATION_OUTCOME_VALID
    assert assertion.normalized_level == 3
    assert assertion.issuer_trusted
    assert assertion.evidence[0].id not in ids
    purposes = {one["purpose"] for one in (await ana.get("/consents"))["consents"]}
    assert purposes == {"discovery", "standing_acceptance"}


async def test_the_standing_rule_leaves_untrusted_issuers_to_the_holder(wallet: RunningWallet):
    ana = await wallet.person("ana")
    await ana.put("/standing-rule", {"enabled": True})
    unknown = uuid7()
    trust = verifications_pb2.ISSUER_TRUST_UNKNOWN
    await wallet.send(published(unknown, did=ana.me["did"]), verified(unknown, trust=trust))

    async def checked() -> bool:
        record = await ana.record(unknown)
        return record and record["verification"]["outcome"] == "valid"

    await eventually(checked)
    assert (await ana.record(unknown))["state"] == "offered"
    await ana.put("/standing-rule", {"enabled": True, "issuers": ["college"]})
    assert (await ana.record(unknown))["state"] == "accepted"


async def test_a_revoked_credential_leaves_the_profile_and_stays_with_its_holder(
    wallet: RunningWallet,
):
    ana = await wallet.person("ana")
    credential_id = uuid7()
    await ana.post("/consents", {"purpose": "discovery"})
    await ana.put("/standing-rule", {"enabled": True})
    await wallet.send(published(credential_id, did=ana.me["did"]), verified(credential_id))

    async def skills() -> list[str] | None:
        profile = await wallet.profile(ana.holder_id)
        return profile and [one.skill.uri for one in profile.assertion]

    async def shown() -> bool:
        return await skills() == [WELDING]

    async def gone() -> bool:
        return await skills() == []

    await eventually(shown)
    await wallet.send(status_changed(credential_id, credentials_pb2.CREDENTIAL_STATUS_REVOKED, 2))
    await eventually(gone)
    await wallet.send(verified(credential_id, REVOKED, n=2))
    record = await ana.record(credential_id)
    assert record["verification"]["outcome"] == "revoked"
    assert record["state"] == "accepted"

    # A late resend of the old events changes nothing. What comes after them on every partition
    # of both topics shows that they were read.
    markers = [uuid7() for _ in range(16)]
    await wallet.send(
        published(credential_id, did=ana.me["did"]),
        verified(credential_id),
        *(published(one, did=ana.me["did"]) for one in markers),
        *(verified(one) for one in markers),
    )

    async def read() -> bool:
        return len(await ana.records(state="accepted")) == 1 + len(markers)

    await eventually(read)
    record = await ana.record(credential_id)
    assert record["verification"]["outcome"] == "revoked"
    shown = (await ana.get("/profile"))["profile"]["assertion"]
    assert {one["source_credential_id"] for one in shown} == set(markers)


async def test_a_license_gets_its_jurisdiction_from_the_catalog(wallet: RunningWallet):
    ana = await wallet.person("ana")
    document = as_bytes(
        badge(
            achievement={"achievementType": "License", "humanCode": "LPN"},
            subject={"licenseNumber": "N-1"},
        )
    )
    credential_id, achievement_id = uuid7(), f"urn:uuid:{uuid4()}"
    await wallet.send(
        published(
            credential_id,
            did=ana.me["did"],
            document=document,
            achievement_id=achievement_id,
            achievement_version="1",
        ),
        verified(credential_id, document=document),
    )
    await eventually(lambda: ana.record(credential_id))
    await ana.post(f"/records/{credential_id}/accept")
    event = catalog_pb2.AchievementPublished(
        header=stated(1),
        achievement=catalog_pb2.Achievement(id=achievement_id, version="1", jurisdiction=["US-CO"]),
    )
    await wallet.send(outgoing("talent.catalog.v1", f"{achievement_id}@1", event))

    async def licenses() -> bool:
        profile = (await ana.get("/profile"))["profile"]
        return [
            (one["type"], one.get("jurisdiction"), one["state"])
            for one in profile.get("license", [])
        ] == [("LPN", "US-CO", "LICENSE_STATE_VERIFIED")]

    await eventually(licenses)


async def test_records_come_in_pages(wallet: RunningWallet):
    ana = await wallet.person("ana")
    ids = sorted(uuid7() for _ in range(5))
    await wallet.send(*(published(one, did=ana.me["did"]) for one in ids))

    async def all_there() -> bool:
        return len(await ana.records()) == 5

    await eventually(all_there)
    seen: list[str] = []
    token = ""
    while True:
        page = await ana.get(f"/records?page_size=2&page_token={token}")
        seen += keys(page["records"])
        token = page["next_page_token"]
        if not token:
            break
    assert seen == ids[::-1]


@pytest.mark.parametrize("document", [b"not json", b"[]", b'{"credentialSubject": 7}'])
async def test_an_unreadable_credential_is_kept_and_shows_nothing(
    wallet: RunningWallet, document: bytes
):
    ana = await wallet.person("ana")
    credential_id = uuid7()
    await wallet.send(
        organization("college"),
        published(credential_id, did=ana.me["did"], document=document),
        verified(credential_id, document=document),
    )
    await eventually(lambda: ana.record(credential_id))
    await ana.post(f"/records/{credential_id}/accept")
    assert "assertion" not in (await ana.get("/profile"))["profile"]


async def test_a_record_that_breaks_a_rule_takes_no_neighbor_of_the_same_moment_along(
    wallet: RunningWallet,
):
    ana = await wallet.person("ana")
    good = [uuid7() for _ in range(20)]
    events = [published(one, did=ana.me["did"]) for one in good]
    events += [verified(one) for one in good]
    broken = replace(published(uuid7(), did=ana.me["did"]), version="no version")
    await wallet.send(*events[:10], broken, *events[10:])

    async def all_valid() -> bool:
        records = await ana.records()
        outcomes = {one["verification"]["outcome"] for one in records}
        return set(keys(records)) == set(good) and outcomes == {"valid"}

    await eventually(all_valid)

    async def given_up() -> list[str]:
        return [one.key for one in await wallet.events("talent.dead-letters.v1")]

    assert await eventually(given_up) == [broken.key]
