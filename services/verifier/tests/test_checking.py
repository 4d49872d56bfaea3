"""Checking a credential that somebody holds, over HTTP and gRPC."""

import io
import json
import os
from collections.abc import Awaitable, Iterable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import grpc
import httpx
import pytest
import segno
from PIL import Image
from talent_kit.auth import Role
from talent_kit.clock import ManualClock
from talent_kit.errors import Reason
from talent_kit.grpc_errors import problem_of
from talent_kit.workers import Workers
from talent_local.issuer import Issuer
from talent_proto.events.v1 import skills_pb2 as skills
from talent_proto.events.v1.catalog_pb2 import VETTING_STATE_VETTED
from talent_proto.verifier.v1.verifier_pb2 import POLICY_STRICT, GetVerdictRequest, VerifyRequest
from talent_vc import ContextLoader, ElsewhereError, Options, ParseError, bake
from talent_verifier.judging import Judge
from talent_verifier.settings import VerifierSettings

from .builders import Provider
from .conftest import Verifier, eventually, running_verifier
from .web import Web


async def post(verifier: Verifier, content: bytes, **query: str) -> httpx.Response:
    return await verifier.http.post("/v1/verifications", content=content, params=query)


async def test_anyone_can_check_a_credential(
    verifier: Verifier, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    content = provider.badge()
    caplog.clear()
    answer = (await post(verifier, content)).json()
    assert answer["outcome"] == "valid"
    assert answer["summary"] == (
        "This is real and valid today, but the state has not approved the issuer."
        f" {provider.web.host} says that the holder completed Structural Welding."
    )
    issuer = {"id": provider.did, "name": "", "trust": "unknown", "proven": True}
    assert answer["issuer"] == issuer
    checks = {check["code"]: check for check in answer["checks"]}
    assert checks["proof.signature"]["outcome"] == "passed"
    assert all(check["sentence"].endswith(".") for check in answer["checks"])

    response = await verifier.rpc.Verify(VerifyRequest(credential=content))
    assert response.verdict.outcome == skills.VERIFICATION_OUTCOME_VALID
    assert response.summary == answer["summary"]
    assert list(response.sentence) == [check["sentence"] for check in answer["checks"]]
    # Nothing of it is logged, and nothing said of it on the bus.
    assert provider.did not in caplog.text
    assert not verifier.said


async def test_what_nobody_can_prove_is_not_called_real(
    verifier: Verifier, provider: Provider
) -> None:
    await verifier.send(provider.organization(VETTING_STATE_VETTED, verifier.clock))
    provider.serve_list("revocation", [9], version=1)

    async def told(content: bytes) -> dict[str, Any]:
        return (await post(verifier, content)).json()

    ended = provider.badge(valid_until=verifier.clock.now() - timedelta(days=1))
    await eventually(lambda: _named(told(ended)))
    answer = await told(ended)
    assert answer["summary"].startswith("This is real, but it expired on ")
    assert answer["summary"].endswith(
        ": the holder completed Structural Welding at Aspen Community College."
    )
    revoked = provider.badge(index=9)
    assert "taken back by its issuer" in (await told(revoked))["summary"]

    for content, outcome in ((ended, "expired"), (revoked, "revoked")):
        forged = json.loads(content)
        # A kind of signature that cannot be checked: nobody signed this.
        forged["proof"]["cryptosuite"] = "future-suite-2030"
        answer = await told(json.dumps(forged).encode())
        assert answer["outcome"] == outcome
        assert not answer["issuer"]["proven"]
        assert "we cannot say if it is real" in answer["summary"]
        assert "Aspen" not in answer["summary"]


async def _named(answer: Awaitable[dict[str, Any]]) -> str:
    return (await answer)["issuer"]["name"]


async def test_a_check_by_hand_goes_by_what_the_list_says_now(
    verifier: Verifier, provider: Provider
) -> None:
    content = provider.badge(index=7)
    assert (await post(verifier, content)).json()["outcome"] == "valid"
    # Another replica was told of the change; this one was not.
    provider.serve_list("revocation", [7], version=2)
    assert (await post(verifier, content)).json()["outcome"] == "revoked"
    provider.web.away = True
    verifier.clock.advance(timedelta(seconds=1))
    assert (await post(verifier, content)).json()["outcome"] == "undetermined"


async def test_a_record_is_told_with_every_credential_inside(
    verifier: Verifier, provider: Provider, contexts: ContextLoader, web: Web
) -> None:
    other = Provider(web, contexts, name="Birch College")
    other.serve_list("revocation", [9], version=1)
    record = provider.record(provider.badge(), other.badge(index=9))
    answer = (await post(verifier, record)).json()
    assert answer["outcome"] == "revoked"
    good, revoked = answer["parts"]
    assert (good["outcome"], revoked["outcome"]) == ("valid", "revoked")
    assert revoked["about"] == "/credentialSubject/verifiableCredential/1"
    assert "Structural Welding" in good["summary"]
    assert "taken back by its issuer" in revoked["summary"]

    response = await verifier.rpc.Verify(VerifyRequest(credential=record))
    assert [part.verdict.issuer_did for part in response.verdict.part] == [provider.did, other.did]


async def test_whoever_asks_chooses_the_policy(verifier: Verifier, provider: Provider) -> None:
    content = provider.badge()
    assert (await post(verifier, content)).json()["outcome"] == "valid"
    # The state does not know the issuer.
    assert (await post(verifier, content, policy="strict")).json()["outcome"] == "undetermined"
    request = VerifyRequest(credential=content, policy=POLICY_STRICT)
    response = await verifier.rpc.Verify(request)
    assert response.verdict.outcome == skills.VERIFICATION_OUTCOME_UNDETERMINED
    assert (await post(verifier, content, policy="lenient")).status_code == 422


async def test_a_credential_can_be_judged_as_of_another_day(
    verifier: Verifier, provider: Provider
) -> None:
    ends = verifier.clock.now() + timedelta(days=10)
    content = provider.badge(valid_until=ends)
    later = ends + timedelta(days=1)
    answer = (await post(verifier, content, at=later.isoformat())).json()
    assert answer["outcome"] == "expired"
    request = VerifyRequest(credential=content)
    request.at.FromDatetime(later)
    response = await verifier.rpc.Verify(request)
    assert response.verdict.outcome == skills.VERIFICATION_OUTCOME_EXPIRED
    for at in ("tomorrow", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"):
        answer = await post(verifier, content, at=at)
        assert (answer.status_code, answer.json()["field"]) == (422, "at")
    for seconds in (-(10**15), 10**15):
        request.at.seconds = seconds
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await verifier.rpc.Verify(request)
        problem = problem_of(refused.value)
        assert problem
        assert (problem.reason, problem.field) == (Reason.INVALID_FIELD, "at")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'


def png(size: tuple[int, int] = (2, 2)) -> bytes:
    file = io.BytesIO()
    Image.new("1", size).save(file, "PNG")
    return file.getvalue()


async def test_a_credential_is_checked_in_whatever_it_comes(
    verifier: Verifier, provider: Provider
) -> None:
    content = provider.badge()
    for held in (content, bake(png(), content), bake(SVG, content)):
        answer = (await post(verifier, held)).json()
        assert (answer["outcome"], answer["issuer"]["proven"]) == ("valid", True)
        assert "the holder completed Structural Welding" in answer["summary"]
        response = await verifier.rpc.Verify(VerifyRequest(credential=held))
        assert response.summary == answer["summary"]


async def test_an_address_that_cannot_be_reached_leaves_it_open(verifier: Verifier) -> None:
    code = io.BytesIO()
    segno.make("https://localhost:1/credential").save(code, kind="png", scale=4)
    for held in (b"https://localhost:1/credential", code.getvalue()):
        answer = (await post(verifier, held)).json()
        assert answer["outcome"] == "undetermined"
        [check] = answer["checks"]
        assert check["code"] == "source.address"


class Elsewhere:
    """What is at addresses that only a public host could have."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        self._contents = contents

    async def get(self, urls: Iterable[str], versions: object) -> dict[str, Any]:
        there = {url: self._contents[url] for url in urls if url in self._contents}
        return {url: SimpleNamespace(content=content) for url, content in there.items()}

    async def close(self) -> None: ...


async def test_an_address_is_followed_once() -> None:
    url = "https://college.example/1"
    content = b'{"@context": "x", "type": "VerifiableCredential"}'
    workers = Workers(
        count=1, idle_seconds=60, deadline_seconds=60, start=os.getpid, start_arguments=()
    )

    def judge(there: bytes) -> Judge:
        documents: Any = Elsewhere({url: there, f"{url}/2": content})
        return Judge(
            documents=documents,
            workers=workers,
            organizations=lambda _: {},
            announced="x",
            options=Options(),
            batch_size=1,
        )

    code = io.BytesIO()
    segno.make(url).save(code, kind="svg")
    for held in (url.encode(), code.getvalue()):
        assert (await judge(content).open(held)).payload == content
        assert (await judge(bake(png(), content)).open(held)).payload == content
        with pytest.raises(ParseError):
            await judge(f"{url}/2".encode()).open(held)
    with pytest.raises(ElsewhereError):
        await judge(content).open(b"https://college.example/3")
    await workers.close()


DEEP = b'{"a":' * 200 + b"1" + b"}" * 200
BAD: dict[str, tuple[bytes, int, str]] = {
    "not JSON": (b"{", 422, "NOT_A_CREDENTIAL"),
    "not UTF-8": (b"\xff\xfe", 422, "NOT_A_CREDENTIAL"),
    "no object": (b"[1]", 422, "NOT_A_CREDENTIAL"),
    "some JSON": (b'{"hello": 1}', 422, "NOT_A_CREDENTIAL"),
    "a name twice": (b'{"type": 1, "type": 2}', 422, "NOT_A_CREDENTIAL"),
    "a picture of nothing": (png(), 422, "NOT_A_CREDENTIAL"),
    "a picture that is cut off": (png()[:-20], 422, "NOT_A_CREDENTIAL"),
    "a picture of many pixels": (png((5000, 5000)), 413, "TOO_LARGE"),
    "a drawing with entities": (b"<!DOCTYPE svg [<!ENTITY a '']>" + SVG, 422, "NOT_A_CREDENTIAL"),
    "an address without security": (b"http://x.example/1", 422, "NOT_A_CREDENTIAL"),
    "a web page": (b"<html></html>", 422, "NOT_A_CREDENTIAL"),
    "5 MB": (b'{"a":"' + b"x" * 5_000_000 + b'"}', 413, "TOO_LARGE"),
    "200 deep": (DEEP, 422, "TOO_DEEP"),
}


async def test_bad_input_gets_an_error_that_names_the_field(verifier: Verifier) -> None:
    for name, (content, status, reason) in BAD.items():
        answer = await post(verifier, content)
        assert (answer.status_code, answer.json()["reason"]) == (status, reason), name
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["field"].startswith("credential"), name
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await verifier.rpc.Verify(VerifyRequest(credential=content))
        problem = problem_of(refused.value)
        assert problem, name
        assert (problem.reason.value, problem.field) == (reason, answer.json()["field"]), name
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await verifier.rpc.Verify(VerifyRequest())
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


async def test_malformed_protobuf_is_refused(verifier: Verifier) -> None:
    raw: Any = verifier.channel.unary_unary("/talent.verifier.v1.VerifierService/Verify")
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await raw(b"\xff\xff\xff")
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    problem = problem_of(refused.value)
    assert problem
    assert (problem.reason, problem.field) == (Reason.INVALID_FIELD, "the request message")


async def test_a_wrong_token_is_refused_also_where_none_is_needed(
    verifier: Verifier, provider: Provider, issuer: Issuer
) -> None:
    content = provider.badge()
    head, claims, _ = issuer.token(subject="p", roles=[Role.SERVICE]).split(".")
    for token in ("nonsense", f"{head}.{claims}.{'A' * 86}"):
        bearer = f"Bearer {token}"
        answer = await verifier.http.post(
            "/v1/verifications", content=content, headers={"authorization": bearer}
        )
        assert (answer.status_code, answer.json()["reason"]) == (401, "NOT_SIGNED_IN")
        metadata = (("authorization", bearer),)
        for call in (
            verifier.rpc.Verify(VerifyRequest(credential=content), metadata=metadata),
            verifier.rpc.GetVerdict(GetVerdictRequest(credential_id="x"), metadata=metadata),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call
            problem = problem_of(refused.value)
            assert problem
            assert problem.reason is Reason.NOT_SIGNED_IN


async def test_an_unknown_context_is_named(verifier: Verifier, provider: Provider) -> None:
    document = json.loads(provider.badge())
    document["@context"].append("https://example.com/contexts/unknown")
    answer = (await post(verifier, json.dumps(document).encode())).json()
    assert answer["outcome"] != "valid"
    assert "https://example.com/contexts/unknown" in json.dumps(answer["checks"])


async def test_one_address_has_a_limited_rate(
    settings: VerifierSettings,
    clock: ManualClock,
    web: Web,
    contexts: ContextLoader,
    issuer: Issuer,
) -> None:
    strict = settings.model_copy(update={"checks_per_minute": 3})
    content = Provider(web, contexts).badge()
    async with running_verifier(strict, clock) as verifier:
        answers = [await post(verifier, content) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert int(answers[-1].headers["retry-after"]) > 0
        request = VerifyRequest(credential=content)
        for _ in range(3):
            await verifier.rpc.Verify(request)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await verifier.rpc.Verify(request)
        assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        # A service limits its visitors itself.
        for role, status in ((Role.SERVICE, 200), (Role.EMPLOYER, 429)):
            token = issuer.token(subject="portal", roles=[role])
            verifier.http.headers["authorization"] = f"Bearer {token}"
            assert (await post(verifier, content)).status_code == status


async def test_other_sites_cannot_use_it_from_a_browser(verifier: Verifier) -> None:
    headers = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
    answer = await verifier.http.options("/v1/verifications", headers=headers)
    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers
