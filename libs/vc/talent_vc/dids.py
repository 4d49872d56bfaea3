"""did:key, did:jwk and did:web: what they hold, their documents and where these lie."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import unquote

from talent_vc.document import Document, read_json
from talent_vc.errors import DidError, ParseError
from talent_vc.jwk import read_base64url, read_jwk
from talent_vc.public_keys import PublicKey, read_multikey

_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?", re.ASCII)
_SEGMENT = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=@%-]+", re.ASCII)
_MAX_DID_JWK = 4000
_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


def did_key_document(did: str) -> Document:
    """The DID document of a did:key, made from the DID itself; errors as of `read_multikey`."""
    multikey = did.removeprefix("did:key:")
    if multikey == did:
        raise DidError("Give a DID that starts with did:key:.")
    read_multikey(multikey)
    return _document(did, multikey, multikey)


def did_jwk_key(did: str) -> PublicKey:
    """The key in a did:jwk; `DidError` for a malformed one, otherwise errors as of `read_jwk`."""
    if len(did) > _MAX_DID_JWK:
        raise DidError("Give a did:jwk that holds one key.")
    return _did_jwk_key(did)


@lru_cache(maxsize=1024)
def _did_jwk_key(did: str) -> PublicKey:
    try:
        jwk = read_json(read_base64url(did.removeprefix("did:jwk:")))
    except (ValueError, ParseError) as error:
        raise DidError("Give a did:jwk that holds a JSON Web Key in base64url.") from error
    return read_jwk(jwk)


def did_web_url(did: str, insecure_hosts: Collection[str] = ()) -> str:
    """Where the document of a did:web lies: https, or http for a "host:port" named insecure."""
    parts = did.split(":")
    if parts[:2] != ["did", "web"] or len(parts) < 3:
        raise DidError("Give a DID that starts with did:web: and a host.")
    host = unquote(parts[2])
    if not _HOST.fullmatch(host):
        raise DidError("Give a did:web with a host name, and a port as %3A if need be.")
    for segment in parts[3:]:
        plain = unquote(segment)
        if not _SEGMENT.fullmatch(segment) or "/" in plain or plain in (".", ".."):
            raise DidError("Give a did:web whose path has plain segments only.")
    scheme = "http" if host in insecure_hosts else "https"
    path = "/".join(parts[3:]) or ".well-known"
    return f"{scheme}://{host}/{path}/did.json"


def did_web_document(did: str, *, fragment: str, public_multikey: str) -> Document:
    """The document to serve for a did:web with one Multikey, allowed to make assertions."""
    read_multikey(public_multikey)
    return _document(did, fragment, public_multikey)


def _document(did: str, fragment: str, multikey: str) -> Document:
    method = f"{did}#{fragment}"
    return {
        "@context": list(_CONTEXTS),
        "id": did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": multikey}
        ],
        "assertionMethod": [method],
        "authentication": [method],
    }
