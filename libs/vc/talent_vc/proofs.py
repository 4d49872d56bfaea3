"""Checking the proofs of a document (Data Integrity 1.0, sections 4.4 and 4.5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import (
    ContextError,
    CredentialError,
    LoadError,
    ProofError,
    UnsupportedKeyError,
)
from talent_vc.instants import read_instant
from talent_vc.issuers import issuer_id
from talent_vc.loading import Loader
from talent_vc.methods import Method, resolve_method
from talent_vc.proof_sets import previous_places, previous_proofs, proofs_of, with_previous, worst
from talent_vc.selective import SUITE as SELECTIVE
from talent_vc.selective_values import is_base
from talent_vc.suites import SUITES, suite_name, verifies
from talent_vc.verdict import Check, Outcome

_OPTIONS = frozenset(
    {"@context", "id", "type", "cryptosuite", "created", "expires", "proofPurpose", "nonce"}
    | {"verificationMethod", "challenge", "domain", "previousProof", "proofValue"}
)
_CLOCKS_DIFFER = timedelta(minutes=5)
# Whoever signed did so, though for another occasion, or with a date still to come.
_NOT_OF_WHO = {"proof.challenge", "proof.domain", "proof.created.future"}


@dataclass(frozen=True, slots=True)
class ProofsFound:
    """The checks of all proofs, who is known to control the keys that signed, and the instants at
    which a proof or a key begins or ends. `unbound` is a short code for why nobody is known."""

    checks: tuple[Check, ...]
    controllers: frozenset[str] = frozenset()
    ends: tuple[datetime, ...] = ()
    unbound: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a proof has to be for, to hold.

    `challenge` and `domain` are what the caller asked for the document with; None if it did not.
    """

    purpose: str = "assertionMethod"
    challenge: str | None = None
    domain: str | None = None


def check_proofs(
    document: Document,
    *,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    insecure_hosts: Collection[str] = (),
    signer: str | None = None,
    expected: Expected | None = None,
) -> ProofsFound:
    """Check every proof of a document: signature, purpose, key, dates, and what it builds on.

    `signer` is who has to have signed, the issuer if nobody is named. Where one proof of theirs
    holds in all respects, what others added beside it and we cannot check is reported and decides
    nothing: whoever passes the document on could leave it away as well. A proof that fails is a
    failure all the same, for it shows that something was changed.
    """
    proofs = proofs_of(document)
    if not proofs:
        return ProofsFound((_check("proof.present", Outcome.FAILED, "/proof"),))
    unsecured = {name: part for name, part in document.items() if name != "proof"}
    ones: list[_OneProof] = []
    for position, proof in enumerate(proofs):
        about = f"/proof/{position}" if isinstance(document["proof"], list) else "/proof"
        one = _OneProof(proof, about, at, contexts, expected or Expected())
        one.run(unsecured, proofs, loader, insecure_hosts)
        ones.append(one)
    settled = _settle(ones)
    held = [one for one, outcome in zip(ones, settled, strict=True) if outcome is Outcome.PASSED]
    controllers = frozenset([one.method.controller for one in held if one.method])
    enough = (issuer_id(document) if signer is None else signer) in controllers
    checks: list[Check] = []
    for one, outcome in zip(ones, settled, strict=True):
        beside = enough and outcome is Outcome.NOT_CHECKED
        checks += map(_beside, one.checks) if beside else one.checks
    changes = [read_instant(change) for one in ones for change in one.changes]
    return ProofsFound(tuple(checks), controllers, tuple(filter(None, changes)))


def _settle(ones: Sequence[_OneProof]) -> list[Outcome]:
    """What becomes of each proof, those that it builds on counted."""
    outcomes = [one.outcome() for one in ones]
    if not any(one.previous for one in ones):
        return outcomes
    links = {place: one.previous for place, one in enumerate(ones)}
    settled = with_previous(dict(enumerate(outcomes)), links)
    for one in ones:
        if one.previous:
            one.builds_on(worst(settled[other] for other in one.previous))
    return list(settled.values())


