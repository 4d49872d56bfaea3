import asyncio

import pytest
from talent_kit.store import Store
from talent_wallet.sealing import CannotOpen, Person, Vault

from .conftest import RunningWallet, eventually

SKILL = {"uri": "urn:skill:x", "label": "Forklift", "level": 2}
LIMITS = {
    "weekly_hours_min": 20,
    "weekly_hours_max": 40,
    "shifts": [{"day": "monday", "start_minute": 480, "end_minute": 960}],
    "commute_radius_miles": 25,
    "pay_floor": {"minor_units": 2150, "currency": "USD", "period": "hour"},
    "willing_to_combine_roles": True,
    "place": {"state": "US-CO", "county_fips": "08031", "zip3": "802"},
}


async def test_the_first_sign_in_makes_a_did_and_later_ones_keep_it(wallet: RunningWallet):
    ana = await wallet.person("ana")
    first = ana.me
    assert first["did"].startswith("did:key:z6Mk")
    assert first["email"] == "ana@example.org"
    await ana.sign_in()
    assert ana.me == first
    renamed = await ana.put("/holders/me", {"name": "Ana B."})
    assert renamed == {**first, "name": "Ana B."}
    assert await ana.get("/holders/me") == renamed


async def test_signing_in_twice_at_once_makes_one_wallet(wallet: RunningWallet):
    ana = await wallet.person("ana", sign_in=False)
    assert (await ana.http.get("/records")).status_code == 404
    answers = await asyncio.gather(*(ana.put("/holders/me") for _ in range(4)))
    assert len({one["holder_id"] for one in answers}) == 1


async def test_an_email_leads_to_one_wallet(wallet: RunningWallet):
    await wallet.person("ana")
    token = wallet.issuer.token(subject="thief", roles=["holder"], email="Ana@example.org")
    answer = await wallet.client(token).put("/holders/me")
    assert answer.status_code == 409
    assert answer.json()["field"] == "email"
    token = wallet.issuer.token(
        subject="thief", roles=["holder"], email="ana@example.org", email_verified=False
    )
    answer = await wallet.client(token).put("/holders/me")
    assert answer.json()["email"] == ""


async def test_name_and_email_are_nowhere_in_plain_text(wallet: RunningWallet):
    ana = await wallet.person("ana")
    await ana.post("/consents", {"purpose": "discovery"})
    await eventually(lambda: wallet.profile(ana.holder_id))
    store = await Store.connect(wallet.settings, "wallet")
    try:
        for name in await store.db.list_collection_names():
            async for document in store.db[name].find():
                assert "ana@example.org" not in str(document)
    finally:
        await store.close()
    for topic in ("talent.profiles.v1", "talent.holders.v1"):
        for record in await wallet.events(topic):
            assert b"ana@example.org" not in (record.value or b"")
            assert "subject-ana" not in str(record.event)


async def test_without_a_token_or_with_another_role_nothing_is_shown(wallet: RunningWallet):
    assert (await wallet.client().get("/records")).status_code == 401
    assert (await wallet.client("no token").get("/records")).status_code == 401
    token = wallet.issuer.token(subject="e", roles=["employer"], org_id="acme")
    answer = await wallet.client(token).get("/records")
    assert (answer.status_code, answer.json()["reason"]) == (403, "ROLE_NEEDED")


async def test_limits_are_kept_and_announced(wallet: RunningWallet):
    ana = await wallet.person("ana")
    await ana.post("/consents", {"purpose": "discovery"})
    assert await ana.put("/limits", LIMITS) == LIMITS
    answer = await ana.http.get("/limits")
    assert answer.json() == LIMITS
    tag = answer.headers["ETag"]
    assert (await ana.http.put("/limits", json=LIMITS, headers={"If-Match": tag})).is_success
    late = await ana.http.put("/limits", json=LIMITS, headers={"If-Match": tag})
    assert (late.status_code, late.json()["reason"]) == (412, "STALE_VERSION")

    async def announced() -> bool:
        profile = await wallet.profile(ana.holder_id)
        return profile and profile.limits.pay_floor.amount.minor_units == 2150

    await eventually(announced)
    profile = await wallet.profile(ana.holder_id)
    assert profile.place.county_fips == "08031"
    assert profile.limits.shift_window[0].day == 1


