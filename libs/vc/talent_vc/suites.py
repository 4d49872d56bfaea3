"""Cryptosuites: what exactly is signed. Adding one is a function and a row of the table.

`eddsa-rdfc-2022`: Data Integrity EdDSA Cryptosuites 1.0, section 3.2. `Ed25519Signature2020`
(its section 3.1 ancestor) hashes the same two canonical forms in the same order.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from cachetools import LRUCache

from talent_vc import multibase
from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ProofError
from talent_vc.jsonld import canonical_quads
from talent_vc.public_keys import KeyKind, PublicKey

# The suites, each with the kinds of key that sign by it.
# "eddsa-2022" is what drafts of eddsa-rdfc-2022 called it.
SUITES = {
    "eddsa-rdfc-2022": (KeyKind.ED25519,),
    "eddsa-2022": (KeyKind.ED25519,),
    "Ed25519Signature2020": (KeyKind.ED25519,),
}

_CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_STAND_IN = "0001-01-01T00:00:00Z"
_TEMPLATE_CHARACTERS = 4096  # a stranger's longer one is not kept
_templates: LRUCache[tuple[int, str], tuple[ContextLoader, str]] = LRUCache(maxsize=4096)


def suite_name(proof: Document) -> str:
    """The name that says how a proof is made: its cryptosuite, or the type of older proofs."""
    kind: Any = proof.get("type")
    if kind == "DataIntegrityProof":
        return str(proof.get("cryptosuite", ""))
    return str(kind)


def signed_bytes(unsecured: Document, proof: Document, contexts: ContextLoader) -> bytes:
    """What a signature is over: the hash of the proof's options, then of the document."""
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    options["@context"] = unsecured.get("@context")
    return _digest(_options_quads(options, contexts)) + _digest(
        canonical_quads(unsecured, contexts)
    )


def read_signature(proof: Document, key: PublicKey) -> bytes:
    """The signature; ProofError when this key cannot have made it by the suite."""
    kinds = SUITES[suite_name(proof)]
    if key.kind not in kinds:
        raise ProofError(f"Sign with a key of this kind: {' or '.join(kinds)}.")
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


def _options_quads(options: Document, contexts: ContextLoader) -> str:
    """Canonical form of proof options. An issuer's proofs differ in `created` alone: the rest of
    the work is kept, with a stand-in where the instant goes."""
    created = options.get("created")
    if not isinstance(created, str) or not _CREATED.fullmatch(created):
        return canonical_quads(options, contexts)
    options["created"] = _STAND_IN
    key = (id(contexts), json.dumps(options, sort_keys=True))
    found = _templates.get(key)
    if found is None or found[0] is not contexts:
        found = (contexts, canonical_quads(options, contexts))
        if len(key[1]) + len(found[1]) <= _TEMPLATE_CHARACTERS:
            _templates[key] = found
    options["created"] = created
    if found[1].count(f'"{_STAND_IN}"') != 1 or found[1].count(_STAND_IN) != 1:
        return canonical_quads(options, contexts)
    return found[1].replace(_STAND_IN, created)


def _digest(quads: str) -> bytes:
    return hashlib.sha256(quads.encode()).digest()
