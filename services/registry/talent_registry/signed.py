"""A credential that its provider signed: read, not judged. Judging is the verifier's."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from talent_kit.errors import Problem, Reason
from talent_kit.recipient import recipient_hmac
from talent_vc import CredentialError, TooDeepError, TooLargeError, read_credential

from talent_registry.model import Facts, Result, StatusEntry
from talent_registry.recipients import (
    EMAIL,
    IdentityObject,
    Recipient,
    is_email,
    names_email,
)

FIELD = "signed.credential"


@dataclass(frozen=True)
class Signed:
    content: bytes
    recipient_email: str = ""


@dataclass(frozen=True)
class Reader:
    """Reads signed credentials. `contexts` are the addresses of those on file."""

    contexts: frozenset[str]
    max_bytes: int
    max_depth: int
    hmac_key: bytes

    def read(self, signed: Signed, issuer_did: str) -> Facts:
        """What the credential says. Raises Problem, naming the field."""
        if signed.content[:3] == b"eyJ" and signed.content.count(b".") >= 2:
            mend = "send it as JSON with a Data Integrity proof, the JWT form is not taken yet"
            raise Problem(Reason.NOT_A_CREDENTIAL, field=FIELD, mend=mend)
        document = self._document(signed.content)
        _check_credential(document)
        self._check_contexts(document)
        if _id(document.get("issuer")) != issuer_did:
            mend = "it must be your organization's DID"
            raise Problem(Reason.INVALID_FIELD, field="credential.issuer", mend=mend)
        subject = _subject(document)
        achievement = _object(subject.get("achievement"))
        return Facts(
            document_id=_text(document.get("id")),
            achievement_id=_text(achievement.get("id")),
            achievement_version=_text(achievement.get("version")),
            recipient=self._recipient(subject, signed.recipient_email),
            credential_status=tuple(map(_status, _objects(document.get("credentialStatus")))),
            result=tuple(map(_result, _objects(subject.get("result")))),
            license_number=_text(subject.get("licenseNumber")),
            role=_text(subject.get("role")),
            term=_text(subject.get("term")),
            credits_earned=_number(subject.get("creditsEarned")),
            valid_from=_instant(document.get("validFrom") or document.get("issuanceDate")),
            valid_until=_instant(document.get("validUntil") or document.get("expirationDate")),
        )

    def _document(self, content: bytes) -> dict[str, Any]:
        if not content:
            raise Problem(Reason.MISSING_FIELD, field=FIELD)
        try:
            return read_credential(content, max_bytes=self.max_bytes, max_depth=self.max_depth)
        except TooLargeError:
            limit = f"{self.max_bytes} bytes"
            raise Problem(Reason.TOO_LARGE, field=FIELD, limit=limit) from None
        except TooDeepError:
            raise Problem(Reason.TOO_DEEP, field=FIELD, limit=str(self.max_depth)) from None
        except CredentialError as error:
            field = FIELD + error.field.replace("/", ".")
            mend = error.mend.rstrip(".")
            raise Problem(Reason.NOT_A_CREDENTIAL, field=field, mend=mend) from None

    def _check_contexts(self, document: dict[str, Any]) -> None:
        # Also in nested nodes: whoever verifies needs each of them.
        for context in _contexts(document):
            if context not in self.contexts:
                shown = context[:200]
                raise Problem(Reason.UNKNOWN_CONTEXT, field="credential.@context", context=shown)

    def _recipient(self, subject: dict[str, Any], stated: str) -> Recipient:
        did = _text(subject.get("id"))
        identities = tuple(map(_identity, _objects(subject.get("identifier"))))
        emails = [identity for identity in identities if identity.identity_type == EMAIL]
        plain = [identity.identity_hash for identity in emails if not identity.hashed]
        if stated and not is_email(stated):
            mend = "use an e-mail address"
            raise Problem(Reason.INVALID_FIELD, field="signed.recipient_email", mend=mend)
        if stated and emails and not any(names_email(identity, stated) for identity in emails):
            mend = "it is not the address that the credential was made out to"
            raise Problem(Reason.INVALID_FIELD, field="signed.recipient_email", mend=mend)
        if stated and did.startswith("did:") and not emails:
            mend = "leave it empty, the credential was made out to a DID"
            raise Problem(Reason.INVALID_FIELD, field="signed.recipient_email", mend=mend)
        email = stated or (plain[0] if plain else "")
        return Recipient(
            did=did if did.startswith("did:") else "",
            # Direct identifiers leave the registry inside the signed bytes only.
            identifier=tuple(identity for identity in identities if identity.hashed),
            email_hmac=recipient_hmac(self.hmac_key, email) if email else "",
        )


def _check_credential(document: dict[str, Any]) -> None:
    kinds = document["type"]
    if "VerifiableCredential" not in (kinds if isinstance(kinds, list) else [kinds]):
        mend = "its type must name VerifiableCredential"
        raise Problem(Reason.NOT_A_CREDENTIAL, field="credential.type", mend=mend)
    if not _objects(document.get("credentialSubject")):
        mend = "it has no credentialSubject"
        raise Problem(Reason.NOT_A_CREDENTIAL, field="credential.credentialSubject", mend=mend)
    proofs = _objects(document.get("proof"))
    if not proofs or not all(_text(proof.get("type")) for proof in proofs):
        mend = "it has no proof, sign it first or use IssueCredential"
        raise Problem(Reason.NOT_A_CREDENTIAL, field="credential.proof", mend=mend)


def _contexts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in cast(list[Any], value):
            yield from _contexts(item)
    elif isinstance(value, dict):
        for name, item in cast(dict[str, Any], value).items():
            if name in ("@context", "@import"):
                yield from _named(item)
            yield from _contexts(item)


def _named(context: Any) -> list[str]:
    entries = cast(list[Any], context) if isinstance(context, list) else [context]
    return [entry for entry in entries if isinstance(entry, str)]


def _subject(document: dict[str, Any]) -> dict[str, Any]:
    return _objects(document.get("credentialSubject"))[0]


def _status(entry: dict[str, Any]) -> StatusEntry:
    return StatusEntry(
        id=_text(entry.get("id")),
        type=_text(entry.get("type")),
        status_purpose=_text(entry.get("statusPurpose")),
        status_list_index=_index(str(entry.get("statusListIndex", ""))),
        status_list_credential=_id(entry.get("statusListCredential")),
    )


def _index(text: str) -> int:
    # Up to 18 digits fit the database's and the event's integers.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _result(row: dict[str, Any]) -> Result:
    return Result(
        result_description=_id(row.get("resultDescription")),
        value=_text(row.get("value")),
        achieved_level=_id(row.get("achievedLevel")),
        status=_text(row.get("status")),
    )


def _identity(row: dict[str, Any]) -> IdentityObject:
    return IdentityObject(
        hashed=row.get("hashed") is True,
        identity_hash=_text(row.get("identityHash")),
        identity_type=_text(row.get("identityType")),
        salt=_text(row.get("salt")),
    )


def _objects(value: Any) -> list[dict[str, Any]]:
    """Linked data says one thing as itself, several as an array."""
    items = cast(list[Any], value) if isinstance(value, list) else [value]
    return [cast(dict[str, Any], item) for item in items if isinstance(item, dict)]


def _object(value: Any) -> dict[str, Any]:
    found = _objects(value)
    return found[0] if found else {}


def _id(value: Any) -> str:
    return _text(value) or _text(_object(value).get("id"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        return float(value) if math.isfinite(value) else 0.0
    except OverflowError:
        return 0.0


def _instant(value: Any) -> datetime | None:
    """None for what is no instant: the verifier says so to everybody."""
    try:
        instant = datetime.fromisoformat(_text(value))
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