DISCOVERY = {"purpose": "discovery"}
BAD = [
    ("put", "/limits", {"pay_floor": {**LIMITS["pay_floor"], "minor_units": -1}}, "minor_units"),
    ("put", "/limits", {"weekly_hours_min": 41, "weekly_hours_max": 40}, "weekly_hours_min"),
    ("put", "/limits", {"place": {"zip3": "80202"}}, "zip3"),
    ("put", "/limits", {"street": "12 Main St"}, "street"),
    ("post", "/skills", {**SKILL, "level": 6}, "level"),
    ("post", "/skills", {**SKILL, "uri": "welding"}, "uri"),
    ("post", "/skills", {**SKILL, "label": ""}, "label"),
    ("post", "/skills", {"uri": "urn:skill:x", "label": "x"}, "level"),
    ("post", "/consents", {"purpose": "anything"}, "purpose"),
    ("post", "/consents", {**DISCOVERY, "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
    ("post", "/consents", {**DISCOVERY, "expires_at": "9999-01-01T00:00:00Z"}, "expires_at"),
    ("post", "/consents", {**DISCOVERY, "records": ["no-such"]}, "records"),
    ("put", "/standing-rule", {"enabled": True, "issuers": []}, "issuers"),
    ("put", "/standing-rule", {}, "enabled"),
]  # fmt: skip


async def test_bad_input_is_refused_with_its_field_and_changes_nothing(wallet: RunningWallet):
    ana = await wallet.person("ana")
    for method, path, body, field in BAD:
        answer = await ana.http.request(method, path, json=body)
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json", (path, body)
        assert answer.status_code in {404, 422}, (path, body)
        assert field in problem["field"], (path, body, problem)
        assert problem["detail"]
    assert (await ana.get("/skills"))["skills"] == []
    assert (await ana.get("/consents"))["consents"] == []
    assert (await ana.get("/limits"))["pay_floor"] is None


def claim(label: bytes) -> bytes:
    return b'{"uri": "urn:skill:x", "level": 3, "label": ' + label + b"}"


RAW = [
    ("5 MB", claim(b'"' + b"x" * 5_000_000 + b'"'), 422, "INVALID_FIELD", "label"),
    ("over the limit", claim(b'"' + b"x" * 9_000_000 + b'"'), 413, "TOO_LARGE", "body"),
    ("200 deep", claim(b"[" * 200 + b"]" * 200), 422, "INVALID_FIELD", "label"),
    ("without end", claim(b"[" * 100_000 + b"]" * 100_000), 422, "INVALID_FIELD", "body"),
    ("half", claim(b'"Welding"')[:-1], 422, "INVALID_FIELD", "body"),
    ("not UTF-8", claim(b'"\xff"'), 422, "INVALID_FIELD", "body"),
]


async def test_what_is_too_large_too_deep_or_no_json_is_refused(wallet: RunningWallet):
    ana = await wallet.person("ana")
    for name, content, status, reason, field in RAW:
        headers = {"content-type": "application/json"}
        answer = await ana.http.post("/skills", content=content, headers=headers)
        assert answer.headers["content-type"] == "application/problem+json", name
        problem = answer.json()
        found = (answer.status_code, problem["reason"], problem["field"])
        assert found == (status, reason, field), name
        assert len(problem["detail"]) < 300
    assert (await ana.get("/skills"))["skills"] == []


def test_secrets_open_for_their_holder_and_survive_a_rotation(tmp_path):
    (tmp_path / "kek.key").write_bytes(b"1" * 32)
    person = Person("Ana", "ana@example.org", b"s" * 32)
    sealed = Vault(tmp_path).seal("holder-1", person)
    with pytest.raises(CannotOpen):
        Vault(tmp_path).open("holder-2", sealed)
    (tmp_path / "kek.key").rename(tmp_path / "kek-old.key")
    (tmp_path / "kek.key").write_bytes(b"2" * 32)
    vault = Vault(tmp_path)
    assert vault.open("holder-1", sealed) == person
    newer = vault.rewrap("holder-1", sealed)
    (tmp_path / "kek-old.key").unlink()
    assert Vault(tmp_path).open("holder-1", newer) == person
    with pytest.raises(CannotOpen):
        Vault(tmp_path).open("holder-1", sealed)
