"""What we sign is accepted by an independent implementation, and what it signs by us.

The JavaScript packages are those of bench/peer, installed once into the cache.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from talent_vc import (
    ContextLoader,
    DictLoader,
    Document,
    Options,
    Overall,
    ProofOptions,
    SigningKey,
    add_proof,
    derive,
    sign,
    verify,
)
from talent_vc.public_keys import KeyKind

from bench import peer

from .builders import NOW, make_badge

PAIRS = [
    ("eddsa-rdfc-2022", KeyKind.ED25519),
    ("eddsa-jcs-2022", KeyKind.ED25519),
    ("ecdsa-rdfc-2019", KeyKind.P256),
    ("ecdsa-rdfc-2019", KeyKind.P384),
    ("ecdsa-jcs-2019", KeyKind.P256),
    ("ecdsa-jcs-2019", KeyKind.P384),
]
ASKED = {"challenge": "3f1b-72", "domain": "https://employer.example"}
MANDATORY = ("/issuer", "/validFrom", "/credentialSubject/achievement")
SELECTIVE = ("/validUntil", "/credentialSubject/result")
TAMPERED = " (tampered)"


def make_credential(
    contexts: ContextLoader, suite: str, kind: KeyKind, mandatory: tuple[str, ...] = ()
) -> Document:
    key = SigningKey.generate(kind)
    badge = make_badge()
    del badge["credentialStatus"]
    badge["issuer"]["id"] = key.did_key
    badge["credentialSubject"]["creditsEarned"] = 3.0  # what JavaScript cannot tell from 3
    badge["credentialSubject"]["achievement"]["creditsAvailable"] = 4.5
    return sign(
        badge,
        key=key,
        verification_method=key.did_key_method,
        created=NOW,
        contexts=contexts,
        suite=suite,
        options=ProofOptions(mandatory=mandatory),
    )


def make_presentation(contexts: ContextLoader, credential: Document, challenge: str) -> Document:
    key = SigningKey.generate(KeyKind.P256)
    document: Document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": key.did_key,
        "verifiableCredential": [credential],
    }
    options = ProofOptions("authentication", challenge=challenge, domain=ASKED["domain"])
    return sign(
        document,
        key=key,
        verification_method=key.did_key_method,
        created=NOW,
        contexts=contexts,
        options=options,
    )


def with_a_witness(document: Document, contexts: ContextLoader) -> Document:
    key = SigningKey.generate(KeyKind.P384)
    method = key.did_key_method
    return add_proof(document, key=key, verification_method=method, created=NOW, contexts=contexts)


def tampered(document: Document) -> Document:
    """With another result, here or in the credential that is presented."""
    copy: Document = json.loads(json.dumps(document))
    credential = copy.get("verifiableCredential", copy)
    credential = credential[0] if isinstance(credential, list) else credential
    credential["credentialSubject"]["result"][0]["value"] = "5"
    return copy


@pytest.fixture(scope="module")
def ours(contexts: ContextLoader) -> dict[str, Document]:
    made = {f"{suite} {kind}": make_credential(contexts, suite, kind) for suite, kind in PAIRS}
    [first, *_] = made.values()
    base = make_credential(contexts, "ecdsa-sd-2023", KeyKind.P256, MANDATORY)
    made["set"] = with_a_witness(first, contexts)
    made["base"] = base
    made["derived"] = derive(base, SELECTIVE, contexts)
    made["presentation"] = make_presentation(contexts, first, ASKED["challenge"])
    made["another challenge"] = make_presentation(contexts, first, "other")
    return made


@pytest.fixture(scope="module")
def theirs(contexts: ContextLoader, ours: dict[str, Document]) -> Any:
    unsigned = make_badge()
    del unsigned["credentialStatus"]
    asked = {
        "now": NOW.isoformat(),
        "contexts": {url: contexts.document(url) for url in contexts.urls},
        "documents": {},
        "verify": ours | {f"{name}{TAMPERED}": tampered(made) for name, made in ours.items()},
        "unsigned": unsigned,
        "bases": {"ours": ours["base"]},
        "mandatory": MANDATORY,
        "selective": SELECTIVE,
        "asked": ASKED,
    }
    return json.loads(peer.run(Path(__file__).parent / "peer.mjs", text=json.dumps(asked)))


def outcome(document: Document, contexts: ContextLoader, **options: Any) -> Overall:
    loader = DictLoader({})
    found = verify(document, at=NOW, contexts=contexts, loader=loader, options=Options(**options))
    return found.outcome


def test_they_accept_what_we_sign(theirs: Any, ours: dict[str, Document]) -> None:
    refused = {"base", "another challenge"}
    for name in ours:
        assert theirs["verified"][name] is (name not in refused), name


def test_they_refuse_what_was_changed(theirs: Any, ours: dict[str, Document]) -> None:
    for name in ours:
        assert theirs["verified"][f"{name}{TAMPERED}"] is False, name


def test_we_accept_what_they_sign_and_refuse_it_changed(
    theirs: Any, contexts: ContextLoader
) -> None:
    assert len(theirs["signed"]) == len(PAIRS) + 1  # Ed25519Signature2020 as well
    made = {**theirs["signed"], **theirs["derived"]}
    for name, document in made.items():
        assert outcome(document, contexts) is Overall.VALID, name
        assert outcome(tampered(document), contexts) is Overall.INVALID, name
    assert outcome(theirs["base"], contexts) is Overall.INVALID
    assert outcome(derive(theirs["base"], SELECTIVE, contexts), contexts) is Overall.VALID


def test_both_derive_the_same(theirs: Any, ours: dict[str, Document]) -> None:
    """Their arrays of one entry are the entry alone."""
    found = theirs["derived"]["ours"]["proof"]["proofValue"]
    assert found == ours["derived"]["proof"]["proofValue"]


def test_we_accept_what_they_present_as_asked(theirs: Any, contexts: ContextLoader) -> None:
    presentation = theirs["presentation"]
    assert outcome(presentation, contexts) is Overall.VALID
    assert outcome(presentation, contexts, **ASKED) is Overall.VALID
    assert outcome(presentation, contexts, **{**ASKED, "challenge": "x"}) is Overall.INVALID
    assert outcome(presentation, contexts, **{**ASKED, "domain": "x"}) is Overall.INVALID
    assert outcome(tampered(presentation), contexts) is Overall.INVALID
