"""Documents that break one rule of VCDM 2.0 or 1.1."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_vc import (
    ContextLoader,
    DictLoader,
    Document,
    Outcome,
    Overall,
    sentence,
    sign_jwt,
    verify_bytes,
)
from talent_vc.structure import check_structure, check_terms
from talent_vc.validity import V1, V2

from .builders import KEY, NOW, make_badge

TOKEN = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"
ENVELOPED = {
    "@context": V2,
    "type": "EnvelopedVerifiableCredential",
    "id": f"data:application/vc+jwt,{TOKEN}",
}
RELATED = {"id": "https://college.example/logo.png", "digestSRI": "sha256-" + "a" * 43 + "="}


def make_credential(**changes: Any) -> Document:
    return {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:college",
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:learner"},
        **changes,
    }


def make_older(**changes: Any) -> Document:
    document = make_credential(issuanceDate="2026-01-01T00:00:00Z", **changes)
    return {**document, "@context": [V1]}


def make_presentation(*inner: Any, **changes: Any) -> Document:
    return {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": list(inner),
        **changes,
    }


def broken(document: Document) -> list[tuple[str, str]]:
    checks = [check for check in check_structure(document) if check.outcome is Outcome.FAILED]
    assert all("{" not in sentence(check) for check in checks)
    return [(check.arguments["rule"], check.about) for check in checks]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"@context": V2},
        {"@context": [V2, {"x": "https://x.example/"}, "https://contexts.example/v1"]},
        {"id": "urn:uuid:7"},
        {"issuer": {"id": "https://college.example", "name": "College"}},
        {"name": {"@value": "Badge", "@language": "en-US", "@direction": "ltr"}},
        {"name": [{"@value": "Badge", "@language": "en"}, "Insignia"]},
        {"credentialSubject": [{"id": "did:example:a"}, {"name": "B"}]},
        {"validUntil": "2026-01-01T01:00:00+01:00"},
        {"credentialStatus": {"type": "BitstringStatusListEntry"}},
        {"evidence": [{"type": "Exam"}, {"type": ["Work"], "id": "urn:work"}]},
        {"termsOfUse": {"type": "IssuerPolicy"}},
        {"relatedResource": RELATED},
        {"relatedResource": [{"id": "urn:x", "digestMultibase": "uEiBZlVztZpfWHgPyslVv6-UwirFoQ"}]},
    ],
)
def test_a_credential_that_keeps_the_rules_passes(changes: dict[str, Any]) -> None:
    assert broken(make_credential(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "rule", "about"),
    [
        ({"@context": []}, "context-first", "/@context"),
        ({"@context": ["https://contexts.example/v1", V2]}, "context-first", "/@context"),
        ({"@context": [V2, 7]}, "context-kind", "/@context"),
        ({"@context": [V2, "https ://contexts.example"]}, "context-kind", "/@context"),
        ({"@context": [V2, None]}, "context-kind", "/@context"),
        ({"type": "Badge"}, "type", "/type"),
        ({"type": ["VerifiableCredential", 7]}, "type", "/type"),
        ({"id": None}, "id", "/id"),
        ({"id": ["urn:a"]}, "id", "/id"),
        ({"id": "badge 7"}, "id", "/id"),
        ({"issuer": None}, "issuer", "/issuer"),
        ({"issuer": "College"}, "issuer", "/issuer"),
        ({"issuer": {"name": "College"}}, "issuer", "/issuer"),
        ({"issuer": ["did:example:a"]}, "issuer", "/issuer"),
        ({"issuer": {"id": "urn:a", "name": {"en": "A"}}}, "text", "/issuer/name"),
        ({"name": {"@value": "A", "url": "x"}}, "text", "/name"),
        ({"name": {"@value": "A", "@language": "no language"}}, "text", "/name"),
        ({"name": {"@value": "A", "@direction": "up"}}, "text", "/name"),
        ({"description": 7}, "text", "/description"),
        ({"credentialSubject": []}, "subject", "/credentialSubject"),
        ({"credentialSubject": {}}, "subject", "/credentialSubject"),
        ({"credentialSubject": "did:example:learner"}, "subject", "/credentialSubject"),
        ({"credentialSubject": {"id": "me"}}, "id", "/credentialSubject/id"),
        ({"validFrom": "2026-01-01"}, "date", "/validFrom"),
        ({"validFrom": None}, "date", "/validFrom"),
        ({"validUntil": "2025-12-31T23:59:59Z"}, "date-order", "/validUntil"),
        ({"credentialStatus": {"id": "urn:a"}}, "type", "/credentialStatus/type"),
        ({"credentialStatus": "urn:a"}, "object", "/credentialStatus"),
        ({"credentialSchema": {"type": "JsonSchema"}}, "id", "/credentialSchema/id"),
        ({"credentialSchema": {"id": "urn:a"}}, "type", "/credentialSchema/type"),
        ({"evidence": {"name": "Exam"}}, "type", "/evidence/type"),
        ({"refreshService": {"id": "urn:a"}}, "type", "/refreshService/type"),
        ({"termsOfUse": [{"type": "A"}, {"type": []}]}, "type", "/termsOfUse/type"),
        ({"proof": {"proofValue": "z"}}, "type", "/proof/type"),
        ({"proof": [{"type": "P"}] * 17}, "too-many", "/proof"),
        ({"@context": [V2] * 33}, "too-many", "/@context"),
        ({"relatedResource": "https://a.example"}, "related-id", "/relatedResource/0/id"),
        ({"relatedResource": [RELATED, RELATED]}, "related-id", "/relatedResource/1/id"),
        ({"relatedResource": {"id": "urn:a"}}, "digest", "/relatedResource/0"),
        ({"relatedResource": {**RELATED, "digestSRI": "md5-a"}}, "digest", "/relatedResource/0"),
        (
            {"relatedResource": {**RELATED, "mediaType": 7}},
            "text",
            "/relatedResource/0/mediaType",
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_field(
    changes: dict[str, Any], rule: str, about: str
) -> None:
    assert broken(make_credential(**changes)) == [(rule, about)]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"issuanceDate": "2026"}, [("date", "/issuanceDate")]),
        ({"expirationDate": "2027"}, [("date", "/expirationDate")]),
        ({"credentialStatus": {"type": "A"}}, [("id", "/credentialStatus/id")]),
        ({"refreshService": {"type": "A"}}, [("id", "/refreshService/id")]),
        ({"termsOfUse": {"type": "A"}}, []),
        ({"name": 7, "relatedResource": 7}, []),
    ],
)
def test_vcdm_1_1_has_rules_of_its_own(
    changes: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    document = {**make_older(), **changes}
    assert broken(document) == found
    del document["issuanceDate"]
    assert ("issuance-date", "/issuanceDate") in broken(document)


def test_a_presentation_holds_credentials_in_full_or_enveloped() -> None:
    assert broken(make_presentation(make_credential(), ENVELOPED, holder="did:example:a")) == []
    assert broken(make_presentation(holder={"id": "did:example:a"})) == []
    older = {**make_presentation(TOKEN, make_older()), "@context": [V1]}
    assert broken(older) == []


@pytest.mark.parametrize(
    ("document", "rule", "about"),
    [
        (make_presentation(TOKEN), "object", "/verifiableCredential/0"),
        ({**make_presentation(7), "@context": [V1]}, "object", "/verifiableCredential/0"),
        (make_presentation(holder={"name": "A"}), "holder", "/holder"),
        (make_presentation(holder="A"), "holder", "/holder"),
        (make_presentation(termsOfUse={"id": "urn:a"}), "type", "/termsOfUse/type"),
        (make_presentation(proof={"proofValue": "z"}), "type", "/proof/type"),
        (
            make_presentation(make_credential(), make_credential(issuer=7)),
            "issuer",
            "/verifiableCredential/1/issuer",
        ),
        (
            make_presentation({**ENVELOPED, "type": "VerifiableCredential"}),
            "type",
            "/verifiableCredential/0/type",
        ),
        (
            make_presentation({**ENVELOPED, "id": "data:application/vc+jwt"}),
            "data-url",
            "/verifiableCredential/0/id",
        ),
        (
            make_presentation({**ENVELOPED, "@context": []}),
            "context-first",
            "/verifiableCredential/0/@context",
        ),
        (
            make_presentation(type=["VerifiableCredential", "VerifiablePresentation"]),
            "one-type",
            "/type",
        ),
        (make_presentation(credentialSubject={}), "no-claims", "/credentialSubject"),
        ({**ENVELOPED, "id": TOKEN}, "data-url", "/id"),
        (
            {**ENVELOPED, "type": "EnvelopedVerifiablePresentation", "id": "urn:a"},
            "data-url",
            "/id",
        ),
    ],
)
def test_a_broken_rule_of_a_presentation_is_named(
    document: Document, rule: str, about: str
) -> None:
    assert broken(document) == [(rule, about)]


def test_terms_that_no_context_defines_are_named(contexts: ContextLoader) -> None:
    document = make_credential(proof={"type": "DataIntegrityProof", "own": "left to its proof"})
    assert check_terms(document, contexts).outcome is Outcome.PASSED
    document["credentialSubject"]["salary"] = "high"
    found = check_terms(document, contexts)
    assert found.outcome is Outcome.FAILED
    assert "salary" in found.arguments["mend"]
    unknown = make_credential(**{"@context": [V2, "https://contexts.example/v1"]})
    assert check_terms(unknown, contexts).outcome is Outcome.NOT_CHECKED


def test_tokens_in_place_of_credentials_are_no_terms(contexts: ContextLoader) -> None:
    older = {**make_presentation(TOKEN), "@context": [V1]}
    assert check_terms(older, contexts).outcome is Outcome.PASSED
    older["verifiableCredential"].append({**make_older(), "salary": "high"})
    assert check_terms(older, contexts).outcome is Outcome.FAILED


def test_a_token_does_not_make_an_undefined_term_good(contexts: ContextLoader) -> None:
    badge = make_badge(credentialStatus=[])

    def outcome() -> Overall:
        token = sign_jwt(badge, key=KEY, kid=KEY.did_key_method).encode()
        return verify_bytes(token, at=NOW, contexts=contexts, loader=DictLoader({})).outcome

    assert outcome() is Overall.VALID
    badge["credentialSubject"]["salary"] = "high"
    assert outcome() is Overall.INVALID
    badge["@context"] = [*badge["@context"], "https://contexts.example/v1"]
    assert outcome() is Overall.UNDETERMINED


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just({"id": "data:"}),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
NAMES = [
    *make_credential(),
    *make_presentation(),
    *("id", "name", "holder", "proof", "credentialStatus", "evidence", "relatedResource"),
]


@given(st.dictionaries(st.sampled_from(NAMES), odd), st.booleans())
def test_odd_values_never_raise(changes: dict[str, Any], presentation: bool) -> None:
    base = make_presentation(make_credential()) if presentation else make_credential()
    for check in check_structure({**base, **changes}):
        assert sentence(check)
