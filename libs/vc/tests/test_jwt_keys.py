"""Whose key it is that a token is signed with."""

from typing import Any

import pytest
from talent_vc import ContextLoader, DictLoader, Document, Overall, Verdict, sentence
from talent_vc.jwk import write_jwk
from talent_vc.jwt_keys import key_urls, metadata_url
from talent_vc.private_keys import PrivateKey
from talent_vc.public_keys import KeyKind

from .jwt_builders import (
    ISSUER,
    KEY,
    KEYS,
    METADATA,
    OTHER,
    badge,
    did_jwk,
    did_key,
    found,
    judge,
    key_set,
    outcomes,
    served,
    token,
)

JWK = write_jwk(KEY.public)
KEYS_URL = "https://college.example/keys"
ELSEWHERE = "https://keys.example/college"
DID_WEB = "did:web:college.example"
DID_WEB_URL = "https://college.example/.well-known/did.json"


def judged(
    contexts: ContextLoader,
    documents: dict[str, Any],
    issuer: str = ISSUER,
    key: PrivateKey = KEY,
    **header: object,
) -> Verdict:
    return judge(token(badge(issuer), key, **header), contexts, served(documents))


def controller_document(name: str, key: PrivateKey = KEY, **changes: object) -> Document:
    method = {
        "id": f"{name}#key-1",
        "type": "JsonWebKey",
        "controller": name,
        "publicKeyJwk": write_jwk(key.public),
    }
    return {
        "id": name,
        "verificationMethod": [method],
        "assertionMethod": [method["id"]],
        **changes,
    }


@pytest.mark.parametrize("kid", [None, "", "#", "#key-1", "key-1", 5])
def test_a_did_key_issuer_is_its_key(contexts: ContextLoader, kid: object) -> None:
    did = did_key(KEY)
    multikey = did.removeprefix("did:key:")
    for name in (multikey, f"#{multikey}", f"{did}#{multikey}", did):
        assert judged(contexts, {}, did, kid=name).outcome is Overall.VALID
        assert judged(contexts, {}, did, OTHER, kid=name).outcome is Overall.INVALID
    header = {} if kid is None else {"kid": kid}
    # What is no URL is a hint (RFC 7515, section 4.1.4), and there is one key to hint at.
    expected = Overall.VALID if kid in (None, "#", "key-1") else Overall.INVALID
    assert judged(contexts, {}, did, **header).outcome is expected
    assert judged(contexts, {}, did, OTHER, **header).outcome is Overall.INVALID


@pytest.mark.parametrize("kind", list(KeyKind))
def test_a_did_jwk_issuer_is_its_key(contexts: ContextLoader, kind: KeyKind) -> None:
    key = KEYS[kind]
    did = did_jwk(key)
    for header in (
        {},
        {"kid": did},
        {"kid": "#0"},
        {"kid": f"{did}#0"},
        {"kid": "its thumbprint"},
        {"jwk": write_jwk(key.public)},
    ):
        assert judged(contexts, {}, did, key, **header).outcome is Overall.VALID
    assert judged(contexts, {}, did, key, kid="#1").outcome is Overall.INVALID
    assert judged(contexts, {}, did, key, kid=f"{did}#1").outcome is Overall.INVALID


def test_a_key_of_another_did_is_not_the_issuers(contexts: ContextLoader) -> None:
    verdict = judged(contexts, {}, did_key(KEY), OTHER, kid=did_key(OTHER))
    assert found(verdict, "proof.signature").outcome == "passed"
    assert found(verdict, "issuer.binding").outcome == "failed"
    assert verdict.outcome is Overall.INVALID


@pytest.mark.parametrize("kid", ["key-1", "#key-1", f"{DID_WEB}#key-1"])
def test_a_did_web_lists_its_keys(contexts: ContextLoader, kid: str) -> None:
    def outcome(document: Document, key: PrivateKey = KEY) -> Overall:
        return judged(contexts, {DID_WEB_URL: document}, DID_WEB, key, kid=kid).outcome

    assert outcome(controller_document(DID_WEB)) is Overall.VALID
    assert outcome(controller_document(DID_WEB), OTHER) is Overall.INVALID
    assert outcome(controller_document("did:web:other.example")) is Overall.INVALID
    assert outcome(controller_document(DID_WEB, assertionMethod=[])) is Overall.INVALID
    assert judged(contexts, {}, DID_WEB, kid=kid).outcome is Overall.UNDETERMINED


