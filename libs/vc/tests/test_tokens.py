"""Tokens as a whole: presentations, tokens inside other documents, and whatever strangers send."""

import contextlib
import json
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import (
    ContextLoader,
    DictLoader,
    Document,
    Outcome,
    Overall,
    ParseError,
    issuers_within,
    verify_bytes,
)
from talent_vc.jws import write_jws
from talent_vc.proofs import ProofsFound
from talent_vc.token_checks import check_token
from talent_vc.tokens import Token, enveloped_token, looks_like_token, read_token, token_documents
from talent_vc.vc_jwt import sign_jwt

from . import specifications
from .builders import NOW
from .jwt_builders import (
    KEY,
    OTHER,
    badge,
    did_key,
    found,
    judge,
    older_badge,
    served,
    token,
)

NOTHING = DictLoader({})
DID = did_key(KEY)
HOLDER = did_key(OTHER)
WEB = "did:web:pat.example"
WEB_URL = "https://pat.example/.well-known/did.json"


def presentation(**changes: object) -> Document:
    enveloped = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/vc+jwt,{sign_jwt(badge(DID), key=KEY, kid=DID)}",
    }
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER,
        "verifiableCredential": [enveloped],
        **changes,
    }


def checked(text: str, loader: DictLoader = NOTHING, **asked: str) -> ProofsFound:
    return check_token(read_token(text), at=NOW, loader=loader, **asked)


def outcome(proofs: ProofsFound, code: str) -> Outcome:
    [check] = [check for check in proofs.checks if check.code == code]
    return check.outcome


def test_a_presentation_is_signed_by_its_holder(contexts: ContextLoader) -> None:
    text = sign_jwt(presentation(), key=OTHER, kid=HOLDER)
    verdict = judge(text, contexts, NOTHING)
    assert verdict.outcome is Overall.VALID, verdict.checks
    assert found(verdict, "holder.binding").outcome is Outcome.PASSED
    assert [part.verdict.outcome for part in verdict.parts] == [Overall.VALID]
    assert checked(text).controllers == {HOLDER}
    someone = sign_jwt(presentation(), key=KEY, kid=DID)
    assert judge(someone, contexts, NOTHING).outcome is Overall.INVALID
    bare = write_jws({}, presentation(holder="https://pat.example"), OTHER)
    assert judge(bare, contexts, NOTHING).outcome is Overall.UNDETERMINED


def test_a_presentation_is_as_good_as_what_is_in_it(contexts: ContextLoader) -> None:
    forged = sign_jwt(badge(DID), key=OTHER, kid=DID)
    enveloped = {**presentation()["verifiableCredential"][0]}
    enveloped["id"] = f"data:application/vc+jwt,{forged}"
    text = sign_jwt(presentation(verifiableCredential=[enveloped]), key=OTHER, kid=HOLDER)
    assert judge(text, contexts, NOTHING).outcome is Overall.INVALID
    enveloped["id"] = "data:application/json,{}"
    text = sign_jwt(presentation(verifiableCredential=[enveloped]), key=OTHER, kid=HOLDER)
    assert judge(text, contexts, NOTHING).outcome is not Overall.VALID


def test_an_older_presentation_holds_tokens(contexts: ContextLoader) -> None:
    """VCDM 1.1, section 6.3.1."""
    document = presentation(
        verifiableCredential=[sign_jwt(older_badge(DID), key=KEY, kid=DID)],
        **{"@context": ["https://www.w3.org/2018/credentials/v1"]},
    )
    text = sign_jwt(document, key=OTHER, kid=HOLDER)
    assert "vp" in read_token(text).payload
    verdict = judge(text, contexts, NOTHING)
    assert verdict.outcome is Overall.VALID, verdict.checks
    assert len(verdict.parts) == 1


@pytest.mark.parametrize(
    ("claims", "challenge", "domain"),
    [
        ({"nonce": "n", "aud": "https://employer.example"}, "passed", "passed"),
        ({"nonce": "n", "aud": ["x", "https://employer.example"]}, "passed", "passed"),
        ({"nonce": "other", "aud": "https://other.example"}, "failed", "failed"),
        ({}, "failed", "failed"),
        ({"nonce": None, "aud": [None]}, "failed", "failed"),
    ],
)
def test_a_presentation_answers_what_was_asked(
    claims: Document, challenge: str, domain: str
) -> None:
    text = write_jws({"kid": HOLDER}, {**presentation(), **claims}, OTHER)
    proofs = checked(text, challenge="n", domain="https://employer.example")
    assert outcome(proofs, "proof.challenge") == challenge
    assert outcome(proofs, "proof.domain") == domain
    codes = {check.code for check in checked(text).checks}
    assert codes.isdisjoint({"proof.challenge", "proof.domain"})


