"""What registries say of an issuer: our own, lists in JSON, and federations."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talent_vc import (
    Check,
    ContextLoader,
    DictLoader,
    Options,
    Outcome,
    ParseError,
    Policy,
    Trust,
    verify,
)
from talent_vc.jwk import write_jwk
from talent_vc.jws import write_jws
from talent_vc.private_keys import PrivateKey
from talent_vc.public_keys import KeyKind
from talent_vc.trust import read_registries

from .builders import KEY, NOW, make_badge, make_signed

LIST = "https://registries.example/registry.json"
ANCHOR = "https://anchor.example"
STATE = "https://colleges.example"
KEYS = {entity: PrivateKey.generate(KeyKind.P256) for entity in (ANCHOR, STATE)}
REGISTRIES = [
    {"type": "dcc-legacy", "name": "Campus List", "url": LIST},
    {
        "type": "oidf",
        "name": "The Federation",
        "trustAnchorEC": f"{ANCHOR}/.well-known/openid-federation",
    },
]


def jwks(key: PrivateKey) -> dict[str, Any]:
    return {"keys": [{**write_jwk(key.public), "kid": "1"}]}


def statement(key: PrivateKey, issuer: str, subject: str, **claims: Any) -> bytes:
    stated = {
        "iss": issuer,
        "sub": subject,
        "iat": int(NOW.timestamp()) - 60,
        "exp": int(NOW.timestamp()) + 3600,
        **claims,
    }
    return write_jws({"typ": "entity-statement+jwt", "kid": "1"}, stated, key).encode()


def configuration(entity: str, **claims: Any) -> bytes:
    metadata = {"federation_entity": {"federation_fetch_endpoint": f"{entity}/fetch"}}
    key = KEYS[entity]
    return statement(key, entity, entity, jwks=jwks(key), metadata=metadata, **claims)


def named(name: str) -> dict[str, Any]:
    return {"federation_entity": {"organization_name": name}}


def fetched(superior: str, subject: str) -> str:
    return f"{superior}/fetch?sub={subject.replace(':', '%3A').replace('/', '%2F')}"


def federation(**changes: Any) -> dict[str, bytes]:
    """The anchor speaks for the issuer of `make_badge` itself."""
    return {
        f"{ANCHOR}/.well-known/openid-federation": configuration(ANCHOR),
        fetched(ANCHOR, KEY.did_key): statement(
            KEYS[ANCHOR], ANCHOR, KEY.did_key, metadata=named("Aspen College"), **changes
        ),
    }


def asked(
    contexts: ContextLoader,
    documents: dict[str, bytes],
    registries: Any = None,
    issuer: str = "",
    errors: dict[str, str] | None = None,
    **how: Any,
) -> list[Check]:
    badge = make_badge()
    del badge["credentialStatus"]
    if issuer:
        badge["issuer"] = {"id": issuer, "type": ["Profile"]}
    found = read_registries(json.dumps(REGISTRIES if registries is None else registries).encode())
    verdict = verify(
        make_signed(badge, contexts),
        at=how.pop("at", NOW),
        contexts=contexts,
        loader=DictLoader(documents, errors),
        options=Options(registries=found),
        **how,
    )
    return [check for check in verdict.checks if check.code == "issuer.trust"]


def test_every_registry_says_what_it_knows(contexts: ContextLoader) -> None:
    known = {"registry": {KEY.did_key: {"name": "Aspen", "location": "US", "url": "https://a.b"}}}
    documents = {LIST: json.dumps(known).encode(), **federation()}

    def own(issuer: str) -> Trust:
        return Trust(known=False, source="the state agency", state="unknown")

    state, campus, anchor = asked(contexts, documents, trust=own)
    assert (state.outcome, state.arguments["source"]) == (Outcome.FAILED, "the state agency")
    assert (campus.outcome, campus.arguments["name"]) == (Outcome.PASSED, "Aspen")
    assert (anchor.outcome, anchor.arguments["name"]) == (Outcome.PASSED, "Aspen College")


def test_a_registry_that_does_not_answer_is_told_apart_from_one_that_does_not_know(
    contexts: ContextLoader,
) -> None:
    documents = {LIST: b'{"registry": {}}', **federation()}
    there = fetched(ANCHOR, KEY.did_key)
    del documents[there]
    campus, anchor = asked(contexts, documents, errors={there: "not-found"})
    assert (campus.outcome, campus.arguments["state"]) == (Outcome.FAILED, "unknown")
    assert (anchor.outcome, anchor.arguments["state"]) == (Outcome.FAILED, "unknown")
    campus, anchor = asked(contexts, {LIST: b"[]"}, errors={there: "timeout"})
    assert (campus.outcome, campus.arguments["reason"]) == (Outcome.NOT_CHECKED, "malformed")
    assert (anchor.outcome, anchor.arguments["reason"]) == (Outcome.NOT_CHECKED, "unreachable")


@pytest.mark.parametrize(
    "change",
    [
        {"sub": "did:key:z6MkOther"},
        {"iss": "https://elsewhere.example"},
        {"exp": int(NOW.timestamp()) - 3600},
        {"iat": int(NOW.timestamp()) + 3600},
        {"exp": "soon"},
        {"crit": ["something"]},
    ],
)
def test_a_statement_that_is_not_right_is_not_believed(
    contexts: ContextLoader, change: dict[str, Any]
) -> None:
    _, anchor = asked(contexts, {LIST: b'{"registry": {}}', **federation(**change)})
    assert (anchor.outcome, anchor.arguments["reason"]) == (Outcome.NOT_CHECKED, "not-believed")


def test_only_the_key_that_was_pinned_counts(contexts: ContextLoader) -> None:
    stranger = PrivateKey.generate(KeyKind.P256)
    pinned = [{**REGISTRIES[1], "jwks": jwks(KEYS[ANCHOR])}]
    assert asked(contexts, federation(), pinned)[0].outcome is Outcome.PASSED
    other = [{**REGISTRIES[1], "jwks": jwks(stranger)}]
    assert asked(contexts, federation(), other)[0].outcome is Outcome.NOT_CHECKED
    forged = statement(stranger, ANCHOR, KEY.did_key, metadata=named("Evil"), jwks=jwks(stranger))
    documents = {**federation(), fetched(ANCHOR, KEY.did_key): forged}
    assert asked(contexts, documents, [REGISTRIES[1]])[0].outcome is Outcome.NOT_CHECKED


def chain(**about_state: Any) -> dict[str, bytes]:
    """anchor -> colleges.example -> college.example."""
    college = "https://college.example"
    own = PrivateKey.generate(KeyKind.P256)
    about = {"jwks": jwks(KEYS[STATE]), **about_state}
    return {
        f"{college}/.well-known/openid-federation": statement(
            own, college, college, jwks=jwks(own), authority_hints=[STATE], metadata=named("Own")
        ),
        f"{STATE}/.well-known/openid-federation": configuration(STATE, authority_hints=[ANCHOR]),
        f"{ANCHOR}/.well-known/openid-federation": configuration(ANCHOR),
        fetched(ANCHOR, STATE): statement(KEYS[ANCHOR], ANCHOR, STATE, **about),
        fetched(STATE, college): statement(KEYS[STATE], STATE, college, jwks=jwks(own)),
    }


def in_chain(contexts: ContextLoader, documents: dict[str, bytes]) -> Check:
    errors = {fetched(ANCHOR, "https://college.example"): "not-found"}
    [found] = asked(
        contexts, documents, [REGISTRIES[1]], issuer="https://college.example", errors=errors
    )
    return found


def test_a_chain_of_trust_is_followed_to_the_anchor(contexts: ContextLoader) -> None:
    found = in_chain(contexts, chain())
    assert (found.outcome, found.arguments["name"]) == (Outcome.PASSED, "Own")
    policy = {"federation_entity": {"organization_name": {"value": "State College"}}}
    found = in_chain(contexts, chain(metadata_policy=policy))
    assert found.arguments["name"] == "State College"


@pytest.mark.parametrize(
    "change",
    [
        {"constraints": {"naming_constraints": {"permitted": [".other.example"]}}},
        {"constraints": {"naming_constraints": {"excluded": ["college.example"]}}},
        {"constraints": {"max_path_length": 0}},
        # What cannot be read is no permission.
        {"constraints": {"naming_constraints": {"permitted": "college.example"}}},
        {"constraints": {"naming_constraints": {"excluded": {"other.example": True}}}},
        {"constraints": {"max_path_length": "5"}},
        {"jwks": {"keys": []}},
    ],
)
def test_a_chain_goes_no_further_than_its_links_allow(
    contexts: ContextLoader, change: dict[str, Any]
) -> None:
    assert in_chain(contexts, chain(**change)).outcome is not Outcome.PASSED


def test_circles_of_authorities_come_to_an_end(contexts: ContextLoader) -> None:
    documents = chain()
    documents[f"{STATE}/.well-known/openid-federation"] = configuration(
        STATE, authority_hints=["https://college.example", STATE]
    )
    assert in_chain(contexts, documents).outcome is not Outcome.PASSED


@given(st.integers(0, 2000), st.sampled_from("AZaz09_-"))
def test_a_changed_character_in_a_statement_is_never_believed(
    contexts: ContextLoader, position: int, character: str
) -> None:
    documents = federation()
    url = fetched(ANCHOR, KEY.did_key)
    text = documents[url].decode()
    position %= len(text)
    changed = text[:position] + character + text[position + 1 :]
    [found] = asked(contexts, {**documents, url: changed.encode()}, [REGISTRIES[1]])
    assert (found.outcome is Outcome.PASSED) == (changed == text)


def test_a_strict_party_takes_the_word_of_any_registry(contexts: ContextLoader) -> None:
    badge = make_badge()
    del badge["credentialStatus"]
    registries = read_registries(json.dumps(REGISTRIES[1:]).encode())
    options = Options(policy=Policy.STRICT, registries=registries)
    verdict = verify(
        make_signed(badge, contexts),
        at=NOW,
        contexts=contexts,
        loader=DictLoader(federation()),
        options=options,
    )
    assert verdict.outcome.value == "valid"


@pytest.mark.parametrize(
    "bad",
    [
        {},
        [{"type": "dcc-legacy", "name": "x"}],
        [{"type": "dcc-legacy", "name": "x", "url": "http://x.example"}],
        [{"type": "ebsi", "name": "x", "url": "https://x.example"}],
        [{**REGISTRIES[1], "jwks": {"keys": []}}],
    ],
)
def test_a_list_of_registries_that_is_wrong_is_refused(bad: Any) -> None:
    with pytest.raises(ParseError):
        read_registries(json.dumps(bad).encode())


def test_a_federation_is_asked_as_of_today_in_an_archive(contexts: ContextLoader) -> None:
    then = datetime(2020, 1, 1, tzinfo=UTC)
    registries = read_registries(json.dumps(REGISTRIES[1:]).encode())
    badge = make_badge(validFrom="2019-01-01T00:00:00Z")
    del badge["credentialStatus"]
    options = Options(
        policy=Policy.ARCHIVE, status_at=NOW + timedelta(seconds=1), registries=registries
    )
    verdict = verify(
        make_signed(badge, contexts),
        at=then,
        contexts=contexts,
        loader=DictLoader(federation()),
        options=options,
    )
    assert [c.outcome for c in verdict.checks if c.code == "issuer.trust"] == [Outcome.PASSED]
