"""Keys as JSON Web Keys: in a did:jwk, and in the documents of a did:web."""

import base64
import contextlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from talent_vc import ContextLoader, DictLoader, Document, Outcome, Overall, Verdict, verify
from talent_vc.errors import CredentialError, UnsupportedKeyError
from talent_vc.jwk import read_base64url, read_jwk
from talent_vc.methods import resolve_method
from talent_vc.public_keys import KeyKind

from .builders import NOW, make_badge
from .curves import CURVES, CurveKey, make_proven

SUITE_OF = {
    KeyKind.ED25519: "eddsa-rdfc-2022",
    KeyKind.P256: "ecdsa-rdfc-2019",
    KeyKind.P384: "ecdsa-rdfc-2019",
}
KINDS = CURVES
KEYS = {kind: CurveKey(kind) for kind in KINDS}
KEY = KEYS[KeyKind.P256]


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwk_of(key: CurveKey, **changes: object) -> Document:
    if key.kind is KeyKind.ED25519:
        return {"kty": "OKP", "crv": key.kind, "x": base64url(key.public.raw), **changes}
    point = key.point(PublicFormat.UncompressedPoint)[1:]
    x, y = (base64url(half) for half in (point[: len(point) // 2], point[len(point) // 2 :]))
    return {"kty": "EC", "crv": key.kind, "x": x, "y": y, **changes}


def did_jwk(jwk: Any) -> str:
    return "did:jwk:" + base64url(json.dumps(jwk).encode())


def judge(
    key: CurveKey, did: str, fragment: str, contexts: ContextLoader, loader: DictLoader
) -> Verdict:
    """Of a badge without a status list, issued and signed as the DID."""
    badge = make_badge(credentialStatus=[])
    badge["issuer"]["id"] = did
    method = f"{did}#{fragment}" if fragment else did
    signed = make_proven(badge, contexts, key, SUITE_OF[key.kind], verificationMethod=method)
    return verify(signed, at=NOW, contexts=contexts, loader=loader)


def key_check(verdict: Verdict) -> Outcome:
    return next(check.outcome for check in verdict.checks if check.code == "proof.key")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("changes", [{}, {"use": "sig"}, {"key_ops": ["verify"]}, {"kid": "1"}])
def test_a_did_jwk_is_its_key(
    contexts: ContextLoader, loader: DictLoader, kind: KeyKind, changes: Document
) -> None:
    key = KEYS[kind]
    did = did_jwk(jwk_of(key, **changes))
    assert judge(key, did, "0", contexts, loader).outcome is Overall.VALID
    assert judge(key, did, "", contexts, loader).outcome is Overall.VALID
    assert judge(key, did, "1", contexts, loader).outcome is Overall.INVALID
    other = did_jwk(jwk_of(CurveKey(kind)))
    assert judge(key, other, "0", contexts, loader).outcome is Overall.INVALID
    assert judge(key, other, "", contexts, loader).outcome is Overall.INVALID


@pytest.mark.parametrize("kind", KINDS)
def test_a_did_key_may_be_named_without_its_one_key(
    contexts: ContextLoader, loader: DictLoader, kind: KeyKind
) -> None:
    key = KEYS[kind]
    for fragment in (key.multikey, ""):
        assert judge(key, key.did_key, fragment, contexts, loader).outcome is Overall.VALID
    assert judge(key, key.did_key, "key-1", contexts, loader).outcome is Overall.INVALID
    other = CurveKey(kind).did_key
    assert judge(key, other, "", contexts, loader).outcome is Overall.INVALID


@pytest.mark.parametrize(
    "changes",
    [
        {"d": "AAAA"},
        {"use": "enc"},
        {"key_ops": ["deriveKey"]},
        {"key_ops": "verify"},
        {"alg": "ES384"},
        {"alg": ["ES256"]},
        {"x": None},
        {"x": ""},
        {"x": jwk_of(KEY)["x"] + "="},
        {"x": jwk_of(KEY)["x"][:-4]},
        {"y": jwk_of(KEY)["x"]},
        {"y": base64url(bytes(32))},
        {"y": base64url(b"\xff" * 32)},
        {"crv": "P-384"},
    ],
)
def test_a_jwk_that_is_no_public_key_to_sign_with_fails(
    contexts: ContextLoader, loader: DictLoader, changes: Document
) -> None:
    did = did_jwk(jwk_of(KEY, **changes))
    verdict = judge(KEY, did, "0", contexts, loader)
    assert key_check(verdict) is Outcome.FAILED
    assert verdict.outcome is Overall.INVALID


@pytest.mark.parametrize(
    "did",
    [
        "did:jwk:",
        "did:jwk:e30=",
        "did:jwk:e3",
        "did:jwk:!",
        "did:jwk:A",
        "did:jwk:AAAA",
        did_jwk([]),
        did_jwk("text"),
        "did:jwk:" + base64url(b'{"kty":"EC","kty":"EC"}'),
        "did:jwk:" + base64url(b"[" * 1000),
    ],
)
def test_a_malformed_did_jwk_fails(contexts: ContextLoader, loader: DictLoader, did: str) -> None:
    assert judge(KEY, did, "0", contexts, loader).outcome is Overall.INVALID


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "AQAB"},
        jwk_of(KEY, crv="secp256k1"),
        jwk_of(KEY, kty="OKP"),
        jwk_of(KEY, crv=["P-256"]),
    ],
)
def test_other_kinds_of_jwk_leave_it_open(
    contexts: ContextLoader, loader: DictLoader, jwk: Document
) -> None:
    with pytest.raises(UnsupportedKeyError):
        read_jwk(jwk)
    verdict = judge(KEY, did_jwk(jwk), "0", contexts, loader)
    assert key_check(verdict) is Outcome.NOT_CHECKED
    assert verdict.outcome is Overall.UNDETERMINED


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["JsonWebKey", "JsonWebKey2020"])
def test_a_document_may_give_its_key_as_a_jwk(
    contexts: ContextLoader, kind: KeyKind, name: str
) -> None:
    key, did = KEYS[kind], "did:web:college.example"

    def served(**changes: object) -> Overall:
        method: Document = {
            "id": f"{did}#key-1",
            "type": name,
            "controller": did,
            "publicKeyJwk": jwk_of(key),
            **changes,
        }
        document = {"id": did, "verificationMethod": [method], "assertionMethod": ["#key-1"]}
        data = json.dumps(document).encode()
        loader = DictLoader({"https://college.example/.well-known/did.json": data})
        return judge(key, did, "key-1", contexts, loader).outcome

    assert served() is Overall.VALID
    assert served(publicKeyJwk=jwk_of(CurveKey(kind))) is Overall.INVALID
    assert served(publicKeyJwk=jwk_of(key, d="AAAA")) is Overall.INVALID
    assert served(publicKeyJwk="text") is Overall.UNDETERMINED
    assert served(type="RsaVerificationKey2018") is Overall.UNDETERMINED
    assert served(type="Multikey") is Overall.UNDETERMINED


