"""Signed tokens in compact form: the examples of the specifications, joserfc, and attacks."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws as reference
from joserfc.jwk import import_key
from talent_vc import ParseError, TooLargeError
from talent_vc.jwk import read_jwk, write_base64url, write_jwk
from talent_vc.jws import ALGORITHMS, MAX_CHARACTERS, read_jws, refusal, verifies, write_jws
from talent_vc.private_keys import PrivateKey
from talent_vc.public_keys import KeyKind

KEYS = {kind: PrivateKey.generate(kind) for kind in KeyKind}
KINDS = list(KeyKind)
ALGORITHM_OF = {kind: name for name, kind in ALGORITHMS.items() if name != "Ed25519"}
# RFC 7515, appendices A.2 and A.3; RFC 8037, appendix A.4
CLAIMS = (
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
)
PRINTED = {
    "RS256": (
        {
            "kty": "RSA",
            "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJ"
            "PMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63k"
            "paSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4"
            "LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
            "e": "AQAB",
        },
        f"eyJhbGciOiJSUzI1NiJ9.{CLAIMS}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5"
        "RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnby"
        "TyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtF"
        "ZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypG"
        "lUPQGe77Rw",
    ),
    "ES256": (
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        },
        f"eyJhbGciOiJFUzI1NiJ9.{CLAIMS}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8"
        "ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    ),
    "EdDSA": (
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGc"
        "vMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
    ),
}


@pytest.mark.parametrize("name", PRINTED)
def test_the_examples_that_the_specifications_print_hold(name: str) -> None:
    jwk, text = PRINTED[name]
    jws = read_jws(text)
    assert jws.algorithm == name
    assert verifies(jws, read_jwk(jwk))
    others = [key.public for key in KEYS.values()]
    assert not any(verifies(jws, key) for key in others)


def test_the_unsecured_example_is_unsigned() -> None:
    """RFC 7515, appendix A.5."""
    jws = read_jws(f"eyJhbGciOiJub25lIn0.{CLAIMS}.")
    assert refusal(jws) == "unsigned"
    assert not any(verifies(jws, key.public) for key in KEYS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_joserfc_accepts_what_we_sign_and_we_what_it_signs(kind: KeyKind) -> None:
    key, name = KEYS[kind], ALGORITHM_OF[kind]
    ours = write_jws({"typ": "JWT"}, {"a": "é"}, key)
    found = reference.deserialize_compact(ours, import_key(write_jwk(key.public)), [name])
    assert json.loads(found.payload) == {"a": "é"}
    theirs_key = import_key(_pem(key), write_jwk(key.public)["kty"])
    theirs = reference.serialize_compact({"alg": name}, b'{"a":1}', theirs_key, [name])
    assert verifies(read_jws(theirs), key.public)


def _pem(key: PrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_der_private_key,
    )

    private = load_der_private_key(key.to_bytes(), None)
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(data=st.data())
def test_any_changed_character_breaks_it(kind: KeyKind, data: st.DataObject) -> None:
    key = KEYS[kind]
    text = TEXTS[kind]
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_.~= é\x00"))
    changed = text[:place] + letter + text[place + 1 :]
    try:
        jws = read_jws(changed)
    except ParseError:
        return
    assert verifies(jws, key.public) is (changed == text)


TEXTS = {kind: write_jws({"typ": "JWT"}, {"a": 1}, key) for kind, key in KEYS.items()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["HS256", "HS512", "none", "NONE", "PS256", "RS512", "ES256K", ""])
def test_another_algorithm_never_holds(kind: KeyKind, name: str) -> None:
    """A public key as a shared secret is the classic attack."""
    text = _with_header(TEXTS[kind], {"alg": name})
    assert not verifies(read_jws(text), KEYS[kind].public)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", list(ALGORITHMS))
def test_an_algorithm_goes_with_one_kind_of_key(kind: KeyKind, name: str) -> None:
    key = KEYS[kind]
    header = write_base64url(json.dumps({"alg": name}).encode())
    signed = f"{header}.{CLAIMS}"
    text = f"{signed}.{write_base64url(key.sign(signed.encode()))}"
    assert verifies(read_jws(text), key.public) is (ALGORITHMS[name] is kind)


def test_a_public_key_is_no_shared_secret() -> None:
    import hashlib
    import hmac

    key = KEYS[KeyKind.RSA].public
    header = write_base64url(json.dumps({"alg": "HS256"}).encode())
    signed = f"{header}.{CLAIMS}"
    for secret in (key.raw, json.dumps(write_jwk(key)).encode()):
        mac = hmac.digest(secret, signed.encode(), hashlib.sha256)
        jws = read_jws(f"{signed}.{write_base64url(mac)}")
        assert refusal(jws) == "shared-secret"
        assert not verifies(jws, key)


@pytest.mark.parametrize(
    "header", [{"crit": ["b64"], "b64": False}, {"b64": False}, {"crit": ["x"]}, {"crit": []}]
)
def test_extensions_that_must_be_understood_are_refused(header: dict[str, object]) -> None:
    key = KEYS[KeyKind.P256]
    jws = read_jws(write_jws(header, {"a": 1}, key))
    assert refusal(jws) == "extension"
    assert not verifies(jws, key.public)


def test_a_signature_of_ecdsa_in_der_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    key = KEYS[KeyKind.P256]
    jws = read_jws(TEXTS[KeyKind.P256])
    r, s = (int.from_bytes(half) for half in (jws.signature[:32], jws.signature[32:]))
    head = TEXTS[KeyKind.P256].rpartition(".")[0]
    text = f"{head}.{write_base64url(encode_dss_signature(r, s))}"
    assert not verifies(read_jws(text), key.public)


def test_a_signature_of_zeros_is_refused() -> None:
    """Some libraries once accepted r = s = 0 (CVE-2022-21449)."""
    head = TEXTS[KeyKind.P256].rpartition(".")[0]
    jws = read_jws(f"{head}.{write_base64url(bytes(64))}")
    assert not verifies(jws, KEYS[KeyKind.P256].public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b",
        "e30.e30.e30.e30",
        "e30=.e30.e30",
        "e30.e31.AA",  # a second spelling of {}
        "W10.e30.AA",
        "bnVsbA.e30.AA",
        "e30 .e30.AA",
        "é.e30.AA",
        write_base64url(b'{"alg":"none","alg":"ES256"}') + ".e30.AA",
        write_base64url(b'{"a":' + b"[" * 50 + b"]" * 50 + b"}") + ".e30.AA",
        write_base64url(b'{"a":"' + b"a" * 40_000 + b'"}') + ".e30.AA",
    ],
)
def test_what_is_no_token_is_a_parse_error(text: str) -> None:
    with pytest.raises(ParseError):
        read_jws(text)


def test_a_token_has_a_size() -> None:
    with pytest.raises(TooLargeError):
        read_jws("e30." + "A" * MAX_CHARACTERS + ".AA")


@settings(max_examples=200)
@given(st.text(max_size=200) | st.from_regex(r"eyJ[\w-]*\.[\w-]*\.[\w-]*", fullmatch=True))
def test_any_text_is_a_token_or_a_parse_error(text: str) -> None:
    with contextlib.suppress(ParseError):
        read_jws(text)


def _with_header(text: str, header: dict[str, object]) -> str:
    _, payload, signature = text.split(".")
    return f"{write_base64url(json.dumps(header).encode())}.{payload}.{signature}"
