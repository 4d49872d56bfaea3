"""Records that hold other credentials: the verdict on each, and on the whole."""

from typing import Any

import pytest
from talent_vc import (
    Check,
    ContextLoader,
    DictLoader,
    Document,
    Options,
    Outcome,
    Overall,
    Policy,
    SigningKey,
    Trust,
    Verdict,
    verify,
)
from talent_vc.parts import endorses, find_parts
from talent_vc.policies import overall

from .builders import NOW, make_badge, make_signed

CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
OTHER = SigningKey.from_bytes(b"another seed only for the tests!")


def make_record(inner: list[Any], contexts: ContextLoader) -> Document:
    badge = make_badge()
    document: Document = {
        "@context": [badge["@context"][0], CLR, badge["@context"][1]],
        "id": "urn:uuid:01936b2a-0000-7000-8000-00000000000c",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Record of Pat",
        "issuer": badge["issuer"],
        "validFrom": badge["validFrom"],
        "credentialSubject": {
            "type": ["ClrSubject"],
            "identifier": badge["credentialSubject"]["identifier"],
            "verifiableCredential": inner,
        },
    }
    return make_signed(document, contexts)


def judge(
    document: Document, contexts: ContextLoader, loader: DictLoader, **options: Any
) -> Verdict:
    return verify(document, at=NOW, contexts=contexts, loader=loader, options=Options(**options))


