"""Credentials that others made, and the verdict each should get as of 2026-11-23.

Where we hold that the manifest cannot be followed, docs/verification.md says so and why.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import base58
import pytest
from talent_vc import Check, ContextLoader, DictLoader, Outcome, sentence
from talent_vc.files import manifest_documents, verify_file
from talent_vc.jsonld import canonicalize
from talent_vc.jwk import read_jwk
from talent_vc.methods import resolve_method

from .plain import odd_in

REPOSITORY = Path(__file__).parents[3]
DOCS = REPOSITORY / "docs" / "verification.md"
FOLDER = REPOSITORY.parent / "shared" / "vectors"
MANIFEST = FOLDER / "manifest.json"
AT = datetime(2026, 11, 23, tzinfo=UTC)
ENTRIES = json.loads(MANIFEST.read_text())["vectors"] if MANIFEST.exists() else []
CASES = [entry for entry in ENTRIES if entry["kind"] == "rdfc-1.0"]
DIDS = [entry for entry in ENTRIES if entry["kind"] == "did-document"]
FILES = [entry for entry in ENTRIES if entry["kind"] not in ("rdfc-1.0", "did-document")]
P384 = "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ"
OUTCOMES = {
    "parse-error": "unparseable",
    "status-error": "undetermined",
    "revoked+expired": "revoked",
}
JUDGED_OTHERWISE = dict(
    re.findall(r"^\| `([^`]+)` \| [a-z-]+ \| ([a-z-]+) \|", DOCS.read_text(), re.MULTILINE)
)


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


def told(found: dict[str, Any]) -> Iterator[str]:
    """Every sentence of a verdict and its parts."""
    if "summary" in found:
        yield found["summary"]
    for check in found["checks"]:
        yield sentence(Check(**{**check, "outcome": Outcome(check["outcome"])}))
    for part in found.get("parts", []):
        yield from told(part)


def expected(entry: dict[str, Any]) -> str:
    return OUTCOMES.get(entry["expected"], entry["expected"])


needs_vectors = pytest.mark.skipif(not ENTRIES, reason=f"no vectors in {FOLDER}")


@needs_vectors
@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_a_vector_gets_its_verdict(
    entry: dict[str, Any], contexts: ContextLoader, documents: dict[str, bytes]
) -> None:
    found = judge(entry, contexts, documents)
    ours = JUDGED_OTHERWISE.get(entry["file"], expected(entry))
    assert found["outcome"] == ours, found["checks"]
    assert not [text for text in told(found) if odd_in(text)]
    signatures = [c["outcome"] for c in found["checks"] if c["code"] == "proof.signature"]
    if entry.get("proof_valid") and "missing_documents" not in entry:
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
    """Prints how many come out as expected, so that nothing is left out in silence."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for entry in FILES:
        same = judge(entry, contexts, documents)["outcome"] == expected(entry)
        assert same is (entry["file"] not in JUDGED_OTHERWISE)
        counts[(entry["kind"], entry["suite"], "as expected" if same else "otherwise")] += 1
    counts[("rdfc-1.0", "RDFC-1.0", "as expected")] = len(CASES)
    for entry in DIDS:
        assert gives_its_keys(entry)
        counts[("did-document", entry["suite"], "as expected")] += 1
    with capsys.disabled():
        print()
        for (kind, suite, how), count in sorted(counts.items()):
            print(f"{count:4} {kind} {suite}: {how}")
    assert sum(counts.values()) == len(ENTRIES)
    listed = {entry["file"]: entry["expected"] for entry in ENTRIES}
    stated = re.findall(r"^\| `([^`]+)` \| ([a-z-]+) \|", DOCS.read_text(), re.MULTILINE)
    assert all(listed[file] == said for file, said in stated)
