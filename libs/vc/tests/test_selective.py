"""Selective disclosure: what the issuer signs, what the holder shows, what can be told from it."""

import hashlib
import json
from typing import Any

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talent_vc import (
    ContextLoader,
    CredentialError,
    DictLoader,
    Document,
    Outcome,
    Overall,
    ProofError,
    ProofOptions,
    SigningKey,
    Verdict,
    canonical_quads,
    derive,
    sign,
    verify,
)
from talent_vc.jwk import write_base64url
from talent_vc.public_keys import KeyKind, read_multikey
from talent_vc.selection import Selections, read_pointer, relabel
from talent_vc.selective import Once, sign_base, verifies_derived
from talent_vc.selective_values import read_base, read_derived

from . import specifications
from .builders import NOW, make_badge
from .changes import strings_in, with_a_changed_character

SUITE = "ecdsa-sd-2023"
KEY = SigningKey.generate(KeyKind.P256)
MANDATORY = ("/issuer", "/validFrom", "/validUntil", "/credentialStatus")
BASE_SHA256 = "4e34d3ce35fe7775faa5dd8f95c0f39b1c72c1793e4e4a15fde5c3ed644debf1"
DERIVED_SHA256 = "903d96060a8f601b0309a274659b7c6d10d3a201096af2a18b921912f3e705e9"
SUITES, CITIZENSHIP = "w3c+vc-di-ecdsa", "w3c-ccg+citizenship-vocab"
# The keys and the document that the specification prints (Data Integrity ECDSA Cryptosuites 1.0).
PRINTED_KEY = SigningKey.from_multikey("z42twTcNeSYcnqg1FLuSFs2bsGH3ZqbRHFmvS9XMsYhjxvHN")
PRINTED_ONCE = Once(
    SigningKey.from_multikey("z42tqvNGyzyXRzotAYn43UhcFtzDUVdxJ7461fwrfhBPLmfY"),
    bytes.fromhex("00112233445566778899AABBCCDDEEFF" * 2),
)
PRINTED: Document = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        {"@vocab": "https://windsurf.grotto-networking.com/selective#"},
    ],
    "type": ["VerifiableCredential"],
    "issuer": "https://vc.example/windsurf/racecommittee",
    "credentialSubject": {
        "sailNumber": "Earth101",
        "sails": [
            {"size": size, "sailName": name, "year": year}
            for size, name, year in (
                (5.5, "Kihei", 2023),
                (6.1, "Lahaina", 2023),
                (7.0, "Lahaina", 2020),
                (7.8, "Lahaina", 2023),
            )
        ],
        "boards": [
            {"boardName": "CompFoil170", "brand": "Wailea", "year": 2022},
            {"boardName": "Kanaha Custom", "brand": "Wailea", "year": 2019},
        ],
    },
}
PRINTED_PROOF: Document = {
    "type": "DataIntegrityProof",
    "cryptosuite": SUITE,
    "created": "2023-08-15T23:36:38Z",
    "verificationMethod": PRINTED_KEY.did_key_method,
    "proofPurpose": "assertionMethod",
}
PRINTED_POINTERS = (
    "/issuer",
    "/credentialSubject/sailNumber",
    "/credentialSubject/sails/1",
    "/credentialSubject/boards/0/year",
    "/credentialSubject/sails/2",
)


def make_base(contexts: ContextLoader, key: SigningKey = KEY, **changes: object) -> Document:
    badge = make_badge(**changes)
    badge["issuer"]["id"] = key.did_key
    return sign(
        badge,
        key=key,
        verification_method=key.did_key_method,
        created=NOW,
        contexts=contexts,
        suite=SUITE,
        options=ProofOptions(mandatory=MANDATORY),
    )


@pytest.fixture(scope="module")
def base(contexts: ContextLoader) -> Document:
    return make_base(contexts)


def judge(document: Document, contexts: ContextLoader, loader: DictLoader) -> Verdict:
    return verify(document, at=NOW, contexts=contexts, loader=loader)


def holds(document: Document, contexts: ContextLoader, key: SigningKey = KEY) -> bool:
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    return verifies_derived(unsecured, document["proof"], key.public, contexts)


