"""Issuing SD-JWTs, and presenting them with the claims that the holder chooses."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from talent_vc.document import Document
from talent_vc.errors import ParseError, ProofError
from talent_vc.jwk import write_base64url, write_jwk
from talent_vc.jws import write_jws
from talent_vc.private_keys import Signer
from talent_vc.public_keys import PublicKey
from talent_vc.sd_jwt import ALWAYS_OPEN, DEFAULT_HASH, digest_of, read_sd_jwt
from talent_vc.vc_jwt import is_presentation

# Securing Verifiable Credentials using JOSE and COSE, section 3.2.1: what verifiers need.
_NEEDED = (
    "@context",
    "type",
    "issuer",
    "holder",
    "credentialStatus",
    "credentialSchema",
    "relatedResource",
    "validFrom",
    "validUntil",
    "issuanceDate",
    "expirationDate",
)
_RESERVED = ("_sd", "_sd_alg", "...")
_SALT_BYTES = 16


def issue_sd_jwt(
    claims: Document,
    *,
    key: Signer,
    kid: str,
    hidden: Collection[str] = (),
    holder: PublicKey | None = None,
    issued: datetime | None = None,
) -> str:
    """An SD-JWT for its holder, with every disclosure.

    `claims` are a credential of VCDM 2.0, or those of an SD-JWT VC (with `vct`). `hidden` are JSON
    pointers to what the holder may keep back, also within each other; `holder` is the key that
    the holder can show to have. `ProofError` for a pointer to nothing or to what has to be open.
    """
    payload: Document = json.loads(json.dumps(claims))
    if holder is not None:
        payload["cnf"] = {"jwk": write_jwk(holder)}
    if issued is not None:
        payload["iat"] = int(issued.timestamp())
    _check_names(payload)
    # The deepest first: a claim that is hidden whole takes the digests within it along.
    deepest = sorted(set(hidden), key=lambda pointer: (-pointer.count("/"), pointer))
    disclosures = [_hide(payload, pointer) for pointer in deepest]
    if disclosures:
        payload["_sd_alg"] = DEFAULT_HASH
    vct = "vct" in payload
    kind = "dc+sd-jwt" if vct else "vp+sd-jwt" if is_presentation(claims) else "vc+sd-jwt"
    token = write_jws({"typ": kind, "kid": kid}, payload, key)
    return "~".join([token, *disclosures, ""])


def present_sd_jwt(text: str, *, disclose: Collection[str]) -> str:
    """The SD-JWT with the disclosures at these pointers, and those around them, alone.

    Pointers are into the claims with everything disclosed. `ProofError` for one that has no
    disclosure of its own; `bind` adds the holder's signature.
    """
    sd = read_sd_jwt(text)
    if sd.key_binding is not None:
        raise ParseError("Present the SD-JWT as the issuer gave it, without key binding.")
    known = {disclosure.pointer for disclosure in sd.disclosures}
    for pointer in disclose:
        if pointer not in known:
            raise ProofError("Name claims that are disclosed one by one.", field=pointer)
    chosen = [
        disclosure.text
        for disclosure in sd.disclosures
        if any(f"{pointer}/".startswith(f"{disclosure.pointer}/") for pointer in disclose)
    ]
    return "~".join([text.partition("~")[0], *chosen, ""])


def _hide(payload: Document, pointer: str) -> str:
    names = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    always_open = ALWAYS_OPEN if "vct" in payload else (*_NEEDED, "cnf")
    if not names or names[0] in always_open:
        raise ProofError("Leave open what a verifier needs.", field=pointer)
    parent: Any = payload
    for name in names[:-1]:
        parent = parent[_place(parent, name, pointer)]
    place = _place(parent, names[-1], pointer)
    if isinstance(place, int):
        disclosure = _disclosure(parent[place])
        parent[place] = {"...": digest_of(disclosure, DEFAULT_HASH)}
        return disclosure
    disclosure = _disclosure(place, parent.pop(place))
    # Sorted, so that the order of the digests says nothing of the order of the claims.
    digest = digest_of(disclosure, DEFAULT_HASH)
    parent["_sd"] = sorted([*parent.get("_sd", []), digest])
    return disclosure


def _place(parent: Any, name: str, pointer: str) -> int | str:
    if isinstance(parent, dict) and name in parent:
        return name
    if isinstance(parent, list) and name.isdecimal() and int(name) < len(cast("list[Any]", parent)):
        return int(name)
    raise ProofError("Hide what is there.", field=pointer)


def _disclosure(*parts: object) -> str:
    salt = write_base64url(secrets.token_bytes(_SALT_BYTES))
    return write_base64url(json.dumps([salt, *parts], ensure_ascii=False).encode())


def _check_names(value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in cast("Document", value).items():
            if name in _RESERVED:
                raise ProofError("Give claims other names than those of SD-JWT.", field=f"/{name}")
            _check_names(inner)
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            _check_names(inner)
