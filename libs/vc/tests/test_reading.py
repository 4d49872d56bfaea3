"""Bytes that are no credential, and structures that would hurt whoever reads them."""

import contextlib
import json
import pickle
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import (
    ContextError,
    ContextLoader,
    CredentialError,
    DictLoader,
    Document,
    LinkedDataError,
    LoadError,
    Overall,
    ParseError,
    TooDeepError,
    TooLargeError,
    canonical_quads,
    read_credential,
    verify,
)

from .builders import NOW, make_badge


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", ParseError),
        (b"hello", ParseError),
        (b"[]", ParseError),
        (b"\xff\xfe", ParseError),
        (b'{"a": NaN}', ParseError),
        (b'{"a": 1, "a": 2}', ParseError),
        (b'{"type": "VerifiableCredential"}', ParseError),
        (b'{"@context": "x"}', ParseError),
        (b'{"a": "\\ud800"}', ParseError),
        (b'{"a": ' + b"9" * 5000 + b"}", ParseError),
        (b'{"a": "' + b"x" * 5_000_000 + b'"}', TooLargeError),
        (b'{"a":' * 200 + b"1" + b"}" * 200, TooDeepError),
        (b"[" * 500_000, TooDeepError),
    ],
)
def test_bad_bytes_are_a_typed_error(data: bytes, error: type[CredentialError]) -> None:
    with pytest.raises(error) as caught:
        read_credential(data)
    assert caught.value.mend


@pytest.mark.parametrize("text", ['"' * 400_000, '["' + '\\"' * 400_000, '"\\'])
def test_a_text_that_does_not_end_takes_no_time(text: str) -> None:
    start = time.monotonic()
    with pytest.raises(ParseError):
        read_credential(b"[]" * 80 + text.encode())
    assert time.monotonic() - start < 2


def test_brackets_inside_text_are_not_depth() -> None:
    data = json.dumps({"@context": "x", "type": "y", "text": "[{" * 500 + '"\\'}).encode()
    assert read_credential(data)["type"] == "y"


@settings(max_examples=300)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_a_document_or_a_typed_error(data: bytes) -> None:
    with contextlib.suppress(ParseError):
        read_credential(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(max_examples=300)
@given(
    field=st.sampled_from([*make_badge(), "proof", "termsOfUse", "credentialSchema"]),
    value=json_values,
)
def test_any_value_in_any_field_gets_a_verdict(
    contexts: ContextLoader, field: str, value: object
) -> None:
    document = {**make_badge(), "proof": {"type": "DataIntegrityProof"}, field: value}
    verdict = verify(document, at=NOW, contexts=contexts, loader=DictLoader({}))
    assert verdict.outcome is not Overall.VALID


@settings(max_examples=100)
@given(field=st.sampled_from(["cryptosuite", "verificationMethod", "type"]), value=json_values)
def test_any_value_in_a_proof_gets_a_verdict(
    contexts: ContextLoader, field: str, value: object
) -> None:
    proof = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", field: value}
    verdict = verify(
        {**make_badge(), "proof": [proof]}, at=NOW, contexts=contexts, loader=DictLoader({})
    )
    assert verdict.outcome is not Overall.VALID


def test_errors_survive_the_way_back_from_a_worker() -> None:
    for error in (ContextError("https://x.example"), LoadError("timeout", url="u")):
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), copy.__dict__, str(copy)) == (type(error), error.__dict__, str(error))


@pytest.mark.parametrize(
    "changes",
    [
        {"salary": "high"},
        {"id": "not-a-url"},
        {"type": ["VerifiableCredential", "MadeUp"]},
        {"name": {"@value": "Welding", "@language": "en", "@direction": "ltr"}},
        {"id": "_:blank"},
    ],
)
def test_signed_data_is_never_dropped(contexts: ContextLoader, changes: Document) -> None:
    with pytest.raises(LinkedDataError):
        canonical_quads(make_badge(**changes), contexts)


def test_look_alike_parts_cannot_take_forever(contexts: ContextLoader) -> None:
    """Unnamed parts that look alike make canonicalization try every order of them."""
    result = {
        "type": ["Result"],
        "alignment": [{"type": ["Alignment"], "targetName": "x", "targetUrl": "https://x.example"}]
        * 12,
    }
    badge = make_badge()
    badge["credentialSubject"]["result"] = [result] * 12
    start = time.monotonic()
    with pytest.raises(LinkedDataError):
        canonical_quads(badge, contexts)
    assert time.monotonic() - start < 5
