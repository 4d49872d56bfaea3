"""What a status says, of every kind of entry and list, and what is left open when none does."""

import contextlib
import json
import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from talent_vc import (
    Check,
    ContextLoader,
    DictLoader,
    Document,
    Fetched,
    Outcome,
    Overall,
    SigningKey,
    StatusError,
    build_status_list,
    changed_indexes,
    did_web_document,
    needed_documents,
    sentence,
    sign,
    status_entry,
    verify,
)
from talent_vc.loading import Loader
from talent_vc.policies import Policy, overall
from talent_vc.published_lists import read_list
from talent_vc.reasons import REASONS
from talent_vc.status import check_status
from talent_vc.status_entries import status_entries

from .builders import KEY, NOW, make_badge, make_signed

URL = "https://registry.example/status/9"
NAME = "urn:uuid:01936b2a-0000-7000-8000-000000000001"
Ask = Callable[..., dict[str, Check]]


def make(**changes: Any) -> Document:
    arguments: dict[str, Any] = {
        "list_id": URL,
        "issuer": KEY.did_key,
        "purpose": "revocation",
        "valid_from": NOW,
    }
    return build_status_list(**{**arguments, **changes})


def entry(purpose: str = "revocation", index: int = 7, **changes: Any) -> Document:
    return {**status_entry(list_url=URL, index=index, purpose=purpose), **changes}


@pytest.fixture
def ask(contexts: ContextLoader) -> Ask:
    """The checks on one entry by their codes; `published` is signed unless it is bytes."""

    def call(status: Any, published: Document | bytes | None, **changes: Any) -> dict[str, Check]:
        data = published
        if isinstance(data, dict):
            data = json.dumps(make_signed(data, contexts)).encode()
        loader = DictLoader({URL: data} if data is not None else {}, {URL: "timeout"})
        document = {"id": NAME, "issuer": KEY.did_key, "@context": [], "credentialStatus": status}
        arguments: dict[str, Any] = {"at": NOW, "contexts": contexts, "loader": loader, **changes}
        return {check.code: check for check in check_status(document, **arguments)}

    return call


def reason(check: Check) -> str:
    assert check.outcome is Outcome.NOT_CHECKED
    assert "{" not in sentence(check)
    return check.arguments["reason"]


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_a_set_bit_takes_the_credential_away(ask: Ask, purpose: str) -> None:
    published = make(purpose=[purpose, "message"], set_bits=[7])
    assert ask(entry(purpose), published)[f"status.{purpose}"].outcome is Outcome.FAILED
    assert ask(entry(purpose, 8), published)[f"status.{purpose}"].outcome is Outcome.PASSED


@pytest.mark.parametrize("value", [0, 1, 2, 3])
def test_an_entry_of_several_bits_revokes_by_any_value_but_zero(ask: Ask, value: int) -> None:
    words = ["good", "lost", "stolen", "wrong"]
    several = status_entry(list_url=URL, index=1001, purpose="revocation", messages=words)
    found = ask(several, make(size=2, values={1001: value, 1000: 3, 1002: 3}))
    expected = Outcome.FAILED if value else Outcome.PASSED
    assert found["status.revocation"].outcome is expected
    assert found["status.list.length"].outcome is Outcome.PASSED
    short = ask(several, make(values={1001: value and 1}))
    assert short["status.list.length"].outcome is Outcome.FAILED


def test_a_message_is_told_and_decides_nothing(ask: Ask, contexts: ContextLoader) -> None:
    told = status_entry(
        list_url=URL,
        index=5,
        purpose="message",
        messages=["pending", "accepted", "rejected", "appealed"],
        reference="https://x.example/words",
    )
    found = ask(told, make(purpose="message", size=2, values={5: 2}))["status.message"]
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert found.arguments["message"] == "rejected"
    assert found.arguments["reference"] == "https://x.example/words"
    plain = ask(entry("message"), make(purpose="message", set_bits=[7]))["status.message"]
    assert plain.arguments["message"] == "set"
    unread = ask(told, None)["status.message"]
    assert reason(unread) == "timeout"
    for policy in Policy:
        trusted = Check("issuer.trust", Outcome.PASSED)
        assert overall([trusted, found, unread], policy) is Overall.VALID
    badge = make_signed(make_badge(credentialStatus=told), contexts)
    verdict = verify(badge, at=NOW, contexts=contexts, loader=DictLoader({}))
    assert verdict.outcome is Overall.VALID


