import asyncio
import json
import time
from contextlib import asynccontextmanager

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from talent_kit import tokens
from talent_kit.auth import Role, ServiceToken, TokenChecker
from talent_kit.errors import Problem, Reason
from talent_kit.settings import CommonSettings
from talent_local.issuer.clients import ensure_clients

from .test_fetch import says, web


class Issuer:
    """An issuer whose keys a test can change."""

    def __init__(self):
        self.keys = [ECKey.generate_key("P-256", {"kid": "first", "use": "sig"})]
        self.url = ""
        self.key_requests = 0
        self.keys_answer: bytes | None = None

    async def answer(self, request, writer):
        if "jwks" in request.partition("\r\n")[0]:
            self.key_requests += 1
            if self.keys_answer is not None:
                await says("200 OK", self.keys_answer)(request, writer)
                return
            body = {"keys": [key.as_dict(private=False) for key in self.keys]}
        else:
            body = {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"}
        await says("200 OK", json.dumps(body).encode())(request, writer)

    def token(self, *, key=None, header=None, **changed) -> str:
        key = key or self.keys[-1]
        now = int(time.time())
        claims = {"iss": self.url, "aud": "talent-network", "sub": "ada", "exp": now + 60} | changed
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(header or {"alg": "ES256", "kid": key.kid}, claims, key)


@asynccontextmanager
async def running_issuer():
    issuer = Issuer()
    async with web(issuer.answer) as host:
        issuer.url = f"http://{host}"
        yield issuer, TokenChecker(issuer.url, "talent-network")


async def test_a_good_token_tells_who_calls():
    async with running_issuer() as (issuer, checker):
        token = issuer.token(
            org_id="org-1",
            roles=["employer", "agency", "astronaut"],
            email="ada@example.org",
            email_verified=True,
            on_behalf_of="grace",
        )
        caller = await checker.check(token)
    assert (caller.subject, caller.org_id) == ("ada", "org-1")
    assert caller.roles == {Role.EMPLOYER, Role.AGENCY}
    assert (caller.email, caller.on_behalf_of) == ("ada@example.org", "grace")


async def test_an_address_that_is_not_verified_is_left_out():
    async with running_issuer() as (issuer, checker):
        for verified in (False, None, "true"):
            token = issuer.token(email="ada@example.org", email_verified=verified)
            assert (await checker.check(token)).email == ""


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"exp": 1_000_000_000}, Reason.TOKEN_EXPIRED),
        ({"exp": None}, Reason.NOT_SIGNED_IN),
        ({"nbf": 4_000_000_000}, Reason.NOT_SIGNED_IN),
        ({"aud": "another-network"}, Reason.NOT_SIGNED_IN),
        ({"aud": None}, Reason.NOT_SIGNED_IN),
        ({"iss": "https://example.org"}, Reason.NOT_SIGNED_IN),
        ({"sub": None}, Reason.NOT_SIGNED_IN),
        ({"key": ECKey.generate_key("P-256", {"kid": "first"})}, Reason.NOT_SIGNED_IN),
        ({"key": RSAKey.generate_key(2048), "header": {"alg": "RS256"}}, Reason.NOT_SIGNED_IN),
        (
            {"key": OctKey.import_key("k" * 32), "header": {"alg": "HS256", "kid": "first"}},
            Reason.NOT_SIGNED_IN,
        ),
        ({"roles": "agency"}, None),
        ({"roles": 7}, None),
        ({"roles": [{"agency": 1}]}, None),
    ],
)
async def test_a_token_that_is_not_right_is_refused(changed, reason):
    async with running_issuer() as (issuer, checker):
        token = issuer.token(**changed)
        if reason is None:
            assert (await checker.check(token)).roles == frozenset()
            return
        with pytest.raises(Problem) as refused:
            await checker.check(token)
        assert refused.value.reason is reason


CRIT_5 = "eyJhbGciOiJFUzI1NiIsImNyaXQiOjV9"  # {"alg":"ES256","crit":5}


