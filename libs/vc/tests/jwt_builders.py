"""Makes tokens and the documents that hold their keys."""

import json
from datetime import UTC, datetime
from typing import Any

from talent_vc import ContextLoader, DictLoader, Document, Verdict, multibase, verify_bytes
from talent_vc.jwk import write_base64url, write_jwk
from talent_vc.jws import write_jws
from talent_vc.private_keys import PrivateKey
from talent_vc.public_keys import KeyKind
from talent_vc.verdict import Check

from .builders import NOW, make_badge

KEYS = {kind: PrivateKey.generate(kind) for kind in KeyKind}
KEY = KEYS[KeyKind.P256]
OTHER = PrivateKey.generate(KeyKind.P256)
ISSUER = "https://college.example/issuers/1"
METADATA = "https://college.example/.well-known/jwt-vc-issuer/issuers/1"
PREFIXES = {KeyKind.P256: b"\x80\x24", KeyKind.P384: b"\x81\x24", KeyKind.ED25519: b"\xed\x01"}
_INSTANTS = {"validFrom": "issuanceDate", "validUntil": "expirationDate"}


def did_key(key: PrivateKey) -> str:
    return "did:key:" + multibase.encode(PREFIXES[key.kind] + key.public.raw)


def did_jwk(key: PrivateKey) -> str:
    return "did:jwk:" + write_base64url(json.dumps(write_jwk(key.public)).encode())


def badge(issuer: str = ISSUER, **changes: object) -> Document:
    """Of VCDM 2.0, without a status list."""
    document = make_badge(credentialStatus=[])
    document["issuer"]["id"] = issuer
    document["credentialSubject"]["id"] = "did:example:pat"
    return {**document, **changes}


def older_badge(issuer: str = ISSUER, **changes: object) -> Document:
    """The same of VCDM 1.1."""
    document = {_INSTANTS.get(name, name): value for name, value in badge(issuer).items()}
    document["@context"] = [
        "https://www.w3.org/2018/credentials/v1",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    return {**document, **changes}


def token(payload: Document, key: PrivateKey = KEY, **header: object) -> str:
    return write_jws(dict(header), payload, key)


def key_set(**named: PrivateKey) -> Document:
    return {"keys": [{"kid": kid, **write_jwk(key.public)} for kid, key in named.items()]}


def served(documents: dict[str, Any]) -> DictLoader:
    return DictLoader({url: json.dumps(value).encode() for url, value in documents.items()})


def judge(text: str, contexts: ContextLoader, loader: DictLoader, at: datetime = NOW) -> Verdict:
    return verify_bytes(text.encode(), at=at, contexts=contexts, loader=loader)


def found(verdict: Verdict, code: str) -> Check:
    [check] = [check for check in verdict.checks if check.code == code]
    return check


def outcomes(verdict: Verdict, code: str) -> list[str]:
    return [check.outcome.value for check in verdict.checks if check.code == code]


def seconds(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
