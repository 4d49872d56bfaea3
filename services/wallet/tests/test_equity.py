"""Answers for the check of fairness: the holder's own, and an agency's audit."""

import os

import grpc
import pytest
from talent_kit.store import Store
from talent_proto.wallet.v1 import equity_pb2, equity_pb2_grpc
from talent_wallet.equity import EquityAnswers, Race, Sex
from talent_wallet.sealing import Vault

from .conftest import Person, RunningWallet, eventually

ANSWERS = {
    "sex": "female",
    "races": ["asian", "white"],
    "birth_year": 1984,
    "disability": False,
    "limited_english": True,
}
NONE = {
    "sex": None,
    "races": [],
    "birth_year": None,
    "disability": None,
    "limited_english": None,
}
PATH = "/holders/me/equity-answers"


async def listed(wallet: RunningWallet, role: str = "agency"):
    token = wallet.issuer.token(subject="auditor", roles=[role], org_id="agency")
    stub = equity_pb2_grpc.EquityServiceStub(wallet._channel(token))
    call = stub.ListEquityAnswers(equity_pb2.ListEquityAnswersRequest())
    return {one.holder_id: one async for some in call for one in some.holder}


async def test_answers_are_given_read_and_taken_back(wallet: RunningWallet):
    ana = await wallet.person("ana")
    assert await ana.get(PATH) == NONE
    given = await ana.put(PATH, ANSWERS)
    assert {**given, "races": sorted(given["races"])} == ANSWERS
    assert await ana.put(PATH, {"sex": "female"}) == {**NONE, "sex": "female"}
    assert (await ana.http.delete(PATH)).status_code == 204
    assert await ana.get(PATH) == NONE


@pytest.mark.parametrize(
    "wrong",
    [{"sex": "unsure"}, {"races": ["two-or-more"]}, {"birth_year": 84}, {"religion": "any"}],
    ids=str,
)
async def test_answers_of_another_kind_are_refused_and_change_nothing(
    wallet: RunningWallet, wrong: dict[str, object]
):
    ana = await wallet.person("ana")
    await ana.put(PATH, {"sex": "female"})
    answer = await ana.http.put(PATH, json=wrong)
    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.json()["field"]
    assert await ana.get(PATH) == {**NONE, "sex": "female"}


async def test_an_agency_sees_who_answered_what_and_it_is_recorded(wallet: RunningWallet):
    ana, ben = await wallet.person("ana"), await wallet.person("ben")
    await ana.put(PATH, ANSWERS)
    await ana.post("/consents", {"purpose": "discovery"})
    found = await listed(wallet)
    assert set(found) == {ana.holder_id, ben.holder_id}
    assert found[ana.holder_id].discoverable
    assert found[ana.holder_id].answers == equity_pb2.EquityAnswers(
        sex=equity_pb2.SEX_FEMALE,
        race=[equity_pb2.RACE_OR_ETHNICITY_ASIAN, equity_pb2.RACE_OR_ETHNICITY_WHITE],
        birth_year=1984,
        disability=equity_pb2.YES_OR_NO_NO,
        limited_english=equity_pb2.YES_OR_NO_YES,
    )
    assert not found[ben.holder_id].HasField("answers")

    async def recorded():
        entries = await wallet.audit("all holders")
        return [one.actor_id for one in entries if one.action == "EQUITY_ANSWERS_READ"]

    assert await eventually(recorded) == ["auditor"]


@pytest.mark.parametrize("role", ["employer", "holder", "service", "provider"])
async def test_nobody_else_sees_them(wallet: RunningWallet, role: str):
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await listed(wallet, role)
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED


async def test_they_are_in_no_event_and_not_readable_in_the_database(wallet: RunningWallet):
    ana, ben = await wallet.person("ana"), await wallet.person("ben")

    async def told(person: Person) -> list[str]:
        topics = ("talent.holders.v1", "talent.profiles.v1")
        records = [one for topic in topics for one in await wallet.events(topic, person.holder_id)]
        return [one.type for one in records]

    async def told_to_the_end(person: Person) -> list[str]:
        types = await told(person)
        return types if types[-1:] == ["TalentProfileWithdrawn"] else []

    for person in (ana, ben):
        consent = await person.post("/consents", {"purpose": "discovery"})
        await eventually(lambda person=person: wallet.profile(person.holder_id))
        if person is ana:
            await person.put(PATH, ANSWERS)
        await person.post(f"/consents/{consent['consent_id']}/withdraw")
    with_answers = await eventually(lambda: told_to_the_end(ana))
    assert with_answers == await eventually(lambda: told_to_the_end(ben))
    store = await Store.connect(wallet.settings, "wallet")
    try:
        for name in await store.db.list_collection_names():
            async for document in store.db[name].find():
                assert "female" not in str(document)
                assert "1984" not in str(document.get("details", ""))
    finally:
        await store.close()


def test_they_open_for_their_holder_alone_also_after_a_rotation(tmp_path):
    (tmp_path / "kek.key").write_bytes(os.urandom(32))
    text = EquityAnswers(sex=Sex.FEMALE, races=frozenset({Race.ASIAN})).model_dump_json().encode()
    sealed = Vault(tmp_path).seal_text("equity answers of ana", text)
    (tmp_path / "kek.key").rename(tmp_path / "kek-old.key")
    (tmp_path / "kek.key").write_bytes(os.urandom(32))
    vault = Vault(tmp_path)
    newer = vault.rewrap("equity answers of ana", sealed)
    assert newer.kek_id == vault.current
    assert vault.open_text("equity answers of ana", newer) == text
    with pytest.raises(Exception, match="changed"):
        vault.open_text("equity answers of ben", newer)
