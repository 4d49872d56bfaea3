"""Cryptosuites: what exactly is signed. Adding one is a row of the table, or a form with it.

EdDSA: Data Integrity EdDSA Cryptosuites 1.0, sections 3.2 and 3.3. `Ed25519Signature2020` (their
ancestor, section 3.1) hashes the same two canonical forms in the same order as `eddsa-rdfc-2022`.
ECDSA: Data Integrity ECDSA Cryptosuites 1.0, sections 3.2 and 3.3. With a P-384 key every hash is
SHA-384, those within RDFC-1.0 too (section 3). `ecdsa-sd-2023` is in `selective`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from talent_vc import multibase
from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ProofError
from talent_vc.forms import jcs_forms, rdfc_forms
from talent_vc.public_keys import KeyKind, PublicKey
from talent_vc.selective import SUITE as SELECTIVE
from talent_vc.selective import verifies_derived


@dataclass(frozen=True, slots=True)
class Suite:
    """The kinds of key that sign by it, and the forms that it hashes: of options and document.

    `forms` is None where a proof is more than one signature over two hashes.
    """

    kinds: tuple[KeyKind, ...]
    forms: Callable[[Document, Document, ContextLoader, bool], tuple[bytes, bytes]] | None


_EDDSA = (KeyKind.ED25519,)
_ECDSA = (KeyKind.P256, KeyKind.P384)
SUITES = {
    "eddsa-rdfc-2022": Suite(_EDDSA, rdfc_forms),
    "eddsa-2022": Suite(_EDDSA, rdfc_forms),  # what drafts of eddsa-rdfc-2022 called it
    "Ed25519Signature2020": Suite(_EDDSA, rdfc_forms),
    "eddsa-jcs-2022": Suite(_EDDSA, jcs_forms),
    "ecdsa-rdfc-2019": Suite(_ECDSA, rdfc_forms),
    "ecdsa-jcs-2019": Suite(_ECDSA, jcs_forms),
    SELECTIVE: Suite((KeyKind.P256,), None),
}


def suite_name(proof: Document) -> str:
    """The name that says how a proof is made: its cryptosuite, or the type of older proofs."""
    kind: Any = proof.get("type")
    if kind == "DataIntegrityProof":
        kind = proof.get("cryptosuite")
    return kind if isinstance(kind, str) else ""


def verifies(unsecured: Document, proof: Document, key: PublicKey, contexts: ContextLoader) -> bool:
    """Whether the proof is this key's, of a suite that is in `SUITES`.

    Raises `ProofError` when no key could have made such a proof, `ContextError` and
    `LinkedDataError`.
    """
    suite = suite_name(proof)
    require_kind(suite, key.kind)
    if suite == SELECTIVE:
        return verifies_derived(unsecured, proof, key, contexts)
    signature = _read_signature(proof, key)
    return key.verifies(signature, signed_bytes(unsecured, proof, contexts, key.kind))


def require_kind(suite: str, kind: KeyKind) -> None:
    """`ProofError` when keys of this kind do not sign by the suite."""
    kinds = SUITES[suite].kinds
    if kind not in kinds:
        raise ProofError(f"Sign with a key of this kind: {' or '.join(kinds)}.")


def signed_bytes(
    unsecured: Document,
    proof: Document,
    contexts: ContextLoader,
    kind: KeyKind = KeyKind.ED25519,
) -> bytes:
    """What a signature is over: the hash of the proof's options, then of the document."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    sha384 = kind is KeyKind.P384
    forms = SUITES[suite_name(proof)].forms
    if forms is None:
        raise ProofError("Sign by a suite that hashes a document as a whole.")
    first, second = forms(unsecured, options, contexts, sha384)
    digest = hashlib.sha384 if sha384 else hashlib.sha256
    return digest(first).digest() + digest(second).digest()


def _read_signature(proof: Document, key: PublicKey) -> bytes:
    value: Any = proof.get("proofValue")
    try:
        signature = multibase.decode(value if isinstance(value, str) else "")
    except ValueError as error:
        mend = "Give proofValue in base58btc, starting with z."
        raise ProofError(mend, field="/proofValue") from error
    if len(signature) != key.signature_bytes:
        mend = f"Give a proofValue of {key.signature_bytes} bytes."
        raise ProofError(mend, field="/proofValue")
    return signature
