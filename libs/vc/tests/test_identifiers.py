"""DIDs, keys, and signing in worker processes."""

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from talent_vc import (
    ContextLoader,
    CredentialError,
    DidError,
    LinkedDataError,
    Overall,
    SigningKey,
    did_key_document,
    did_web_url,
    identity_hash,
)
from talent_vc.instants import timestamp
from talent_vc.worker import Given, SignRequest, VerifyRequest, init_worker, sign_many, verify_many

from .builders import KEY, LISTS, NOW, make_badge, make_list


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:example.com:user:alice", "https://example.com/user/alice/did.json"),
        ("did:web:example.com%3A3000:a", "https://example.com:3000/a/did.json"),
        ("did:web:localhost%3A7111:a", "http://localhost:7111/a/did.json"),
    ],
)
def test_where_a_did_web_lies(did: str, url: str) -> None:
    assert did_web_url(did, insecure_hosts=("localhost:7111",)) == url


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:web:user@host",
        "did:web:host%2Fpath",
        "did:web:host:..",
        "did:web:host:%2e%2e",
        "did:web:host:a%2Fb",
        "did:web:host:a?b",
        "did:web:host::",
        "did:key:z6Mk",
    ],
)
def test_a_did_web_that_could_lead_elsewhere_is_refused(did: str) -> None:
    with pytest.raises(DidError):
        did_web_url(did)


def test_did_key_holds_its_key() -> None:
    key = SigningKey.generate()
    document = did_key_document(key.did_key)
    assert document["assertionMethod"] == [key.did_key_method]
    assert document["verificationMethod"][0]["publicKeyMultibase"] == key.public_multikey
    assert SigningKey.from_bytes(key.to_bytes()).did_key == key.did_key
    with pytest.raises(CredentialError):
        did_key_document("did:key:z6MkBroken0")


def test_identity_hash_is_of_address_and_salt() -> None:
    # Open Badges 3.0, IdentityHash: sha256 over the identity followed by the salt.
    digest = "b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
    assert identity_hash("a@example.com", "Kosher") == f"sha256${digest}"


def test_workers_sign_and_verify(contexts_folder: Path, contexts: ContextLoader) -> None:
    lists = {url: make_list(contexts, purpose) for purpose, url in LISTS.items()}
    bad = {**make_badge(), "salary": "high"}
    documents = [make_badge(index=1), bad, make_badge(index=7)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, init_worker, (str(contexts_folder),)) as pool:
        requests = [
            SignRequest(document, KEY.to_bytes(), KEY.did_key_method, NOW) for document in documents
        ]
        first, refused, third = pool.submit(sign_many, requests).result()
        assert isinstance(refused, LinkedDataError)
        assert "salary" in refused.mend
        checks = [
            VerifyRequest(json.dumps(document).encode(), Given(NOW, lists))
            for document in (first, third)
        ]
        verdicts = pool.submit(verify_many, checks).result()
    assert [verdict.outcome for verdict in verdicts] == [Overall.VALID, Overall.REVOKED]


def test_a_year_is_written_with_four_digits() -> None:
    assert timestamp(datetime(33, 4, 3, tzinfo=UTC)) == "0033-04-03T00:00:00Z"
