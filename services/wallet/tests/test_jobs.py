"""What the wallet asks the matcher for a holder, and how it answers when it cannot."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from pydantic import SecretStr
from talent_kit.errors import Problem, Reason
from talent_kit.grpc_errors import abort
from talent_local.issuer.clients import ensure_clients
from talent_proto.matcher.v1 import holder_jobs_pb2 as pb
from talent_proto.matcher.v1 import holder_jobs_pb2_grpc as pb_grpc
from talent_wallet.settings import WalletSettings

from .builders import WELDING, published, verified
from .conftest import RunningWallet, eventually

PATH = "/holders/me/jobs"


class Matcher(pb_grpc.HolderMatchServiceServicer):
    """Keeps what it was asked. Speaks the real protocol."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.refuses: Problem | None = None
        self._server = grpc.aio.server()
        pb_grpc.add_HolderMatchServiceServicer_to_server(self, self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")

    async def JobsForHolder(self, request, context):
        await self._asked(request, context)
        job = pb.HolderJob(reach=pb.REACH_BELOW, score=320, threshold=400, sentence=["Close."])
        job.job.title = "Welder"
        return pb.JobsForHolderResponse(job=[job], next_page_token="next")

    async def WhatIf(self, request, context):
        await self._asked(request, context)
        changed = pb.ChangedJob(score_before=10, reach_before=pb.REACH_CLOSED)
        changed.now.reach = pb.REACH_IN_REACH
        return pb.WhatIfResponse(job=[changed], come_into_reach=1)

    async def ProgramsForHolder(self, request, context):
        await self._asked(request, context)
        return pb.ProgramsForHolderResponse(program=[pb.HelpfulProgram(come_into_reach=3)])

    async def _asked(self, request, context):
        self.asked.append(request)
        if self.refuses:
            await abort(context, self.refuses, "en-US")

    async def up(self) -> None:
        await self._server.start()

    async def down(self) -> None:
        await self._server.stop(None)


@pytest.fixture
async def matcher() -> AsyncIterator[Matcher]:
    running = Matcher()
    await running.up()
    yield running
    await running.down()


@pytest.fixture
def wallet_settings(wallet_settings: WalletSettings, matcher: Matcher, stack_home: Any) -> Any:
    changed = {
        "matcher_target": f"127.0.0.1:{matcher.port}",
        "matcher_seconds": 5.0,
        "oidc_client_id": "talent-wallet",
        "oidc_client_secret": SecretStr(ensure_clients(stack_home.secrets)["talent-wallet"]),
        "program_questions_per_minute": 2,
    }
    return wallet_settings.model_copy(update=changed)


async def test_all_accepted_records_are_asked_with_but_no_id(
    wallet: RunningWallet, matcher: Matcher
):
    ana = await wallet.person("ana")
    shown, kept = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"
    for credential_id in (shown, kept):
        await wallet.send(published(credential_id, did=ana.me["did"]), verified(credential_id))

    async def checked():
        found = [await ana.record(one) for one in (shown, kept)]
        return all(one and one["verification"]["outcome"] == "valid" for one in found)

    await eventually(checked)
    for credential_id in (shown, kept):
        await ana.post(f"/records/{credential_id}/accept")
    await ana.post("/skills", {"uri": "urn:skill:own", "label": "Own", "level": 2})
    body = {"purpose": "discovery", "records": [shown], "excluded_org_ids": ["old-boss"]}
    await ana.post("/consents", body)

    answer = await ana.get(f"{PATH}?reach=below&page_size=3&page_token=p")
    assert answer["next_page_token"] == "next"
    (job,) = answer["jobs"]
    assert (job["posting"]["title"], job["reach"], job["score"]) == ("Welder", "below", 320)
    assert job["sentences"] == ["Close."]
    (asked,) = matcher.asked
    assert (asked.reach, asked.page_size, asked.page_token) == (pb.REACH_BELOW, 3, "p")
    profile = asked.profile
    sources = [one.source_credential_id for one in profile.assertion]
    assert sorted(sources) == ["", shown, kept]
    assert {one.skill.uri for one in profile.assertion} == {WELDING, "urn:skill:own"}
    assert list(profile.excluded_org_id) == ["old-boss"]
    assert (profile.holder_id, profile.consent_id, profile.recipient_org_id) == ("", "", "")
    assert ana.holder_id.encode() not in asked.SerializeToString()


async def test_a_question_what_if_is_passed_on(wallet: RunningWallet, matcher: Matcher):
    ana = await wallet.person("ana")
    body = {
        "achievements": [{"achievement_id": "urn:mig", "level": 4}],
        "skills": [{"uri": WELDING, "level": 2}],
    }
    answer = await ana.post(f"{PATH}/what-if", body)
    assert (answer["come_into_reach"], answer["rise"]) == (1, 0)
    (changed,) = answer["jobs"]
    assert (changed["score_before"], changed["reach_before"]) == (10, "closed")
    assert changed["now"]["reach"] == "in_reach"
    (asked,) = matcher.asked
    assert asked.achievement[0] == pb.EarnedAchievement(achievement_id="urn:mig", level=4)
    assert asked.skill[0] == pb.EarnedSkill(skill_uri=WELDING, level=2)


async def test_the_matchers_refusal_is_the_wallets(wallet: RunningWallet, matcher: Matcher):
    ana = await wallet.person("ana")
    matcher.refuses = Problem(Reason.UNKNOWN_SKILL, field="skill[0].skill_uri", skill="urn:x")
    body = {"skills": [{"uri": "urn:x"}]}
    answer = await ana.http.post(f"{PATH}/what-if", json=body)
    assert (answer.status_code, answer.json()["reason"]) == (422, "UNKNOWN_SKILL")
    assert answer.json()["field"] == "skill[0].skill_uri"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"skills": [{"uri": "urn:x", "level": 6}]}, 422),
        ({"skills": [{"uri": "urn:x"}] * 21}, 422),
        ({"achievements": [{"achievement_id": ""}]}, 422),
        ({"achievements": [], "unknown": 1}, 422),
    ],
)
async def test_a_bad_question_is_refused_here(
    wallet: RunningWallet, matcher: Matcher, body: Any, status: int
):
    ana = await wallet.person("ana")
    answer = await ana.http.post(f"{PATH}/what-if", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert matcher.asked == []


async def test_questions_have_a_limit_for_each_holder(wallet: RunningWallet, matcher: Matcher):
    ana, ben = await wallet.person("ana"), await wallet.person("ben")
    for _ in range(2):
        assert (await ana.get("/holders/me/programs"))["programs"][0]["come_into_reach"] == 3
    answer = await ana.http.get("/holders/me/programs")
    assert (answer.status_code, answer.json()["reason"]) == (429, "RATE_LIMITED")
    assert (await ben.http.get("/holders/me/programs")).is_success


async def test_a_matcher_that_is_away_is_said_so(wallet: RunningWallet, matcher: Matcher):
    ana = await wallet.person("ana")
    matcher.refuses = Problem(Reason.NOT_READY, why="the catalog is still being read")
    answer = await ana.http.get(PATH)
    assert (answer.status_code, answer.json()["reason"]) == (503, "NOT_READY")
    await matcher.down()
    answer = await ana.http.get(PATH)
    assert (answer.status_code, answer.json()["reason"]) == (503, "UNAVAILABLE")


async def test_only_a_holder_asks(wallet: RunningWallet, matcher: Matcher):
    token = wallet.issuer.token(subject="ed", roles=["employer"], org_id="acme")
    for path in (PATH, "/holders/me/programs"):
        assert (await wallet.client(token).get(path)).status_code == 403
    assert (await wallet.client().get(PATH)).status_code == 401
