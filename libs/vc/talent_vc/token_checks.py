"""Checking a token: its signature, whose key that is, and what the token says of itself."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from talent_vc.errors import CredentialError
from talent_vc.instants import read_instant, timestamp
from talent_vc.issuers import check_holder
from talent_vc.jws import ALGORITHMS, Jws, refusal, verifies
from talent_vc.jwt_keys import find_keys
from talent_vc.key_binding import check_key_binding
from talent_vc.loading import Loader
from talent_vc.methods import Method
from talent_vc.proofs import ProofsFound, check_key, unresolved
from talent_vc.public_keys import KeyKind
from talent_vc.tokens import Token, TokenKind
from talent_vc.verdict import Check, Outcome

# The media types of the specifications, and the names that their drafts had for them.
_TYPES = re.compile(r"(vc|vp|dc)(?:[+-]ld)?(?:\+json)?\+(?:sd-)?jwt", re.ASCII)
_UNTYPED = ("", "jwt", "sd-jwt")
_TYPE_OF = {"vc": TokenKind.CREDENTIAL, "vp": TokenKind.PRESENTATION, "dc": TokenKind.SD_JWT_VC}
# What nobody is proven to have signed by, unless all of these hold.
_DECISIVE = ("proof.algorithm", "proof.signature", "proof.key", "proof.disclosures")


def check_token(
    token: Token,
    *,
    at: datetime,
    loader: Loader,
    insecure_hosts: Collection[str] = (),
    challenge: str | None = None,
    domain: str | None = None,
) -> ProofsFound:
    """Every check of a token; `controllers` is who signed, when that is proven.

    `challenge` and `domain` are what a presentation was asked for with: it has to be signed for
    them (`nonce`, `aud`), and an SD-JWT has to come with the signature of its holder.
    """
    presentation = token.kind is TokenKind.PRESENTATION
    method, checks = check_signature(
        token.jws,
        token.signer,
        suite="SD-JWT" if token.sd else "VC-JWT",
        at=at,
        loader=loader,
        insecure_hosts=insecure_hosts,
        purpose="authentication" if presentation else "assertionMethod",
    )
    checks += [*_type(token), *token.claimed.checks, *_limits(token, at)]
    if presentation:
        checks += _asked_for(token, challenge, domain)
        challenge = domain = None
    if token.sd is not None:
        checks += token.sd.checks
        checks.append(check_key_binding(token.sd, at=at, challenge=challenge, domain=domain))
    decisive = [check.outcome for check in checks if check.code in _DECISIVE]
    proven = method is not None and all(outcome is Outcome.PASSED for outcome in decisive)
    controllers = frozenset({method.controller}) if method and proven else frozenset[str]()
    if presentation:
        checks.append(check_holder(token.signer, controllers))
    ends = [token.claimed.begins, token.claimed.ends]
    ends += map(read_instant, method.ends) if method else ()
    return ProofsFound(
        tuple(checks),
        controllers,
        tuple(end for end in ends if end),
        method.unchecked if method else "",
    )


def check_signature(
    jws: Jws,
    signer: str,
    *,
    suite: str,
    at: datetime,
    loader: Loader,
    insecure_hosts: Collection[str] = (),
    purpose: str = "assertionMethod",
) -> tuple[Method | None, list[Check]]:
    """Whether a token is signed, and by a key that is the signer's (an id); the method that holds
    the key where it is signed by it."""
    arguments = {"suite": suite, "algorithm": jws.algorithm}
    problem = refusal(jws)
    if problem == "unsigned":
        return None, [Check("proof.present", Outcome.FAILED)]
    if problem:
        return None, [Check("proof.algorithm", Outcome.FAILED, {**arguments, "reason": problem})]
    kind = ALGORITHMS.get(jws.algorithm)
    if kind is None:
        return None, [Check("proof.unsupported", Outcome.NOT_CHECKED, {"suite": jws.algorithm})]
    try:
        found = find_keys(jws.header, signer, loader, insecure_hosts, purpose)
    except CredentialError as error:
        return None, [unresolved(error, jws.header.get("kid"), "")]
    found = [method for method in found if method.key.kind is kind]
    if not found:
        problem = "another-key"
        return None, [Check("proof.algorithm", Outcome.FAILED, {**arguments, "reason": problem})]
    signed_by = next((method for method in found if verifies(jws, method.key)), None)
    outcome = Outcome.FAILED if signed_by is None else Outcome.PASSED
    checks = [Check("proof.signature", outcome, arguments)]
    checks.append(check_key(signed_by or found[0], at, ""))
    if kind is KeyKind.ED25519:
        checks.append(Check("proof.algorithm.usual", Outcome.FAILED, arguments))
    return signed_by, checks


def _type(token: Token) -> list[Check]:
    """A token that was made for something else is no credential (RFC 8725, section 3.12)."""
    stated: Any = token.header.get("typ", "")
    name = stated.lower().removeprefix("application/") if isinstance(stated, str) else "?"
    found = _TYPES.fullmatch(name)
    kinds = {_TYPE_OF[found[1]]} if found else set[TokenKind]()
    if token.sd is not None and found and found[1] == "vc":
        kinds.add(TokenKind.SD_JWT_VC)  # as drafts of SD-JWT VC had it
    if name in _UNTYPED or token.kind in kinds:
        return []
    return [Check("proof.type", Outcome.FAILED, {"type": str(stated)})]


def _limits(token: Token, at: datetime) -> list[Check]:
    """Limits of the token beside those of the document in it."""
    checks: list[Check] = []
    begins, ends = token.claimed.begins, token.claimed.ends
    if begins is not None:
        outcome = Outcome.PASSED if begins <= at else Outcome.FAILED
        checks.append(Check("validity.from", outcome, {"limit": timestamp(begins)}, "/nbf"))
    if ends is not None:
        outcome = Outcome.PASSED if at < ends else Outcome.FAILED
        checks.append(Check("validity.until", outcome, {"limit": timestamp(ends)}, "/exp"))
    return checks


def _asked_for(token: Token, challenge: str | None, domain: str | None) -> list[Check]:
    checks: list[Check] = []
    if challenge is not None:
        right = token.payload.get("nonce") == challenge
        outcome = Outcome.PASSED if right else Outcome.FAILED
        checks.append(Check("proof.challenge", outcome, about="/nonce"))
    if domain is not None:
        stated: Any = token.payload.get("aud")
        audience = cast("list[Any]", stated) if isinstance(stated, list) else [stated]
        outcome = Outcome.PASSED if domain in audience else Outcome.FAILED
        checks.append(Check("proof.domain", outcome, about="/aud"))
    return checks
