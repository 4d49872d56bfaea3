"""RSA keys: for JSON Web Tokens alone, and only those of a usual size."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import CredentialError, DictLoader, ProofError, multibase
from talent_vc.jwk import read_jwk, write_base64url, write_jwk
from talent_vc.methods import resolve_method
from talent_vc.private_keys import PrivateKey
from talent_vc.public_keys import KeyKind, PublicKey, from_numbers, read_multikey

from .curves import CURVES

KEY = PrivateKey(rsa.generate_private_key(65537, 2048))
OTHER = PrivateKey(rsa.generate_private_key(65537, 2048))


def base64url_number(number: int) -> str:
    return write_base64url(number.to_bytes((number.bit_length() + 7) // 8))


def multikey_of(key: PublicKey) -> str:
    return multibase.encode(b"\x85\x24" + key.raw)


def test_a_key_verifies_what_it_signed_and_nothing_else() -> None:
    signature = KEY.sign(b"a message")
    assert len(signature) == KEY.public.signature_bytes == 256
    assert KEY.public.verifies(signature, b"a message")
    assert not KEY.public.verifies(signature, b"another message")
    assert not OTHER.public.verifies(signature, b"a message")
    assert not KEY.public.verifies(signature[:-1], b"a message")


@settings(max_examples=30)
@given(st.binary(max_size=300) | st.binary(min_size=256, max_size=256))
def test_any_other_bytes_are_no_signature(signature: bytes) -> None:
    assert not KEY.public.verifies(signature, b"a message")


@pytest.mark.parametrize("bits", [2048, 4096])
def test_a_did_key_holds_one(bits: int) -> None:
    key = PrivateKey(rsa.generate_private_key(65537, bits)).public
    multikey = multikey_of(key)
    assert read_multikey(multikey) == key
    method = resolve_method(f"did:key:{multikey}#{multikey}", DictLoader({}))
    assert method.key == key
    assert method.authorized


@pytest.mark.parametrize("change", [b"", b"\x00", b"0"])
def test_a_did_key_of_other_bytes_fails(change: bytes) -> None:
    raw = KEY.public.raw
    with pytest.raises(CredentialError):
        read_multikey(multibase.encode(b"\x85\x24" + raw[:-1] + change))


@pytest.mark.parametrize("kind", [*CURVES, KeyKind.RSA])
def test_a_jwk_that_we_write_is_read_again(kind: KeyKind) -> None:
    key = KEY.public if kind is KeyKind.RSA else PrivateKey.generate(kind).public
    assert read_jwk(write_jwk(key)) == key


@pytest.mark.parametrize("kind", CURVES)
def test_a_private_key_is_kept_as_bytes(kind: KeyKind) -> None:
    key = PrivateKey.generate(kind)
    again = PrivateKey.from_bytes(key.to_bytes())
    assert again.public == key.public
    assert key.public.verifies(again.sign(b"a message"), b"a message")


def test_a_private_key_of_another_kind_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    foreign = ec.generate_private_key(ec.SECP521R1())
    data = foreign.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="not a kind"):
        PrivateKey.from_bytes(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"d": "AAAA"},
        {"alg": "PS256"},
        {"use": "enc"},
        {"n": "AQAB"},
        {"n": base64url_number(2**1023 + 1)},
        {"n": base64url_number(2**9000 + 1)},
        {"e": "AA"},
        {"e": "AQ"},
        {"e": "AQAA"},
        {"e": base64url_number(2**64 + 1)},
        {"e": None},
        {"n": 5},
    ],
)
def test_a_jwk_that_is_weak_or_malformed_fails(changes: dict[str, object]) -> None:
    with pytest.raises(ProofError):
        read_jwk({**write_jwk(KEY.public), **changes})


def test_numbers_of_a_small_key_are_refused() -> None:
    small = rsa.generate_private_key(65537, 1024).public_key().public_numbers()
    with pytest.raises(ValueError, match="usual"):
        from_numbers(small.n, small.e)
