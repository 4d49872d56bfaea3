"""Learner records that break one rule of CLR 2.0, and associations of what is not in them."""

from typing import Any

import pytest
from talent_vc import Check, Document, Outcome, sentence
from talent_vc.open_badge_rules import check_open_badge

from .builders import KEY, make_badge

BADGE = "urn:uuid:01936b2a-0000-7000-8000-000000000001"
WELDING = "https://college.example/achievements/welding-2"
DEGREE = "urn:uuid:degree"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"


def make_record(*links: tuple[str, str], **subject: Any) -> Document:
    vcdm, badges = make_badge()["@context"]
    degree = {
        "id": DEGREE,
        "type": ["Achievement"],
        "name": "Associate of Applied Science",
        "description": "Two years.",
        "criteria": {"narrative": "60 credits."},
    }
    return {
        "@context": [vcdm, CLR, badges],
        "id": "urn:uuid:record",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Transcript",
        "partial": True,
        "issuer": {"id": KEY.did_key, "type": ["Profile"]},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["ClrSubject"],
            "achievement": [degree],
            "verifiableCredential": [make_badge()],
            "association": [
                {
                    "type": "Association",
                    "associationType": "isPartOf",
                    "sourceId": source,
                    "targetId": target,
                }
                for source, target in links
            ],
            **subject,
        },
    }


def outcomes(document: Document) -> list[tuple[str, Outcome, str]]:
    checks = check_open_badge(document)
    assert all(sentence(check) and "{" not in sentence(check) for check in checks)
    return [(check.code, check.outcome, check.about) for check in checks]


def test_associations_relate_achievements_and_credentials_of_the_record() -> None:
    record = make_record((WELDING, DEGREE), (BADGE, DEGREE))
    about = "/credentialSubject/association"
    assert outcomes(record) == [
        ("schema.clr", Outcome.PASSED, ""),
        ("schema.clr.association", Outcome.PASSED, f"{about}/0"),
        ("schema.clr.association", Outcome.PASSED, f"{about}/1"),
    ]


def test_achievements_of_a_record_inside_count_too() -> None:
    inner = make_record()
    outer = make_record((DEGREE, WELDING), achievement=[], verifiableCredential=[inner])
    assert outcomes(outer)[1][1] is Outcome.PASSED


@pytest.mark.parametrize(
    ("link", "field"), [((WELDING, "urn:x"), "target"), (("urn:x", WELDING), "source")]
)
def test_an_association_to_something_else_fails_on_its_own(
    link: tuple[str, str], field: str
) -> None:
    found = outcomes(make_record(link, (WELDING, DEGREE)))
    about = f"/credentialSubject/association/0/{field}Id"
    assert found[0] == ("schema.clr", Outcome.PASSED, "")
    assert found[1] == ("schema.clr.association", Outcome.FAILED, about)
    assert found[2][1] is Outcome.PASSED


TOKEN = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln"
ENVELOPED = {
    "@context": "https://www.w3.org/ns/credentials/v2",
    "type": "EnvelopedVerifiableCredential",
    "id": f"data:application/vc+jwt,{TOKEN}",
}


@pytest.mark.parametrize("sealed", [TOKEN, ENVELOPED])
def test_what_a_token_holds_cannot_be_looked_up_here(sealed: Any) -> None:
    record = make_record((WELDING, DEGREE), verifiableCredential=[sealed])
    assert [outcome for _, outcome, _ in outcomes(record)] == [
        Outcome.PASSED,
        Outcome.NOT_CHECKED,
    ]


@pytest.mark.parametrize(
    ("change", "rule", "about"),
    [
        ({"associationType": "isLike"}, "kind", "associationType"),
        ({"type": "Link"}, "type", "type"),
        ({"sourceId": 7}, "kind", "sourceId"),
        ({"sourceId": {"a": 1}}, "kind", "sourceId"),
        ({"targetId": None}, "required", "targetId"),
    ],
)
def test_the_form_of_an_association_is_a_rule_of_the_record(
    change: dict[str, Any], rule: str, about: str
) -> None:
    record = make_record((WELDING, DEGREE))
    record["credentialSubject"]["association"][0].update(change)
    found = check_open_badge(record)[0]
    assert (found.code, found.arguments["rule"]) == ("schema.clr", rule)
    assert found.about == f"/credentialSubject/association/0/{about}"


@pytest.mark.parametrize(
    ("changes", "subject", "code", "rule"),
    [
        ({"name": 7}, {}, "schema.clr", "kind"),
        ({"partial": "yes"}, {}, "schema.clr", "kind"),
        ({"id": None}, {}, "schema.clr", "required"),
        ({"issuer": {"id": "urn:x"}}, {}, "schema.clr", "type"),
        ({}, {"type": ["AchievementSubject"]}, "schema.clr", "type"),
        ({}, {"verifiableCredential": []}, "schema.clr", "required"),
        ({}, {"verifiableCredential": ["urn:x"]}, "schema.clr", "kind"),
        ({}, {"achievement": [{"type": "Achievement"}]}, "schema.clr", "required"),
        ({}, {"id": ""}, "schema.clr", "kind"),
        ({"@context": make_badge()["@context"]}, {}, "schema.clr.advice", "context"),
    ],
)
def test_a_broken_rule_is_named(
    changes: dict[str, Any], subject: dict[str, Any], code: str, rule: str
) -> None:
    found = check_open_badge({**make_record(**subject), **changes})
    assert (code, rule) in [(check.code, check.arguments.get("rule")) for check in found]
    assert all(sentence(check) for check in found)


def test_a_learner_without_any_id_is_told() -> None:
    record = make_record()
    del record["credentialSubject"]["id"]
    assert check_open_badge(record) == [
        Check("schema.clr", Outcome.PASSED),
        Check(
            "schema.clr.advice",
            Outcome.FAILED,
            {"rule": "recipient"},
            "/credentialSubject/identifier",
        ),
    ]
