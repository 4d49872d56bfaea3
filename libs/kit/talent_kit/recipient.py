"""To whom a credential is addressed: e-mail addresses are looked up by HMAC alone."""

import hashlib
import hmac
import unicodedata


def recipient_hmac(key: bytes, email: str) -> str:
    """HMAC-SHA256 of one spelling of the address, in hex; `key` is `recipient-hmac.key`."""
    normalized = unicodedata.normalize("NFKC", email).strip().casefold()
    return hmac.new(key, normalized.encode(), hashlib.sha256).hexdigest()
