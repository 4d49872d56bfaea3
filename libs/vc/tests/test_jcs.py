"""Proofs over the JSON itself (JCS), with the rules for contexts and terms that go with them."""

import hashlib
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talent_vc import ContextLoader, DictLoader, Document, Overall, multibase, verify, verify_bytes
from talent_vc.instants import timestamp
from talent_vc.public_keys import KeyKind

from .builders import NOW
from .changes import shuffled, with_a_changed_character
from .curves import CURVES, CurveKey, badge_of, make_proven

PAIRS = [
    ("eddsa-jcs-2022", KeyKind.ED25519),
    ("ecdsa-jcs-2019", KeyKind.P256),
    ("ecdsa-jcs-2019", KeyKind.P384),
]
KEYS = {kind: CurveKey(kind) for kind in CURVES}
KEY = KEYS[KeyKind.P256]
NEW = "https://contexts.example/new/v1"
often = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def prove(document: Document, contexts: ContextLoader, **options: object) -> Document:
    """Signed with KEY; as the specification has it, the proof names the document's contexts."""
    options = {"@context": document["@context"], **options}
    return make_proven(document, contexts, KEY, "ecdsa-jcs-2019", **options)


@pytest.mark.parametrize(("suite", "kind"), PAIRS)
def test_what_is_signed_is_the_plain_text_with_sorted_names(
    contexts: ContextLoader, loader: DictLoader, suite: str, kind: KeyKind
) -> None:
    key = KEYS[kind]
    badge = {**badge_of(key), "name": 'Soldering "á" \n \u20ac'}
    signed = prove_plainly(badge, key, suite, badge["@context"])
    assert verify(signed, at=NOW, contexts=contexts, loader=loader).outcome is Overall.VALID


def prove_plainly(badge: Document, key: CurveKey, suite: str, named: object) -> Document:
    """Signed without the code under test, over the contexts that are `named` in the proof."""
    proof: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": timestamp(NOW),
        "verificationMethod": key.did_key_method,
        "proofPurpose": "assertionMethod",
        "@context": named,
    }
    digest = hashlib.sha384 if key.kind is KeyKind.P384 else hashlib.sha256
    forms = plain(proof), plain({**badge, "@context": named})
    signature = key.sign(b"".join(digest(form).digest() for form in forms))
    return {**badge, "proof": {**proof, "proofValue": multibase.encode(signature)}}


def plain(value: Document) -> bytes:
    """All that JCS asks for where names are ASCII and numbers are absent."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@pytest.mark.parametrize(("suite", "kind"), PAIRS)
@often
@given(random=st.randoms(), indent=st.sampled_from([None, 1, 4]))
def test_order_and_whitespace_do_not_matter(
    contexts: ContextLoader,
    loader: DictLoader,
    suite: str,
    kind: KeyKind,
    random: Any,
    indent: int | None,
) -> None:
    key = KEYS[kind]
    badge = badge_of(key)
    signed = prove_plainly(badge, key, suite, badge["@context"])
    text = json.dumps(
        shuffled(signed, random), indent=indent, ensure_ascii=random.choice([True, False])
    )
    verdict = verify_bytes(text.encode(), at=NOW, contexts=contexts, loader=loader)
    assert verdict.outcome is Overall.VALID


@pytest.mark.parametrize(("suite", "kind"), PAIRS)
@pytest.mark.parametrize("names_contexts", [True, False])
@often
@given(data=st.data())
def test_one_changed_character_is_never_valid(
    contexts: ContextLoader,
    loader: DictLoader,
    suite: str,
    kind: KeyKind,
    names_contexts: bool,
    data: st.DataObject,
) -> None:
    signed = proven_once(contexts, suite, kind, names_contexts)
    changed = with_a_changed_character(signed, data)
    verdict = verify(changed, at=NOW, contexts=contexts, loader=loader)
    assert verdict.outcome is not Overall.VALID


@cache
def proven_once(
    contexts: ContextLoader, suite: str, kind: KeyKind, names_contexts: bool
) -> Document:
    """The same each time: the length of an ECDSA signature varies in base58."""
    badge = badge_of(KEYS[kind])
    options = {"@context": badge["@context"]} if names_contexts else {}
    return make_proven(badge, contexts, KEYS[kind], suite, **options)


def test_contexts_after_those_of_the_proof_are_not_signed(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    def outcome(document: Document) -> Overall:
        return verify(document, at=NOW, contexts=contexts, loader=loader).outcome

    signed = prove(badge_of(KEY), contexts)
    first, second = signed["@context"]
    note = {"note": "https://college.example/note"}
    assert outcome({**signed, "@context": [first, second, note]}) is Overall.VALID
    assert outcome({**signed, "@context": [first, note, second]}) is Overall.INVALID
    assert outcome({**signed, "@context": [first]}) is Overall.INVALID
    without = {name: value for name, value in signed["proof"].items() if name != "@context"}
    assert outcome({**signed, "proof": without}) is Overall.INVALID


@pytest.mark.parametrize("named", [[], None, ["https://www.w3.org/ns/credentials/v2"], "x", 7])
def test_contexts_that_are_not_signed_define_nothing(
    contexts: ContextLoader, loader: DictLoader, named: object
) -> None:
    """The signature itself would hold."""
    signed = prove_plainly(badge_of(KEY), KEY, "ecdsa-jcs-2019", named)
    verdict = verify(signed, at=NOW, contexts=contexts, loader=loader)
    assert verdict.outcome is Overall.INVALID


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"salary": "high"}, Overall.INVALID),
        ({"type": ["VerifiableCredential", "OpenBadgeCredential", "MadeUp"]}, Overall.INVALID),
        ({"@context": ["https://www.w3.org/ns/credentials/v2", NEW]}, Overall.UNDETERMINED),
    ],
)
def test_terms_and_contexts_must_be_known(
    contexts: ContextLoader, loader: DictLoader, changes: Document, outcome: Overall
) -> None:
    badge = {**badge_of(KEY), **changes}
    signed = prove_plainly(badge, KEY, "ecdsa-jcs-2019", badge["@context"])
    assert verify(signed, at=NOW, contexts=contexts, loader=loader).outcome is outcome


@pytest.mark.parametrize("value", [2**60, 1e400, -1e400, "\ud800"])
def test_values_that_jcs_cannot_write_are_invalid(
    contexts: ContextLoader, loader: DictLoader, value: object
) -> None:
    signed = prove(badge_of(KEY), contexts)
    for document in (
        {**signed, "name": value},
        {**signed, "proof": {**signed["proof"], "domain": value}},
    ):
        verdict = verify(document, at=NOW, contexts=contexts, loader=loader)
        assert verdict.outcome is Overall.INVALID


def test_a_suite_is_no_type_of_proof(contexts: ContextLoader, loader: DictLoader) -> None:
    badge = badge_of(KEY)
    signed = prove(badge, contexts)
    signed["proof"]["type"] = "ecdsa-jcs-2019"
    verdict = verify(signed, at=NOW, contexts=contexts, loader=loader)
    assert verdict.outcome is Overall.INVALID
