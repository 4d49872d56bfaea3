"""Open Badges 2.0: hosted and signed, from documents as the specification prints them."""

import copy
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import (
    ContextLoader,
    DictLoader,
    Document,
    Outcome,
    Overall,
    Verdict,
    bake,
    issuers_within,
    summary,
    verify_bytes,
)
from talent_vc.jws import write_jws
from talent_vc.open_badge_2_rules import is_in_scope, is_recipient, read_date
from talent_vc.private_keys import PrivateKey
from talent_vc.public_keys import KeyKind

from .pictures import SVG, make_png, png_chunk, with_chunks

AT = datetime(2017, 3, 1, tzinfo=UTC)
HOST = "https://example.org"
KEY = PrivateKey.generate(KeyKind.RSA)
OTHER = PrivateKey.generate(KeyKind.RSA)
V2 = "https://w3id.org/openbadges/v2"
IDENTITY = "sha256$c7ef86405ba71b85acd8e2e95166c4b111448089f2e1599f42fe1bba46e865c5"


def pem(key: PrivateKey) -> str:
    public = load_der_public_key(key.public.raw)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def assertion(**changes: object) -> Document:
    document: Document = {
        "@context": V2,
        "type": "Assertion",
        "id": f"{HOST}/beths-robotics-badge.json",
        "recipient": {
            "type": "email",
            "hashed": True,
            "salt": "deadsea",
            "identity": "sha256$"
            + "c7ef86405ba71b85acd8e2e95166c4b111448089f2e1599f42fe1bba46e865c5",
        },
        "image": f"{HOST}/beths-robot-badge.png",
        "evidence": f"{HOST}/beths-robot-work.html",
        "issuedOn": "2016-12-31T23:59:59Z",
        "expires": "2017-06-30T23:59:59Z",
        "badge": f"{HOST}/robotics-badge.json",
        "verification": {"type": "hosted"},
    }
    return {**document, **changes}


def badge(**changes: object) -> Document:
    document: Document = {
        "@context": V2,
        "type": "BadgeClass",
        "id": f"{HOST}/robotics-badge.json",
        "name": "Awesome Robotics Badge",
        "description": "For doing awesome things with robots.",
        "image": f"{HOST}/robotics-badge.png",
        "criteria": f"{HOST}/robotics-badge.html",
        "issuer": f"{HOST}/organization.json",
        "alignment": [{"targetName": "Problem-Solving", "targetUrl": "https://x.example/skills"}],
    }
    return {**document, **changes}


def profile(**changes: object) -> Document:
    document: Document = {
        "@context": V2,
        "type": "Issuer",
        "id": f"{HOST}/organization.json",
        "name": "An Example Badge Issuer",
        "url": HOST,
        "email": "contact@example.org",
        "publicKey": f"{HOST}/publicKey.json",
    }
    return {**document, **changes}


def key(**changes: object) -> Document:
    document: Document = {
        "@context": V2,
        "type": "CryptographicKey",
        "id": f"{HOST}/publicKey.json",
        "owner": f"{HOST}/organization.json",
        "publicKeyPem": pem(KEY),
    }
    return {**document, **changes}


def revocations(*entries: object) -> Document:
    return {
        "@context": V2,
        "id": f"{HOST}/revocationList.json",
        "type": "RevocationList",
        "revokedAssertions": list(entries),
    }


def served(*documents: Document) -> dict[str, bytes]:
    return {document["id"]: json.dumps(document).encode() for document in documents}


def signed(by: PrivateKey = KEY, **changes: object) -> bytes:
    document = assertion(
        id="urn:uuid:a953081a-4bbd-4927-9653-7219bca00e3b",
        verification={"type": "SignedBadge", "creator": f"{HOST}/publicKey.json"},
    )
    return write_jws({}, {**document, **changes}, by).encode()


