"""The VC API's endpoints: status codes are all that many of its clients look at."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from talent_kit.clock import ManualClock
from talent_vc import ContextLoader, ProofOptions, SigningKey, sign
from talent_verifier.settings import VerifierSettings

from .builders import Provider
from .conftest import Verifier, running_verifier

V2 = "https://www.w3.org/ns/credentials/v2"


async def verify(verifier: Verifier, credential: Any, **options: Any) -> httpx.Response:
    body = {"verifiableCredential": credential, "options": options}
    return await verifier.http.post("/credentials/verify", json=body)


async def present(verifier: Verifier, presentation: Any, **options: Any) -> httpx.Response:
    body = {"verifiablePresentation": presentation, "options": options}
    return await verifier.http.post("/presentations/verify", json=body)


@pytest.fixture
def badge(provider: Provider) -> dict[str, Any]:
    return json.loads(provider.badge())


async def test_what_is_verified_gets_200(verifier: Verifier, badge: dict[str, Any]) -> None:
    answer = await verify(verifier, badge)
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert result["verified"] is True
    assert result["errors"] == []
    assert {"structure", "proof", "status", "validity"} <= set(result["checks"])
    # That the state does not know the issuer is no error, but said.
    assert [one["title"] for one in result["warnings"]] == ["issuer.trust"]
    assert result["problemDetails"] == result["warnings"]
    assert "credential" not in result
    result = (await verify(verifier, badge, returnCredential=True)).json()
    assert result["credential"] == badge


async def test_everything_else_gets_400_and_a_reason(
    verifier: Verifier, provider: Provider, badge: dict[str, Any]
) -> None:
    provider.serve_list("revocation", [9], version=1)
    ended = verifier.clock.now() - timedelta(days=1)
    forged = json.loads(json.dumps(badge))
    forged["credentialSubject"]["achievement"]["name"] = "Underwater Welding"
    unsigned = {name: value for name, value in badge.items() if name != "proof"}
    unreachable = json.loads(json.dumps(badge))
    unreachable["issuer"]["id"] = "did:web:nowhere.invalid"
    cases = {
        "PROOF_VERIFICATION_ERROR": forged,
        "status.revocation": json.loads(provider.badge(index=9)),
        "validity.until": json.loads(provider.badge(valid_until=ended)),
        "MALFORMED_VALUE_ERROR": {n: v for n, v in badge.items() if n != "issuer"},
        "CRYPTOGRAPHIC_SECURITY_ERROR": unreachable,
    }
    for title, credential in cases.items():
        answer = await verify(verifier, credential)
        result = answer.json()
        assert (answer.status_code, result["verified"]) == (400, False), title
        assert title in [one["title"] for one in result["errors"]], title
        assert all(one["type"] and one["detail"] for one in result["problemDetails"])
    for bad in (
        unsigned,
        {**badge, "@context": None},
        {**badge, "proof": None},
        {},
        None,
        7,
        [badge],
        # Not an object, and no token either.
        json.dumps(badge),
        "eyJhbGciOiJFZERTQSJ9.e30.AAAA",
    ):
        answer = await verify(verifier, bad)
        assert (answer.status_code, answer.json()["verified"]) == (400, False), bad
    for body in (b"", b"[]", b"{", b'{"verifiableCredential": 1, "verifiableCredential": 2}'):
        answer = await verifier.http.post("/credentials/verify", content=body)
        assert (answer.status_code, answer.json()["verified"]) == (400, False), body
    deep = b'{"verifiableCredential":' * 500 + b"1" + b"}" * 500
    assert (await verifier.http.post("/credentials/verify", content=deep)).status_code == 400


async def test_an_envelope_needs_its_context_its_type_and_a_token(verifier: Verifier) -> None:
    envelope = {
        "@context": V2,
        "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+jwt,eyJhbGciOiJFZERTQSJ9.e30.AAAA",
    }
    for name, value in (
        ("@context", "https://www.w3.org/2018/credentials/v1"),
        ("id", "https://example.com/credential"),
        ("id", "data:application/vc+jwt,{}"),
        ("id", 7),
        ("type", "Enveloped"),
    ):
        answer = await verify(verifier, {**envelope, name: value})
        assert (answer.status_code, answer.json()["verified"]) == (400, False), name


async def test_each_endpoint_takes_its_own_kind(verifier: Verifier, badge: dict[str, Any]) -> None:
    presentation = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [badge],
    }
    assert (await verify(verifier, presentation)).status_code == 400
    assert (await present(verifier, badge)).status_code == 400


async def test_a_presentation_is_verified_for_whoever_asked_for_it(
    verifier: Verifier, badge: dict[str, Any], contexts: ContextLoader
) -> None:
    holder = SigningKey.generate()
    presentation = sign(
        {
            "@context": [V2],
            "type": ["VerifiablePresentation"],
            "holder": holder.did_key,
            "verifiableCredential": [badge],
        },
        key=holder,
        verification_method=holder.did_key_method,
        created=verifier.clock.now(),
        contexts=contexts,
        options=ProofOptions(
            purpose="authentication", challenge="n-0S6", domain="https://hire.example"
        ),
    )
    asked = {"challenge": "n-0S6", "domain": "https://hire.example"}
    answer = await present(verifier, presentation, **asked)
    assert (answer.status_code, answer.json()["verified"]) == (200, True), answer.text
    for wrong in ({**asked, "challenge": "other"}, {**asked, "domain": "https://b.example"}):
        answer = await present(verifier, presentation, **wrong)
        assert (answer.status_code, answer.json()["verified"]) == (400, False)
    content = json.dumps(presentation)
    answer = await verifier.http.post("/v1/verifications", content=content, params=asked)
    assert answer.json()["outcome"] == "valid"
    assert answer.json()["summary"] == (
        "Verified: the holder shows 1 credential, real and valid today."
    )
    asked = {**asked, "challenge": "other"}
    answer = await verifier.http.post("/v1/verifications", content=content, params=asked)
    assert answer.json()["outcome"] == "invalid"


async def test_a_challenge_that_nothing_answers_is_never_verified(
    verifier: Verifier, badge: dict[str, Any]
) -> None:
    for options in ({"challenge": "c"}, {"domain": "d"}, {"challenge": ""}):
        answer = await verify(verifier, badge, **options)
        result = answer.json()
        assert (answer.status_code, result["verified"]) == (400, False)
        [error] = result["errors"]
        assert error["title"] in ("INVALID_CHALLENGE_ERROR", "INVALID_DOMAIN_ERROR")
    assert (await verify(verifier, badge, challenge=7)).status_code == 400


async def test_its_callers_share_the_limits_of_checks_by_hand(
    settings: VerifierSettings, clock: ManualClock, badge: dict[str, Any]
) -> None:
    strict = settings.model_copy(update={"checks_per_minute": 1})
    async with running_verifier(strict, clock) as verifier:
        assert (await verify(verifier, badge)).status_code == 200
        refused = await verify(verifier, badge)
        assert (refused.status_code, refused.json()["reason"]) == (429, "RATE_LIMITED")
