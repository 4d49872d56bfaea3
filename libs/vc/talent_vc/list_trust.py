"""Whether a status list may be relied on: its time, who signed it, or where it was served.

The list is asked for at the URL that the issuer signed in the credential. One that is signed is its
signer's word, wherever it was found, and its issuer may be another than the credential's (Bitstring
Status List 1.0, section 2.2). A 1EdTech list is not signed: it is the word of whoever answers at
that URL, so only a connection that proves who answers (https) counts. The host need not be the
issuer's own, since the issuer's signature names it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from weakref import ref

from talent_vc.contexts import ContextLoader
from talent_vc.errors import LoadError
from talent_vc.instants import read_instant
from talent_vc.issuers import check_binding
from talent_vc.loading import Fetched, Loader
from talent_vc.meaning import check_meaning
from talent_vc.policies import ADVISORY
from talent_vc.proofs import ProofsFound, check_proofs
from talent_vc.published_lists import PublishedList
from talent_vc.status_entries import ListKind
from talent_vc.token_checks import check_signature, check_token
from talent_vc.tokens import Token
from talent_vc.verdict import Check, Outcome

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a list is judged with."""

    at: datetime
    contexts: ContextLoader
    loader: Loader
    insecure_hosts: Collection[str] = ()


def why_not(found: PublishedList, data: bytes, url: str, issuer: str, within: Surroundings) -> str:
    """A short code for why the list at `url` says nothing about a credential of `issuer`, or ""."""
    if found.begins is not None and within.at < found.begins:
        return "list-from"
    if found.ends is not None and within.at >= found.ends:
        return "list-until"
    if isinstance(data, Fetched) and found.ttl is not None and within.at - data.at > found.ttl:
        return "list-stale"
    if found.kind is ListKind.EDTECH:
        return _served_problem(found, url, issuer, within.insecure_hosts)
    proven = found.proven
    signer = found.issuer or issuer
    if not isinstance(proven, _Proven) or not proven.holds(signer, within):
        proven = found.proven = _prove(found, signer, within)
    return proven.problem


def _served_problem(
    found: PublishedList, url: str, issuer: str, insecure_hosts: Collection[str]
) -> str:
    if not url.startswith(("https://", *(f"http://{host}/" for host in insecure_hosts))):
        return "list-insecure"
    return "list-issuer" if found.issuer and found.issuer != issuer else ""


@dataclass(frozen=True, slots=True)
class _Proven:
    """What came out of checking a list's signatures, and for when: the same contexts, the same
    documents of keys, and no proof or key that began or ended since."""

    problem: str
    signer: str
    contexts: ref[ContextLoader]  # this is kept for longer than anybody needs them
    insecure_hosts: frozenset[str]
    seen: dict[str, bytes | str]
    since: datetime
    until: datetime

    def holds(self, signer: str, within: Surroundings) -> bool:
        return (
            self.signer == signer
            and self.since <= within.at < self.until
            and self.contexts() is within.contexts
            and self.insecure_hosts.issuperset(within.insecure_hosts)
            and len(self.insecure_hosts) == len(within.insecure_hosts)
            and all(_look(within.loader, url) == then for url, then in self.seen.items())
        )


def _prove(found: PublishedList, signer: str, within: Surroundings) -> _Proven:
    loader = _Recording(within.loader)
    proofs = _proofs(found, signer, replace(within, loader=loader))
    checks = [*proofs.checks]
    checks.append(check_binding({"issuer": signer}, proofs.controllers, proofs.unbound))
    if found.token is None:  # a token is signed as the JSON that it is
        checks.append(check_meaning(found.document, within.contexts))
    bad = (check.code for check in checks if _is_bad(check))
    problem = next(bad, "").removeprefix("validity.")
    return _Proven(
        problem=f"list-{problem}" if problem else "",
        signer=signer,
        contexts=ref(within.contexts),
        insecure_hosts=frozenset(within.insecure_hosts),
        seen=loader.seen,
        since=max((end for end in proofs.ends if end <= within.at), default=_FIRST),
        until=min((end for end in proofs.ends if end > within.at), default=_LAST),
    )


def _proofs(found: PublishedList, signer: str, within: Surroundings) -> ProofsFound:
    at, loader, hosts = within.at, within.loader, within.insecure_hosts
    if isinstance(found.token, Token):
        return check_token(found.token, at=at, loader=loader, insecure_hosts=hosts)
    if found.token is None:
        return check_proofs(
            found.document, at=at, contexts=within.contexts, loader=loader, insecure_hosts=hosts
        )
    # Token Status List, section 11.3: without an issuer of its own it is the credential's.
    method, checks = check_signature(
        found.token, signer, suite="JWT", at=at, loader=loader, insecure_hosts=hosts
    )
    proven = method is not None and not any(map(_is_bad, checks))
    ends = map(read_instant, method.ends) if method else ()
    return ProofsFound(
        tuple(checks),
        frozenset({method.controller}) if method and proven else frozenset(),
        tuple(end for end in ends if end),
        method.unchecked if method else "",
    )


def _is_bad(check: Check) -> bool:
    open_or_failed = check.outcome in (Outcome.FAILED, Outcome.NOT_CHECKED)
    return open_or_failed and check.code not in ADVISORY


@dataclass(slots=True)
class _Recording:
    """A loader that notes the digest of what it gave, or why it gave nothing."""

    loader: Loader
    seen: dict[str, bytes | str] = field(default_factory=dict[str, bytes | str])

    def load(self, url: str) -> bytes:
        self.seen[url] = _look(self.loader, url)
        return self.loader.load(url)


def _look(loader: Loader, url: str) -> bytes | str:
    try:
        return hashlib.sha256(loader.load(url)).digest()
    except LoadError as error:
        return error.reason