@pytest.fixture
def judge(contexts: ContextLoader) -> Any:
    def judging(
        held: Document | bytes,
        *documents: Document,
        at: datetime = AT,
        errors: dict[str, str] | None = None,
    ) -> Verdict:
        data = held if isinstance(held, bytes) else json.dumps(held).encode()
        loader = DictLoader(served(*documents), errors)
        return verify_bytes(data, at=at, contexts=contexts, loader=loader)

    return judging


def outcome_of(verdict: Verdict, code: str) -> Outcome:
    [found] = [check for check in verdict.checks if check.code == code]
    return found.outcome


def test_a_hosted_badge_is_valid_and_called_older(judge: Any) -> None:
    verdict = judge(assertion(), assertion(), badge(), profile())
    assert verdict.outcome is Overall.VALID
    assert verdict.issuer == f"{HOST}/organization.json"
    assert verdict.next_change == datetime(2017, 6, 30, 23, 59, 59, tzinfo=UTC)
    assert outcome_of(verdict, "proof.hosted") is Outcome.PASSED
    assert outcome_of(verdict, "issuer.binding") is Outcome.PASSED
    assert outcome_of(verdict, "legacy.open_badges_2") is Outcome.NOT_CHECKED


@pytest.mark.parametrize("held", ["png", "svg", "address", "first kind"])
def test_a_badge_is_read_from_whatever_it_travels_in(judge: Any, held: str) -> None:
    data = json.dumps(assertion()).encode()
    url = assertion()["id"].encode()
    content = {
        "png": bake(make_png(), data, open_badges_2=True),
        "svg": bake(SVG, data, open_badges_2=True),
        "address": url,
        "first kind": with_chunks(png_chunk(b"tEXt", b"openbadges\0" + url)),
    }[held]
    assert judge(content, assertion(), badge(), profile()).outcome is Overall.VALID


def test_parts_may_stand_in_full(judge: Any) -> None:
    whole = assertion(badge=badge(issuer=profile()))
    for held, there in ((whole, whole), (whole, assertion()), (assertion(), whole)):
        assert judge(held, there, badge(), profile()).outcome is Overall.VALID
    lists = assertion(badge=[badge(tags="robots")], type=["Assertion"])
    alike = judge(lists, assertion(), badge(tags=["robots"]), profile())
    assert outcome_of(alike, "proof.hosted") is Outcome.PASSED


@pytest.mark.parametrize(
    "change",
    [
        {"expires": "2027-06-30T23:59:59Z"},
        {"badge": badge(name="Doctor of Robotics")},
        {"badge": badge(issuer=profile(name="Another University"))},
        {"badge": f"{HOST}/other-badge.json"},
        {"evidence": {"id": f"{HOST}/beths-robot-work.html", "narrative": "Made it all alone."}},
        {"narrative": "Made it all alone."},
        {"recipient": {"type": "email", "hashed": False, "identity": "eve@example.org"}},
    ],
)
def test_whatever_the_website_does_not_say_is_refused(judge: Any, change: Document) -> None:
    verdict = judge(assertion(**change), assertion(), badge(), profile())
    assert verdict.outcome is Overall.INVALID
    assert outcome_of(verdict, "proof.hosted") is Outcome.FAILED
    assert outcome_of(verdict, "issuer.binding") is Outcome.NOT_CHECKED


paths = st.sampled_from(
    [
        ("expires",),
        ("issuedOn",),
        ("image",),
        ("recipient", "identity"),
        ("recipient", "salt"),
        ("badge", "name"),
        ("badge", "criteria"),
        ("badge", "issuer", "name"),
    ]
)


@settings(max_examples=100)
@given(path=paths, at=st.integers(0, 10_000), put=st.characters(categories=["L", "N"]))
def test_any_changed_character_is_noticed(
    contexts: ContextLoader, path: tuple[str, ...], at: int, put: str
) -> None:
    whole = assertion(badge=badge(issuer=profile()))
    held = copy.deepcopy(whole)
    part = held
    for name in path[:-1]:
        part = part[name]
    text = part[path[-1]]
    part[path[-1]] = text[: at % len(text)] + put + text[at % len(text) + 1 :]
    verdict = verify_bytes(
        json.dumps(held).encode(),
        at=AT,
        contexts=contexts,
        loader=DictLoader(served(whole, badge(), profile())),
    )
    assert (verdict.outcome is Overall.VALID) is (held == whole)


