"""Status lists that are tokens, and tokens whose status stands in one."""

import json
from datetime import timedelta
from typing import Any

import pytest
from talent_vc import (
    Check,
    ContextLoader,
    DictLoader,
    Document,
    Fetched,
    Outcome,
    Overall,
    Verdict,
    build_status_list,
    build_token_status_list,
    changed_indexes,
    needed_documents,
    sentence,
    sign_jwt,
    status_entry,
    verify_bytes,
)
from talent_vc.envelope import open_envelope
from talent_vc.jws import write_jws
from talent_vc.private_keys import PrivateKey
from talent_vc.public_keys import KeyKind
from talent_vc.sd_jwt_making import issue_sd_jwt

from .builders import NOW
from .jwt_builders import (
    ISSUER,
    KEY,
    KEYS,
    METADATA,
    OTHER,
    badge,
    did_key,
    key_set,
    older_badge,
    token,
)

URL = "https://college.example/statuslists/1"
DID = did_key(KEY)
CLAIM = {"status_list": {"idx": 412, "uri": URL}}
TYPE = "statuslist+jwt"


def claims(value: int = 0, size: int = 2, **changes: Any) -> Document:
    built = build_token_status_list(
        list_url=URL, values={412: value}, size=size, entries=1000, issued=NOW
    )
    return {name: one for name, one in {**built, **changes}.items() if one is not None}


def published(payload: Document, key: PrivateKey = KEY, **header: object) -> bytes:
    return write_jws({"typ": TYPE, "kid": "one", **header}, payload, key).encode()


def loader(data: bytes | None) -> DictLoader:
    keys = {"issuer": ISSUER, "jwks": key_set(one=KEY)}
    documents = {METADATA: json.dumps(keys).encode()}
    return DictLoader({**documents, URL: data} if data is not None else documents)


def judge(text: str, data: bytes | None, contexts: ContextLoader, **changes: Any) -> Verdict:
    arguments = {"at": NOW, "contexts": contexts, "loader": loader(data), **changes}
    return verify_bytes(text.encode(), **arguments)


def credential(**changes: object) -> str:
    """An SD-JWT VC of the issuer who goes by an https URL."""
    whole = {"vct": "https://college.example/welding", "iss": ISSUER, "status": CLAIM, **changes}
    return issue_sd_jwt(whole, key=KEY, kid="one")


def about_status(verdict: Verdict) -> dict[str, Check]:
    return {check.code: check for check in verdict.checks if check.code.startswith("status.")}


def reason(verdict: Verdict) -> str:
    check = about_status(verdict)["status.revocation"]
    assert check.outcome is Outcome.NOT_CHECKED
    assert verdict.outcome is Overall.UNDETERMINED
    assert "{" not in sentence(check)
    return check.arguments["reason"]


@pytest.mark.parametrize(
    ("value", "size", "outcome"),
    [
        (0, 1, Overall.VALID),
        (1, 1, Overall.REVOKED),
        (0, 2, Overall.VALID),
        (1, 2, Overall.REVOKED),
        (2, 2, Overall.SUSPENDED),
        (3, 2, Overall.UNDETERMINED),
        (2, 4, Overall.SUSPENDED),
        (12, 4, Overall.UNDETERMINED),
        (1, 8, Overall.REVOKED),
        (200, 8, Overall.UNDETERMINED),
    ],
)
def test_a_value_of_a_token_status_list_says_all(
    contexts: ContextLoader, value: int, size: int, outcome: Overall
) -> None:
    """Token Status List, section 7.1."""
    verdict = judge(credential(), published(claims(value, size)), contexts)
    assert verdict.outcome is outcome, verdict.checks
    assert verdict.asked == (METADATA, URL)
    found = about_status(verdict)
    assert ("status.suspension" in found) is (size > 1 and value in (0, 1, 2))
    assert "status.list.length" not in found
    if outcome is Overall.UNDETERMINED:
        assert found["status.revocation"].arguments["reason"] == "value-unknown"


@pytest.mark.parametrize("value", [0, 1])
def test_the_status_claim_counts_beside_a_credential_of_either_shape(
    contexts: ContextLoader, value: int
) -> None:
    data = published(claims(value, iss=DID), kid=DID)
    newer = token({**badge(DID), "status": CLAIM}, kid=DID, typ="vc+jwt")
    older = token({"vc": older_badge(DID), "iss": DID, "status": CLAIM}, kid=DID)
    for text in (newer, older):
        verdict = judge(text, data, contexts)
        assert verdict.outcome is (Overall.REVOKED if value else Overall.VALID), verdict.checks
        assert [one.index for one in verdict.status_entries] == [412]
        assert URL in needed_documents(open_envelope(text.encode()))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, "unreachable"),
        (b"eyJ.eyJ", "list-malformed"),
        (published(claims(1), OTHER), "list-proof.signature"),
        (published(claims(1), KEYS[KeyKind.P384]), "list-proof.algorithm"),
        (published(claims(1), typ="JWT"), "list-malformed"),
        (published(claims(1), typ="vc+jwt"), "list-malformed"),
        (published(claims(1), typ=None), "list-malformed"),
        (published(claims(1))[:-86], "list-proof.present"),
        (published(claims(1, sub="https://college.example/statuslists/2")), "list-subject"),
        (published(claims(1, sub=None)), "list-malformed"),
        (published(claims(1, iat=None)), "list-malformed"),
        (published(claims(1, iat="today")), "list-malformed"),
        (published(claims(1, iat=int(NOW.timestamp()) + 1)), "list-from"),
        (published(claims(1, exp=int(NOW.timestamp()))), "list-until"),
        (published(claims(1, exp="never")), "list-malformed"),
        (published(claims(1, ttl=-1)), "list-malformed"),
        (published(claims(1, status_list={"bits": 3, "lst": "eNo"})), "list-malformed"),
        (published(claims(1, status_list={"bits": 1, "lst": "????"})), "list-encoding"),
        (published(claims(1, status_list=claims(0)["status_list"] | {"bits": 8})), "list-range"),
        (json.dumps(claims(1)).encode(), "list-type"),
        (json.dumps({"revokedCredential": []}).encode(), "list-type"),
        (token(badge(), kid="one", typ="vc+jwt").encode(), "list-type"),
    ],
)
def test_a_token_status_list_that_says_nothing_leaves_it_open(
    contexts: ContextLoader, data: bytes | None, expected: str
) -> None:
    assert reason(judge(credential(), data, contexts)) == expected