@pytest.mark.parametrize(
    "token",
    [f"{CRIT_5}.e30.e30", "", "x", "a.b.c", "..", "e30.e30.", "é.é.é", "e30.e30.e30.e30.e30"],
)
async def test_what_is_no_token_is_refused(token):
    async with running_issuer() as (_, checker):
        with pytest.raises(Problem) as refused:
            await checker.check(token)
        assert refused.value.reason is Reason.NOT_SIGNED_IN


async def test_a_new_key_is_fetched_once_and_strangers_cannot_make_it_a_flood(monkeypatch):
    async with running_issuer() as (issuer, checker):
        await checker.check(issuer.token())
        issuer.keys.append(ECKey.generate_key("P-256", {"kid": "second"}))
        monkeypatch.setattr(tokens, "KEYS_AT_MOST_EVERY", 0.0)
        await checker.check(issuer.token())
        assert issuer.key_requests == 2
        monkeypatch.setattr(tokens, "KEYS_AT_MOST_EVERY", 10.0)
        stranger = ECKey.generate_key("P-256", {"kid": "unknown"})
        for _ in range(5):
            with pytest.raises(Problem):
                await checker.check(issuer.token(key=stranger))
        assert issuer.key_requests == 2


async def test_a_key_that_the_issuer_withdrew_is_soon_trusted_no_more(monkeypatch):
    async with running_issuer() as (issuer, checker):
        withdrawn = issuer.token()
        await checker.check(withdrawn)
        issuer.keys = [ECKey.generate_key("P-256", {"kid": "second"})]
        await checker.check(withdrawn)
        monkeypatch.setattr(tokens, "KEYS_GOOD_SECONDS", 0.0)
        monkeypatch.setattr(tokens, "KEYS_AT_MOST_EVERY", 0.0)
        with pytest.raises(Problem) as refused:
            await checker.check(withdrawn)
        assert refused.value.reason is Reason.NOT_SIGNED_IN


async def test_old_keys_count_while_the_issuer_is_away(monkeypatch):
    monkeypatch.setattr(tokens, "KEYS_GOOD_SECONDS", 0.0)
    monkeypatch.setattr(tokens, "KEYS_AT_MOST_EVERY", 0.0)
    async with running_issuer() as (issuer, checker):
        token = issuer.token()
        await checker.check(token)
        issuer.keys_answer = b'{"keys": 5}'
        assert (await checker.check(token)).subject == "ada"
    assert (await checker.check(token)).subject == "ada"


async def test_callers_do_not_queue_for_an_issuer_that_does_not_answer(monkeypatch):
    asked = []

    async def silent(request, writer):
        asked.append(request)
        await asyncio.sleep(60)

    monkeypatch.setattr(tokens, "TIMEOUT_SECONDS", 0.2)
    async with web(silent) as host:
        checker = TokenChecker(f"http://{host}", "talent-network")
        calls = [checker.check("a.b.c") for _ in range(20)]
        answers = await asyncio.gather(*calls, return_exceptions=True)
    assert {answer.reason for answer in answers} == {Reason.UNAVAILABLE}
    assert len(asked) == 1


async def test_without_the_issuer_nobody_is_let_in_and_told_so():
    with pytest.raises(Problem) as refused:
        await TokenChecker("http://127.0.0.1:9", "talent-network").check("a.b.c")
    assert refused.value.reason is Reason.UNAVAILABLE


async def test_a_service_gets_its_own_token_once(issuer, stack_home):
    settings = CommonSettings(
        oidc_issuer=issuer.url,
        oidc_client_id="talent-registry",
        oidc_client_secret=ensure_clients(stack_home.secrets)["talent-registry"],
    )
    own = ServiceToken(settings)
    token = await own.get()
    assert await own.get() == token
    caller = await TokenChecker(issuer.url, settings.oidc_audience).check(token)
    assert Role.SERVICE in caller.roles