def test_what_is_away_leaves_it_open(judge: Any) -> None:
    documents = (assertion(), badge(), profile(revocationList=revocations()["id"]), revocations())
    assert judge(assertion(), *documents).outcome is Overall.VALID
    for left_out in documents:
        rest = [document for document in documents if document is not left_out]
        verdict = judge(assertion(), *rest)
        assert verdict.outcome is Overall.UNDETERMINED, left_out["id"]
        assert verdict.missing == (left_out["id"],)


@pytest.mark.parametrize(
    "there",
    [
        {"@context": V2, "id": assertion()["id"], "revoked": True},
        assertion(revoked=True, revocationReason="A robot made of children."),
    ],
)
def test_a_hosted_badge_is_taken_back_where_it_is(judge: Any, there: Document) -> None:
    assert judge(assertion(), there, badge(), profile()).outcome is Overall.REVOKED


def test_a_hosted_badge_that_is_gone_was_taken_back(judge: Any) -> None:
    errors = {assertion()["id"]: "gone"}
    assert judge(assertion(), badge(), profile(), errors=errors).outcome is Overall.REVOKED


@pytest.mark.parametrize(
    "entry",
    [assertion()["id"], {"id": assertion()["id"], "revocationReason": "x"}, {"uid": "abc123"}],
)
def test_a_list_takes_badges_back(judge: Any, entry: object) -> None:
    listing = profile(revocationList=revocations()["id"])
    held = assertion(uid="abc123")
    assert judge(held, held, badge(), listing, revocations(entry)).outcome is Overall.REVOKED
    others = revocations("urn:uuid:1", {"id": "urn:uuid:2"}, {"uid": "x"}, 7, None, {"id": []})
    assert judge(held, held, badge(), listing, others).outcome is Overall.VALID
    away = {**revocations(entry), "type": "Profile"}
    assert judge(held, held, badge(), listing, away).outcome is Overall.UNDETERMINED


@pytest.mark.parametrize(
    ("at", "outcome"),
    [(2016, Overall.NOT_YET_VALID), (2017, Overall.VALID), (2018, Overall.EXPIRED)],
)
def test_a_badge_has_its_time(judge: Any, at: int, outcome: Overall) -> None:
    verdict = judge(assertion(), assertion(), badge(), profile(), at=datetime(at, 5, 1, tzinfo=UTC))
    assert verdict.outcome is outcome


def test_nobody_awards_badges_in_the_name_of_another(judge: Any) -> None:
    """The forger hosts all of it, and even a copy of the issuer that allows that."""
    lie = profile(verification={"allowedOrigins": "forger.example"})
    theirs = badge(id="https://forger.example/badge.json", issuer=lie)
    forged = assertion(id="https://forger.example/1", badge=theirs)
    verdict = judge(forged, forged, theirs, profile())
    assert verdict.outcome is Overall.INVALID
    assert outcome_of(verdict, "issuer.binding") is Outcome.FAILED
    assert judge(forged, forged, theirs).outcome is Overall.UNDETERMINED
    unlisted = write_jws({}, {**forged, "verification": {"type": "signed"}}, OTHER).encode()
    assert judge(unlisted, theirs, profile(), key()).outcome is Overall.INVALID