def pointers_of(value: Any, at: str = "") -> list[str]:
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value))
    found: list[str] = []
    for name, inner in pairs:
        if name in ("@context", "proof"):
            continue
        pointer = f"{at}/{str(name).replace('~', '~0').replace('/', '~1')}"
        found += [pointer, *(pointers_of(inner, pointer) if isinstance(inner, dict | list) else ())]
    return found


def test_the_proof_that_the_specification_prints_is_made_byte_for_byte(
    contexts: ContextLoader,
) -> None:
    value = sign_base(
        PRINTED,
        PRINTED_PROOF,
        key=PRINTED_KEY,
        contexts=contexts,
        mandatory=PRINTED_POINTERS,
        once=PRINTED_ONCE,
    )
    assert hashlib.sha256(value.encode()).hexdigest() == BASE_SHA256
    shown = derive(
        {**PRINTED, "proof": {**PRINTED_PROOF, "proofValue": value}},
        ["/credentialSubject/boards/0", "/credentialSubject/boards/1"],
        contexts,
    )
    derived = shown["proof"]["proofValue"]
    assert hashlib.sha256(derived.encode()).hexdigest() == DERIVED_SHA256
    assert read_derived(shown["proof"]).mandatory == (
        0,
        1,
        2,
        5,
        6,
        8,
        9,
        10,
        14,
        15,
        16,
        17,
        18,
        19,
    )
    assert shown["credentialSubject"]["sails"] == PRINTED["credentialSubject"]["sails"][1:3]
    assert holds(shown, contexts, PRINTED_KEY)


def test_what_the_holder_shows_is_valid_and_no_more_than_that(
    base: Document, contexts: ContextLoader, loader: DictLoader
) -> None:
    shown = derive(base, ["/credentialSubject/achievement", "/credentialSubject/result"], contexts)
    verdict = judge(shown, contexts, loader)
    assert next(c for c in verdict.checks if c.code == "proof.signature").outcome is Outcome.PASSED
    assert next(c for c in verdict.checks if c.code == "issuer.binding").outcome is Outcome.PASSED
    subject = shown["credentialSubject"]
    assert subject == {k: v for k, v in base["credentialSubject"].items() if k != "identifier"}
    assert shown["validUntil"] == base["validUntil"]
    assert shown["credentialStatus"] == base["credentialStatus"]
    for hidden in ("Bend test passed", "pepper"):
        assert hidden in json.dumps(base)
        assert hidden not in json.dumps(shown)
    # The rules of Open Badges ask for less than the whole, and for more than the issuer may mind.
    assert verdict.outcome is Overall.VALID, verdict.checks
    bare = derive(base, [], contexts)
    assert holds(bare, contexts)
    assert judge(bare, contexts, loader).outcome is Overall.INVALID


def test_all_of_it_can_be_shown(
    base: Document, contexts: ContextLoader, loader: DictLoader
) -> None:
    shown = derive(base, [""], contexts)
    assert {**shown, "proof": base["proof"]} == base
    assert judge(shown, contexts, loader).outcome is Overall.VALID


def test_the_holders_own_copy_is_not_for_others(
    base: Document, contexts: ContextLoader, loader: DictLoader
) -> None:
    verdict = judge(base, contexts, loader)
    assert verdict.outcome is Overall.INVALID
    assert next(c for c in verdict.checks if c.code == "proof.base").outcome is Outcome.FAILED


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_choice_of_fields_can_be_shown_and_no_character_changed(
    base: Document, contexts: ContextLoader, data: st.DataObject
) -> None:
    pointers = data.draw(st.lists(st.sampled_from(pointers_of(base)), max_size=5))
    shown = derive(base, pointers, contexts)
    assert holds(shown, contexts)
    for path in strings_in({k: v for k, v in shown.items() if k not in ("proof", "@context")}):
        text: Any = shown
        for name in path:
            text = text[name]
        assert text in json.dumps(base, ensure_ascii=False)
    changed = with_a_changed_character(shown, data)
    try:
        still = holds(changed, contexts)
    except CredentialError:
        return
    same = canonical_quads({**shown, "proof": {}}, contexts)
    if canonical_quads({**changed, "proof": {}}, contexts) != same:
        assert not still


