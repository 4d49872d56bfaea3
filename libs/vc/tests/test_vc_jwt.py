"""Credentials as tokens, in the shapes of VCDM 2.0, VCDM 1.1 and Open Badges 3.0."""

import base64
import json
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import ContextLoader, DictLoader, Document, Overall, ParseError, sentence
from talent_vc.jwk import write_base64url
from talent_vc.jws import write_jws
from talent_vc.public_keys import KeyKind
from talent_vc.tokens import TokenKind, enveloped_token, read_token
from talent_vc.vc_jwt import sign_jwt

from .builders import NOW
from .jwt_builders import (
    KEY,
    KEYS,
    badge,
    did_jwk,
    did_key,
    found,
    judge,
    older_badge,
    outcomes,
    seconds,
    token,
)

NOTHING = DictLoader({})
DID = did_key(KEY)
KID = f"{DID}#{DID.removeprefix('did:key:')}"
KINDS = [KeyKind.P256, KeyKind.P384, KeyKind.RSA, KeyKind.ED25519]
SHAPES = {"2.0": badge, "1.1": older_badge}


def other_credential(**changes: object) -> Document:
    """No Open Badge: 1EdTech's rules of the claims do not apply."""
    document = badge(DID, type=["VerifiableCredential"], **changes)
    document["credentialSubject"] = {"id": "did:example:pat"}
    return document


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_what_we_sign_is_valid(contexts: ContextLoader, kind: KeyKind, shape: str) -> None:
    did = did_jwk(KEYS[kind])
    document = SHAPES[shape](did)
    text = sign_jwt(document, key=KEYS[kind], kid=f"{did}#0", issued=NOW)
    verdict = judge(text, contexts, NOTHING)
    assert verdict.outcome is Overall.VALID, verdict.checks
    assert verdict.issuer == did
    assert read_token(text).kind is TokenKind.CREDENTIAL
    unusual = kind is KeyKind.ED25519
    assert outcomes(verdict, "proof.algorithm.usual") == (["failed"] if unusual else [])
    assert all("{" not in sentence(check) for check in verdict.checks)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_token_is_of_the_shape_of_its_data_model(shape: str) -> None:
    document = SHAPES[shape](DID)
    read = read_token(sign_jwt(document, key=KEY, kid=KID))
    assert ("vc" in read.payload) is (shape == "1.1")
    assert read.document == document
    assert read.payload["iss"] == DID
    assert read.payload["nbf"] == int(NOW.timestamp())
    assert read.payload["exp"] == seconds(2030)
    assert read.payload["sub"] == "did:example:pat"
    assert read.payload["jti"] == document["id"]
    # Open Badges 3.0, section 8.2.3.1: no other type is allowed.
    assert read.header["typ"] == "JWT"


def test_a_credential_that_is_no_badge_is_the_payload_alone() -> None:
    document = other_credential()
    read = read_token(sign_jwt(document, key=KEY, kid=KID))
    assert read.payload == document
    assert read.header == {"typ": "vc+jwt", "kid": KID, "alg": "ES256"}


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=100)
@given(data=st.data())
def test_any_changed_character_makes_it_bad(
    contexts: ContextLoader, shape: str, data: st.DataObject
) -> None:
    text = SIGNED[shape]
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_.=~"))
    changed = text[:place] + letter + text[place + 1 :]
    outcome = judge(changed, contexts, NOTHING).outcome
    if changed == text:
        assert outcome is Overall.VALID
    else:
        assert outcome not in (Overall.VALID, Overall.EXPIRED, Overall.REVOKED)


SIGNED = {shape: sign_jwt(make(DID), key=KEY, kid=KID) for shape, make in SHAPES.items()}


@pytest.mark.parametrize("shape", SHAPES)
def test_order_and_spaces_do_not_matter_before_signing(contexts: ContextLoader, shape: str) -> None:
    document = dict(reversed(SHAPES[shape](DID).items()))
    payload = {"vc": document} if shape == "1.1" else document
    assert judge(token(payload, kid=KID), contexts, NOTHING).outcome is Overall.VALID
    parts = [{"alg": "ES256", "kid": KID}, payload]
    signed = ".".join(write_base64url(json.dumps(part, indent=2).encode()) for part in parts)
    text = f"{signed}.{write_base64url(KEY.sign(signed.encode()))}"
    assert judge(text, contexts, NOTHING).outcome is Overall.VALID