@pytest.mark.parametrize(
    ("policy", "url", "is_in"),
    [
        ({}, f"{HOST}/a", True),
        ({}, "https://EXAMPLE.org/a", True),
        ({}, "https://example.org.evil.example/a", False),
        ({}, "https://example.org:8443/a", False),
        ({}, "https://example.org@evil.example/a", False),
        ({}, "urn:uuid:1", False),
        ({"allowedOrigins": "badges.example"}, "https://badges.example/a", True),
        ({"allowedOrigins": ["x.example", "badges.example"]}, "https://badges.example/a", True),
        ({"allowedOrigins": "badges.example"}, f"{HOST}/a", False),
        ({"startsWith": f"{HOST}/welders/"}, f"{HOST}/welders/1", True),
        ({"startsWith": [f"{HOST}/x/", f"{HOST}/welders/"]}, f"{HOST}/welders/1", True),
        ({"startsWith": f"{HOST}/welders/"}, f"{HOST}/others/1", False),
        ({"startsWith": f"{HOST}/welders/"}, f"{HOST}/welders/../others/1", False),
        ({"startsWith": f"{HOST}/welders/"}, f"{HOST}/welders/%2e%2e/others/1", False),
        ({"startsWith": HOST}, "https://example.org.evil.example/a", False),
        ({"startsWith": f"{HOST}/a", "allowedOrigins": "x.example"}, f"{HOST}/a", False),
        ({"startsWith": 5, "allowedOrigins": None}, f"{HOST}/a", True),
    ],
)
def test_the_issuer_says_where_its_badges_are(policy: Document, url: str, is_in: bool) -> None:
    assert is_in_scope(url, "", profile(verification=policy)) is is_in


def test_without_a_rule_the_badge_class_is_on_the_same_host() -> None:
    assert not is_in_scope(f"{HOST}/1", "https://elsewhere.example/badge", profile())
    assert is_in_scope(f"{HOST}/1", "urn:uuid:2", profile())


def test_a_signed_badge_is_valid(judge: Any) -> None:
    verdict = judge(signed(), badge(), profile(), key())
    assert verdict.outcome is Overall.VALID
    assert outcome_of(verdict, "proof.signature") is Outcome.PASSED
    assert outcome_of(verdict, "status.revocation") is Outcome.NOT_APPLICABLE
    assert judge(bake(make_png(), signed()), badge(), profile(), key()).outcome is Overall.VALID
    without = signed(verification={"type": "signed"}, badge=badge(issuer=profile()))
    assert judge(without, profile(), key()).outcome is Overall.VALID
    inside = profile(publicKey=[f"{HOST}/old.json", key()])
    assert judge(signed(), badge(), inside).outcome is Overall.VALID


def test_a_signed_badge_is_taken_back_by_the_list(judge: Any) -> None:
    listing = profile(revocationList=revocations()["id"])
    uuid = "urn:uuid:a953081a-4bbd-4927-9653-7219bca00e3b"
    assert judge(signed(), badge(), listing, key(), revocations(uuid)).outcome is Overall.REVOKED
    assert judge(signed(), badge(), listing, key(), revocations()).outcome is Overall.VALID
    assert judge(signed(), badge(), listing, key()).outcome is Overall.UNDETERMINED


def test_a_wrong_signature_is_refused(judge: Any) -> None:
    head, payload, signature = signed().decode().split(".")
    other = signed(expires="2027-06-30T23:59:59Z").decode().split(".")[1]
    weak = rsa.generate_private_key(65537, 1024)
    weak_pem = weak.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for data, documents in (
        (signed(OTHER), (profile(), key())),
        (f"{head}.{other}.{signature}".encode(), (profile(), key())),
        (f"{head}.{payload}.".encode(), (profile(), key())),
        (signed(), (profile(publicKey=f"{HOST}/another.json"), key())),
        (signed(), (profile(publicKey=None), key())),
        (signed(), (profile(), key(owner="https://other.example/issuer"))),
        (signed(), (profile(), key(publicKeyPem="-----BEGIN PUBLIC KEY-----\nMIIB"))),
        (signed(), (profile(), key(publicKeyPem=weak_pem.decode()))),
        (signed(), (profile(), key(publicKeyPem=None))),
    ):
        verdict = judge(data, badge(), *documents)
        assert verdict.outcome is Overall.INVALID
        assert outcome_of(verdict, "issuer.binding") is not Outcome.PASSED


