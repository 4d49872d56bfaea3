"""Making and checking the proofs of a document (Data Integrity 1.0, sections 4.2 to 4.5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from talent_vc import multibase
from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import (
    ContextError,
    CredentialError,
    LoadError,
    ProofError,
    UnsupportedKeyError,
)
from talent_vc.instants import read_instant, timestamp
from talent_vc.keys import SigningKey
from talent_vc.loading import Loader
from talent_vc.methods import Method, resolve_method
from talent_vc.suites import SUITES, read_signature, signed_bytes, suite_name
from talent_vc.verdict import Check, Outcome


def sign(
    document: Document,
    *,
    key: SigningKey,
    verification_method: str,
    created: datetime,
    contexts: ContextLoader,
) -> Document:
    """A copy of `document` with an `eddsa-rdfc-2022` DataIntegrityProof (any proof is replaced).

    `verification_method` is the full URL, such as `key.did_key_method` or
    "did:web:host:organizations:x#key-1". Raises `ContextError` and `LinkedDataError`.
    """
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    proof: Document = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": timestamp(created),
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
    }
    signature = key.sign(signed_bytes(unsecured, proof, contexts))
    proof["proofValue"] = multibase.encode(signature)
    return {**unsecured, "proof": proof}


@dataclass(frozen=True, slots=True)
class ProofsFound:
    """The checks of all proofs, who is known to control the keys that signed, and the instants at
    which a proof or a key ends. `unbound` is a short code for why nobody is known."""

    checks: tuple[Check, ...]
    controllers: frozenset[str] = frozenset()
    ends: tuple[datetime, ...] = ()
    unbound: str = ""


def check_proofs(
    document: Document,
    *,
    at: datetime,
    contexts: ContextLoader,
    loader: Loader,
    insecure_hosts: Collection[str] = (),
) -> ProofsFound:
    """Check every proof of a document: signature, purpose, key, expiry."""
    value: Any = document.get("proof")
    proofs = cast("list[Any]", value) if isinstance(value, list) else [value]
    if not value:
        return ProofsFound((_check("proof.present", Outcome.FAILED, "/proof"),))
    unsecured = {name: part for name, part in document.items() if name != "proof"}
    checks: list[Check] = []
    controllers: set[str] = set()
    ends: list[object] = []
    for position, proof in enumerate(proofs):
        about = f"/proof/{position}" if isinstance(value, list) else "/proof"
        if not isinstance(proof, dict):
            checks.append(_check("proof.signature", Outcome.FAILED, about, reason="malformed"))
            continue
        one = _OneProof(cast("Document", proof), about, at, contexts)
        try:
            secured = {**unsecured, **_previous(one.proof, proofs)}
        except ProofError:
            checks.append(_check("proof.previous", Outcome.FAILED, about))
            continue
        method = one.run(secured, loader, insecure_hosts)
        checks.extend(one.checks)
        ends.extend([one.proof.get("expires"), *(method.ends if method else ())])
        good = all(check.outcome is Outcome.PASSED for check in one.checks)
        if method is not None and good:
            controllers.add(method.controller)
    instants = tuple(instant for instant in map(read_instant, ends) if instant)
    return ProofsFound(tuple(checks), frozenset(controllers), instants)


class _OneProof:
    def __init__(self, proof: Document, about: str, at: datetime, contexts: ContextLoader) -> None:
        self.proof = proof
        self.checks: list[Check] = []
        self._about = about
        self._at = at
        self._contexts = contexts

    def run(
        self, secured: Document, loader: Loader, insecure_hosts: Collection[str]
    ) -> Method | None:
        suite = suite_name(self.proof)
        if suite not in SUITES:
            self._add("proof.unsupported", Outcome.NOT_CHECKED, suite=suite)
            return None
        self._purpose()
        self._dates()
        try:
            method = resolve_method(self.proof.get("verificationMethod"), loader, insecure_hosts)
        except CredentialError as error:
            method_url = self.proof.get("verificationMethod")
            self.checks.append(unresolved(error, method_url, self._about))
            return None
        self._key(method)
        self._signature(secured, method, suite)
        return method

    def _purpose(self) -> None:
        purpose = self.proof.get("proofPurpose")
        right = purpose == "assertionMethod"
        self._add("proof.purpose", _either(right), purpose=str(purpose))

    def _dates(self) -> None:
        if "created" in self.proof and read_instant(self.proof["created"]) is None:
            self._add("proof.created", Outcome.FAILED, created=str(self.proof["created"]))
        if "expires" in self.proof:
            expires = read_instant(self.proof["expires"])
            right = expires is not None and self._at < expires
            self._add("proof.expires", _either(right), expires=str(self.proof["expires"]))

    def _key(self, method: Method) -> None:
        self.checks.append(check_key(method, self._at, self._about))

    def _signature(self, secured: Document, method: Method, suite: str) -> None:
        # Contexts were edited in place: the signer may have had an older edition of one.
        mend = ""
        for edition, contexts in self._contexts.editions(secured):
            try:
                signature = read_signature(self.proof, method.key)
                signed = signed_bytes(secured, self.proof, contexts, method.key.kind)
            except ContextError as error:
                arguments = {"context": error.context, "suite": suite}
                self._add("proof.context", Outcome.NOT_CHECKED, **arguments)
                return
            except CredentialError as error:
                mend = mend or error.mend
                continue
            if method.key.verifies(signature, signed):
                self._add("proof.signature", Outcome.PASSED, suite=suite, edition=edition)
                return
        self._add("proof.signature", Outcome.FAILED, suite=suite, mend=mend)

    def _add(self, code: str, outcome: Outcome, **arguments: str) -> None:
        said = {name: value for name, value in arguments.items() if value}
        self.checks.append(Check(code, outcome, said, self._about))


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
    return _check("proof.key", outcome, about, **arguments)


def unresolved(error: CredentialError, method_url: object, about: str) -> Check:
    """What the check of a key says when there is no key to be had."""
    if isinstance(error, LoadError):
        arguments = {"reason": error.reason, "url": error.url}
        return _check("proof.key", Outcome.NOT_CHECKED, about, **arguments)
    if isinstance(error, UnsupportedKeyError):
        arguments = {"reason": "unsupported", "method": str(method_url)}
        return _check("proof.key", Outcome.NOT_CHECKED, about, **arguments)
    return _check("proof.key", Outcome.FAILED, about, reason="wrong", mend=error.mend)


def _previous(proof: Document, proofs: list[Any]) -> Document:
    """A proof in a chain signs the proofs before it as well (section 4.3)."""
    if "previousProof" not in proof:
        return {}
    named: Any = proof["previousProof"]
    ids = cast("list[Any]", named) if isinstance(named, list) else [named]
    dicts = [cast("Document", one) for one in proofs if isinstance(one, dict)]
    found = [one for one in dicts if one.get("id") in ids]
    if len(found) != len(ids) or proof in found:
        raise ProofError("Name proofs that are there.", field="/previousProof")
    return {"proof": found}


def _check(code: str, outcome: Outcome, about: str, **arguments: str) -> Check:
    return Check(code, outcome, {name: value for name, value in arguments.items() if value}, about)


def _either(right: bool) -> Outcome:
    return Outcome.PASSED if right else Outcome.FAILED
