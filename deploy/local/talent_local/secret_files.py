"""The secrets of one machine's stack, made once: key files and the services' client secrets."""

import os
import secrets
from pathlib import Path

from talent_local.home import Home
from talent_local.issuer.clients import ensure_clients

# recipient-hmac: e-mail addresses in events; pairwise-hmac: pseudonyms of people;
# kek: wraps the keys of what is stored encrypted.
KEYS = ("recipient-hmac.key", "pairwise-hmac.key", "kek.key")


def ensure_secrets(home: Home) -> list[Path]:
    """Make what is missing, readable by its owner only. Returns the key files made now."""
    made = [home.secrets / name for name in KEYS if not (home.secrets / name).exists()]
    for path in made:
        # Exclusive, so that a key in use is never written over.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
    ensure_clients(home.secrets)
    return made