def test_a_key_that_is_away_leaves_it_open(judge: Any) -> None:
    assert judge(signed(), badge(), profile()).outcome is Overall.UNDETERMINED
    assert judge(signed(), badge()).outcome is Overall.UNDETERMINED
    many = profile(publicKey=[f"{HOST}/{n}" for n in range(20)])
    several = [key(id=f"{HOST}/{n}", publicKeyPem=pem(OTHER)) for n in range(20)]
    held = signed(verification={"type": "signed"})
    assert judge(held, badge(), many, *several).outcome is Overall.UNDETERMINED


def test_a_badge_that_says_it_is_signed_has_to_be(judge: Any) -> None:
    held = assertion(verification={"type": "signed", "creator": f"{HOST}/publicKey.json"})
    verdict = judge(held, held, badge(), profile(), key())
    assert verdict.outcome is Overall.INVALID
    assert outcome_of(verdict, "proof.present") is Outcome.FAILED


@pytest.mark.parametrize(
    "change",
    [
        {"type": "OtherAssertion"},
        {"recipient": None},
        {"recipient": {"type": "shoe-size", "hashed": False, "identity": "44"}},
        {"recipient": {"type": "email", "hashed": True, "identity": "pat@example.org"}},
        {"issuedOn": 1483228799},
        {"issuedOn": "2016-12-31"},
        {"issuedOn": "2016-12-31T23:59:59"},
        {"expires": "soon"},
        {"expires": "2016-01-01T00:00:00Z"},
        {"badge": "robotics"},
        {"verification": {"type": "blockchain"}},
        {"verification": {"type": ["Extension"]}},
        {"image": "data:image/png;base64,AAAA"},
        {"evidence": 5},
    ],
)
def test_a_broken_assertion_is_refused(judge: Any, change: Document) -> None:
    held = assertion(**change)
    assert judge(held, held, badge(), profile()).outcome is Overall.INVALID


@pytest.mark.parametrize(
    ("badge_change", "profile_change"),
    [
        ({"type": "Assertion"}, {}),
        ({"name": ""}, {}),
        ({"description": 5}, {}),
        ({"criteria": None}, {}),
        ({"alignment": {"targetName": "x"}}, {}),
        ({}, {"type": "Person"}),
        ({}, {"name": None}),
        ({}, {"email": ""}),
        ({}, {"url": "example"}),
    ],
)
def test_a_broken_badge_class_or_profile_is_refused(
    judge: Any, badge_change: Document, profile_change: Document
) -> None:
    verdict = judge(assertion(), assertion(), badge(**badge_change), profile(**profile_change))
    assert verdict.outcome is Overall.INVALID


def test_a_word_with_a_meaning_of_its_own_leaves_it_open(judge: Any) -> None:
    own = assertion(**{"@context": [V2, {"expires": "https://x.example/never"}]})
    assert judge(own, own, badge(), profile()).outcome is Overall.UNDETERMINED
    more = assertion(**{"@context": [V2, {"foo": "https://x.example/foo"}], "foo": "bar"})
    assert judge(more, more, badge(), profile()).outcome is Overall.VALID


def test_a_badge_in_full_is_told_by_its_name_and_its_issuer_is_asked_about(judge: Any) -> None:
    whole = assertion(badge=badge(issuer=profile()))
    assert issuers_within(whole) == [f"{HOST}/organization.json"]
    verdict = judge(whole, whole, profile())
    told = summary(verdict.outcome, verdict.checks, whole, at=AT, today=False)
    assert "says that the holder completed Awesome Robotics Badge" in told


