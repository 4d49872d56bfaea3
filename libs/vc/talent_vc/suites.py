"""Cryptosuites: what exactly is signed. Adding one is a function and a row of the table.

`eddsa-rdfc-2022`: Data Integrity EdDSA Cryptosuites 1.0, section 3.2. `Ed25519Signature2020`
(its section 3.1 ancestor) hashes the same two canonical forms in the same order.
`ecdsa-rdfc-2019`: Data Integrity ECDSA Cryptosuites 1.0, section 3.2. With a P-384 key every hash
is SHA-384, those within RDFC-1.0 too (section 3).
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
    "ecdsa-rdfc-2019": (KeyKind.P256, KeyKind.P384),
}

_CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_STAND_IN = "0001-01-01T00:00:00Z"
_TEMPLATE_CHARACTERS = 4096  # a stranger's longer one is not kept
_templates: LRUCache[tuple[int, bool, str], tuple[ContextLoader, str]] = LRUCache(maxsize=4096)


def suite_name(proof: Document) -> str:
    """The name that says how a proof is made: its cryptosuite, or the type of older proofs."""
    kind: Any = proof.get("type")
    if kind == "DataIntegrityProof":
        return str(proof.get("cryptosuite", ""))
    return str(kind)


def signed_bytes(
    unsecured: Document,
    proof: Document,
    contexts: ContextLoader,
    kind: KeyKind = KeyKind.ED25519,
) -> bytes:
    """What a signature is over: the hash of the proof's options, then of the document."""
    sha384 = kind is KeyKind.P384
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    options["@context"] = unsecured.get("@context")
    forms = (
        _options_quads(options, contexts, sha384),
        canonical_quads(unsecured, contexts, sha384=sha384),
    )
    digest = hashlib.sha384 if sha384 else hashlib.sha256
    return b"".join(digest(form.encode()).digest() for form in forms)


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


def _options_quads(options: Document, contexts: ContextLoader, sha384: bool) -> str:
    """Canonical form of proof options. An issuer's proofs differ in `created` alone: the rest of
    the work is kept, with a stand-in where the instant goes."""
    created = options.get("created")
    if not isinstance(created, str) or not _CREATED.fullmatch(created):
        return canonical_quads(options, contexts, sha384=sha384)
    options["created"] = _STAND_IN
    key = (id(contexts), sha384, json.dumps(options, sort_keys=True))
    found = _templates.get(key)
    if found is None or found[0] is not contexts:
        found = (contexts, canonical_quads(options, contexts, sha384=sha384))
        if len(key[2]) + len(found[1]) <= _TEMPLATE_CHARACTERS:
            _templates[key] = found
    options["created"] = created
    if found[1].count(f'"{_STAND_IN}"') != 1 or found[1].count(_STAND_IN) != 1:
        return canonical_quads(options, contexts, sha384=sha384)
    return found[1].replace(_STAND_IN, created)
