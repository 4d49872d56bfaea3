"""A publisher's own rules, and schemas made to hurt."""

import base64
import hashlib
import json
import time
from typing import Any

import pytest
from talent_vc import Check, DictLoader, Document, Outcome
from talent_vc.schemas import check_schemas

from .builders import make_badge

URL = "https://publisher.example/schema.json"
MANY = [[0] * 9] * 5000 + [[0] * 8 + [1]]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def check(schema: Any, document: Document | None = None, **entry: Any) -> Check:
    data = schema if isinstance(schema, bytes) else json.dumps(schema).encode()
    named = {"id": URL, "type": "JsonSchema", **entry}
    badge = {**(document or make_badge()), "credentialSchema": named}
    [found] = check_schemas(badge, DictLoader({URL: data}))
    return found


def test_a_badge_follows_its_publishers_rules_or_names_what_does_not() -> None:
    rules = {"$schema": DIALECT, "properties": {"name": {"pattern": "^Welding", "maxLength": 40}}}
    assert check(rules).outcome is Outcome.PASSED
    rules["properties"]["name"]["maxLength"] = 3
    found = check(rules)
    assert (found.outcome, found.about) == (Outcome.FAILED, "/name")
    assert found.arguments == {"schema": URL, "keyword": "maxLength"}
    nested = {"$schema": DIALECT, "properties": {"issuer": {"required": ["url"]}}}
    assert check(nested).about == "/issuer"


@pytest.mark.parametrize(
    "dialect",
    [
        "https://json-schema.org/draft/2020-12/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "http://json-schema.org/draft-07/schema#",
    ],
)
def test_references_inside_a_schema_are_followed(dialect: str) -> None:
    rules = {
        "$schema": dialect,
        "properties": {"issuer": {"$ref": "#/definitions/issuer"}},
        "definitions": {"issuer": {"type": "object", "required": ["name"]}},
    }
    assert check(rules).outcome is Outcome.PASSED
    rules["definitions"]["issuer"]["required"] = ["name", "phone"]
    assert check(rules).outcome is Outcome.FAILED


def test_the_older_1edtech_type_needs_no_dialect() -> None:
    rules = {"required": ["validFrom"], "$id": URL}
    kind = "1EdTechJsonSchemaValidator2019"
    assert check(rules, type=kind).outcome is Outcome.PASSED
    assert check(rules, type=["JsonSchema"]).arguments["reason"] == "unsupported-dialect"


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (b"not json", "malformed-schema"),
        (b"true", "malformed-schema"),
        (b'{"$schema":"x","a":"' + b"x" * 300_000 + b'"}', "malformed-schema"),
        ({"$schema": "https://schemas.example/own"}, "unsupported-dialect"),
        ({"$schema": DIALECT, "type": "gizmo"}, "malformed-schema"),
        ({"$schema": DIALECT, "required": "name"}, "malformed-schema"),
        ({"$schema": DIALECT, "properties": {"name": {"pattern": "("}}}, "malformed-schema"),
        ({"$schema": DIALECT, "$ref": "https://elsewhere.example/s.json"}, "refers-elsewhere"),
        ({"$schema": DIALECT, "$ref": "file:///etc/passwd"}, "refers-elsewhere"),
        ({"$schema": DIALECT, "$ref": "#/nowhere"}, "refers-elsewhere"),
        ({"$schema": DIALECT, "$ref": "#"}, "too-much-work"),
        (
            {
                "$schema": DIALECT,
                "additionalProperties": False,
                "patternProperties": {"(a+)+$": {}},
            },
            "unsupported-keyword",
        ),
        ({"$schema": DIALECT, "unevaluatedProperties": False}, "unsupported-keyword"),
        ({"$schema": DIALECT, "$dynamicRef": "#x"}, "unsupported-keyword"),
    ],
)
def test_a_schema_that_cannot_be_used_leaves_it_open(schema: Any, reason: str) -> None:
    found = check(schema)
    assert (found.outcome, found.arguments["reason"]) == (Outcome.NOT_CHECKED, reason)