@pytest.mark.parametrize("index", [7, 8])
def test_a_newer_version_is_told_and_decides_nothing(ask: Ask, index: int) -> None:
    found = ask(entry("refresh", index), make(purpose="refresh", set_bits=[7]))["status.refresh"]
    assert found.outcome is (Outcome.FAILED if index == 7 else Outcome.PASSED)
    assert "newer version" in sentence(found)
    for policy in Policy:
        assert overall([Check("issuer.trust", Outcome.PASSED), found], policy) is Overall.VALID


SIZED = {"statusSize": 2, "statusMessage": [{"status": hex(v), "message": "m"} for v in range(4)]}


@pytest.mark.parametrize(
    "changes",
    [
        {"statusListIndex": "-1"},
        {"statusListIndex": -1},
        {"statusListIndex": "1.0"},
        {"statusListIndex": 7.0},
        {"statusListIndex": True},
        {"statusListIndex": " 7"},
        {"statusListIndex": "٧"},
        {"statusListIndex": "7" * 5000},
        {"statusListIndex": None},
        {"statusListCredential": None},
        {"statusListCredential": {"id": URL}},
        {"statusSize": 2},
        {"statusSize": 0, "statusMessage": []},
        {"statusSize": -2},
        {"statusSize": 64, "statusMessage": []},
        {**SIZED, "statusMessage": SIZED["statusMessage"][:3]},
        {**SIZED, "statusMessage": [SIZED["statusMessage"][0]] * 4},
        {**SIZED, "statusMessage": [{"status": "1", "message": "m"}] * 4},
        {**SIZED, "statusMessage": "four"},
    ],
)
def test_an_entry_that_is_malformed_leaves_it_open(ask: Ask, changes: dict[str, Any]) -> None:
    for purpose in ("revocation", "suspension"):
        found = ask(entry(purpose, **changes), make(purpose=purpose))
        assert reason(found[f"status.{purpose}"]) == "entry-malformed"
        assert len(found) == 1


@pytest.mark.parametrize("raw", [None, "x", 3, {}, {"type": "Other"}, {"type": ["A", {"b": 1}]}])
def test_an_entry_of_another_kind_leaves_it_open(ask: Ask, raw: object) -> None:
    [check] = ask([raw], make()).values()
    assert check.code == "status.unsupported"
    assert check.outcome is Outcome.NOT_CHECKED


def tampered(published: Document) -> Document:
    subject = {**published["credentialSubject"], "encodedList": make()["credentialSubject"]}
    subject["encodedList"] = make(set_bits=[3])["credentialSubject"]["encodedList"]
    return {**published, "credentialSubject": subject}


def with_subject(**changes: Any) -> Document:
    document = make(set_bits=[7])
    return {**document, "credentialSubject": {**document["credentialSubject"], **changes}}


EARLY, LATE = "2026-10-01T00:00:00Z", "2027-10-01T00:00:00Z"


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (None, "timeout"),
        (b"", "list-malformed"),
        (b"<html>gone</html>", "list-malformed"),
        (b"[]", "list-malformed"),
        (b'{"type": "x", "type": "y"}', "list-malformed"),
        (b"{}", "list-type"),
        (b'{"error": "no such list"}', "list-type"),
        (b'{"revokedCredential": []}', "list-type"),
        ({**make(), "type": ["VerifiableCredential"]}, "list-type"),
        ({**make(), "issuer": None}, "list-structure"),
        ({**make(), "validFrom": "soon"}, "list-structure"),
        ({**make(), "validFrom": EARLY, "validUntil": "2026-11-23T00:00:00Z"}, "list-until"),
        ({**make(), "validFrom": LATE}, "list-from"),
        ({**make(), "issuer": "did:example:another"}, "list-issuer.binding"),
        (with_subject(type="Other"), "list-malformed"),
        (with_subject(encodedList=None), "list-malformed"),
        (with_subject(encodedList="zabc"), "list-encoding"),
        (with_subject(statusPurpose="suspension"), "list-purpose"),
        (with_subject(statusPurpose=[]), "list-purpose"),
        (with_subject(ttl=0), "list-malformed"),
        (with_subject(ttl="soon"), "list-malformed"),
    ],
)
def test_a_list_that_says_nothing_leaves_it_open(
    ask: Ask, contexts: ContextLoader, published: Document | bytes | None, expected: str
) -> None:
    if isinstance(published, dict):
        # Signed before it is changed where the change cannot be signed.
        proof = make_signed(make(), contexts)["proof"]
        published = json.dumps({**published, "proof": proof}).encode()
        expected = expected if expected != "list-issuer.binding" else "list-proof.signature"
    found = ask(entry(), published)
    assert reason(found["status.revocation"]) == expected
    assert "status.list.issuer" not in found


