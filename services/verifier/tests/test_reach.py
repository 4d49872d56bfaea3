"""A credential cannot make the verifier connect to where its writer wants."""

import dataclasses
import json

import pytest
from talent_proto.verifier.v1.verifier_pb2 import VerifyRequest
from talent_vc import ContextLoader, SigningKey
from talent_verifier.judging import DOCUMENTS_AT_MOST

from .builders import Provider, published
from .conftest import Verifier
from .web import Web


@dataclasses.dataclass
class Attacker(Provider):
    """Names any DID and any status list."""

    named_did: str = ""
    named_list: str = ""

    @property
    def did(self) -> str:
        return self.named_did or super().did

    def list_url(self, purpose: str) -> str:
        return self.named_list or super().list_url(purpose)


def attacks(web: Web, trap: Web, contexts: ContextLoader) -> list[bytes]:
    """Badges that name the trap, or an address inside, as issuer or as status list."""
    port = trap.port
    dids = [
        f"did:web:127.0.0.1%3A{port}",
        f"did:web:localhost%3A{port}:a",
        f"did:web:0x7f000001%3A{port}",
        f"did:web:2130706433%3A{port}",
        "did:web:127.0.0.1",
        "did:web:169.254.169.254:latest",
    ]
    lists = [
        f"http://127.0.0.1:{port}/list",
        f"https://127.0.0.1:{port}/list",
        f"https://localhost:{port}/list",
        f"https://[::1]:{port}/list",
        f"https://[::ffff:127.0.0.1]:{port}/list",
        f"https://{web.host}@127.0.0.1:{port}/list",
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        web.url("/away"),
    ]
    web.redirects["/away"] = trap.url("/list")
    key = SigningKey.generate()
    badges = [Attacker(web, contexts, named_did=did, key=key).badge(index=None) for did in dids]
    for url in lists:
        attacker = Attacker(web, contexts)
        attacker.named_list = url
        badges.append(attacker.badge())
    return badges


@pytest.mark.parametrize("edge", ["http", "grpc", "events"])
async def test_only_public_addresses_are_reached(
    edge: str, verifier: Verifier, web: Web, trap: Web, contexts: ContextLoader
) -> None:
    undetermined = {"http": "undetermined", "grpc": 3, "events": 3}[edge]
    publisher = Provider(web, contexts)
    for content in attacks(web, trap, contexts):
        if edge == "http":
            answer = await verifier.http.post("/v1/verifications", content=content)
            outcome = answer.json()["outcome"]
        elif edge == "grpc":
            response = await verifier.rpc.Verify(VerifyRequest(credential=content))
            outcome = response.verdict.outcome
        else:
            verdict = await verifier.judges(published(publisher, content, verifier.clock))
            outcome = verdict.outcome
        assert outcome == undetermined, content
    assert trap.connections == 0


async def test_an_answer_too_large_or_never_ending_redirects_are_given_up(
    verifier: Verifier, web: Web, contexts: ContextLoader
) -> None:
    web.redirects["/round"] = web.url("/round")
    web.pages["/large"] = (b" " * 3_000_000, "")
    for path in ("/round", "/large"):
        attacker = Attacker(web, contexts)
        attacker.named_list = web.url(path)
        answer = await verifier.http.post("/v1/verifications", content=attacker.badge())
        assert answer.json()["outcome"] == "undetermined"


async def test_one_credential_causes_few_fetches(
    verifier: Verifier, web: Web, contexts: ContextLoader
) -> None:
    """Lists without end, each signed by keys without end."""
    provider = Provider(web, contexts)
    document = json.loads(provider.badge())
    entry = document["credentialStatus"][0]
    document["credentialStatus"] = [
        {**entry, "statusListCredential": web.url(f"/lists/{n}")} for n in range(15)
    ]
    for n in range(15):
        host = web.host.replace(":", "%3A")
        proofs = [{"verificationMethod": f"did:web:{host}:keys:{n}-{m}#k"} for m in range(15)]
        signed = {"@context": "x", "type": "y", "proof": proofs}
        web.pages[f"/lists/{n}"] = (json.dumps(signed).encode(), "")
    answer = await verifier.http.post("/v1/verifications", content=json.dumps(document).encode())
    assert answer.json()["outcome"] == "invalid"
    assert len(web.asked) <= DOCUMENTS_AT_MOST
