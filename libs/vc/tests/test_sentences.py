"""What people are told of each check, in words that they know."""

import re
from pathlib import Path

import pytest
import talent_vc
from talent_vc import Check, Outcome, sentence
from talent_vc.sentences import SENTENCES

from .plain import odd_in

CODE = re.compile(
    r'"((?:endorsement|format|holder|issuer|legacy|part|proof|related|schema|source|status'
    r"|structure|validity)"
    r'\.[a-z_.]+\w)"'
)


def test_every_code_has_a_sentence() -> None:
    """For each outcome that a test comes across, `conftest` makes sure of it."""
    written = {
        code
        for file in Path(talent_vc.__file__).parent.glob("*.py")
        for code in CODE.findall(file.read_text())
    }
    assert len(written) > 40
    assert written == {code for code, _ in SENTENCES}


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"mend": "", "suite": "", "limit": "", "context": ""},
        {"suite": "x", "algorithm": "x", "limit": "2026-05-31T12:00:00Z", "mend": "Add it."},
        {"name": "Pine  Street\nSchool", "source": "a list", "claim": "nbf", "domain": "x.example"},
        {"claim": "unknown", "reason": "list-stale", "context": "https://contexts.example/v1"},
        {"rule": "kind", "needed": "URI/Image"},
        {"rule": "unheard-of"},
    ],
)
@pytest.mark.parametrize(
    "about", ["", "/issuer/endorsement/1", "/credentialSubject/0/result/2/type"]
)
def test_a_sentence_is_whole_whatever_is_known(arguments: dict[str, str], about: str) -> None:
    for code, outcome in SENTENCES:
        told = sentence(Check(code, outcome, arguments, about))
        assert not odd_in(told), told
        assert "/" not in told.replace("https://contexts.example/v1", ""), told


def test_a_part_is_told_by_what_it_is_of() -> None:
    def told(kind: str, about: str) -> str:
        return sentence(Check(f"part.{kind}", Outcome.FAILED, {}, about))

    inside = "/credentialSubject/verifiableCredential/2"
    assert told("credential", inside) == "A credential inside it does not hold (number 3)."
    assert told("credential", "/verifiableCredential") == "A credential inside it does not hold."
    creator = "/credentialSubject/achievement/creator/endorsement/0"
    assert told("endorsement", creator) == (
        "What someone else says in favor of the creator of the achievement does not hold "
        "(number 1)."
    )
    assert "in favor of it does" in told("endorsement", "/endorsementJwt")
    assert "in favor of the issuer does" in told("endorsement", "/issuer/endorsement")


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (
            Check("validity.until", Outcome.FAILED, {"limit": "2026-05-31T12:00:00Z"}),
            "It expired on May 31, 2026.",
        ),
        (
            Check("validity.readable", Outcome.FAILED, {"limit": "1991-08-25"}),
            "It has a date that is not written as it should be (1991-08-25).",
        ),
        (
            Check("validity.readable", Outcome.FAILED),
            "It has a date that is not written as it should be.",
        ),
        (
            Check("proof.unsupported", Outcome.NOT_CHECKED, {"suite": ""}),
            "It is signed in a way that we cannot check yet.",
        ),
        (
            Check("proof.claims", Outcome.FAILED, {"claim": "exp", "reason": "differs"}),
            "It contradicts itself about when it ends.",
        ),
        (
            Check("proof.claims", Outcome.FAILED, {"claim": "exp", "reason": "malformed"}),
            "It does not say properly when it ends.",
        ),
        (
            Check(
                "schema.open_badges",
                Outcome.FAILED,
                {"rule": "type", "needed": "Profile"},
                "/issuer/parentOrg/type",
            ),
            "It breaks a rule for Open Badges. Let the parent organization of the issuer say that "
            "it is of type Profile.",
        ),
    ],
)
def test_what_is_told(check: Check, expected: str) -> None:
    assert sentence(check) == expected
