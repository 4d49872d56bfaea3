"""To whom a credential is addressed: e-mail addresses enter only hashed."""

import re
import secrets
import unicodedata
from dataclasses import dataclass

from talent_vc import identity_hash

EMAIL = "emailAddress"
_EMAIL_SHAPE = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")


@dataclass(frozen=True)
class IdentityObject:
    """Open Badges 3.0, section B.1.13: https://www.imsglobal.org/spec/ob/v3p0/#identityobject"""

    hashed: bool
    identity_hash: str
    identity_type: str
    salt: str = ""


@dataclass(frozen=True)
class Recipient:
    did: str = ""
    identifier: tuple[IdentityObject, ...] = ()
    email_hmac: str = ""


def normalized(email: str) -> str:
    """One spelling for one mailbox."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def is_email(text: str) -> bool:
    return _EMAIL_SHAPE.fullmatch(text.strip()) is not None


def hashed_email(email: str) -> IdentityObject:
    """The address with a fresh salt, as it enters a credential."""
    salt = secrets.token_hex(16)
    return IdentityObject(True, identity_hash(normalized(email), salt), EMAIL, salt)


def names_email(identity: IdentityObject, email: str) -> bool:
    """Whether an identity of a credential is this address."""
    spellings = {email.strip(), email.strip().lower(), normalized(email)}
    if not identity.hashed:
        return normalized(identity.identity_hash) in spellings
    hashes = {identity_hash(spelling, identity.salt) for spelling in spellings}
    return identity.identity_hash.lower() in hashes