def test_a_key_to_present_with_is_one_to_authenticate_with() -> None:
    method = {
        "id": f"{WEB}#key-1",
        "type": "Multikey",
        "controller": WEB,
        "publicKeyMultibase": HOLDER.removeprefix("did:key:"),
    }
    text = sign_jwt(presentation(holder=WEB), key=OTHER, kid=f"{WEB}#key-1")
    for relationship, expected in (("authentication", "passed"), ("assertionMethod", "failed")):
        document = {"id": WEB, "verificationMethod": [method], relationship: ["#key-1"]}
        proofs = checked(text, served({WEB_URL: document}))
        assert outcome(proofs, "proof.key") == expected


def test_a_record_is_judged_with_the_tokens_in_it(contexts: ContextLoader) -> None:
    """CLR 2.0, section 4; Open Badges 3.0, `endorsementJwt`."""
    endorsement = badge(
        DID,
        type=["VerifiableCredential", "EndorsementCredential"],
        credentialSubject={
            "id": "did:example:pat",
            "type": ["EndorsementSubject"],
            "endorsementComment": "We hire on it.",
        },
    )
    inner = [sign_jwt(endorsement, key=key, kid=DID) for key in (KEY, OTHER)]
    document = badge(DID, endorsementJwt=inner)
    verdict = judge(sign_jwt(document, key=KEY, kid=DID), contexts, NOTHING)
    assert [part.verdict.outcome for part in verdict.parts] == ["valid", "invalid"]


def test_the_documents_that_are_needed_are_known_before() -> None:
    text = token(badge("https://college.example/1"), kid="https://college.example/keys#1")
    assert token_documents(read_token(text)) == ["https://college.example/keys"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"eyJ.eyJ.", True),
        (b" \n eyA.eyA.AA", True),
        (b"ewog.e30.AA~", True),
        (b'{"a":1}', False),
        (b"", False),
        (b"\x89PNG.a", False),
        (b"<svg>a.b</svg>", False),
        (b"https://college.example/a.b", False),
    ],
)
def test_a_token_is_known_by_how_it_looks(data: bytes, expected: bool) -> None:
    assert looks_like_token(data) is expected


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=4) | st.sampled_from(["id", "type"]), inner, max_size=3)
    ),
    max_leaves=8,
)
HEADERS = ["kid", "jwk", "typ", "crit", "b64", "x5c", "cty"]
CLAIMS = ["iss", "sub", "jti", "nbf", "exp", "iat", "vc", "vp", "vct", "cnf", "status", "aud"]
PROPERTIES = ["@context", "type", "id", "issuer", "holder", "credentialSubject", "validFrom"]


@settings(max_examples=300)
@given(header=st.dictionaries(st.sampled_from(HEADERS), json_values, max_size=3))
def test_any_header_gets_a_verdict(contexts: ContextLoader, header: Document) -> None:
    verdict = judge(write_jws(header, badge(DID), KEY), contexts, NOTHING)
    if verdict.outcome is Overall.VALID:  # the issuer is its one key
        harmless = {"typ", "cty", "x5c", "kid"}
        assert all(name in harmless or header[name] is None for name in header)


@settings(max_examples=300)
@given(changes=st.dictionaries(st.sampled_from(CLAIMS + PROPERTIES), json_values, max_size=4))
def test_any_payload_gets_a_verdict(contexts: ContextLoader, changes: Document) -> None:
    for payload in ({**badge(DID), **changes}, {"vc": older_badge(DID), **changes}, changes):
        text = token(payload, kid=DID)
        assert judge(text, contexts, NOTHING).outcome is not None
        assert judge(f"{text}~", contexts, NOTHING).outcome is not None


@settings(max_examples=300)
@given(st.text(max_size=100) | st.text(alphabet="eyJ0AQ.~_-=", max_size=100))
def test_any_text_is_a_token_or_a_parse_error(contexts: ContextLoader, text: str) -> None:
    with contextlib.suppress(ParseError):
        read_token(text)
    data = text.encode(errors="surrogatepass")
    verdict = verify_bytes(data, at=NOW, contexts=contexts, loader=NOTHING)
    assert verdict.outcome is not Overall.VALID


