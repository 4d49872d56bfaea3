"""The holder's signature on an SD-JWT that is presented (RFC 9901, sections 4.3 and 7.3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from talent_vc.document import Document, read_json
from talent_vc.errors import CredentialError, ParseError, UnsupportedKeyError
from talent_vc.instants import read_numeric_date
from talent_vc.jwk import read_jwk
from talent_vc.jws import Jws, verifies, write_jws
from talent_vc.private_keys import Signer
from talent_vc.sd_jwt import SdJwt, digest_of, knows_hash, read_sd_jwt
from talent_vc.verdict import Check, Outcome

_TYPE = "kb+jwt"
_NOT_OLDER = timedelta(hours=1)
_CLOCKS_DIFFER = timedelta(minutes=5)


def bind(presented: str, *, key: Signer, audience: str, nonce: str, at: datetime) -> str:
    """The SD-JWT with the holder's signature, made for an audience and its `nonce`."""
    sd = read_sd_jwt(presented)
    if sd.key_binding is not None:
        raise ParseError("Bind an SD-JWT that is not bound yet.")
    claims = {
        "iat": int(at.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": digest_of(sd.presented, sd.hash_name),
    }
    return presented + write_jws({"typ": _TYPE}, claims, key)


def check_key_binding(
    sd: SdJwt, *, at: datetime, challenge: str | None = None, domain: str | None = None
) -> Check:
    """Whether the holder signed. Needed only when the caller asked for a presentation, by its
    `challenge` or `domain`: that it was made just now, for the caller, can only then be said."""
    if sd.key_binding is None:
        asked = challenge is not None or domain is not None
        outcome = Outcome.FAILED if asked else Outcome.NOT_APPLICABLE
        return _check(outcome, "missing" if asked else "")
    try:
        problem = _problem(sd, sd.key_binding, at, challenge, domain)
    except UnsupportedKeyError:
        return _check(Outcome.NOT_CHECKED, "unsupported")
    except CredentialError:
        problem = "malformed"
    return _check(Outcome.FAILED if problem else Outcome.PASSED, problem)


def _problem(
    sd: SdJwt, binding: Jws, at: datetime, challenge: str | None, domain: str | None
) -> str:
    claims = read_json(binding.payload)
    key = read_jwk(_holder_key(sd.payload))
    if not knows_hash(sd.hash_name):
        raise UnsupportedKeyError("Use one of the usual hashes.")
    created = read_numeric_date(claims.get("iat"))
    texts = [claims.get(name) for name in ("aud", "nonce", "sd_hash")]
    if binding.header.get("typ") != _TYPE or created is None:
        return "malformed"
    if not all(isinstance(text, str) for text in texts):
        return "malformed"
    held = {
        "signature": verifies(binding, key),
        "other-presentation": claims["sd_hash"] == digest_of(sd.presented, sd.hash_name),
        "challenge": challenge is None or claims["nonce"] == challenge,
        "domain": domain is None or claims["aud"] == domain,
        # A credential may be judged as of any date, but what was asked for was asked for now.
        "time": (challenge is None and domain is None) or _is_recent(claims, created, at),
    }
    return next((name for name, holds in held.items() if not holds), "")


def _is_recent(claims: Document, created: datetime, at: datetime) -> bool:
    if "exp" in claims:
        limit = read_numeric_date(claims["exp"])
        if limit is None or limit <= at:
            return False
    return at - _NOT_OLDER <= created <= at + _CLOCKS_DIFFER


def _holder_key(payload: Document) -> Document:
    confirmation: Any = payload.get("cnf")
    if not isinstance(confirmation, dict):
        raise ParseError("Put the holder's key into cnf.")
    jwk: Any = cast("Document", confirmation).get("jwk")
    if not isinstance(jwk, dict):
        raise UnsupportedKeyError("Put the holder's key into cnf as a JSON Web Key.")
    return cast("Document", jwk)


def _check(outcome: Outcome, reason: str) -> Check:
    return Check("holder.binding", outcome, {"reason": reason} if reason else {}, "/cnf")
