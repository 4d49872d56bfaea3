"""The verdict on a credential or presentation: every check, then what they add up to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from talent_vc import sd_jwt_vc
from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.envelope import Envelope, open_with
from talent_vc.errors import CredentialError, LoadError, ParseError, UnsupportedFormatError
from talent_vc.issuers import check_binding, check_holder, check_trust, holder_id, issuer_id
from talent_vc.loading import Loader
from talent_vc.meaning import check_meaning
from talent_vc.objects import objects_in
from talent_vc.open_badge_2 import is_open_badge_2, judge_open_badge_2
from talent_vc.open_badge_rules import check_open_badge
from talent_vc.parts import MAX_NESTING, MAX_PARTS, endorses, find_parts, has_parts, open_part
from talent_vc.policies import Policy, overall
from talent_vc.proofs import Expected, ProofsFound, check_proofs
from talent_vc.related import check_related
from talent_vc.schemas import check_schemas
from talent_vc.status import check_status, key_documents
from talent_vc.status_entries import status_entries
from talent_vc.structure import check_structure, check_terms
from talent_vc.token_checks import check_token
from talent_vc.tokens import Token, TokenKind, token_documents
from talent_vc.trust import Registry, TrustLookup
from talent_vc.validity import check_validity, next_change
from talent_vc.vc_jwt import is_presentation
from talent_vc.verdict import Check, Outcome, Overall, Part, Verdict


@dataclass(frozen=True, slots=True)
class Options:
    """How to judge.

    `insecure_hosts`: "host:port" of did:web hosts on plain http (tests and one machine).
    `status_at`: the instant that status lists and registries are asked at, where it is not that
    of the judgment. `registries`: those that are asked about issuers besides the network's own.
    `challenge` and `domain`: what the caller asked for the document with; its proof has to be made
    for them then.
    """

    insecure_hosts: tuple[str, ...] = ()
    policy: Policy = Policy.USUAL
    status_at: datetime | None = None
    registries: tuple[Registry, ...] = ()
    challenge: str | None = None
    domain: str | None = None


_USUAL = Options()
_NOTHING_ASKED = Expected()


def verify(
    document: Document | Envelope,
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
    envelope = document if isinstance(document, Envelope) else Envelope(document)
    return _Run(at, contexts, _Noting(loader), trust, options or _USUAL).whole(envelope)


def verify_bytes(
    data: bytes,
    *,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    trust: TrustLookup | None = None,
    options: Options | None = None,
) -> Verdict:
    """`open_with`, then `verify`; bytes that are no credential are UNPARSEABLE."""
    noting = _Noting(loader)
    try:
        envelope = open_with(noting, data)
    except (LoadError, ParseError, UnsupportedFormatError) as error:
        check = unreadable(error)
        return noting.noted(Verdict(overall([check]), (check,)))
    return _Run(at, contexts, noting, trust, options or _USUAL).whole(envelope)


def unreadable(error: CredentialError) -> Check:
    """The check for bytes that no envelope could be opened from."""
    if isinstance(error, LoadError):
        arguments = {"reason": error.reason, "url": error.url}
        return Check("source.address", Outcome.NOT_CHECKED, arguments)
    if isinstance(error, UnsupportedFormatError):
        return Check("format.unsupported", Outcome.NOT_CHECKED, {"format": error.format})
    return Check("structure.readable", Outcome.FAILED, {"mend": error.mend}, error.field)


def needed_documents(document: Document | Envelope, options: Options | None = None) -> list[str]:
    """The usual documents that `verify` will ask its loader for: of keys, and status lists.

    A status list is itself a credential: call this on each list that was fetched as well. What
    else was asked for in vain stands in `Verdict.missing`.
    """
    envelope = document if isinstance(document, Envelope) else Envelope(document)
    hosts = (options or Options()).insecure_hosts
    if envelope.signed is not None:
        urls = token_documents(envelope.signed, hosts)
    else:
        urls = key_documents(envelope.document, hosts)
    entries = status_entries(envelope.document, envelope.status_claim)
    return list(dict.fromkeys([*urls, *(entry.list_url for entry in entries)]))


class _Run:
    """One judgment: what it is made with, and what it asked for on the way."""

    def __init__(
        self,
        at: datetime,
        contexts: ContextLoader,
        loader: _Noting,
        trust: TrustLookup | None,
        options: Options,
    ) -> None:
        if at.tzinfo is None:
            raise ValueError("at needs a time zone")
        self._at = at
        self._contexts = contexts
        self._loader = loader
        self._trust = trust
        self._options = options
        self._parts_left = MAX_PARTS

    def whole(self, envelope: Envelope) -> Verdict:
        return self._loader.noted(self._judge(envelope, 0))

    def _judge(self, envelope: Envelope, nesting: int) -> Verdict:
        document, token = envelope.document, envelope.signed
        if token is not None and token.kind is TokenKind.SD_JWT_VC:
            return self._judge_claims(token, nesting)
        if is_open_badge_2(document):
            return self._judge_older_badge(envelope)
        structure = [*check_structure(document), *check_open_badge(document)]
        if any(check.arguments.get("rule") == "too-many" for check in structure):
            # So many proofs or lists that looking at them would be the attack.
            outcome = overall(structure, self._options.policy)
            return Verdict(outcome, tuple(structure), issuer=issuer_id(document))
        proofs = self._proofs(envelope, nesting)
        checks = [*structure, *proofs.checks]
        objects = objects_in(document)
        if token is None:
            checks.append(check_meaning(document, self._contexts, objects))
        else:  # it is signed as the JSON that it is
            checks.append(check_terms(document, self._contexts))
        if not is_presentation(document):
            checks += self._about_issuer(envelope, proofs)
        parts = self._parts(document, nesting) if has_parts(objects) else ()
        if self._parts_left < 0:
            arguments = {"limit": str(MAX_PARTS), "nesting": str(MAX_NESTING)}
            checks.append(Check("part.limit", Outcome.NOT_CHECKED, arguments))
        checks += [_check_of(part) for part in parts]
        changes = [next_change(document, self._at, proofs.ends)]
        changes += [part.verdict.next_change for part in parts]
        return Verdict(
            outcome=overall(checks, self._options.policy),
            checks=tuple(checks),
            next_change=min((change for change in changes if change), default=None),
            issuer="" if is_presentation(document) else issuer_id(document),
            status_entries=(
                *status_entries(document, envelope.status_claim),
                *(entry for part in parts for entry in part.verdict.status_entries),
            ),
            parts=parts,
        )

    def _judge_claims(self, token: Token, nesting: int) -> Verdict:
        """Of a credential that is no W3C document, by the same checks."""
        proofs = self._check_token(token, nesting)
        issuer = {"issuer": token.signer}
        checks = [
            *sd_jwt_vc.check_claims(token.payload),
            *proofs.checks,
            check_binding(issuer, proofs.controllers, proofs.unbound),
            *self._check_status(issuer, token.payload.get("status")),
            *self._check_trust(issuer),
        ]
        return Verdict(
            outcome=overall(checks, self._options.policy),
            checks=tuple(checks),
            next_change=next_change({}, self._at, proofs.ends),
            issuer=token.signer,
            status_entries=tuple(status_entries({}, token.payload.get("status"))),
        )

    def _judge_older_badge(self, envelope: Envelope) -> Verdict:
        judged = judge_open_badge_2(envelope, at=self._at, loader=self._loader)
        checks = (*judged.checks, *self._check_trust({"issuer": judged.issuer}))
        return Verdict(
            outcome=overall(checks, self._options.policy),
            checks=checks,
            next_change=judged.next_change,
            issuer=judged.issuer,
        )

    def _check_token(self, token: Token, nesting: int) -> ProofsFound:
        expected = self._expected(nesting)
        return check_token(
            token,
            at=self._at,
            loader=self._loader,
            insecure_hosts=self._options.insecure_hosts,
            challenge=expected.challenge,
            domain=expected.domain,
        )

    def _proofs(self, envelope: Envelope, nesting: int) -> ProofsFound:
        if envelope.signed is not None:
            return self._check_token(envelope.signed, nesting)
        document, expected = envelope.document, self._expected(nesting)
        if not is_presentation(document):
            return self._check_proofs(document, issuer_id(document), expected)
        holder = holder_id(document)
        expected = replace(expected, purpose="authentication")
        found = self._check_proofs(document, holder, expected)
        return replace(found, checks=(*found.checks, check_holder(holder, found.controllers)))

    def _check_proofs(self, document: Document, signer: str, expected: Expected) -> ProofsFound:
        return check_proofs(
            document,
            at=self._at,
            contexts=self._contexts,
            loader=self._loader,
            insecure_hosts=self._options.insecure_hosts,
            signer=signer,
            expected=expected,
        )

    def _expected(self, nesting: int) -> Expected:
        """What was asked for is the whole, not what it holds."""
        options = self._options
        if nesting or (options.challenge is None and options.domain is None):
            return _NOTHING_ASKED
        return Expected(challenge=self._options.challenge, domain=self._options.domain)

    def _about_issuer(self, envelope: Envelope, proofs: ProofsFound) -> list[Check]:
        document = envelope.document
        return [
            check_binding(document, proofs.controllers, proofs.unbound),
            *check_validity(document, self._at),
            *self._check_status(document, envelope.status_claim),
            *check_schemas(document, self._loader),
            *check_related(document, self._contexts, self._loader),
            *self._check_trust(document),
        ]

    def _check_trust(self, document: Document) -> list[Check]:
        return check_trust(
            document,
            self._trust,
            self._options.registries,
            self._options.status_at or self._at,
            self._loader,
        )

    def _check_status(self, document: Document, claim: Any) -> list[Check]:
        return check_status(
            document,
            claim=claim,
            at=self._options.status_at or self._at,
            contexts=self._contexts,
            loader=self._loader,
            insecure_hosts=self._options.insecure_hosts,
        )

    def _parts(self, document: Document, nesting: int) -> tuple[Part, ...]:
        parts: list[Part] = []
        for about, kind, value in find_parts(document):
            self._parts_left -= 1
            if self._parts_left < 0 or nesting >= MAX_NESTING:
                self._parts_left = min(self._parts_left, -1)
                break
            try:
                envelope = open_part(value)
                verdict = self._judge(envelope, nesting + 1)
                if kind == "endorsement" and not endorses(envelope.document, document, about):
                    verdict = self._of_something_else(verdict)
            except (ParseError, UnsupportedFormatError) as error:
                check = unreadable(error)
                verdict = Verdict(overall([check]), (check,))
            parts.append(Part(about, kind, verdict))
        return tuple(parts)

    def _of_something_else(self, verdict: Verdict) -> Verdict:
        """An endorsement that may be as good as it says, and says nothing of what holds it."""
        check = Check("endorsement.subject", Outcome.NOT_CHECKED, about="/credentialSubject/id")
        checks = (*verdict.checks, check)
        return replace(verdict, outcome=overall(checks, self._options.policy), checks=checks)


class _Noting:
    """A loader that remembers what it was asked for, and whether it could give it."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._asked: dict[str, bool] = {}

    def noted(self, verdict: Verdict) -> Verdict:
        if not self._asked:
            return verdict
        missing = tuple(url for url, there in self._asked.items() if not there)
        return replace(verdict, asked=tuple(self._asked), missing=missing)

    def load(self, url: str) -> bytes:
        try:
            data = self._loader.load(url)
        except LoadError:
            self._asked[url] = False
            raise
        self._asked[url] = True
        return data


def _check_of(part: Part) -> Check:
    outcome = part.verdict.outcome
    found = {Overall.VALID: Outcome.PASSED, Overall.UNDETERMINED: Outcome.NOT_CHECKED}
    arguments = {"outcome": outcome.value}
    return Check(f"part.{part.kind}", found.get(outcome, Outcome.FAILED), arguments, part.about)