@specifications.needs("w3c+vc-jose-cose")
def test_the_tokens_that_the_specification_prints_are_read() -> None:
    """Securing VCs using JOSE and COSE, section 3. Some of its SD-JWTs keep back even the type, or
    have a tilde too many."""
    page = specifications.printed("w3c+vc-jose-cose", "index.html")
    urls = re.findall(r"data:application/v[cp]\+(?:sd-)?jwt,[\w.~-]{200,}", page)
    read: list[Token] = []
    for url in urls:
        with contextlib.suppress(ParseError):
            read.append(read_token(enveloped_token({"id": url})))
    kinds = Counter((one.kind, one.sd is not None) for one in read)
    assert set(kinds) == {
        ("credential", False),
        ("credential", True),
        ("presentation", False),
        ("presentation", True),
    }
    assert all(check.outcome == "passed" for one in read if one.sd for check in one.sd.checks)


def test_a_presentation_is_no_credential_whatever_it_says(contexts: ContextLoader) -> None:
    """Its holder signs it, who would then be taken for the issuer that it names."""
    claims = badge("did:web:university.example")
    claims["type"] = [*claims["type"], "VerifiablePresentation"]
    vocabulary = {"@vocab": "https://terms.example/"}
    named = presentation(
        **{"@context": [*presentation()["@context"], vocabulary]},
        issuer="did:web:university.example",
        verifiableCredential=[],
    )
    for document in (claims, {**named, "credentialSubject": {"name": "Doctor"}}):
        verdict = judge(sign_jwt(document, key=OTHER, kid=HOLDER), contexts, NOTHING)
        assert verdict.outcome is Overall.INVALID
        assert verdict.issuer == ""
    assert judge(sign_jwt(named, key=OTHER, kid=HOLDER), contexts, NOTHING).issuer == ""


def test_a_presentation_does_not_count_as_a_credential_in_another(contexts: ContextLoader) -> None:
    inner = sign_jwt(presentation(verifiableCredential=[]), key=OTHER, kid=HOLDER)
    enveloped = presentation()["verifiableCredential"][0]
    for kind in ("EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"):
        part = {**enveloped, "id": f"data:application/vp+jwt,{inner}", "type": kind}
        text = sign_jwt(presentation(verifiableCredential=[part]), key=OTHER, kid=HOLDER)
        assert judge(text, contexts, NOTHING).outcome is Overall.INVALID


def test_nothing_stands_beside_an_enveloped_token(contexts: ContextLoader) -> None:
    """A reader would take it for what the token secures."""
    enveloped = presentation()["verifiableCredential"][0]
    beside = [
        {"type": ["EnvelopedVerifiableCredential", "VerifiableCredential"]},
        {"issuer": "did:web:university.example"},
        {"credentialSubject": {"name": "Doctor"}},
    ]
    for added in beside:
        text = sign_jwt(
            presentation(verifiableCredential=[{**enveloped, **added}]), key=OTHER, kid=HOLDER
        )
        assert judge(text, contexts, NOTHING).outcome is Overall.INVALID, added


def test_an_enveloped_document_is_read_by_itself(contexts: ContextLoader) -> None:
    enveloped = presentation()["verifiableCredential"][0]
    verdict = judge(json.dumps(enveloped), contexts, NOTHING)
    assert (verdict.outcome, verdict.issuer) == (Overall.VALID, DID)
    shown = sign_jwt(presentation(), key=OTHER, kid=HOLDER)
    whole = {
        **enveloped,
        "type": ["EnvelopedVerifiablePresentation"],
        "id": f"data:application/vp+jwt,{shown}",
    }
    verdict = judge(json.dumps(whole), contexts, NOTHING)
    assert verdict.outcome is Overall.VALID
    assert [part.verdict.outcome for part in verdict.parts] == [Overall.VALID]
    for id in (f"data:application/vc+jwt,{shown}x", "data:application/vc+jwt;base64,!", None):
        assert judge(json.dumps({**whole, "id": id}), contexts, NOTHING).outcome is not (
            Overall.VALID
        )


def test_the_claim_says_whether_it_is_a_credential_or_a_presentation(
    contexts: ContextLoader,
) -> None:
    """A credential as `vp` would be signed with a key that is for authentication only."""
    shown = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiablePresentation"],
    }
    for payload in ({"vp": older_badge(DID), "iss": DID}, {"vc": shown, "iss": DID}):
        text = write_jws({"kid": DID}, payload, KEY)
        assert judge(text, contexts, NOTHING).outcome is Overall.UNPARSEABLE


def test_the_issuers_of_tokens_inside_are_asked_about() -> None:
    assert issuers_within(presentation()) == [DID]
    older = presentation(verifiableCredential=[sign_jwt(older_badge(DID), key=KEY, kid=DID), "eyJ"])
    assert issuers_within(older) == [DID]