def test_only_a_list_that_is_signed_by_its_issuer_counts(ask: Ask, contexts: ContextLoader) -> None:
    def found(published: Document) -> str:
        data = json.dumps(published).encode()
        return reason(ask(entry(), data)["status.revocation"])

    signed = make_signed(make(set_bits=[7]), contexts)
    assert found(make(set_bits=[7])) == "list-proof.present"
    assert found(tampered(signed)) == "list-proof.signature"
    other = SigningKey.generate()
    assert found(make_signed(make(), contexts, other)) == "list-issuer.binding"
    unknown = {**signed["proof"], "cryptosuite": "another-2030"}
    assert found({**signed, "proof": unknown}) == "list-proof.unsupported"


def test_a_list_may_be_kept_by_another_than_the_issuer(ask: Ask, contexts: ContextLoader) -> None:
    other = SigningKey.generate()
    published = make_signed(make(issuer=other.did_key, set_bits=[7]), contexts, other)
    found = ask(entry(), json.dumps(published).encode())
    assert found["status.revocation"].outcome is Outcome.FAILED
    assert found["status.list.issuer"].outcome is Outcome.NOT_CHECKED
    assert found["status.list.issuer"].arguments["issuer"] == other.did_key


def test_the_end_of_an_old_list_cannot_be_hidden(ask: Ask, contexts: ContextLoader) -> None:
    """Under another name the statements stay the same and the signature holds."""
    signed = make_signed(make(valid_until=NOW + timedelta(days=1)), contexts)
    end = signed.pop("validUntil")
    meaning = "https://www.w3.org/2018/credentials#validUntil"
    alias = {"until": {"@id": meaning, "@type": "http://www.w3.org/2001/XMLSchema#dateTime"}}
    hidden = {**signed, "until": end, "@context": [*signed["@context"], alias]}
    found = ask(entry(), json.dumps(hidden).encode(), at=NOW + timedelta(days=2))
    assert reason(found["status.revocation"]) == "list-structure.meaning"


@pytest.mark.parametrize("index", [131_072, 10**9, 10**11 - 1])
def test_an_index_outside_the_list_leaves_it_open(ask: Ask, index: int) -> None:
    found = ask(entry(index=index), make(set_bits=[131_071]))
    assert reason(found["status.revocation"]) == "list-range"
    assert ask(entry(index=131_071), make(set_bits=[131_071]))["status.revocation"].outcome


def test_a_copy_past_its_time_to_live_is_not_relied_on(ask: Ask, contexts: ContextLoader) -> None:
    limit = timedelta(minutes=5)
    data = json.dumps(make_signed(make(set_bits=[7], ttl=limit), contexts)).encode()

    def judged(age: timedelta) -> Check:
        return ask(entry(), Fetched(data, NOW - age))["status.revocation"]

    assert judged(limit).outcome is Outcome.FAILED
    stale = judged(limit + timedelta(seconds=1))
    assert reason(stale) == "list-stale"
    assert sentence(stale).endswith("revoked: our copy of the list is too old.")
    assert judged(-timedelta(days=1)).outcome is Outcome.FAILED
    assert ask(entry(), data)["status.revocation"].outcome is Outcome.FAILED
    with pytest.raises(ValueError, match="time zone"):
        Fetched(data, NOW.replace(tzinfo=None))


