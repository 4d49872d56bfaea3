"""Verifying one Open Badge as a JSON Web Token by ES256 on one core, keys and contexts warm,
against joserfc's bare decode, which knows neither issuers nor credentials.

Times are of the processor and the best of many rounds in turn, so that others on the machine
disturb little.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from joserfc import jwt
from joserfc.jwk import ECKey
from talent_local.home import Home
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
from bench.report import Figure, against, plain, report

AT = datetime(2026, 11, 25, tzinfo=UTC)
ROUNDS = 15
SECONDS = 0.2  # of a round
SHARE = 0.6  # of joserfc's rate
NONE = DictLoader({})


def main() -> None:
    report("tokens", of_tokens(ContextLoader.from_folder(Home.find().contexts)))


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


def rates(measured: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """How often a second of the processor each can be called."""
    best = dict.fromkeys(measured, 0.0)
    for _ in range(ROUNDS):
        for name, call in measured.items():
            count, began = 0, time.process_time()
            while (spent := time.process_time() - began) < SECONDS:
                for _ in range(5):
                    call()
                count += 5
            best[name] = max(best[name], count / spent)
    return best


if __name__ == "__main__":
    main()
