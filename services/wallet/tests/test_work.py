"""Work history: written, read for skills, decided on, shown by its basis, corrected and deleted."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from talent_kit.errors import Problem, Reason
from talent_kit.events import outgoing
from talent_kit.grpc_errors import abort
from talent_kit.store import Store
from talent_local.issuer.clients import ensure_clients
from talent_proto.events.v1 import profiles_pb2, skills_pb2, tagging_pb2
from talent_proto.registry.v1 import text_tags_pb2 as pb
from talent_proto.registry.v1 import text_tags_pb2_grpc as pb_grpc
from talent_wallet.employment import read_work
from talent_wallet.settings import WalletSettings

from .builders import CLOCK, as_bytes, employment, published, stated, verified
from .conftest import Person, RunningWallet, eventually

PATH = "/work-history"
CREDENTIAL = "00000000-0000-7000-8000-00000000000a"
LINE = {
    "employer": "Acme Lifts",
    "title": "Welder",
    "soc_code": "51-4121.00",
    "start": "2019-03-01",
    "end": "2023-08-31",
    "place": "Denver",
    "description": "Welded frames and drove the forklift.",
    "employment_type": "full_time",
}
ASSERTED, SUGGESTED = "urn:skill:forklift", "urn:skill:frames"


class Registry(pb_grpc.TextTagServiceServicer):
    """Finds a sure skill where a forklift is named, and a possible one with frames."""

    def __init__(self) -> None:
        self.taxonomy = "taxonomy-1"
        self.asked: list[str] = []
        self.refuses: Problem | None = None
        self._server = grpc.aio.server()
        pb_grpc.add_TextTagServiceServicer_to_server(self, self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")

    async def TagText(self, request, context):
        self.asked.append(request.text)
        if self.refuses:
            await abort(context, self.refuses, "en-US")
        states = {
            "forklift": (ASSERTED, tagging_pb2.SKILL_TAG_STATE_ASSERTED),
            "frames": (SUGGESTED, tagging_pb2.SKILL_TAG_STATE_SUGGESTED),
        }
        tags = [
            tagging_pb2.SkillTag(
                skill={"uri": uri, "label": word},
                start=request.text.index(word),
                end=request.text.index(word) + len(word),
                score=0.75,
                method="label",
                state=state,
            )
            for word, (uri, state) in states.items()
            if word in request.text
        ]
        return pb.TagTextResponse(tag=tags, taxonomy_version=self.taxonomy)

    async def up(self) -> None:
        await self._server.start()

    async def down(self) -> None:
        await self._server.stop(None)


@pytest.fixture
async def registry() -> AsyncIterator[Registry]:
    running = Registry()
    await running.up()
    yield running
    await running.down()


@pytest.fixture
def wallet_settings(wallet_settings: WalletSettings, registry: Registry, stack_home: Any) -> Any:
    changed = {
        "registry_target": f"127.0.0.1:{registry.port}",
        "registry_seconds": 5.0,
        "work_reading_seconds": 0.05,
        "oidc_client_id": "talent-wallet",
        "oidc_client_secret": SecretStr(ensure_clients(stack_home.secrets)["talent-wallet"]),
    }
    return wallet_settings.model_copy(update=changed)


async def read(person: Person, line_id: str) -> dict[str, Any]:
    """A line, once its skills have been looked for."""

    async def there() -> Any:
        found = (await person.get(PATH))["lines"]
        return [one for one in found if one["line_id"] == line_id and one["read"]]

    (line,) = await eventually(there)
    return line


def states(line: dict[str, Any]) -> dict[str, str]:
    return {one["uri"]: one["state"] for one in line["skills"]}


async def shown(wallet: RunningWallet, person: Person, *uris: str) -> Any:
    """The announced profile, once it has just these skills."""

    async def there() -> Any:
        profile = await wallet.profile(person.holder_id)
        found = {one.skill.uri for one in profile.assertion} if profile else None
        return [profile] if found == set(uris) else None

    (profile,) = await eventually(there)
    return profile


async def test_a_line_becomes_skills_by_the_holders_own_word(
    wallet: RunningWallet, registry: Registry
):
    ana = await wallet.person("ana")
    await ana.post("/consents", {"purpose": "discovery"})
    line_id = (await ana.post(PATH, LINE))["line_id"]
    line = await read(ana, line_id)
    assert line["work"] == LINE
    assert (line["source"], line["taxonomy_version"]) == ("self", "taxonomy-1")
    assert states(line) == {ASSERTED: "asserted", SUGGESTED: "suggested"}
    assert registry.asked == ["Welder\nWelded frames and drove the forklift."]

    profile = await shown(wallet, ana, ASSERTED)
    (one,) = profile.assertion
    assert one.basis == skills_pb2.ASSERTION_BASIS_SELF_ASSERTED
    assert one.verification_outcome == skills_pb2.VERIFICATION_OUTCOME_NO_DOCUMENT
    assert (one.derivation.method, one.derivation.accepted_by) == ("tagged_by_label", "")
    assert (one.normalized_level, one.taxonomy_version) == (0, "taxonomy-1")
    assert one.activity_end.ToDatetime().date() == date(2023, 8, 31)
    (work,) = profile.employment
    assert (work.organization, work.position_title) == ("Acme Lifts", "Welder")
    assert work.source == profiles_pb2.EMPLOYMENT_SOURCE_SELF
    assert (work.start.year, work.start.month, work.end.day) == (2019, 3, 31)


async def test_the_holder_decides_what_is_right_and_events_record_it(wallet: RunningWallet):
    ana = await wallet.person("ana")
    await ana.post("/consents", {"purpose": "discovery"})
    line_id = (await ana.post(PATH, LINE))["line_id"]
    await read(ana, line_id)
    for uri, accepted in ((SUGGESTED, True), (ASSERTED, False)):
        body = {"line_id": line_id, "uri": uri, "accepted": accepted}
        line = await ana.post(f"{PATH}/skills", body)
    assert states(line) == {ASSERTED: "rejected", SUGGESTED: "accepted"}
    profile = await shown(wallet, ana, SUGGESTED)
    assert profile.assertion[0].derivation.accepted_by == "holder"

    async def told() -> Any:
        records = await wallet.events("talent.holders.v1", ana.holder_id)
        tagged = [one for one in records if one.type == "WorkLineTagged"]
        last = {tag.skill.uri: tag.state for tag in tagged[-1].event.tag} if tagged else {}
        return last == {
            ASSERTED: tagging_pb2.SKILL_TAG_STATE_REJECTED,
            SUGGESTED: tagging_pb2.SKILL_TAG_STATE_ACCEPTED,
        }

    await eventually(told)
    records = await wallet.events("talent.holders.v1", ana.holder_id)
    assert all(b"Acme" not in one.value for one in records if one.value)
    answer = await ana.http.post(f"{PATH}/skills", json={**body, "uri": "urn:other"})
    assert (answer.status_code, answer.json()["field"]) == (422, "uri")


async def test_a_corrected_line_is_read_anew_and_a_deleted_one_leaves_nothing(
    wallet: RunningWallet, wallet_settings: WalletSettings
):
    ana = await wallet.person("ana")
    await ana.post("/consents", {"purpose": "discovery"})
    line_id = (await ana.post(PATH, LINE))["line_id"]
    await shown(wallet, ana, ASSERTED)
    await ana.put(f"{PATH}/{line_id}", {**LINE, "description": "Kept the books."})
    profile = await shown(wallet, ana)
    assert profile.employment[0].position_title == "Welder"
    assert states(await read(ana, line_id)) == {}
    answer = await ana.http.delete(f"{PATH}/{line_id}")
    assert answer.status_code == 204
    assert (await ana.get(PATH))["lines"] == []

    async def gone() -> bool:
        return not (await wallet.profile(ana.holder_id)).employment

    await eventually(gone)
    store = await Store.connect(wallet_settings, "wallet")
    assert await store.db["found_skills"].count_documents({}) == 0
    await store.close()
    assert (await ana.http.delete(f"{PATH}/{line_id}")).status_code == 404


async def test_words_that_two_people_share_are_read_once_and_stay_for_the_other(
    wallet: RunningWallet, registry: Registry
):
    ana, ben = await wallet.person("ana"), await wallet.person("ben")
    for person in (ana, ben):
        await person.post("/consents", {"purpose": "discovery"})
    first = (await ana.post(PATH, LINE))["line_id"]
    await read(ana, first)
    second = (await ben.post(PATH, LINE))["line_id"]
    await shown(wallet, ben, ASSERTED)
    await ana.http.delete(f"{PATH}/{first}")
    await shown(wallet, ana)
    assert states(await read(ben, second))[ASSERTED] == "asserted"
    body = {"line_id": first, "uri": ASSERTED, "accepted": True}
    assert (await ben.http.post(f"{PATH}/skills", json=body)).status_code == 404
    assert (await ben.http.put(f"{PATH}/{first}", json=LINE)).status_code == 404


@pytest.mark.parametrize(
    ("issuer_type", "basis", "source"),
    [
        (
            skills_pb2.VALIDATOR_TYPE_EMPLOYER,
            skills_pb2.ASSERTION_BASIS_EMPLOYER_ATTESTED,
            profiles_pb2.EMPLOYMENT_SOURCE_EMPLOYER,
        ),
        (
            skills_pb2.VALIDATOR_TYPE_GOVERNMENT,
            skills_pb2.ASSERTION_BASIS_EMPLOYER_ATTESTED,
            profiles_pb2.EMPLOYMENT_SOURCE_WAGE_RECORDS,
        ),
        (
            skills_pb2.VALIDATOR_TYPE_COLLEGE,
            skills_pb2.ASSERTION_BASIS_SELF_ASSERTED,
            profiles_pb2.EMPLOYMENT_SOURCE_SELF,
        ),
    ],
)
async def test_a_credential_counts_by_who_issued_it(
    wallet: RunningWallet, issuer_type: int, basis: int, source: int
):
    ana = await wallet.person("ana")
    await ana.post("/consents", {"purpose": "discovery"})
    document = as_bytes(employment())
    await wallet.send(
        published(CREDENTIAL, did=ana.me["did"], document=document),
        verified(CREDENTIAL, document=document, issuer_type=issuer_type),
    )
    line = await read(ana, f"{CREDENTIAL}/0")
    assert line["credential_id"] == CREDENTIAL
    assert (line["work"]["title"], line["work"]["start"]) == ("Welder", "2019-03-01")
    assert states(line) == {ASSERTED: "asserted", SUGGESTED: "suggested"}
    await ana.post(f"/records/{CREDENTIAL}/accept")
    profile = await shown(wallet, ana, ASSERTED)
    (one,) = profile.assertion
    assert (one.basis, one.source_credential_id) == (basis, CREDENTIAL)
    assert one.verification_outcome == skills_pb2.VERIFICATION_OUTCOME_VALID
    assert one.evidence[0].type == "credential"
    (work,) = profile.employment
    assert (work.source, work.attested_by) == (source, "college")
    body = {"line_id": f"{CREDENTIAL}/0", "uri": SUGGESTED, "accepted": True}
    await ana.post(f"{PATH}/skills", body)
    await shown(wallet, ana, ASSERTED, SUGGESTED)
    # What an issuer says, nobody else corrects.
    assert (await ana.http.put(f"{PATH}/{CREDENTIAL}", json=LINE)).status_code == 404


async def test_a_consent_to_some_records_covers_a_line_only_where_it_names_it(
    wallet: RunningWallet,
):
    ana = await wallet.person("ana")
    first = (await ana.post(PATH, LINE))["line_id"]
    await ana.post(PATH, {**LINE, "title": "Rigger", "description": "Drove a forklift."})
    await ana.post("/consents", {"purpose": "discovery", "records": [first]})

    async def told() -> Any:
        profile = await wallet.profile(ana.holder_id)
        return profile and [one.position_title for one in profile.employment] == ["Welder"]

    await eventually(told)
    body = {"purpose": "discovery", "records": ["00000000-0000-7000-8000-0000000000ff"]}
    assert (await ana.http.post("/consents", json=body)).status_code == 404


async def test_a_new_taxonomy_has_all_words_read_again(wallet: RunningWallet, registry: Registry):
    ana = await wallet.person("ana")
    line_id = (await ana.post(PATH, LINE))["line_id"]
    await read(ana, line_id)
    registry.taxonomy = "taxonomy-2"
    event = tagging_pb2.TaxonomyReleased(header=stated(5), taxonomy_version="taxonomy-2")
    await wallet.send(outgoing("talent.catalog.v1", "taxonomy", event))

    async def renewed() -> Any:
        return (await read(ana, line_id))["taxonomy_version"] == "taxonomy-2"

    await eventually(renewed)


async def test_while_the_registry_is_away_a_line_waits(wallet: RunningWallet, registry: Registry):
    registry.refuses = Problem(Reason.UNAVAILABLE, what="the tagger")
    ana = await wallet.person("ana")
    line = await ana.post(PATH, LINE)
    assert (line["read"], line["skills"]) == (False, [])
    await eventually(lambda: _true(len(registry.asked) > 1))
    registry.refuses = None
    assert states(await read(ana, line["line_id"]))[ASSERTED] == "asserted"


async def test_words_that_nobody_can_read_hold_up_no_others(
    wallet: RunningWallet, registry: Registry
):
    registry.refuses = Problem(Reason.INTERNAL)
    ana = await wallet.person("ana")
    line = await ana.post(PATH, LINE)
    assert (await read(ana, line["line_id"]))["skills"] == []


async def _true(value: bool) -> bool:
    return value


TOMORROW = (CLOCK.today() + timedelta(2)).isoformat()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"employer": ""}, "employer"),
        ({"title": "x" * 201}, "title"),
        ({"description": "x" * 5001}, "description"),
        ({"soc_code": "welder"}, "soc_code"),
        ({"start": "2020-02-30"}, "start"),
        ({"start": "1899-01-01"}, "start"),
        ({"start": "2024-01-01"}, "end"),
        ({"start": None}, "end"),
        ({"start": TOMORROW, "end": None}, "start"),
        ({"employment_type": "gig"}, "employment_type"),
        ({"salary": 1}, "salary"),
    ],
)
async def test_a_bad_line_is_refused_by_field(
    wallet: RunningWallet, changed: dict[str, Any], field: str
):
    ana = await wallet.person("ana")
    answer = await ana.http.post(PATH, json={**LINE, **changed})
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"].endswith(field), answer.text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "organization",
                    "positionHistories",
                    "title",
                    "name",
                    "start",
                    "end",
                    "descriptions",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_whatever_stands_in_a_credential_is_read_or_left_out(histories: Any):
    for one in read_work({"employmentHistories": histories}):
        assert one.title
        assert len(one.words) == 64


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2019", date(2019, 1, 1)),
        ("2019-03", date(2019, 3, 1)),
        ("2019-03-09", date(2019, 3, 9)),
        ("2019-03-09T10:00:00Z", date(2019, 3, 9)),
        ("March 2019", None),
        ("2019-13", None),
    ],
)
def test_a_date_is_a_day_or_the_first_of_a_month_or_year(written: str, day: date | None):
    (one,) = read_work(employment(start=written)["credentialSubject"])
    assert one.start == day
