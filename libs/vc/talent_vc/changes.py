"""Which entries differ between two editions of a status list."""

from __future__ import annotations

import re
from typing import Any, cast

from talent_vc.document import Document
from talent_vc.errors import StatusError
from talent_vc.published_lists import PublishedList, read_list
from talent_vc.status_list import StatusList
from talent_vc.token_status_list import TokenStatusList

# An edition may differ in these and still say the same of every entry that is the same.
_OF_THE_EDITION = (
    *("proof", "validFrom", "validUntil", "issuanceDate", "expirationDate"),
    *("iat", "exp", "nbf", "ttl", "status_list"),
)
_OF_THE_BITS = ("encodedList", "ttl")
_SET = re.compile(rb"[^\x00]")


def changed_indexes(old: bytes, new: bytes, *, most: int = 10_000) -> tuple[int, ...] | None:
    """The indexes that differ, in order, as `StatusEntry.index` counts them; None where more than
    entries and times may differ, and every credential with an entry has to be judged anew.

    None too for what is no list of bits, and for more than `most` changes. It looks at no signature
    and no time: ask of one index that is not in the answer whether those still hold.
    """
    try:
        before, after = read_list(old), read_list(new)
    except StatusError:
        return None
    if before.kind is not after.kind or _frame(before) != _frame(after):
        return None
    one, other = before.values, after.values
    if isinstance(one, StatusList) and isinstance(other, StatusList):
        return _differing(one.to_bytes(), other.to_bytes(), most)
    if isinstance(one, TokenStatusList) and isinstance(other, TokenStatusList):
        if one.size != other.size:
            return None
        # Values stand in a byte from its lowest bit up.
        bits = _differing(one.to_bytes(), other.to_bytes(), most, lowest_first=True)
        return bits and tuple(dict.fromkeys(bit // one.size for bit in bits))
    return () if one == other else None


def _frame(found: PublishedList) -> Document:
    """A list without what changes from edition to edition."""
    frame = {name: it for name, it in found.document.items() if name not in _OF_THE_EDITION}
    subject: Any = frame.get("credentialSubject")
    if isinstance(subject, dict):
        fields = cast("Document", subject)
        frame["credentialSubject"] = {k: v for k, v in fields.items() if k not in _OF_THE_BITS}
    elif not isinstance(found.values, StatusList | TokenStatusList):
        frame = {"issuer": found.issuer}
    return frame


def _differing(
    old: bytes, new: bytes, most: int, *, lowest_first: bool = False
) -> tuple[int, ...] | None:
    if len(old) != len(new):
        return None
    differing = int.from_bytes(old) ^ int.from_bytes(new)
    if differing.bit_count() > most:
        return None
    indexes: list[int] = []
    for found in _SET.finditer(differing.to_bytes(len(old))):
        byte, first = found.group()[0], found.start() * 8
        order = range(8) if lowest_first else range(7, -1, -1)
        indexes += [first + place for place, bit in enumerate(order) if byte >> bit & 1]
    return tuple(indexes)
