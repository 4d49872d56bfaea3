"""Making proofs by every suite, in sets and chains, for a purpose, and what becomes of each."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talent_vc import (
    ContextLoader,
    DictLoader,
    Document,
    LinkedDataError,
    Options,
    Outcome,
    Overall,
    Policy,
    ProofError,
    ProofOptions,
    SigningKey,
    Verdict,
    add_proof,
    did_web_document,
    sign,
    verify,
    verify_bytes,
)
from talent_vc.public_keys import KeyKind
from talent_vc.suites import SUITES

from .builders import NOW, make_badge
from .changes import shuffled, with_a_changed_character

PAIRS = [
    (suite, kind)
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019")
    for kind in SUITES[suite].kinds
]
KEYS = {kind: SigningKey.generate(kind) for kind in (KeyKind.ED25519, KeyKind.P256, KeyKind.P384)}
KEY, WITNESS = KEYS[KeyKind.ED25519], KEYS[KeyKind.P256]
NOTHING = DictLoader({})


def badge_by(key: SigningKey, **changes: object) -> Document:
    badge = make_badge(**changes)
    del badge["credentialStatus"]
    badge["issuer"]["id"] = key.did_key
    return badge


def presentation_by(key: SigningKey) -> Document:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": key.did_key,
    }


def made(
    document: Document,
    contexts: ContextLoader,
    key: SigningKey = KEY,
    suite: str = "",
    at: datetime = NOW,
    **options: Any,
) -> Document:
    return add_proof(
        document,
        key=key,
        verification_method=key.did_key_method,
        created=at,
        contexts=contexts,
        suite=suite,
        options=ProofOptions(**options),
    )


def judge(document: Document, contexts: ContextLoader, **options: Any) -> Verdict:
    return verify(document, at=NOW, contexts=contexts, loader=NOTHING, options=Options(**options))


def found(verdict: Verdict, code: str) -> list[Outcome]:
    return [check.outcome for check in verdict.checks if check.code == code]


@pytest.mark.parametrize(("suite", "kind"), PAIRS)
def test_each_suite_signs(contexts: ContextLoader, suite: str, kind: KeyKind) -> None:
    key = KEYS[kind]
    signed = made(badge_by(key), contexts, key, suite)
    assert signed["proof"]["cryptosuite"] == suite
    assert judge(signed, contexts).outcome is Overall.VALID
    assert SigningKey.from_bytes(key.to_bytes()).did_key_method == key.did_key_method


@pytest.mark.parametrize(("suite", "kind"), PAIRS)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_one_changed_character_is_never_valid_by_any_suite(
    contexts: ContextLoader, suite: str, kind: KeyKind, data: st.DataObject
) -> None:
    signed = made(badge_by(KEYS[kind]), contexts, KEYS[kind], suite, domain="https://x.example")
    document = with_a_changed_character(signed, data)
    assert judge(document, contexts).outcome is not Overall.VALID


@pytest.mark.parametrize(("suite", "kind"), PAIRS)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(), indent=st.sampled_from([None, 1, 4]))
def test_order_and_whitespace_do_not_matter_by_any_suite(
    contexts: ContextLoader, suite: str, kind: KeyKind, random: Any, indent: int | None
) -> None:
    signed = shuffled(made(badge_by(KEYS[kind]), contexts, KEYS[kind], suite), random)
    data = json.dumps(signed, indent=indent, ensure_ascii=random.choice([True, False])).encode()
    verdict = verify_bytes(data, at=NOW, contexts=contexts, loader=NOTHING)
    assert verdict.outcome is Overall.VALID


@pytest.mark.parametrize(
    ("suite", "kind", "options"),
    [
        ("Ed25519Signature2020", KeyKind.ED25519, {}),
        ("eddsa-2022", KeyKind.ED25519, {}),
        ("no-suite", KeyKind.ED25519, {}),
        ("eddsa-rdfc-2022", KeyKind.P256, {}),
        ("ecdsa-sd-2023", KeyKind.P384, {}),
        ("ecdsa-jcs-2019", KeyKind.P256, {"mandatory": ("/issuer",)}),
        ("eddsa-jcs-2022", KeyKind.ED25519, {"previous": ("urn:uuid:none",)}),
    ],
)
def test_what_cannot_hold_is_not_made(
    contexts: ContextLoader, suite: str, kind: KeyKind, options: dict[str, Any]
) -> None:
    with pytest.raises(ProofError):
        made(badge_by(KEYS[kind]), contexts, KEYS[kind], suite, **options)


def test_sign_replaces_and_add_proof_adds(contexts: ContextLoader) -> None:
    signed = made(made(badge_by(KEY), contexts), contexts, WITNESS)
    assert [proof["cryptosuite"] for proof in signed["proof"]] == [
        "eddsa-rdfc-2022",
        "ecdsa-rdfc-2019",
    ]
    assert judge(signed, contexts).outcome is Overall.VALID
    again = sign(
        signed,
        key=KEY,
        verification_method=KEY.did_key_method,
        created=NOW,
        contexts=contexts,
    )
    assert again == made(badge_by(KEY), contexts)


def chain(contexts: ContextLoader, suite: str = "") -> Document:
    first = made(badge_by(KEY), contexts, id="urn:uuid:1")
    second = made(first, contexts, WITNESS, id="urn:uuid:2", previous=("urn:uuid:1",))
    return made(second, contexts, suite=suite, previous=("urn:uuid:1", "urn:uuid:2"))


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_chain_holds_as_a_whole(contexts: ContextLoader, suite: str) -> None:
    verdict = judge(chain(contexts, suite), contexts)
    assert verdict.outcome is Overall.VALID, verdict.checks
    assert found(verdict, "proof.previous") == [Outcome.PASSED] * 2


def test_what_builds_on_a_wrong_proof_fails(contexts: ContextLoader) -> None:
    signed = chain(contexts)
    signed["proof"][0]["expires"] = "2040-01-01T00:00:00Z"
    verdict = judge(signed, contexts)
    assert verdict.outcome is Overall.INVALID
    assert found(verdict, "proof.previous") == [Outcome.FAILED] * 2
    del signed["proof"][0]
    verdict = judge(signed, contexts)
    assert found(verdict, "proof.previous") == [Outcome.FAILED] * 2
    assert verdict.outcome is Overall.INVALID


def test_what_builds_on_an_open_proof_is_open(contexts: ContextLoader) -> None:
    first = made(badge_by(KEY), contexts, id="urn:uuid:1")
    first["proof"]["cryptosuite"] = "future-suite-2030"
    last = made(first, contexts, previous=("urn:uuid:1",))
    verdict = judge(last, contexts)
    assert verdict.outcome is Overall.UNDETERMINED
    assert found(verdict, "proof.previous") == [Outcome.NOT_CHECKED]
    # One of the issuer's own that builds on nothing is enough.
    assert judge(made(last, contexts), contexts).outcome is Overall.VALID


def test_proofs_that_go_in_a_circle_fail(contexts: ContextLoader) -> None:
    first = made(badge_by(KEY), contexts, id="urn:uuid:1")
    second = made(first, contexts, id="urn:uuid:2", previous=("urn:uuid:1",))
    second["proof"][0]["previousProof"] = "urn:uuid:2"
    verdict = judge(second, contexts)
    assert verdict.outcome is Overall.INVALID
    assert found(verdict, "proof.previous") == [Outcome.FAILED] * 2
    first["proof"]["previousProof"] = "urn:uuid:1"
    assert judge(first, contexts).outcome is Overall.INVALID


def test_a_chain_as_long_as_a_set_may_be_is_judged_at_once(contexts: ContextLoader) -> None:
    document = badge_by(KEY)
    for number in range(16):
        before = tuple(f"urn:uuid:{one}" for one in range(number))
        document = made(document, contexts, id=f"urn:uuid:{number}", previous=before)
    assert judge(document, contexts).outcome is Overall.VALID


@pytest.mark.parametrize("previous", [None, 5, {}, [{}], [None], "", [[]]])
def test_a_malformed_link_fails(contexts: ContextLoader, previous: object) -> None:
    signed = made(badge_by(KEY), contexts)
    signed["proof"]["previousProof"] = previous
    assert judge(signed, contexts).outcome is Overall.INVALID


def test_a_proof_may_run_out(contexts: ContextLoader) -> None:
    signed = made(badge_by(KEY), contexts, expires=datetime(2027, 1, 1, tzinfo=UTC))
    verdict = judge(signed, contexts)
    assert verdict.outcome is Overall.VALID
    assert verdict.next_change == datetime(2027, 1, 1, tzinfo=UTC)
    late = made(badge_by(KEY), contexts, expires=NOW)
    assert judge(late, contexts).outcome is Overall.INVALID


def test_a_proof_dated_in_the_future_leaves_it_open(contexts: ContextLoader) -> None:
    soon = made(badge_by(KEY), contexts, at=NOW + timedelta(minutes=4))
    assert judge(soon, contexts).outcome is Overall.VALID
    later = made(badge_by(KEY), contexts, at=NOW + timedelta(days=9))
    verdict = judge(later, contexts)
    assert verdict.outcome is Overall.UNDETERMINED
    assert found(verdict, "proof.created.future") == [Outcome.NOT_CHECKED]
    assert verdict.next_change == NOW + timedelta(days=9)
    # What was true on that day may well have been signed again since.
    assert judge(later, contexts, policy=Policy.ARCHIVE).outcome is Overall.VALID


def test_a_presentation_answers_what_it_was_asked_for(contexts: ContextLoader) -> None:
    asked = {"challenge": "c-1", "domain": "https://employer.example"}
    bare = presentation_by(KEY)
    signed = made(bare, contexts, purpose="authentication", **asked)
    assert judge(signed, contexts).outcome is Overall.VALID
    verdict = judge(signed, contexts, **asked)
    assert verdict.outcome is Overall.VALID
    assert found(verdict, "holder.binding") == [Outcome.PASSED]
    for name, value in asked.items():
        other = judge(signed, contexts, **{**asked, name: "other"})
        assert other.outcome is Overall.INVALID
        assert found(other, f"proof.{name}") == [Outcome.FAILED]
        silent = made(bare, contexts, purpose="authentication")
        assert judge(silent, contexts, **{name: value}).outcome is Overall.INVALID
    assert judge(bare, contexts, **asked).outcome is Overall.INVALID


def test_a_presentation_is_its_holders(contexts: ContextLoader) -> None:
    signed = made(presentation_by(KEY), contexts, WITNESS, purpose="authentication")
    verdict = judge(signed, contexts)
    assert verdict.outcome is Overall.INVALID
    assert found(verdict, "holder.binding") == [Outcome.FAILED]
    asserted = made(presentation_by(KEY), contexts)
    assert judge(asserted, contexts).outcome is Overall.INVALID


def test_a_credential_made_for_somebody_is_reported(contexts: ContextLoader) -> None:
    signed = made(badge_by(KEY), contexts, domain="https://employer.example", challenge="c")
    verdict = judge(signed, contexts)
    assert verdict.outcome is Overall.VALID
    assert found(verdict, "proof.domain") == [Outcome.NOT_APPLICABLE]
    assert judge(signed, contexts, domain="https://other.example").outcome is Overall.INVALID
    several = {**signed["proof"], "domain": ["https://employer.example", "https://b.example"]}
    assert found(
        judge({**signed, "proof": several}, contexts, domain="https://employer.example"),
        "proof.domain",
    ) == [Outcome.FAILED]


@pytest.mark.parametrize("listed", ["assertionMethod", "authentication"])
def test_a_key_is_good_for_what_its_owner_lists_it_for(
    contexts: ContextLoader, listed: str
) -> None:
    did, url = "did:web:college.example", "https://college.example/.well-known/did.json"
    document = did_web_document(did, fragment="key-1", public_multikey=KEY.public_multikey)
    for name in {"assertionMethod", "authentication"} - {listed}:
        del document[name]
    loader = DictLoader({url: json.dumps(document).encode()})
    badge = {**badge_by(KEY), "issuer": did}
    presentation = {**presentation_by(KEY), "holder": did}
    for bare, purpose in ((badge, "assertionMethod"), (presentation, "authentication")):
        signed = sign(
            bare,
            key=KEY,
            verification_method=f"{did}#key-1",
            created=NOW,
            contexts=contexts,
            options=ProofOptions(purpose),
        )
        verdict = verify(signed, at=NOW, contexts=contexts, loader=loader)
        expected = Outcome.PASSED if purpose == listed else Outcome.FAILED
        assert found(verdict, "proof.key") == [expected]


@pytest.mark.parametrize("text", ["", "z", "z6Mk", "z42t", "m" * 40, "z" + "1" * 5000])
def test_a_malformed_secret_key_is_refused(text: str) -> None:
    with pytest.raises(ProofError):
        SigningKey.from_multikey(text)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
@pytest.mark.parametrize("levels", [900, 5000])
def test_what_is_nested_without_end_is_refused(
    contexts: ContextLoader, suite: str, levels: int
) -> None:
    value: Document = {"a": "https://terms.example/a"}
    scope: Document = value
    for _ in range(levels):
        value = {"a": value}
        scope = {"a": {"@id": "https://terms.example/a", "@context": scope}}
    badge = badge_by(KEY)
    own = {"a": "https://terms.example/a"}
    deep = [
        {**badge, "@context": [*badge["@context"], own], "a": value},
        {**badge, "@context": [*badge["@context"], scope]},
    ]
    for document in deep:
        with pytest.raises(LinkedDataError):
            made(document, contexts, suite=suite)


def test_contexts_without_end_are_not_looked_at(contexts: ContextLoader) -> None:
    """Each takes a while, for each proof and each older edition of it."""
    badge = badge_by(KEY)
    url = badge["@context"][1]
    twice = {"@context": [url, url]}
    assert len(list(contexts.editions(twice))) == len(list(contexts.editions({"@context": url})))
    badge["credentialSubject"]["achievement"]["criteria"] = [
        {"@context": [url] * 30, "narrative": str(number)} for number in range(70)
    ]
    with pytest.raises(LinkedDataError):
        made(badge, contexts)
