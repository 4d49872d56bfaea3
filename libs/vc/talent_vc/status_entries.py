"""Where a credential says that its status stands: every kind of entry, read into one shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from talent_vc.document import Document
from talent_vc.errors import StatusError
from talent_vc.status_list import MAX_SIZE
from talent_vc.verdict import StatusEntry

_HEX = re.compile(r"0x[0-9A-Fa-f]{1,8}", re.ASCII)
_MAX_DIGITS = 11


class ListKind(StrEnum):
    """The kinds of list, each by the type that it has itself."""

    BITSTRING = "BitstringStatusListCredential"  # Bitstring Status List 1.0
    LIST_2021 = "StatusList2021Credential"  # its draft of 2021
    LIST_2020 = "RevocationList2020Credential"  # and of 2020
    EDTECH = "1EdTechRevocationList"  # 1EdTech Revocation List Status Method 1.0
    TOKENS = "statuslist+jwt"  # Token Status List


# type of an entry of a list that is a credential -> the kind of list, names of URL and index
_OF_CREDENTIALS = {
    "BitstringStatusListEntry": (ListKind.BITSTRING, "statusListCredential", "statusListIndex"),
    "StatusList2021Entry": (ListKind.LIST_2021, "statusListCredential", "statusListIndex"),
    "RevocationList2020Status": (
        ListKind.LIST_2020,
        "revocationListCredential",
        "revocationListIndex",
    ),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """`index` is that of an entry of `size` bits; `name` is what a list of names goes by."""

    kind: ListKind
    purpose: str
    url: str
    index: int = 0
    size: int = 1
    name: str = ""
    messages: Mapping[int, str] = field(default_factory=dict[int, str])
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """An entry of another kind (no `reason`), or a malformed one."""

    kind: str
    purpose: str = ""
    reason: str = ""


def read_entries(document: Document, claim: Any = None) -> Iterator[tuple[str, Entry | Unread]]:
    """Every entry of a credential with the JSON pointer to it. `claim` is the claim `status` of the
    token that secures it."""
    value: Any = document.get("credentialStatus", [])
    many = isinstance(value, list)
    for position, raw in enumerate(cast("list[Any]", value) if many else [value]):
        about = f"/credentialStatus/{position}" if many else "/credentialStatus"
        yield about, _read_entry(raw, document)
    if claim is not None:
        yield "/status", _read_claim(claim)


def status_entries(document: Document, claim: Any = None) -> list[StatusEntry]:
    """Which parts of which lists the status depends on: what `changed_indexes` speaks of.

    An entry of several bits gives as many; in a list of names everything stands under index 0.
    """
    found: list[StatusEntry] = []
    for _, entry in read_entries(document, claim):
        if isinstance(entry, Entry):
            first = entry.index * entry.size
            found += [
                StatusEntry(entry.purpose, entry.url, bit)
                for bit in range(first, first + entry.size)
            ]
    return found


def _read_entry(raw: Any, document: Document) -> Entry | Unread:
    if not isinstance(raw, dict):
        return Unread("", reason="entry-malformed")
    fields = cast("Document", raw)
    stated: Any = fields.get("type")
    kinds = cast("list[Any]", stated) if isinstance(stated, list) else [stated]
    for kind in kinds:
        if kind == ListKind.EDTECH:
            return _read_named(fields, document)
        if isinstance(kind, str) and kind in _OF_CREDENTIALS:
            return _read_indexed(fields, kind)
    return Unread(" ".join(map(str, kinds)))


def _read_named(fields: Document, document: Document) -> Entry | Unread:
    url, name = fields.get("id"), document.get("id")
    if not isinstance(url, str) or not isinstance(name, str):
        return Unread(ListKind.EDTECH, "revocation", "entry-malformed")
    return Entry(ListKind.EDTECH, "revocation", url, name=name)


def _read_indexed(fields: Document, kind: str) -> Entry | Unread:
    list_kind, url_name, index_name = _OF_CREDENTIALS[kind]
    purpose: Any = fields.get("statusPurpose")
    if list_kind is ListKind.LIST_2020:
        purpose = "revocation"
    if not isinstance(purpose, str):
        return Unread(kind, reason="entry-malformed")
    url = fields.get(url_name)
    try:
        if not isinstance(url, str):
            raise StatusError("Name the list by its URL.", field=f"/{url_name}")
        index = _natural(fields.get(index_name))
        several = fields if list_kind is ListKind.BITSTRING else {}
        size = _natural(several.get("statusSize", 1))
        messages = _messages(several.get("statusMessage"), size)
    except StatusError:
        return Unread(kind, purpose, "entry-malformed")
    reference: Any = fields.get("statusReference", "")
    if isinstance(reference, list):
        reference = " ".join(str(one) for one in cast("list[Any]", reference))
    return Entry(list_kind, purpose, url, index, size, messages=messages, reference=str(reference))


def _natural(value: Any) -> int:
    """Section 2.1 asks for text as an index and a number as a size; either leaves no doubt."""
    digits = str(value) if type(value) in (int, str) else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MAX_DIGITS):
        raise StatusError("Give a whole number from 0 up.")
    return int(digits)


def _messages(stated: Any, size: int) -> dict[int, str]:
    """What each value means (section 2.1): every one has a message, where any has."""
    if not 1 <= size <= MAX_SIZE or (size > 1 and stated is None):
        raise StatusError("Give statusMessage for every value that statusSize allows.")
    if stated is None:
        return {0: "unset", 1: "set"}
    found: dict[int, str] = {}
    for entry in cast("list[Any]", stated) if isinstance(stated, list) else []:
        fields = cast("Document", entry) if isinstance(entry, dict) else {}
        status, message = fields.get("status"), fields.get("message")
        if isinstance(status, str) and isinstance(message, str) and _HEX.fullmatch(status):
            found[int(status, 16)] = message
    if not isinstance(stated, list) or len(cast("list[Any]", stated)) != len(found):
        raise StatusError("Give each of statusMessage a status such as 0x1, once, and a message.")
    if found.keys() != set(range(1 << size)):
        raise StatusError("Give statusMessage for every value that statusSize allows.")
    return found


def _read_claim(claim: Any) -> Entry | Unread:
    """Token Status List, section 6.2. Other specifications add other members to the claim."""
    mechanisms = cast("Document", claim) if isinstance(claim, dict) else {"status": claim}
    if "status_list" not in mechanisms:
        return Unread(" ".join(mechanisms))
    entry: Any = mechanisms["status_list"]
    fields = cast("Document", entry) if isinstance(entry, dict) else {}
    url, index = fields.get("uri"), fields.get("idx")
    whole = type(index) is int and 0 <= index < 10**_MAX_DIGITS
    if not isinstance(url, str) or not whole:
        return Unread("status_list", "revocation", "entry-malformed")
    return Entry(ListKind.TOKENS, "revocation", url, cast("int", index))
