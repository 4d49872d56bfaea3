"""Selective disclosure by `ecdsa-sd-2023`.

Data Integrity ECDSA Cryptosuites 1.0, section 3.6. The issuer signs with `sign_base`: the
statements that must always be shown together, every other one by itself with a key made for this
one document, and that key. The holder shows what `derive` gives: the mandatory statements and
those of the holder's choice.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from talent_vc.contexts import ContextLoader
from talent_vc.document import Document
from talent_vc.errors import ProofError
from talent_vc.jsonld import canonical_labels, canonical_quads
from talent_vc.jwk import read_base64url, write_base64url
from talent_vc.private_keys import PrivateKey, Signer
from talent_vc.public_keys import KeyKind, PublicKey
from talent_vc.selection import Selections, relabel
from talent_vc.selective_values import BaseProof, DerivedProof, key_bytes, read_base, read_derived

SUITE = "ecdsa-sd-2023"
_HMAC_BYTES = 32


def sign_base(
    document: Document,
    proof: Document,
    *,
    key: Signer,
    contexts: ContextLoader,
    mandatory: Iterable[str],
    once: Once | None = None,
) -> str:
    """The proofValue of a base proof with the given options.

    `mandatory` are JSON pointers to what the holder cannot leave out.
    """
    if key.kind is not KeyKind.P256:
        raise ProofError("Sign with a P-256 key.")
    once = once or Once.generate()
    pointers = tuple(mandatory)
    groups = _Groups(document, contexts, once.hmac_key)
    shown = groups.matching(groups.select(pointers)) if pointers else {}
    others = [text for place, text in enumerate(groups.statements) if place not in shown]
    signed = _signed_bytes(document, proof, contexts, once.key.public, shown.values())
    return BaseProof(
        key.sign(signed),
        once.key.public,
        once.hmac_key,
        tuple(once.key.sign(text.encode()) for text in others),
        pointers,
    ).write()


@dataclass(frozen=True, slots=True)
class Once:
    """The secrets of one base proof: the key is forgotten, the other goes to the holder."""

    key: PrivateKey
    hmac_key: bytes

    @classmethod
    def generate(cls) -> Once:
        return cls(PrivateKey.generate(KeyKind.P256), secrets.token_bytes(_HMAC_BYTES))


def derive(document: Document, pointers: Sequence[str], contexts: ContextLoader) -> Document:
    """What the holder shows of a document with a base proof: the mandatory part, and what
    `pointers` name.

    Raises `ProofError` for a proof of another kind, a pointer that names nothing, or an ordered
    list that is selected in part: its statements say that it ends where it ended.
    """
    proof: Any = document.get("proof")
    if not isinstance(proof, dict):
        raise ProofError("Derive from a document with one proof.", field="/proof")
    options = cast("Document", proof)
    base = read_base(options)
    combined = [*base.mandatory_pointers, *pointers]
    if not combined:
        raise ProofError("Point to something to show.")
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    groups = _Groups(unsecured, contexts, base.hmac_key)
    part = groups.select(combined)
    shown = groups.matching(part)
    mandatory = base.mandatory_pointers
    always = groups.matching(groups.select(mandatory)) if mandatory else {}
    others = [place for place in range(len(groups.statements)) if place not in always]
    if len(others) != len(base.signatures):
        raise ProofError("Derive from the document as it was signed.", field="/proof/proofValue")
    signatures = dict(zip(others, base.signatures, strict=True))
    derived = DerivedProof(
        base.signature,
        base.key,
        tuple(signatures[place] for place in shown if place in signatures),
        groups.digests(part),
        tuple(index for index, place in enumerate(shown) if place in always),
    )
    return {**_plain(part), "proof": {**options, "proofValue": derived.write()}}


def verifies_derived(
    unsecured: Document, proof: Document, key: PublicKey, contexts: ContextLoader
) -> bool:
    """Whether all that is shown was signed with the key.

    Raises `ProofError` for a proof value that is malformed, and errors as of `canonical_quads`.
    """
    derived = read_derived(proof)
    names = {f"c14n{number}": _label(digest) for number, digest in derived.labels.items()}
    try:
        statements = relabel(_lines(canonical_quads(unsecured, contexts)), names.__getitem__)
    except KeyError:
        return False
    if not set(derived.mandatory) <= set(range(len(statements))):
        return False
    mandatory = set(derived.mandatory)
    always = [text for place, text in enumerate(statements) if place in mandatory]
    others = [text for place, text in enumerate(statements) if place not in mandatory]
    signed = _signed_bytes(unsecured, proof, contexts, derived.key, always)
    return (
        len(others) == len(derived.signatures)
        and key.verifies(derived.signature, signed)
        and all(
            derived.key.verifies(signature, text.encode())
            for signature, text in zip(derived.signatures, others, strict=True)
        )
    )


class _Groups:
    """The statements of a document with labels that only the HMAC's key connects with their
    canonical ones, so that what is shown tells nothing of how much is not."""

    def __init__(self, document: Document, contexts: ContextLoader, hmac_key: bytes) -> None:
        self._selections = Selections(document, contexts)
        written = self._selections.statements()
        canonical = canonical_labels("".join(written))
        self._names = {
            given: _label(hmac.digest(hmac_key, label.encode(), "sha256"))
            for given, label in canonical.items()
        }
        self.statements = relabel(written, self._names.__getitem__)

    def select(self, pointers: Iterable[str]) -> Document:
        return self._selections.select(pointers)

    def matching(self, part: Document) -> dict[int, str]:
        """The statements of a part, by their places among all."""
        selected = set(relabel(self._selections.statements(part), self._name))
        found = {place: text for place, text in enumerate(self.statements) if text in selected}
        if len(found) != len(selected):
            raise ProofError("Select an ordered list as a whole.")
        return found

    def digests(self, part: Document) -> dict[int, bytes]:
        """The label of each blank node of a part, by its number when the part stands alone."""
        canonical = canonical_labels("".join(self._selections.statements(part)))
        return {
            int(label.removeprefix("c14n")): read_base64url(self._name(given)[1:])
            for given, label in canonical.items()
        }

    def _name(self, given: str) -> str:
        # Only within a list of another length are there nodes that the whole does not have.
        return self._names.get(given, given)


def _signed_bytes(
    document: Document,
    proof: Document,
    contexts: ContextLoader,
    once: PublicKey,
    mandatory: Iterable[str],
) -> bytes:
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    options["@context"] = document.get("@context")
    hashed = hashlib.sha256(canonical_quads(options, contexts).encode()).digest()
    return hashed + key_bytes(once) + hashlib.sha256("".join(mandatory).encode()).digest()


def _label(digest: bytes) -> str:
    # The "u" of multibase also makes it a label that N-Quads allow.
    return "u" + write_base64url(digest)


def _lines(quads: str) -> list[str]:
    return [f"{line}\n" for line in quads.split("\n") if line]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(entry) for entry in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in cast("Document", value).items()}
    return value
