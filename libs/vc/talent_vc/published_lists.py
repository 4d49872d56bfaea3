"""Reading a status list of any kind from its bytes, once: the same list is asked many times.

What is found here is only what the list says. Whether it may be relied on: `list_trust.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, cast

from cachetools import LRUCache, cached

from talent_vc.document import Document, as_list, read_json
from talent_vc.errors import CredentialError, StatusError, TooLargeError
from talent_vc.instants import read_numeric_date
from talent_vc.issuers import issuer_id
from talent_vc.jws import Jws, read_jws
from talent_vc.status_entries import Entry, ListKind
from talent_vc.status_list import StatusList
from talent_vc.structure import check_structure
from talent_vc.token_status_list import TokenStatusList
from talent_vc.tokens import Token, TokenKind, looks_like_token, read_token
from talent_vc.validity import span
from talent_vc.verdict import Outcome

MAX_BYTES = 4_000_000
_KEPT_BYTES = 32_000_000
_SUBJECTS = {
    ListKind.BITSTRING: "BitstringStatusList",
    ListKind.LIST_2021: "StatusList2021",
    ListKind.LIST_2020: "RevocationList2020",
}
# Some write the name in the plural, as the text of the specification has it.
_REVOKED = ("revokedCredential", "revokedCredentials")
_LONGEST = timedelta(days=36_500)

Names = Mapping[str, bool]


@dataclass(slots=True)
class PublishedList:
    """A list as it was published. `purposes` is None for a kind that does not state any.

    `token` is what secures it where that is a token: of a credential, or its signature alone.
    `issuer` is "" where it does not name any. `proven` is what `list_trust` found out about this
    very content.
    """

    kind: ListKind
    document: Document
    issuer: str
    values: StatusList | TokenStatusList | Names
    purposes: frozenset[str] | None = None
    token: Token | Jws | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    ttl: timedelta | None = None
    proven: object = None

    def value(self, entry: Entry) -> int:
        """What the list says of an entry; `StatusError` where it says nothing."""
        if entry.kind is not self.kind:
            mend = f"Serve a list of type {entry.kind}."
            raise StatusError(mend, reason="list-type")
        if self.purposes is not None and entry.purpose not in self.purposes:
            mend = "Serve a list that has the purpose of the entry."
            raise StatusError(mend, reason="list-purpose")
        if isinstance(self.values, StatusList):
            return self.values.get(entry.index, entry.size)
        if isinstance(self.values, TokenStatusList):
            if self.document["sub"] != entry.url:
                mend = "Serve a list whose sub is the URL it is asked for at."
                raise StatusError(mend, reason="list-subject")
            return self.values.get(entry.index)
        return int(self.values.get(entry.name, False))

    def length(self, entry: Entry) -> int | None:
        """How many entries it has, for a kind that must have many."""
        return len(self.values) // entry.size if isinstance(self.values, StatusList) else None


def read_list(data: bytes) -> PublishedList:
    """Any kind of list; `StatusError` says by its reason why it is none."""
    found, _ = _read(data)
    if isinstance(found, PublishedList):
        return found
    mend, reason = found
    raise StatusError(mend, reason=reason)


# The list, or why it is none; and the bytes of all that.
_Kept = tuple[PublishedList | tuple[str, str], int]


def _itself(data: bytes) -> bytes:
    return data


def _size(kept: _Kept) -> int:
    return kept[1]


# Kept by the content itself: the hash of bytes is computed once and kept with them, and a list
# that is the same object is found without another look at it. Bounded by bytes, because strangers
# choose how large a list is.
@cached(LRUCache(_KEPT_BYTES, getsizeof=_size), key=_itself, lock=Lock())
def _read(data: bytes) -> _Kept:
    try:
        if looks_like_token(data):
            found = _read_token(data)
        else:
            found = _read_document(read_json(data, max_bytes=MAX_BYTES))
    except StatusError as error:
        return (error.mend, error.reason), len(data)
    except TooLargeError as error:
        return (error.mend, "list-too-large"), len(data)
    except CredentialError as error:
        return (error.mend, "list-malformed"), len(data)
    # A token keeps its parts besides.
    own = 3 * len(data) if found.token else len(data)
    return found, own + _footprint(found.document) + _footprint(found.values)


def _footprint(value: Any) -> int:
    """The bytes that a value of JSON, or a list, takes in memory."""
    size = sys.getsizeof(value)
    parts: list[Any] = []
    if isinstance(value, StatusList | TokenStatusList):
        parts = [value.to_bytes()]
    elif isinstance(value, dict):
        parts = [part for pair in cast("Document", value).items() for part in pair]
    elif isinstance(value, list):
        parts = cast("list[Any]", value)
    return size + sum(map(_footprint, parts))


def _read_token(data: bytes) -> PublishedList:
    try:
        text = data.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise StatusError("Serve a token in plain ASCII.") from error
    jws = read_jws(text) if "~" not in text else None
    stated: Any = jws.header.get("typ") if jws else None
    kind = stated.lower().removeprefix("application/") if isinstance(stated, str) else ""
    if jws is not None and kind == ListKind.TOKENS:
        return _read_claims(read_json(jws.payload, max_bytes=MAX_BYTES), jws)
    token = read_token(text)
    if token.kind is not TokenKind.CREDENTIAL:
        raise StatusError("Serve a status list.", reason="list-type")
    found = _read_document(token.document)
    found.token = token
    return found


def _read_claims(claims: Document, jws: Jws) -> PublishedList:
    """Token Status List, section 5.1."""
    dates = {name: read_numeric_date(claims.get(name)) for name in ("iat", "nbf", "exp")}
    for name, date in dates.items():
        if date is None and (name in claims or name == "iat"):
            raise StatusError(f"Give {name} as a number of seconds.", field=f"/{name}")
    issuer = claims.get("iss", "")
    if not isinstance(claims.get("sub"), str) or not isinstance(issuer, str):
        raise StatusError("Give sub as the URL of the list, and iss as text.", field="/sub")
    begins = [date for date in (dates["iat"], dates["nbf"]) if date]
    return PublishedList(
        ListKind.TOKENS,
        claims,
        issuer,
        TokenStatusList.decode(claims.get("status_list")),
        token=jws,
        begins=max(begins),
        ends=dates["exp"],
        ttl=_lifetime(claims.get("ttl"), timedelta(seconds=1)),
    )


def _read_document(document: Document) -> PublishedList:
    kinds = as_list(document.get("type"))
    for kind in _SUBJECTS:
        if kind in kinds:
            return _read_credential(document, kind)
    if ListKind.EDTECH in kinds or any(name in document for name in _REVOKED):
        return PublishedList(ListKind.EDTECH, document, issuer_id(document), _names(document))
    raise StatusError("Serve a status list.", reason="list-type")


def _read_credential(document: Document, kind: ListKind) -> PublishedList:
    for check in check_structure(document):
        if check.outcome is Outcome.FAILED:
            mend = f"Serve a list that is a proper credential: {check.about}."
            raise StatusError(mend, field=check.about, reason="list-structure")
    subject: Any = document.get("credentialSubject")
    fields = cast("Document", subject) if isinstance(subject, dict) else {}
    encoded = fields.get("encodedList")
    if _SUBJECTS[kind] not in as_list(fields.get("type")) or not isinstance(encoded, str):
        raise StatusError(f"Serve a list of type {_SUBJECTS[kind]} with an encodedList.")
    purposes = as_list(fields.get("statusPurpose"))
    if kind is ListKind.LIST_2020:
        purposes = ["revocation"]
    begins, ends = span(document)
    return PublishedList(
        kind,
        document,
        issuer_id(document),
        StatusList.decode(encoded, multibase=kind is ListKind.BITSTRING),
        frozenset(purpose for purpose in purposes if isinstance(purpose, str)),
        begins=begins,
        ends=ends,
        ttl=_lifetime(fields.get("ttl"), timedelta(milliseconds=1)),
    )


def _names(document: Document) -> dict[str, bool]:
    """Whether each credential that is named has been revoked: it has, where nothing is said."""
    names: dict[str, bool] = {}
    for entry in [one for key in _REVOKED for one in as_list(document.get(key))]:
        fields = cast("Document", entry) if isinstance(entry, dict) else {"id": entry}
        name, revoked = fields.get("id"), fields.get("revoked")
        if not isinstance(name, str) or not isinstance(revoked, bool | None):
            raise StatusError("Name each credential by its id, and say revoked as true or false.")
        names[name] = names.get(name, False) or revoked is not False
    return names


def _lifetime(stated: Any, unit: timedelta) -> timedelta | None:
    """How long a copy may be used (`ttl`), None without a limit."""
    if stated is None:
        return None
    if isinstance(stated, bool) or not isinstance(stated, int | float) or not stated > 0:
        raise StatusError("Give ttl as a number over 0.", field="/ttl")
    return min(stated, _LONGEST / unit) * unit
