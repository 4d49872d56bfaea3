"""Finding the key that a proof names, and whether its owner lets it be used so.

Controlled Identifiers 1.0, section 3.3 (retrieve verification method).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from talent_vc.dids import did_jwk_key, did_web_url
from talent_vc.document import Document, read_json
from talent_vc.errors import LoadError, ParseError, ProofError, UnsupportedKeyError
from talent_vc.jwk import read_jwk
from talent_vc.loading import Loader
from talent_vc.public_keys import MULTIKEY_STARTS, KeyKind, PublicKey, read_multikey


@dataclass(frozen=True, slots=True)
class Method:
    """A key, who controls it, and whether the controller's document allows this use of it.

    `authorized` is None when that document could not be had (`unchecked` says why): the key then
    is only what the proof itself claims. `ends` has the `expires` and `revoked` of the key.
    """

    key: PublicKey
    controller: str
    authorized: bool | None
    unchecked: str = ""
    ends: tuple[object, ...] = ()


def controller_url(method_url: str, insecure_hosts: Collection[str] = ()) -> str | None:
    """The URL of the controller's document; None where the DID is the key, or none is known."""
    controller = method_url.partition("#")[0]
    if controller.startswith("did:web:"):
        return did_web_url(controller, insecure_hosts)
    return controller if controller.startswith("https://") else None


def resolve_method(
    method_url: object,
    loader: Loader,
    insecure_hosts: Collection[str] = (),
    purpose: str = "assertionMethod",
) -> Method:
    """The method behind a verificationMethod URL, for a purpose such as "authentication".

    A did:key or did:jwk alone names its method too, for it has one key to sign with; 1EdTech's own
    validator and the examples of Bitstring Status List 1.0 write it so.
    Raises `LoadError` when a document is needed and cannot be had, `UnsupportedKeyError` for
    what is not covered, `ProofError`, `DidError` or `ParseError` when it is wrong.
    """
    if not isinstance(method_url, str) or ":" not in method_url:
        raise ProofError("Name the verification method by its full URL.")
    controller, _, fragment = method_url.partition("#")
    if controller.startswith("did:key:"):
        return _from_did_key(controller, fragment)
    if controller.startswith("did:jwk:"):
        if fragment and fragment != "0":
            raise ProofError("Name the one key that a did:jwk has: #0.")
        return Method(did_jwk_key(controller), controller, True)
    url = controller_url(method_url, insecure_hosts)
    if url is None:
        if controller.startswith(("did:", "http://")):
            raise UnsupportedKeyError("Use did:key, did:jwk, did:web or an https method.")
        raise ProofError("Use did:key, did:jwk, did:web or an https method.")
    try:
        document = read_json(loader.load(url))
    except LoadError as error:
        if controller.startswith("https://") and fragment.startswith(MULTIKEY_STARTS):
            # The key stands in the URL: the signature can be checked, the owner's word cannot.
            return Method(read_multikey(fragment), controller, None, error.reason)
        raise
    except ParseError as error:
        raise LoadError("malformed", url=url) from error
    return _from_document(document, controller, method_url, purpose)


def methods_of_jwk(document: Document, kid: str) -> list[str]:
    """The URLs of the verification methods whose JWK has this `kid`."""
    entries: Any = document.get("verificationMethod")
    found: list[str] = []
    for entry in cast("list[Any]", entries) if isinstance(entries, list) else []:
        jwk: Any = cast("Document", entry).get("publicKeyJwk") if isinstance(entry, dict) else None
        url = _absolute(entry, str(document.get("id")))
        if url is not None and isinstance(jwk, dict) and cast("Document", jwk).get("kid") == kid:
            found.append(url)
    return found


@lru_cache(maxsize=4096)
def _from_did_key(did: str, fragment: str) -> Method:
    multikey = did.removeprefix("did:key:")
    if fragment and fragment != multikey:
        raise ProofError("Name the one key that a did:key has.")
    return Method(read_multikey(multikey), did, True)


def _from_document(document: Document, controller: str, method_url: str, purpose: str) -> Method:
    if document.get("id") != controller:
        raise ProofError("Serve a controller document whose id is the identifier asked for.")
    method = _find(document, "verificationMethod", method_url)
    listed = _find(document, purpose, method_url)
    method = method or listed
    if method is None or method.get("controller") != controller:
        raise ProofError("Name a verification method that its controller's document lists.")
    ends = tuple(method[name] for name in ("expires", "revoked") if name in method)
    return Method(_key_of(method), controller, listed is not None, ends=ends)


def _key_of(method: Document) -> PublicKey:
    kind, multikey, jwk = (
        method.get(name) for name in ("type", "publicKeyMultibase", "publicKeyJwk")
    )
    # JsonWebKey2020 is what drafts of JsonWebKey called it.
    if kind in ("JsonWebKey", "JsonWebKey2020") and isinstance(jwk, dict):
        return read_jwk(cast("Document", jwk))
    if kind not in ("Multikey", "Ed25519VerificationKey2020") or not isinstance(multikey, str):
        raise UnsupportedKeyError("Give the key as a Multikey or a JsonWebKey.")
    key = read_multikey(multikey)
    if kind == "Ed25519VerificationKey2020" and key.kind is not KeyKind.ED25519:
        raise ProofError("Give a key of the kind that its type names.")
    return key


def _find(document: Document, relationship: str, method_url: str) -> Document | None:
    """The method under a relationship, where it stands in full or by its id alone."""
    entries: Any = document.get(relationship, [])
    for entry in cast("list[Any]", entries) if isinstance(entries, list) else [entries]:
        if _absolute(entry, document["id"]) != method_url:
            continue
        if isinstance(entry, dict):
            return cast("Document", entry)
        # Among the methods themselves, an id alone names nothing.
        if relationship != "verificationMethod":
            return _find(document, "verificationMethod", method_url) or {}
    return None


def _absolute(entry: Any, base: str) -> str | None:
    identifier: Any = cast("Document", entry).get("id") if isinstance(entry, dict) else entry
    if not isinstance(identifier, str):
        return None
    return base + identifier if identifier.startswith("#") else identifier