def test_a_record_is_as_good_as_its_weakest_credential(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    good = make_signed(make_badge(), contexts)
    revoked = make_signed(make_badge(index=7), contexts)
    other = make_signed(make_badge(id="urn:uuid:01936b2a-0000-7000-8000-000000000002"), contexts)
    verdict = judge(make_record([good, other], contexts), contexts, loader)
    assert verdict.outcome is Overall.VALID, verdict.checks
    assert [part.verdict.outcome for part in verdict.parts] == [Overall.VALID] * 2

    verdict = judge(make_record([good, revoked], contexts), contexts, loader)
    assert verdict.outcome is Overall.REVOKED
    assert [part.verdict.outcome for part in verdict.parts] == [Overall.VALID, Overall.REVOKED]
    assert verdict.parts[1].about == "/credentialSubject/verifiableCredential/1"
    assert not [c for c in verdict.checks if c.outcome is Outcome.FAILED and c.code[:5] != "part."]


def test_a_forged_credential_in_a_record_that_is_signed_itself_is_found(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    forged = make_signed(make_badge(), contexts)
    forged["credentialSubject"]["achievement"]["name"] = "Welding Level 9"
    unsigned = make_badge()
    for bad in (forged, unsigned, "eyJ", 7):
        verdict = judge(make_record([bad], contexts), contexts, loader)
        assert verdict.outcome in (Overall.INVALID, Overall.UNDETERMINED)
        assert [part.verdict.outcome for part in verdict.parts] != [Overall.VALID]


def test_an_endorsement_that_does_not_hold_takes_nothing_away(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    endorsement = make_signed(
        {
            "@context": make_badge()["@context"],
            "id": "urn:uuid:01936b2a-0000-7000-8000-00000000000e",
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": "Endorsement",
            "issuer": {"id": OTHER.did_key, "type": ["Profile"], "name": "Welders' Union"},
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {
                "id": "https://college.example/achievements/welding-2",
                "type": ["EndorsementSubject"],
                "endorsementComment": "We hire on it.",
            },
        },
        contexts,
        OTHER,
    )
    badge = make_badge()
    badge["credentialSubject"]["achievement"]["endorsement"] = [endorsement]
    verdict = judge(make_signed(badge, contexts), contexts, loader)
    assert verdict.outcome is Overall.VALID, verdict.checks
    [part] = verdict.parts
    assert (part.kind, part.verdict.outcome) == ("endorsement", Overall.VALID)
    assert part.about == "/credentialSubject/achievement/endorsement/0"

    # Of the whole credential it says nothing less, of its issuer nothing at all.
    for holder, outcome in ((badge, Overall.VALID), (badge["issuer"], Overall.UNDETERMINED)):
        holder["endorsement"] = [endorsement]
        verdict = judge(make_signed(badge, contexts), contexts, loader)
        assert verdict.outcome is Overall.VALID
        [about] = {part.about for part in verdict.parts} - {part.about}
        [found] = [each.verdict for each in verdict.parts if each.about == about]
        assert found.outcome is outcome
        assert (found.checks[-1].code == "endorsement.subject") is (outcome is not Overall.VALID)
        del holder["endorsement"]

    endorsement["credentialSubject"]["endorsementComment"] = "We love it."
    signed = make_signed(badge, contexts)
    assert judge(signed, contexts, loader).outcome is Overall.VALID
    strict = judge(signed, contexts, loader, policy=Policy.STRICT)
    assert strict.outcome is Overall.INVALID


def test_records_in_records_are_looked_into_so_far_and_no_further(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    record = make_signed(make_badge(), contexts)
    for _ in range(6):
        record = make_record([record], contexts)
    verdict = judge(record, contexts, loader)
    assert verdict.outcome is Overall.UNDETERMINED
    many = make_record([make_badge()] * 501, contexts)
    found = judge(many, contexts, loader)
    assert len(found.parts) <= 500
    assert "part.limit" in {check.code for check in found.checks}


def test_what_could_not_be_had_is_named_for_the_parts_too(contexts: ContextLoader) -> None:
    record = make_record([make_signed(make_badge(), contexts)], contexts)
    verdict = judge(record, contexts, DictLoader({}))
    assert verdict.outcome is Overall.UNDETERMINED
    assert set(verdict.missing) == {
        "https://registry.example/status/1",
        "https://registry.example/status/2",
    }
    assert set(verdict.asked) == set(verdict.missing)


@pytest.mark.parametrize(
    ("known", "outcome"), [(True, Overall.VALID), (False, Overall.UNDETERMINED)]
)
def test_by_the_strict_policy_a_registry_has_to_know_the_issuer(
    contexts: ContextLoader, loader: DictLoader, known: bool, outcome: Overall
) -> None:
    document = make_signed(make_badge(), contexts)
    trust = Trust(known=known, source="the state agency", name="Front Range")
    strict = Options(policy=Policy.STRICT)
    verdict = verify(
        document, at=NOW, contexts=contexts, loader=loader, trust=lambda _: trust, options=strict
    )
    assert verdict.outcome is outcome
    assert judge(document, contexts, loader).outcome is Overall.VALID
    assert judge(document, contexts, loader, policy=Policy.STRICT).outcome is Overall.UNDETERMINED


def test_by_the_archive_policy_a_credential_is_judged_by_its_day(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    before = make_badge(validFrom="2020-01-01T00:00:00Z", validUntil="2021-01-01T00:00:00Z")
    then = NOW.replace(year=2020)
    document = make_signed(before, contexts)

    def judged(document: Document, **options: Any) -> Overall:
        found = verify(
            document, at=then, contexts=contexts, loader=loader, options=Options(**options)
        )
        return found.outcome

    archive = {"policy": Policy.ARCHIVE, "status_at": NOW}
    assert judge(document, contexts, loader).outcome is Overall.EXPIRED
    # The list is of today, so it tells nothing by the clock of that day.
    assert judged(document) is Overall.UNDETERMINED
    assert judged(document, **archive) is Overall.VALID
    # It was revoked some day, perhaps before that one.
    revoked = make_signed(
        {**before, "credentialStatus": make_badge(7)["credentialStatus"]}, contexts
    )
    assert judged(revoked, **archive) is Overall.UNDETERMINED


def test_the_gravest_outcome_counts() -> None:
    failed = [
        Check("validity.until", Outcome.FAILED),
        Check("part.credential", Outcome.FAILED, {"outcome": "revoked"}),
    ]
    assert overall(failed) is Overall.REVOKED
    unreadable = Check("part.credential", Outcome.FAILED, {"outcome": "unparseable"})
    assert overall([*failed, unreadable]) is Overall.INVALID


def test_a_context_that_defines_a_part_holds_none() -> None:
    own = {"endorsement": "https://e.example/endorsement", "x": {"@context": {"endorsement": "y"}}}
    assert list(find_parts({"@context": ["https://c.example", own], "a": {"@context": own}})) == []


@pytest.mark.parametrize(
    ("endorsement", "about", "fits"),
    [
        ({"credentialSubject": {"id": "urn:a"}}, "/credentialSubject/0/achievement/endorsement", 1),
        ({"credentialSubject": [{}, {"id": "urn:a"}]}, "/endorsementJwt/3", 1),
        ({"credentialSubject": {"id": "urn:i"}}, "/endorsement", 1),
        ({"credentialSubject": {"id": "urn:a"}}, "/issuer/endorsement", 0),
        ({"credentialSubject": {"id": "urn:b"}}, "/endorsement", 0),
        ({"credentialSubject": {"id": None}}, "/endorsement", 0),
        ({"credentialSubject": "urn:a"}, "/endorsement", 0),
        ({"credentialSubject": {"id": "urn:a"}, "type": "OpenBadgeCredential"}, "/endorsement", 0),
    ],
)
def test_an_endorsement_is_of_what_holds_it(endorsement: Document, about: str, fits: int) -> None:
    document: Document = {
        "issuer": "urn:i",
        "credentialSubject": [{"achievement": {"id": "urn:a"}}, 7],
    }
    whole = {"type": ["VerifiableCredential", "EndorsementCredential"], **endorsement}
    assert endorses(whole, document, about) is bool(fits)
