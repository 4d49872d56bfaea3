"""Asking every status list that a credential names.

Bitstring Status List 1.0 (section 3.2), its drafts StatusList2021 and RevocationList2020, Token
Status List (section 8.3), 1EdTech Revocation List. A list that cannot be had, read or trusted never
counts as "not revoked": NOT_CHECKED, with why. Nor does it ever count as "revoked".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, cast

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import CredentialError, LoadError, StatusError
from talent_vc.issuers import issuer_id
from talent_vc.list_trust import Surroundings, why_not
from talent_vc.loading import Loader
from talent_vc.methods import controller_url
from talent_vc.published_lists import PublishedList, read_list
from talent_vc.status_entries import Entry, ListKind, Unread, read_entries
from talent_vc.status_list import MIN_ENTRIES
from talent_vc.token_status_list import INVALID, SUSPENDED, VALID, TokenStatusList
from talent_vc.verdict import Check, Outcome

# Section 2.1: what each purpose does to a credential. Another may do anything, for all we know.
_PURPOSES = ("revocation", "suspension", "message", "refresh")


def check_status(
    document: Document,
    *,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    insecure_hosts: Collection[str] = (),
    claim: Any = None,
) -> list[Check]:
    """Of a credential; `claim` is the claim `status` of the token that secures it."""
    within = Surroundings(at, contexts, loader, insecure_hosts)
    issuer = issuer_id(document)
    checks: list[Check] = []
    for about, entry in read_entries(document, claim):
        if isinstance(entry, Unread):
            checks.append(_unread(entry, about))
        elif entry.purpose not in _PURPOSES:
            arguments = {"purpose": entry.purpose}
            checks.append(Check("status.unsupported", Outcome.NOT_CHECKED, arguments, about))
        else:
            checks += _ask(entry, about, issuer, within)
    return checks


def _unread(entry: Unread, about: str) -> Check:
    arguments = {"type": entry.kind}
    if entry.reason:
        arguments["reason"] = entry.reason
    known = entry.purpose in _PURPOSES
    code = f"status.{entry.purpose}" if known else "status.unsupported"
    return Check(code, Outcome.NOT_CHECKED, arguments, about)


def _ask(entry: Entry, about: str, issuer: str, within: Surroundings) -> Iterator[Check]:
    arguments = {"list": entry.url, "index": str(entry.index)}
    try:
        data = within.loader.load(entry.url)
        found = read_list(data)
        value = found.value(entry)
        reason = why_not(found, data, entry.url, issuer, within)
    except (LoadError, StatusError) as error:
        reason, found, value = error.reason, None, 0
    if reason or found is None:
        arguments["reason"] = reason
        yield Check(f"status.{entry.purpose}", Outcome.NOT_CHECKED, arguments, about)
        return
    if entry.kind is ListKind.TOKENS:
        yield from _token_says(found.values, value, arguments, about)
    else:
        yield _says(entry, value, arguments, about)
    yield from _about_list(found, entry, issuer, about)


def _says(entry: Entry, value: int, arguments: dict[str, str], about: str) -> Check:
    outcome = Outcome.FAILED if value else Outcome.PASSED
    if entry.purpose == "message":
        outcome = Outcome.NOT_APPLICABLE
        arguments |= {"status": hex(value), "message": entry.messages[value]}
        if entry.reference:
            arguments["reference"] = entry.reference
    return Check(f"status.{entry.purpose}", outcome, arguments, about)


def _token_says(
    values: object, value: int, arguments: dict[str, str], about: str
) -> Iterator[Check]:
    """Token Status List, section 7.1: one value says all."""
    if value not in (VALID, INVALID, SUSPENDED):
        # Of an application's own, or not registered yet: it may take anything away.
        arguments |= {"status": hex(value), "reason": "value-unknown"}
        yield Check("status.revocation", Outcome.NOT_CHECKED, arguments, about)
        return
    revoked = Outcome.FAILED if value == INVALID else Outcome.PASSED
    yield Check("status.revocation", revoked, arguments, about)
    if value == SUSPENDED or (isinstance(values, TokenStatusList) and values.size > 1):
        suspended = Outcome.FAILED if value == SUSPENDED else Outcome.PASSED
        yield Check("status.suspension", suspended, arguments, about)


def _about_list(found: PublishedList, entry: Entry, issuer: str, about: str) -> Iterator[Check]:
    if found.issuer:
        same = Outcome.PASSED if found.issuer == issuer else Outcome.NOT_CHECKED
        yield Check("status.list.issuer", same, {"issuer": found.issuer}, about)
    length = found.length(entry)
    if length is not None:
        long = Outcome.PASSED if length >= MIN_ENTRIES else Outcome.FAILED
        yield Check("status.list.length", long, {"length": str(length)}, about)


def key_documents(document: Document, insecure_hosts: Collection[str] = ()) -> list[str]:
    """The URLs of the documents that hold the keys of a document's proofs."""
    value: Any = document.get("proof", [])
    proofs = cast("list[Any]", value) if isinstance(value, list) else [value]
    urls: list[str] = []
    for proof in proofs:
        method: Any = (
            cast("Document", proof).get("verificationMethod") if isinstance(proof, dict) else None
        )
        if not isinstance(method, str):
            continue
        try:
            url = controller_url(method, insecure_hosts)
        except CredentialError:
            continue
        if url is not None and url not in urls:
            urls.append(url)
    return urls