def test_a_fetched_document_reaches_a_worker_process_as_it_is() -> None:
    document = Fetched(b"content", NOW)
    copy = pickle.loads(pickle.dumps(document))
    assert (copy, copy.at, type(copy)) == (b"content", NOW, Fetched)


def test_a_proof_of_the_list_that_ends_is_noticed(ask: Ask, contexts: ContextLoader) -> None:
    """Though what was found out about the list is kept."""
    signed = make_signed(make(), contexts)
    proof = {**signed["proof"], "expires": LATE}
    del proof["proofValue"]
    data = json.dumps({**signed, "proof": _signed_proof(signed, proof, contexts)}).encode()
    for at, outcome in [
        (NOW, Outcome.PASSED),
        (NOW + timedelta(days=400), Outcome.NOT_CHECKED),
        (NOW, Outcome.PASSED),
    ]:
        assert ask(entry(), data, at=at)["status.revocation"].outcome is outcome


def _signed_proof(document: Document, proof: Document, contexts: ContextLoader) -> Document:
    from talent_vc import multibase
    from talent_vc.suites import signed_bytes

    unsecured = {name: value for name, value in document.items() if name != "proof"}
    return {
        **proof,
        "proofValue": multibase.encode(KEY.sign(signed_bytes(unsecured, proof, contexts))),
    }


def test_a_key_that_its_owner_takes_back_or_that_comes_back_is_noticed(
    ask: Ask, contexts: ContextLoader
) -> None:
    did = "did:web:registry.example"
    where = "https://registry.example/.well-known/did.json"
    published = sign(
        make(issuer=did),
        key=KEY,
        verification_method=f"{did}#key-1",
        created=NOW,
        contexts=contexts,
    )
    document = did_web_document(did, fragment="key-1", public_multikey=KEY.public_multikey)
    lists = {URL: json.dumps(published).encode()}
    for owner, expected in [
        (document, ""),
        ({**document, "assertionMethod": []}, "list-proof.key"),
        (None, "list-proof.key"),
        (document, ""),
    ]:
        keys = {where: json.dumps(owner).encode()} if owner else {}
        found = ask(entry(), None, loader=DictLoader({**lists, **keys}))["status.revocation"]
        assert (reason(found) if expected else found.arguments.get("reason", "")) == expected


def list_2021(contexts: ContextLoader, **changes: Any) -> Document:
    encoded = make(set_bits=[7])["credentialSubject"]["encodedList"]
    return {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "https://w3id.org/vc/status-list/2021/v1",
            "https://w3id.org/security/data-integrity/v2",
        ],
        "id": URL,
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": KEY.did_key,
        "issuanceDate": EARLY,
        "credentialSubject": {
            "id": f"{URL}#list",
            "type": "StatusList2021",
            "statusPurpose": "revocation",
            "encodedList": encoded[1:],
            **changes,
        },
    }


def test_a_status_list_of_2021_is_read_and_not_mixed_up(ask: Ask, contexts: ContextLoader) -> None:
    older = {"type": "StatusList2021Entry"}
    found = ask(entry(**older), list_2021(contexts))
    assert found["status.revocation"].outcome is Outcome.FAILED
    assert found["status.list.issuer"].outcome is Outcome.PASSED
    good = ask(entry(index=8, **older), list_2021(contexts))
    assert good["status.revocation"].outcome is Outcome.PASSED
    assert reason(ask(entry(**older), make())["status.revocation"]) == "list-type"
    assert reason(ask(entry(), list_2021(contexts))["status.revocation"]) == "list-type"
    found = ask(entry("suspension", **older), list_2021(contexts))
    assert reason(found["status.suspension"]) == "list-purpose"
    encoded = make()["credentialSubject"]["encodedList"]
    found = ask(entry(**older), list_2021(contexts, encodedList=encoded))
    assert reason(found["status.revocation"]) == "list-encoding"


def named(*entries: Any, **changes: Any) -> bytes:
    """A list of names, as the 1EdTech Revocation List Status Method has it."""
    return json.dumps({"id": URL, "revokedCredential": list(entries), **changes}).encode()


