"""The verdict on a credential: every check, then what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document, read_credential
from talent_vc.errors import ParseError
from talent_vc.issuers import check_binding, check_trust, issuer_id
from talent_vc.loading import Loader
from talent_vc.meaning import check_meaning
from talent_vc.open_badge_rules import check_open_badge
from talent_vc.proofs import check_proofs
from talent_vc.status import check_status, entries_of, key_documents, read_entry
from talent_vc.structure import check_structure
from talent_vc.trust import TrustLookup
from talent_vc.validity import check_validity, next_change
from talent_vc.verdict import Check, Outcome, Verdict, overall

# Formats that carry credentials and are not read here: no judgment, rather than a wrong one.
_OTHER_FORMATS = {b"eyJ": "jwt", b"\x89PNG": "png", b"<svg": "svg", b"<?xml": "svg"}


@dataclass(frozen=True, slots=True)
class Options:
    """`insecure_hosts`: "host:port" of did:web hosts on plain http (tests and one machine)."""

    insecure_hosts: tuple[str, ...] = ()


def verify(
    document: Document,
    *,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    trust: TrustLookup | None = None,
    options: Options | None = None,
) -> Verdict:
    """Judge a credential as of the instant `at`. Never raises for what the document says.

    What could not be checked is NOT_CHECKED and makes the outcome UNDETERMINED at best.
    """
    if at.tzinfo is None:
        raise ValueError("at needs a time zone")
    hosts = (options or Options()).insecure_hosts
    structure = [*check_structure(document), *check_open_badge(document)]
    if _is_presentation(document):
        structure.append(Check("format.unsupported", Outcome.NOT_CHECKED, {"format": "vp"}))
        return Verdict(overall(structure), tuple(structure))
    if any(check.arguments.get("rule") == "too-many" for check in structure):
        # So many proofs or lists that looking at them would be the attack.
        return Verdict(overall(structure), tuple(structure), issuer=issuer_id(document))
    proofs = check_proofs(document, at=at, contexts=contexts, loader=loader, insecure_hosts=hosts)
    checks = (
        *structure,
        check_meaning(document, contexts),
        *proofs.checks,
        check_binding(document, proofs.controllers),
        *check_validity(document, at),
        *check_status(document, at=at, contexts=contexts, loader=loader, insecure_hosts=hosts),
        *_check_schemas(document),
        check_trust(document, trust),
    )
    entries = (read_entry(entry) for entry in entries_of(document))
    return Verdict(
        outcome=overall(checks),
        checks=checks,
        next_change=next_change(document, at, proofs.ends),
        issuer=issuer_id(document),
        status_entries=tuple(entry for entry in entries if entry is not None),
    )


def verify_bytes(
    data: bytes,
    *,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    trust: TrustLookup | None = None,
    options: Options | None = None,
) -> Verdict:
    """`read_credential`, then `verify`; bytes that are no credential are UNPARSEABLE."""
    start = data[:64].lstrip()
    for prefix, name in _OTHER_FORMATS.items():
        if start.startswith(prefix):
            check = Check("format.unsupported", Outcome.NOT_CHECKED, {"format": name})
            return Verdict(overall([check]), (check,))
    try:
        document = read_credential(data)
    except ParseError as error:
        check = unreadable(error)
        return Verdict(overall([check]), (check,))
    return verify(document, at=at, contexts=contexts, loader=loader, trust=trust, options=options)


def unreadable(error: ParseError) -> Check:
    return Check("structure.readable", Outcome.FAILED, {"mend": error.mend}, error.field)


def needed_documents(document: Document, options: Options | None = None) -> list[str]:
    """The URLs that `verify` will ask its loader for: DID documents and status lists.

    A status list is itself a credential: call this on each list that was fetched as well.
    """
    urls = key_documents(document, (options or Options()).insecure_hosts)
    for raw in entries_of(document):
        entry = read_entry(raw)
        if entry is not None and entry.list_url not in urls:
            urls.append(entry.list_url)
    return urls


def _is_presentation(document: Document) -> bool:
    kinds: Any = document.get("type")
    return "VerifiablePresentation" in (kinds if isinstance(kinds, list) else [kinds])


def _check_schemas(document: Document) -> list[Check]:
    """A publisher's own schema: reported as not checked, never decisive."""
    value: Any = document.get("credentialSchema", [])
    found: list[Check] = []
    for schema in cast("list[Any]", value) if isinstance(value, list) else [value]:
        named = str(cast("Document", schema).get("id")) if isinstance(schema, dict) else ""
        arguments = {"schema": named, "reason": "not-at-hand"}
        about = "/credentialSchema"
        found.append(Check("schema.credential", Outcome.NOT_CHECKED, arguments, about))
    return found