@pytest.mark.parametrize("issuer", [DID_WEB, ISSUER])
def test_a_key_may_be_named_as_its_jwk_names_itself(contexts: ContextLoader, issuer: str) -> None:
    """The fragment should be the `kid` of the JWK, and in many documents it is not."""

    def outcome(kid: str, key: PrivateKey = KEY, **changes: object) -> Overall:
        document = controller_document(issuer)
        [method] = document["verificationMethod"]
        method["publicKeyJwk"] = {**method["publicKeyJwk"], "kid": "thumbprint"}
        url = DID_WEB_URL if issuer == DID_WEB else issuer
        documents = {url: {**document, **changes}}
        return judged(contexts, documents, issuer, key, kid=kid).outcome

    assert outcome("thumbprint") is Overall.VALID
    assert outcome("key-1") is Overall.VALID
    assert outcome("other") is Overall.INVALID
    assert outcome("thumbprint", OTHER) is Overall.INVALID
    assert outcome("thumbprint", assertionMethod=[]) is Overall.INVALID
    two = controller_document(issuer)["verificationMethod"] * 2
    two = [{**one, "publicKeyJwk": {**one["publicKeyJwk"], "kid": "thumbprint"}} for one in two]
    assert outcome("thumbprint", verificationMethod=two) is Overall.INVALID
    for malformed in ("text", [1, {}], [{"publicKeyJwk": {"kid": "thumbprint"}}], None):
        assert outcome("thumbprint", verificationMethod=malformed) is not Overall.VALID


@pytest.mark.parametrize("kid", [None, DID_WEB])
def test_a_did_web_token_has_to_name_the_key(contexts: ContextLoader, kid: str | None) -> None:
    """Securing VCs using JOSE and COSE, section 4.1.1: kid MUST be present."""
    header = {"kid": kid} if kid else {}
    documents = {DID_WEB_URL: controller_document(DID_WEB)}
    assert judged(contexts, documents, DID_WEB, **header).outcome is Overall.INVALID


def test_a_bare_key_proves_nothing_of_the_issuer(contexts: ContextLoader) -> None:
    for issuer in (ISSUER, DID_WEB, "urn:uuid:1"):
        verdict = judged(contexts, {}, issuer, jwk=JWK)
        assert found(verdict, "proof.signature").outcome == "passed"
        assert found(verdict, "proof.key").outcome == "not-checked"
        binding = found(verdict, "issuer.binding")
        assert (binding.outcome, binding.arguments["reason"]) == ("not-checked", "bare-key")
        assert verdict.outcome is Overall.UNDETERMINED
    assert judged(contexts, {}, ISSUER, OTHER, jwk=JWK).outcome is Overall.INVALID


def test_a_bare_key_does_not_replace_the_one_that_is_named(contexts: ContextLoader) -> None:
    """A key slipped into the header is the classic attack."""
    did = did_key(KEY)
    slipped = write_jwk(OTHER.public)
    for header in ({"jwk": slipped}, {"jwk": slipped, "kid": did}):
        assert judged(contexts, {}, did, OTHER, **header).outcome is Overall.INVALID
    documents = {KEYS_URL: key_set(one=KEY)}
    header = {"jwk": slipped, "kid": f"{KEYS_URL}#one"}
    assert judged(contexts, documents, ISSUER, OTHER, **header).outcome is Overall.INVALID
    verdict = judged(contexts, {}, ISSUER, OTHER, **header)
    assert verdict.outcome is Overall.UNDETERMINED
    assert found(verdict, "issuer.binding").arguments["reason"] == "unreachable"


@pytest.mark.parametrize(
    "jwk", [{}, [], "text", {**JWK, "d": "AA"}, {**JWK, "use": "enc"}, {"kty": "oct", "k": "AA"}]
)
def test_a_bare_key_that_is_no_public_key_is_never_valid(
    contexts: ContextLoader, jwk: object
) -> None:
    assert judged(contexts, {}, jwk=jwk).outcome in (Overall.INVALID, Overall.UNDETERMINED)
    assert "passed" not in outcomes(judged(contexts, {}, jwk=jwk), "proof.signature")


