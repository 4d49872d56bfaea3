"""Proofs by each cryptosuite, made with keys of each kind that the suite is for."""

from dataclasses import dataclass

import pyoxigraph
import pytest
from talent_vc import (
    ContextLoader,
    DictLoader,
    Document,
    Outcome,
    Overall,
    Verdict,
    canonical_quads,
    multibase,
    verify,
)
from talent_vc.jsonld import canonicalize
from talent_vc.public_keys import KeyKind
from talent_vc.suites import SUITES, signed_bytes

from .builders import KEY, NOW, make_badge
from .curves import CURVES, CurveKey, badge_of, make_proven

PAIRS = [(suite, kind) for suite, row in SUITES.items() if row.forms for kind in row.kinds]
NEW = [(suite, kind) for suite, kind in PAIRS if suite != "Ed25519Signature2020"]


@dataclass(frozen=True)
class Judge:
    contexts: ContextLoader
    loader: DictLoader

    def __call__(self, document: Document) -> Verdict:
        return verify(document, at=NOW, contexts=self.contexts, loader=self.loader)


@pytest.fixture
def judge(contexts: ContextLoader, loader: DictLoader) -> Judge:
    return Judge(contexts, loader)


def signature_of(verdict: Verdict) -> Outcome:
    return next(check.outcome for check in verdict.checks if check.code == "proof.signature")


@pytest.mark.parametrize(("suite", "kind"), NEW)
def test_a_badge_is_valid_by_every_suite(
    judge: Judge, contexts: ContextLoader, suite: str, kind: KeyKind
) -> None:
    key = CurveKey(kind)
    verdict = judge(make_proven(badge_of(key), contexts, key, suite))
    assert verdict.outcome is Overall.VALID, verdict.checks


@pytest.mark.parametrize(("suite", "kind"), NEW)
def test_a_changed_badge_or_signature_is_invalid_by_every_suite(
    judge: Judge, contexts: ContextLoader, suite: str, kind: KeyKind
) -> None:
    key, other = CurveKey(kind), CurveKey(kind)
    signed = make_proven(badge_of(key), contexts, key, suite)
    by_other = make_proven(badge_of(key), contexts, other, suite)["proof"]["proofValue"]
    for changed in (
        {**signed, "name": "Welding Level 3"},
        {**signed, "proof": {**signed["proof"], "created": "2026-11-22T00:00:00Z"}},
        {**signed, "proof": {**signed["proof"], "proofValue": by_other}},
        {**signed, "proof": {**signed["proof"], "proofValue": by_other[:-1]}},
    ):
        verdict = judge(changed)
        assert verdict.outcome is Overall.INVALID
        assert signature_of(verdict) is Outcome.FAILED


@pytest.mark.parametrize("suite", sorted({suite for suite, _ in NEW}))
@pytest.mark.parametrize("kind", CURVES)
def test_a_key_that_the_suite_is_not_for_fails(
    judge: Judge, contexts: ContextLoader, suite: str, kind: KeyKind
) -> None:
    if kind in SUITES[suite].kinds:
        return
    key = CurveKey(kind)
    verdict = judge(make_proven(badge_of(key), contexts, key, suite))
    assert verdict.outcome is Overall.INVALID
    assert signature_of(verdict) is Outcome.FAILED


def test_with_a_p384_key_blank_nodes_are_told_apart_by_sha384(
    judge: Judge, contexts: ContextLoader
) -> None:
    key = CurveKey(KeyKind.P384)
    badge = badge_of(key)
    assert canonical_quads(badge, contexts) != canonical_quads(badge, contexts, sha384=True)
    proven = make_proven(badge, contexts, key, "ecdsa-rdfc-2019")
    assert signature_of(judge(proven)) is Outcome.PASSED
    options = {name: value for name, value in proven["proof"].items() if name != "proofValue"}
    wrong = key.sign(signed_bytes(badge, options, contexts, KeyKind.P256))
    proof = {**options, "proofValue": multibase.encode(wrong)}
    assert signature_of(judge({**badge, "proof": proof})) is Outcome.FAILED


def test_unnamed_graphs_are_told_apart_by_sha384_as_well() -> None:
    quads = '_:a <https://x.example/p> "1" _:g .\n_:b <https://x.example/q> _:a _:g .\n'
    dataset = pyoxigraph.Dataset(
        pyoxigraph.parse(quads.encode(), format=pyoxigraph.RdfFormat.N_QUADS)  # pyright: ignore[reportArgumentType]
    )
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0_SHA_384)
    lines = sorted(f"{quad} .\n" for quad in dataset)
    assert canonicalize(quads, sha384=True) == "".join(lines)


@pytest.mark.parametrize(("suite", "kind"), NEW)
def test_a_chain_may_mix_suites(
    judge: Judge, contexts: ContextLoader, suite: str, kind: KeyKind
) -> None:
    issuer, key = CurveKey(KeyKind.ED25519), CurveKey(kind)
    badge = badge_of(issuer)
    first = make_proven(badge, contexts, issuer, "eddsa-rdfc-2022", id="urn:uuid:1")["proof"]
    before = {**badge, "proof": [first]}
    last = make_proven(before, contexts, key, suite, previousProof="urn:uuid:1")["proof"]
    assert judge({**badge, "proof": [first, last]}).outcome is Overall.VALID
    first = {**first, "expires": "2040-01-01T00:00:00Z"}
    assert judge({**badge, "proof": [first, last]}).outcome is Overall.INVALID


def test_an_older_proof_may_bring_the_context_of_its_suite(
    judge: Judge, contexts: ContextLoader
) -> None:
    """As wallets write it that build on the Rust library of SpruceID."""
    badge = make_badge()
    suite = "https://w3id.org/security/suites/ed25519-2020/v1"
    assert suite not in badge["@context"]
    options: Document = {
        "@context": [suite],
        "type": "Ed25519Signature2020",
        "created": "2026-11-22T00:00:00Z",
        "proofPurpose": "assertionMethod",
        "verificationMethod": KEY.did_key_method,
    }
    value = multibase.encode(KEY.sign(signed_bytes(badge, options, contexts)))
    proof = {**options, "proofValue": value}
    assert judge({**badge, "proof": proof}).outcome is Overall.VALID
    assert judge({**badge, "proof": {**proof, "@context": suite}}).outcome is Overall.VALID
    # The same statements, with the context where the others stand.
    around = {**badge, "@context": [*badge["@context"], suite]}
    alone = {name: proof[name] for name in proof if name != "@context"}
    assert judge({**around, "proof": alone}).outcome is Overall.VALID
    for changed in (
        {"created": "2026-11-21T00:00:00Z"},
        {"@context": []},
        {"@context": [suite, {"created": "urn:x:created"}]},
        {"@context": [suite, {"made": "http://purl.org/dc/terms/created"}], "made": "2026"},
        {"@context": ["https://contexts.example/v1", suite]},
    ):
        assert judge({**badge, "proof": {**proof, **changed}}).outcome is not Overall.VALID
    assert judge({**badge, "proof": alone}).outcome is Overall.INVALID
