"""Badges that break one rule of Open Badges 3.0, and what is said of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_vc import Check, Document, Outcome, sentence
from talent_vc.open_badge_rules import check_open_badge
from talent_vc.validity import V1

from .builders import KEY, make_badge

ACHIEVEMENT = "/credentialSubject/achievement"
DESCRIPTION = f"{ACHIEVEMENT}/resultDescription/0"
DELETED = object()


def make_full_badge() -> Document:
    """A badge that uses most of the model."""
    profile = {
        "id": "https://district.example",
        "type": ["Profile"],
        "name": "District",
        "email": "office@district.example",
        "phone": "+1 303 555 0100",
        "address": {
            "type": ["Address"],
            "addressCountryCode": "US",
            "geo": {"type": "GeoCoordinates", "latitude": 39.7, "longitude": -105},
        },
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": "7", "identifierType": "ext:district.id"}
        ],
        "dateOfBirth": "1990-02-28",
    }
    alignment = {
        "type": ["Alignment"],
        "targetName": "Weld",
        "targetUrl": "https://frameworks.example/weld",
        "targetType": "CFItem",
    }
    level = {"type": ["RubricCriterionLevel"], "id": "urn:level:good", "name": "Good"}
    badge = make_badge(
        awardedDate="2026-11-01T00:00:00Z",
        image={"id": "https://college.example/badge.png", "type": "Image", "caption": "Badge"},
        endorsementJwt=["eyJhbGciOiJFUzI1NiJ9.e30.c2ln"],
        endorsement=[make_endorsement()],
    )
    badge["issuer"] = {**badge["issuer"], "parentOrg": profile}
    subject = badge["credentialSubject"]
    subject |= {
        "activityStartDate": "2026-01-01T00:00:00",
        "creditsEarned": 3.5,
        "source": profile,
        "result": [
            {"type": ["Result"], "resultDescription": "urn:result:grade", "value": "90"},
            {
                "type": ["Result"],
                "resultDescription": "urn:result:status",
                "status": "Completed",
                "achievedLevel": "urn:level:good",
                "alignment": [alignment],
            },
        ],
    }
    subject["achievement"] |= {
        "achievementType": "ext:Welding",
        "alignment": [alignment],
        "creator": profile,
        "creditsAvailable": 4,
        "inLanguage": "en-US",
        "related": [{"type": ["Related"], "id": "urn:other", "inLanguage": "es"}],
        "tag": ["weld", "metal"],
        "resultDescription": [
            {
                "type": ["ResultDescription"],
                "id": "urn:result:grade",
                "name": "Grade",
                "resultType": "Percent",
                "valueMin": "0",
                "valueMax": "100",
                "requiredValue": "60",
            },
            {
                "type": ["ResultDescription"],
                "id": "urn:result:status",
                "name": "Status",
                "resultType": "Status",
                "rubricCriterionLevel": [level],
                "requiredLevel": "urn:level:good",
                "allowedValue": ["Pass", "Fail"],
            },
        ],
    }
    return badge


def make_endorsement(**changes: Any) -> Document:
    return {
        "@context": make_badge()["@context"],
        "id": "urn:uuid:endorsement",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsed by the district",
        "issuer": {"id": KEY.did_key, "type": ["Profile"]},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:badge",
            "type": ["EndorsementSubject"],
            "endorsementComment": "We hire them.",
        },
        **changes,
    }


def changed(document: Document, pointer: str, value: Any) -> Document:
    copied: Any = json.loads(json.dumps(document))
    *path, last = pointer.strip("/").split("/")
    parent = copied
    for part in path:
        parent = parent[int(part)] if isinstance(parent, list) else parent[part]
    if value is DELETED:
        del parent[last]
    else:
        parent[int(last) if isinstance(parent, list) else last] = value
    return copied


def failed(document: Document) -> list[tuple[str, str, str]]:
    checks = [check for check in check_open_badge(document) if check.outcome is Outcome.FAILED]
    assert all("{" not in sentence(check) for check in checks)
    return [(check.code, check.arguments["rule"], check.about) for check in checks]


def test_badges_and_endorsements_that_keep_the_rules_pass() -> None:
    for badge in (make_badge(), make_full_badge(), make_endorsement()):
        assert check_open_badge(badge) == [Check("schema.open_badges", Outcome.PASSED)]
    other = make_badge(type=["VerifiableCredential"])
    assert check_open_badge(other)[0].outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("about", "value", "rule"),
    [
        ("/id", DELETED, "required"),
        ("/id", "badge 7", "kind"),
        ("/issuer", DELETED, "required"),
        ("/issuer/id", DELETED, "required"),
        ("/issuer/type", ["Organization"], "type"),
        ("/issuer/parentOrg/type", "Organization", "type"),
        ("/issuer/parentOrg/otherIdentifier/0/type", "Identifier", "type"),
        ("/issuer/parentOrg/address/type", DELETED, "type"),
        ("/issuer/parentOrg/address/geo/latitude", "39.7", "kind"),
        ("/issuer/parentOrg/dateOfBirth", "1990-02-30", "kind"),
        ("/awardedDate", "2026-11-01", "kind"),
        ("/image", {"type": "Image"}, "required"),
        ("/image/type", "Picture", "type"),
        ("/image", 7, "kind"),
        ("/endorsement/0", {"type": ["VerifiableCredential"]}, "kind"),
        ("/endorsementJwt/0", "not a token", "kind"),
        ("/evidence/0/type", ["Document"], "type"),
        ("/evidence/0", "https://college.example/work", "object"),
        ("/credentialSubject", DELETED, "required"),
        ("/credentialSubject/type", ["Person"], "type"),
        ("/credentialSubject/achievement", DELETED, "required"),
        ("/credentialSubject/achievement", None, "required"),
        ("/credentialSubject/achievement", [], "required"),
        ("/credentialSubject/achievement", "https://college.example/a", "object"),
        ("/credentialSubject/creditsEarned", "3", "kind"),
        ("/credentialSubject/creditsEarned", True, "kind"),
        ("/credentialSubject/activityStartDate", "spring", "kind"),
        ("/credentialSubject/identifier/0/type", "Identity", "type"),
        ("/credentialSubject/identifier/0/hashed", "true", "kind"),
        ("/credentialSubject/source", "https://district.example", "object"),
        ("/credentialSubject/result/1/status", "Done", "kind"),
        ("/credentialSubject/result/0/value", 90, "kind"),
        (f"{ACHIEVEMENT}/id", DELETED, "required"),
        (f"{ACHIEVEMENT}/type", ["Course"], "type"),
        (f"{ACHIEVEMENT}/name", DELETED, "required"),
        (f"{ACHIEVEMENT}/name", " ", "kind"),
        (f"{ACHIEVEMENT}/name", ["A", "B"], "many"),
        (f"{ACHIEVEMENT}/description", DELETED, "required"),
        (f"{ACHIEVEMENT}/criteria", DELETED, "required"),
        (f"{ACHIEVEMENT}/criteria", "Pass.", "object"),
        (f"{ACHIEVEMENT}/tag/1", 2, "kind"),
        (f"{ACHIEVEMENT}/related/0/id", DELETED, "required"),
        (f"{ACHIEVEMENT}/alignment/0/targetUrl", "weld", "kind"),
        (f"{ACHIEVEMENT}/alignment/0/targetName", DELETED, "required"),
        (f"{DESCRIPTION}/type", ["Description"], "type"),
        (f"{DESCRIPTION}/resultType", DELETED, "required"),
        (f"{DESCRIPTION}/resultType", 7, "kind"),
        (f"{DESCRIPTION}/name", DELETED, "required"),
        (f"{ACHIEVEMENT}/resultDescription/1/rubricCriterionLevel/0/type", "Level", "type"),
    ],
)
def test_a_broken_rule_is_named_with_its_field(about: str, value: Any, rule: str) -> None:
    found = failed(changed(make_full_badge(), about, value))
    where = f"{about}/id" if rule == "required" and isinstance(value, dict) else about
    assert ("schema.open_badges", rule, where) in found


def test_criteria_say_something() -> None:
    found = failed(changed(make_full_badge(), f"{ACHIEVEMENT}/criteria", {"narrative": ""}))
    assert found == [("schema.open_badges", "criteria", f"{ACHIEVEMENT}/criteria/narrative")]


@pytest.mark.parametrize(
    ("about", "value", "rule"),
    [
        ("/credentialSubject/identifier", DELETED, "recipient"),
        ("/validFrom", DELETED, "required"),
        ("/@context", ["https://www.w3.org/ns/credentials/v2"], "context"),
        ("/issuer/parentOrg/email", "nobody", "kind"),
        ("/issuer/parentOrg/phone", "none", "kind"),
        ("/issuer/parentOrg/address/addressCountryCode", "USA", "kind"),
        ("/credentialSubject/identifier/0/identityHash", "sha256$pat", "kind"),
        ("/credentialSubject/result/0/value", "101", "range"),
        ("/credentialSubject/result/1/status", DELETED, "required"),
        ("/credentialSubject/result/0/resultDescription", "urn:result:none", "link"),
        ("/credentialSubject/result/1/achievedLevel", "urn:level:none", "link"),
        (f"{ACHIEVEMENT}/achievementType", "Program", "kind"),
        (f"{DESCRIPTION}/resultType", "Score", "kind"),
        ("/credentialSubject/identifier/0/identityType", "shoe size", "kind"),
        ("/issuer/parentOrg/otherIdentifier/0/identifierType", "Own", "kind"),
        (f"{ACHIEVEMENT}/inLanguage", "English", "kind"),
        (f"{ACHIEVEMENT}/alignment/0/targetType", "Skill", "kind"),
        (f"{DESCRIPTION}/requiredValue", "-1", "range"),
        (f"{ACHIEVEMENT}/resultDescription/1/requiredLevel", "urn:level:none", "link"),
        (f"{ACHIEVEMENT}/resultDescription/1/requiredValue", "Good", "allowed"),
    ],
)
def test_what_leaves_the_rest_readable_is_advice(about: str, value: Any, rule: str) -> None:
    badge = changed(make_full_badge(), about, value)
    assert failed(badge) == [("schema.open_badges.advice", rule, about)]
    assert check_open_badge(badge)[0] == Check("schema.open_badges", Outcome.PASSED)


@pytest.mark.parametrize(
    ("about", "value", "rule"),
    [
        ("/id", DELETED, "required"),
        ("/name", DELETED, "required"),
        ("/credentialSubject/id", DELETED, "required"),
        ("/credentialSubject/type", "Thing", "type"),
        ("/issuer/type", "Thing", "type"),
    ],
)
def test_endorsements_have_rules_of_their_own(about: str, value: Any, rule: str) -> None:
    assert failed(changed(make_endorsement(), about, value)) == [
        ("schema.open_badges", rule, about)
    ]


def test_a_badge_on_vcdm_1_1_needs_a_name_and_no_valid_from() -> None:
    badge = make_badge()
    badge["@context"] = [V1, *badge["@context"][1:]]
    del badge["validFrom"]
    assert failed(badge) == []
    del badge["name"]
    assert failed(badge) == [("schema.open_badges", "required", "/name")]


def test_one_value_and_a_list_of_it_mean_the_same() -> None:
    badge = make_full_badge()
    badge["credentialSubject"]["achievement"] = [badge["credentialSubject"]["achievement"]]
    badge["evidence"] = badge["evidence"][0]
    badge["credentialSubject"] = [badge["credentialSubject"]]
    assert failed(badge) == []


def test_names_may_come_in_several_languages() -> None:
    names = [{"@value": "Welding", "@language": "en"}, {"@value": "Soldadura", "@language": "es"}]
    assert failed(make_badge(name=names)) == []


def places(value: Any, at: str = "") -> list[str]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[str] = []
    for key, inner in pairs:
        found.append(f"{at}/{key}")
        if isinstance(inner, dict | list):
            found += places(inner, f"{at}/{key}")
    return found


@given(
    st.sampled_from(places(make_full_badge())),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    ),
)
def test_odd_values_anywhere_never_raise(pointer: str, value: Any) -> None:
    for check in check_open_badge(changed(make_full_badge(), pointer, value)):
        assert sentence(check)