@pytest.mark.parametrize("header", [{"jku": KEYS_URL}, {"x5u": KEYS_URL}, {"x5c": ["AA"]}])
def test_other_ways_to_bring_a_key_are_not_followed(
    contexts: ContextLoader, header: Document
) -> None:
    documents = {KEYS_URL: key_set(one=KEY)}
    assert judged(contexts, documents, **header).outcome is Overall.UNDETERMINED


@pytest.mark.parametrize(
    "document",
    [
        JWK,
        key_set(one=KEY),
        key_set(one=KEY, two=OTHER),
        {"keys": [{**JWK, "kid": KEYS_URL + "#one"}]},
    ],
)
def test_a_key_at_the_issuers_origin_is_theirs(contexts: ContextLoader, document: Document) -> None:
    """Open Badges 3.0, section 8.5: an https URL that gives the key."""
    for kid in (KEYS_URL + "#one", KEYS_URL):
        verdict = judged(contexts, {KEYS_URL: document}, kid=kid)
        assert verdict.outcome is Overall.VALID, verdict.checks
        third = PrivateKey.generate(KeyKind.P256)
        assert judged(contexts, {KEYS_URL: document}, key=third, kid=kid).outcome == "invalid"


def test_the_key_that_is_named_has_to_be_the_one(contexts: ContextLoader) -> None:
    documents = {KEYS_URL: key_set(one=KEY, two=OTHER)}
    assert judged(contexts, documents, kid=f"{KEYS_URL}#two").outcome is Overall.INVALID
    assert judged(contexts, documents, kid=f"{KEYS_URL}#three").outcome is Overall.INVALID


@pytest.mark.parametrize(
    "kid",
    [
        "https://college.example.evil.example/keys",
        "https://evil.example/college.example/keys",
        "https://college.example:8443/keys",
        "https://sub.college.example/keys",
        "https://xn--cllege-wxa.example/keys",
    ],
)
def test_a_key_at_another_origin_is_not_theirs(contexts: ContextLoader, kid: str) -> None:
    verdict = judged(contexts, {kid: JWK}, kid=kid)
    assert found(verdict, "proof.signature").outcome == "passed"
    assert found(verdict, "proof.key").arguments["reason"] == "not-listed"
    assert found(verdict, "issuer.binding").outcome == "not-checked"
    assert verdict.outcome is Overall.UNDETERMINED


@pytest.mark.parametrize(
    "kid",
    [
        "https://college.example@evil.example/keys",
        "https://evil.example\\@college.example/keys",
        "https://college.example%2eevil.example/keys",
        "https://cóllege.example/keys",
        "https://college.example:99999/keys",
        "https:///keys",
        "https://",
        "https://[/keys",
    ],
)
def test_a_url_with_two_hosts_in_it_is_refused(contexts: ContextLoader, kid: str) -> None:
    assert judged(contexts, {kid: JWK}, kid=kid).outcome is Overall.INVALID


def test_a_key_over_plain_http_is_not_followed(contexts: ContextLoader) -> None:
    kid = "http://college.example/keys"
    assert judged(contexts, {kid: JWK}, kid=kid).outcome is Overall.UNDETERMINED


def test_the_issuer_may_list_a_key_at_another_origin(contexts: ContextLoader) -> None:
    kid = f"{ELSEWHERE}#one"
    keys = {ELSEWHERE: key_set(one=KEY)}
    metadata = {METADATA: {"issuer": ISSUER, "jwks_uri": ELSEWHERE}}
    document = {ISSUER: {"id": ISSUER, "assertionMethod": [kid]}}
    for listing in (metadata, document):
        assert judged(contexts, {**keys, **listing}, kid=kid).outcome is Overall.VALID
    foreign = {METADATA: {"issuer": ISSUER + "2", "jwks_uri": ELSEWHERE}}
    others = {ISSUER: {"id": ISSUER + "2", "assertionMethod": [kid]}}
    unlisted = {ISSUER: {"id": ISSUER, "assertionMethod": [kid + "2"]}}
    for listing in (foreign, others, unlisted):
        assert judged(contexts, {**keys, **listing}, kid=kid).outcome is Overall.UNDETERMINED


def test_a_document_that_says_whose_it_is_counts_for_that_one_alone(
    contexts: ContextLoader,
) -> None:
    mine = {ISSUER: controller_document(ISSUER)}
    assert judged(contexts, mine, kid=f"{ISSUER}#key-1").outcome is Overall.VALID
    assert judged(contexts, mine, kid="key-1").outcome is Overall.VALID
    mallory = "https://college.example/students/mallory"
    verdict = judged(contexts, {mallory: controller_document(mallory)}, kid=f"{mallory}#key-1")
    assert found(verdict, "issuer.binding").outcome == "not-checked"
    assert verdict.outcome is Overall.UNDETERMINED


