"""Files judged by what stands beside them: contexts that are handed over, and structure alone."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from talent_vc import ContextLoader
from talent_vc.files import verify_file

from .builders import NOW, make_badge, make_signed

BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


def judge(
    folder: Path, document: Any, contexts: ContextLoader, *, structure: bool = False, **beside: Any
) -> dict[str, Any]:
    file = folder / "one.json"
    file.write_text(json.dumps(document))
    documents = {BADGES: json.dumps(beside["badges"]).encode()} if beside else {}
    return verify_file(file, at=NOW, contexts=contexts, documents=documents, structure=structure)


def test_a_context_handed_over_is_one_more_edition(contexts: ContextLoader, tmp_path: Path) -> None:
    """Publishers edit contexts in place; the signer may have had one that is not on file."""
    edited = copy.deepcopy(contexts.document(BADGES))
    edited["@context"]["OpenBadgeCredential"]["@id"] = "https://other.example/OpenBadgeCredential"
    all_contexts = {url: contexts.document(url) for url in contexts.urls}
    signers = ContextLoader(
        {url: [("", one)] for url, one in {**all_contexts, BADGES: edited}.items()}
    )
    badge = make_badge(credentialStatus=[])
    assert BADGES in badge["@context"]
    signed = make_signed(badge, signers)
    assert judge(tmp_path, signed, contexts)["outcome"] == "invalid"
    assert judge(tmp_path, signed, contexts, badges=edited)["outcome"] == "valid"
    # Those on file stay the first to be tried.
    usual = make_signed(badge, contexts)
    assert judge(tmp_path, usual, contexts, badges=edited)["outcome"] == "valid"
    assert contexts.with_documents({BADGES: edited}).document(BADGES) != edited


def test_structure_alone_follows_the_rules_of_the_kind(
    contexts: ContextLoader, tmp_path: Path
) -> None:
    badge = make_badge()
    found = judge(tmp_path, badge, contexts, structure=True)
    assert found["outcome"] == "valid"
    assert "real" not in found["summary"]  # anyone may have written it
    del badge["credentialSubject"]["achievement"]["criteria"]
    assert judge(tmp_path, badge, contexts, structure=True)["outcome"] == "unparseable"


@pytest.mark.parametrize(
    ("changes", "outcome"), [({}, "valid"), ({"issuedOn": "yesterday"}, "unparseable")]
)
def test_structure_alone_of_an_open_badge_2(
    changes: dict[str, Any], outcome: str, contexts: ContextLoader, tmp_path: Path
) -> None:
    assertion = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": "https://college.example/assertions/1",
        "recipient": {"type": "email", "hashed": False, "identity": "pat@example.org"},
        "badge": "https://college.example/badges/mig",
        "issuedOn": "2026-05-31T12:00:00Z",
        "verification": {"type": "hosted"},
        **changes,
    }
    assert judge(tmp_path, assertion, contexts, structure=True)["outcome"] == outcome