BY_NAME = {"id": URL, "type": "1EdTechRevocationList"}


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (named(), Outcome.PASSED),
        (named({"id": "urn:other"}), Outcome.PASSED),
        (named({"id": NAME}), Outcome.FAILED),
        (named({"id": NAME, "revoked": True, "revocationReason": "mistake"}), Outcome.FAILED),
        (named({"id": NAME, "revoked": None}), Outcome.FAILED),
        (named({"id": NAME, "revoked": False}), Outcome.PASSED),
        (named({"id": NAME}, {"id": NAME, "revoked": False}), Outcome.FAILED),
        (named(NAME), Outcome.FAILED),
        (named(issuer=KEY.did_key), Outcome.PASSED),
        (json.dumps({"revokedCredential": {"id": NAME}}).encode(), Outcome.FAILED),
        (json.dumps({"revokedCredentials": [{"id": NAME}]}).encode(), Outcome.FAILED),
        (json.dumps({"type": ["1EdTechRevocationList"]}).encode(), Outcome.PASSED),
    ],
)
def test_a_list_of_names_revokes_those_on_it(ask: Ask, data: bytes, outcome: Outcome) -> None:
    found = ask(BY_NAME, data)
    assert found["status.revocation"].outcome is outcome
    assert "status.list.length" not in found


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, "timeout"),
        (b"not found", "list-malformed"),
        (b'{"error": "not found"}', "list-type"),
        (json.dumps(make()).encode(), "list-type"),
        (named({"id": NAME, "revoked": "false"}), "list-malformed"),
        (named({"name": NAME}), "list-malformed"),
        (named(7), "list-malformed"),
        (named({"id": NAME}, issuer="did:example:another"), "list-issuer"),
    ],
)
def test_a_list_of_names_that_says_nothing_leaves_it_open(
    ask: Ask, data: bytes | None, expected: str
) -> None:
    assert reason(ask(BY_NAME, data)["status.revocation"]) == expected


def test_a_list_of_names_counts_only_from_a_connection_that_proves_who_answers(
    ask: Ask, contexts: ContextLoader
) -> None:
    url = "http://127.0.0.1:7111/revocations"
    loader = DictLoader({url: named()})
    found = ask({**BY_NAME, "id": url}, None, loader=loader)
    assert reason(found["status.revocation"]) == "list-insecure"
    near = ask({**BY_NAME, "id": url}, None, loader=loader, insecure_hosts=["127.0.0.1:7111"])
    assert near["status.revocation"].outcome is Outcome.PASSED
    far = ask({**BY_NAME, "id": url}, None, loader=loader, insecure_hosts=["127.0.0.1:711"])
    assert reason(far["status.revocation"]) == "list-insecure"


def test_without_a_name_nothing_can_be_asked_of_a_list_of_names(contexts: ContextLoader) -> None:
    document: Document = {"@context": [], "issuer": KEY.did_key, "credentialStatus": BY_NAME}
    loader = DictLoader({URL: named()})
    [check] = check_status(document, at=NOW, contexts=contexts, loader=loader)
    assert (check.code, reason(check)) == ("status.revocation", "entry-malformed")


def test_every_entry_is_asked_and_stands_under_its_own_pointer(
    contexts: ContextLoader,
) -> None:
    urls = {"revocation": f"{URL}1", "suspension": f"{URL}2", "refresh": f"{URL}3"}
    lists = {
        url: json.dumps(make_signed(make(purpose=purpose, set_bits=[9]), contexts)).encode()
        for purpose, url in urls.items()
    }
    entries = [
        status_entry(list_url=url, index=index, purpose=purpose)
        for index in (8, 9)
        for purpose, url in urls.items()
    ]
    document: Document = {"issuer": KEY.did_key, "credentialStatus": entries}
    checks = check_status(document, at=NOW, contexts=contexts, loader=DictLoader(lists))
    said = [(c.about, c.outcome) for c in checks if not c.code.startswith("status.list")]
    outcomes = [Outcome.PASSED] * 3 + [Outcome.FAILED] * 3
    assert said == [(f"/credentialStatus/{n}", outcome) for n, outcome in enumerate(outcomes)]


