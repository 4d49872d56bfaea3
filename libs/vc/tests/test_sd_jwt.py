"""Tokens whose claims are disclosed one by one, and the holder's signature on them."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import (
    ContextLoader,
    Document,
    Outcome,
    Overall,
    ParseError,
    ProofError,
    TooDeepError,
    TooLargeError,
    sentence,
)
from talent_vc.issuers import issuer_id
from talent_vc.jwk import read_jwk, write_base64url, write_jwk
from talent_vc.jws import verifies, write_jws
from talent_vc.key_binding import bind, check_key_binding
from talent_vc.private_keys import PrivateKey
from talent_vc.public_keys import KeyKind
from talent_vc.sd_jwt import ALWAYS_OPEN, digest_of, read_sd_jwt
from talent_vc.sd_jwt_making import issue_sd_jwt, present_sd_jwt
from talent_vc.tokens import TokenKind, read_token

from .builders import NOW
from .jwt_builders import (
    ISSUER,
    KEY,
    METADATA,
    OTHER,
    badge,
    found,
    judge,
    key_set,
    seconds,
    served,
    token,
)

PRINTED_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ",
    "y": "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8",
}
PRESENTATION = (
    "eyJhbGciOiAiRVMyNTYiLCAidHlwIjogImV4YW1wbGUrc2Qtand0In0.eyJfc2QiOiBb"
    "IkNyUWU3UzVrcUJBSHQtbk1ZWGdjNmJkdDJTSDVhVFkxc1VfTS1QZ2tqUEkiLCAiSnpZ"
    "akg0c3ZsaUgwUjNQeUVNZmVadTZKdDY5dTVxZWhabzdGN0VQWWxTRSIsICJQb3JGYnBL"
    "dVZ1Nnh5bUphZ3ZrRnNGWEFiUm9jMkpHbEFVQTJCQTRvN2NJIiwgIlRHZjRvTGJnd2Q1"
    "SlFhSHlLVlFaVTlVZEdFMHc1cnREc3JaemZVYW9tTG8iLCAiWFFfM2tQS3QxWHlYN0tB"
    "TmtxVlI2eVoyVmE1TnJQSXZQWWJ5TXZSS0JNTSIsICJYekZyendzY002R242Q0pEYzZ2"
    "Vks4QmtNbmZHOHZPU0tmcFBJWmRBZmRFIiwgImdiT3NJNEVkcTJ4Mkt3LXc1d1BFemFr"
    "b2I5aFYxY1JEMEFUTjNvUUw5Sk0iLCAianN1OXlWdWx3UVFsaEZsTV8zSmx6TWFTRnpn"
    "bGhRRzBEcGZheVF3TFVLNCJdLCAiaXNzIjogImh0dHBzOi8vaXNzdWVyLmV4YW1wbGUu"
    "Y29tIiwgImlhdCI6IDE2ODMwMDAwMDAsICJleHAiOiAxODgzMDAwMDAwLCAic3ViIjog"
    "InVzZXJfNDIiLCAibmF0aW9uYWxpdGllcyI6IFt7Ii4uLiI6ICJwRm5kamtaX1ZDem15"
    "VGE2VWpsWm8zZGgta284YUlLUWM5RGxHemhhVllvIn0sIHsiLi4uIjogIjdDZjZKa1B1"
    "ZHJ5M2xjYndIZ2VaOGtoQXYxVTFPU2xlclAwVmtCSnJXWjAifV0sICJfc2RfYWxnIjog"
    "InNoYS0yNTYiLCAiY25mIjogeyJqd2siOiB7Imt0eSI6ICJFQyIsICJjcnYiOiAiUC0y"
    "NTYiLCAieCI6ICJUQ0FFUjE5WnZ1M09IRjRqNFc0dmZTVm9ISVAxSUxpbERsczd2Q2VH"
    "ZW1jIiwgInkiOiAiWnhqaVdXYlpNUUdIVldLVlE0aGJTSWlyc1ZmdWVjQ0U2dDRqVDlG"
    "MkhaUSJ9fX0.ZfSxIFLHf7f84WIMqt7Fzme8-586WutjFnXH4TO5XuWG_peQ4hPsqDpi"
    "MBClkh2aUJdl83bwyyOriqvdFra-bg~WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgI"
    "mZhbWlseV9uYW1lIiwgIkRvZSJd~WyJBSngtMDk1VlBycFR0TjRRTU9xUk9BIiwgImFk"
    "ZHJlc3MiLCB7InN0cmVldF9hZGRyZXNzIjogIjEyMyBNYWluIFN0IiwgImxvY2FsaXR5"
    "IjogIkFueXRvd24iLCAicmVnaW9uIjogIkFueXN0YXRlIiwgImNvdW50cnkiOiAiVVMi"
    "fV0~WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd"
    "~WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIlVTIl0~eyJhbGciOiAiRVMyNTYiLCA"
    "idHlwIjogImtiK2p3dCJ9.eyJub25jZSI6ICIxMjM0NTY3ODkwIiwgImF1ZCI6ICJodH"
    "RwczovL3ZlcmlmaWVyLmV4YW1wbGUub3JnIiwgImlhdCI6IDE3MjUzNzQ0MTMsICJzZF"
    "9oYXNoIjogIkF5T0p2TFlQVk1sS2REbGZacnpVeTFrX2ltQ0tfTFZKMzI2Yl94QmtFM0"
    "0ifQ.B2o5kubh-Dzcd-2v_mWxUMPNM5WSAJqMQTDsGQUXkZXzsN1U5Ou5mr-7iJsCGcx"
    "6_uU39u-2HKB0xLvYd9BMcQ"
)


def vc(**changes: object) -> Document:
    """The claims of an SD-JWT VC, with something of every kind."""
    claims: Document = {
        "vct": "https://credentials.example/license",
        "iss": ISSUER,
        "nbf": seconds(2025),
        "exp": seconds(2030),
        "sub": "user-42",
        "name": "Pat",
        "address": {"city": "Denver", "state": "CO"},
        "skills": ["welding", "rigging", {"name": "plumbing", "level": 2}],
        "a/b~c": 1,
        "nothing": None,
        **changes,
    }
    return {name: value for name, value in claims.items() if value != "left out"}


POINTERS = [
    "/sub",
    "/name",
    "/address",
    "/address/city",
    "/skills",
    "/skills/0",
    "/skills/2",
    "/skills/2/level",
    "/a~1b~0c",
    "/nothing",
]
DOCUMENTS = {METADATA: {"issuer": ISSUER, "jwks": key_set(one=KEY)}}
LOADER = served(DOCUMENTS)
HOLDER = PrivateKey.generate(KeyKind.P256)
ALL = issue_sd_jwt(vc(), key=KEY, kid="one", hidden=POINTERS, holder=HOLDER.public)


def signed(payload: Document, *disclosures: str, **header: object) -> str:
    """An SD-JWT as nobody should issue it."""
    return "~".join([token(payload, kid="one", typ="dc+sd-jwt", **header), *disclosures, ""])


def disclosure(*parts: object) -> str:
    return write_base64url(json.dumps(parts).encode())


def digest(text: str) -> str:
    return digest_of(text, "sha-256")


def test_the_presentation_that_the_specification_prints_holds() -> None:
    """RFC 9901, section 5.2, as its drafts print it."""
    sd = read_sd_jwt(PRESENTATION)
    assert verifies(sd.jws, read_jwk(PRINTED_KEY))
    assert [check.outcome for check in sd.checks] == [Outcome.PASSED]
    holder = sd.payload.pop("cnf")
    assert sd.payload == {
        "iss": "https://issuer.example.com",
        "iat": 1683000000,
        "exp": 1883000000,
        "sub": "user_42",
        "family_name": "Doe",
        "given_name": "John",
        "address": {
            "street_address": "123 Main St",
            "locality": "Anytown",
            "region": "Anystate",
            "country": "US",
        },
        "nationalities": ["US"],
    }
    sd.payload["cnf"] = holder
    at = datetime(2024, 9, 3, 15, tzinfo=UTC)
    asked = {"challenge": "1234567890", "domain": "https://verifier.example.org"}
    assert check_key_binding(sd, at=at, **asked).outcome is Outcome.PASSED
    for name in asked:
        wrong = check_key_binding(sd, at=at, **{**asked, name: "other"})
        assert wrong.arguments["reason"] == name
    later = check_key_binding(sd, at=NOW, **asked)
    assert later.arguments["reason"] == "time"
    assert check_key_binding(sd, at=NOW).outcome is Outcome.PASSED


def test_the_disclosures_that_the_specification_prints_have_their_digests() -> None:
    """RFC 9901, sections 4.2.1 to 4.2.3."""
    text = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert digest(text) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    element = "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0"
    assert digest(element) == "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"
    payload = {
        "given_name": "Alice",
        "_sd": [digest(text)],
        "nationalities": ["DE", {"...": digest(element)}, "US"],
    }
    sd = read_sd_jwt(signed(payload, text, element))
    assert sd.payload == {
        "given_name": "Alice",
        "family_name": "Möbius",
        "nationalities": ["DE", "FR", "US"],
    }
    assert read_sd_jwt(signed(payload)).payload == {
        "given_name": "Alice",
        "nationalities": ["DE", "US"],
    }


@settings(max_examples=100)
@given(hidden=st.sets(st.sampled_from(POINTERS)), data=st.data())
def test_any_choice_of_disclosures_is_valid(
    contexts: ContextLoader, hidden: set[str], data: st.DataObject
) -> None:
    whole = issue_sd_jwt(vc(), key=KEY, kid="one", hidden=hidden, holder=HOLDER.public)
    assert read_sd_jwt(whole).payload == {**vc(), "cnf": {"jwk": write_jwk(HOLDER.public)}}
    assert judge(whole, contexts, LOADER).outcome is Overall.VALID
    shown = data.draw(st.sets(st.sampled_from(sorted(hidden)))) if hidden else set[str]()
    presented = present_sd_jwt(whole, disclose=shown)
    verdict = judge(presented, contexts, LOADER)
    assert verdict.outcome is Overall.VALID, verdict.checks
    left_out = {pointer for pointer in hidden if not _covers(shown, pointer)}
    payload = read_sd_jwt(presented).payload
    for pointer in ("/sub", "/name", "/address", "/skills", "/a~1b~0c", "/nothing"):
        name = pointer[1:].replace("~1", "/").replace("~0", "~")
        assert (name in payload) is (pointer not in left_out)
    bound = bind(presented, key=HOLDER, audience="https://a.example", nonce="n", at=NOW)
    verdict = judge(bound, contexts, LOADER)
    assert verdict.outcome is Overall.VALID
    assert found(verdict, "holder.binding").outcome == "passed"


def _covers(shown: set[str], pointer: str) -> bool:
    return any(f"{one}/".startswith(f"{pointer}/") for one in shown)


@settings(max_examples=100)
@given(data=st.data())
def test_any_changed_character_makes_it_bad(contexts: ContextLoader, data: st.DataObject) -> None:
    text = bind(ALL, key=HOLDER, audience="https://a.example", nonce="n", at=NOW)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCxyz019-_.~"))
    changed = text[:place] + letter + text[place + 1 :]
    outcome = judge(changed, contexts, LOADER).outcome
    assert (outcome is Overall.VALID) is (changed == text)


def test_disclosures_in_another_order_are_the_same_until_they_are_bound(
    contexts: ContextLoader,
) -> None:
    first, *disclosures = ALL.split("~")[:-1]
    turned = "~".join([first, *reversed(disclosures), ""])
    assert judge(turned, contexts, LOADER).outcome is Overall.VALID
    assert read_sd_jwt(turned).payload == read_sd_jwt(ALL).payload
    binding = bind(ALL, key=HOLDER, audience="a", nonce="n", at=NOW).rpartition("~")[2]
    verdict = judge(turned + binding, contexts, LOADER)
    assert found(verdict, "holder.binding").arguments["reason"] == "other-presentation"
    assert verdict.outcome is Overall.INVALID


WELL = disclosure("salt", "name", "Pat")
ELEMENT = disclosure("salt", "x")
RESERVED = [disclosure("salt", name, 1) for name in ("_sd", "...")]
REASONS: dict[str, tuple[Document, list[str]]] = {
    "unreferenced": ({}, [WELL]),
    "repeated": ({"_sd": [digest(WELL)]}, [WELL, WELL]),
    "digest-repeated": ({"_sd": [digest(WELL), digest(WELL)]}, [WELL]),
    "claim-repeated": ({"_sd": [digest(WELL)], "name": "Sam"}, [WELL]),
    "wrong-place": ({"_sd": [digest(ELEMENT)]}, [ELEMENT]),
    "malformed": ({"_sd": "text"}, []),
    "reserved-name": ({"a": {"...": "x"}}, []),
}


@pytest.mark.parametrize(
    ("reason", "claims", "disclosures"),
    [
        *((reason, *case) for reason, case in REASONS.items()),
        ("digest-repeated", {"_sd": ["x"], "a": {"_sd": ["x"]}}, []),
        ("digest-repeated", {"_sd": ["x"], "a": [{"...": "x"}]}, []),
        ("wrong-place", {"a": [{"...": digest(WELL)}]}, [WELL]),
        ("malformed", {"_sd": [5]}, []),
        ("malformed", {"_sd": {"a": 1}}, []),
        ("malformed", {"a": [{"...": 5}]}, []),
        ("reserved-name", {"...": "x"}, []),
        ("reserved-name", {"a": [{"...": "x", "b": 1}]}, []),
        ("reserved-name", {"a": {"_sd_alg": "sha-256"}}, []),
        ("reserved-name", {"_sd": [digest(RESERVED[0])]}, [RESERVED[0]]),
        ("reserved-name", {"_sd": [digest(RESERVED[1])]}, [RESERVED[1]]),
    ],
)
def test_disclosures_that_are_not_as_signed_make_it_invalid(
    contexts: ContextLoader, reason: str, claims: Document, disclosures: list[str]
) -> None:
    text = signed({**vc(name="left out"), **claims}, *disclosures)
    verdict = judge(text, contexts, LOADER)
    assert found(verdict, "proof.disclosures").arguments["reason"] == reason
    assert found(verdict, "issuer.binding").outcome == "not-checked"
    assert verdict.outcome is Overall.INVALID


@pytest.mark.parametrize("name", ALWAYS_OPEN)
def test_what_a_verifier_needs_is_never_kept_back(contexts: ContextLoader, name: str) -> None:
    value = {"status": {}, "cnf": {"jwk": {}}}.get(name, vc().get(name, "x"))
    text = disclosure("salt", name, value)
    claims = {**vc(**{name: "left out"}), "_sd": [digest(text)]}
    verdict = judge(signed(claims, text), contexts, LOADER)
    if name == "vct":  # which says that it is an SD-JWT VC at all
        assert verdict.outcome is Overall.UNPARSEABLE
    else:
        assert found(verdict, "proof.disclosures").arguments["reason"] == "must-be-open"
    with pytest.raises(ProofError):
        issue_sd_jwt(vc(**{name: value}), key=KEY, kid="one", hidden=[f"/{name}"])


def test_a_disclosure_deep_within_others_has_a_limit() -> None:
    inner = disclosure("salt", "a", 1)
    texts = [inner]
    for _ in range(70):
        texts.append(disclosure("salt", "a", {"_sd": [digest(texts[-1])]}))
    with pytest.raises(TooDeepError):
        read_sd_jwt(signed({"_sd": [digest(texts[-1])]}, *texts))
    assert read_sd_jwt(signed({"_sd": [digest(texts[60])]}, *texts[:61])).payload


def test_the_number_of_disclosures_has_a_limit() -> None:
    with pytest.raises(TooLargeError):
        read_sd_jwt(signed({}, *(disclosure("salt", str(n), n) for n in range(1001))))


@pytest.mark.parametrize("name", ["sha-256", "sha-384", "sha-512"])
def test_other_hashes_are_read(contexts: ContextLoader, name: str) -> None:
    claims = {**vc(name="left out"), "_sd": [digest_of(WELL, name)], "_sd_alg": name}
    assert judge(signed(claims, WELL), contexts, LOADER).outcome is Overall.VALID


@pytest.mark.parametrize("name", ["sha3-256", "md5", "SHA-256", 5, None])
def test_a_hash_that_is_not_known_leaves_it_open(contexts: ContextLoader, name: object) -> None:
    claims = {**vc(name="left out"), "_sd": [digest(WELL)], "_sd_alg": name}
    verdict = judge(signed(claims, WELL), contexts, LOADER)
    assert found(verdict, "proof.unsupported").outcome == "not-checked"
    assert verdict.outcome is Overall.UNDETERMINED


@pytest.mark.parametrize(
    ("claims", "about"),
    [
        ({"vct": 5}, "/vct"),
        ({"vct": ""}, "/vct"),
        ({"aka_vcts": []}, "/vct"),
        ({"aka_vcts": "text"}, "/vct"),
        ({"aka_vcts": ["https://credentials.example/license"]}, "/aka_vcts"),
        ({"iss": 5}, "/iss"),
        ({"sub": 5}, "/sub"),
        ({"cnf": "text"}, "/cnf"),
        ({"status": []}, "/status"),
    ],
)
def test_claims_of_another_shape_are_invalid(
    contexts: ContextLoader, claims: Document, about: str
) -> None:
    verdict = judge(signed(vc(**claims)), contexts, LOADER)
    assert found(verdict, "structure.data_model").about == about
    assert verdict.outcome is Overall.INVALID


def test_time_and_issuer_are_judged_by_the_claims(contexts: ContextLoader) -> None:
    text = issue_sd_jwt(vc(), key=KEY, kid="one")
    verdict = judge(text, contexts, LOADER)
    assert (verdict.outcome, verdict.issuer) == (Overall.VALID, ISSUER)
    assert verdict.next_change == datetime(2030, 1, 1, tzinfo=UTC)
    for year, outcome in ((2031, Overall.EXPIRED), (2024, Overall.NOT_YET_VALID)):
        assert judge(text, contexts, LOADER, datetime(year, 6, 1, tzinfo=UTC)).outcome is outcome
    forever = issue_sd_jwt(vc(exp="left out", nbf="left out"), key=KEY, kid="one")
    assert judge(forever, contexts, LOADER).outcome is Overall.VALID
    assert judge(signed(vc(exp="soon")), contexts, LOADER).outcome is Overall.INVALID
    other = served({METADATA: {"issuer": ISSUER, "jwks": key_set(one=OTHER)}})
    assert judge(text, contexts, other).outcome is Overall.INVALID
    assert judge(text, contexts, served({})).outcome is Overall.UNDETERMINED
    nobody = issue_sd_jwt(vc(iss="left out"), key=KEY, kid="one")
    assert judge(nobody, contexts, LOADER).outcome is Overall.UNDETERMINED
    assert all("{" not in sentence(check) for check in verdict.checks)


def test_a_status_is_named_and_not_taken_for_good(contexts: ContextLoader) -> None:
    entry = {"status_list": {"idx": 412, "uri": "https://college.example/statuslists/1"}}
    text = issue_sd_jwt(vc(status=entry), key=KEY, kid="one")
    assert judge(text, contexts, LOADER).outcome is Overall.UNDETERMINED
    [named] = judge(text, contexts, LOADER).status_entries
    assert (named.list_url, named.index) == ("https://college.example/statuslists/1", 412)


@pytest.mark.parametrize("typ", ["dc+sd-jwt", "vc+sd-jwt", "application/dc+sd-jwt"])
def test_the_type_of_a_token_may_be_that_of_drafts(contexts: ContextLoader, typ: str) -> None:
    assert judge(f"{token(vc(), kid='one', typ=typ)}~", contexts, LOADER).outcome == "valid"


@pytest.mark.parametrize("typ", ["vp+sd-jwt", "kb+jwt", "vc+cose"])
def test_a_token_of_another_type_is_invalid(contexts: ContextLoader, typ: str) -> None:
    assert judge(f"{token(vc(), kid='one', typ=typ)}~", contexts, LOADER).outcome == "invalid"


def test_a_plain_token_is_no_sd_jwt_vc(contexts: ContextLoader) -> None:
    assert judge(token(vc(), kid="one"), contexts, LOADER).outcome is Overall.UNPARSEABLE


@pytest.mark.parametrize(
    ("claims", "header", "reason"),
    [
        ({"sd_hash": "x"}, {}, "other-presentation"),
        ({"sd_hash": None}, {}, "malformed"),
        ({"nonce": 5}, {}, "malformed"),
        ({"aud": ["https://a.example"]}, {}, "malformed"),
        ({"iat": "now"}, {}, "malformed"),
        ({}, {"typ": "JWT"}, "malformed"),
        ({}, {"typ": None}, "malformed"),
        ({"iat": int(NOW.timestamp()) + 3600}, {}, "time"),
        ({"iat": int(NOW.timestamp()) - 7200}, {}, "time"),
        ({"exp": int(NOW.timestamp()) - 1}, {}, "time"),
        ({"exp": "soon"}, {}, "time"),
        ({}, {"crit": ["x"]}, "signature"),
    ],
)
def test_a_key_binding_that_is_not_right_fails(
    claims: Document, header: Document, reason: str
) -> None:
    whole = {
        "iat": int(NOW.timestamp()),
        "aud": "https://a.example",
        "nonce": "n",
        "sd_hash": digest(ALL),
    }
    text = ALL + write_jws({"typ": "kb+jwt", **header}, {**whole, **claims}, HOLDER)
    check = check_key_binding(read_sd_jwt(text), at=NOW, challenge="n", domain="https://a.example")
    assert (check.outcome, check.arguments.get("reason")) == (Outcome.FAILED, reason)


def test_only_the_holders_key_binds() -> None:
    asked = {"challenge": "n", "domain": "https://a.example"}

    def outcome(text: str) -> tuple[Outcome, str | None]:
        check = check_key_binding(read_sd_jwt(text), at=NOW, **asked)
        return check.outcome, check.arguments.get("reason")

    def bound(text: str, key: PrivateKey = HOLDER) -> str:
        return bind(text, key=key, audience="https://a.example", nonce="n", at=NOW)

    assert outcome(bound(ALL)) == (Outcome.PASSED, None)
    assert outcome(bound(ALL, OTHER)) == (Outcome.FAILED, "signature")
    assert outcome(ALL) == (Outcome.FAILED, "missing")
    unbound = issue_sd_jwt(vc(), key=KEY, kid="one")
    assert outcome(bound(unbound)) == (Outcome.FAILED, "malformed")
    by_name = issue_sd_jwt(vc(cnf={"kid": "did:example:pat#1"}), key=KEY, kid="one")
    assert outcome(bound(by_name)) == (Outcome.NOT_CHECKED, "unsupported")
    fewer = present_sd_jwt(ALL, disclose=["/name"])
    binding = bound(ALL).rpartition("~")[2]
    assert outcome(fewer + binding) == (Outcome.FAILED, "other-presentation")
    with pytest.raises(ParseError):
        bound(bound(ALL))


def test_a_wrong_key_binding_makes_it_invalid_even_unasked(contexts: ContextLoader) -> None:
    text = bind(ALL, key=OTHER, audience="https://a.example", nonce="n", at=NOW)
    assert judge(text, contexts, LOADER).outcome is Overall.INVALID


def test_a_w3c_credential_may_be_disclosed_in_part(contexts: ContextLoader) -> None:
    """Securing VCs using JOSE and COSE, section 3.2."""
    hidden = ["/credentialSubject/result", "/evidence", "/name"]
    text = issue_sd_jwt(badge(), key=KEY, kid="one", hidden=hidden, holder=HOLDER.public)
    read = read_token(text)
    assert (read.kind, read.header["typ"]) == (TokenKind.CREDENTIAL, "vc+sd-jwt")
    assert {name: read.document[name] for name in badge()} == badge()
    fewer = present_sd_jwt(text, disclose=["/name"])
    for one in (text, fewer, present_sd_jwt(text, disclose=[])):
        assert judge(one, contexts, LOADER).outcome is Overall.VALID
    assert "evidence" not in read_token(fewer).document
    for pointer in ("/type", "/@context", "/issuer/name", "/validUntil", "/credentialStatus"):
        with pytest.raises(ProofError):
            issue_sd_jwt(badge(), key=KEY, kid="one", hidden=[pointer])


@pytest.mark.parametrize(
    "pointer", ["", "/", "/missing", "/skills/9", "/skills/-1", "/skills/x", "/name/0", "name"]
)
def test_only_what_is_there_can_be_hidden_or_shown(pointer: str) -> None:
    with pytest.raises(ProofError):
        issue_sd_jwt(vc(), key=KEY, kid="one", hidden=[pointer])
    with pytest.raises(ProofError):
        present_sd_jwt(ALL, disclose=[pointer])


@pytest.mark.parametrize("claims", [{"_sd": []}, {"a": [{"...": "x"}]}, {"_sd_alg": "sha-256"}])
def test_names_of_sd_jwt_are_not_for_claims(claims: Document) -> None:
    with pytest.raises(ProofError):
        issue_sd_jwt(vc(**claims), key=KEY, kid="one")


@pytest.mark.parametrize(
    "text",
    [
        "~",
        "~~",
        "a~b",
        ALL.replace("~", "~~", 1),
        ALL + "e30",
        ALL + "a.b.c",
        ALL + "=~",
        f"{ALL}W10~",
        f"{ALL}{write_base64url(b'{}')}~",
        f"{ALL}{disclosure('salt')}~",
        f"{ALL}{disclosure(5, 'name', 1)}~",
        f"{ALL}{disclosure('salt', 5, 1)}~",
        f"{ALL}{disclosure('salt', 'a', 1, 2)}~",
        f"{ALL}{write_base64url(b'[' * 100)}~",
    ],
)
def test_what_is_no_sd_jwt_is_a_parse_error(text: str) -> None:
    with pytest.raises(ParseError):
        read_token(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["_sd", "...", "_sd_alg", "vct", "a"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(max_examples=200)
@given(
    payload=st.dictionaries(st.sampled_from(["_sd", "...", "_sd_alg", "vct", "a"]), json_values),
    contents=st.lists(st.lists(json_values, max_size=4), max_size=4),
)
def test_any_payload_gets_a_verdict(
    contexts: ContextLoader, payload: Document, contents: list[list[Any]]
) -> None:
    texts = [disclosure(*content) for content in contents]
    payload = {**payload, "b": [{"...": digest(text)} for text in texts]}
    assert judge(signed(payload, *texts), contexts, LOADER).outcome is not None
    with contextlib.suppress(ParseError):
        read_token(signed(payload, *texts))


def test_an_sd_jwt_vc_is_read_by_the_names_of_a_credential() -> None:
    document = read_token(ALL).document
    assert issuer_id(document) == ISSUER
    assert document["type"] == ["https://credentials.example/license"]
    assert document["validUntil"] == "2030-01-01T00:00:00Z"
    assert document["credentialSubject"]["name"] == "Pat"
    assert set(document["credentialSubject"]).isdisjoint({"iss", "exp", "cnf", "vct"})


def test_what_is_missing_at_the_end_is_said() -> None:
    with pytest.raises(ParseError, match="tilde"):
        read_token(ALL.rstrip("~"))
    with pytest.raises(ParseError, match="vct"):
        read_token(signed({"iss": "https://issuer.example"}))