def test_the_claims_stand_in_for_missing_properties(contexts: ContextLoader) -> None:
    """VCDM 1.1, section 6.3.1."""
    whole = older_badge(DID)
    document = {
        name: value
        for name, value in whole.items()
        if name not in ("id", "issuer", "issuanceDate", "expirationDate")
    }
    del document["credentialSubject"]["id"]
    claims = {
        "iss": DID,
        "jti": "urn:uuid:1",
        "sub": "did:example:pat",
        "nbf": seconds(2020),
        "exp": seconds(2027),
        "vc": document,
    }
    text = token(claims, kid=KID)
    read = read_token(text).document
    assert read["issuer"] == DID
    assert read["id"] == "urn:uuid:1"
    assert read["credentialSubject"]["id"] == "did:example:pat"
    assert read["issuanceDate"] == "2020-01-01T00:00:00Z"
    assert read["expirationDate"] == "2027-01-01T00:00:00Z"
    assert judge(text, contexts, NOTHING).outcome is Overall.VALID
    later = datetime(2027, 1, 2, tzinfo=UTC)
    assert judge(text, contexts, NOTHING, later).outcome is Overall.EXPIRED
    earlier = datetime(2019, 1, 2, tzinfo=UTC)
    assert judge(text, contexts, NOTHING, earlier).outcome is Overall.NOT_YET_VALID
    named = {**claims, "vc": {**document, "issuer": {"type": ["Profile"], "name": "College"}}}
    assert read_token(token(named)).document["issuer"]["id"] == DID


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "did:example:other"},
        {"iss": None},
        {"iss": 5},
        {"jti": "urn:uuid:other"},
        {"sub": "did:example:other"},
        {"nbf": seconds(2020)},
        {"nbf": "2020-01-01T00:00:00Z"},
        {"nbf": True},
        {"exp": "soon"},
        {"exp": None},
    ],
)
def test_a_claim_that_contradicts_makes_it_invalid(
    contexts: ContextLoader, shape: str, claims: Document
) -> None:
    document = SHAPES[shape](DID)
    payload = {"vc": document, **claims} if shape == "1.1" else {**document, **claims}
    verdict = judge(token(payload, kid=KID), contexts, NOTHING)
    assert found(verdict, "proof.claims").outcome == "failed"
    assert found(verdict, "proof.claims").about == f"/{next(iter(claims))}"
    assert verdict.outcome is Overall.INVALID


@pytest.mark.parametrize("instant", [seconds(2028), seconds(2028) + 0.5])
def test_another_end_contradicts_where_it_stands_for_the_property(
    contexts: ContextLoader, instant: float
) -> None:
    text = token({"vc": older_badge(DID), "exp": instant}, kid=KID)
    assert judge(text, contexts, NOTHING).outcome is Overall.INVALID


def test_fractions_of_a_second_do_not_contradict(contexts: ContextLoader) -> None:
    document = older_badge(DID, issuanceDate="2026-11-22T10:00:00.142Z")
    nbf = int(datetime(2026, 11, 22, 10, tzinfo=UTC).timestamp())
    assert judge(token({"vc": document, "nbf": nbf}, kid=KID), contexts, NOTHING).outcome == "valid"


def test_the_payload_may_end_before_the_credential(contexts: ContextLoader) -> None:
    """Securing VCs using JOSE and COSE, section 3.1.3: `exp` is about the signature."""
    text = token({**other_credential(), "exp": seconds(2028)}, kid=KID, typ="vc+jwt")
    verdict = judge(text, contexts, NOTHING)
    assert verdict.outcome is Overall.VALID
    assert verdict.next_change == datetime(2028, 1, 1, tzinfo=UTC)
    later = datetime(2029, 1, 1, tzinfo=UTC)
    assert judge(text, contexts, NOTHING, later).outcome is Overall.EXPIRED
    text = token({**other_credential(), "nbf": seconds(2028)}, kid=KID, typ="vc+jwt")
    assert judge(text, contexts, NOTHING).outcome is Overall.NOT_YET_VALID
    assert judge(text, contexts, NOTHING, later).outcome is Overall.VALID


@pytest.mark.parametrize("exp", [99_999_999_999_999, 1e300, 9.9e18])
def test_a_date_in_the_far_future_is_far_enough(contexts: ContextLoader, exp: float) -> None:
    text = token({**other_credential(), "exp": exp}, kid=KID)
    assert judge(text, contexts, NOTHING).outcome is Overall.VALID


@pytest.mark.parametrize(
    ("typ", "fine"),
    [
        (None, True),
        ("JWT", True),
        ("jwt", True),
        ("vc+jwt", True),
        ("application/vc+jwt", True),
        ("VC+JWT", True),
        ("vc+ld+json+jwt", True),
        ("vc-ld+jwt", True),
        ("vp+jwt", False),
        ("dc+sd-jwt", False),
        ("kb+jwt", False),
        ("at+jwt", False),
        ("statuslist+jwt", False),
        (5, False),
        ("", True),
    ],
)
def test_a_token_made_for_something_else_is_invalid(
    contexts: ContextLoader, typ: object, fine: bool
) -> None:
    header = {} if typ is None else {"typ": typ}
    verdict = judge(token(badge(DID), kid=KID, **header), contexts, NOTHING)
    assert verdict.outcome is (Overall.VALID if fine else Overall.INVALID)