def test_what_a_status_depends_on_is_named_for_every_kind() -> None:
    several = status_entry(list_url=URL, index=5, purpose="message", messages=["a", "b", "c", "d"])
    document: Document = {
        "id": NAME,
        "credentialStatus": [entry(), several, BY_NAME, {"type": "Other"}],
    }
    tokens = "https://example.com/statuslists/1"
    claim = {"status_list": {"idx": 12, "uri": tokens}}
    found = [(one.list_url, one.index) for one in status_entries(document, claim)]
    assert found == [(URL, 7), (URL, 10), (URL, 11), (URL, 0), (tokens, 12)]
    assert needed_documents(document) == [URL]


@pytest.mark.parametrize(
    "claim",
    [
        {},
        7,
        ["status_list"],
        {"identifier_list": {"id": "x", "uri": "https://example.com"}},
        {"status_list": None},
        {"status_list": {"idx": -1, "uri": URL}},
        {"status_list": {"idx": "1", "uri": URL}},
        {"status_list": {"idx": True, "uri": URL}},
        {"status_list": {"idx": 10**12, "uri": URL}},
        {"status_list": {"idx": 1}},
    ],
)
def test_a_status_claim_that_is_not_understood_leaves_it_open(
    contexts: ContextLoader, claim: object
) -> None:
    nothing = DictLoader({})
    [check] = check_status({}, claim=claim, at=NOW, contexts=contexts, loader=nothing)
    assert check.outcome is Outcome.NOT_CHECKED


class Counting:
    """A loader that counts how often it was asked."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self.asked: list[str] = []

    def load(self, url: str) -> bytes:
        self.asked.append(url)
        return self._loader.load(url)


def test_a_list_that_was_judged_is_not_judged_again(
    contexts: ContextLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    import talent_vc.list_trust as trusting

    judged: list[str] = []
    real = trusting.check_proofs

    def noting(document: Document, **arguments: Any) -> Any:
        judged.append(document["id"])
        return real(document, **arguments)

    monkeypatch.setattr(trusting, "check_proofs", noting)
    data = json.dumps(make_signed(make(set_bits=[4711]), contexts)).encode()
    loader = Counting(DictLoader({URL: data}))
    document: Document = {"issuer": KEY.did_key, "credentialStatus": entry()}
    for _ in range(5):
        check_status(document, at=NOW, contexts=contexts, loader=loader)
    assert judged == [URL]
    assert loader.asked == [URL] * 5


@settings(max_examples=300)
@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(str.encode)
    | st.text(max_size=100).map(lambda text: b"eyJ.eyJ" + text.encode())
    | st.text('{}[]":,x1', max_size=60).map(str.encode)
)
def test_any_bytes_are_a_list_or_a_typed_error(data: bytes) -> None:
    with contextlib.suppress(StatusError):
        read_list(data)
    assert changed_indexes(data, data) in (None, ())


@pytest.mark.parametrize("code", ["revocation", "suspension", "message", "refresh"])
def test_each_reason_is_told_in_plain_words(code: str) -> None:
    told = {
        why: sentence(Check(f"status.{code}", Outcome.NOT_CHECKED, {"reason": why}))
        for why in (*REASONS, "unreachable", "list-proof.key", "")
    }
    for why, text in told.items():
        assert text.endswith(".")
        assert "list-" not in text
        assert (": " in text) is (why != "")
    assert told["unreachable"].endswith(": the list did not answer.")
    assert "who signed the list" in told["list-proof.key"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@settings(max_examples=150)
@given(st.data())
def test_any_field_of_any_shape_gives_checks_and_never_a_pass(
    contexts: ContextLoader, data: st.DataObject
) -> None:
    """Neither an odd entry nor an odd list says "not revoked" or raises."""
    signed = make_signed(make(set_bits=[7]), contexts)
    published, status = json.loads(json.dumps(signed)), entry()
    target = data.draw(st.sampled_from([published, published["credentialSubject"], status]))
    target[data.draw(st.sampled_from(sorted(target)))] = data.draw(json_values)
    loader = DictLoader({URL: json.dumps(published).encode()})
    document: Document = {"id": NAME, "issuer": KEY.did_key, "credentialStatus": status}
    for check in check_status(document, at=NOW, contexts=contexts, loader=loader):
        if check.code == "status.revocation":
            same_index = str(status.get("statusListIndex")) == "7"
            assert check.outcome is not Outcome.PASSED or not same_index
