"""Credentials that others made, and the verdict each should get as of 2026-11-23.

A kind that is not covered yet must come out as undetermined, never as a wrong verdict. Where we
hold that the manifest cannot be followed, the entry stands in a table below with the reason.
"""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import base58
import pytest
from talent_vc import ContextLoader, DictLoader
from talent_vc.files import manifest_documents, verify_file
from talent_vc.jsonld import canonicalize
from talent_vc.jwk import read_jwk
from talent_vc.methods import resolve_method

FOLDER = Path(__file__).parents[4] / "shared" / "vectors"
MANIFEST = FOLDER / "manifest.json"
AT = datetime(2026, 11, 23, tzinfo=UTC)
ENTRIES = json.loads(MANIFEST.read_text())["vectors"] if MANIFEST.exists() else []
CASES = [entry for entry in ENTRIES if entry["kind"] == "rdfc-1.0"]
DIDS = [entry for entry in ENTRIES if entry["kind"] == "did-document"]
FILES = [entry for entry in ENTRIES if entry["kind"] not in ("rdfc-1.0", "did-document")]
COVERED = {
    "eddsa-rdfc-2022",
    "eddsa-2022",
    "Ed25519Signature2020",
    "Ed25519Signature2020+eddsa-rdfc-2022",
    "ecdsa-rdfc-2019",
    "eddsa-jcs-2022",
    "ecdsa-jcs-2019",
    "ecdsa-sd-2023",
    "VC-JWT",
    "none",
    "see baked payload",
    "unsigned-structure",
}
P384 = "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ"
OUTCOMES = {
    "parse-error": {"unparseable"},
    "status-error": {"undetermined"},
    "revoked+expired": {"revoked"},
}
KEY_IN_URL = "the https document that would vouch for the key in the URL is not at hand"
NOT_THE_ISSUER = "proof right; nothing ties the https issuer to the did:key that signed"
BARE_KEY = "the key is in the token itself, which says nothing of whose it is"
LINK = "the picture is a code with a short link; the page behind it is not at hand"
DIFFERS = {
    "1edtech__simple.json": ({"undetermined"}, KEY_IN_URL),
    "1edtech__simple_v1.json": ({"undetermined"}, KEY_IN_URL),
    "1edtech__simple-eddsa-2022.json": ({"undetermined"}, KEY_IN_URL),
    "1edtech__simple-context-alias.json": ({"undetermined"}, KEY_IN_URL),
    "1edtech__simple.1ob": ({"undetermined"}, KEY_IN_URL),
    "1edtech__simple.jwt": ({"invalid"}, "it has no achievement, and names no key to check it by"),
    "1edtech__simple-jwt_v1.png": ({"undetermined"}, BARE_KEY),
    "1edtech__simple-jwt_v1.svg": ({"undetermined"}, BARE_KEY),
    "1edtech__simple-json.png": ({"undetermined"}, KEY_IN_URL),
    "dcc__v1__dataIntegrityProof__didKey__mixedRegistry-validStatus-noExpiry.svg": (
        {"undetermined"},
        LINK,
    ),
    "1edtech__complete.json": ({"undetermined"}, "missing documents"),
    "1edtech__complete_v1.json": ({"expired"}, "missing documents, and it expired in 2020"),
    "1edtech__credential-status-revoked.json": ({"undetermined"}, "missing documents"),
    "1edtech__bit-string-list__credential-status-revoked.json": (
        {"undetermined"},
        "missing documents",
    ),
    "verifier-core__v2WithBadDidWeb.json": ({"undetermined"}, "missing documents"),
    "vc-di-eddsa__Ed25519Signature2020__signedEdSig.json": ({"undetermined"}, NOT_THE_ISSUER),
    "vc-di-eddsa__proof-set-chain__signedProofChain1.json": ({"undetermined"}, NOT_THE_ISSUER),
    "vc-di-eddsa__proof-set-chain__signedProofChain2.json": ({"undetermined"}, NOT_THE_ISSUER),
    "vc-di-eddsa__proof-set-chain__signedProofSet1.json": ({"undetermined"}, NOT_THE_ISSUER),
    "vc-di-eddsa__eddsa-rdfc-2022__employ__signedDataInt.json": (
        {"undetermined", "valid"},
        "missing document: its context may or may not be on file",
    ),
    "vc-di-ecdsa__ecdsa-rdfc-2019-p256__signedECDSAP256.json": ({"undetermined"}, NOT_THE_ISSUER),
    "vc-di-ecdsa__ecdsa-rdfc-2019-p256__employ__signedECDSAP256.json": (
        {"undetermined"},
        "missing documents",
    ),
    "vc-di-ecdsa__ecdsa-jcs-2019-p256__signedJCSECDSAP256.json": (
        {"undetermined"},
        NOT_THE_ISSUER,
    ),
    "vc-di-eddsa__eddsa-jcs-2022__signedJCS.json": ({"undetermined"}, NOT_THE_ISSUER),
    "vcdm2__credential-validUntil-validFrom-ok.json": (
        {"unparseable"},
        "the dates are placeholders of the template it was made from",
    ),
}


@pytest.fixture(scope="module")
def documents() -> dict[str, bytes]:
    return manifest_documents(MANIFEST)