def test_what_is_not_looked_at_is_told(judge: Any) -> None:
    held = assertion(**{"extensions:applyLink": {}, "endorsement": ["https://x.example/1"]})
    verdict = judge(held, held, badge(), profile())
    assert verdict.outcome is Overall.VALID
    assert outcome_of(verdict, "schema.credential") is Outcome.NOT_CHECKED
    assert outcome_of(verdict, "part.endorsement") is Outcome.NOT_CHECKED


def test_the_recipient_is_found_by_an_address() -> None:
    """The hashes of "mayze" are those of the specification."""
    plain = {"type": "email", "hashed": False, "identity": "mayze"}
    sha256 = "sha256$7a1a1b3f7d40552e4299180e346e3add12bf9a751a43d9c4ca4518febc2c60c6"
    salted = "sha256$" + hashlib.sha256(b"mayzedeadsea").hexdigest()
    md5 = "md5$" + hashlib.md5(b"mayze").hexdigest()
    assert is_recipient({"hashed": True, "identity": salted, "salt": "deadsea"}, "mayze")
    assert is_recipient({"hashed": True, "identity": md5}, "mayze")
    for recipient in (plain, {"hashed": True, "identity": sha256.replace("f", "F")}):
        assert is_recipient(recipient, "mayze")
        assert not is_recipient(recipient, "other")
    for recipient in (
        {"hashed": True, "identity": salted, "salt": "wrong"},
        {"hashed": True, "identity": "sha1$00"},
        {"hashed": True, "identity": "mayze"},
        {},
    ):
        assert not is_recipient(recipient, "mayze")


def test_dates_are_with_a_time_and_a_zone() -> None:
    assert read_date("2016-12-31T23:59Z") == datetime(2016, 12, 31, 23, 59, tzinfo=UTC)
    assert read_date("2016-12-31T23:59:59.123456-05:00")
    for wrong in ("2016-12-31", "2016-W01-1T00:00Z", "0001-01-01T00:00:00+09:00", 5, None, ""):
        assert read_date(wrong) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.just(f"{HOST}/1"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(max_examples=300)
@given(
    where=st.sampled_from(["assertion", "badge", "profile", "key", "list"]),
    name=st.sampled_from(sorted({*assertion(), *badge(), *profile(), *key(), *revocations()})),
    value=json_values,
    as_token=st.booleans(),
)
def test_any_value_in_any_field_gets_a_verdict(
    contexts: ContextLoader, where: str, name: str, value: object, as_token: bool
) -> None:
    parts: dict[str, Document] = {
        "assertion": assertion(),
        "badge": badge(),
        "profile": profile(revocationList=revocations()["id"]),
        "key": key(),
        "list": revocations("urn:uuid:1"),
    }
    urls = {part: document["id"] for part, document in parts.items()}
    parts[where][name] = value
    documents = {urls[part]: json.dumps(document).encode() for part, document in parts.items()}
    held = parts["assertion"]
    if as_token:
        data = write_jws({}, {**held, "verification": {"type": "signed"}}, KEY).encode()
    else:
        data = json.dumps(held).encode()
    verify_bytes(data, at=AT, contexts=contexts, loader=DictLoader(documents))


def test_a_badge_with_a_proof_of_another_kind_is_not_called_unsigned(judge: Any) -> None:
    """As Blockcerts has it: a receipt of a blockchain."""
    kinds = ["MerkleProofVerification2017", "Extension"]
    held = assertion(
        id="urn:uuid:1", verification={"type": kinds}, signature={"type": ["MerkleProof2017"]}
    )
    verdict = judge(held, badge(), profile())
    assert verdict.outcome is Overall.UNDETERMINED
    [check] = [check for check in verdict.checks if check.code.startswith("proof.")]
    assert (check.code, check.arguments["suite"]) == ("proof.unsupported", kinds[0])
    assert outcome_of(verdict, "issuer.binding") is Outcome.NOT_CHECKED
    forged = write_jws({}, held, OTHER).encode()
    assert judge(forged, badge(), profile()).outcome is Overall.UNDETERMINED
