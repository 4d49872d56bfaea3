"""Public keys of each kind: how they are written, and what they verify."""

import pytest
from cryptography.hazmat.primitives.serialization import PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import (
    ContextLoader,
    CredentialError,
    DictLoader,
    Outcome,
    Overall,
    ProofError,
    multibase,
    verify,
)
from talent_vc.dids import did_key_document
from talent_vc.errors import UnsupportedKeyError
from talent_vc.public_keys import KeyKind, PublicKey, read_multikey

from .builders import NOW, make_badge, make_signed
from .curves import CURVES, CurveKey

KINDS = CURVES
# Printed in Data Integrity ECDSA Cryptosuites 1.0, section 2.1.1.
P256 = "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv"
P384 = "z82LkvCwHNreneWpsgPEbV3gu1C6NFJEBg4srfJ5gdxEsMGRJUz2sG9FE42shbn2xkZJh54"


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_verifies_what_it_signed_and_nothing_else(kind: KeyKind) -> None:
    key, other = CurveKey(kind), CurveKey(kind)
    signature = key.sign(b"a message")
    assert len(signature) == key.public.signature_bytes
    assert key.public.verifies(signature, b"a message")
    assert not key.public.verifies(signature, b"another message")
    assert not other.public.verifies(signature, b"a message")


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30)
@given(data=st.data())
def test_any_other_bytes_are_no_signature(kind: KeyKind, data: st.DataObject) -> None:
    key = CurveKey(kind)
    size = key.public.signature_bytes
    signature = data.draw(st.binary(min_size=size, max_size=size) | st.just(bytes(size)))
    assert not key.public.verifies(signature, b"a message")


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_read_from_its_multikey(kind: KeyKind) -> None:
    key = CurveKey(kind)
    assert read_multikey(key.multikey) == key.public
    [method] = did_key_document(f"did:key:{key.multikey}")["verificationMethod"]
    assert method["publicKeyMultibase"] == key.multikey


def test_the_keys_that_the_specification_prints_are_read() -> None:
    assert read_multikey(P256).kind is KeyKind.P256
    assert read_multikey(P384).kind is KeyKind.P384


def malformed() -> list[str]:
    p256 = multibase.decode(P256)
    off_curve = next(
        text
        for number in range(256)
        if not readable(text := multibase.encode(p256[:-1] + bytes([number])))
    )
    infinity = multibase.encode(p256[:2] + bytes(33))
    return [off_curve, infinity, P256[:-1], P256 + "1", P384[:-1], "zDn", "z82", "z6Mk", "zDn0"]


def readable(text: str) -> bool:
    try:
        read_multikey(text)
    except CredentialError:
        return False
    return True


@pytest.mark.parametrize("text", malformed())
def test_a_malformed_key_is_an_error(text: str) -> None:
    with pytest.raises(CredentialError):
        read_multikey(text)


def test_a_point_must_be_compressed() -> None:
    point = CurveKey(KeyKind.P256).point(PublicFormat.UncompressedPoint)
    with pytest.raises(CredentialError):
        read_multikey(multibase.encode(b"\x80\x24" + point))


@pytest.mark.parametrize("prefix", [b"\xe7\x01", b"\x82\x24", b"\xeb\x01", b"\x85\x24"])
def test_other_kinds_of_key_are_said_to_be_not_covered(prefix: bytes) -> None:
    with pytest.raises(UnsupportedKeyError):
        read_multikey(multibase.encode(prefix + bytes([2]) + bytes(range(32))))


@pytest.mark.parametrize("kind", [KeyKind.P256, KeyKind.P384])
def test_a_key_of_the_wrong_kind_is_a_wrong_signature(
    contexts: ContextLoader, loader: DictLoader, kind: KeyKind
) -> None:
    signed = make_signed(make_badge(), contexts)
    proof = {**signed["proof"], "verificationMethod": CurveKey(kind).did_key_method}
    verdict = verify({**signed, "proof": proof}, at=NOW, contexts=contexts, loader=loader)
    assert verdict.outcome is Overall.INVALID
    [check] = [check for check in verdict.checks if check.code == "proof.signature"]
    assert check.outcome is Outcome.FAILED
    assert "Ed25519" in check.arguments["mend"]


def test_a_malformed_point_says_what_to_do() -> None:
    with pytest.raises(ProofError, match="P-256"):
        read_multikey(malformed()[0])


def test_nobody_can_sign_by_a_key_for_which_everybody_could() -> None:
    """A point of order 1: by the equation of RFC 8032 alone, this holds for every message."""
    neutral = b"\x01" + bytes(31)
    key = PublicKey(KeyKind.ED25519, neutral)
    assert not key.verifies(neutral + bytes(32), b"anything")