def test_a_list_may_have_an_issuer_of_its_own(contexts: ContextLoader) -> None:
    other = did_key(OTHER)
    verdict = judge(credential(), published(claims(1, iss=other), OTHER, kid=other), contexts)
    assert verdict.outcome is Overall.REVOKED
    assert about_status(verdict)["status.list.issuer"].outcome is Outcome.NOT_CHECKED
    claimed = published(claims(1, iss=ISSUER), OTHER, kid=other)
    assert reason(judge(credential(), claimed, contexts)) == "list-issuer.binding"


def test_an_algorithm_that_is_rare_is_no_reason_to_doubt_a_list(contexts: ContextLoader) -> None:
    rare = KEYS[KeyKind.ED25519]
    did = did_key(rare)
    verdict = judge(credential(), published(claims(1, iss=did), rare, kid=did), contexts)
    assert verdict.outcome is Overall.REVOKED


def test_a_copy_of_a_token_past_its_time_to_live_is_not_relied_on(contexts: ContextLoader) -> None:
    data = published(claims(0, ttl=3600))
    fresh = Fetched(data, NOW - timedelta(hours=1))
    assert judge(credential(), fresh, contexts).outcome is Overall.VALID
    stale = Fetched(data, NOW - timedelta(hours=1, seconds=1))
    assert reason(judge(credential(), stale, contexts)) == "list-stale"


def test_a_list_is_not_read_for_another_issuer_by_what_was_found_before(
    contexts: ContextLoader,
) -> None:
    """Without an issuer of its own, it is the word of the credential's issuer alone."""
    data = published(claims(1))
    assert judge(credential(), data, contexts).outcome is Overall.REVOKED
    other = did_key(OTHER)
    stranger = issue_sd_jwt(
        {"vct": "https://x.example", "iss": other, "status": CLAIM}, key=OTHER, kid=other
    )
    assert judge(stranger, data, contexts).outcome is Overall.UNDETERMINED
    assert judge(credential(), data, contexts).outcome is Overall.REVOKED


def bits(**changes: Any) -> Document:
    document = build_status_list(
        list_id=URL, issuer=DID, purpose="revocation", set_bits=[7], valid_from=NOW
    )
    return {**document, **changes}


@pytest.mark.parametrize("index", [7, 8])
def test_a_list_that_is_a_credential_may_be_signed_as_a_token(
    contexts: ContextLoader, index: int
) -> None:
    """Bitstring Status List 1.0, section 2.2: any way to secure a credential will do."""
    data = sign_jwt(bits(), key=KEY, kid=DID).encode()
    status = status_entry(list_url=URL, index=index, purpose="revocation")
    text = sign_jwt(badge(DID, credentialStatus=status), key=KEY, kid=DID)
    verdict = judge(text, data, contexts)
    assert verdict.outcome is (Overall.REVOKED if index == 7 else Overall.VALID), verdict.checks
    assert about_status(verdict)["status.list.issuer"].outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (sign_jwt(bits(), key=OTHER, kid=DID), "list-proof.signature"),
        (sign_jwt(bits(), key=OTHER, kid=did_key(OTHER)), "list-issuer.binding"),
        (sign_jwt(bits(validFrom="2027-01-01T00:00:00Z"), key=KEY, kid=DID), "list-from"),
        (token({**bits(), "exp": 1}, kid=DID, typ="vc+jwt"), "list-until"),
        (token(bits(), kid=DID, typ="vp+jwt"), "list-proof.type"),
        (token({**bits(), "iss": "did:example:x"}, kid=DID, typ="vc+jwt"), "list-proof.claims"),
        (issue_sd_jwt({"vct": "x", "iss": DID}, key=KEY, kid=DID), "list-type"),
    ],
)
def test_a_credential_as_a_token_that_says_nothing_leaves_it_open(
    contexts: ContextLoader, text: str, expected: str
) -> None:
    status = status_entry(list_url=URL, index=7, purpose="revocation")
    held = sign_jwt(badge(DID, credentialStatus=status), key=KEY, kid=DID)
    assert reason(judge(held, text.encode(), contexts)) == expected


def test_what_differs_between_two_tokens_is_told_by_entry() -> None:
    old, new = (published({**claims(value), "iat": seconds}) for value, seconds in ((1, 5), (2, 6)))
    assert changed_indexes(old, new) == (412,)
    assert changed_indexes(old, published(claims(1, size=4))) is None
    assert changed_indexes(old, published(claims(1, iss=ISSUER))) is None
    assert changed_indexes(old, published(claims(1, sub="https://x.example"))) is None
    lists = [sign_jwt(bits(name=name), key=KEY, kid=DID).encode() for name in ("one", "one", "two")]
    assert changed_indexes(*lists[:2]) == ()
    assert changed_indexes(*lists[1:]) is None