def bomb_of_references(dialect: str, **root: Any) -> dict[str, Any]:
    """Every level asks for the next one twice."""
    levels = {
        f"l{n}": {"$schema": dialect, "allOf": [{"$ref": f"#/$defs/l{n + 1}"}] * 2}
        for n in range(40)
    }
    return {"$schema": dialect, "$ref": "#/$defs/l0", "$defs": {**levels, "l40": {}}, **root}


@pytest.mark.parametrize(
    ("schema", "changes"),
    [
        (bomb_of_references(DIALECT), {}),
        (bomb_of_references("https://json-schema.org/draft/2019-09/schema"), {}),
        (
            {"$schema": DIALECT, "properties": {"name": {"pattern": "^(a|a)*$"}}},
            {"name": "a" * 60 + "!"},
        ),
        (
            {"$schema": DIALECT, "properties": {"evidence": {"items": {"pattern": "^(a|a)*$"}}}},
            {"evidence": ["a" * 60 + "!"] * 1000},
        ),
        (
            {"$schema": DIALECT, "properties": {"evidence": {"items": {"enum": MANY}}}},
            {"evidence": MANY[-1:] * 9999},
        ),
    ],
)
def test_a_schema_made_to_take_forever_is_stopped(
    schema: dict[str, Any], changes: dict[str, Any]
) -> None:
    started = time.process_time()
    found = check(schema, make_badge(**changes))
    assert (found.outcome, found.arguments["reason"]) == (Outcome.NOT_CHECKED, "too-much-work")
    assert time.process_time() - started < 5


def test_many_things_that_must_differ_are_compared_fast() -> None:
    rules = {"$schema": DIALECT, "properties": {"evidence": {"uniqueItems": True}}}
    evidence = [{"name": str(n)} for n in range(20_000)]
    assert check(rules, make_badge(evidence=evidence)).outcome is Outcome.PASSED
    assert check(rules, make_badge(evidence=[*evidence, evidence[0]])).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "kind", ["JsonSchemaCredential", "Other", None, {"a": 1}, [["JsonSchema"]]]
)
def test_another_kind_of_schema_is_left_open(kind: object) -> None:
    assert check({"$schema": DIALECT}, type=kind).arguments["reason"] == "unsupported-type"


def test_a_schema_that_cannot_be_had_says_why() -> None:
    badge = make_badge(credentialSchema=[{"id": URL, "type": "JsonSchema"}] * 9)
    found = check_schemas(badge, DictLoader({}, {URL: "timeout"}))
    assert [one.arguments["reason"] for one in found] == ["timeout"] * 8 + ["too-many"]
    assert {one.outcome for one in found} == {Outcome.NOT_CHECKED}
    assert check_schemas(make_badge(), DictLoader({})) == []
    for odd in ("x", None, [3], [{}]):
        [one] = check_schemas(make_badge(credentialSchema=odd), DictLoader({}))
        assert one.outcome is Outcome.NOT_CHECKED


def test_a_digest_must_fit_the_schema() -> None:
    data = json.dumps({"$schema": DIALECT}).encode()

    def sri(name: str, of: bytes) -> str:
        return f"{name}-{base64.b64encode(hashlib.new(name, of).digest()).decode()}"

    good = sri("sha384", data)
    for digest in (good, f"{sri('sha256', b'x')} {good}", f"{sri('sha384', b'x')} {good}"):
        assert check(data, digestSRI=digest).outcome is Outcome.PASSED
    for digest in (sri("sha384", b"x"), f"{sri('sha512', b'x')} {good}", "md5-x", "", "sha256-%"):
        found = check(data, digestSRI=digest)
        assert (found.outcome, found.arguments.get("rule")) == (Outcome.FAILED, "digest")
