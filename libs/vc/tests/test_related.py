"""Files that a credential names with a digest."""

import base64
import hashlib
from typing import Any

import pytest
from talent_vc import (
    ContextLoader,
    DictLoader,
    Options,
    Outcome,
    Overall,
    Policy,
    multibase,
    sentence,
    verify,
)
from talent_vc.digests import has_multihash
from talent_vc.jwk import write_base64url
from talent_vc.related import MAX_RESOURCES, check_related
from talent_vc.validity import V2

from .builders import NOW, make_badge, make_signed

LOGO = "https://college.example/logo.png"
CONTENT = b"a picture"
BADGE = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
HERE = DictLoader({LOGO: CONTENT})


def sri(content: bytes, name: str = "sha384") -> str:
    return f"{name}-{base64.b64encode(hashlib.new(name, content).digest()).decode()}"


def multihash(content: bytes) -> bytes:
    return b"\x12\x20" + hashlib.sha256(content).digest()


def judged(
    contexts: ContextLoader,
    loader: DictLoader = HERE,
    *,
    policy: Policy = Policy.USUAL,
    **entry: Any,
) -> tuple[Overall, str, Outcome]:
    related = {"id": LOGO, **entry}
    signed = make_signed(make_badge(credentialStatus=[], relatedResource=[related]), contexts)
    options = Options(policy=policy)
    verdict = verify(signed, at=NOW, contexts=contexts, loader=loader, options=options)
    [check] = [check for check in verdict.checks if check.code.startswith("related.")]
    assert "{" not in sentence(check)
    return verdict.outcome, check.code, check.outcome


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ({"digestSRI": sri(CONTENT)}, {"digestSRI": sri(b"x")}),
        (
            {"digestSRI": f"{sri(b'x', 'sha256')} {sri(CONTENT, 'sha512')}"},
            {"digestSRI": f"{sri(CONTENT, 'sha256')} {sri(b'x', 'sha512')}"},
        ),
        (
            {"digestMultibase": "u" + write_base64url(multihash(CONTENT))},
            {"digestMultibase": "u" + write_base64url(multihash(b"x"))},
        ),
        (
            {"digestMultibase": multibase.encode(multihash(CONTENT))},
            {"digestSRI": sri(CONTENT), "digestMultibase": multibase.encode(multihash(b"x"))},
        ),
    ],
)
def test_a_file_must_still_be_the_one_that_the_issuer_saw(
    contexts: ContextLoader, right: Any, wrong: Any
) -> None:
    passed = (Overall.VALID, "related.resource", Outcome.PASSED)
    assert judged(contexts, **right) == passed
    failed = (Overall.INVALID, "related.resource", Outcome.FAILED)
    assert judged(contexts, **wrong) == failed


def test_a_file_that_is_not_at_hand_is_reported(contexts: ContextLoader) -> None:
    reported = (Overall.VALID, "related.elsewhere", Outcome.NOT_CHECKED)
    assert judged(contexts, DictLoader({}), digestSRI=sri(CONTENT)) == reported
    assert judged(contexts, digestMultibase=multibase.encode(b"\x16\x20" + bytes(32))) == reported
    strict = judged(contexts, DictLoader({}), digestSRI=sri(CONTENT), policy=Policy.STRICT)
    assert strict[0] is Overall.UNDETERMINED


def test_a_context_must_be_the_one_on_file(contexts: ContextLoader) -> None:
    nothing = DictLoader({})
    [content] = contexts.copies(V2).values()
    named: dict[str, Any] = {"id": V2, "loader": nothing}
    assert judged(contexts, **named, digestSRI=sri(content))[0] is Overall.VALID
    # It never changes.
    assert judged(contexts, **named, digestSRI=sri(b"x"))[0] is Overall.INVALID
    named["id"] = BADGE
    editions = contexts.copies(BADGE).values()
    assert len(editions) > 1
    for content in editions:
        assert judged(contexts, **named, digestSRI=sri(content))[0] is Overall.VALID
    # This one was edited in place, and ours may have been written down with other spaces.
    other = judged(contexts, **named, digestSRI=sri(b"x"))
    assert other == (Overall.UNDETERMINED, "related.resource", Outcome.NOT_CHECKED)
    assert judged(contexts.with_documents({}), **named, digestSRI=sri(content))[0] is Overall.VALID


def test_only_so_many_files_are_asked_for(contexts: ContextLoader) -> None:
    entries = [{"id": f"{LOGO}?{n}", "digestSRI": sri(CONTENT)} for n in range(50)]
    found = check_related({"relatedResource": entries}, contexts, HERE)
    assert len(found) == MAX_RESOURCES + 1
    assert {check.code for check in found} == {"related.elsewhere"}
    for odd in (None, 7, {}, {"id": LOGO}, {"id": LOGO, "digestSRI": 7}):
        [check] = check_related({"relatedResource": [odd]}, contexts, HERE)
        assert check.outcome is Outcome.FAILED


@pytest.mark.parametrize("text", ["", "u", "z", "u!", "zQm", "f1220", "u" + "A" * 500])
def test_a_malformed_digest_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"not|another"):
        has_multihash(CONTENT, text)
