"""What a verdict says of a badge that we signed, with one thing changed."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from talent_vc import (
    ContextLoader,
    DictLoader,
    Document,
    Options,
    Outcome,
    Overall,
    SigningKey,
    Trust,
    Verdict,
    did_web_document,
    needed_documents,
    open_envelope,
    sentence,
    sign,
    sign_jwt,
    verify,
    verify_bytes,
)

from .builders import KEY, LISTS, NOW, make_badge, make_list, make_signed
from .changes import shuffled, with_a_changed_character
from .jwt_builders import badge as bare_badge
from .jwt_builders import older_badge

Judge = Callable[..., Verdict]


@pytest.fixture
def judge(contexts: ContextLoader, loader: DictLoader) -> Judge:
    def call(document: Document, **changes: Any) -> Verdict:
        arguments: dict[str, Any] = {"at": NOW, "contexts": contexts, "loader": loader}
        return verify(document, **{**arguments, **changes})

    return call


def outcome_of(verdict: Verdict, code: str) -> Outcome:
    return next(check.outcome for check in verdict.checks if check.code == code)


def test_what_we_sign_is_valid(judge: Judge, contexts: ContextLoader) -> None:
    verdict = judge(make_signed(make_badge(), contexts))
    assert verdict.outcome is Overall.VALID, verdict.checks
    assert verdict.issuer == KEY.did_key
    assert [entry.purpose for entry in verdict.status_entries] == ["revocation", "suspension"]
    assert verdict.next_change == datetime(2030, 1, 1, tzinfo=UTC)
    assert all("{" not in sentence(check) and sentence(check) for check in verdict.checks)


def test_an_unsigned_badge_is_invalid(judge: Judge) -> None:
    verdict = judge(make_badge())
    assert verdict.outcome is Overall.INVALID
    assert outcome_of(verdict, "proof.present") is Outcome.FAILED


def test_dates_decide_between_not_yet_valid_valid_and_expired(
    judge: Judge, contexts: ContextLoader
) -> None:
    badge = make_signed(make_badge(), contexts)
    end = datetime(2030, 1, 1, tzinfo=UTC)
    early = judge(badge, at=NOW - timedelta(seconds=1))
    # A list is as new as the badge: before that, neither says anything.
    assert early.outcome is Overall.NOT_YET_VALID
    assert early.next_change == NOW
    assert judge(badge, at=end - timedelta(seconds=1)).outcome is Overall.VALID
    late = judge(badge, at=end)
    assert late.outcome is Overall.EXPIRED
    assert late.next_change is None


def test_dates_with_another_zone_are_the_same_instant(
    judge: Judge, contexts: ContextLoader
) -> None:
    badge = make_signed(make_badge(validUntil="2026-11-23T02:00:00+02:00"), contexts)
    assert judge(badge).outcome is Overall.EXPIRED
    assert judge(badge, at=NOW - timedelta(hours=1)).outcome is Overall.NOT_YET_VALID


def test_a_set_bit_revokes_before_it_suspends(judge: Judge, contexts: ContextLoader) -> None:
    badge = make_badge(index=7)
    assert judge(make_signed(badge, contexts)).outcome is Overall.REVOKED
    only_suspension = {**badge, "credentialStatus": badge["credentialStatus"][1]}
    assert judge(make_signed(only_suspension, contexts)).outcome is Overall.SUSPENDED


def test_every_status_entry_counts(judge: Judge, contexts: ContextLoader) -> None:
    badge = make_badge(index=42)
    badge["credentialStatus"][1]["statusListIndex"] = "7"
    assert judge(make_signed(badge, contexts)).outcome is Overall.SUSPENDED


@pytest.mark.parametrize("purpose", ["Revocation", "held", "", None, ["revocation"], 1])
def test_a_status_for_a_purpose_that_is_not_known_leaves_it_open(
    judge: Judge, contexts: ContextLoader, purpose: object
) -> None:
    badge = make_badge(index=7)
    [entry, _] = badge["credentialStatus"]
    badge["credentialStatus"] = {**entry, "statusPurpose": purpose}
    if purpose is None:
        del badge["credentialStatus"]["statusPurpose"]
    verdict = judge(make_signed(badge, contexts))
    assert outcome_of(verdict, "status.unsupported") is Outcome.NOT_CHECKED
    assert verdict.outcome is Overall.UNDETERMINED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"validFrom": "2026-10-01T00:00:00Z", "validUntil": "2026-11-01T00:00:00Z"}, "list-until"),
        ({"validFrom": "2027-11-01T00:00:00Z"}, "list-from"),
        ({"type": ["VerifiableCredential"]}, "list-type"),
        ({"issuer": "did:example:another"}, "list-issuer.binding"),
    ],
)
def test_a_list_that_does_not_hold_leaves_it_open(
    judge: Judge, contexts: ContextLoader, changes: dict[str, Any], reason: str
) -> None:
    lists = {
        LISTS["revocation"]: make_list(contexts, "revocation", **changes),
        LISTS["suspension"]: make_list(contexts, "suspension"),
    }
    verdict = judge(make_signed(make_badge(index=7), contexts), loader=DictLoader(lists))
    check = next(check for check in verdict.checks if check.code == "status.revocation")
    assert (check.outcome, check.arguments["reason"]) == (Outcome.NOT_CHECKED, reason)
    lists[LISTS["suspension"]] = make_list(contexts, "suspension", **changes)
    verdict = judge(make_signed(make_badge(index=7), contexts), loader=DictLoader(lists))
    assert verdict.outcome is Overall.UNDETERMINED


def test_a_tampered_list_leaves_it_open(judge: Judge, contexts: ContextLoader) -> None:
    revoked = json.loads(make_list(contexts, "revocation"))
    clean = json.loads(make_list(contexts, "revocation", validUntil="2031-01-01T00:00:00Z"))
    clean["proof"] = revoked["proof"]
    lists = dict.fromkeys(LISTS.values(), json.dumps(clean).encode())
    verdict = judge(make_signed(make_badge(), contexts), loader=DictLoader(lists))
    assert verdict.outcome is Overall.UNDETERMINED


def test_an_unreachable_or_wrong_list_leaves_it_open(judge: Judge, contexts: ContextLoader) -> None:
    badge = make_signed(make_badge(), contexts)
    nothing = DictLoader({}, dict.fromkeys(LISTS.values(), "timeout"))
    verdict = judge(badge, loader=nothing)
    assert verdict.outcome is Overall.UNDETERMINED
    assert "timeout" in [check.arguments.get("reason") for check in verdict.checks]
    swapped = DictLoader(dict.fromkeys(LISTS.values(), make_list(contexts, "suspension")))
    assert judge(badge, loader=swapped).outcome is Overall.UNDETERMINED
    far = make_signed(make_badge(index=131_072), contexts)
    assert judge(far).outcome is Overall.UNDETERMINED


def test_another_key_is_not_the_issuer(judge: Judge, contexts: ContextLoader) -> None:
    verdict = judge(make_signed(make_badge(), contexts, key=SigningKey.generate()))
    assert verdict.outcome is Overall.INVALID
    assert outcome_of(verdict, "proof.signature") is Outcome.PASSED
    assert outcome_of(verdict, "issuer.binding") is Outcome.FAILED


def test_did_web_needs_the_key_among_those_that_assert(
    judge: Judge, contexts: ContextLoader, loader: DictLoader
) -> None:
    did = "did:web:127.0.0.1%3A7111:organizations:x"
    url = "http://127.0.0.1:7111/organizations/x/did.json"
    options = Options(insecure_hosts=("127.0.0.1:7111",))
    badge = make_badge(credentialStatus=[])
    badge["issuer"]["id"] = did
    signed = sign(
        badge, key=KEY, verification_method=f"{did}#key-1", created=NOW, contexts=contexts
    )
    assert needed_documents(signed, options) == [url]
    document = did_web_document(did, fragment="key-1", public_multikey=KEY.public_multikey)

    def served(document: Document) -> Verdict:
        loader = DictLoader({url: json.dumps(document).encode()})
        return judge(signed, loader=loader, options=options)

    assert served(document).outcome is Overall.VALID
    assert served({**document, "assertionMethod": []}).outcome is Overall.INVALID
    assert served({**document, "id": "did:web:other"}).outcome is Overall.INVALID
    assert served({**document, "verificationMethod": []}).outcome is Overall.INVALID
    named_only = {**document, "verificationMethod": [f"{did}#key-1"]}
    assert served(named_only).outcome is Overall.INVALID
    assert judge(signed, loader=DictLoader({})).outcome is Overall.UNDETERMINED


@pytest.mark.parametrize("name", ["expires", "revoked"])
def test_a_key_is_good_until_it_ends(judge: Judge, contexts: ContextLoader, name: str) -> None:
    did, url = "did:web:college.example", "https://college.example/.well-known/did.json"
    badge = make_badge(credentialStatus=[])
    badge["issuer"]["id"] = did
    signed = sign(
        badge, key=KEY, verification_method=f"{did}#key-1", created=NOW, contexts=contexts
    )
    document = did_web_document(did, fragment="key-1", public_multikey=KEY.public_multikey)

    def key_check(end: str) -> tuple[Outcome, str | None]:
        document["verificationMethod"][0][name] = end
        loader = DictLoader({url: json.dumps(document).encode()})
        verdict = judge(signed, loader=loader)
        check = next(check for check in verdict.checks if check.code == "proof.key")
        return check.outcome, check.arguments.get("reason")

    assert key_check("2026-11-23T00:00:01Z") == (Outcome.PASSED, None)
    assert key_check("2026-11-23T00:00:00Z") == (Outcome.FAILED, "ended")
    assert key_check("soon") == (Outcome.FAILED, "ended")


def test_the_end_of_a_proof_or_a_key_is_a_change_to_come(
    judge: Judge, contexts: ContextLoader
) -> None:
    signed = make_signed(make_badge(), contexts)
    proof = {**signed["proof"], "expires": "2027-01-01T00:00:00Z"}
    verdict = judge({**signed, "proof": proof})
    assert verdict.next_change == datetime(2027, 1, 1, tzinfo=UTC)

    did, url = "did:web:college.example", "https://college.example/.well-known/did.json"
    badge = make_badge(credentialStatus=[])
    badge["issuer"]["id"] = did
    signed = sign(
        badge, key=KEY, verification_method=f"{did}#key-1", created=NOW, contexts=contexts
    )
    document = did_web_document(did, fragment="key-1", public_multikey=KEY.public_multikey)
    document["verificationMethod"][0]["revoked"] = "2028-01-01T00:00:00Z"
    verdict = judge(signed, loader=DictLoader({url: json.dumps(document).encode()}))
    assert verdict.outcome is Overall.VALID
    assert verdict.next_change == datetime(2028, 1, 1, tzinfo=UTC)


def test_two_looks_a_second_apart_are_equal(judge: Judge, contexts: ContextLoader) -> None:
    badge = make_signed(make_badge(), contexts)
    assert judge(badge).checks == judge(badge, at=NOW + timedelta(seconds=1)).checks


def test_a_verdict_stays_small(judge: Judge) -> None:
    badge = make_badge(credentialSubject=[""] * 1000, validUntil="x" * 100_000)
    verdict = judge(badge)
    assert len(verdict.checks) == 500
    assert all(check.outcome is Outcome.FAILED for check in verdict.checks)
    assert max(len(value) for check in verdict.checks for value in check.arguments.values()) <= 500
    assert verdict.outcome is Overall.INVALID


def test_a_long_signature_or_key_is_refused_at_once(judge: Judge, contexts: ContextLoader) -> None:
    signed = make_signed(make_badge(), contexts)
    long = "z6Mk" + "1" * 190_000
    started = time.process_time()
    for change in (
        {"proofValue": long},
        {"verificationMethod": f"did:key:{long}#{long}"},
        {"verificationMethod": f"https://college.example/keys#{long}"},
    ):
        verdict = judge({**signed, "proof": {**signed["proof"], **change}})
        assert verdict.outcome is Overall.INVALID
    # Decoding one of them takes twenty seconds.
    assert time.process_time() - started < 5


def test_a_year_of_many_digits_is_far_away(judge: Judge, contexts: ContextLoader) -> None:
    badge = make_badge(validUntil="9" * 5000 + "-01-01T00:00:00Z")
    assert judge(make_signed(badge, contexts)).outcome is Overall.VALID


def test_each_proof_of_a_set_must_hold(judge: Judge, contexts: ContextLoader) -> None:
    badge = make_badge()
    ours = make_signed(badge, contexts)["proof"]
    witness = make_signed(badge, contexts, key=SigningKey.generate())["proof"]
    assert judge({**badge, "proof": [ours, witness]}).outcome is Overall.VALID
    broken = {**witness, "proofValue": ours["proofValue"]}
    assert judge({**badge, "proof": [ours, broken]}).outcome is Overall.INVALID
    unknown = {**witness, "cryptosuite": "future-suite-2030"}
    verdict = judge({**badge, "proof": [ours, unknown]})
    assert verdict.outcome is Overall.VALID
    beside = next(check for check in verdict.checks if check.code == "proof.beside")
    assert beside.arguments == {"suite": "future-suite-2030", "check": "proof.unsupported"}
    assert judge({**badge, "proof": [witness, unknown]}).outcome is Overall.INVALID
    assert judge({**badge, "proof": [unknown]}).outcome is Overall.UNDETERMINED
    assert judge({**badge, "proof": [ours] * 17}).outcome is Overall.INVALID


def test_a_proof_for_another_purpose_or_past_its_end_is_invalid(
    judge: Judge, contexts: ContextLoader
) -> None:
    signed = make_signed(make_badge(), contexts)
    other = {**signed["proof"], "proofPurpose": "authentication"}
    verdict = judge({**signed, "proof": other})
    assert outcome_of(verdict, "proof.purpose") is Outcome.FAILED
    ended = judge({**signed, "proof": {**signed["proof"], "expires": "2020-01-01T00:00:00Z"}})
    assert outcome_of(ended, "proof.expires") is Outcome.FAILED
    assert verdict.outcome is ended.outcome is Overall.INVALID


def test_trust_is_reported_and_decides_nothing(judge: Judge, contexts: ContextLoader) -> None:
    signed = make_signed(make_badge(), contexts)
    known = judge(signed, trust=lambda issuer: Trust(known=True, source="state", name="College"))
    unknown = judge(signed, trust=lambda issuer: Trust(known=False, source="state"))
    assert outcome_of(known, "issuer.trust") is Outcome.PASSED
    assert outcome_of(unknown, "issuer.trust") is Outcome.FAILED
    assert known.outcome is unknown.outcome is Overall.VALID


def test_a_status_under_another_name_is_not_waved_through(
    judge: Judge, contexts: ContextLoader
) -> None:
    """The statements stay the same and the signature holds, but the status would go unread."""
    revoked = make_signed(make_badge(index=7), contexts)
    status = revoked.pop("credentialStatus")
    full = {**revoked, "https://www.w3.org/2018/credentials#credentialStatus": status}
    alias = {"standing": "https://www.w3.org/2018/credentials#credentialStatus"}
    renamed = {**revoked, "@context": [*revoked["@context"], alias], "standing": status}
    for document in (full, renamed):
        verdict = judge(document)
        assert verdict.outcome is not Overall.VALID
        assert outcome_of(verdict, "structure.meaning") is Outcome.NOT_CHECKED


def test_terms_that_no_context_defines_cannot_be_signed_or_pass(
    judge: Judge, contexts: ContextLoader
) -> None:
    signed = make_signed(make_badge(), contexts)
    signed["credentialSubject"] = {**signed["credentialSubject"], "salary": "high"}
    assert judge(signed).outcome is Overall.INVALID


def test_an_unknown_context_is_named(judge: Judge, contexts: ContextLoader) -> None:
    signed = make_signed(make_badge(), contexts)
    url = "https://contexts.example/new/v1"
    verdict = judge({**signed, "@context": [*signed["@context"], url]})
    assert verdict.outcome is Overall.UNDETERMINED
    assert url in [check.arguments.get("context") for check in verdict.checks]


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_one_changed_character_is_never_valid(
    judge: Judge, contexts: ContextLoader, data: st.DataObject
) -> None:
    document = with_a_changed_character(make_signed(make_badge(), contexts), data)
    assert judge(document).outcome is not Overall.VALID


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(), indent=st.sampled_from([None, 1, 4]))
def test_order_and_whitespace_do_not_matter(
    contexts: ContextLoader, loader: DictLoader, random: Any, indent: int | None
) -> None:
    document = shuffled(make_signed(make_badge(), contexts), random)
    data = json.dumps(document, indent=indent, ensure_ascii=random.choice([True, False]))
    verdict = verify_bytes(data.encode(), at=NOW, contexts=contexts, loader=loader)
    assert verdict.outcome is Overall.VALID


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        ("did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", Overall.INVALID),
        ("did:web:college.example", Overall.INVALID),
        ("https://college.example/", Overall.UNDETERMINED),
        ("http://college.example/", Overall.UNDETERMINED),
        ("urn:uuid:4ca4a241-fc3b-4d92-978e-f56fa96ae795", Overall.UNDETERMINED),
    ],
)
def test_only_a_did_says_that_a_key_is_not_its_own(
    contexts: ContextLoader, loader: DictLoader, issuer: str, expected: Overall
) -> None:
    badge = make_badge(credentialStatus=[])
    signed = make_signed({**badge, "issuer": {**badge["issuer"], "id": issuer}}, contexts)
    verdict = verify(signed, at=NOW, contexts=contexts, loader=loader)
    assert verdict.outcome is expected
    [signature] = [check for check in verdict.checks if check.code == "proof.signature"]
    assert signature.outcome is Outcome.PASSED


def test_an_end_by_the_name_of_the_other_edition_is_an_end(
    judge: Judge, contexts: ContextLoader
) -> None:
    older = older_badge(KEY.did_key, validUntil="2026-12-01T00:00:00Z")
    older["@context"].append("https://w3id.org/security/data-integrity/v2")
    signed = make_signed(older, contexts)
    assert judge(signed).outcome is Overall.VALID
    assert judge(signed).next_change == datetime(2026, 12, 1, tzinfo=UTC)
    assert judge(signed, at=datetime(2026, 12, 1, tzinfo=UTC)).outcome is Overall.EXPIRED
    later = make_signed({**older, "validFrom": "2026-11-24T00:00:00Z"}, contexts)
    assert judge(later).outcome is Overall.NOT_YET_VALID

    newer = bare_badge(KEY.did_key, expirationDate="2026-11-01T00:00:00Z")
    newer["@context"] = [*newer["@context"], {"expirationDate": "https://college.example/end"}]
    token = sign_jwt(newer, key=KEY, kid=KEY.did_key_method)
    assert judge(open_envelope(token.encode())).outcome is Overall.EXPIRED
    token = sign_jwt({**newer, "expirationDate": "soon"}, key=KEY, kid=KEY.did_key_method)
    assert judge(open_envelope(token.encode())).outcome is Overall.INVALID