@pytest.mark.parametrize(
    ("header", "outcome"),
    [
        ({"alg": "none"}, Overall.INVALID),
        ({"alg": "HS256"}, Overall.INVALID),
        ({"alg": "ES384"}, Overall.INVALID),
        ({"alg": "RS256"}, Overall.INVALID),
        ({"alg": "PS256"}, Overall.UNDETERMINED),
        ({"alg": "ES512"}, Overall.UNDETERMINED),
        ({}, Overall.INVALID),
        ({"alg": ["ES256"]}, Overall.UNDETERMINED),
    ],
)
def test_another_algorithm_in_the_header_is_refused(
    contexts: ContextLoader, header: Document, outcome: Overall
) -> None:
    _, payload, signature = SIGNED["2.0"].split(".")
    head = write_base64url(json.dumps({"kid": KID, **header}).encode())
    assert judge(f"{head}.{payload}.{signature}", contexts, NOTHING).outcome is outcome


@pytest.mark.parametrize("header", [{"crit": ["exp"], "exp": 1}, {"b64": True}])
def test_extensions_are_refused(contexts: ContextLoader, header: Document) -> None:
    verdict = judge(token(badge(DID), kid=KID, **header), contexts, NOTHING)
    assert found(verdict, "proof.algorithm").arguments["reason"] == "extension"
    assert verdict.outcome is Overall.INVALID


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"vc": {}},
        {"vc": None},
        {"vc": [badge(DID)]},
        {"vc": badge(DID), "vp": {}},
        {"vc": badge(DID), **badge(DID)},
        {**badge(DID), "vp": {}},
        {"iss": DID, "@context": ["https://www.w3.org/ns/credentials/v2"]},
    ],
)
def test_a_token_without_one_credential_is_unreadable(
    contexts: ContextLoader, payload: Document
) -> None:
    text = token(payload, kid=KID)
    with pytest.raises(ParseError):
        read_token(text)
    assert judge(text, contexts, NOTHING).outcome is Overall.UNPARSEABLE


def test_repeated_claims_are_unreadable(contexts: ContextLoader) -> None:
    twice = json.dumps(badge(DID))[:-1] + ',"issuer":"did:example:other"}'
    signed = f"{write_base64url(b'{}')}.{write_base64url(twice.encode())}"
    assert judge(f"{signed}.AA", contexts, NOTHING).outcome is Overall.UNPARSEABLE


def test_a_presentation_is_read_in_both_shapes() -> None:
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": DID,
        "verifiableCredential": [
            {
                "@context": "https://www.w3.org/ns/credentials/v2",
                "id": f"data:application/vc+jwt,{SIGNED['2.0']}",
                "type": "EnvelopedVerifiableCredential",
            }
        ],
    }
    read = read_token(sign_jwt(presentation, key=KEY, kid=KID))
    assert read.kind is TokenKind.PRESENTATION
    assert read.header["typ"] == "vp+jwt"
    assert read.signer == DID
    assert enveloped_token(read.document["verifiableCredential"][0]) == SIGNED["2.0"]
    older = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [SIGNED["1.1"]],
    }
    read = read_token(token({"iss": DID, "vp": older, "aud": "https://employer.example"}))
    assert read.kind is TokenKind.PRESENTATION
    assert read.document["holder"] == read.signer == DID


@pytest.mark.parametrize(
    "url",
    [
        None,
        5,
        "",
        "data:application/json,{}",
        "data:application/vc+jwt",
        "data:application/vc+jwt,",
        "https://college.example/1",
    ],
)
def test_an_envelope_without_a_token_is_a_parse_error(url: object) -> None:
    with pytest.raises(ParseError):
        enveloped_token({"id": url})


@pytest.mark.parametrize(
    "form",
    [
        "data:application/vc-ld+jwt;base64url,",
        "data:application/jwt,",
        "data:application/vc+jwt;charset=us-ascii,",
        "data:application/VC+JWT;base64,",
    ],
)
def test_an_envelope_has_other_names_in_drafts(form: str) -> None:
    assert enveloped_token({"id": form + SIGNED["2.0"]}) == SIGNED["2.0"]


@pytest.mark.parametrize("issued", ["2026-01-01T00:00:00Z", True, None, {}, [1], -1e300])
def test_when_it_was_signed_may_be_written_in_any_way(
    contexts: ContextLoader, issued: object
) -> None:
    """A number is asked for (RFC 7519, section 4.1.6), and nothing depends on it."""
    text = write_jws({"typ": "vc+jwt", "kid": KID}, {**other_credential(), "iat": issued}, KEY)
    verdict = judge(text, contexts, NOTHING)
    assert verdict.outcome is Overall.VALID
    assert outcomes(verdict, "proof.claims") == ["passed"]
    assert outcomes(verdict, "proof.claims.advice") == ["failed"]
    for name in ("nbf", "exp"):
        text = write_jws({"typ": "vc+jwt", "kid": KID}, {**other_credential(), name: issued}, KEY)
        assert judge(text, contexts, NOTHING).outcome is Overall.INVALID


def test_an_envelope_may_be_in_base64() -> None:
    coded = base64.b64encode(SIGNED["2.0"].encode()).decode()
    for form in ("data:application/vc+jwt;base64,", "data:application/jwt;a=b;BASE64,"):
        assert enveloped_token({"id": form + coded}) == SIGNED["2.0"]
        assert enveloped_token({"id": form + quote(coded)}) == SIGNED["2.0"]
        with pytest.raises(ParseError):
            enveloped_token({"id": form + coded[:-1] + "!"})
