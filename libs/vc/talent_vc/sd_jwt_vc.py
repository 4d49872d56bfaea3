"""SD-JWT-based Verifiable Credentials that are no W3C documents: their claims as checks.

SD-JWT-based Verifiable Credentials, section 2.2. The type metadata that `vct` may name are not
asked for; what a publisher says there is the relying party's choice, as a schema is.
"""

from __future__ import annotations

from typing import Any, cast

from talent_vc.document import Document
from talent_vc.instants import read_numeric_date, timestamp
from talent_vc.vc_jwt import Claimed
from talent_vc.verdict import Check, Outcome

_ABOUT_TOKEN = frozenset(
    {"vct", "vct#integrity", "aka_vcts", "iss", "nbf", "exp", "iat", "jti", "aud", "cnf", "status"}
)


def read_claims(payload: Document) -> Claimed:
    """A document that says the same by the names of the rest of this package, and the limits of
    its time. What the claims are about depends on `vct`, so they are all the subject's."""
    dates = {name: read_numeric_date(payload.get(name)) for name in ("nbf", "exp", "iat")}
    unread = {name for name, date in dates.items() if date is None and name in payload}
    limits = unread - {"iat"}  # which decides nothing
    checks = [_unread("proof.claims", name) for name in sorted(limits)]
    checks = checks or [Check("proof.claims", Outcome.PASSED)]
    if "iat" in unread:
        checks.append(_unread("proof.claims.advice", "iat"))
    subject = {name: value for name, value in payload.items() if name not in _ABOUT_TOKEN}
    document: Document = {"type": [payload["vct"]], "credentialSubject": subject}
    if "iss" in payload:
        document["issuer"] = payload["iss"]
    for name, date in (("validFrom", dates["nbf"]), ("validUntil", dates["exp"])):
        if date is not None:
            document[name] = timestamp(date)
    return Claimed(document, False, tuple(checks), dates["nbf"], dates["exp"])


def check_claims(payload: Document) -> list[Check]:
    """One FAILED check for each claim that is not as the specification has it, or a PASSED one;
    and what the token does not say or is not asked for."""
    kinds: list[object] = [payload.get("vct")]
    if "aka_vcts" in payload:
        others: Any = payload["aka_vcts"]
        kinds += cast("list[object]", others) if isinstance(others, list) and others else [None]
    rules: dict[str, bool] = {
        "vct": all(isinstance(kind, str) and kind for kind in kinds),
        "aka_vcts": kinds.count(kinds[0]) == 1,
        "iss": isinstance(payload.get("iss", ""), str),
        "sub": isinstance(payload.get("sub", ""), str),
        "cnf": isinstance(payload.get("cnf", {}), dict),
        "status": isinstance(payload.get("status", {}), dict),
    }
    checks = [
        Check("structure.data_model", Outcome.FAILED, {"rule": "claim"}, f"/{name}")
        for name, holds in rules.items()
        if not holds
    ]
    checks = checks or [Check("structure.data_model", Outcome.PASSED)]
    for code, claim in (("validity.from", "nbf"), ("validity.until", "exp")):
        if claim not in payload:
            checks.append(Check(code, Outcome.NOT_APPLICABLE, about=f"/{claim}"))
    return checks


def _unread(code: str, claim: str) -> Check:
    return Check(code, Outcome.FAILED, {"claim": claim, "reason": "malformed"}, f"/{claim}")