def judge(
    entry: dict[str, Any], contexts: ContextLoader, documents: dict[str, bytes]
) -> dict[str, Any]:
    structure = entry["suite"] == "unsigned-structure"
    return verify_file(
        FOLDER / entry["file"],
        at=AT,
        contexts=contexts,
        documents=documents,
        structure=structure,
    )


def allowed(entry: dict[str, Any]) -> set[str]:
    if entry["file"] in DIFFERS:
        return DIFFERS[entry["file"]][0]
    expected = OUTCOMES.get(entry["expected"], {entry["expected"]})
    if is_covered(entry):
        return expected
    return (expected - {"valid"}) | {"undetermined"}


def is_covered(entry: dict[str, Any]) -> bool:
    return entry["suite"] in COVERED


needs_vectors = pytest.mark.skipif(not ENTRIES, reason=f"no vectors in {FOLDER}")


@needs_vectors
@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_a_vector_gets_its_verdict(
    entry: dict[str, Any], contexts: ContextLoader, documents: dict[str, bytes]
) -> None:
    found = judge(entry, contexts, documents)
    assert found["outcome"] in allowed(entry), found["checks"]
    signatures = [c["outcome"] for c in found["checks"] if c["code"] == "proof.signature"]
    if entry.get("proof_valid") and entry["suite"] in COVERED and "missing_documents" not in entry:
        assert signatures
        assert set(signatures) == {"passed"}


@needs_vectors
@pytest.mark.parametrize(
    ("like", "value"),
    [
        (
            "vc-di-ecdsa__ecdsa-rdfc-2019-p256__signedECDSAP256.json",
            "z967Mvv5bxtmLNqTzPZ8KmJjFmFXaAKeQNzq7GWnQkMcLtaGSSmuozE5WtJ8PipMe178B1tE28K1vsJur9bGV"
            "Jhz6jgSJsRHFSQeqgH8hhjcg8gZDFJC1b9FsR5ggNmDBqHv",
        ),
        (
            "vc-di-ecdsa__ecdsa-jcs-2019-p256__signedJCSECDSAP256.json",
            "zq3EuTeLiGurmB2JR5oL8oWEsT7u2tba4HT1oZbiMYWc5qzsoW2kLYcBcF4HM5vCpJyTkceULKrVXuJQkXeN5"
            "seL4uXrFNFRMm53GWy1Yrto8rTWxZi9DkNeWP7yUPs7ELAm",
        ),
    ],
)
def test_the_same_signed_with_p384_holds_too(
    like: str, value: str, contexts: ContextLoader, documents: dict[str, bytes], tmp_path: Path
) -> None:
    """As Data Integrity ECDSA Cryptosuites 1.0 prints it beside the vector that it is like."""
    document = json.loads((FOLDER / like).read_text())
    method = "did:key:" + "#".join([P384] * 2)
    document["proof"] = {**document["proof"], "verificationMethod": method, "proofValue": value}
    file = tmp_path / like
    file.write_text(json.dumps(document))
    found = verify_file(file, at=AT, contexts=contexts, documents=documents)
    [check] = [check for check in found["checks"] if check["code"] == "proof.signature"]
    assert check["outcome"] == "passed"


@needs_vectors
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_canonical_form_equals_the_vector(case: dict[str, Any]) -> None:
    document = json.loads((FOLDER / case["file"]).read_text())
    sha384 = case.get("hash") == "SHA-384"
    assert canonicalize(document["input"], sha384=sha384) == document["canonical"]


def gives_its_keys(entry: dict[str, Any]) -> bool:
    """Whether each DID is resolved to the key of its document."""
    found = json.loads((FOLDER / entry["file"]).read_text())
    listed = "verificationMethod" in found
    for document in [found] if listed else [each["didDocument"] for each in found.values()]:
        [method, *_] = document["verificationMethod"]
        assert method["id"] in document["assertionMethod"]
        key = resolve_method(method["id"], DictLoader({})).key
        if "publicKeyJwk" in method:
            assert key == read_jwk(method["publicKeyJwk"])
        else:
            assert key.raw == base58.b58decode(method["publicKeyBase58"])
    return True


@needs_vectors
@pytest.mark.parametrize("entry", DIDS, ids=lambda entry: entry["file"])
def test_a_did_gives_the_key_of_its_document(entry: dict[str, Any]) -> None:
    assert gives_its_keys(entry)


@needs_vectors
def test_every_vector_is_counted(
    contexts: ContextLoader, documents: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints what is covered and what is not, so that nothing is left out in silence."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for entry in FILES:
        expected = OUTCOMES.get(entry["expected"], {entry["expected"]})
        same = judge(entry, contexts, documents)["outcome"] in expected
        how = "as expected" if same else "open" if is_covered(entry) else "not covered yet"
        counts[(entry["kind"], entry["suite"], how)] += 1
    counts[("rdfc-1.0", "RDFC-1.0", "as expected")] = len(CASES)
    for entry in DIDS:
        how = "as expected" if gives_its_keys(entry) else "not covered yet"
        counts[("did-document", entry["suite"], how)] += 1
    with capsys.disabled():
        print()
        for (kind, suite, how), count in sorted(counts.items()):
            print(f"{count:4} {kind} {suite}: {how}")
    assert sum(counts.values()) == len(ENTRIES)
    listed = {entry["file"] for entry in ENTRIES}
    assert set(DIFFERS) <= listed
