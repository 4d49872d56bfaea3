"""Making the proofs of a document (Data Integrity 1.0, sections 4.2 and 4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from talent_vc import multibase, selective
from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ProofError
from talent_vc.instants import timestamp
from talent_vc.private_keys import Signer
from talent_vc.proof_sets import previous_proofs, proofs_of
from talent_vc.public_keys import KeyKind
from talent_vc.suites import SUITES, require_kind, signed_bytes

_USUAL = {
    KeyKind.ED25519: "eddsa-rdfc-2022",
    KeyKind.P256: "ecdsa-rdfc-2019",
    KeyKind.P384: "ecdsa-rdfc-2019",
}
# Other implementations still make these, and they are checked; nobody should add more of them.
_CHECKED_ONLY = {"Ed25519Signature2020", "eddsa-2022"}


@dataclass(frozen=True, slots=True)
class ProofOptions:
    """What a proof says beside who made it and when (Data Integrity 1.0, section 2.1).

    A presentation is made for the `purpose` "authentication", with the `challenge` and `domain`
    that it was asked for with. `previous` are the ids of the proofs that this one builds on.
    `mandatory` is for `ecdsa-sd-2023` alone: JSON pointers to what the holder must always show.
    Whatever else there is may be left out, the dates and the status too if they are not among it.
    """

    purpose: str = "assertionMethod"
    expires: datetime | None = None
    domain: str = ""
    challenge: str = ""
    id: str = ""
    previous: tuple[str, ...] = ()
    mandatory: tuple[str, ...] = ()


def sign(
    document: Document,
    *,
    key: Signer,
    verification_method: str,
    created: datetime,
    contexts: ContextLoader,
    suite: str = "",
    options: ProofOptions | None = None,
) -> Document:
    """A copy of `document` with a proof (any other proof is replaced).

    `verification_method` is the full URL, such as `key.did_key_method` or
    "did:web:host:organizations:x#key-1". Without a `suite` it is the usual one for the kind of
    key. Raises `ContextError`, `LinkedDataError` and `ProofError`.
    """
    bare = {name: value for name, value in document.items() if name != "proof"}
    return add_proof(
        bare,
        key=key,
        verification_method=verification_method,
        created=created,
        contexts=contexts,
        suite=suite,
        options=options,
    )


def add_proof(
    document: Document,
    *,
    key: Signer,
    verification_method: str,
    created: datetime,
    contexts: ContextLoader,
    suite: str = "",
    options: ProofOptions | None = None,
) -> Document:
    """As `sign`, but beside the proofs that the document has: a set, or a chain where
    `options.previous` names some of them."""
    options = options or ProofOptions()
    suite = suite or _USUAL.get(key.kind, "")
    if suite not in SUITES or suite in _CHECKED_ONLY:
        raise ProofError(f"Sign by a suite that proofs are made with; this is not one: {suite}")
    require_kind(suite, key.kind)
    if options.mandatory and suite != selective.SUITE:
        raise ProofError(f"Name mandatory parts for {selective.SUITE} only.")
    proof = _proof(suite, verification_method, created, options)
    proofs = proofs_of(document)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    secured = {**unsecured, **previous_proofs(proof, proofs)}
    if suite == selective.SUITE:
        proof["proofValue"] = selective.sign_base(
            secured, proof, key=key, contexts=contexts, mandatory=options.mandatory
        )
    else:
        if "jcs" in suite:
            # What the contexts were is signed as well then; a later proof may need more of them.
            proof["@context"] = document.get("@context")
        signature = key.sign(signed_bytes(secured, proof, contexts, key.kind))
        proof["proofValue"] = multibase.encode(signature)
    return {**unsecured, "proof": [*proofs, proof] if proofs else proof}


def _proof(
    suite: str, verification_method: str, created: datetime, options: ProofOptions
) -> Document:
    previous: object = list(options.previous)
    if len(options.previous) == 1:
        [previous] = options.previous
    named: Document = {
        "id": options.id,
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": timestamp(created),
        "expires": timestamp(options.expires) if options.expires else "",
        "verificationMethod": verification_method,
        "proofPurpose": options.purpose,
        "domain": options.domain,
        "challenge": options.challenge,
        "previousProof": previous,
    }
    return {name: value for name, value in named.items() if value}