@pytest.mark.parametrize("kind", [KeyKind.P256, KeyKind.P384])
def test_a_type_that_names_its_kind_of_key_is_held_to_it(
    contexts: ContextLoader, kind: KeyKind
) -> None:
    key, did = KEYS[kind], "did:web:college.example"

    def served(name: str) -> Overall:
        method = {"id": "#key-1", "type": name, "controller": did}
        method["publicKeyMultibase"] = key.multikey
        data = json.dumps({"id": did, "assertionMethod": [method]}).encode()
        loader = DictLoader({"https://college.example/.well-known/did.json": data})
        return judge(key, did, "key-1", contexts, loader).outcome

    assert served("Multikey") is Overall.VALID
    assert served("Ed25519VerificationKey2020") is Overall.INVALID


def test_the_key_that_the_specification_prints_is_read() -> None:
    """Controlled Identifiers 1.0, section 2.2.3."""
    key = read_jwk(
        {
            "kid": "key-1",
            "kty": "EC",
            "crv": "P-384",
            "alg": "ES384",
            "x": "1F14JSzKbwxO-Heqew5HzEt-0NZXAjCu8w-RiuV8_9tMiXrSZdjsWqi4y86OFb5d",
            "y": "dnd8yoq-NOJcBuEYgdVVMmSxonXg-DU90d7C4uPWb_Lkd4WIQQEH0DyeC2KUDMIU",
        }
    )
    assert key.kind is KeyKind.P384


def test_a_did_jwk_that_is_no_text_is_an_error(loader: DictLoader) -> None:
    with pytest.raises(CredentialError):
        resolve_method("did:jwk:é#0", loader)


@given(st.binary(min_size=1, max_size=40), st.data())
def test_bytes_have_one_spelling_in_base64url(data: bytes, draw: st.DataObject) -> None:
    text = base64url(data)
    assert read_base64url(text) == data
    letter = draw.draw(st.sampled_from("ABghwx019-_=+/ é"))
    place = draw.draw(st.integers(0, len(text)))
    changed = text[:place] + letter + text[place + 1 :]
    with contextlib.suppress(ValueError):
        assert base64url(read_base64url(changed)) == changed


@pytest.mark.parametrize("text", ["", "A", "AAAAA", "AB", "AAB", "A=", "A A", 5, None])
def test_what_is_no_base64url_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="base64url"):
        read_base64url(text)
