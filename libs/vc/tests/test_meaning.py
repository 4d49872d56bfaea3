"""Documents whose signature holds while programs would read something else in them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from talent_vc import (
    ContextLoader,
    DictLoader,
    Document,
    Outcome,
    Overall,
    ProofOptions,
    sign,
    verify,
)
from talent_vc.meaning import check_meaning
from talent_vc.parts import PART_NAMES
from talent_vc.validity import V1, V2

from .builders import KEY, NOW, make_badge, make_signed

CRED = "https://www.w3.org/2018/credentials#"
DATE = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime"}
# What a driver's license might bring along: names of its own, with their meanings in a scope.
LICENSE = {
    "@protected": True,
    "DriverLicense": {
        "@id": "urn:example:DriverLicense",
        "@context": {
            "@protected": True,
            "id": "@id",
            "type": "@type",
            "number": "urn:example:number",
            "expirationDate": "urn:example:expiration",
            "issuer": "urn:example:authority",
            "class": {"@id": "urn:example:class", "@context": {"size": "urn:example:size"}},
        },
    },
    "driverLicense": {"@id": "urn:example:driverLicense", "@type": "@id"},
}


def make_license(**subject: Any) -> Document:
    return {
        "@context": [V1, LICENSE, "https://w3id.org/security/data-integrity/v2"],
        "id": "urn:uuid:license",
        "type": ["VerifiableCredential"],
        "issuer": KEY.did_key,
        "issuanceDate": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:holder",
            "driverLicense": {
                "type": "DriverLicense",
                "number": "T21387",
                "expirationDate": "01-01-2030",
                "issuer": "VA",
                "class": {"size": 3},
            },
            **subject,
        },
    }


def make_expired(**changes: Any) -> Document:
    return {
        "@context": [V1, "https://w3id.org/security/data-integrity/v2"],
        "id": "urn:uuid:expired",
        "type": ["VerifiableCredential"],
        "issuer": KEY.did_key,
        "issuanceDate": "2019-01-01T00:00:00Z",
        "expirationDate": "2020-01-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:holder"},
        **changes,
    }


def outcome_of(document: Document, contexts: ContextLoader) -> tuple[Overall, Outcome, Outcome]:
    """The outcome, that of the signature, and that of the check of meaning."""
    verdict = verify(document, at=NOW, contexts=contexts, loader=DictLoader({}))
    found = {check.code: check.outcome for check in verdict.checks}
    return verdict.outcome, found["proof.signature"], found["structure.meaning"]


def test_names_of_its_own_in_a_scope_are_fine(contexts: ContextLoader) -> None:
    signed = make_signed(make_license(), contexts)
    assert outcome_of(signed, contexts) == (Overall.VALID, Outcome.PASSED, Outcome.PASSED)


def test_a_definition_may_stand_as_in_a_file(contexts: ContextLoader) -> None:
    """As test suites of the W3C write it: {"@context": {…}} within the list of contexts."""
    own: Any = {"@context": {"standing": "urn:x:standing"}}
    license = make_license(standing="good")
    signed = make_signed({**license, "@context": [*license["@context"], own]}, contexts)
    assert outcome_of(signed, contexts) == (Overall.VALID, Outcome.PASSED, Outcome.PASSED)
    for misleading in (
        {"@context": {"standing": f"{CRED}credentialStatus"}},
        {"@context": {"credentialStatus": "urn:x:standing"}},
        {"@context": {"@context": {"standing": "urn:x:standing"}}},
        {"@context": "https://contexts.example/v1"},
        {"@context": {"standing": "urn:x:standing"}, "other": "urn:x:other"},
    ):
        changed = {**signed, "@context": [*license["@context"], misleading]}
        assert check_meaning(changed, contexts).outcome is Outcome.NOT_CHECKED


def test_a_proof_keeps_its_names_beside_a_vocabulary(contexts: ContextLoader) -> None:
    document = make_expired(credentialSubject={"sails": [{"size": 5.5}]})
    for name, newer in (("issuanceDate", "validFrom"), ("expirationDate", "validUntil")):
        document[newer] = document.pop(name)
    signed = make_signed({**document, "@context": [V2, OWN]}, contexts)
    assert outcome_of(signed, contexts) == (Overall.EXPIRED, Outcome.PASSED, Outcome.PASSED)
    # Its type is what defines them.
    for kind, found in (
        (["DataIntegrityProof", "Own"], Outcome.PASSED),
        ("Own", Outcome.NOT_CHECKED),
    ):
        odd = {**signed, "proof": {**signed["proof"], "type": kind}}
        assert check_meaning(odd, contexts).outcome is found


@pytest.mark.parametrize("name", ["issuer", "endorsement", "achievement"])
def test_a_scope_may_not_reach_what_is_read(name: str, contexts: ContextLoader) -> None:
    scope = {"Holder": {"@id": "urn:x:Holder", "@context": {name: "urn:x:other"}}}
    badge = make_badge()
    badge["@context"] = [*badge["@context"], scope]
    assert (check_meaning(badge, contexts).outcome is Outcome.PASSED) is (name not in PART_NAMES)
    badge["credentialSubject"]["type"] = ["AchievementSubject", "Holder"]
    check = check_meaning(badge, contexts)
    assert check.outcome is Outcome.NOT_CHECKED
    assert check.arguments["name"] in ("Holder", name)


@pytest.mark.parametrize(
    "definition",
    [
        None,
        "@type",
        "credentialStatus",
        "relative",
        "x:credentialStatus",
        f"{CRED}credentialStatus",
        {"@id": f"{CRED}credentialStatus"},
        {"@id": "@id"},
        {"@reverse": "urn:x:y"},
        {"@id": "urn:x:y", "@nest": "z"},
        {"@id": "urn:x:y", "@prefix": True},
        {"@id": "urn:x:y", "@context": None},
        {"@id": "urn:x:y", "@context": "https://contexts.example/v1"},
        {"@id": "urn:x:y", "@context": {"@vocab": CRED}},
        {"@id": "urn:x:y", "@context": {"@propagate": True, "z": "urn:x:z"}},
        {"@id": "urn:x:y", "@context": {"standing": f"{CRED}credentialStatus"}},
        {"@id": "urn:x:y", "@context": {"ident": "@id"}},
        {"@id": "urn:x:y", "@context": {"id": None}},
        {"@id": "urn:x:y", "@context": {"id": "urn:x:id"}},
        {"@id": "urn:x:y", "@context": {"p": CRED, "standing": "p:credentialStatus"}},
        {"@id": "urn:x:y", "@context": {"z": {"@id": "urn:x:z", "@context": {"a": "@type"}}}},
    ],
)
@pytest.mark.parametrize("edition", [V1, V2])
def test_definitions_that_could_mislead_leave_it_open(
    definition: Any, edition: str, contexts: ContextLoader
) -> None:
    document = {**make_license(), "@context": [edition, {"x": "https://x.example/"}]}
    document["@context"].append({"standing": definition})
    assert check_meaning(document, contexts).outcome is Outcome.NOT_CHECKED


OWN = {"@vocab": "https://windsurf.example/terms#"}


def test_a_vocabulary_of_its_own_for_names_that_nobody_defines_is_fine(
    contexts: ContextLoader,
) -> None:
    document = make_expired(credentialSubject={"sails": [{"size": 5.5, "type": "Sail"}]})
    document["@context"] = [V2, OWN]
    assert check_meaning(document, contexts).outcome is Outcome.PASSED


def test_names_that_stand_where_their_type_defines_them_are_fine(contexts: ContextLoader) -> None:
    badge = make_badge(credentialStatus=[], sails=[{"size": 5.5, "type": "Sail", "proof": "x"}])
    badge["@context"] = [*badge["@context"], OWN]
    signed = make_signed(badge, contexts)
    verdict = verify(signed, at=NOW, contexts=contexts, loader=DictLoader({}))
    assert verdict.outcome is Overall.VALID, verdict.checks
    # Without its type, the proof's names would be the vocabulary's.
    signed["proof"]["type"] = "Sail"
    assert check_meaning(signed, contexts).outcome is Outcome.NOT_CHECKED
    shown = {"@context": [V2, OWN], "type": "VerifiablePresentation", "issuer": "did:example:a"}
    assert check_meaning(shown, contexts).arguments == {"name": "issuer"}
    shown = {"@context": [V2, OWN], "type": ["VerifiablePresentation", "DataIntegrityProof"]}
    assert check_meaning(shown, contexts).outcome is Outcome.PASSED
    shown = {"@context": [V2, OWN, {"@version": 1.0}], "type": "VerifiablePresentation"}
    assert check_meaning(shown, contexts).arguments == {"name": "@context"}


@pytest.mark.parametrize(
    ("vocabulary", "subject"),
    [
        # The name that is left over could make it a known meaning.
        (CRED, {}),
        (CRED[:-3], {}),
        ("x:y", {}),
        ("", {}),
        ("relative", {}),
        (7, {}),
        # Known names where their type, and so their meaning, is missing.
        (OWN["@vocab"], {"achievement": {"name": "Weld"}}),
        (OWN["@vocab"], {"sails": 1, "result": [{"resultDescription": "x"}]}),
    ],
)
def test_a_vocabulary_may_not_give_known_names_or_meanings(
    vocabulary: Any, subject: dict[str, Any], contexts: ContextLoader
) -> None:
    badge = make_badge(credentialSubject=subject)
    badge["@context"] = [*badge["@context"], {"x": "https://x.example/"}, {"@vocab": vocabulary}]
    assert check_meaning(badge, contexts).outcome is Outcome.NOT_CHECKED


def test_too_many_contexts_are_not_looked_at(contexts: ContextLoader) -> None:
    badge = make_badge(evidence=[{"@context": {"a": "urn:a:b"}}] * 100)
    assert check_meaning(badge, contexts).outcome is Outcome.PASSED
    badge["evidence"].append({"@context": {"a": "urn:a:b"}})
    assert check_meaning(badge, contexts).outcome is Outcome.NOT_CHECKED


def test_the_end_of_validity_cannot_be_renamed(contexts: ContextLoader) -> None:
    """The statements stay the same and the signature holds."""
    signed = make_signed(make_expired(), contexts)
    assert outcome_of(signed, contexts)[0] is Overall.EXPIRED
    end = signed.pop("expirationDate")
    context = {"goodUntil": {"@id": f"{CRED}expirationDate", **DATE}}
    renamed = {**signed, "@context": [*signed["@context"], context], "goodUntil": end}
    assert outcome_of(renamed, contexts) == (
        Overall.UNDETERMINED,
        Outcome.PASSED,
        Outcome.NOT_CHECKED,
    )


def test_the_edition_cannot_be_changed_to_one_without_the_end(contexts: ContextLoader) -> None:
    signed = make_signed(make_expired(), contexts)
    names = ("issuanceDate", "expirationDate")
    context = {name: {"@id": f"{CRED}{name}", **DATE} for name in names}
    newer = {**signed, "@context": [V2, context]}
    assert outcome_of(newer, contexts) == (
        Overall.EXPIRED,
        Outcome.PASSED,
        Outcome.NOT_CHECKED,
    )


def test_a_status_moved_to_another_object_with_the_same_id_is_missed(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    badge = make_badge(index=7)
    badge["evidence"] = [{"type": ["Evidence"], "id": badge["id"], "name": "Itself"}]
    revoked = make_signed(badge, contexts)
    judge = {"at": datetime(2026, 11, 24, tzinfo=UTC), "contexts": contexts, "loader": loader}
    assert verify(revoked, **judge).outcome is Overall.REVOKED
    status = revoked.pop("credentialStatus")
    [evidence] = revoked["evidence"]
    evidence = {**evidence, "type": ["Evidence", *revoked["type"]], "credentialStatus": status}
    moved = verify({**revoked, "evidence": [evidence]}, **judge)
    found = {check.code: check for check in moved.checks}
    assert found["proof.signature"].outcome is Outcome.PASSED
    assert found["structure.meaning"].arguments == {"name": "credentialStatus"}
    assert moved.outcome is Overall.UNDETERMINED


def test_an_option_of_a_proof_has_no_other_name(contexts: ContextLoader) -> None:
    """`expiration` means the same as `expires` in a context that anyone could add."""
    at = datetime(2026, 12, 31, tzinfo=UTC)
    options = ProofOptions(expires=datetime(2026, 12, 1, tzinfo=UTC))
    method = KEY.did_key_method
    signed = sign(
        make_badge(credentialStatus=[]),
        key=KEY,
        verification_method=method,
        created=NOW,
        contexts=contexts,
        options=options,
    )
    loader = DictLoader({})
    assert verify(signed, at=at, contexts=contexts, loader=loader).outcome is Overall.INVALID
    proof = dict(signed["proof"])
    proof["expiration"] = proof.pop("expires")
    added = [*signed["@context"], "https://w3id.org/security/v1"]
    for changed in (
        {**signed, "@context": added, "proof": proof},
        {**signed, "proof": {**proof, "@context": added}},
    ):
        outcome = verify(changed, at=at, contexts=contexts, loader=loader).outcome
        assert outcome in (Overall.UNDETERMINED, Overall.INVALID)


def test_no_context_on_file_has_another_name_for_what_decides(contexts: ContextLoader) -> None:
    """Whoever passes a credential on could add it, and call the status by that name."""
    names = {"credentialStatus", "credentialSubject", "expirationDate", "holder", "issuanceDate"}
    names |= {"issuer", "proof", "validFrom", "validUntil", "verifiableCredential"}
    names |= {"challenge", "created", "domain", "proofPurpose", "verificationMethod"}
    decisive = {
        meaning: name
        for url in (V1, V2)
        for name, meaning in definitions(contexts.document(url))
        if name in names
    }
    assert set(decisive.values()) == names
    for url in contexts.urls:
        for _, edition in contexts.editions({"@context": url}):
            for name, meaning in definitions(edition.document(url)):
                assert decisive.get(meaning, name) == name, url
                assert name != "@vocab", url


def definitions(document: dict[str, Any]) -> set[tuple[str, str]]:
    """(name, meaning in full) of all definitions in a context."""
    found: list[tuple[str, str]] = []
    waiting: list[Any] = [document["@context"]]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            for name, definition in value.items():
                fields = definition if isinstance(definition, dict) else {"@id": definition}
                found.append((name, str(fields.get("@id"))))
                waiting.append(fields.get("@context"))
    prefixes = dict(found)
    full: set[tuple[str, str]] = set()
    for name, meaning in found:
        start, _, rest = meaning.partition(":")
        full.add((name, prefixes[start] + rest if start in prefixes else meaning))
    return full
