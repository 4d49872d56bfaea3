"""The issuer signs people in, makes the network's tokens, and never leaves the loopback."""

import base64
import hashlib
import json
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from talent_local.home import Home
from talent_local.issuer import Issuer
from talent_local.issuer.app import build_app
from talent_local.secret_files import ensure_secrets

VERIFIER = "a-verifier-of-at-least-forty-three-characters-long"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")
REDIRECT = "http://127.0.0.1:9999/signed-in?page=1"


def asked(**changes: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": "talent-portal",
        "redirect_uri": REDIRECT,
        "code_challenge": CHALLENGE.decode(),
        "code_challenge_method": "S256",
        "state": "s1",
        "nonce": "n1",
    } | changes


def claims(issuer_url: str, token: str) -> dict[str, object]:
    keys = KeySet.import_key_set(httpx.get(f"{issuer_url}/jwks").json())
    return jwt.decode(token, keys, algorithms=["ES256"]).claims


@pytest.fixture
def secret(stack_home: Home) -> str:
    ensure_secrets(stack_home)
    return json.loads((stack_home.secrets / "clients.json").read_text())["talent-portal"]


def sign_in(issuer: Issuer, **form: str) -> httpx.Response:
    typed = {"name": "Ana", "email": "Ana@Example.com", "role": "holder"} | form
    return httpx.post(f"{issuer.url}/authorize", data=asked() | typed)


def exchange(issuer: Issuer, code: str, secret: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        "client_id": "talent-portal",
        "client_secret": secret,
    }
    return httpx.post(f"{issuer.url}/token", data=form | changes)


def code_of(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["page"] == ["1"]
    assert query["state"] == ["s1"]
    return query["code"][0]


def test_a_person_signs_in_with_a_code_and_pkce(issuer: Issuer, secret: str) -> None:
    tokens = exchange(issuer, code_of(sign_in(issuer)), secret).json()
    access = claims(issuer.url, tokens["access_token"])
    assert access["aud"] == "talent-network"
    assert access["iss"] == issuer.url
    assert access["roles"] == ["holder"]
    assert access["email"] == "Ana@Example.com"
    assert access["email_verified"] is True
    identity = claims(issuer.url, tokens["id_token"])
    assert (identity["aud"], identity["nonce"]) == ("talent-portal", "n1")
    assert identity["sub"] == access["sub"]


def test_the_same_address_is_the_same_person(issuer: Issuer, secret: str) -> None:
    first = exchange(issuer, code_of(sign_in(issuer)), secret).json()["access_token"]
    again = code_of(sign_in(issuer, email="ana@example.com"))
    second = exchange(issuer, again, secret).json()["access_token"]
    assert claims(issuer.url, first)["sub"] == claims(issuer.url, second)["sub"]


def test_a_code_works_once(issuer: Issuer, secret: str) -> None:
    code = code_of(sign_in(issuer))
    assert exchange(issuer, code, secret).is_success
    assert exchange(issuer, code, secret).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "another"}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:1/"}, "invalid_grant"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "talent-unknown"}, "invalid_grant"),
    ],
)
def test_a_code_is_for_the_one_who_asked(
    issuer: Issuer, secret: str, changes: dict[str, str], error: str
) -> None:
    code = code_of(sign_in(issuer))
    assert exchange(issuer, code, secret, **changes).json()["error"] == error


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://example.com/"},
        {"redirect_uri": "http://example.com\\@127.0.0.1/"},
        {"redirect_uri": "javascript://127.0.0.1/%0aalert(1)"},
        {"redirect_uri": "http://[::1/"},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"client_id": ""},
    ],
)
def test_a_wrong_request_gets_no_sign_in_page(issuer: Issuer, changes: dict[str, str]) -> None:
    assert httpx.get(f"{issuer.url}/authorize", params=asked(**changes)).status_code == 400


@pytest.mark.parametrize(
    ("form", "mend"),
    [
        ({"email": "ana"}, "Type an e-mail address"),
        ({"role": "operator"}, "Choose what you are here as"),
        ({"role": "employer"}, "Type the id of your organization"),
    ],
)
def test_a_wrong_form_says_what_to_do(issuer: Issuer, form: dict[str, str], mend: str) -> None:
    answer = sign_in(issuer, **form)
    assert answer.status_code == 400
    assert mend in answer.text


def test_a_person_of_the_demo_signs_in_by_choice(
    issuer: Issuer, secret: str, stack_home: Home
) -> None:
    people = [{"subject": "bo", "name": "Bo <Ltd>", "roles": ["employer"], "org_id": "o1"}]
    (stack_home.root / "personas.json").write_text(json.dumps(people))
    page = httpx.get(f"{issuer.url}/authorize", params=asked()).text
    assert "Bo &lt;Ltd&gt; (employer)" in page
    answer = httpx.post(f"{issuer.url}/authorize", data=asked() | {"persona": "bo"})
    token = exchange(issuer, code_of(answer), secret).json()["access_token"]
    assert claims(issuer.url, token)["org_id"] == "o1"


def test_a_service_gets_a_token_by_its_secret(issuer: Issuer, secret: str) -> None:
    answer = httpx.post(
        f"{issuer.url}/token",
        data={"grant_type": "client_credentials"},
        auth=("talent-portal", secret),
    )
    found = claims(issuer.url, answer.json()["access_token"])
    assert (found["sub"], found["roles"]) == ("talent-portal", ["service"])


@pytest.mark.parametrize("auth", [("talent-portal", "wrong"), ("nobody", ""), ("nobody", "x")])
def test_a_stranger_gets_no_service_token(
    issuer: Issuer, secret: str, auth: tuple[str, str]
) -> None:
    form = {"grant_type": "client_credentials"}
    assert httpx.post(f"{issuer.url}/token", data=form, auth=auth).status_code == 401


def test_the_issuer_refuses_to_leave_the_loopback() -> None:
    command = (sys.executable, "-m", "talent_local.issuer", "--host", "0.0.0.0")
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode != 0
    assert "only listens on the loopback" in done.stderr


@pytest.mark.parametrize("caller", ["192.0.2.7", "10.0.0.5", "2001:db8::1"])
async def test_the_issuer_refuses_callers_from_elsewhere(tmp_path: Path, caller: str) -> None:
    app = build_app(Home(tmp_path), "http://127.0.0.1:7103")
    for address, status in (("127.0.0.1", 200), (caller, 403)):
        transport = httpx.ASGITransport(app, client=(address, 5555))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            wish = {"subject": "ana", "roles": ["agency"]}
            assert (await client.post("/dev/token", json=wish)).status_code == status
            assert (await client.get("/jwks")).status_code == status


@pytest.mark.parametrize(
    "header",
    [{"Host": "evil.example"}, {"X-Forwarded-For": "192.0.2.7"}, {"Forwarded": "for=192.0.2.7"}],
)
def test_the_issuer_refuses_other_names_and_forwarded_calls(
    issuer: Issuer, header: dict[str, str]
) -> None:
    assert httpx.get(f"{issuer.url}/jwks", headers=header).status_code == 403


def test_the_issuer_does_not_answer_on_this_machines_other_addresses(issuer: Issuer) -> None:
    port = urlsplit(issuer.url).port
    with socket.socket() as probe:
        probe.settimeout(2)
        # Another address of this machine; only 127.0.0.1 is bound.
        assert probe.connect_ex(("127.0.0.2", port or 0)) != 0