@pytest.mark.parametrize("kid", [None, "one", "#one"])
def test_the_metadata_of_an_issuer_hold_or_name_its_keys(
    contexts: ContextLoader, kid: str | None
) -> None:
    """SD-JWT-based Verifiable Credentials, section 5."""
    header = {"kid": kid} if kid else {}

    def outcome(metadata: Document, **documents: Any) -> Overall:
        served_too = {METADATA: metadata, ELSEWHERE: key_set(one=KEY)}
        return judged(contexts, {**served_too, **documents}, **header).outcome

    assert outcome({"issuer": ISSUER, "jwks": key_set(one=KEY)}) is Overall.VALID
    assert outcome({"issuer": ISSUER, "jwks_uri": ELSEWHERE}) is Overall.VALID
    assert outcome({"issuer": ISSUER, "jwks": key_set(two=OTHER)}) is Overall.INVALID
    assert outcome({"issuer": ISSUER + "/", "jwks": key_set(one=KEY)}) is Overall.INVALID
    assert outcome({"issuer": ISSUER}) is Overall.UNDETERMINED
    assert outcome({"issuer": ISSUER, "jwks_uri": "http://keys.example"}) is Overall.UNDETERMINED
    assert outcome({"issuer": ISSUER, "jwks": {"keys": "all"}}) is Overall.UNDETERMINED
    assert outcome({"issuer": ISSUER, "jwks_uri": ELSEWHERE + "2"}) is Overall.UNDETERMINED
    assert outcome({"issuer": ISSUER, "jwks": {"keys": [JWK] * 101}}) is Overall.UNDETERMINED


@pytest.mark.parametrize(
    ("issuer", "url"),
    [
        ("https://a.example", "https://a.example/.well-known/jwt-vc-issuer"),
        ("https://a.example/", "https://a.example/.well-known/jwt-vc-issuer"),
        ("https://a.example/t/1/", "https://a.example/.well-known/jwt-vc-issuer/t/1"),
        ("https://a.example:8443/t", "https://a.example:8443/.well-known/jwt-vc-issuer/t"),
    ],
)
def test_metadata_have_a_place_of_their_own(issuer: str, url: str) -> None:
    assert metadata_url(issuer) == url


def test_what_will_be_asked_for_is_known_before() -> None:
    did = did_key(KEY)
    assert key_urls({"kid": f"{KEYS_URL}#one"}, ISSUER) == [KEYS_URL]
    assert key_urls({"kid": "one"}, ISSUER) == [METADATA]
    assert key_urls({}, ISSUER) == [METADATA]
    assert key_urls({"jwk": JWK}, ISSUER) == []
    assert key_urls({"kid": "one"}, DID_WEB) == [DID_WEB_URL]
    assert key_urls({"kid": f"{DID_WEB}#one"}, ISSUER) == [DID_WEB_URL]
    assert key_urls({"kid": did}, ISSUER) == []
    assert key_urls({"kid": "did:web:"}, ISSUER) == []
    assert key_urls({}, "") == []


@pytest.mark.parametrize("data", [b"", b"[]", b"<html>", b'{"kty":"EC","kty":"EC"}', b"{}"])
def test_a_key_document_that_cannot_be_read_is_never_valid(
    contexts: ContextLoader, data: bytes
) -> None:
    loader = DictLoader(dict.fromkeys([KEYS_URL, METADATA, ISSUER], data))
    for header in ({"kid": KEYS_URL}, {"kid": "one"}, {}):
        verdict = judge(token(badge(), **header), contexts, loader)
        assert verdict.outcome in (Overall.INVALID, Overall.UNDETERMINED)
        assert "passed" not in outcomes(verdict, "proof.key")
        assert all("{" not in sentence(check) for check in verdict.checks)


def test_a_key_of_the_set_for_another_algorithm_is_not_used(contexts: ContextLoader) -> None:
    keys = {"keys": [{**JWK, "kid": "one", "alg": "ES384"}]}
    verdict = judged(contexts, {KEYS_URL: keys}, kid=f"{KEYS_URL}#one")
    assert verdict.outcome is Overall.INVALID