class _OneProof:
    """One proof of a document. `previous` are the places of those that it builds on, `changes` the
    instants at which it or its key begins or ends."""

    def __init__(
        self, proof: Any, about: str, at: datetime, contexts: ContextLoader, expected: Expected
    ) -> None:
        self.checks: list[Check] = []
        self.method: Method | None = None
        self.previous: list[int] = []
        self.changes: list[object] = []
        self._proof = cast("Document", proof) if isinstance(proof, dict) else None
        self._about = about
        self._at = at
        self._contexts = contexts
        self._expected = expected

    def run(
        self,
        unsecured: Document,
        proofs: Sequence[Any],
        loader: Loader,
        insecure_hosts: Collection[str],
    ) -> None:
        proof = self._proof
        if proof is None:
            self._add("proof.signature", Outcome.FAILED, reason="malformed")
            return
        suite = suite_name(proof)
        if suite not in SUITES:
            self._add("proof.unsupported", Outcome.NOT_CHECKED, suite=suite)
            return
        if suite == SELECTIVE and is_base(proof):
            self._add("proof.base", Outcome.FAILED, suite=suite)
            return
        for name in sorted(proof.keys() - _OPTIONS)[:1]:
            # It may say by another name what is looked for here: in the context of security/v1 an
            # `expiration` is what `expires` is elsewhere.
            self._add("structure.meaning", Outcome.NOT_CHECKED, name=name)
        self._purpose(proof)
        self._dates(proof)
        self._asked_for(proof)
        try:
            self.previous = previous_places(proof, proofs)
            secured = {**unsecured, **previous_proofs(proof, proofs)}
        except ProofError:
            self._add("proof.previous", Outcome.FAILED, reason="missing")
            return
        method_url = proof.get("verificationMethod")
        try:
            method = resolve_method(method_url, loader, insecure_hosts, self._expected.purpose)
        except CredentialError as error:
            self.checks.append(unresolved(error, method_url, self._about))
            return
        self.method = method
        self.changes += method.ends
        self.checks.append(check_key(method, self._at, self._about))
        self._signature(proof, secured, method, suite)

    def outcome(self) -> Outcome:
        """Whether it proves who made it."""
        return worst([check.outcome for check in self.checks if check.code not in _NOT_OF_WHO])

    def builds_on(self, outcome: Outcome) -> None:
        """Say what became of the proofs before this one."""
        reason = "" if outcome is Outcome.PASSED else "broken"
        self._add("proof.previous", outcome, reason=reason)

    def _purpose(self, proof: Document) -> None:
        purpose = proof.get("proofPurpose")
        right = purpose == self._expected.purpose
        self._add("proof.purpose", _either(right), purpose=_text(purpose))

    def _dates(self, proof: Document) -> None:
        if "created" in proof:
            created = read_instant(proof["created"])
            if created is None:
                self._add("proof.created", Outcome.FAILED, created=_text(proof["created"]))
            elif created > self._at + _CLOCKS_DIFFER:
                # No specification forbids it, but nobody has signed anything tomorrow.
                self._add("proof.created.future", Outcome.NOT_CHECKED, created=proof["created"])
                self.changes.append(proof["created"])
        if "expires" in proof:
            expires = read_instant(proof["expires"])
            right = expires is not None and self._at < expires
            self._add("proof.expires", _either(right), expires=_text(proof["expires"]))
            self.changes.append(proof["expires"])

    def _asked_for(self, proof: Document) -> None:
        """Section 4.4, steps 6 and 7."""
        for name in ("challenge", "domain"):
            wanted: str | None = getattr(self._expected, name)
            stated: Any = proof.get(name)
            if wanted is not None:
                right = stated == wanted or (name == "domain" and stated == [wanted])
                self._add(f"proof.{name}", _either(right))
            elif name in proof:
                # Made to be shown to somebody who asked for it. Whether that is who looks at it
                # now, only they can say.
                self._add(f"proof.{name}", Outcome.NOT_APPLICABLE, **{name: _text(stated)})

    def _signature(self, proof: Document, secured: Document, method: Method, suite: str) -> None:
        # Contexts were edited in place: the signer may have had an older edition of one.
        mend = ""
        for edition, contexts in self._contexts.editions(secured):
            try:
                if verifies(secured, proof, method.key, contexts):
                    self._add("proof.signature", Outcome.PASSED, suite=suite, edition=edition)
                    return
            except ContextError as error:
                arguments = {"context": error.context, "suite": suite}
                self._add("proof.context", Outcome.NOT_CHECKED, **arguments)
                return
            except CredentialError as error:
                mend = mend or error.mend
        self._add("proof.signature", Outcome.FAILED, suite=suite, mend=mend)

    def _add(self, code: str, outcome: Outcome, **arguments: str) -> None:
        self.checks.append(Check(code, outcome, _said(arguments), self._about))


def _text(value: Any) -> str:
    """A text, or the texts of a list; "" for anything else."""
    if isinstance(value, list):
        return ", ".join(one for one in cast("list[Any]", value) if isinstance(one, str))
    return value if isinstance(value, str) else ""


def _beside(check: Check) -> Check:
    """The check as one that is reported only."""
    if check.outcome is not Outcome.NOT_CHECKED:
        return check
    return replace(check, code="proof.beside", arguments={**check.arguments, "check": check.code})


def check_key(method: Method, at: datetime, about: str) -> Check:
    """Whether its owner lets the key be used so, at this time."""
    # Controlled Identifiers 1.0, section 2.2: not used at or after these. One that is no date is
    # taken as past.
    for end in map(read_instant, method.ends):
        if end is None or end <= at:
            arguments = {"controller": method.controller, "reason": "ended"}
            return _check("proof.key", Outcome.FAILED, about, **arguments)
    unknown = method.authorized is None
    outcome = Outcome.NOT_CHECKED if unknown else _either(bool(method.authorized))
    arguments = {"controller": method.controller, "reason": method.unchecked}
    return Check("proof.key", outcome, _said(arguments), about)


def unresolved(error: CredentialError, method_url: object, about: str) -> Check:
    """What the check of a key says when there is no key to be had."""
    if isinstance(error, LoadError):
        arguments = {"reason": error.reason, "url": error.url}
        return _check("proof.key", Outcome.NOT_CHECKED, about, **arguments)
    if isinstance(error, UnsupportedKeyError):
        arguments = {"reason": "unsupported", "method": str(method_url)}
        return _check("proof.key", Outcome.NOT_CHECKED, about, **arguments)
    return _check("proof.key", Outcome.FAILED, about, reason="wrong", mend=error.mend)


def _check(code: str, outcome: Outcome, about: str, **arguments: str) -> Check:
    return Check(code, outcome, _said(arguments), about)


def _said(arguments: dict[str, str]) -> dict[str, str]:
    """The arguments that say something."""
    if all(arguments.values()):
        return arguments
    return {name: value for name, value in arguments.items() if value}


def _either(right: bool) -> Outcome:
    return Outcome.PASSED if right else Outcome.FAILED
