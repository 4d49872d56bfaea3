"""Verifying one Open Badge as a JSON Web Token by ES256, against joserfc's bare decode, which knows
neither issuers nor credentials. Part of `bench.verification`.
"""

from datetime import UTC, datetime
from functools import partial

from joserfc import jwt
from joserfc.jwk import ECKey
from talent_vc import (
    ContextLoader,
    DictLoader,
    Overall,
    PrivateKey,
    check_token,
    read_token,
    sign_jwt,
    verify_bytes,
)
from talent_vc.jwk import write_base64url, write_jwk
from talent_vc.jws import compact_json
from talent_vc.public_keys import KeyKind

from bench import reference
from bench.report import Figure, against, plain
from bench.rounds import rates

AT = datetime(2026, 11, 25, tzinfo=UTC)
SHARE = 0.6  # of joserfc's rate
NONE = DictLoader({})


def of_tokens(contexts: ContextLoader) -> list[Figure]:
    key = PrivateKey.generate(KeyKind.P256)
    jwk = write_jwk(key.public)
    did = f"did:jwk:{write_base64url(compact_json(jwk))}"
    [badge] = reference.unsigned("2kB", 1)
    del badge["credentialStatus"]
    badge["issuer"]["id"] = did
    text = sign_jwt(badge, key=key, kid=f"{did}#0")

    def check() -> None:
        check_token(read_token(text), at=AT, loader=NONE)

    def verify() -> None:
        verdict = verify_bytes(text.encode(), at=AT, contexts=contexts, loader=NONE)
        if verdict.outcome is not Overall.VALID:
            raise SystemExit(f"not valid: {verdict.checks}")

    found = rates(
        {
            "joserfc": partial(jwt.decode, text, ECKey.import_key(jwk), algorithms=["ES256"]),
            "check": check,
            "verify": verify,
        }
    )
    unit = "credentials/s"
    floor = found["joserfc"]
    return [
        plain("joserfc: bare decode", floor, "tokens/s"),
        against("VC-JWT ES256: signature check, to joserfc", found["check"], unit, floor, SHARE),
        against("VC-JWT ES256: whole verdict, to joserfc", found["verify"], unit, floor, SHARE),
    ]