def test_a_part_cannot_be_moved_to_another_place(base: Document, contexts: ContextLoader) -> None:
    shown = derive(base, ["/credentialSubject/result", "/evidence"], contexts)
    assert holds(shown, contexts)
    moved = json.loads(json.dumps(shown))
    moved["evidence"][0]["name"], moved["name"] = (
        shown.get("name", "x"),
        shown["evidence"][0]["name"],
    )
    assert not holds(moved, contexts)
    less = json.loads(json.dumps(shown))
    del less["validUntil"]
    assert not holds(less, contexts)


def test_one_node_cannot_be_shown_as_two(base: Document, contexts: ContextLoader) -> None:
    """With labels that stand for the same node, its statements could be parted."""
    shown = derive(base, [""], contexts)
    derived = read_derived(shown["proof"])
    labels = dict(derived.labels)
    first, second, *_ = labels
    labels[second] = labels[first]
    parts = [derived.signature, b"\x80\x24" + derived.key.raw, list(derived.signatures), labels]
    data = b"\xd9\x5d\x01" + cbor2.dumps([*parts, list(derived.mandatory)])
    with pytest.raises(ProofError):
        read_derived({"proofValue": "u" + write_base64url(data)})


@pytest.mark.parametrize(
    "value", [None, 5, "", "u", "z2V0B", "u2V0B", "u2V0Bhg", "u____", "u2V0B="]
)
def test_a_malformed_proof_value_is_refused(value: object) -> None:
    for read in (read_base, read_derived):
        with pytest.raises(ProofError):
            read({"proofValue": value})


@settings(max_examples=300)
@given(
    value=st.binary(max_size=60)
    | st.recursive(
        st.integers() | st.binary(max_size=70) | st.text(max_size=5) | st.datetimes().map(str),
        lambda inner: (
            st.lists(inner, max_size=6) | st.dictionaries(st.integers(), inner, max_size=3)
        ),
    ).map(cbor2.dumps),
    tag=st.sampled_from([b"", b"\xc1", b"\xc4", b"\xc5", b"\xd8\x1c", b"\xd8\x23", b"\xd8\x40"]),
)
def test_any_bytes_are_refused_by_a_typed_error(value: bytes, tag: bytes) -> None:
    for header in (b"\xd9\x5d\x00", b"\xd9\x5d\x01"):
        text = "u" + write_base64url(header + tag + value)
        for read in (read_base, read_derived):
            with pytest.raises(ProofError):
                read({"proofValue": text})


def test_a_long_proof_value_takes_no_longer_than_its_length() -> None:
    for item in (b"\x81", b"\x9f", b"\xbb" + b"\xff" * 8, b"\xc2\x5a\x00\x07\xff\xff"):
        text = "u" + write_base64url(b"\xd9\x5d\x01" + item * 60_000)
        with pytest.raises(ProofError):
            read_derived({"proofValue": text})


@pytest.mark.parametrize(
    "pointer",
    ["credentialSubject", "/nothing", "/type/7", "/type/-", "/type/01", "/name/x", "/a~2", "/a~"],
)
def test_a_pointer_to_nothing_is_refused(
    base: Document, contexts: ContextLoader, pointer: str
) -> None:
    with pytest.raises(ProofError):
        derive(base, [pointer], contexts)


def test_pointers_are_read_with_their_escapes() -> None:
    assert read_pointer("/a~1b/~0c/0/") == ("a/b", "~c", "0", "")
    assert read_pointer("") == ()


