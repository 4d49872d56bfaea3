"""Verifying files without a network: the core of `talent verify`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.envelope import open_with
from talent_vc.errors import CredentialError
from talent_vc.loading import DictLoader, Loader
from talent_vc.open_badge_2 import is_open_badge_2
from talent_vc.open_badge_2_rules import check_documents
from talent_vc.open_badge_rules import check_open_badge
from talent_vc.policies import ADVISORY, overall
from talent_vc.structure import check_structure, check_terms
from talent_vc.summary import summary
from talent_vc.verdict import Check, Outcome, Overall, Verdict
from talent_vc.verify import Options, unreadable, verify

# Of the data model alone nobody knows who wrote it.
_DRAFT = {
    Overall.VALID: "This is complete and well formed. We did not check who signed it.",
    Overall.UNDETERMINED: "We could not check all of how it is formed, and not who signed it.",
}


def manifest_documents(manifest: Path) -> dict[str, bytes]:
    """URL -> bytes of the `documents` of a manifest, files relative to its folder."""
    declared = json.loads(manifest.read_bytes())["documents"]
    return {url: (manifest.parent / file).read_bytes() for url, file in declared.items()}


def verify_file(
    path: Path,
    *,
    at: datetime,
    contexts: ContextLoader,
    documents: Mapping[str, bytes] | None = None,
    structure: bool = False,
    options: Options | None = None,
) -> dict[str, Any]:
    """`verify_named` with the DID documents, status lists and further contexts at hand."""
    documents = documents or {}
    return verify_named(
        str(path),
        path.read_bytes(),
        at=at,
        contexts=contexts.with_documents(contexts_among(documents)),
        loader=DictLoader(documents),
        structure=structure,
        options=options,
    )


def verify_named(
    name: str,
    data: bytes,
    *,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    structure: bool = False,
    options: Options | None = None,
) -> dict[str, Any]:
    """{"file", "summary", "outcome", "checks": [{"code", "outcome", "arguments", "about"}]},
    JSON-able, and where there are parts "parts": [{"about", "kind", "outcome", "checks"}].

    With `structure` the data model alone is judged (unsigned documents): any breach is unparseable.
    """
    document: Document = {}
    try:
        envelope = open_with(loader, data)
    except CredentialError as error:
        check = unreadable(error)
        verdict = Verdict(overall([check]), (check,))
    else:
        document = envelope.document
        if structure:
            verdict = _verify_structure(document, contexts)
        else:
            verdict = verify(envelope, at=at, contexts=contexts, loader=loader, options=options)
    if structure and verdict.outcome in _DRAFT:
        in_words = _DRAFT[verdict.outcome]
    else:
        in_words = summary(verdict.outcome, verdict.checks, document, at=at, today=False)
    return {"file": name, "summary": in_words, **told(verdict)}


def told(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON: outcome, checks and parts as `verify_file` gives them."""
    checks = [{**asdict(check), "outcome": check.outcome.value} for check in verdict.checks]
    found: dict[str, Any] = {"outcome": verdict.outcome.value, "checks": checks}
    if verdict.parts:
        parts = verdict.parts
        found["parts"] = [{"about": p.about, "kind": p.kind, **told(p.verdict)} for p in parts]
    return found


def contexts_among(documents: Mapping[str, bytes]) -> dict[str, dict[str, Any]]:
    """The documents that are JSON-LD contexts and nothing else."""
    found: dict[str, dict[str, Any]] = {}
    for url, data in documents.items():
        try:
            document: Any = json.loads(data)
        except ValueError:
            continue
        if isinstance(document, dict) and set(cast("dict[str, Any]", document)) == {"@context"}:
            found[url] = cast("dict[str, Any]", document)
    return found


def _verify_structure(document: Document, contexts: ContextLoader) -> Verdict:
    checks = _check_model(document, contexts)
    if any(check.outcome is Outcome.FAILED and check.code not in ADVISORY for check in checks):
        return Verdict(Overall.UNPARSEABLE, tuple(checks))
    return Verdict(overall(checks), tuple(checks))


def _check_model(document: Document, contexts: ContextLoader) -> list[Check]:
    if is_open_badge_2(document):
        badge = _object(document.get("badge"))
        return check_documents(document, badge, _object((badge or {}).get("issuer")))
    return [
        *check_structure(document, draft=True),
        *check_open_badge(document),
        check_terms(document, contexts),
    ]


def _object(value: Any) -> Document | None:
    """What stands in the document itself; an address is not followed."""
    return cast("Document", value) if isinstance(value, dict) else None
