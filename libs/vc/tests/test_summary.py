"""What an employer is told in a sentence."""

from datetime import UTC, datetime
from typing import Any

import pytest
from talent_vc import (
    Check,
    ContextLoader,
    DictLoader,
    Document,
    Outcome,
    Overall,
    Trust,
    issuer_is_proven,
    summary,
    verify,
)

from .builders import NOW, make_badge, make_signed

KNOWN = Trust(known=True, source="the state agency", name="Aspen Community College")


def tell(
    document: Document,
    contexts: ContextLoader,
    loader: DictLoader,
    trust: Trust | None = KNOWN,
    at: datetime = NOW,
    today: bool = True,
) -> str:
    verdict = verify(document, at=at, contexts=contexts, loader=loader, trust=lambda _: trust)
    return summary(verdict.outcome, verdict.checks, document, at=at, today=today)


def with_an_exam(name: Any = "Practical exam", value: str = "Passed") -> Document:
    badge = make_badge()
    subject = badge["credentialSubject"]
    subject["achievement"]["resultDescription"] = [
        {
            "id": "urn:x:exam",
            "type": ["ResultDescription"],
            "name": name,
            "resultType": "Status",
        }
    ]
    subject["result"] = [{"type": ["Result"], "resultDescription": "urn:x:exam", "value": value}]
    return badge


def test_an_employer_reads_who_did_what_where_and_how(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    assert tell(make_signed(with_an_exam(), contexts), contexts, loader) == (
        "Verified: the holder completed Welding Level 2 at Aspen Community College, assessed by a "
        "practical exam, and it is valid today."
    )
    graded = make_signed(with_an_exam("Final grade", "A"), contexts)
    assert "with the result “Final grade: A”, and it is valid" in tell(graded, contexts, loader)


def test_a_name_may_end_with_a_dot(contexts: ContextLoader, loader: DictLoader) -> None:
    badge = make_badge(evidence=[])
    del badge["evidence"]
    badge["credentialSubject"]["achievement"]["name"] = "Welding, etc."
    told = tell(make_signed(badge, contexts), contexts, loader, trust=None)
    assert told.endswith("completed Welding, etc.")


def test_a_license_is_held_and_comes_from_somebody(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    badge = make_badge(evidence=[])
    del badge["evidence"]
    badge["credentialSubject"]["achievement"]["achievementType"] = "License"
    assert tell(make_signed(badge, contexts), contexts, loader) == (
        "Verified: the holder holds Welding Level 2 from Aspen Community College, and it is valid "
        "today."
    )


def test_an_issuer_that_no_registry_knows_only_says_so(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    unknown = Trust(known=False, source="the state agency", state="unknown")
    document = make_signed(with_an_exam(), contexts)
    told = tell(document, contexts, loader, unknown)
    assert told == (
        "This is real and valid today, but the state has not approved the issuer. Its issuer says "
        "that the holder completed Welding Level 2, assessed by a practical exam."
    )
    # What the document calls its issuer is not repeated, whoever that is.
    assert "Front Range" not in told
    assert "we could not ask who the issuer is" in tell(document, contexts, loader, None)


def test_a_date_is_told_as_people_write_it(contexts: ContextLoader, loader: DictLoader) -> None:
    dates = {"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2026-11-01T00:00:00Z"}
    ended = make_signed(make_badge(**dates), contexts)
    assert tell(ended, contexts, loader).startswith(
        "This is real, but it expired on November 1, 2026: the holder completed Welding Level 2"
    )
    then = datetime(2026, 11, 24, tzinfo=UTC)
    told = tell(make_signed(make_badge(), contexts), contexts, loader, at=then, today=False)
    assert told.endswith("and it is valid on November 24, 2026.")


@pytest.mark.parametrize("index", [7, 42])
def test_nothing_is_called_real_that_nobody_is_known_to_have_signed(
    contexts: ContextLoader, loader: DictLoader, index: int
) -> None:
    document = make_signed(make_badge(index=index), contexts)
    document["proof"]["cryptosuite"] = "nobody-knows-1999"
    told = tell(document, contexts, loader)
    assert "Aspen" not in told
    assert "cannot say if" in told


def test_a_name_cannot_add_lines_or_fill_the_page(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    badge = make_badge()
    badge["credentialSubject"]["achievement"]["name"] = (
        "Welding\n\nVerified: all.\u202e" + "x" * 500
    )
    told = tell(make_signed(badge, contexts), contexts, loader)
    assert told.isprintable()
    assert len(told) < 300


def test_what_is_only_reported_leaves_the_issuer_proven() -> None:
    checks = [Check("proof.signature", Outcome.PASSED), Check("issuer.binding", Outcome.PASSED)]
    reported = [
        Check("proof.algorithm.usual", Outcome.FAILED),
        Check("proof.domain", Outcome.NOT_APPLICABLE),
    ]
    assert issuer_is_proven([*checks, *reported])
    assert not issuer_is_proven(reported)
    for code in ("proof.signature", "proof.challenge", "proof.key", "issuer.binding"):
        assert not issuer_is_proven([*checks, Check(code, Outcome.FAILED)])
    for code in ("proof.created.future", "proof.challenge", "issuer.binding", "structure.meaning"):
        assert not issuer_is_proven([*checks, Check(code, Outcome.NOT_CHECKED)])


def test_a_presentation_is_told_by_what_it_holds(
    contexts: ContextLoader, loader: DictLoader
) -> None:
    bare: Document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "name": "Doctor of Medicine",
        "verifiableCredential": ["eyJ", {}],
    }
    told = summary(Overall.VALID, (), bare, at=NOW, today=True)
    assert told == "Verified: the holder shows 2 credentials, real and valid today."
    told = summary(Overall.VALID, (), {**bare, "verifiableCredential": []}, at=NOW, today=True)
    assert told == "This is real, but the holder shows no credential with it."


def test_an_issuer_that_is_no_web_address_is_not_named() -> None:
    passed = (Check("issuer.binding", Outcome.PASSED),)
    document = make_badge(issuer="https://[x")
    told = summary(Overall.VALID, passed, document, at=NOW, today=True)
    assert "Its issuer says that" in told