def test_a_list_in_order_is_shown_whole_or_not_at_all(contexts: ContextLoader) -> None:
    badge = make_badge()
    badge["issuer"]["id"] = KEY.did_key
    achievement = badge["credentialSubject"]["achievement"]
    achievement["resultDescription"] = [
        {
            "id": f"urn:uuid:01936b2a-0000-7000-8000-00000000001{number}",
            "type": ["ResultDescription"],
            "name": "Grade",
            "resultType": "LetterGrade",
            "allowedValue": list(values),
        }
        for number, values in enumerate(("ABC", "PQ"))
    ]
    signed = sign(
        badge,
        key=KEY,
        verification_method=KEY.did_key_method,
        created=NOW,
        contexts=contexts,
        suite=SUITE,
        options=ProofOptions(mandatory=("/issuer",)),
    )
    at = "/credentialSubject/achievement/resultDescription/1/allowedValue"
    shown = derive(signed, [at], contexts)
    [description] = shown["credentialSubject"]["achievement"]["resultDescription"]
    assert description["allowedValue"] == ["P", "Q"]
    assert holds(shown, contexts)
    with pytest.raises(ProofError):
        derive(signed, [f"{at}/0"], contexts)


def test_labels_are_changed_in_blank_nodes_only() -> None:
    line = '_:b0 <https://x.example/_:b0> "_:b0 \\" _:b0"@en _:b0 .\n'
    [changed] = relabel([line, line], lambda label: label.upper())
    assert changed == '_:B0 <https://x.example/_:b0> "_:b0 \\" _:b0"@en _:B0 .\n'


def test_the_whole_says_what_its_canonical_form_says(contexts: ContextLoader) -> None:
    """With a graph of its own within, as an endorsement with a proof has."""
    inner = make_base(contexts)
    document = make_badge(endorsement=[{**inner, "type": inner["type"]}])
    selections = Selections(document, contexts)
    written = selections.statements()
    assert len(set(written)) == canonical_quads(document, contexts).count("\n")
    part = selections.select(["/endorsement", "/name"])
    assert set(selections.statements(part)) <= set(written)


@pytest.mark.parametrize("kind", [KeyKind.ED25519, KeyKind.P384])
def test_another_kind_of_key_does_not_sign_so(contexts: ContextLoader, kind: KeyKind) -> None:
    with pytest.raises(ProofError):
        make_base(contexts, SigningKey.generate(kind))


@specifications.needs(SUITES, CITIZENSHIP)
@pytest.mark.parametrize("which", ["prc", "employ"])
def test_every_step_equals_the_specifications_vectors(which: str, contexts: ContextLoader) -> None:
    def vector(name: str) -> Any:
        return json.loads(
            specifications.printed(SUITES, f"TestVectors/ecdsa-sd-2023/{which}/{name}.json")
        )

    citizenship = specifications.printed(CITIZENSHIP, "contexts/citizenship-v4rc1.jsonld")
    known = contexts.with_documents({"https://w3id.org/citizenship/v4rc1": json.loads(citizenship)})
    base = vector("addSignedSDBase")
    options = {name: value for name, value in base["proof"].items() if name != "proofValue"}
    document = {name: value for name, value in base.items() if name != "proof"}
    pointers = [each["pointer"] for each in vector("addPointerValues")]
    value = sign_base(
        document,
        options,
        key=PRINTED_KEY,
        contexts=known,
        mandatory=pointers,
        once=PRINTED_ONCE,
    )
    assert read_base({"proofValue": value}).signatures == read_base(base["proof"]).signatures
    assert canonical_quads(
        {"@context": base["@context"], **options}, known
    ) == specifications.printed(
        SUITES, f"TestVectors/ecdsa-sd-2023/{which}/addProofConfigCanon.txt"
    )
    subject = vector("derivedUnsignedReveal")["credentialSubject"]
    selected = ["/validFrom", "/validUntil"]
    selected += [f"/credentialSubject/{name}" for name in subject if name != "type"]
    shown = derive(base, selected, known)
    assert shown == vector("derivedRevealDocument")
    assert (
        list(read_derived(shown["proof"]).mandatory)
        == vector("derivedAdjMandatoryIndexes")["adjMandatoryIndexes"]
    )
    [_, multikey] = options["verificationMethod"].split("#")
    unsecured = {name: value for name, value in shown.items() if name != "proof"}
    assert verifies_derived(unsecured, shown["proof"], read_multikey(multikey), known)
